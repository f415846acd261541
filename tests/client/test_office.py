"""An authority's own affairs from the command line: two people sign what needs two, and keys go where they should."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests import people
from tests.client.conftest import POPULATE, TEXT, Command, Said, Server, platform
from tests.client.test_keys import Terminal
from tests.client.test_plain_tools import checked

from comity.core.actors import Actor
from comity_client import office
from comity_client.errors import Conflicted, NotVerified
from comity_client.transfer import stamp
from comity_seal.opening import age, statements
from comity_seal.opening.identities import HybridIdentity

NADIA = people._person(12, "focal point", "XA")
MORE = """
from comity.core.actors import SYSTEM
from comity.core.transaction import transaction
from comity.keys import actions as keys
from tests import people
from tests.client.test_office import NADIA
people.NAMES[NADIA] = "Nadia Roy"
with transaction(SYSTEM) as tx:
    people._open_account(tx, NADIA)
    keys.deposit_key_set(tx, people.account_id(NADIA), people.keyset(NADIA).public.canonical, people.ways(NADIA))
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A platform of its own, with Nadia, who has a key set and is no member of Xandria yet."""
    people.NAMES[NADIA] = "Nadia Roy"
    try:
        with platform(tmp_path_factory.mktemp("office"), POPULATE + MORE) as running:
            yield running
    finally:
        del people.NAMES[NADIA]


@dataclass
class Person:
    """Somebody at a machine of her own, signed in."""

    actor: Actor
    command: Command
    here: Callable[[], None]

    def __call__(self, *arguments: object) -> Said:
        self.here()
        return self.command(*arguments)

    def does(self, *arguments: object) -> Any:
        """What must succeed; gives what it printed."""
        said = self(*arguments, "--json")
        assert said.code == 0, (arguments, said.err)
        return json.loads(said.out)


@pytest.fixture
def sign_in(
    comity: Command, server: Server, files: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[Actor], Person]:
    def signed_in(actor: Actor) -> Person:
        home, words = tmp_path / f"home-{actor.id[:8]}", tmp_path / f"words-{actor.id[:8]}"
        words.write_text(people.PASSPHRASE)

        def here() -> None:
            monkeypatch.setenv("COMITY_CONFIG_HOME", str(home))
            monkeypatch.setenv("COMITY_PASSPHRASE_FILE", str(words))

        person = Person(actor, comity, here)
        said = person(
            *("login", "--server", server.url, "--root", people.root().public.id),
            *("--email", people.email(actor), "--password-file", files / "password"),
        )
        assert said.code == 0, said.err
        return person

    return signed_in


def digits(actor: Actor) -> str:
    return people.keyset(actor).public.fingerprint


def stands(person: Person) -> dict[str, Any]:
    found: dict[str, Any] = person.does("authority", "show", "XA")
    return found


def names(shown: dict[str, Any]) -> set[str]:
    return {one["name"] for one in shown["members"]}


def reads(person: Person, request: dict[str, Any]) -> bool:
    said = person("request", "open", request["reference"])
    assert (said.code == 0) == (TEXT in said.out)
    return said.code == 0


def test_the_affairs_of_an_authority_with_two_and_three_people(
    sign_in: Callable[[Actor], Person], sent: dict[str, Any], server: Server, tmp_path: Path
) -> None:
    chidi, chinua, nadia = sign_in(people.CHIDI), sign_in(people.CHINUA), sign_in(NADIA)
    name = sent["reference"]
    assert reads(chidi, sent)
    assert not reads(nadia, sent)

    # Recovery needs a second administrator; nobody alone sets it, and nobody confirms her own.
    done = chidi.does("authority", "recovery", "set", "Chidi Okafor", "chinua eze", "--yes")
    assert (done["registered"], done["needs"]) == (False, ["administrator"])
    assert chidi("authority", "confirm", "XA", "--yes").code == 6
    assert nadia("authority", "confirm", "XA", "--yes").code != 0
    assert stands(chidi)["seq"] == 0
    said = chinua("authority", "proposals")
    assert "recovery key" in said.out
    assert digits(people.CHIDI) in said.out
    done = chinua.does("authority", "confirm", "XA", done["proposal"], "--yes")
    assert done["registered"] is True
    assert {one["name"] for one in stands(chidi)["recovery"]} == {"Chidi Okafor", "Chinua Eze"}

    # Somebody joins by two officers: one passes her half on, the other opens and signs, the first confirms.
    said = chinua("authority", "recovery", "admit", "Nadia Roy", "--reason", "Test", "--fingerprint", digits(NADIA))
    assert said.code == 1
    assert "recovery open" in said.err
    assert nadia("authority", "recovery", "open", "--yes").code == 1
    assert chidi.does("authority", "recovery", "open", "--yes") == {"passed_on": ["Chinua Eze"]}
    admit = ("authority", "recovery", "admit", "Nadia Roy", "--reason", "An exercise", "--yes")
    assert chinua(*admit).code == 2  # --yes does not compare
    assert chinua(*admit, "--fingerprint", digits(people.DORA)).code == 6
    done = chinua.does(*admit, "--fingerprint", digits(NADIA))
    assert done["needs"] == ["officer"]
    assert chidi.does("authority", "confirm", "xa", "--yes")["registered"] is True
    shown = stands(nadia)
    assert (names(shown), shown["epoch"]) == ({"Chidi Okafor", "Chinua Eze", "Nadia Roy"}, 2)
    assert shown["changes"][-1]["type"] == "recovery.admit"
    assert reads(nadia, sent)  # sealed to the key before hers, which the chain of keys gives her

    nadia.does("request", "download", name, "--to", "first", "--sealed")
    checks = Path("first/sealed/request.json.check")
    assert checked(checks).returncode == 0
    keys = people.keyset(NADIA).identity
    for file in ("epoch-2.age", "epoch-1-by-2.age"):  # the steps of its README.txt
        assert f" {file}\n" in (checks / "README.txt").read_text()
        keys = HybridIdentity.from_text(age.unseal((checks / file).read_bytes(), [keys]).decode().splitlines()[1])
    assert TEXT.encode() in age.unseal(Path("first/sealed/request.json.age").read_bytes(), [keys])

    # What is there is sealed anew, by signed grants; its proof and the plain tools follow.
    assert sorted(nadia.does("request", "rewrap", "--yes")["sealed_anew"]) == sorted(
        one["doc"] for one in sent["documents"]
    )
    assert nadia.does("request", "rewrap", "--yes")["sealed_anew"] == []
    assert nadia.does("request", "grant", name, "--yes")["sealed_anew"] == []
    for one in (chidi, nadia):
        assert reads(one, sent)
    nadia.does("request", "download", name, "--to", "hers", "--sealed")
    nadia.here()
    said = nadia.command("verify", "hers/request.json", "hers/Known accounts.csv")
    assert said.code == 0, said.err
    proof = Path("hers/request.json.proof.json")
    value = json.loads(proof.read_text())
    assert len(value["grants"]) == 1
    proof.write_text(json.dumps({**value, "grants": []}))
    assert nadia("verify", "hers/request.json").code == 6
    checks = Path("hers/sealed/request.json.check")
    done = checked(checks)
    assert done.returncode == 0, done.stderr
    said = json.loads((checks / "grant-1.json").read_text())
    (checks / "grant-1.json").write_text(json.dumps({**said, "payload": said["payload"][:-4] + "AAA="}))
    assert checked(checks).returncode != 0

    # A recovery key that was opened is replaced.
    done = chidi.does("authority", "recovery", "set", "Nadia Roy", "Chidi Okafor", "--yes")
    assert chinua.does("authority", "confirm", "XA", done["proposal"], "--yes")["registered"] is True
    assert {one["name"] for one in stands(chidi)["recovery"]} == {"Chidi Okafor", "Nadia Roy"}

    # An administrator is removed: by another one, and with a second signature, which may be her own.
    done = chidi.does("authority", "remove", "Chinua Eze", "--reason", "She moves", "--yes")
    assert done["needs"] == ["administrator"]
    assert reads(chinua, sent)
    assert chinua.does("authority", "confirm", "XA", "--yes")["registered"] is True
    shown = stands(chidi)
    assert (names(shown), shown["epoch"]) == ({"Chidi Okafor", "Nadia Roy"}, 3)
    assert not reads(chinua, sent)
    assert reads(nadia, sent)

    # She comes back with another key set: both compare, both sign.
    assert chinua("key", "init").code == 5
    assert nadia("key", "new").code == 5
    chinua.here()
    made = Terminal(tmp_path, "key", "new", "--demonstration")
    assert made.code == 0, made.shown
    fresh = re.findall(r"^(\d{5}(?: \d{5}){11})\s*$", made.shown, re.MULTILINE)[-1]
    assert fresh != digits(people.CHINUA)
    (tmp_path / f"words-{people.CHINUA.id[:8]}").write_text(made.passphrase)
    assert chidi("authority", "admit", "Chinua Eze", "--fingerprint", digits(people.CHINUA), "--yes").code == 6
    done = chidi.does("authority", "admit", "Chinua Eze", "--fingerprint", fresh, "--yes")
    assert done["needs"] == ["member"]
    assert nadia("authority", "confirm", "XA", "--yes").code == 6
    assert not reads(chinua, sent)
    assert chinua.does("authority", "confirm", "XA", "--yes")["registered"] is True
    assert reads(chinua, sent)
    assert {one["fingerprint"] for one in stands(chidi)["members"]} == {digits(people.CHIDI), digits(NADIA), fresh}

    chinua.does("message", "send", name, "--text", "From Chinua, before", "--yes")
    server.seal()

    # Only one administrator is left: for another one the root signs, from a file.
    first, second = (tmp_path / f"root-{one}" for one in range(2))
    for file, holder in zip((first, second), people.root().registry, strict=False):
        file.write_text(holder.to_text())
    assert nadia("authority", "appoint", "Nadia Roy", "--yes").code == 6
    done = chidi.does("authority", "appoint", "Nadia Roy", "--yes")
    assert done["needs"] == ["administrator"]
    other = tmp_path / "other"
    other.write_text(people.keyset(people.DORA).to_text())
    assert chidi("authority", "confirm", "XA", "--root-key", other, "--yes").code == 1
    other.write_text(people.root().prosecutor[0].to_text())
    assert chidi("authority", "confirm", "XA", "--root-key", other, "--yes").code == 1
    assert chidi("authority", "confirm", "XA", "--root-key", first, "--root-key", first, "--yes").code == 1
    done = chidi.does("authority", "confirm", "XA", "--root-key", first, "--yes")
    assert (done["registered"], done["needs"]) == (False, ["administrator"])
    assert chidi("authority", "confirm", "XA", "--root-key", first, "--yes").code == 6
    assert chidi.does("authority", "confirm", "XA", "--root-key", second, "--yes")["registered"] is True
    assert stands(chidi)["changes"][-1]["confirmed_by"] == ["the root", "the root"]

    # A new key; what was sealed before stays readable, and a key set that was lost is revoked.
    assert nadia.does("authority", "rotate", "--reason", "yearly", "--yes")["epoch"] == 4
    assert reads(chinua, sent)
    chinua.does("authority", "leave", "--yes")
    assert not reads(chinua, sent)
    assert nadia.does("authority", "office")["rotation_due"] == "leaving"

    # The root revokes her key set, one holder after the other, by the hand of members.
    revoking = ("authority", "revoke", "Chinua Eze", "--authority", "XA", "--reason", "Lost on a journey", "--yes")
    assert nadia(*revoking, "--root-key", other).code == 1
    done = nadia.does(*revoking, "--root-key", first)
    assert (done["registered"], done["needs"]) == (False, ["root"])
    assert nadia("authority", "confirm", "XA", "--yes").code == 6
    assert nadia("authority", "confirm", "XA", "--root-key", first, "--yes").code == 6
    assert not any(one["revoked"] for one in stands(nadia)["members"])
    assert chidi.does("authority", "confirm", "XA", "--root-key", second, "--yes")["registered"] is True
    shown = stands(nadia)
    assert shown["changes"][-1]["by"] == "the root"
    assert [one["name"] for one in shown["members"] if one["revoked"]] == ["Chinua Eze"]

    # She makes another one, which is not taken for a forgery while her old membership still stands.
    chinua.here()
    made = Terminal(tmp_path, "key", "new", "--demonstration")
    assert made.code == 0, made.shown
    (tmp_path / f"words-{people.CHINUA.id[:8]}").write_text(made.passphrase)
    said = chinua("request", "open", name)
    assert said.code != 0
    assert "another key set" not in said.err
    assert TEXT not in said.out

    # What she signed before counts where a receipt shows that the log held it before.
    said = chidi("message", "read", name, "--all")
    assert said.code == 6
    assert "comity request receipts" in said.err
    assert "From Chinua" not in said.out
    assert chidi("request", "receipts", name, "--to", "proofs").code in (0, 7)
    said = chidi("message", "read", name, "--all")
    assert said.code == 0, said.err
    assert "From Chinua, before" in said.out
    assert chidi("request", "download", name, "--to", "his").code == 0
    letter = Path("his/message.json")
    said = chidi("verify", letter)
    assert said.code == 6
    assert "Name a receipt" in said.err
    said = chidi("verify", letter, *Path("proofs").glob("*.tlog-proof"))
    assert said.code == 0, said.err
    assert nadia.does("authority", "dismiss", "Chidi Okafor", "--reason", "He is away", "--yes")["registered"] is False
    (waiting,) = nadia.does("authority", "proposals")["items"]
    nadia.does("authority", "withdraw", "XA", waiting["id"], "--yes")
    assert nadia.does("authority", "proposals")["items"] == []
    assert nadia.does("authority", "remove", "Chinua Eze", "--reason", "Lost", "--yes")["registered"] is True
    shown = stands(chidi)
    assert (names(shown), shown["epoch"]) == ({"Chidi Okafor", "Nadia Roy"}, 5)
    assert reads(chidi, sent)
    said = chidi("authority", "show", "XA")
    for words in ("Chinua Eze key set revoked", "Nadia Roy admitted by recovery", "Nadia Roy became administrator"):
        assert words in said.out


def test_an_answer_that_was_sealed_before_a_key_changed_is_not_sent(
    sign_in: Callable[[Actor], Person], sent: dict[str, Any], server: Server
) -> None:
    chidi = sign_in(people.CHIDI)
    chidi.does("bundle", "pack", sent["reference"], "-o", "there.comity")
    outcomes = ("--outcome", "1=executed", "--outcome", "2=executed", "--text", "Done.", "--yes")
    answer = ("bundle", "answer", sent["reference"], "--from", "there.comity", *outcomes)
    chidi.does(*answer, "-o", "back.comity")
    epoch = chidi.does("authority", "rotate", "--yes")["epoch"]
    said = chidi("bundle", "submit", "back.comity", "--yes")
    assert said.code == 5
    assert f"XA has a new key since this answer was sealed (epoch {epoch}, not {epoch - 1})" in said.err
    assert "comity bundle answer" in said.err
    assert server.look("SELECT stage FROM rfa WHERE reference = ?", sent["reference"]) == "transmitted"
    said = chidi(*answer, "-o", "again.comity")
    assert said.code == 6  # this machine has seen the newer key
    assert "Pack it again" in said.err
    Path("there.comity").unlink()
    chidi.does("bundle", "pack", sent["reference"], "-o", "there.comity")
    chidi.does(*answer, "-o", "again.comity")
    assert chidi.does("bundle", "submit", "again.comity", "--yes")["stage"] == "answered"


def test_of_two_who_sign_the_same_place_one_is_told_to_look_again(
    sign_in: Callable[[Actor], Person], server: Server
) -> None:
    chidi, slower = sign_in(people.CHIDI), server.unlocked(people.CHIDI)
    old, new = office.next_epoch(slower)
    signing = office.Signing.of(slower)
    before = stands(chidi)
    chidi.does("authority", "rotate", "--reason", "first", "--yes")
    made, wraps = statements.rotate(*signing.first, reason="second", old=old, new=new, created=stamp())
    with pytest.raises(Conflicted, match=r"meanwhile|faster|look"):
        office.bring(signing, made, wraps)
    after = stands(chidi)
    assert (after["seq"], after["epoch"]) == (before["seq"] + 1, before["epoch"] + 1)
    assert server.unlocked(people.CHIDI).epoch.recipient != new.recipient


def test_a_statement_that_no_reader_would_accept_is_not_brought_in(
    sign_in: Callable[[Actor], Person], server: Server
) -> None:
    chidi, me = sign_in(people.CHIDI), server.unlocked(people.CHIDI)
    before = stands(chidi)
    old, new = office.next_epoch(me)
    forged = statements.rotate(
        people.keyset(people.DORA), people.CHIDI.id, me.authority("XA"), reason="x", old=old, new=new, created=stamp()
    )
    with pytest.raises(NotVerified, match="does not stand"):
        office.bring(office.Signing.of(me), *forged)
    assert chidi("authority", "admit", "Nobody", "--yes").code == 1
    assert chidi("authority", "revoke", "Chidi Okafor", "--since", "yesterday", "--reason", "x", "--yes").code == 2
    assert stands(chidi) == before
