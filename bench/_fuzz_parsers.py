"""What is fed to which parser: good inputs of the product's own making, and ways to spoil them that its checks pass.

What is spoiled inside of something signed is signed again by whoever may, and a header gets its MAC again: so the
faults reach the readers behind the signatures and not only these.
"""

from __future__ import annotations

import io
import json
import random
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from dataclasses import replace
from hashlib import sha256

from _fuzz_mutate import letters, mixed, scrambled, spoiled
from _fuzz_run import MIB, Parser
from tests.seal.test_documents import AMINA, NOW, OTHER_ROOT, OTP, ROOT, THREAD, XA, Sent, opener

from comity_demo.roots import confirmed_by
from comity_seal import armor, bech32, canonical, dsse, errors, header, ways
from comity_seal.acknowledgement import verify_acknowledgement
from comity_seal.approval import Approved, verify_approval
from comity_seal.authority import verify_chain
from comity_seal.disposal import verify_disposal
from comity_seal.envelope import check_sealed, verify_envelope
from comity_seal.opening import age
from comity_seal.opening.identities import HybridRecipient, Passphrase, X25519Identity
from comity_seal.opening.keyset import KeySet, protect, unprotect
from comity_seal.opening.manifest import Manifest, compare
from comity_seal.opening.opening import Expected
from comity_seal.opening.sealing import acknowledge, approve, dispose
from comity_seal.opening.stream import seal_payload
from comity_seal.opening.wraps import unwrap
from comity_seal.publickeys import PublicKeySet
from comity_seal.root import Root

FORMAT = (errors.FormatError,)
SIGNED = (errors.FormatError, errors.SignatureInvalid)
AGE = (errors.HeaderError, errors.HmacError, errors.NoMatch, errors.PayloadError)
WORDS = "abandon-ability-able-about-above-absent-absorb-abstract"
Make = Callable[[random.Random], bytes]


def sealed_payload(content: bytes) -> bytes:
    """A payload for the file key that is known."""
    out = io.BytesIO()
    seal_payload(FILE_KEY, io.BytesIO(content), out.write, threads=1)
    return out.getvalue()


SENT = Sent(b"Account, amount\n1, 2\n" * 40)
IDENTITY = XA.epoch.identity
FILE_KEY = bytes(range(16))
HEADERS = [
    age.seal_header(FILE_KEY, [HybridRecipient(XA.epoch.recipient)]),
    age.seal_header(FILE_KEY, [HybridRecipient(one.epoch.recipient) for one in (OTP, XA)]),
    age.seal_header(FILE_KEY, [Passphrase("words", logn=2)]),
]
PAYLOAD = sealed_payload(b"Account, amount\n1, 2\n" * 40)
GENESIS = XA.chain[0]
ENVELOPE = verify_envelope(SENT.envelope, AMINA.public)
SIGNER = X25519Identity(bytes(range(32)))
PROTECTED = protect(AMINA, WORDS, logn=ways.LEAST_LOGN)
PASSKEY = PROTECTED.replace(b"scrypt", ways.PRF.encode()).replace(b" 15\n", b"\n", 1)
APPROVED = [Approved(SENT.doc, 1, "0" * 64)]
APPROVAL = approve(OTP.author, request=THREAD, cover_sha256="0" * 64, documents=APPROVED, created=NOW)
GONE = dispose(
    OTP.author, request=THREAD, reference="OTP/XA/1", fate="kept", kept_for="agreed", note=None, documents=APPROVED,
    created=NOW,
)  # fmt: skip
RECEIVED = acknowledge(OTP.author, request=THREAD, reference="OTP/XA/1", documents=APPROVED, created=NOW)
ADDING = AMINA.sign_way(ways.Adding(AMINA.public.id, "passkey", "Key", b"123", "0" * 64))
REMOVING = AMINA.sign_way(ways.Removing(AMINA.public.id, THREAD))


def text(data: bytes) -> str:
    """Any bytes as a text, halves of characters included."""
    return (
        data.decode("utf-8", "surrogatepass" if b"\xed" in data else "replace")
        if _utf8(data)
        else data.decode("latin-1")
    )


def _utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return False
    return True


def signed_again(signed: bytes, by: KeySet) -> Make:
    """Its payload spoiled and signed; or the envelope around it spoiled."""
    outer = json.loads(signed)
    kind, payload = outer["payloadType"], json.loads(b64decode(outer["payload"]))

    def make(chance: random.Random) -> bytes:
        return by.sign(kind, spoiled(chance, payload)) if chance.random() < 0.8 else spoiled(chance, outer)

    return make


def with_mac(chance: random.Random) -> bytes:
    """A header of spoiled stanzas, for a file key that is known."""
    stanzas = list(header.parse(chance.choice(HEADERS)).stanzas) * chance.choice((1, 1, 1, 2, 40))
    for _ in range(chance.randint(0, 2)):
        place = chance.randrange(len(stanzas))
        one = stanzas[place]
        kind = chance.randrange(5)
        if kind == 0:
            one = replace(one, type=chance.choice(["scrypt", "X25519", "mlkem768x25519", "grease", "-"]))
        elif kind == 1:
            one = replace(one, body=chance.randbytes(chance.choice((0, 31, 32, 33, 48, 4000))))
        elif kind == 2 and one.args:
            raw = scrambled(chance, b64decode(one.args[0] + "=="))
            one = replace(one, args=(b64encode(raw).decode().rstrip("="), *one.args[1:]))
        elif kind == 3:
            one = replace(one, args=(*one.args, chance.choice(["1", "30", "", "é", "a b"])))
        else:
            one = replace(one, args=one.args[: chance.randint(0, len(one.args))])
        stanzas[place] = one
    covered = header.unsigned(tuple(stanzas))
    return covered + b" " + header.raw64(age._mac(FILE_KEY, covered)) + b"\n"


def in_age(chance: random.Random) -> bytes:
    """A spoiled header before a payload, or a good one before a spoiled payload."""
    payload = PAYLOAD if chance.random() < 0.5 else scrambled(chance, PAYLOAD)
    return (with_mac(chance) if chance.random() < 0.7 else HEADERS[0]) + payload


def spelled(chance: random.Random) -> bytes:
    """A key whose check letters fit, and nothing else needs to."""
    prefix = chance.choice(["age1pq", "age", "age-secret-key-pq-", "x", "~", "a1"])
    said = bech32.encode(prefix, chance.randbytes(chance.choice((0, 1, 31, 32, 33, 1215, 1216, 1217, 4000))))
    said = said.upper() if chance.random() < 0.3 else said
    return (letters(chance, said) if chance.random() < 0.4 else said).encode("utf-8", "surrogatepass")


def key_text(data: bytes) -> None:
    bech32.decode(text(data))


def json_twice(data: bytes) -> None:
    """What is read must be writable, and the same when it is read again."""
    value = canonical.loads_strict(data)
    if canonical.loads_strict(canonical.dumps(value)) != value:
        raise AssertionError("read again, it is another value")


def any_json(chance: random.Random) -> bytes:
    return spoiled(chance, {"v": 1, "a": [1, "é", {"b": None}], "t": NOW, "n": 2**53 - 1, "\u20ac": {}})


def chain(data: bytes) -> None:
    verify_chain(data.split(b"\0"), ROOT.public, "XA")


def chained(chance: random.Random) -> bytes:
    links = [founded(chance) for _ in range(chance.choice((1, 1, 1, 2, 5)))]
    return b"\0".join(links)


def founded(chance: random.Random) -> bytes:
    """A first statement that is spoiled, signed again by one holder of the root and, where it can be, confirmed."""
    first, second, _ = ROOT.registry
    statement = signed_again(GENESIS.split(b"\n")[0], first)(chance)
    try:
        return confirmed_by([second], statement, NOW)
    except errors.SealError:
        return statement


def public_root(chance: random.Random) -> bytes:
    """Key sets of two roots in some order, and how many of them it takes; spoiled or not."""
    held = [one.public for root in (ROOT, OTHER_ROOT) for one in (*root.registry, *root.prosecutor)]
    chosen = [chance.choices(held, k=chance.randint(0, 6)) for _ in range(2)]
    if chance.random() < 0.7:
        chosen = [sorted(set(group), key=lambda keys: keys.id) for group in chosen]
    registry, prosecutor = ([keys.to_json() for keys in group] for group in chosen)
    value = {"v": 1, "type": "root", "need": chance.randint(0, 4), "registry": registry, "prosecutor": prosecutor}
    return canonical.dumps(value) if chance.random() < 0.6 else spoiled(chance, value)


def read_root(data: bytes) -> None:
    """What is read is the same when it is written and read again, and has as many key sets as it needs."""
    root = Root.from_bytes(data)
    if Root.from_bytes(root.canonical) != root or not 1 <= root.need <= min(map(len, (root.registry, root.prosecutor))):
        raise AssertionError("read again, it is another root")


def hashes(data: bytes) -> None:
    """Header and manifest as served, beside an envelope that names exactly these."""
    head, _, rest = data.partition(b"\0\0")
    named = {"header_sha256": sha256(head).hexdigest(), "manifest_age_sha256": sha256(rest).hexdigest()}
    check_sealed(replace(ENVELOPE, **named), head, rest)


def pieces(chance: random.Random) -> bytes:
    kind = chance.random()
    head = with_mac(chance) if kind < 0.5 else SENT.header
    return head + b"\0\0" + (SENT.manifest_age if kind < 0.4 else scrambled(chance, SENT.manifest_age))


def manifest(data: bytes) -> None:
    compare(Manifest.from_bytes(data), data, ENVELOPE)


def whole(data: bytes) -> None:
    """Envelope, header and manifest as they are handed out: the reader's checks 1 to 5."""
    parts = [*data.split(b"\0\0"), b"", b""][:3]
    opener(XA).open(*parts, Expected(SENT.doc, THREAD, "annex"))


def handed_out(chance: random.Random) -> bytes:
    """With an envelope, signed by its author, that names whatever is beside it."""
    inner = scrambled(chance, SENT.sealed.manifest_age)
    head = with_mac(chance) if chance.random() < 0.5 else SENT.header
    if chance.random() < 0.5:
        signed = AMINA.sign(dsse.MANIFEST, spoiled(chance, SENT.sealed.manifest.to_json()))
        inner = age.seal(signed, [HybridRecipient(one.epoch.recipient) for one in (OTP, XA)])
    value = json.loads(dsse.Dsse.parse(SENT.envelope).payload)
    value |= {"header_sha256": sha256(head).hexdigest(), "manifest_age_sha256": sha256(inner).hexdigest()}
    payload = canonical.dumps(value) if chance.random() < 0.7 else spoiled(chance, value)
    return b"\0\0".join((AMINA.sign(dsse.ENVELOPE, payload), head, inner))


def wrapped(data: bytes) -> None:
    """A wrapped key, beside a statement that names exactly this file."""
    keyset = XA.keyset.public.id
    named = replace(XA.verified.epoch, wraps={keyset: sha256(data).hexdigest()})
    unwrap(data, XA.keyset, replace(XA.verified, epochs={1: named}), 1)


def rewrapped(chance: random.Random) -> bytes:
    said = scrambled(chance, XA.epoch.text.encode())
    return age.seal(said, [HybridRecipient(XA.keyset.public.age)])


def way_file(data: bytes) -> None:
    ways.check_file(ways.PASSKEY if b"fido2" in data[:64] else ways.PASSPHRASE, data)


def spoiled_file(chance: random.Random) -> bytes:
    """Other work, salt or body than what was sealed, never work that takes this machine's memory."""
    work = chance.choice(["1", "14", "15", "21", "30", "0", "015", "99", "-1", "", "1e1", "\u0661\u0665"])
    first, rest = PROTECTED.split(b"\n-> scrypt ", 1)
    salt, _, after = rest.partition(b" ")
    after = after.split(b"\n", 1)[1]
    salt = scrambled(chance, salt) if chance.random() < 0.2 else salt
    return first + b"\n-> scrypt " + salt + b" " + work.encode() + b"\n" + after


def seeds(data: bytes) -> None:
    KeySet.from_text(text(data))


def seed_text(chance: random.Random) -> bytes:
    """Base64 of the right length in letters, whatever it holds."""
    lines = AMINA.to_text().split("\n")
    place = chance.choice((1, 2))
    name = lines[place].rpartition(" ")[0]
    lines[place] = f"{name} {b64encode(chance.randbytes(chance.choice((31, 32, 33)))).decode()}"
    return "\n".join(lines).encode()


def parsers() -> Iterator[Parser]:
    """Everything that reads what came from outside, but for the log's."""
    public, statement = AMINA.public.canonical, json.loads(AMINA.public.canonical)
    docs = [SENT.envelope, APPROVAL, RECEIVED, ADDING, REMOVING]
    envelope = json.loads(SENT.envelope)

    def spoiled_keys(chance: random.Random) -> bytes:
        return spoiled(chance, statement)

    def spoiled_manifest(chance: random.Random) -> bytes:
        return spoiled(chance, SENT.sealed.manifest.to_json())

    def by_amina(signed: bytes) -> Make:
        return mixed(signed_again(signed, AMINA), plain=[signed])

    yield Parser("age header", header.parse, mixed(with_mac, plain=HEADERS), (errors.HeaderError,))
    yield Parser(
        "age file",
        lambda data: age.unseal(data, [IDENTITY, SIGNER]),
        mixed(in_age, plain=[in_age(random.Random(1))]),
        AGE,
    )
    armored = [armor.wrap(SENT.header), armor.wrap(b""), armor.wrap(b"x" * 48)]
    yield Parser("armor", armor.unwrap, mixed(plain=armored), (errors.ArmorError,))
    yield Parser("bech32", key_text, mixed(spelled, plain=[XA.epoch.recipient.encode()]), FORMAT)
    yield Parser("canonical JSON", json_twice, mixed(any_json, plain=[public]), FORMAT)
    yield Parser(
        "DSSE",
        lambda data: dsse.verify(data, AMINA.public, dsse.ENVELOPE),
        mixed(lambda chance: spoiled(chance, envelope), plain=docs),
        SIGNED,
    )
    yield Parser("root", read_root, mixed(public_root, plain=[ROOT.public.canonical]), FORMAT)
    yield Parser("authority chain", chain, mixed(chained, plain=[GENESIS]), (errors.NotAuthentic, errors.FormatError))
    yield Parser("envelope", lambda data: verify_envelope(data, AMINA.public), by_amina(SENT.envelope), SIGNED)
    served = [SENT.header + b"\0\0" + SENT.manifest_age]
    yield Parser(
        "sealed parts",
        hashes,
        mixed(pieces, plain=served),
        (errors.HashMismatch, errors.HeaderError, errors.FormatError),
    )
    inner = canonical.dumps(SENT.sealed.manifest.to_json())
    wrong = (errors.FormatError, errors.CommitmentMismatch, errors.ManifestMismatch)
    yield Parser("manifest", manifest, mixed(spoiled_manifest, plain=[inner]), wrong)
    given = [b"\0\0".join((SENT.envelope, SENT.header, SENT.manifest_age))]
    yield Parser("document", whole, mixed(handed_out, plain=given), (errors.NotAuthentic,))
    yield Parser("approval", lambda data: verify_approval(data, AMINA.public), by_amina(APPROVAL), SIGNED)
    yield Parser("disposal", lambda data: verify_disposal(data, AMINA.public), by_amina(GONE), SIGNED)
    yield Parser("acknowledgement", lambda data: verify_acknowledgement(data, AMINA.public), by_amina(RECEIVED), SIGNED)
    yield Parser("change of a way", lambda data: ways.verify_adding(data, AMINA.public), by_amina(ADDING), SIGNED)
    yield Parser("end of a way", lambda data: ways.verify_removing(data, AMINA.public), by_amina(REMOVING), SIGNED)
    yield Parser("public key set", PublicKeySet.from_bytes, mixed(spoiled_keys, plain=[public]), FORMAT)
    yield Parser("key set file", way_file, mixed(spoiled_file, plain=[PROTECTED, PASSKEY]), FORMAT)
    yield Parser("key set text", seeds, mixed(seed_text, plain=[AMINA.to_text().encode()]), FORMAT)
    refused = (errors.WrongPassphrase, errors.WorkFactor, errors.FormatError)
    yield Parser("key set", lambda data: unprotect(data, WORDS), spoiled_file, refused, 20, 1200 * MIB)
    yield Parser("wrapped key", wrapped, mixed(rewrapped, plain=[XA.wraps[XA.keyset.public.id]]), (errors.ForgedWrap,))
