"""What is set up once: the secret of cookies, bundles with the pinned root, the coarse net, the first page."""

import json
import socket
import threading
import time
from contextlib import closing

import pytest
from tests import people
from tests.people import CHIDI, FAYE
from tests.visits import Visitor, visitor

from comity.app import create_app
from comity.core.errors import SettingsError
from comity.core.settings import settings as current
from comity.web import bundles, home
from comity.web.secret import signing_secret
from comity_seal.log.notes import LOG
from comity_seal.log.signer import NoteKey


def test_a_secret_is_made_once_and_kept_for_its_owner_alone(settings, monkeypatch):
    monkeypatch.setenv("COMITY_SESSIONS__SECRET", "")
    current.cache_clear()
    first = signing_secret(current())
    assert len(first) == 64
    assert signing_secret(current()) == first
    kept = current().folder / "session-secret"
    assert kept.read_text() == first
    assert kept.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in current().folder.iterdir()] == ["session-secret"]


def test_processes_that_start_together_use_one_secret(settings, monkeypatch):
    monkeypatch.setenv("COMITY_SESSIONS__SECRET", "")
    current.cache_clear()
    chosen, found = current(), set()
    threads = [threading.Thread(target=lambda: found.add(signing_secret(chosen))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 1


def test_a_short_secret_is_refused(settings, monkeypatch):
    monkeypatch.setenv("COMITY_SESSIONS__SECRET", "secret")
    current.cache_clear()
    with pytest.raises(SettingsError, match="too short"):
        signing_secret(current())


@pytest.fixture
def built(tmp_path, settings):
    files = {"app.js": "app-1.js", "keys.js": "keys-2.js", "hash.js": "hash-4.js", "comity.css": "comity-3.css"}
    (tmp_path / "build.json").write_text(json.dumps({"files": files}))
    (tmp_path / "keys-2.js").write_text("run();")
    return bundles.read(tmp_path, settings)


def test_the_first_line_of_the_key_worker_names_the_pinned_root_and_the_worker_it_may_start(built, settings):
    ((name, script),) = built.made.items()
    first, rest = script.decode().split("\n", 1)
    assert first == f'self.COMITY_ROOT="{settings.trust.root}";self.COMITY_HASH="/static/dist/hash-4.js";'
    assert rest == "run();"
    assert built.files["keys.js"] == name
    assert name != "keys-2.js"


def test_another_root_gives_another_address(tmp_path, built, settings, monkeypatch):
    monkeypatch.setenv("COMITY_TRUST__ROOT", "0" * 64)
    current.cache_clear()
    assert bundles.read(tmp_path, current()).files["keys.js"] != built.files["keys.js"]


LOG_KEY = str(NoteKey("court.example/log", LOG, b"\1" * 32).public)


def test_the_first_line_names_the_key_of_the_log_where_the_operator_has_named_it(tmp_path, built, monkeypatch):
    monkeypatch.setenv("COMITY_LOG__KEY", LOG_KEY)
    current.cache_clear()
    (script,) = bundles.read(tmp_path, current()).made.values()
    assert f';self.COMITY_LOG="{LOG_KEY}";' in script.decode().split("\n", 1)[0]


def test_a_mistyped_key_of_the_log_stops_the_start(tmp_path, built, monkeypatch):
    monkeypatch.setenv("COMITY_LOG__KEY", LOG_KEY.replace("court", "count"))
    current.cache_clear()
    with pytest.raises(SettingsError, match=r"log\.key: .*mistyped"):
        bundles.read(tmp_path, current())


def test_the_key_worker_is_kept_for_ever_and_carries_its_own_policy(app, built):
    app.extensions["comity_bundles"].files.update(built.files)
    app.extensions["comity_bundles"].made.update(built.made)
    answer = Visitor(app).client.get(f"/bundles/{built.files['keys.js']}")
    assert answer.status_code == 200
    assert answer.mimetype == "text/javascript"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "worker-src 'self'" in answer.headers["Content-Security-Policy"]
    assert Visitor(app).client.get("/bundles/keys-2.js").status_code == 404


def test_pages_open_also_before_anything_is_built(app, tmp_path, settings):
    assert bundles.read(tmp_path, settings) == bundles.Bundles()
    app.extensions["comity_bundles"].files.clear()
    assert Visitor(app).get("/sign-in").status_code == 200


def limited(monkeypatch, **environment):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    current.cache_clear()
    return create_app()


def test_too_many_requests_of_one_address_are_refused_and_told_when_to_come_back(database, policies, monkeypatch):
    stranger = Visitor(limited(monkeypatch, COMITY_LIMITS__REQUESTS_PER_MINUTE="10"))
    statuses = [stranger.client.get("/sign-in").status_code for _ in range(14)]
    assert statuses == [200] * 10 + [429] * 4
    problem = stranger.client.get("/api/v1/trust")
    assert (problem.status_code, problem.json["type"]) == (429, "/problems/too-many-requests")
    assert stranger.client.get("/static/icon.svg", buffered=True).status_code == 200


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_a_broker_that_takes_connections_and_says_nothing_holds_nobody_up(database, policies, monkeypatch):
    """The first request waits a little; those after it do not; the count goes on in memory."""
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        address = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"
        app = limited(monkeypatch, COMITY_LIMITS__REQUESTS_PER_MINUTE="30", COMITY_BROKER__URL=address)
        stranger = Visitor(app)
        started = time.perf_counter()
        statuses = [stranger.client.get("/ready").status_code for _ in range(40)]
        taken = time.perf_counter() - started
    assert statuses.count(200) == 30
    assert statuses.count(429) == 10
    assert taken < 10


def test_a_panel_is_shown_to_its_roles_and_nothing_is_said_when_nothing_waits(app, monkeypatch):
    people.populate()
    shown = {
        "b": home.Panel(2, "b", frozenset({"focal point"}), lambda _tx: "<p>second</p>"),
        "a": home.Panel(1, "a", frozenset({"focal point"}), lambda _tx: "<p>first</p>"),
        "c": home.Panel(3, "c", None, lambda _tx: None),
    }
    monkeypatch.setattr(home, "_panels", shown)
    page = visitor(app, CHIDI).get("/").get_data(as_text=True)
    assert page.index("<p>first</p>") < page.index("<p>second</p>")
    assert "Nothing is waiting for you" in visitor(app, FAYE).get("/").get_data(as_text=True)


def test_the_menu_names_what_a_role_uses_and_where_one_is(app):
    people.populate()
    page = visitor(app, FAYE).get("/accounts/new").get_data(as_text=True)
    menu = page[page.index("<nav") : page.index("</nav>")]
    assert "/accounts" in menu
    assert "/journal" not in menu
    assert 'aria-current="true"' in menu


def test_the_process_says_when_it_is_ready(app):
    assert Visitor(app).client.get("/ready").get_data(as_text=True) == "ready\n"


def test_two_people_who_do_the_same_at_once_are_told_so(app, monkeypatch):
    """The database keeps one of them; the other may look again."""
    from sqlalchemy.exc import IntegrityError

    from comity.accounts import queries

    people.populate()
    chidi = visitor(app, CHIDI)

    def collides(*_args):
        raise IntegrityError("INSERT", {}, Exception("UNIQUE"))

    monkeypatch.setattr(queries, "open_sessions", collides)
    answer = chidi.client.get("/account")
    assert answer.status_code == 409
    assert "at the same moment" in answer.get_data(as_text=True)
