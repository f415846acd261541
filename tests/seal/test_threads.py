"""Several threads seal and open one file: in order, one at a time at each end, and what one raises ends all."""

import io
import threading
from contextvars import ContextVar

import pytest

from comity_seal.errors import PayloadError
from comity_seal.opening.stream import SEALED, open_payload, seal_payload
from comity_seal.sizes import CHUNK, NONCE

KEY = bytes(16)
CONTENT = bytes(range(256)) * (256 * 40 + 7)
"""2.5 MiB and a little: five batches."""


class Busy:
    """Fails when two threads are inside at once; raises what it is told at a given call."""

    def __init__(self, inner, fails_at: int = 10**9) -> None:
        self.inner, self.fails_at, self.calls, self.inside = inner, fails_at, 0, threading.Lock()

    def __call__(self, buffer):
        assert self.inside.acquire(blocking=False), "two threads at once"
        try:
            self.calls += 1
            if self.calls >= self.fails_at:
                raise OSError("the disk is full")
            return self.inner(buffer)
        finally:
            self.inside.release()

    readinto = __call__


def sealed() -> bytes:
    out = io.BytesIO()
    seal_payload(KEY, io.BytesIO(CONTENT), out.write)
    return out.getvalue()


@pytest.mark.parametrize("threads", [1, 2, 3, 8])
def test_each_end_is_used_by_one_thread_at_a_time_and_in_order(threads):
    out, back = io.BytesIO(), io.BytesIO()
    seal_payload(KEY, Busy(io.BytesIO(CONTENT).readinto), Busy(out.write), threads=threads)
    out.seek(0)
    open_payload(KEY, Busy(out.readinto), Busy(back.write), threads=threads)
    assert back.getvalue() == CONTENT


@pytest.mark.parametrize("threads", [1, 2, 3])
@pytest.mark.parametrize("fails_at", [2, 3, 5])
def test_a_sink_that_fails_is_not_used_again_and_its_error_is_raised(threads, fails_at):
    sink = Busy(io.BytesIO().write, fails_at)
    with pytest.raises(OSError, match="the disk is full"):
        seal_payload(KEY, io.BytesIO(CONTENT), sink, threads=threads)
    assert sink.calls == fails_at
    assert threading.active_count() == 1 or not [t for t in threading.enumerate() if "ThreadPool" in t.name]


@pytest.mark.parametrize("threads", [1, 2, 3])
@pytest.mark.parametrize("fails_at", [1, 2, 20, 39])
def test_a_source_that_fails_raises_its_error(threads, fails_at):
    source = Busy(io.BytesIO(CONTENT).readinto, fails_at)
    with pytest.raises(OSError, match="the disk is full"):
        seal_payload(KEY, source, io.BytesIO().write, threads=threads)
    assert source.calls == fails_at


@pytest.mark.parametrize("threads", [1, 2, 3])
@pytest.mark.parametrize("chunk", [0, 1, 7, 8, 15, 16, 39, 40])
def test_nothing_after_a_damaged_chunk_is_released(threads, chunk):
    damaged = bytearray(sealed())
    damaged[NONCE + chunk * SEALED] ^= 1
    out = io.BytesIO()
    with pytest.raises(PayloadError):
        open_payload(KEY, io.BytesIO(damaged), out.write, threads=threads)
    assert out.getvalue() == CONTENT[: chunk * CHUNK]


def test_what_is_set_for_the_caller_is_set_for_every_thread():
    name: ContextVar[str] = ContextVar("name", default="nobody")
    name.set("amina")
    seen = set()
    seal_payload(KEY, io.BytesIO(CONTENT), lambda _view: seen.add(name.get()), threads=3)
    assert seen == {"amina"}
