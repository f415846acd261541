"""`comity-server`: what each command answers, and that every error is one sentence and exit status 1."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import update
from tests.people import CHIDI, DORA, email, populate

from comity.cli import main
from comity.core import database, journal, policy
from comity.core.actors import SYSTEM
from comity.core.journal import Entry
from comity.core.transaction import transaction
from comity.directory import actions as directory
from comity.directory.model import Authority

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def cast(database: object) -> None:
    populate()


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def refused(*arguments: str) -> str:
    answer = run(*arguments)
    assert answer.exit_code == 1, answer.output
    assert answer.output.startswith("Error: ")
    assert answer.output.count("\n") == 1
    assert answer.output.rstrip().endswith(".")
    assert "Traceback" not in answer.output
    return answer.output


def test_check_is_content_with_what_is_sound() -> None:
    answer = run("check")
    assert answer.exit_code == 0, answer.output
    assert "are sound" in answer.output


def test_check_stops_at_a_wrong_setting_a_wrong_policy_and_missing_tables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "policies"
    folder.mkdir()
    for file in policy.policies_dir().iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    (folder / "notifications.toml").write_text('[[notify]]\nof = "rfa.lost"\nwho = "drafter"\nbasis = "x"\n')
    monkeypatch.setattr(policy, "_folder", folder)
    from comity.notifications import policy as notices

    notices.forget()
    assert "notifications.toml, line 1: no event is named 'rfa.lost'" in refused("check")
    notices.forget()
    monkeypatch.setattr(policy, "_folder", None)
    journal.Entry.metadata.drop_all(database.engine())
    assert "run `comity-server migrate`" in refused("check")
    journal.Entry.metadata.create_all(database.engine())


def test_explain_names_the_rule_that_decided() -> None:
    answer = run("explain", "--who", email(CHIDI), "--to", "authority.read", "--on", "XA")
    assert answer.exit_code == 0, answer.output
    assert f"{email(CHIDI)} (focal point) may authority.read XA." in answer.output
    assert "permitted by: everyone who signs in reads the directory" in answer.output
    assert "basis: Statute art. 87(1)" in answer.output


def test_explain_says_that_no_rule_permits_it() -> None:
    answer = run("explain", "--who", "dora", "--to", "account.disable", "--on", CHIDI.id)
    assert "dora (focal point) may not account.disable" in answer.output
    assert "no rule permits it" in answer.output


def test_explain_names_the_rule_that_forbids() -> None:
    answer = run("explain", "--who", "faye", "--to", "account.disable", "--on", "faye@court.example")
    assert "may not" in answer.output
    assert "forbidden by: nobody disables their own account" in answer.output


@pytest.mark.parametrize(
    ("who", "to", "on", "sentence"),
    [
        ("nobody", "authority.read", "XA", "No account is called nobody"),
        ("dora", "authority.burn", "XA", "authority.burn is not an action"),
        ("dora", "authority.read", "QQ", "There is no Authority QQ"),
        ("dora", "authority.read", None, "name it with --on"),
        ("dora", "deadline.read", "something", "Name the Deadline by its identifier"),
        ("dora", "deadline.read", "-" * 36, "Name the Deadline by its identifier"),
    ],
)
def test_explain_says_what_is_wrong(who: str, to: str, on: str | None, sentence: str) -> None:
    assert sentence in refused("explain", "--who", who, "--to", to, *(("--on", on) if on else ()))


def test_explain_answers_about_the_platform_without_a_row() -> None:
    assert "emre (auditor) may journal.read." in run("explain", "--who", "emre", "--to", "journal.read").output


def test_matrix_and_events_are_printed_or_written(tmp_path: Path) -> None:
    for command, word in (("matrix", "rfa.approve"), ("events", "## `rfa.transmitted`")):
        printed = run(command)
        assert printed.exit_code == 0, printed.output
        assert word in printed.output
        assert run(command, "--write", str(tmp_path / command)).output == f"Wrote {tmp_path / command}.\n"
        assert (tmp_path / command).read_text() == printed.output


def test_a_checkpoint_kept_elsewhere_is_verified_later(tmp_path: Path) -> None:
    kept = tmp_path / "checkpoint"
    kept.write_text(run("checkpoint").output)
    answer = run("verify-journal", "--since", str(kept))
    assert answer.exit_code == 0, answer.output
    assert "lines are as they were written" in answer.output
    assert answer.output.splitlines()[-1] == kept.read_text().strip()


def test_a_changed_line_is_named() -> None:
    with database.Session() as session, session.begin():
        session.execute(update(Entry.__table__).where(Entry.__table__.c.seq == 3).values(actor="dora"))
    assert "The journal is broken at line 3" in refused("verify-journal")


@pytest.mark.parametrize(
    "content", ["", "12", "12:abc", "x:" + "0" * 64, "1:" + "0" * 64, "9" * 5000 + ":" + "0" * 64, "\udcff"]
)
def test_a_checkpoint_that_is_none_or_of_another_journal_is_refused(tmp_path: Path, content: str) -> None:
    kept = tmp_path / "checkpoint"
    kept.write_text(content, errors="surrogateescape")
    refused("verify-journal", "--since", str(kept))


def test_a_checkpoint_file_that_is_missing_is_named(tmp_path: Path) -> None:
    assert "none cannot be used: No such file" in refused("verify-journal", "--since", str(tmp_path / "none"))


def test_the_journal_is_printed_from_a_line_that_there_can_be() -> None:
    assert run("journal", "--since", "9" * 30).exit_code == 2


def test_the_journal_is_printed_one_line_each() -> None:
    lines = run("journal").output.splitlines()
    with database.Session() as session:
        assert len(lines) == journal.last_seq(session)
    assert lines[0].split()[0] == "1"
    assert "authority.registered" in lines[0]
    assert "by system" in lines[0]
    assert run("journal", "--since", str(len(lines) - 1)).output.splitlines() == lines[-1:]


def test_the_journal_is_followed_as_it_grows() -> None:
    follower = subprocess.Popen(
        [sys.executable, "-m", "comity.cli", "journal", "--follow"],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT / "platform"), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert follower.stdout is not None
    guard = threading.Timer(30, follower.kill)
    guard.start()
    try:
        assert _until(follower, f"account:{DORA.id}")
        with transaction(SYSTEM) as tx:
            directory.register(
                tx, Authority(code="QQ", of="state", name_en="Q", name_fr="Q", time_zone="UTC", calendar="XA")
            )
        seen = _until(follower, "code=QQ")
    finally:
        guard.cancel()
        follower.kill()
        follower.stdout.close()
        follower.wait()
    assert "authority.registered" in seen


def _until(process: "subprocess.Popen[str]", word: str) -> str:
    assert process.stdout is not None
    return next((line for line in process.stdout if word in line), "")


@pytest.mark.parametrize("command", ["check", "checkpoint", "verify-journal", "journal", "serve", "migrate"])
def test_a_wrong_setting_is_one_sentence_everywhere_it_is_needed(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from comity.core import settings

    monkeypatch.setenv("COMITY_SERVER__PORT", "lots")
    settings.settings.cache_clear()
    assert "COMITY_SERVER__PORT: server.port is wrong" in refused(command)


def test_a_database_that_cannot_be_reached_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    from comity.core import settings

    monkeypatch.setenv("COMITY_DATABASE__URL", "postgresql://nobody@127.0.0.1:1/none")
    settings.settings.cache_clear()
    assert "The database cannot be used" in refused("checkpoint")
