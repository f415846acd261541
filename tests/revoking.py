"""Amina's key set revoked in a chain that the platform has never registered, and receipts that lie about it."""

from tests import people
from tests.people import AMINA

from comity_seal import canonical
from comity_seal.authority import verify_chain
from comity_seal.log import merkle, receipt
from comity_seal.log.checkpoint import Checkpoint
from comity_seal.log.proof import Proof
from comity_seal.log.signer import NoteKey
from comity_seal.opening import statements

LONG_AGO = "2026-01-06T09:00:00Z"
NOT_YET = "2099-01-01T00:00:00Z"


def revoked(since: str) -> list[bytes]:
    """The Prosecutor's chain, in which nothing of Amina's counts from then on; she says so herself, far from now."""
    keys = people.keyset(AMINA)
    link = statements.revoke(
        keys,
        AMINA.id,
        verify_chain([people.genesis("OTP")], people.root().public, "OTP"),
        user=AMINA.id,
        revoked=keys.public.id,
        since=since,
        reason="stolen",
        created=NOT_YET,
    )
    return [people.genesis("OTP"), link]


def resigned(data: bytes, key: NoteKey) -> bytes:
    """The same receipt, of a log with another key."""
    proof = Proof.parse(data)
    shown = Checkpoint.parse(proof.checkpoint)
    return Proof(proof.index, proof.hashes, key.sign_checkpoint(shown.size, shown.root), proof.extra).to_bytes()


def backdated(data: bytes, key: NoteKey) -> bytes:
    """The line with an earlier time, in a tree that the log's own key has signed for this reader alone."""
    proof = Proof.parse(data)
    said = canonical.loads_strict(proof.extra or b"")
    at = canonical.loads_strict(said["line"].encode())["at"]
    text = said["line"].replace(at, "2026-01-05T10:00:00.000000Z")
    size = Checkpoint.parse(proof.checkpoint).size
    root = merkle._climb(proof.index, size, merkle.leaf(receipt.leaf(said["prev"], text)), list(proof.hashes))
    return receipt.make(text, said["prev"], proof.index, proof.hashes, key.sign_checkpoint(size, root))
