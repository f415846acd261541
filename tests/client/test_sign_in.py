"""Signing in with a code and a browser; where the token is kept: keyring, file, environment."""

import json
import os
import pty
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import fail
from keyring.errors import KeyringLocked, PasswordDeleteError
from playwright.sync_api import Browser
from tests import people
from tests.browsing import context
from tests.browsing import sign_in as sign_in_a_browser
from tests.client.conftest import ROOT, Command, Server

from comity_client import devices
from comity_client.errors import Cancelled, SignInNeeded
from comity_client.http import Http


class Login:
    """The command, waiting for somebody to type its code."""

    def __init__(self, server: Server, home: Path) -> None:
        environment = dict(
            os.environ,
            COMITY_CONFIG_HOME=str(home),
            PYTHONPATH=str(ROOT / "platform"),
            PYTHON_KEYRING_BACKEND="keyring.backends.fail.Keyring",
        )
        root = people.root().public.id
        self.process = subprocess.Popen(
            [
                sys.executable, "-m", "comity_client.cli",
                "login", "--device", "--server", server.url, "--root", root,
            ],
            env=environment, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert self.process.stderr is not None
        self.said = ""
        while not (found := re.search(r"^ {4}(\S+)$", self.said, re.MULTILINE)):
            line = self.process.stderr.readline()
            assert line, self.said
            self.said += line
        self.code = found[1]

    def end(self) -> int:
        self.said += self.process.communicate(timeout=60)[1]
        return self.process.returncode


def test_the_code_is_typed_in_a_browser_and_the_command_is_signed_in(
    server: Server, browser: Browser, tmp_path: Path, comity: Command
) -> None:
    login = Login(server, tmp_path / "home")
    assert re.fullmatch("[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}", login.code)
    assert "/device" in login.said
    visit = context(browser, server.url)
    page = visit.new_page()
    sign_in_a_browser(page, people.CHIDI)
    page.goto("/device")
    page.get_by_label("Code").fill(login.code.lower())
    page.get_by_role("button", name="Continue").click()
    page.get_by_text(devices.this_machine()).wait_for()
    page.get_by_role("button", name="Allow").click()
    page.wait_for_url("**/account")
    assert login.end() == 0, login.said
    assert f"as {people.NAMES[people.CHIDI]}" in login.said
    assert login.process.returncode == 0
    page.reload()
    assert page.get_by_text(devices.this_machine()).count() == 1
    assert json.loads(comity("status", "--json").out)["email"] == people.email(people.CHIDI)
    page.get_by_role("button", name="End all others").click()
    page.wait_for_url("**/account")
    assert comity("status").code == 4
    visit.close()


def test_what_was_refused_is_said_and_nothing_is_kept(server: Server, browser: Browser, tmp_path: Path) -> None:
    login = Login(server, tmp_path / "home")
    visit = context(browser, server.url)
    page = visit.new_page()
    sign_in_a_browser(page, people.CHIDI)
    page.goto("/device")
    page.get_by_label("Code").fill(login.code)
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Refuse").click()
    page.wait_for_url("**/account")
    assert login.end() == 3
    assert "refused in the browser" in login.said
    assert not (tmp_path / "home").exists()
    visit.close()


class Answers(Http):
    """A platform that answers with these, one after the other."""

    def __init__(self, *answers: Any) -> None:
        import httpx

        left = list(answers)

        def answer(_request: Any) -> Any:
            given = left.pop(0)
            if isinstance(given, str):
                return httpx.Response(400, json={"type": f"/problems/{given}", "title": "", "detail": ""})
            return httpx.Response(201, json=given)

        super().__init__("http://platform.example", transport=httpx.MockTransport(answer))


ASKED = {"device_code": "d", "user_code": "BCDF-GHJK", "verification_uri": "u", "expires_in": 600, "interval": 5}


def test_the_command_asks_as_seldom_as_it_is_told() -> None:
    waits: list[float] = []
    answers = Answers(ASKED, "authorization-pending", "slow-down", "slow-down", {"access_token": "t"})
    assert devices.sign_in(answers, lambda _: None, sleep=waits.append) == "t"
    assert waits == [5, 5, 10, 15]


def test_the_command_stops_when_it_is_refused_or_too_late() -> None:
    with pytest.raises(Cancelled):
        devices.sign_in(Answers(ASKED, "access-denied"), lambda _: None, sleep=lambda _: None)
    with pytest.raises(SignInNeeded, match="expired"):
        devices.sign_in(Answers(ASKED, "expired-token"), lambda _: None, sleep=lambda _: None)
    waits: list[float] = []
    with pytest.raises(SignInNeeded, match="expired"):
        devices.sign_in(Answers(ASKED, *["authorization-pending"] * 120), lambda _: None, sleep=waits.append)
    assert sum(waits) == 600


def test_on_a_terminal_a_code_is_shown_and_no_password_is_asked_for(server: Server, tmp_path: Path) -> None:
    terminal, inner = pty.openpty()
    environment = dict(os.environ, COMITY_CONFIG_HOME=str(tmp_path), PYTHONPATH=str(ROOT / "platform"), NO_COLOR="1")
    process = subprocess.Popen(
        [sys.executable, "-m", "comity_client.cli", "login", "--server", server.url],
        stdin=inner, stdout=inner, stderr=inner, env=environment, start_new_session=True,
    )  # fmt: skip
    os.close(inner)
    seen = b""
    while b"Waiting" not in seen:
        seen += os.read(terminal, 1000)
    process.kill()
    process.wait(10)
    os.close(terminal)
    assert re.search(rb"    [A-Z]{4}-[A-Z]{4}\r\n", seen)  # and no colour in it
    assert b"assword" not in seen


class Cupboard(KeyringBackend):
    """A keyring of its own, as the library's back ends are."""

    priority = 5  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}
        self.locked = False

    def get_password(self, service: str, username: str) -> str | None:
        if self.locked:
            raise KeyringLocked
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        if self.locked:
            raise KeyringLocked
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if (service, username) not in self.kept:
            raise PasswordDeleteError
        del self.kept[service, username]


@pytest.fixture
def cupboard() -> Iterator[Cupboard]:
    made = Cupboard()
    keyring.set_keyring(made)
    yield made
    keyring.set_keyring(fail.Keyring())


def test_the_token_is_in_the_keyring_alone_and_logout_takes_it_away(
    cupboard: Cupboard, chidi: Command, server: Server, tmp_path: Path
) -> None:
    ((service, whose),) = cupboard.kept
    assert (service, whose) == ("Comity", f"{people.email(people.CHIDI)} at {server.url}")
    assert [path.name for path in (tmp_path / "home").iterdir()] == ["settings.json"]
    said = chidi("status")
    assert said.code == 0, said.err
    assert said.out.count("keyring") == 1
    assert chidi("logout").code == 0
    assert cupboard.kept == {}
    assert chidi("status").code == 4


def test_a_locked_keyring_is_named_and_a_file_serves_where_nothing_can_be_put_into_it(
    cupboard: Cupboard, chidi: Command, server: Server, files: Path, tmp_path: Path
) -> None:
    cupboard.locked = True
    said = chidi("status")
    assert said.code == 4
    assert "unlock it" in said.err
    assert chidi("login", "--email", people.email(people.CHIDI), "--password-file", files / "password").code == 0
    assert (tmp_path / "home/token").stat().st_mode & 0o777 == 0o600
    cupboard.locked = False
    said = chidi("status", "--json")
    assert json.loads(said.out)["token_kept"] == "file"
    assert chidi("logout").code == 0  # from both
    assert cupboard.kept == {}
    assert not (tmp_path / "home/token").exists()


@pytest.mark.parametrize("how", ["none", "poor", "not installed"])
def test_without_a_usable_keyring_there_is_a_file_and_status_says_so(
    how: str,
    comity: Command,
    server: Server,
    files: Path,
    tmp_path: Path,
    cupboard: Cupboard,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if how == "none":
        keyring.set_keyring(fail.Keyring())
    if how == "poor":  # one that the library does not recommend, such as plain text
        monkeypatch.setattr(Cupboard, "priority", 0.5)
    if how == "not installed":
        monkeypatch.setitem(sys.modules, "keyring", None)
    said = comity(
        *("login", "--server", server.url, "--root", people.root().public.id),
        *("--email", people.email(people.CHIDI), "--password-file", files / "password"),
    )
    assert said.code == 0, said.err
    assert (tmp_path / "home/token").stat().st_mode & 0o777 == 0o600
    assert "file that you alone can read" in comity("status").out
    assert cupboard.kept == {}


def test_a_token_in_the_environment_goes_before_everything(
    chidi: Command, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    dora = Http(server.url)
    server.connections.append(dora)
    given = dora.post("/session", {"email": people.email(people.DORA), "password": people.PASSWORD})
    monkeypatch.setenv("COMITY_TOKEN", given["token"])
    said = json.loads(chidi("status", "--json").out)
    assert (said["email"], said["token_kept"]) == (people.email(people.DORA), "environment")
    monkeypatch.setenv("COMITY_TOKEN", "nonsense")
    assert chidi("status").code == 4
    monkeypatch.delenv("COMITY_TOKEN")
    assert json.loads(chidi("status", "--json").out)["email"] == people.email(people.CHIDI)
