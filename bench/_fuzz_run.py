"""Feeding a parser with hostile inputs: each bounded in length, time and memory, each failure kept with its input.

Every parser runs in a process of its own, which writes down each input before it hands it over; so the input is known
even where the process hangs or dies.  An input fails if it

    raises     anything else than what the parser declares
    slow       takes more processor time than the parser may
    hang       is not done after ten times as much by the clock: the process is ended
    memory     cannot be had within the memory that the parser may use, or leaves that much behind
    died       ends the process
"""

from __future__ import annotations

import mmap
import os
import pickle
import random
import resource
import select
import signal
import struct
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from comity_seal.errors import SealError

MIB = 1 << 20
LARGEST = 2 * MIB
"""Bytes of an input; a longer one is cut."""

MOST = 10
"""Failures of one parser, after which it is left alone."""

OWN_FAULT = 70
"""How a process ends when it is not the parser that failed."""

_HEAD = struct.Struct("<dQQ")
"""When the input was begun (0: none is under way), its number, its length."""


@dataclass(frozen=True)
class Parser:
    """What is fed: `make` gives input after input, `declared` is what `call` may raise.

    `seconds` of processor time for one input, `memory` in bytes for all of them together.
    """

    name: str
    call: Callable[[bytes], object]
    make: Callable[[random.Random], bytes]
    declared: tuple[type[BaseException], ...] = (SealError,)
    seconds: float = 2.0
    memory: int = 64 * MIB


@dataclass(frozen=True)
class Failure:
    """One input that a parser did not stand."""

    kind: str
    said: str
    number: int
    data: bytes

    def keep(self, parser: str, folder: Path) -> Path:
        """Input and reason, in files of the folder."""
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{parser.replace(' ', '-')}-{self.kind}-{sha256(self.data).hexdigest()[:12]}"
        path.write_bytes(self.data)
        path.with_name(path.name + ".txt").write_text(f"input {self.number}\n{self.said}\n", encoding="utf-8")
        return path


@dataclass(frozen=True)
class Result:
    """How many inputs a parser was fed, how many of them it took, and what it did not stand."""

    inputs: int
    taken: int
    failures: tuple[Failure, ...]


def feed(parser: Parser, seconds: float, seed: object) -> Result:
    """Feed a parser for so long.  The same seed makes the same choices."""
    until = time.monotonic() + seconds
    inputs = taken = first = 0
    failures: list[Failure] = []
    while time.monotonic() < until and len(failures) < MOST:
        found = _one_process(parser, until, seed, first)
        inputs, taken, first = inputs + found.inputs, taken + found.taken, first + found.inputs
        known = {_where(one) for one in failures}
        failures += [one for one in found.failures if _where(one) not in known]
    return Result(inputs, taken, tuple(failures))


def _where(failure: Failure) -> tuple[str, str]:
    """Two failures at the same place are one."""
    lines = [line for line in failure.said.splitlines() if line.lstrip().startswith("File ")]
    return failure.kind, lines[-1] if lines else ""


def _one_process(parser: Parser, until: float, seed: object, first: int) -> Result:
    """Until the time is up, or the process must end."""
    with mmap.mmap(-1, _HEAD.size + LARGEST) as slate:
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            try:
                os.close(reading)
                with os.fdopen(writing, "wb") as out:
                    pickle.dump(_fed(parser, until, seed, first, slate), out)
            except BaseException:
                traceback.print_exc(limit=-6)
                os._exit(OWN_FAULT)
            os._exit(0)
        os.close(writing)
        with os.fdopen(reading, "rb") as answers:
            ended = _watch(child, answers, parser, slate)
        if isinstance(ended, Result):
            return ended
        _, number, length = _HEAD.unpack_from(slate)
        data = bytes(slate[_HEAD.size : _HEAD.size + length])
        return Result(number - first + 1, 0, (Failure(*ended, number, data),))


def _watch(child: int, answers, parser: Parser, slate: mmap.mmap) -> Result | tuple[str, str]:
    """What the process gives, or why it gave nothing."""
    hangs = False
    while not select.select([answers], [], [], 0.2)[0]:
        begun = _HEAD.unpack_from(slate)[0]
        if begun and time.monotonic() - begun > 10 * parser.seconds:
            hangs = True
            os.kill(child, signal.SIGKILL)
    result = None
    with suppress(EOFError, pickle.UnpicklingError):
        result = pickle.load(answers)  # of our own process
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if isinstance(result, Result):
        return result
    if status == OWN_FAULT:
        raise SystemExit(f"No input could be made for the parser `{parser.name}`: the lines above say why.")
    return (
        ("hang", f"no end after {10 * parser.seconds:g} s") if hangs else ("died", f"the process ended with {status}")
    )


def _fed(parser: Parser, until: float, seed: object, first: int, slate: mmap.mmap) -> Result:
    inputs = taken = 0
    failures: list[Failure] = []
    _limit(parser.memory)
    grown = 0
    while time.monotonic() < until and not failures:
        number = first + inputs
        data = parser.make(random.Random(f"{seed}/{parser.name}/{number}"))[:LARGEST]
        slate[_HEAD.size : _HEAD.size + len(data)] = data
        _HEAD.pack_into(slate, 0, time.monotonic(), number, len(data))
        before = _memory()  # what it took to make the input is not the parser's
        kind, said = _tried(parser, data)
        _HEAD.pack_into(slate, 0, 0.0, number, len(data))
        inputs += 1
        taken += not said
        grown += _memory() - before
        if not kind and grown > parser.memory:
            kind, said = "memory", f"{grown / MIB:.0f} MiB more are in use than before the first input"
        if kind:
            failures.append(Failure(kind, said, number, data))
    return Result(inputs, taken, tuple(failures))


def _tried(parser: Parser, data: bytes) -> tuple[str, str]:
    """The kind of failure, empty for none, and what was said, empty where the input was taken."""
    began, said = time.process_time(), ""
    try:
        parser.call(data)
    except parser.declared as error:
        said = type(error).__name__
    except MemoryError:
        return "memory", f"more than {parser.memory / MIB:.0f} MiB\n{traceback.format_exc()}"
    except Exception:
        return "raises", traceback.format_exc()
    took = time.process_time() - began
    return ("slow", f"{took:.1f} s of processor time") if took > parser.seconds else ("", said)


def _memory() -> int:
    """The most bytes that this process has had in use."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _limit(memory: int) -> None:
    """No more address space than what is used now, and so much besides."""
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    most = pages * resource.getpagesize() + memory + 64 * MIB
    resource.setrlimit(resource.RLIMIT_AS, (most, resource.getrlimit(resource.RLIMIT_AS)[1]))


def try_once(parser: Parser, data: bytes) -> str:
    """What becomes of one input, in words."""
    kind, said = _tried(parser, data)
    return f"{kind}: {said}" if kind else f"refused: {said}" if said else "taken"
