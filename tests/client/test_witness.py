"""A witness outside: it signs what continues, and refuses a log that was shortened, rewritten or shown in two forms."""

import json
import shutil
import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from tests import people
from tests.client.conftest import WITNESSES, Command, Said, Server

from comity_client.http import Http
from comity_client.witness import alone
from comity_seal.log.checkpoint import cosignatures, open_checkpoint
from comity_seal.log.notes import LOG, WITNESS, VerifierKey
from comity_seal.log.signer import NoteKey

Watch = Callable[..., Said]


@pytest.fixture
def log_key(server: Server) -> str:
    server.unlocked(people.CHIDI)
    server.seal()
    return str(server.look("SELECT key FROM log_checkpoint ORDER BY size DESC LIMIT 1"))


@pytest.fixture
def watch(comity: Command, server: Server, log_key: str) -> Watch:
    Path("key").write_text(WITNESSES[1].to_text())

    def look(*more: object) -> Said:
        return comity("witness", "--log", server.url, "--key", "key", "--state", "state", "--once", *more)

    said = look("--log-key", log_key)
    assert said.code == 0, said.err
    return look


def grow(server: Server) -> None:
    """One line more, sealed."""
    server.unlocked(people.CHIDI)
    server.seal()


def newest(server: Server, log_key: str):
    http = Http(server.url)
    server.connections.append(http)
    body = {"email": people.email(people.CHIDI), "password": people.PASSWORD}
    http.token = http.post("/session", body)["token"]
    return open_checkpoint(http.get_bytes("/log/checkpoint"), VerifierKey.parse(log_key))


def test_a_witness_signs_each_state_that_continues_the_one_before(watch: Watch, server: Server, log_key: str) -> None:
    first = json.loads(Path("state").read_text())["checkpoint"]
    grow(server)
    assert watch().code == 0
    second = json.loads(Path("state").read_text())["checkpoint"]
    key = VerifierKey.parse(log_key)
    assert open_checkpoint(first.encode(), key).size < open_checkpoint(second.encode(), key).size
    assert stat.S_IMODE(Path("state").stat().st_mode) == 0o600
    (found,) = cosignatures(newest(server, log_key), [WITNESSES[1].public])
    assert found.witness == WITNESSES[1].public


class Database:
    """The platform's database in the hands of somebody who can write anything into it."""

    def __init__(self, server: Server) -> None:
        self.file = server.folder / "comity.sqlite3"
        self.kept = server.folder / "kept.sqlite3"

    def save(self) -> None:
        self.kept.unlink(missing_ok=True)
        self.run("VACUUM INTO ?", str(self.kept))

    def restore(self) -> None:
        """Put every table of the log and the journal back to what it was."""
        with closing(sqlite3.connect(self.file, timeout=20)) as connection:
            connection.execute("ATTACH ? AS kept", (str(self.kept),))
            with connection:
                for table in (
                    "log_cosignature",
                    "log_day",
                    "log_checkpoint",
                    "log_tile",
                    "log_head",
                    "journal",
                    "journal_head",
                ):
                    connection.execute(f"DELETE FROM main.{table}")
                for table in (
                    "journal_head",
                    "journal",
                    "log_head",
                    "log_tile",
                    "log_checkpoint",
                    "log_day",
                    "log_cosignature",
                ):
                    connection.execute(f"INSERT INTO main.{table} SELECT * FROM kept.{table}")

    def run(self, statement: str, *values: object) -> None:
        with closing(sqlite3.connect(self.file, timeout=20)) as connection, connection:
            connection.execute(statement, values)


def refused(said: Said, words: str) -> None:
    assert said.code == 6, said
    assert words in said.err
    assert "Nothing is signed" in said.err
    assert Path("state.refused").exists()


def test_a_log_that_was_rolled_back_is_refused_and_the_state_stays(watch: Watch, server: Server) -> None:
    database = Database(server)
    database.save()
    grow(server)
    assert watch().code == 0
    seen = Path("state").read_text()
    database.restore()
    try:
        refused(watch(), "and now it has")
        assert Path("state").read_text() == seen
    finally:
        grow(server)


def test_a_log_that_forked_is_refused_although_its_own_key_signed_both(watch: Watch, server: Server) -> None:
    database = Database(server)
    database.save()
    grow(server)
    assert watch().code == 0
    database.restore()
    grow(server)
    grow(server)
    refused(watch(), "are no longer those that were signed")


def test_a_checkpoint_that_its_tiles_do_not_bear_out_is_refused(watch: Watch, server: Server, log_key: str) -> None:
    grow(server)
    database = Database(server)
    database.save()
    database.run("UPDATE log_tile SET hashes = zeroblob(length(hashes)) WHERE level = 0")
    try:
        refused(watch(), "no longer")
    finally:
        database.restore()
    assert watch().code == 0


def test_a_checkpoint_signed_with_another_key_is_refused(watch: Watch, server: Server, log_key: str) -> None:
    other = NoteKey(VerifierKey.parse(log_key).name, LOG, b"\x09" * 32)
    database = Database(server)
    database.save()
    grow(server)
    size = server.look("SELECT max(size) FROM log_checkpoint")
    forged = other.sign_checkpoint(size, b"\x01" * 32).decode()
    database.run("UPDATE log_checkpoint SET note = ? WHERE size = ?", forged, size)
    try:
        refused(watch(), "has not signed this checkpoint with the key that is known")
    finally:
        database.restore()
        grow(server)


def test_without_its_state_a_witness_asks_for_the_log_s_key_and_with_a_damaged_one_it_stops(
    watch: Watch, server: Server, log_key: str
) -> None:
    shutil.copy("state", "good")
    Path("state").write_text("{}")
    said = watch()
    assert said.code == 1
    assert "damaged" in said.err
    Path("state").unlink()
    said = watch()
    assert said.code == 1
    assert "--log-key" in said.err
    shutil.copy("good", "state")
    other = NoteKey(VerifierKey.parse(log_key).name, LOG, b"\x09" * 32)
    assert watch("--log-key", str(other.public)).code == 6
    assert watch("--log-key", log_key).code == 0


def test_whoever_is_not_a_witness_is_not_let_in(comity: Command, server: Server, log_key: str) -> None:
    said = comity("key", "witness", "stranger.example/1", "--to", "stranger")
    assert said.code == 0
    assert VerifierKey.parse(said.out).kind == WITNESS
    assert stat.S_IMODE(Path("stranger").stat().st_mode) == 0o600
    assert comity("key", "witness", "stranger.example/1", "--to", "stranger").code == 1
    said = comity(
        "witness", "--log", server.url, "--key", "stranger", "--state", "state", "--once", "--log-key", log_key
    )
    assert said.code == 4
    assert "log.witnesses" in said.err
    assert not Path("state").exists()


@pytest.mark.parametrize("content", ["", "PRIVATE+KEY+x", NoteKey("a.example", LOG, b"\x01" * 32).to_text()])
def test_a_file_without_a_witness_s_key_is_refused(comity: Command, server: Server, content: str) -> None:
    Path("key").write_text(content)
    assert comity("witness", "--log", server.url, "--key", "key", "--state", "state", "--once").code == 1


def test_two_witnesses_do_not_share_a_state(watch: Watch) -> None:
    with alone(Path("state")):
        said = watch()
    assert said.code == 1
    assert "Another witness" in said.err
