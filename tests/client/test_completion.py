"""Completion as real shells do it, without asking the platform anything."""

import json
import os
import pty
import re
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.client.conftest import ROOT, Command

KNOWN = ["OTP/XA/2026/007", "OTP/XA/2026/012", "REG/XA/2026/001"]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """A home with three known references, and the command on the path as it is installed."""
    home, programs = tmp_path / "home", tmp_path / "programs"
    home.mkdir(mode=0o700)
    programs.mkdir()
    (home / "references.json").write_text(json.dumps(KNOWN))
    command = programs / "comity"
    command.write_text(f'#!/bin/sh\nexec {sys.executable} -m comity_client.cli "$@"\n')
    command.chmod(0o755)
    return {
        "PATH": f"{programs}:{os.environ['PATH']}",
        "HOME": str(tmp_path),
        "COMITY_CONFIG_HOME": str(home),
        "PYTHONPATH": str(ROOT / "platform"),
        "TERM": "dumb",
        "PS1": "> ",
        "LC_ALL": "C.UTF-8",
    }


class Shell:
    """An interactive shell at a terminal."""

    def __init__(self, command: list[str], environment: dict[str, str]) -> None:
        self.terminal, inner = pty.openpty()
        self.process = subprocess.Popen(
            command, stdin=inner, stdout=inner, stderr=inner, env=environment, start_new_session=True
        )
        os.close(inner)

    def type(self, text: str, until: str) -> str:
        """Type, and read on until the pattern comes; gives what was said since."""
        os.write(self.terminal, text.encode())
        end, said = time.monotonic() + 30, ""
        while time.monotonic() < end:
            if select.select([self.terminal], [], [], 0.2)[0]:
                said += os.read(self.terminal, 4096).decode(errors="replace")
                if re.search(until, said):
                    return said
        raise AssertionError(f"{until} did not come: {said!r}")

    def end(self) -> None:
        self.process.kill()
        self.process.wait(20)
        os.close(self.terminal)


@pytest.fixture(params=["bash", "zsh"])
def shell(request: pytest.FixtureRequest, environment: dict[str, str]) -> Iterator[Shell]:
    name = request.param
    if shutil.which(name) is None:
        pytest.skip(f"{name} is not installed")
    made = Shell([name, *(["--norc", "--noprofile", "-i"] if name == "bash" else ["-f", "-i"])], environment)
    try:
        if name == "zsh":
            made.type("PS1='> '; autoload -Uz compinit && compinit -u -D && echo it is there\n", "\nit is there")
        made.type(f'eval "$(comity completion {name})" && echo it is set\n', "\nit is set")
        yield made
    finally:
        made.end()


def test_bash_and_zsh_complete_commands_options_and_references(shell: Shell) -> None:
    shell.type("comity requ\t", r"request ")
    shell.type("vi\t", r"ew ")
    shell.type("otp/\t", r"OTP/XA/2026/0")
    shell.type("07 --js\t", r"on")
    shell.type("\x15comity request download REG\t", r"REG/XA/2026/001 ")
    shell.type("--fo\t", r"rce")
    shell.type("\x15comity bundle pack reg\t", r"REG/XA/2026/001 ")
    shell.type("--without\t", r"-keys")
    shell.type("\x15comity authority recov\t", r"ery ")
    shell.type("ad\t", r"mit ")
    shell.type("\x15comity request rew\t", r"rap ")
    shell.type("\x15comity comple\t", r"tion")
    shell.type("fi\t", r"sh")


def test_fish_completes_commands_options_and_references(environment: dict[str, str]) -> None:
    if shutil.which("fish") is None:
        pytest.skip("fish is not installed")

    def completed(line: str) -> list[str]:
        words = f"comity completion fish | source; complete --do-complete '{line}'"
        said = subprocess.run(
            ["fish", "--no-config", "-c", words], env=environment, capture_output=True, text=True, timeout=60
        )
        assert said.returncode == 0, said.stderr
        return [each.split("\t")[0] for each in said.stdout.splitlines()]

    assert completed("comity requ") == ["request"]
    assert completed("comity request view otp") == KNOWN[:2]
    assert completed("comity request download X --fo") == ["--force"]


def test_the_references_are_those_of_the_last_list_for_their_owner_alone_and_go_with_the_session(
    chidi: Command, sent: dict[str, Any], tmp_path: Path
) -> None:
    cache = tmp_path / "home/references.json"
    assert not cache.exists()
    assert chidi("request", "list").code == 0
    assert sent["reference"] in json.loads(cache.read_text())
    assert cache.stat().st_mode & 0o777 == 0o600
    before = cache.read_text()
    assert chidi("request", "list", "--stage", "closed").code == 0  # no whole list
    assert cache.read_text() == before
    assert chidi("logout").code == 0
    assert not cache.exists()


@pytest.mark.parametrize("damaged", ["", "{", "[1, 2]", '{"a": 1}', "\x00"])
def test_a_damaged_list_completes_nothing_and_fails_nowhere(environment: dict[str, str], damaged: str) -> None:
    Path(environment["COMITY_CONFIG_HOME"], "references.json").write_text(damaged)
    asked = environment | {"_COMITY_COMPLETE": "zsh_complete", "COMP_WORDS": "comity request view ", "COMP_CWORD": "3"}
    said = subprocess.run(["comity"], env=asked, capture_output=True, text=True, timeout=60)
    assert (said.returncode, said.stdout.strip(), said.stderr) == (0, "", "")
