"""Every exit code of the command, and that nothing happened when something was refused."""

import io
import os
import pty
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from tests import people
from tests.client.conftest import ROOT, SUBJECT, TEXT, Command, Server


def _sign_in(comity: Command, server: Server, files: Path, *more: object) -> Any:
    return comity(
        *("login", "--server", server.url, "--email", people.email(people.CHIDI)),
        *("--password-file", files / "password", *more),
    )


def test_1_for_a_request_that_is_not_there(chidi: Command) -> None:
    said = chidi("request", "view", "OTP/XA/2019/999")
    assert (said.code, said.out) == (1, "")
    assert "comity request list" in said.err


def test_1_for_a_platform_that_does_not_answer(comity: Command, files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("comity_client.http.WAIT", 0.001)
    said = comity(
        *("login", "--server", "http://127.0.0.1:9", "--email", "a@b.example"),
        *("--password-file", files / "password"),
    )
    assert said.code == 1
    assert "does not answer" in said.err


def test_1_for_a_wrong_passphrase_and_nothing_is_written(chidi: Command, sent: dict[str, Any], files: Path) -> None:
    (files / "passphrase").write_text("zoo-zoo-zoo-zoo-zoo-zoo-zoo-zoo")
    said = chidi("request", "download", sent["reference"], "--to", "here")
    assert said.code == 1
    assert "passphrase" in said.err
    assert not Path("here").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ["request", "nonsense"],
        ["login", "--server", "http://platform.example"],
        ["login", "--root", "1234"],
        ["verify"],
        ["login"],
        ["login", "--device", "--password"],
        ["bundle", "pack", "-o", "x"],
        ["bundle", "submit", "nothing-is-here"],
        ["authority", "remove", "Somebody"],
        ["authority", "recovery", "set"],
    ],
)
def test_2_for_wrong_usage(comity: Command, arguments: list[str]) -> None:
    assert comity(*arguments).code == 2


def test_2_for_an_answer_without_an_outcome_for_each_measure(chidi: Command, sent: dict[str, Any]) -> None:
    assert chidi("request", "ack", sent["reference"], "--yes").code == 0
    said = chidi("request", "answer", sent["reference"], "--text", "Done.", "--outcome", "1=executed", "--yes")
    assert said.code == 2
    assert "1, 2" in said.err
    assert "acknowledged" in chidi("request", "view", sent["reference"]).out


def test_3_when_the_person_says_no(
    chidi: Command, sent: dict[str, Any], server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    for typed in ("n\n", ""):
        monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        assert chidi("request", "ack", sent["reference"]).code == 3
    assert server.look("SELECT stage FROM rfa WHERE reference = ?", sent["reference"]) == "transmitted"


def test_3_when_the_root_is_not_confirmed_and_no_session_stays(
    comity: Command, server: Server, files: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_before = server.look("SELECT count(*) FROM login_session WHERE ended_at IS NULL")
    monkeypatch.setattr(sys, "stdin", io.StringIO("n\n"))
    said = _sign_in(comity, server, files)
    assert said.code == 3
    assert people.root().public.fingerprint in said.err
    assert not (tmp_path / "home").exists()
    assert server.look("SELECT count(*) FROM login_session WHERE ended_at IS NULL") == open_before


def test_the_root_that_was_confirmed_is_pinned(
    comity: Command, server: Server, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("y\n"))
    assert _sign_in(comity, server, files).code == 0
    assert _sign_in(comity, server, files).code == 0  # asks no more
    assert _sign_in(comity, server, files, "--root", "ab" * 32).code == 6


def test_4_without_a_sign_in(comity: Command) -> None:
    for arguments in (
        ["status"],
        ["request", "list"],
        ["request", "rewrap"],
        ["key", "show"],
        ["key", "new"],
        ["authority", "show", "XA"],
        ["authority", "rotate", "--yes"],
        ["authority", "confirm", "XA"],
        ["bundle", "pack", "OTP/XA/2026/001", "-o", "x"],
        ["logout"],
    ):
        said = comity(*arguments)
        assert said.code == 4
        assert "comity login" in said.err


def test_4_for_a_wrong_password(comity: Command, server: Server, files: Path, tmp_path: Path) -> None:
    (files / "password").write_text("a wrong password altogether")
    said = _sign_in(comity, server, files, "--root", people.root().public.id)
    assert said.code == 4
    assert "password is not right" in said.err
    assert not (tmp_path / "home").exists()


def test_5_when_the_request_is_at_another_stage(chidi: Command, sent: dict[str, Any]) -> None:
    assert chidi("request", "ack", sent["reference"], "--yes").code == 0
    said = chidi("request", "ack", sent["reference"], "--yes")
    assert said.code == 5
    assert sent["reference"] in said.err


def test_5_for_a_second_key_set(chidi: Command) -> None:
    assert chidi("key", "init").code == 5


def test_6_for_another_root_than_the_one_given(comity: Command, server: Server, files: Path, tmp_path: Path) -> None:
    said = _sign_in(comity, server, files, "--root", "0" * 64)
    assert said.code == 6
    assert "security officer" in said.err
    assert not (tmp_path / "home").exists()


def test_6_for_a_file_or_proof_that_was_changed(chidi: Command, sent: dict[str, Any]) -> None:
    assert chidi("request", "download", sent["reference"], "--to", "here").code == 0
    file, proof = Path("here/request.json"), Path("here/request.json.proof.json")
    good, good_proof = file.read_bytes(), proof.read_bytes()
    file.write_bytes(good.replace(b"2021", b"2022"))
    said = chidi("verify", file)
    assert said.code == 6
    assert TEXT not in said.out + said.err
    file.write_bytes(good)
    other = Path("here/Known accounts.csv.proof.json").read_bytes()
    for changed in (other, good_proof.replace(b'"v": 1', b'"v": 2'), good_proof[:-40], b""):
        proof.write_bytes(changed)
        assert chidi("verify", file).code == 6
    proof.unlink()
    assert chidi("verify", file).code == 6
    proof.write_bytes(good_proof)
    assert chidi("verify", file).code == 0
    assert chidi("verify", file, "--root", "0" * 64).code == 6


def test_6_when_the_store_was_tampered_with_and_nothing_is_left_behind(
    chidi: Command, sent: dict[str, Any], server: Server
) -> None:
    doc = next(one["doc"] for one in sent["documents"] if one["purpose"] == "annex")
    upload = server.look("SELECT upload_id FROM document_version WHERE doc = ? LIMIT 1", doc.replace("-", ""))
    stored = next(path for path in server.folder.rglob("*") if path.is_file() and upload in str(path).replace("-", ""))
    content = bytearray(stored.read_bytes())
    content[-1] ^= 1
    stored.chmod(0o600)
    stored.write_bytes(content)
    said = chidi("request", "download", sent["reference"], "--to", "here")
    assert said.code == 6
    assert [path.name for path in Path("here").iterdir() if "accounts" in path.name or path.name[0] == "."] == []


def test_6_when_the_platform_moves_the_requested_date(chidi: Command, sent: dict[str, Any], server: Server) -> None:
    server.change("UPDATE rfa SET requested_on = '2027-01-15' WHERE reference = ?", sent["reference"])
    said = chidi("request", "open", sent["reference"])
    assert said.code == 6
    assert SUBJECT not in said.out + said.err
    assert "not authentic" in said.err


def test_7_when_some_files_are_there_already(chidi: Command, sent: dict[str, Any]) -> None:
    assert chidi("request", "download", sent["reference"], "--to", "here").code == 0
    Path("here/request.json").write_text("mine")
    said = chidi("request", "download", sent["reference"], "--to", "here")
    assert said.code == 7
    assert Path("here/request.json").read_text() == "mine"
    assert chidi("request", "download", sent["reference"], "--to", "here", "--force").code == 0
    assert Path("here/request.json").read_text() != "mine"


def test_130_when_interrupted_at_a_question(tmp_path: Path) -> None:
    terminal, inner = pty.openpty()
    environment = dict(os.environ, COMITY_CONFIG_HOME=str(tmp_path), PYTHONPATH=str(ROOT / "platform"))
    process = subprocess.Popen(
        [sys.executable, "-m", "comity_client.cli", "login", "--password"],
        stdin=inner, stdout=inner, stderr=inner, env=environment, start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # whoever runs the tests may ignore it
    )  # fmt: skip
    os.close(inner)
    seen = b""
    until = time.monotonic() + 60
    while b"E-mail" not in seen and time.monotonic() < until:
        seen += os.read(terminal, 1000)
    until = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < until:
        process.send_signal(signal.SIGINT)  # Python may miss one that comes just before it waits for the keyboard
        time.sleep(2)
    process.kill()
    assert process.wait() == 130
    os.close(terminal)
    assert not list(tmp_path.iterdir())
