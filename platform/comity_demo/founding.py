"""Set-up: a root whose key sets are kept apart, accounts, key sets, and the first statement of each authority."""

from __future__ import annotations

import os
import socket
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from comity.accounts import actions as accounts
from comity.core.actors import SYSTEM
from comity.core.transaction import transaction
from comity.directory import actions as directory
from comity.directory.model import Authority
from comity.keys import actions as keys
from comity.keys.ways import NewWay
from comity_demo.cast import OFFICES, PASSPHRASE, PASSWORD, PEOPLE, RECOVERY, Office, Person
from comity_demo.roots import Holders
from comity_seal import ways
from comity_seal.authority import Member
from comity_seal.opening.keyset import KeySet, protect
from comity_seal.opening.statements import wraps_for
from comity_seal.opening.wraps import Epoch

CONFIGURATION = """# Written once for the demonstration; the settings it does not name are those of config/default.toml.

[server]
port = {port}
public_url = "http://localhost:{port}"

[database]
url = "sqlite:///{data}/comity.sqlite3"

[store]
url = "{data}/store"

[mail]
port = {mail}

[trust]
root = "{root}"
root_keys = "{data}/root.json"

[sessions]
argon2_memory_kib = 1024   # so that the demonstration starts quickly; never do this elsewhere
argon2_passes = 1

[data]
folder = "{data}"
"""


@dataclass(frozen=True)
class Founded:
    """What only the demonstration has: everybody's keys."""

    root: Holders
    keysets: dict[Person, KeySet]


def free_port() -> int:
    """A port on this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def make_root(data: Path) -> Holders:
    """Generate the root; its private key sets go beside the server's data, where no server reads."""
    root = Holders.generate()
    offline = data / "offline"
    offline.mkdir(mode=0o700, exist_ok=True)
    for name, group in (("registry", root.registry), ("prosecutor", root.prosecutor)):
        for number, keyset in enumerate(group, 1):
            kept = offline / f"{name}-{number}.key"
            kept.touch(mode=0o600)
            kept.write_text(keyset.to_text(), encoding="ascii")
    (data / "root.json").write_bytes(root.public.canonical)
    return root


def configure(data: Path, root: Holders, port: int) -> Path:
    """Write the configuration of this instance; gives its path."""
    path = data / "comity.toml"
    text = CONFIGURATION.format(port=port, mail=free_port(), root=root.public.id, data=data)
    path.write_text(text, encoding="utf-8")
    os.environ["COMITY_CONFIG"] = str(path)
    return path


def found(root: Holders, moment: datetime) -> Founded:
    """Register authorities and people, their key sets, and the first statements under the root."""
    keysets = {person: KeySet.generate() for person in PEOPLE if person.authority}
    with ThreadPoolExecutor() as threads:  # scrypt leaves the interpreter free
        protected = dict(zip(keysets, threads.map(_protected, keysets.values()), strict=True))
    with transaction(SYSTEM) as tx:
        for office in OFFICES:
            directory.register(tx, _authority(office))
        for person in PEOPLE:
            accounts.create_account(
                tx,
                id=person.id,
                email=person.email,
                name=person.name,
                role=person.role,
                authority=person.authority,
                locale=person.locale,
                time_zone=_zone(person),
                password=PASSWORD,
            )
        for person, keyset in keysets.items():
            keys.deposit_key_set(tx, person.id, keyset.public.canonical, protected[person])
        for office in OFFICES:
            statement, wraps = _first_statement(root, office, keysets, moment)
            keys.register_statement(tx, statement, wraps)
    return Founded(root, keysets)


def _protected(keyset: KeySet) -> list[NewWay]:
    words = {ways.PASSPHRASE: PASSPHRASE, ways.RECOVERY: RECOVERY}
    return [NewWay(kind, protect(keyset, said, logn=ways.LEAST_LOGN)) for kind, said in words.items()]


def _authority(office: Office) -> Authority:
    return Authority(
        code=office.code,
        of=office.of,
        organ=office.organ,
        name_en=office.name_en,
        name_fr=office.name_fr,
        time_zone=office.time_zone,
        calendar=office.calendar,
        standing=office.standing,
        service=office.service,
    )


def _zone(person: Person) -> str:
    return next((office.time_zone for office in OFFICES if office.code == person.authority), "Europe/Amsterdam")


def _first_statement(
    root: Holders, office: Office, keysets: dict[Person, KeySet], moment: datetime
) -> tuple[bytes, dict[str, bytes]]:
    members = [
        Member(str(person.id), person.name, person.role, keyset.public)
        for person, keyset in keysets.items()
        if person.authority == office.code
    ]
    epoch = Epoch.generate(office.code)
    wraps = wraps_for(epoch, members)
    statement = root.genesis(
        code=office.code,
        kind=office.of,
        organ=office.organ,
        names={"en": office.name_en, "fr": office.name_fr},
        members=members,
        epoch=epoch,
        wraps=wraps,
        created=moment.strftime("%Y-%m-%dT%H:%M:%SZ"),
    )
    return statement, wraps
