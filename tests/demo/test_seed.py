"""The demonstration world: made once here as `./dev run` makes it, then looked at from every side."""

import os
import re
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest
from flask import Flask

from comity.app import create_app
from comity.core import database, journal, storage, text, transaction
from comity.core import settings as core_settings
from comity_client import handling, messages, requests, withdrawing
from comity_client.http import Http
from comity_client.transfer import read, receive
from comity_client.unlocked import Unlocked
from comity_demo.cast import (
    AMINA,
    BRUNO,
    CELIA,
    CHIDI,
    DORA,
    GRACE,
    OFFICES,
    PASSPHRASE,
    PASSWORD,
    PEOPLE,
    ZOLA,
    Person,
    sign_ins,
)

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a demonstration world."""
    folder = tmp_path_factory.mktemp("demo") / "world"
    kept = {name: value for name, value in os.environ.items() if not name.startswith("COMITY_")}
    environment = {**kept, "PYTHONPATH": f"{ROOT / 'platform'}:{ROOT / 'workers'}"}
    command = [sys.executable, "-m", "comity_demo.seed", "--data", str(folder)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=240, cwd=folder.parent)
    assert done.returncode == 0, done.stderr
    return folder


def _ask(world: Path, question: str) -> list[Any]:
    with closing(sqlite3.connect(world / "comity.sqlite3")) as connection:
        return connection.execute(question).fetchall()


@pytest.fixture
def app(world: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """The platform over that world."""
    for name in [name for name in os.environ if name.startswith("COMITY_") and "__" in name]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("COMITY_CONFIG", str(world / "comity.toml"))
    core_settings.settings.cache_clear()
    storage.store.cache_clear()
    before = text.translate
    database.configure(core_settings.settings().database.url)
    yield create_app()
    transaction.set_bell(transaction._silence)
    text.set_translation(before)
    database.dispose()
    core_settings.settings.cache_clear()
    storage.store.cache_clear()


def _unlocked(app: Flask, world: Path, person: Person) -> Unlocked:
    http = Http("http://localhost:8000", transport=httpx.WSGITransport(app=app))
    http.token = http.post("/session", {"email": person.email, "password": PASSWORD})["token"]
    pinned = re.search(r'root = "([0-9a-f]{64})"', (world / "comity.toml").read_text())
    assert pinned
    return Unlocked.unlock(http, pinned[1], PASSPHRASE)


def test_requests_are_at_every_stage_with_dates_near_paused_and_past(world: Path) -> None:
    stages = Counter(stage for (stage,) in _ask(world, "SELECT stage FROM rfa"))
    assert sum(stages.values()) >= 12
    assert set(stages) == {
        *("draft", "approved", "transmitted", "acknowledged", "answered", "closed", "withdrawn"),
    }
    running = "SELECT due_on FROM deadline WHERE rule = 'requested date' AND met_at IS NULL AND ended_at IS NULL"
    days = [(date.fromisoformat(due) - date.today()).days for (due,) in _ask(world, running)]
    assert any(day < 0 for day in days)
    assert any(0 <= day <= 8 for day in days)
    assert _ask(world, "SELECT count(*) FROM deadline WHERE paused_since IS NOT NULL")[0][0] >= 1
    assert _ask(world, "SELECT count(*) FROM journal WHERE name = 'rfa.returned'")[0][0] >= 1


def test_most_of_it_is_about_assets_and_records(world: Path) -> None:
    letters = Counter(letter for (letter,) in _ask(world, "SELECT letter FROM measure"))
    assert letters["k"] + letters["i"] > sum(letters.values()) / 2
    assert {act for (act,) in _ask(world, "SELECT act FROM measure WHERE letter = 'k'")} == {
        *("identify", "trace", "freeze", "seize"),
    }


def test_every_request_and_document_opens_with_the_keys_of_those_it_went_to(app: Flask, world: Path) -> None:
    opened = 0
    for person in (CHIDI, DORA, ZOLA):
        me = _unlocked(app, world, person)
        for one in requests.every(me.http):
            request = me.http.get(f"/requests/{one['id']}")
            text_read = requests.read_request(me, request)
            assert text_read is not None
            assert text_read.subject
            for paper in request["documents"]:
                received = receive(me, paper["doc"], request=request["id"], purpose=paper["purpose"])
                content = read(me, received)
                assert len(content) == received.manifest.size
                if received.manifest.media == "application/pdf":
                    assert content.startswith(b"%PDF-1.4")
                    assert content.endswith(b"%%EOF\n")
                opened += 1
        me.http.close()
    assert opened >= 20


def test_people_have_written_to_each_other_and_some_of_it_is_still_unread(app: Flask, world: Path) -> None:
    assert _ask(world, "SELECT count(*) FROM message")[0][0] >= 6
    assert _ask(world, "SELECT count(DISTINCT request) FROM message")[0][0] >= 3
    assert _ask(world, "SELECT count(*) FROM reading")[0][0] >= 3
    unread = 0
    for person in (AMINA, ZOLA):
        me = _unlocked(app, world, person)
        for one in requests.every(me.http):
            request = me.http.get(f"/requests/{one['id']}")
            for shown in messages.every(me.http, request):
                assert messages.open_(me, request, shown).text
            unread += one["unread"]
        me.http.close()
    assert unread >= 2


def test_the_registry_sees_its_own_request_and_what_states_ask_of_it(app: Flask, world: Path) -> None:
    me = _unlocked(app, world, GRACE)
    seen = {(one["requesting"], one["requested"]) for one in requests.every(me.http)}
    assert seen == {("REG", "XA"), ("XA", "REG"), ("YB", "REG")}
    me.http.close()


def _of(me: Unlocked, **fields: Any) -> dict[str, Any]:
    """The one request that this person sees with these fields."""
    (found,) = [one for one in requests.every(me.http) if all(one[name] == value for name, value in fields.items())]
    shown: dict[str, Any] = me.http.get(f"/requests/{found['id']}")
    return shown


def test_a_pair_waits_for_its_second_half_while_the_sixty_days_run(app: Flask, world: Path) -> None:
    me = _unlocked(app, world, CHIDI)
    first, full = _of(me, kind="provisional_arrest"), _of(me, kind="arrest_surrender")
    assert [(one["relation"], one["reference"]) for one in full["links"]] == [("full_request_of", first["reference"])]
    sixty = {one["rule"]: one["state"] for one in first["deadlines"]}["documents after provisional arrest"]
    assert (full["stage"], sixty) == ("transmitted", "running")
    assert "rfa.acknowledge" in full["options"]
    me.http.close()


def test_there_are_a_link_urgency_a_limit_with_consent_asked_and_a_review_with_a_deputy(
    app: Flask, world: Path
) -> None:
    me = _unlocked(app, world, AMINA)
    urgent = _of(me, urgent_by="fax")
    assert "rfa.confirm" in urgent["options"]
    asked = next(
        shown for one in requests.every(me.http) if (shown := me.http.get(f"/requests/{one['id']}"))["consents"]
    )
    (consent,) = asked["consents"]
    limited = next(one for one in asked["documents"] if one["doc"] == consent["document"])
    assert (limited["handling"], consent["decided_at"]) == (["lead_only", "protected_person"], None)
    assert handling.read_reason(me, asked, consent)[1].startswith("The Chamber will ask")
    assert [one["relation"] for one in asked["links"]] == ["followed_by"]
    (review,) = _of(me, stage="draft")["reviews"]
    assert (review["reviewer"]["name"], review["deputy"]["name"]) == (BRUNO.name, CELIA.name)
    assert review["given_at"] is None
    me.http.close()


def test_a_withdrawn_request_waits_for_what_became_of_its_documents(app: Flask, world: Path) -> None:
    me = _unlocked(app, world, CHIDI)
    withdrawn = _of(me, stage="withdrawn")
    assert (withdrawn["withdrawal"]["asked"], withdrawn["withdrawal"]["fate"]) == (True, None)
    assert "rfa.dispose" in withdrawn["options"]
    done = withdrawing.confirm(me, withdrawn, "kept", kept_for="agreed")
    assert done["withdrawal"]["fate"] == "kept"
    me.http.close()


def test_the_journal_verifies_and_nobody_was_refused(app: Flask) -> None:
    with database.Session(writes=False) as session:
        verified = journal.verify(session)
        names = Counter(entry.name for entry in journal.read_after(session, 0, 10_000))
    assert verified.lines == sum(names.values())
    assert names["access.refused"] == 0


def test_everything_happened_before_now_and_in_order(world: Path) -> None:
    moments = [at for (at,) in _ask(world, "SELECT at FROM journal ORDER BY seq")]
    played = moments[:-1]
    assert played == sorted(played)
    assert max(moments)[:10] <= date.today().isoformat()


def test_the_private_key_sets_of_the_root_are_nowhere_in_what_the_server_reads(world: Path) -> None:
    configured = (world / "comity.toml").read_text()
    assert "offline" not in configured
    kept = sorted((world / "offline").iterdir())
    assert len(kept) == 6
    assert {one.stat().st_mode & 0o777 for one in kept} == {0o600}
    secrets = [one.read_text().splitlines()[-1].encode() for one in kept]
    for path in world.rglob("*"):
        if path.is_file() and path not in kept:
            data = path.read_bytes()
            assert not any(secret in data for secret in secrets)


def test_nothing_readable_is_in_the_database_or_the_store(world: Path) -> None:
    for path in [world / "comity.sqlite3", *(world / "store").rglob("*")]:
        if path.is_file():
            data = path.read_bytes()
            for words in (b"Meridian Freight", b"Tern Logistics", b"%PDF-1.4", b"Known accounts"):
                assert words not in data, path


def test_no_real_state_is_named() -> None:
    from babel import Locale

    real = {
        name
        for language in ("en", "fr")
        for code, name in Locale(language).territories.items()
        if len(code) == 2 and code not in ("GG", "JE", "GE", "TD", "ML")
    }
    invented = {office.name_en for office in OFFICES} | {office.name_fr for office in OFFICES}
    assert not real & invented
    for source in ("story.py", "further.py", "toward.py", "papers.py", "cast.py"):
        written = (ROOT / "platform/comity_demo" / source).read_text()
        named = [name for name in real if re.search(rf"(?<![\w/]){re.escape(name)}(?![\w/])", written)]
        assert named == [], source


def test_everybody_can_sign_in_with_what_is_printed(app: Flask) -> None:
    printed = sign_ins()
    client = app.test_client(use_cookies=False)
    for person in PEOPLE:
        assert person.email in printed
        answer = client.post("/api/v1/session", json={"email": person.email, "password": PASSWORD})
        assert answer.status_code == 201, person
    assert PASSPHRASE in printed


def test_a_second_call_changes_nothing_and_reset_takes_only_a_demonstration_away(world: Path, tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'platform'}:{ROOT / 'workers'}"}

    def call(module: str, folder: Path) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", f"comity_demo.{module}", "--data", str(folder)]
        return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)

    before = (world / "comity.sqlite3").read_bytes()
    assert call("seed", world).returncode == 0
    assert (world / "comity.sqlite3").read_bytes() == before

    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "file").touch()
    assert call("reset", tmp_path / "mine").returncode == 1
    assert (tmp_path / "mine" / "file").exists()
    (tmp_path / "gone").mkdir()
    (tmp_path / "gone" / "comity.toml").touch()
    assert call("reset", tmp_path / "gone").returncode == 0
    assert not (tmp_path / "gone").exists()
