"""Making keys at a terminal, and what opens them."""

import json
import os
import pty
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from tests import people
from tests.client.conftest import ROOT, Command, Server, platform

from comity.core.actors import Actor
from comity_seal.errors import WrongPassphrase
from comity_seal.opening.keyset import unprotect
from comity_seal.publickeys import PublicKeySet

FILE = """SELECT w.file FROM keyset_way w JOIN keyset k ON k.id = w.keyset_id
          WHERE k.account_id = ? AND w.kind = ?"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A platform of its own: one authority loses its statement, and people of others get other keys."""
    with platform(tmp_path_factory.mktemp("keys")) as running:
        yield running


class Terminal:
    """`comity` before a person who copies words from the screen, with `mistakes` in each kind of words."""

    def __init__(self, tmp_path: Path, *arguments: object, mistakes: int = 0, answers: dict[str, str] | None = None):
        self.passphrase, self.recovery, self.shown = "", "", ""
        self._mistakes = {"passphrase": mistakes, "recovery": mistakes}
        self._answers = answers or {}
        terminal, inner = pty.openpty()
        home = os.environ.get("COMITY_CONFIG_HOME", str(tmp_path / "home"))
        environment = dict(os.environ, COMITY_CONFIG_HOME=home, PYTHONPATH=str(ROOT / "platform"))
        command = [sys.executable, "-m", "comity_client.cli", *map(str, arguments)]
        process = subprocess.Popen(command, stdin=inner, stdout=inner, stderr=inner, env=environment)
        os.close(inner)
        self._talk(terminal)
        os.close(terminal)
        self.code = process.wait(timeout=60)

    def _talk(self, terminal: int) -> None:
        until, answered = time.monotonic() + 90, 0
        while time.monotonic() < until:
            try:
                self.shown += os.read(terminal, 4096).decode()
            except OSError:  # the other end was closed
                return
            for asked in re.finditer(r"(Type it back|Type back word (\d+)|[A-Z][a-z ]+ of your keys): ", self.shown):
                if asked.start() >= answered:
                    answered = asked.end()
                    os.write(terminal, self._typed(asked[1], asked[2]).encode() + b"\n")

    def _typed(self, question: str, number: str | None) -> str:
        if question in self._answers:
            return self._answers[question]
        kind = "recovery" if number else "passphrase"
        words = re.findall(rf"^ {{4}}([a-z]+(?:-[a-z]+){{{9 if number else 7}}})\s*$", self.shown, re.MULTILINE)[-1]
        setattr(self, kind, words)
        typed = words.split("-")[int(number) - 1] if number else words.upper().replace("-", " ")
        if self._mistakes[kind]:
            self._mistakes[kind] -= 1 / 3 if number else 1
            if self._mistakes[kind] < 0.01:
                self._mistakes[kind] = 0
            return "not these words"
        return typed


def test_a_key_set_is_made_once_both_sets_of_words_were_typed_back(tmp_path: Path, comity: Command) -> None:
    file = tmp_path / "root"
    made = Terminal(tmp_path, "key", "init", "--demonstration", "--to", file, mistakes=1)
    assert made.code == 0, made.shown
    keyset = unprotect(file.read_bytes(), made.passphrase)
    assert keyset.public.fingerprint in made.shown
    for one in (file, file.with_name("root.recovery")):
        assert one.stat().st_mode & 0o777 == 0o600
    assert unprotect(file.with_name("root.recovery").read_bytes(), made.recovery).public == keyset.public
    public = file.with_name("root.public.json")
    assert PublicKeySet.from_bytes(public.read_bytes().strip()) == keyset.public
    assert comity("key", "fingerprint", public).out.strip() == keyset.public.fingerprint
    assert comity("key", "init", "--to", file).code == 5
    file.unlink()
    assert comity("key", "init", "--to", file).code == 5
    assert not file.exists()


@pytest.mark.parametrize("mistakes", [3])
def test_no_key_set_is_made_when_the_words_are_not_typed_back(tmp_path: Path, mistakes: int) -> None:
    file = tmp_path / "root"
    made = Terminal(tmp_path, "key", "init", "--demonstration", "--to", file, mistakes=mistakes)
    assert made.code == 3
    assert list(tmp_path.glob("root*")) == []


def test_no_key_set_is_made_when_the_code_is_not_typed_back(tmp_path: Path) -> None:
    file = tmp_path / "root"
    wrong = {f"Type back word {number}": "zoo zoo" for number in range(1, 11)}
    made = Terminal(tmp_path, "key", "init", "--demonstration", "--to", file, answers=wrong)
    assert made.code == 3
    assert "Nothing was made" in made.shown
    assert list(tmp_path.glob("root*")) == []


def newcomer(actor: Actor, server: Server, comity: Command, files: Path) -> Command:
    """Somebody whose key set the platform has lost, or never had; signed in."""
    mine = "(SELECT id FROM keyset WHERE account_id = ?)"
    server.change(f"DELETE FROM keyset_way WHERE keyset_id = {mine}", UUID(actor.id).hex, rows=2)
    server.change("DELETE FROM keyset WHERE account_id = ?", UUID(actor.id).hex)
    said = comity(
        *("login", "--server", server.url, "--root", people.root().public.id),
        *("--email", people.email(actor), "--password-file", files / "password"),
    )
    assert said.code == 0, said.err
    return comity


def test_somebody_whom_her_authority_lists_makes_no_second_key(server: Server, comity: Command, files: Path) -> None:
    """What a lying platform would ask for: please make your first key."""
    zola = newcomer(people.ZOLA, server, comity, files)
    said = zola("key", "init")
    assert said.code == 5
    assert "list a key set of yours" in said.err
    assert server.look("SELECT count(*) FROM keyset WHERE account_id = ?", UUID(people.ZOLA.id).hex) == 0


def test_a_first_key_is_brought_in_behind_both_sets_of_words(
    server: Server, comity: Command, files: Path, tmp_path: Path
) -> None:
    grace = newcomer(people.GRACE, server, comity, files)
    server.change("DELETE FROM statement WHERE authority = 'REG'")
    made = Terminal(tmp_path, "key", "init", "--demonstration")
    assert made.code == 0, made.shown
    shown = json.loads(grace("key", "show", "--json").out)
    assert ([way["kind"] for way in shown["ways"]], shown["listed"]) == (["passphrase", "recovery"], False)
    again = grace("key", "init")
    assert (again.code, "already" in again.err) == (5, True)
    for kind in ("passphrase", "recovery"):
        file = server.look(FILE, UUID(people.GRACE.id).hex, kind)
        assert unprotect(file, getattr(made, kind)).public.id == shown["keyset"]


@pytest.mark.parametrize("kind", ["passphrase", "recovery"])
def test_words_that_were_lost_are_made_anew_with_the_other_ones(
    chidi: Command, server: Server, files: Path, tmp_path: Path, kind: str
) -> None:
    words = {"passphrase": people.PASSPHRASE, "recovery": people.RECOVERY}
    before = server.look(FILE, UUID(people.CHIDI.id).hex, kind)
    (files / "passphrase").write_text(next(said for name, said in words.items() if name != kind))
    made = Terminal(tmp_path, "key", kind, "--demonstration")
    assert made.code == 0, made.shown
    now = server.look(FILE, UUID(people.CHIDI.id).hex, kind)
    assert unprotect(now, getattr(made, kind)).public == people.keyset(people.CHIDI).public
    with pytest.raises(WrongPassphrase):
        unprotect(now, words[kind])
    (files / "passphrase").write_text(words[kind])
    said = chidi("key", "passphrase")
    assert said.code == 1
    assert {"passphrase": "eight words", "recovery": "ten words"}[kind] in said.err
    server.change("UPDATE keyset_way SET file = ? WHERE file = ?", before, now)


def test_the_recovery_code_is_asked_for_when_the_person_says_so(
    chidi: Command, tmp_path: Path, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COMITY_PASSPHRASE_FILE")
    wrong = {"Recovery code of your keys": people.PASSPHRASE}
    said = Terminal(tmp_path, "key", "passphrase", "--recovery", "--demonstration", answers=wrong)
    assert said.code == 1
    assert "ten words" in said.shown
    (files / "passphrase").write_text("only three words")
    said_of_file = chidi("key", "passphrase", "--passphrase-file", files / "passphrase")
    assert said_of_file.code == 1
    assert "eight words" in said_of_file.err


def test_the_ways_are_listed(chidi: Command) -> None:
    said = chidi("key", "show")
    assert "recovery code" in said.out
    assert people.keyset(people.CHIDI).public.fingerprint in said.out
