"""Browser and Python open each other's files and refuse the same things by the same name."""

import base64
import io
import os
from hashlib import sha256
from uuid import uuid4

import pytest
from mnemonic import Mnemonic
from playwright.sync_api import Page
from tests.seal.test_documents import AMINA, CHIDI, OTHER_ROOT, OTP, ROOT, STRANGER, XA, YB, Office, Sent, opener

from comity_seal import canonical, dsse, errors, padme, ways
from comity_seal.approval import cover
from comity_seal.encoding import raw64
from comity_seal.header import Stanza
from comity_seal.opening import age
from comity_seal.opening.identities import HybridIdentity, HybridRecipient
from comity_seal.opening.keyset import KeySet, kind_of, new_passphrase, new_recovery, protect, unprotect
from comity_seal.opening.opening import Expected, open_document

CHUNK = 65536
BORDERS = [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK - 1, 2 * CHUNK, 2 * CHUNK + 1]
BORDERS += [16 * CHUNK - 1, 16 * CHUNK, 16 * CHUNK + 1, 17 * CHUNK, 128 * CHUNK - 1, 128 * CHUNK + 1]


def pattern(size: int) -> bytes:
    return (bytes(range(251)) * (size // 251 + 1))[:size]


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def call(page: Page, name: str, *args: object):
    return page.evaluate("([name, args]) => harness[name](...args)", [name, list(args)])


def failure(page: Page, name: str, *args: object) -> str:
    return call(page, "named", name, *args)


@pytest.mark.parametrize("size", BORDERS)
def test_the_browser_opens_what_python_sealed(page, size):
    identity = HybridIdentity.generate()
    out = io.BytesIO()
    age.seal_file(io.BytesIO(pattern(size)), out, [HybridRecipient(identity.recipient)])
    piece = 65552 * 3 + 17
    assert call(page, "openFile", identity.text, b64(out.getvalue()), piece) == sha256(pattern(size)).hexdigest()


@pytest.mark.parametrize("size", BORDERS)
def test_python_opens_what_the_browser_sealed(page, size):
    identities = [HybridIdentity.generate() for _ in range(2)]
    sealed = base64.b64decode(call(page, "sealFile", [identity.recipient for identity in identities], size))
    for identity in identities:
        assert age.unseal(sealed, [identity]) == pattern(size)


@pytest.mark.parametrize("payload_type", [dsse.MANIFEST, dsse.ENVELOPE, dsse.STATEMENT, dsse.APPROVAL])
def test_each_verifies_the_signatures_of_the_other(page, payload_type):
    theirs = base64.b64decode(call(page, "sign", AMINA.to_text(), payload_type, '{"a":"é"}'))
    assert dsse.verify(theirs, AMINA.public, payload_type) == '{"a":"é"}'.encode()
    ours = AMINA.sign(payload_type, b'{"a":1}')
    assert base64.b64decode(call(page, "verify", b64(AMINA.public.canonical), payload_type, b64(ours))) == b'{"a":1}'
    assert failure(page, "verify", b64(CHIDI.public.canonical), payload_type, b64(ours)) == "SignatureInvalid"


def test_a_key_set_is_the_same_on_both_sides(page):
    found = call(page, "publicOf", CHIDI.to_text())
    assert found == {"id": CHIDI.public.id, "fingerprint": CHIDI.public.fingerprint}


def test_the_browser_opens_a_protected_key_set_with_its_passphrase_only(page):
    kept = b64(protect(CHIDI, "one-two-three-four-five-six-seven-eight", logn=15))
    assert call(page, "unprotect", kept, " One two  THREE four-five six seven eight ") == CHIDI.public.id
    assert failure(page, "unprotect", kept, "another") == "WrongPassphrase"


@pytest.mark.parametrize("logn", [1, 14, 21, 30])
def test_work_that_somebody_else_chose_is_refused_by_both(page, logn):
    stanza = Stanza("scrypt", (raw64(bytes(16)).decode(), str(logn)), bytes(32))
    file = age.seal(b"x", [Fixed(stanza)])
    assert failure(page, "unprotect", b64(file), "a") == "WorkFactor"
    with pytest.raises(errors.WorkFactor):
        unprotect(file, "a")


def test_a_file_behind_two_passphrases_is_refused_by_both(page):
    file = age.seal(b"x", [Fixed(Stanza("scrypt", (raw64(bytes(16)).decode(), "15"), bytes(32)))] * 2)
    assert failure(page, "unprotect", b64(file), "a") == "FormatError"
    with pytest.raises(errors.FormatError):
        unprotect(file, "a")


class Fixed:
    """A recipient whose stanza is what it is."""

    def __init__(self, stanza: Stanza) -> None:
        self.stanza = stanza

    def wrap(self, file_key: bytes) -> Stanza:
        return self.stanza


@pytest.mark.parametrize("kind", ["passphrase", "recovery"])
def test_words_that_one_side_makes_open_on_the_other(page, kind):
    words = call(page, "newWords", kind)
    assert kind_of(words) == kind == call(page, "kindOf", words)
    assert set(words.split("-")) <= set(Mnemonic("english").wordlist)
    file = base64.b64decode(call(page, "protect", CHIDI.to_text(), words, 15))
    ways.check_file(kind, file)
    assert unprotect(file, words.upper().replace("-", "  ")).public == CHIDI.public
    ours = {"passphrase": new_passphrase, "recovery": new_recovery}[kind]()
    assert call(page, "openWithWords", b64(protect(CHIDI, ours, logn=15)), ours, kind) == CHIDI.public.id
    wrong = {"passphrase": "WrongPassphrase", "recovery": "WrongRecovery"}[kind]
    assert failure(page, "openWithWords", b64(file), ours, kind) == wrong
    assert failure(page, "openWithWords", b64(file), "only three words", kind) == wrong


def test_a_key_set_that_the_browser_makes_is_one_for_python(page):
    one, other = (KeySet.from_text(call(page, "generated")) for _ in range(2))
    assert one.public != other.public
    assert call(page, "publicOf", one.to_text())["id"] == one.public.id


def test_a_passkey_s_file_opens_with_that_passkey_only(page):
    file = call(page, "protectWithPasskey", CHIDI.to_text(), 7)
    ways.check_file("passkey", base64.b64decode(file))
    assert call(page, "openWithPasskey", file, 7) == CHIDI.public.id
    assert failure(page, "openWithPasskey", file, 8) == "WrongPasskey"
    words = b64(protect(CHIDI, "a", logn=15))
    assert failure(page, "openWithPasskey", words, 7) == "FormatError"
    with pytest.raises(errors.SealError):
        unprotect(base64.b64decode(file), "a")


@pytest.mark.parametrize("kind", ["passphrase", "recovery"])
def test_words_count_once_they_were_typed_back(page, kind):
    made = call(page, "made", kind)
    assert (made["wrong"], made["same"], made["taken"]) == (False, True, made["words"])
    assert len(made["asked"]) == {"passphrase": 0, "recovery": 3}[kind]
    assert failure(page, "unconfirmed", kind) == "FormatError"


def test_every_place_of_a_recovery_code_is_asked_back_as_often_as_any_other(page):
    counts = call(page, "asked", 4000)
    assert sum(counts) == 12_000
    assert all(1000 < one < 1400 for one in counts), counts


def test_the_square_beside_a_fingerprint_holds_the_same_digits(page):
    for fingerprint in (CHIDI.public.fingerprint, " ".join(["00000"] * 12)):
        found = call(page, "scanned", fingerprint)
        assert found == {"read": fingerprint.replace(" ", ""), "shown": fingerprint}


def world(office: Office) -> dict:
    return {
        "root": b64(ROOT.public.canonical),
        "chains": {one.verified.code: b64(one.chain[0]) for one in (OTP, XA, YB)},
        "me": {
            "code": office.verified.code,
            "keys": office.keyset.to_text(),
            "wrap": b64(office.wraps[office.keyset.public.id]),
        },
    }


def given(sent: Sent) -> dict:
    pieces = {name: b64(getattr(sent, name)) for name in ("envelope", "header", "manifest_age", "payload")}
    return pieces | {"doc": sent.doc, "thread": sent.sealed.manifest.thread}


def test_a_document_made_in_python_opens_in_the_browser(page):
    sent = Sent(os.urandom(200_000), name="Relevé n° 3.pdf")
    assert call(page, "open", world(XA), given(sent)) == "Relevé n° 3.pdf"


def test_a_document_sealed_again_in_the_browser_opens_in_python(page):
    sent = Sent(b"draft text", readers=("OTP",))
    pieces = {k: base64.b64decode(v) for k, v in call(page, "again", world(OTP), given(sent), ["XA", "OTP"]).items()}
    opened = opener(XA).open(
        pieces["envelope"],
        pieces["header"],
        pieces["manifest_age"],
        Expected(sent.doc, sent.sealed.manifest.thread, ver=2),
    )
    out = io.BytesIO()
    open_document(opened, io.BytesIO(sent.payload), out.write)
    assert out.getvalue() == b"draft text"
    assert opened.envelope.prev_envelope == sent.sealed.envelope_sha256
    assert opened.manifest.prev == sent.sealed.manifest.sha256


def flipped(data: bytes, place: float) -> bytes:
    changed = bytearray(data)
    changed[int(place * (len(changed) - 1))] ^= 1
    return bytes(changed)


def python_failure(sent: Sent, office: Office) -> str:
    try:
        sent.open_by(office)
    except errors.SealError as error:
        return type(error).__name__
    return ""


def broken() -> dict[str, tuple[Sent, Office]]:
    """Documents in which one thing is wrong, and who tries to open each."""
    found: dict[str, tuple[Sent, Office]] = {}

    def case(name: str, office: Office = XA, **changes: bytes) -> Sent:
        sent = Sent(b"x" * 100_000)
        for field, value in changes.items():
            setattr(sent, field, value)
        found[name] = (sent, office)
        return sent

    case("not a reader", YB)
    other = Sent(b"y" * 100_000)
    for field in ("header", "manifest_age", "payload"):
        case(f"{field} of another document", **{field: getattr(other, field)})
        sent = case(f"{field} changed")
        setattr(sent, field, flipped(getattr(sent, field), 0.7))
        sent = case(f"{field} cut")
        setattr(sent, field, getattr(sent, field)[:-20])
    sent = case("a signature stripped")
    value = canonical.loads_strict(sent.envelope)
    sent.envelope = canonical.dumps({**value, "signatures": value["signatures"][:1]})
    sent = case("signatures of another document")
    value = canonical.loads_strict(sent.envelope)
    sent.envelope = canonical.dumps({**value, "signatures": canonical.loads_strict(other.envelope)["signatures"]})
    sent = case("another document")
    sent.doc = str(uuid4())
    stranger = Office("OTP", STRANGER)
    stranger.user, stranger.verified = OTP.user, OTP.verified
    found["an unknown signer"] = (Sent(b"z", by=stranger), XA)
    return found


BROKEN = broken()


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_wrong_has_the_same_name_on_both_sides(page, name):
    sent, office = BROKEN[name]
    expected = python_failure(sent, office)
    assert expected, "the case is not broken"
    assert failure(page, "open", world(office), given(sent)) == expected


def test_chains_are_refused_alike(page):
    root = b64(ROOT.public.canonical)
    assert call(page, "chain", root, b64(XA.chain[0]), "XA") == XA.verified.epoch.recipient_sha256
    assert failure(page, "chain", root, b64(XA.chain[0]), "YB") == "WrongAuthority"
    other = Office("XA", CHIDI, root=OTHER_ROOT)
    assert failure(page, "chain", root, b64(other.chain[0]), "XA") == "UntrustedRoot"


def test_a_forged_wrap_is_refused(page):
    from comity_seal.opening.wraps import Epoch, wrap

    forged = world(XA)
    forged["me"]["wrap"] = b64(wrap(Epoch.generate("XA"), CHIDI.public))
    assert failure(page, "open", forged, given(Sent(b"x"))) == "ForgedWrap"


def test_a_moved_date_is_noticed(page):
    shown = cover(
        kind="assistance",
        reference="R",
        requesting="OTP",
        requested="XA",
        requested_on="2026-12-22",
        measures=[(1, "k", "freeze")],
    )
    assert failure(page, "cover", shown, shown) == ""
    assert failure(page, "cover", shown | {"requested_on": "2026-12-23"}, shown) == "CoverMismatch"
    assert failure(page, "cover", shown | {"kind": "administration_of_justice"}, shown) == "CoverMismatch"


@pytest.mark.parametrize(
    "value", [{"b": 1, "a": [None, True, 'é\u20ac\n"\\']}, {"\ud83d\ude00": 2, "\ue000": 3}, {"n": 2**53 - 1, "z": {}}]
)
def test_canonical_json_is_the_same_on_both_sides(page, value):
    value = {key.encode("utf-16", "surrogatepass").decode("utf-16"): one for key, one in value.items()}
    assert call(page, "canonical", value).encode() == canonical.dumps(value)


@pytest.mark.parametrize("text", ['{"a":1,"a":2}', '{"a":1.5}', '{"a":9007199254740993}', "[1]", '{"a":NaN}', "{"])
def test_ambiguous_json_is_refused_on_both_sides(page, text):
    assert failure(page, "strict", text) == "FormatError"
    with pytest.raises(errors.FormatError):
        canonical.loads_strict(text.encode())


def test_padme_gives_the_same_lengths(page):
    lengths = [*range(300), 1000, 4095, 4096, 4097, 65535, 65537, 10**6, 10**7 + 3]
    assert call(page, "padme", lengths) == [padme.padded(length) for length in lengths]
