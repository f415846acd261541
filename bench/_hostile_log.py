"""Kinds about the log: receipts, checkpoints shown to clients and to witnesses.  The platform has the log's key."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from _hostile_kinds import ACTS, Act, Kind, Meddle, both, resource
from _hostile_world import WITNESS_KEY, World
from _proxy import Exchange
from tests.people import CHIDI

from comity_seal import canonical
from comity_seal.log import merkle, receipt
from comity_seal.log.checkpoint import Checkpoint
from comity_seal.log.notes import LOG
from comity_seal.log.proof import Proof
from comity_seal.log.signer import NoteKey

CHECKPOINT = "/log/checkpoint"


def key_of(world: World) -> NoteKey:
    """The key that signs the log, which the platform has."""
    return NoteKey.from_text((world.instance.folder / "data" / "log-key").read_text())


def eves(world: World) -> NoteKey:
    """Another key under the log's name."""
    return NoteKey(key_of(world).public.name, LOG, b"\5" * 32)


def checkpoint(change: Callable[[World, Checkpoint], bytes]) -> Meddle:
    """Another newest state of the log than the one it signed."""

    def meddle(world: World, exchange: Exchange) -> bool:
        if exchange.resource != CHECKPOINT or exchange.status != 200:
            return False
        exchange.content = change(world, Checkpoint.parse(exchange.content))
        return True

    return meddle


def smaller(world: World, _found: Checkpoint) -> bytes:
    """A state that the log signed before, as honest as it was then."""
    return world.early


def forked(world: World, found: Checkpoint) -> bytes:
    """As many lines, and others."""
    return key_of(world).sign_checkpoint(found.size, merkle.leaf(found.root))


def longer(world: World, found: Checkpoint) -> bytes:
    """More lines, which do not continue those that were signed."""
    return key_of(world).sign_checkpoint(found.size + 300, merkle.leaf(found.root))


def of_another_log(_world: World, found: Checkpoint) -> bytes:
    return NoteKey("elsewhere.example/log", LOG, b"\5" * 32).sign_checkpoint(found.size, found.root)


def by_another_key(world: World, found: Checkpoint) -> bytes:
    return eves(world).sign_checkpoint(found.size, found.root)


def tiles(_world: World, exchange: Exchange) -> bool:
    """Hashes of another tree, of any size that is asked for."""
    if not exchange.resource.startswith("/log/tile/"):
        return False
    width = re.search(r"\.p/(\d+)$", exchange.resource)
    exchange.status, exchange.content = 200, bytes(32 * int(width[1] if width else 256))
    return True


def no_log(_world: World, exchange: Exchange) -> bool:
    """A log that says it has not begun."""
    if exchange.resource != CHECKPOINT:
        return False
    exchange.status, exchange.content = 409, b'{"type":"/problems/not-yet-sealed","title":"Not yet sealed"}'
    return True


def receipts(change: Callable[[World, Exchange], bytes]) -> Meddle:
    """Another receipt than the one asked for."""

    def meddle(world: World, exchange: Exchange) -> bool:
        if exchange.status != 200 or not re.fullmatch(r"/requests/[^/]+/receipts/\d+", exchange.resource):
            return False
        exchange.content = change(world, exchange)
        return True

    return meddle


def replayed(world: World, _exchange: Exchange) -> bytes:
    return world.receipt


def other_words(_world: World, exchange: Exchange) -> bytes:
    """The line says something else."""
    proof = Proof.parse(exchange.content)
    extra = (proof.extra or b"").replace(b"2026", b"2025").replace(b"document.", b"document_")
    return Proof(proof.index, proof.hashes, proof.checkpoint, extra).to_bytes()


def other_log(world: World, exchange: Exchange) -> bytes:
    """Proven in a log of the platform's own making."""
    proof = Proof.parse(exchange.content)
    said = canonical.loads_strict(proof.extra or b"")
    root = merkle.leaf(receipt.leaf(said["prev"], said["line"]))
    return receipt.make(said["line"], said["prev"], 0, [], eves(world).sign_checkpoint(1, root))


def fork_receipt(world: World, exchange: Exchange) -> bytes:
    """A line that was never logged, in a tree that the log's own key has signed for this reader alone."""
    proof = Proof.parse(exchange.content)
    said = canonical.loads_strict(proof.extra or b"")
    line = said["line"].replace("2026", "2025")
    leaf = merkle.leaf(receipt.leaf(said["prev"], line))
    size = Checkpoint.parse(proof.checkpoint).size
    root = merkle._climb(proof.index, size, leaf, list(proof.hashes))
    return receipt.make(line, said["prev"], proof.index, proof.hashes, key_of(world).sign_checkpoint(size, root))


WATCH = Act(
    "watch", CHIDI, ("witness", "--log", "PROXY", "--key", "key", "--state", "state", "--once"),
    files=(("key", WITNESS_KEY.to_text().encode()),),
)  # fmt: skip
"""A witness that has looked before: its state is put beside its key."""


def kinds() -> Iterator[Kind]:
    bringing, status, opening = ACTS["receipts"], ACTS["status"], ACTS["open"]
    log = "The log of the platform is not what you saw before"
    yield Kind("receipt of another line", bringing, receipts(replayed), "another receipt than that of line", shows=True)
    yield Kind(
        "receipt whose line was changed", bringing, receipts(other_words), "proves nothing: the line does not lead"
    )
    yield Kind(
        "receipt from another log",
        bringing,
        receipts(other_log),
        "has not signed this checkpoint with the key that is known",
    )
    yield Kind(
        "receipt from a fork of the log", bringing, receipts(fork_receipt), "log of the platform is not what you saw"
    )
    yield Kind(
        "another key of the log",
        bringing,
        resource("/log/key", lambda world, value: value.update(key=str(eves(world).public))),
        "another key of its log",
    )
    yield Kind("log rolled back", opening, checkpoint(smaller), log, browser="open")
    yield Kind("log forked", opening, checkpoint(forked), log, browser="open")
    yield Kind("log continued with other lines", opening, both(checkpoint(longer), tiles), log, browser="open")
    yield Kind("log that has not begun any more", opening, no_log, log, browser="open")
    another = both(checkpoint(longer), tiles)
    yield Kind("sender and reader shown two logs", opening, another, log, fresh=True, browser="open")
    yield Kind("checkpoint of another log", status, checkpoint(of_another_log), log, browser="open")
    known = "with the key that is known"
    yield Kind("checkpoint by another key", status, checkpoint(by_another_key), known, browser="open")
    yield Kind("log rolled back, before a witness", WATCH, checkpoint(smaller), "not what it was: the log had")
    yield Kind("log forked, before a witness", WATCH, checkpoint(forked), "not what it was")
    yield Kind(
        "log continued with other lines, before a witness", WATCH, both(checkpoint(longer), tiles), "not what it was"
    )
    yield Kind(
        "checkpoint of another log, before a witness",
        WATCH,
        checkpoint(of_another_log),
        "not what it was: this is a checkpoint of",
    )
    yield Kind("hashes of another tree, before a witness", WATCH, tiles, "not what it was")
