"""What is fed to the parsers of the log, and to what the command reads from files that somebody handed over."""

from __future__ import annotations

import json
import random
import tempfile
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from _fuzz_mutate import letters, mixed, scrambled, spoiled
from _fuzz_parsers import signed_again, text
from _fuzz_run import Parser
from tests.seal.test_documents import AMINA, CHIDI, NOW, OTP, ROOT, THREAD, XA, Sent

from comity.core import journal
from comity_client import proof as proofs
from comity_client import receipts
from comity_client.errors import NotVerified
from comity_seal import canonical, dsse, errors
from comity_seal.approval import Approved
from comity_seal.log import asking, merkle, receipt
from comity_seal.log.checkpoint import Checkpoint, open_checkpoint, require_witnesses
from comity_seal.log.notes import LOG, WITNESS, Note, VerifierKey
from comity_seal.log.proof import Proof, Trust
from comity_seal.log.signer import NoteKey
from comity_seal.log.tiles import Tile
from comity_seal.opening.sealing import acknowledge

AT = datetime(2026, 11, 23, 20, tzinfo=UTC)
KEY = NoteKey("court.example/log", LOG, b"\1" * 32)
WITNESS_KEY = NoteKey("w.example", WITNESS, b"\2" * 32)
TRUST = Trust(KEY.public, (WITNESS_KEY.public,), 1)
NOTE = (errors.BadNote,)
CONTENT = b"Account, amount\n"
SENT = Sent(CONTENT)
RECEIVED = acknowledge(
    XA.author, request=THREAD, reference="OTP/XA/1", documents=[Approved(SENT.doc, 1, "0" * 64)], created=NOW
)


def _lines(count: int) -> list[tuple[str, str, str]]:
    """A journal: the hash before, the text, the hash, of each line.  Each says that Chidi acknowledged."""
    found, previous = [], journal.GENESIS
    said = sha256(dsse.Dsse.parse(RECEIVED).payload).hexdigest()
    for seq in range(1, count + 1):
        entry = {"actor": XA.user, "at": "2026-11-23T20:00:00.000000Z", "cause": None, "name": "rfa.acknowledged"}
        before, after = journal.around_seq({**entry, "subject": f"rfa:{THREAD}"}, {"acknowledgement_sha256": said})
        line = f"{before}{seq}{after}"
        found.append((previous, line, journal.chained(previous, line)))
        previous = found[-1][2]
    return found


LINES = _lines(40)
LEAVES = [merkle.leaf(bytes.fromhex(digest)) for _, _, digest in LINES]
SUBTREE = merkle.from_leaves(LEAVES)


def cosigned(note: bytes) -> bytes:
    return note + f"{WITNESS_KEY.cosign(Checkpoint.parse(note), AT)}\n".encode()


CHECKPOINT = cosigned(KEY.sign_checkpoint(40, merkle.head(40, SUBTREE)))
RECEIPT = receipt.make(LINES[6][1], LINES[6][0], 6, merkle.inclusion_proof(6, 40, SUBTREE), CHECKPOINT)


def checkpoint(data: bytes) -> None:
    require_witnesses(open_checkpoint(data, KEY.public), TRUST.witnesses, 1)


def signed_text(chance: random.Random) -> bytes:
    """A spoiled text that log and witness have signed."""
    said = text(scrambled(chance, Checkpoint.parse(CHECKPOINT).text.encode()))
    try:
        note = KEY.sign_note(said)
        return cosigned(note) if chance.random() < 0.5 else note
    except (errors.SealError, UnicodeEncodeError):
        return said.encode("utf-8", "surrogatepass")


def logged(chance: random.Random) -> bytes:
    """A receipt that proves whatever its spoiled line says: the log itself lies."""
    value = json.loads(LINES[6][1]) | {"name": chance.choice([*receipts.WORDS, "rfa.closed"])}
    value["data"] |= {"purpose": "annex", "ver": 1, "envelope_sha256": "0" * 64, "why": "size", "where": "/to"}
    line = spoiled(chance, value).decode("utf-8", "replace")
    previous = LINES[5][2]
    leaves = [*LEAVES[:6], merkle.leaf(receipt.leaf(previous, line)), *LEAVES[7:]]
    subtree = merkle.from_leaves(leaves)
    note = cosigned(KEY.sign_checkpoint(40, merkle.head(40, subtree)))
    return receipt.make(line, previous, 6, merkle.inclusion_proof(6, 40, subtree), note)


def spoiled_receipt(chance: random.Random) -> bytes:
    """Its index, hashes, checkpoint or extra spoiled."""
    proof = Proof.parse(RECEIPT)
    kind = chance.randrange(4)
    if kind == 0:
        proof = replace(proof, index=chance.choice((0, 39, 40, 2**52, 10**15)))
    elif kind == 1:
        hashes = list(proof.hashes) * chance.choice((0, 1, 2, 11))
        chance.shuffle(hashes)
        proof = replace(proof, hashes=tuple(hashes))
    elif kind == 2:
        proof = replace(proof, checkpoint=signed_text(chance))
    else:
        proof = replace(proof, extra=spoiled(chance, json.loads(proof.extra or b"{}")))
    return proof.to_bytes()


def verifier_key(data: bytes) -> None:
    VerifierKey.parse(text(data))


def key_line(chance: random.Random) -> bytes:
    """A key whose hash fits."""
    name = letters(chance, "court.example/log")
    key = VerifierKey(name, chance.choice((LOG, WITNESS, 6)), chance.randbytes(chance.choice((31, 32, 32, 33))))
    try:
        return str(key).encode()
    except UnicodeEncodeError:
        return f"{name}+00000000+AAAA".encode("utf-8", "surrogatepass")


def tile(data: bytes) -> None:
    level, _, rest = text(data).partition("/")
    Tile.parse(int(level) if level.isascii() and level.isdigit() and len(level) < 9 else 0, rest)


def asked(data: bytes) -> None:
    asking.verify(text(data), KEY.public.name, [WITNESS_KEY.public], AT)


@lru_cache
def folder() -> tempfile.TemporaryDirectory[str]:
    """Removed at the end."""
    return tempfile.TemporaryDirectory(prefix="comity-fuzz-")


def _file(name: str, content: bytes) -> Path:
    path = Path(folder().name) / name
    path.write_bytes(content)
    return path


def document_proof(data: bytes) -> None:
    """What `comity verify` reads beside a document."""
    document = _file("document", CONTENT)
    _file("document" + proofs.ENDING, data)
    proofs.verify(document, ROOT.public.id)


PROOF = {
    "v": 1,
    "root": ROOT.public.to_json(),
    "chains": {one.verified.code: [b64encode(one.chain[0]).decode()] for one in (OTP, XA)},
    "envelope": b64encode(SENT.envelope).decode(),
    "header": b64encode(SENT.header).decode(),
    "manifest_age": b64encode(SENT.manifest_age).decode(),
    "manifest": b64encode(AMINA.sign(dsse.MANIFEST, canonical.dumps(SENT.sealed.manifest.to_json()))).decode(),
}


def spoiled_proof(chance: random.Random) -> bytes:
    return spoiled(chance, PROOF)


def with_statement(data: bytes) -> None:
    """What `comity verify` reads beside the receipt of an acknowledgement."""
    path = _file("receipt.tlog-proof", RECEIPT)
    _file("receipt.tlog-proof" + receipts.ENDING, data)
    receipts.verify(path, TRUST, ROOT.public.id)


STATEMENT = {
    "v": 1,
    "root": ROOT.public.to_json(),
    "chain": [b64encode(XA.chain[0]).decode()],
    "acknowledgement": b64encode(RECEIVED).decode(),
}


def spoiled_statement(chance: random.Random) -> bytes:
    """Something beside the statement, or the statement itself signed anew."""
    if chance.random() < 0.4:
        signed = signed_again(RECEIVED, CHIDI)(chance)
        return json.dumps(STATEMENT | {"acknowledgement": b64encode(signed).decode()}).encode()
    return spoiled(chance, STATEMENT)


def told(data: bytes) -> None:
    """What a receipt proves, and its words."""
    path = _file("lone.tlog-proof", data)
    said = receipts.verify(path, TRUST, None)
    said.words()
    json.dumps(said.to_json())


def parsers() -> Iterator[Parser]:
    """Notes, checkpoints, proofs, receipts; and the files that `comity verify` reads."""
    sealed = (errors.FormatError, errors.NotAuthentic)
    yield Parser("signed note", Note.parse, mixed(signed_text, plain=[CHECKPOINT]), NOTE)
    yield Parser("verifier key", verifier_key, mixed(key_line, plain=[str(KEY.public).encode()]), NOTE)
    yield Parser("checkpoint", checkpoint, mixed(signed_text, plain=[CHECKPOINT]), sealed)
    yield Parser("proof", Proof.parse, mixed(spoiled_receipt, plain=[RECEIPT]), NOTE)
    ways = mixed(spoiled_receipt, logged, plain=[RECEIPT])
    yield Parser("receipt", lambda data: receipt.verify(data, TRUST), ways, sealed)
    addresses = [b"0/x001/x234/067.p/5", b"63/000", b"7/x999/999"]
    yield Parser("address of a tile", tile, mixed(plain=addresses), NOTE)
    asks = [WITNESS_KEY.ask(KEY.public.name, AT).encode()]
    yield Parser("request of a witness", asked, mixed(plain=asks), (errors.BadNote, errors.SignatureInvalid))
    yield Parser("receipt file", told, ways, (NotVerified,))
    plain = [json.dumps(PROOF).encode()]
    yield Parser("proof of a document", document_proof, mixed(spoiled_proof, plain=plain), (NotVerified,))
    beside = [json.dumps(STATEMENT).encode()]
    yield Parser("signed statement", with_statement, mixed(spoiled_statement, plain=beside), (NotVerified,))
