"""The harness of bench/fuzz catches a bad parser, whatever it does; and what it found in good ones stays mended."""

import base64
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from bench._fuzz_mutate import mixed, spoiled
from bench._fuzz_run import MIB, Parser, feed, try_once
from tests.seal.test_documents import AMINA, NOW, ROOT

from comity_client import proof
from comity_client.errors import NotVerified
from comity_seal import canonical
from comity_seal.errors import FormatError, HeaderError
from comity_seal.opening.keyset import KeySet

HERE = Path(__file__).parents[2]


def made(chance: random.Random) -> bytes:
    return chance.randbytes(chance.randint(1, 40))


def fed(call, *, seconds=0.7, declared=(FormatError,), **more):
    return feed(Parser("planted", call, made, declared, **more), seconds, 7)


def kinds(result) -> list[str]:
    return [one.kind for one in result.failures]


def refuse(data: bytes) -> None:
    raise FormatError("no")


def test_a_parser_that_takes_or_refuses_as_it_declares_has_no_failure():
    found = fed(lambda data: refuse(data) if data[0] % 2 else None)
    assert found.failures == ()
    assert 0 < found.taken < found.inputs
    assert found.inputs > 100


def test_an_error_that_is_not_declared_is_caught_and_its_input_kept(tmp_path):
    def call(data: bytes) -> None:
        if data[0] == 0xFF:
            raise KeyError("nobody expects this")
        refuse(data)

    (failure,) = fed(call).failures
    assert (failure.kind, failure.data[0]) == ("raises", 0xFF)
    kept = failure.keep("planted", tmp_path)
    assert kept.read_bytes() == failure.data
    assert "nobody expects this" in kept.with_name(kept.name + ".txt").read_text()
    assert try_once(Parser("planted", call, made, (FormatError,)), kept.read_bytes()).startswith("raises")


def test_an_error_of_ours_that_this_parser_does_not_declare_is_caught_too():
    assert kinds(fed(refuse, declared=(HeaderError,))) == ["raises"]


def test_a_parser_that_takes_too_much_time_is_caught():
    def call(data: bytes) -> None:
        while data[0] > 0xF0 and time.process_time() < until:
            pass

    until = time.process_time() + 2
    found = feed(Parser("planted", call, made, (FormatError,), seconds=0.05), 1.5, 7)
    assert found.failures[0].kind in ("slow", "hang")
    assert found.failures[0].data[0] > 0xF0


def test_a_parser_that_never_ends_is_ended_and_the_others_inputs_go_on():
    def call(data: bytes) -> None:
        while data[0] > 0xF0:
            signal.pause()

    found = feed(Parser("planted", call, made, (FormatError,), seconds=0.05), 3, 7)
    assert {one.kind for one in found.failures} == {"hang"}
    assert found.failures[0].data[0] > 0xF0
    assert found.inputs > found.failures[0].number + 1


@pytest.mark.parametrize("keep", [False, True])
def test_a_parser_that_takes_too_much_memory_is_caught(keep):
    held = []

    def call(data: bytes) -> None:
        if data[0] > 0xF0:
            content = b"\1" * ((20 if keep else 400) * MIB)
            held.extend([content] if keep else [])

    found = fed(call, memory=64 * MIB)
    assert kinds(found)[0] == "memory"
    assert found.failures[0].data[0] > 0xF0


def test_a_parser_that_ends_the_process_is_caught():
    (failure,) = fed(lambda data: os.kill(os.getpid(), signal.SIGKILL) if data[0] > 0xF0 else None).failures
    assert failure.kind == "died"
    assert failure.data[0] > 0xF0


def test_the_same_seed_makes_the_same_inputs():
    make = mixed(lambda chance: spoiled(chance, {"v": 1, "a": ["x", None]}), plain=[b"line\nline"])
    first, second = ([make(random.Random(f"5/{n}")) for n in range(200)] for _ in range(2))
    assert first == second
    assert len(set(first)) > 150


def test_the_bench_ends_with_an_error_where_a_parser_fails(tmp_path):
    """The real command, over the real parsers and a bad one."""
    code = """
import runpy, sys
sys.path[:0] = ["bench", "platform", "."]
import _fuzz_log, _fuzz_run
good = _fuzz_log.parsers
def bad(data):
    raise LookupError("planted")
_fuzz_log.parsers = lambda: [*good(), _fuzz_run.Parser("bad", bad, lambda chance: b"x")]
runpy.run_path("bench/fuzz", run_name="__main__")
"""
    arguments = ["--seconds", "0.3", "--only", "armor", "--only", "bad", "--keep", str(tmp_path)]
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], cwd=HERE, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 1, done.stderr
    assert "LookupError: planted" in done.stdout
    assert done.stdout.splitlines()[-1].startswith("failures 1 of ")
    assert [path.read_bytes() for path in tmp_path.glob("bad-raises-*") if path.suffix != ".txt"] == [b"x"]
    arguments = ["--seconds", "0.3", "--only", "armor", "--keep", str(tmp_path)]
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], cwd=HERE, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("line", [1, 2])
@pytest.mark.parametrize("length", [31, 33])
def test_a_key_set_with_a_seed_of_another_length_is_not_well_formed(line, length):
    lines = AMINA.to_text().split("\n")
    seed = base64.b64encode(bytes(length)).decode()
    lines[line] = f"{lines[line].rpartition(' ')[0]} {seed}"
    with pytest.raises(FormatError):
        KeySet.from_text("\n".join(lines))
    assert KeySet.from_text(AMINA.to_text()).public == AMINA.public


def test_a_time_is_written_in_ascii_digits():
    assert canonical.TIME.fullmatch(NOW)
    assert not canonical.TIME.fullmatch("\u0662" + NOW[1:])


@pytest.mark.parametrize(
    "wrong",
    [
        {"chains": []},
        {"chains": {"XA": 7}},
        {"chains": {"XA": [7]}},
        {"chains": None},
        {"header": 7},
        {"manifest": None},
    ],
)
def test_a_proof_of_another_form_is_not_verified(tmp_path, wrong):
    (tmp_path / "a").write_bytes(b"x")
    root = ROOT.public.to_json()
    value = {"v": 1, "root": root, "chains": {}, "envelope": "", "header": "", "manifest_age": "", "manifest": ""}
    proof.beside(tmp_path / "a").write_text(json.dumps(value | wrong))
    with pytest.raises(NotVerified):
        proof.verify(tmp_path / "a", ROOT.public.id)
