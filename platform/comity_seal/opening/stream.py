"""STREAM: the payload of an age file, sealed and opened in chunks of 64 KiB by several threads [C2SP age, Payload].

Each thread has buffers that it uses again and again, and takes turns in reading and writing; the cipher releases the
interpreter's lock, so two threads use two cores, and memory does not grow with the file.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import partial
from mmap import mmap
from threading import Condition, Lock
from typing import BinaryIO, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from comity_seal.errors import HeaderError, PayloadError
from comity_seal.sizes import CHUNK, NONCE, TAG

BATCH = 8
"""Chunks that one thread takes at a time: 512 KiB."""

SEALED = CHUNK + TAG
Sink = Callable[[memoryview], object]


class Source(Protocol):
    """What is read from: a file, or anything that fills a buffer."""

    def readinto(self, buffer: memoryview, /) -> int | None: ...


def payload_key(file_key: bytes, nonce: bytes) -> bytes:
    """The key of one payload."""
    return HKDF(SHA256(), 32, nonce, b"payload").derive(file_key)


def _nonce(counter: int, last: bool) -> bytes:
    return counter.to_bytes(11, "big") + (b"\x01" if last else b"\x00")


def _fill(source: Source, buffer: memoryview) -> int:
    """Fill the buffer as far as the source goes."""
    done = 0
    while done < len(buffer):
        count = source.readinto(buffer[done : done + CHUNK])
        if not count:
            break
        done += count
    return done


class _Batch:
    """A thread's own buffers, filled with one batch at a time; `last` says whether the file ends with it.

    They begin at a page, which systems fill four times as fast as memory that begins anywhere.
    """

    def __init__(self, opening: bool) -> None:
        self.source = memoryview(mmap(-1, BATCH * (SEALED if opening else CHUNK)))
        self.result = memoryview(mmap(-1, BATCH * (CHUNK if opening else SEALED)))
        self.length, self.number, self.last = 0, 0, False


def _seal_batch(cipher: ChaCha20Poly1305, batch: _Batch) -> tuple[memoryview, bool]:
    chunks, first = max(1, -(-batch.length // CHUNK)), batch.number * BATCH
    done = 0
    for place in range(chunks):
        plain = batch.source[place * CHUNK : min((place + 1) * CHUNK, batch.length)]
        final = batch.last and place == chunks - 1
        into = batch.result[done : done + len(plain) + TAG]
        done += cipher.encrypt_into(_nonce(first + place, final), plain, None, into)
    return batch.result[:done], True


def _open_batch(cipher: ChaCha20Poly1305, batch: _Batch) -> tuple[memoryview, bool]:
    """The plaintext of the batch, as far as it is whole, and whether all of it was."""
    chunks, first = max(1, -(-batch.length // SEALED)), batch.number * BATCH
    done = 0
    for place in range(chunks):
        sealed = batch.source[place * SEALED : min((place + 1) * SEALED, batch.length)]
        final = batch.last and place == chunks - 1
        if len(sealed) < TAG or (len(sealed) == TAG and first + place > 0):
            return batch.result[:done], False
        into = batch.result[done : done + len(sealed) - TAG]
        if _open_chunk(cipher, first + place, final, sealed, into):
            done += len(into)
            continue
        if len(sealed) == SEALED and _open_chunk(cipher, first + place, not final, sealed, into):
            done += len(into)  # a whole chunk of this file, but chunks are missing after it, or something was added
        return batch.result[:done], False
    return batch.result[:done], True


def _open_chunk(cipher: ChaCha20Poly1305, counter: int, last: bool, sealed: memoryview, into: memoryview) -> bool:
    try:
        cipher.decrypt_into(_nonce(counter, last), sealed, None, into)
    except InvalidTag:
        return False
    return True


class _Flow:
    """Threads take turns: each reads a batch, works on it while others read and write, and writes it in its turn.

    Source and sink are never used by two at once.  What one thread raises ends all, and is raised to the caller.
    """

    def __init__(
        self, source: Source, sink: Sink, opening: bool, work: Callable[[_Batch], tuple[memoryview, bool]]
    ) -> None:
        self._source, self._sink, self._opening, self._work = source, sink, opening, work
        self._reading, self._turn = Lock(), Condition()
        self._ahead, self._read, self._written = b"", 0, 0
        self._ended = False  # no batch is left to be read, or none is wanted
        self._failed = False

    def run(self, threads: int) -> None:
        """All of the source; a file of one batch needs no second thread."""
        batch = _Batch(self._opening)
        self._take(batch)
        helping = 0 if batch.last else threads - 1
        with ThreadPoolExecutor(max(1, helping)) as others:
            working = [others.submit(copy_context().run, self._begin) for _ in range(helping)]
            self._go(batch, taken=True)
        for future in working:
            future.result()

    def _begin(self) -> None:
        self._go(_Batch(self._opening), taken=False)

    def _go(self, batch: _Batch, *, taken: bool) -> None:
        try:
            while taken or self._take(batch):
                taken = False
                result, whole = self._work(batch)
                if not self._write(batch.number, result):
                    return
                if not whole:
                    raise PayloadError("a part of the payload is damaged or missing")
                self._done(batch.number)
        except BaseException:
            with self._turn:
                self._failed = self._ended = True
                self._turn.notify_all()
            raise

    def _take(self, batch: _Batch) -> bool:
        """Read the next batch, if there is one.  One byte is read ahead to know whether it is the last."""
        with self._reading:
            if self._ended:
                return False
            self._ended = True  # unless this goes well
            size, ahead = len(batch.source), self._ahead
            batch.source[: len(ahead)] = ahead
            batch.length = len(ahead) + _fill(self._source, batch.source[len(ahead) :])
            beyond = memoryview(bytearray(1))
            self._ahead = bytes(beyond[: _fill(self._source, beyond)]) if batch.length == size else b""
            batch.number, batch.last = self._read, not self._ahead
            self._read += 1
            self._ended = batch.last
            return True

    def _write(self, number: int, result: memoryview) -> bool:
        with self._turn:
            self._turn.wait_for(lambda: self._written == number or self._failed)
            if self._failed:
                return False
        self._sink(result)
        return True

    def _done(self, number: int) -> None:
        with self._turn:
            self._written = number + 1
            self._turn.notify_all()


def new_nonce() -> bytes:
    """A fresh nonce of a payload."""
    return os.urandom(NONCE)


def seal_payload(file_key: bytes, source: Source, sink: Sink, *, threads: int = 2, nonce: bytes | None = None) -> None:
    """Write nonce and chunks of everything in `source` to `sink`, which must not keep the views it is given.

    With several threads, source and sink are used by all of them, but by one at a time and in order.  `nonce` is given
    only to seal the same again with the same key; then `sink` must let out no other bytes than those of the first time.
    """
    nonce = nonce or new_nonce()
    cipher = ChaCha20Poly1305(payload_key(file_key, nonce))
    sink(memoryview(nonce))
    _Flow(source, sink, False, partial(_seal_batch, cipher)).run(threads)


def open_payload(file_key: bytes, source: Source, sink: Sink, *, threads: int = 2) -> None:
    """Write the plaintext of a payload to `sink`, in order, as each chunk verifies.

    Raises PayloadError at the first chunk that is damaged or missing, and HeaderError without a payload.
    """
    nonce = memoryview(bytearray(NONCE))
    if _fill(source, nonce) != NONCE:
        raise HeaderError("the file ends before its payload")
    cipher = ChaCha20Poly1305(payload_key(file_key, bytes(nonce)))
    _Flow(source, sink, True, partial(_open_batch, cipher)).run(threads)


class Reading:
    """Counts and hashes what a source gives; hands it on."""

    def __init__(
        self, source: BinaryIO, *notice: Callable[[memoryview], object], progress: Callable[[int], object] | None = None
    ) -> None:
        self._source = source
        self._notice = notice
        self._progress = progress
        self.count = 0

    def readinto(self, buffer: memoryview, /) -> int:
        reader = getattr(self._source, "readinto", None)
        if reader is not None:
            count = reader(buffer) or 0
        else:
            data = self._source.read(len(buffer))
            count = len(data)
            buffer[:count] = data
        self.count += count
        for notice in self._notice:
            notice(buffer[:count])
        if self._progress:
            self._progress(self.count)
        return count
