"""The root is put together, and an authority founded by two who hold it, away from any platform."""

import io
import json
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests import people
from tests.client.conftest import Command, Said

from comity_demo.roots import Holders
from comity_seal.authority import VerifiedAuthority, verify_chain
from comity_seal.errors import NotConfirmed
from comity_seal.opening.keyset import KeySet
from comity_seal.opening.wraps import unwrap
from comity_seal.root import Root

HELD = people.root()


@dataclass
class Ceremony:
    """A table without a network: the public root, and a file for each holder's key set."""

    comity: Command
    folder: Path

    def __post_init__(self) -> None:
        self.root = self.folder / "root.json"
        self.root.write_bytes(HELD.public.canonical + b"\n")
        self.out = self.folder / "out"

    def key(self, keyset: KeySet) -> Path:
        file = self.folder / f"{keyset.public.id[:8]}.key"
        file.write_text(keyset.to_text())
        return file

    def keys(self, *holders: KeySet) -> list[str | Path]:
        return [word for one in holders for word in ("--root-key", self.key(one))]

    def found(self, description: Path, *holders: KeySet, more: tuple[str, ...] = ()) -> Said:
        command = ("authority", "found", description, "--root-file", self.root, "--out", self.out)
        return self.comity(*command, *self.keys(*holders), *more)

    def confirm(self, *holders: KeySet, yes: bool = True) -> Said:
        command = ("authority", "confirm-genesis", self.out, "--root-file", self.root)
        return self.comity(*command, *self.keys(*holders), *(("--yes",) if yes else ()))

    @property
    def link(self) -> bytes:
        return (self.out / "genesis.json").read_bytes()

    def verified(self, *, unconfirmed: bool = False) -> VerifiedAuthority:
        return verify_chain([self.link], HELD.public, "XA", unconfirmed=unconfirmed)


@pytest.fixture
def ceremony(comity: Command, tmp_path: Path) -> Ceremony:
    return Ceremony(comity, tmp_path)


@pytest.fixture
def description(tmp_path: Path) -> Path:
    chidi = people.keyset(people.CHIDI).public
    member = {"user": people.CHIDI.id, "name": "Chidi Okafor", "role": "focal point", "keys": chidi.to_json()}
    names = {"en": "Xandria", "fr": "Xandrie"}
    path = tmp_path / "xandria.json"
    path.write_text(json.dumps({"code": "XA", "kind": "state", "organ": None, "names": names, "members": [member]}))
    return path


def test_the_root_is_put_together_from_what_each_holder_made(comity: Command, tmp_path: Path) -> None:
    words: list[str | Path] = []
    for name, group in (("--registry", HELD.registry), ("--prosecutor", HELD.prosecutor)):
        for number, keyset in enumerate(group):
            file = tmp_path / f"{name[2:]}-{number}.public.json"
            file.write_bytes(keyset.public.canonical + b"\n")
            words += [name, file]
    made = comity("root", "make", *words, "-o", tmp_path / "root.json")
    assert made.code == 0, made.err
    assert Root.from_bytes((tmp_path / "root.json").read_bytes().strip()) == HELD.public
    shown = comity("root", "show", tmp_path / "root.json")
    assert shown.out == made.out
    assert HELD.public.id in shown.out
    fingerprints = [one.public.fingerprint for one in (*HELD.registry, *HELD.prosecutor)]
    for digits in (HELD.public.fingerprint, *fingerprints):
        assert digits in shown.out
    assert shown.out.index("The Prosecutor's") > max(shown.out.index(one) for one in fingerprints[:3])

    before = (tmp_path / "root.json").read_bytes()
    assert comity("root", "make", *words, "-o", tmp_path / "root.json").code == 5
    assert (tmp_path / "root.json").read_bytes() == before
    for wrong in ([*words, *words[:2]], [*words, "--need", "4"], words[:6], [*words[:2], *words[6:]]):
        assert comity("root", "make", *wrong, "-o", tmp_path / "other.json").code in (1, 2)
    assert not (tmp_path / "other.json").exists()


def test_the_root_of_before_is_no_root(comity: Command, tmp_path: Path) -> None:
    (tmp_path / "old.json").write_bytes(HELD.registry[0].public.canonical)
    said = comity("root", "show", tmp_path / "old.json")
    assert said.code == 1
    assert "comity root make" in said.err


def test_an_authority_is_founded_by_two_one_after_the_other_and_its_member_opens_its_key(
    ceremony: Ceremony, description: Path
) -> None:
    first, second, third = HELD.registry
    said = ceremony.found(description, first)
    assert said.code == 0, said.err
    assert "needs 1 more of its holders" in said.err
    chidi = people.keyset(people.CHIDI)
    assert chidi.public.fingerprint in said.out
    with pytest.raises(NotConfirmed):
        ceremony.verified()
    assert ceremony.verified(unconfirmed=True).missing == ("root",)
    alone = ceremony.link

    assert ceremony.confirm(first).code == 5
    for nobody in (HELD.prosecutor[0], chidi, Holders.generate().registry[0]):
        assert ceremony.confirm(nobody).code == 1
    assert ceremony.link == alone

    said = ceremony.confirm(second)
    assert said.code == 0, said.err
    assert all(
        word in said.out for word in ("XA", "Xandria", "Chidi Okafor", "administrator", chidi.public.fingerprint)
    )
    assert "Hand" in said.err
    verified = ceremony.verified()
    wrap = (ceremony.out / "wraps" / f"{chidi.public.id}.age").read_bytes()
    assert unwrap(wrap, chidi, verified, 1).recipient == verified.epoch.recipient
    assert (verified.admins, verified.root_id) == ({people.CHIDI.id}, HELD.public.id)
    whole = ceremony.link
    assert ceremony.confirm(third).code == 5
    assert ceremony.found(description, first).code == 5
    assert ceremony.link == whole


def test_the_second_holder_is_shown_it_and_may_say_no(
    ceremony: Ceremony, description: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ceremony.found(description, HELD.registry[0]).code == 0
    alone = ceremony.link
    monkeypatch.setattr(sys, "stdin", io.StringIO("n\n"))
    said = ceremony.confirm(HELD.registry[1], yes=False)
    assert said.code == 3
    assert people.keyset(people.CHIDI).public.fingerprint in said.out
    assert ceremony.link == alone


def test_two_who_sit_together_found_it_at_once(ceremony: Ceremony, description: Path) -> None:
    assert ceremony.found(description, HELD.registry[0], HELD.registry[0]).code == 1
    assert not ceremony.out.exists()
    said = ceremony.found(description, HELD.registry[2], HELD.registry[0])
    assert said.code == 0, said.err
    assert ceremony.verified().history[0].confirmed_by == ("root",)


def test_the_prosecutor_s_holders_found_no_state_and_the_registry_s_not_the_prosecutor(
    ceremony: Ceremony, description: Path
) -> None:
    said = ceremony.found(description, *HELD.prosecutor[:2])
    assert said.code == 1
    assert "speak about XA" in said.err
    of_otp = json.loads(description.read_text()) | {"kind": "court", "organ": "otp"}
    description.write_text(json.dumps(of_otp))
    assert ceremony.found(description, *HELD.registry[:2]).code == 1
    assert not ceremony.out.exists()
    assert ceremony.found(description, *HELD.prosecutor[:2]).code == 0
    assert ceremony.verified().organ == "otp"


def test_what_was_changed_on_the_way_is_not_confirmed(ceremony: Ceremony, description: Path) -> None:
    assert ceremony.found(description, HELD.registry[0]).code == 0
    (wrap,) = (ceremony.out / "wraps").iterdir()
    whole, alone = wrap.read_bytes(), ceremony.link
    for data in (whole + b"x", None):
        if data is None:
            wrap.unlink()
        else:
            wrap.write_bytes(data)
        said = ceremony.confirm(HELD.registry[1])
        assert said.code == 6
        assert "not the wrapped key" in said.err
    wrap.write_bytes(whole)
    (ceremony.out / "genesis.json").write_bytes(alone.replace(b'"sig":"', b'"sig":"A', 1))
    assert ceremony.confirm(HELD.registry[1]).code in (1, 6)
    (ceremony.out / "genesis.json").write_bytes(alone)
    ceremony.root.write_bytes(Holders.generate().public.canonical)
    assert ceremony.confirm(HELD.registry[1]).code == 6
    assert ceremony.link == alone


def test_whoever_founds_an_authority_may_name_its_administrators(ceremony: Ceremony, description: Path) -> None:
    said = json.loads(description.read_text())
    chinua = people.keyset(people.CHINUA).public
    said["members"].append(
        {"user": people.CHINUA.id, "name": "Chinua", "role": "focal point", "keys": chinua.to_json()}
    )
    description.write_text(json.dumps(said))
    refused = ceremony.found(description, *HELD.registry[:2], more=("--admin", people.DORA.id))
    assert refused.code == 1
    assert people.DORA.id in refused.err
    assert not ceremony.out.exists()
    assert ceremony.found(description, *HELD.registry[:2], more=("--admin", people.CHINUA.id)).code == 0
    verified = ceremony.verified()
    assert (set(verified.members), verified.admins) == ({people.CHIDI.id, people.CHINUA.id}, {people.CHINUA.id})


def test_a_description_that_is_not_whole_founds_nothing(ceremony: Ceremony, description: Path) -> None:
    description.write_text(description.read_text().replace('"kind"', '"sort"'))
    said = ceremony.found(description, HELD.registry[0])
    assert said.code == 1
    assert "kind" in said.err
    assert not ceremony.out.exists()
