"""Documents: Amina of the OTP seals to her team, then to Xandria too; Chidi of Xandria opens; Dora must not."""

import io
import re
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity_demo.roots import Holders
from comity_seal import canonical, dsse, errors, tree
from comity_seal.approval import Approved, cover, cover_sha256, verify_approval
from comity_seal.authority import Member, VerifiedAuthority, verify_chain
from comity_seal.envelope import PURPOSES, check_sealed, verify_envelope
from comity_seal.log.state import State
from comity_seal.opening import age
from comity_seal.opening.identities import HybridRecipient
from comity_seal.opening.keyset import KeySet, new_passphrase, protect, unprotect
from comity_seal.opening.opening import Expected, Opener, compare_cover, open_document
from comity_seal.opening.sealing import Author, Label, Matter, Place, approve, reheader, seal_document
from comity_seal.opening.statements import wraps_for
from comity_seal.opening.wraps import Epoch, unwrap, wrap
from comity_seal.publickeys import PublicKeySet
from comity_seal.translated import TranslationOf

NOW = "2026-11-23T20:00:00Z"
THREAD = str(uuid4())


def keyset(number: int) -> KeySet:
    return KeySet.from_seeds(*(bytes([number * 3 + offset]) * 32 for offset in range(3)))


def rooted(first: int) -> Holders:
    """A root of the six key sets from this number on."""
    return Holders(*([keyset(first + place + one) for one in range(3)] for place in (0, 3)))


ROOT, OTHER_ROOT = rooted(60), rooted(66)
AMINA, CHIDI, DORA, STRANGER = (keyset(number) for number in range(1, 5))


class Office:
    """An authority with one member: its epoch, its chain, what was verified."""

    def __init__(self, code: str, member: KeySet, *, root: Holders = ROOT) -> None:
        self.user = str(uuid4())
        self.keyset = member
        self.epoch = Epoch.generate(code)
        people = [Member(self.user, code.title(), "focal point", member.public)]
        self.wraps = wraps_for(self.epoch, people)
        self.chain = [
            root.genesis(
                code=code,
                kind="state",
                organ=None,
                names={"en": code, "fr": code},
                members=people,
                epoch=self.epoch,
                wraps=self.wraps,
                created=NOW,
            )
        ]
        self.verified = verify_chain(self.chain, root.public, code)

    @property
    def author(self) -> Author:
        return Author(self.keyset, self.user, self.verified)


OTP, XA, YB = Office("OTP", AMINA), Office("XA", CHIDI), Office("YB", DORA)
OFFICES = {office.verified.code: office.verified for office in (OTP, XA, YB)}


def known(code: str) -> VerifiedAuthority:
    """As clients answer: an authority without statements has no signers."""
    if code not in OFFICES:
        raise errors.UnknownSigner(f"nothing is known of {code}")
    return OFFICES[code]


def opener(office: Office) -> Opener:
    epoch = unwrap(office.wraps[office.keyset.public.id], office.keyset, office.verified, 1)
    return Opener({1: epoch}, office.verified.code, known)


class Sent:
    """A sealed document, as a server keeps it."""

    def __init__(
        self,
        content: bytes,
        *,
        readers=("OTP", "XA"),
        name="Annex 3.pdf",
        thread=THREAD,
        by: Office = OTP,
        seen: State | None = None,
        handling: tuple[str, ...] = (),
        translation: TranslationOf | None = None,
    ) -> None:
        self.doc = str(uuid4())
        payload = io.BytesIO()
        self.sealed = seal_document(
            io.BytesIO(content),
            payload.write,
            author=replace(by.author, seen=seen),
            readers=[OFFICES[code] for code in readers],
            matter=Matter("OTP/XA/2026/007", thread, "annex"),
            place=Place(self.doc),
            label=Label(name, "application/pdf", "en", handling, translation),
            created=NOW,
        )
        self.payload = payload.getvalue()
        self.header, self.manifest_age, self.envelope = (
            self.sealed.header,
            self.sealed.manifest_age,
            self.sealed.envelope,
        )

    def open_by(self, office: Office, **expected) -> bytes:
        wanted = Expected(**{"doc": self.doc, "thread": THREAD, "purpose": "annex", **expected})
        opened = opener(office).open(self.envelope, self.header, self.manifest_age, wanted)
        out = io.BytesIO()
        open_document(opened, io.BytesIO(self.payload), out.write)
        return out.getvalue()


CHUNK = 65536
EDGES = [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 16 * CHUNK - 1, 16 * CHUNK, 16 * CHUNK + 1, 48 * CHUNK + 7]


@pytest.mark.parametrize("size", EDGES)
def test_what_was_sealed_is_opened_by_each_reader_at_every_chunk_border(size):
    content = bytes(range(251)) * (size // 251 + 1)
    content = content[:size]
    sent = Sent(content)
    assert sent.open_by(OTP) == content
    assert sent.open_by(XA) == content
    manifest = sent.sealed.manifest
    assert (manifest.size, manifest.plain_sha256, manifest.name) == (size, sha256(content).hexdigest(), "Annex 3.pdf")


def test_header_and_payload_are_an_age_file_for_the_epoch():
    sent = Sent(b"plain tools open it")
    assert age.unseal(sent.header + sent.payload, [XA.epoch.identity]) == b"plain tools open it"


@settings(max_examples=25, deadline=None)
@given(size=st.integers(0, 3 * 2**20), threads=st.integers(1, 4))
def test_any_size_and_number_of_threads_gives_back_the_same(size, threads):
    content = (b"comity" * (size // 6 + 1))[:size]
    sealed, opened = io.BytesIO(), io.BytesIO()
    age.seal_file(io.BytesIO(content), sealed, [HybridRecipient(XA.epoch.recipient)], threads=threads)
    sealed.seek(0)
    age.open_file(sealed, opened, [XA.epoch.identity], threads=threads)
    assert opened.getvalue() == content


def test_a_document_is_not_for_a_reader_who_is_not_named():
    sent = Sent(b"secret")
    with pytest.raises(errors.WrongRecipients):
        sent.open_by(YB)


def test_the_server_can_check_without_opening():
    sent = Sent(b"secret")
    envelope = verify_envelope(sent.envelope, AMINA.public)
    check_sealed(envelope, sent.header, sent.manifest_age)
    assert [to.authority for to in envelope.to] == ["OTP", "XA"]
    parts = [sent.payload[start : start + tree.PART] for start in range(0, len(sent.payload), tree.PART)]
    assert tree.root([tree.leaf(part) for part in parts]) == envelope.payload_tree
    assert b"secret" not in sent.envelope + sent.header + sent.manifest_age + sent.payload
    assert b"Annex" not in sent.envelope


@pytest.mark.parametrize("field", ["header", "manifest_age", "payload"])
@pytest.mark.parametrize("place", [0.0, 0.3, 0.6, 0.999])
def test_a_changed_byte_anywhere_is_not_authentic(field, place):
    sent = Sent(b"x" * 200_000)
    data = bytearray(getattr(sent, field))
    data[int(place * (len(data) - 1))] ^= 1
    setattr(sent, field, bytes(data))
    with pytest.raises(errors.NotAuthentic):
        sent.open_by(XA)


@pytest.mark.parametrize("cut", [1, 16, 65552, 100_000])
def test_a_cut_payload_is_not_authentic(cut):
    sent = Sent(b"x" * 200_000)
    sent.payload = sent.payload[:-cut]
    with pytest.raises(errors.HashMismatch):
        sent.open_by(XA)


def test_exchanged_chunks_are_not_authentic():
    sent = Sent(b"x" * 200_000)
    start, size = 16, 65552
    first, second = sent.payload[start : start + size], sent.payload[start + size : start + 2 * size]
    sent.payload = sent.payload[:start] + second + first + sent.payload[start + 2 * size :]
    with pytest.raises(errors.HashMismatch):
        sent.open_by(XA)


def test_a_co_recipient_cannot_replace_the_payload():
    sent = Sent(b"pay 100")
    opened = opener(XA).open(sent.envelope, sent.header, sent.manifest_age, Expected(sent.doc, THREAD))
    forged = io.BytesIO()
    from comity_seal.opening.stream import seal_payload

    seal_payload(opened.file_key, io.BytesIO(b"pay 900"), forged.write)
    sent.payload = forged.getvalue()
    assert age.unseal(sent.header + sent.payload, [OTP.epoch.identity]) == b"pay 900"
    with pytest.raises(errors.HashMismatch):
        sent.open_by(OTP)


@pytest.mark.parametrize("field", ["header", "manifest_age", "payload"])
def test_parts_of_another_document_are_not_authentic(field):
    sent, other = Sent(b"one"), Sent(b"two")
    setattr(sent, field, getattr(other, field))
    with pytest.raises(errors.HashMismatch):
        sent.open_by(XA)


def test_another_document_or_request_than_the_one_asked_for_is_refused():
    sent = Sent(b"one")
    for wrong in ({"doc": str(uuid4())}, {"thread": str(uuid4())}, {"purpose": "reply"}, {"ver": 2}):
        with pytest.raises(errors.WrongDocument):
            sent.open_by(XA, **wrong)


def test_a_stripped_signature_is_refused():
    sent = Sent(b"one")
    value = canonical.loads_strict(sent.envelope)
    for signatures in (value["signatures"][:1], value["signatures"][1:], value["signatures"][::-1], []):
        sent.envelope = canonical.dumps({**value, "signatures": signatures})
        with pytest.raises(errors.SignatureInvalid):
            sent.open_by(XA)


@pytest.mark.parametrize("algorithm", [0, 1])
def test_both_signatures_must_verify(algorithm):
    sent = Sent(b"one")
    value = canonical.loads_strict(sent.envelope)
    other = canonical.loads_strict(Sent(b"two").envelope)
    value["signatures"][algorithm]["sig"] = other["signatures"][algorithm]["sig"]
    sent.envelope = canonical.dumps(value)
    with pytest.raises(errors.SignatureInvalid):
        sent.open_by(XA)


def test_a_signature_of_another_kind_does_not_count():
    sent = Sent(b"one")
    payload = dsse.Dsse.parse(sent.envelope).payload
    with pytest.raises(errors.SignatureInvalid):
        verify_envelope(AMINA.sign(dsse.MANIFEST, payload), AMINA.public)


def test_somebody_whom_the_chain_does_not_list_cannot_sign():
    stranger = Office("OTP", STRANGER)
    stranger.user = OTP.user
    stranger.verified = OTP.verified
    sent = Sent(b"one", by=stranger)
    with pytest.raises(errors.UnknownSigner):
        sent.open_by(XA)


def test_a_manifest_of_another_signer_is_refused():
    sent = Sent(b"one")
    envelope = verify_envelope(sent.envelope, AMINA.public)
    inner = canonical.dumps(sent.sealed.manifest.to_json())
    recipients = [HybridRecipient(OTP.epoch.recipient), HybridRecipient(XA.epoch.recipient)]
    sent.manifest_age = age.seal(DORA.sign(dsse.MANIFEST, inner), recipients)
    changed = replace(envelope, manifest_age_sha256=sha256(sent.manifest_age).hexdigest())
    sent.envelope = AMINA.sign(dsse.ENVELOPE, canonical.dumps(changed.to_json()))
    with pytest.raises(errors.SignatureInvalid):
        sent.open_by(XA)


@pytest.mark.parametrize(("field", "value"), [("name", "Other.pdf"), ("size", 4)])
def test_a_manifest_other_than_the_committed_one_is_refused(field, value):
    sent = Sent(b"one")
    envelope = verify_envelope(sent.envelope, AMINA.public)
    manifest = sent.sealed.manifest.to_json() | {field: value}
    if field == "size":
        manifest["cipher"] = manifest["cipher"] | {"payload_bytes": manifest["cipher"]["payload_bytes"] + 1}
    recipients = [HybridRecipient(OTP.epoch.recipient), HybridRecipient(XA.epoch.recipient)]
    sent.manifest_age = age.seal(AMINA.sign(dsse.MANIFEST, canonical.dumps(manifest)), recipients)
    changed = replace(envelope, manifest_age_sha256=sha256(sent.manifest_age).hexdigest())
    sent.envelope = AMINA.sign(dsse.ENVELOPE, canonical.dumps(changed.to_json()))
    with pytest.raises(errors.CommitmentMismatch):
        sent.open_by(XA)


def test_a_silent_reader_cannot_be_added():
    sent = Sent(b"one")
    opened = opener(OTP).open(sent.envelope, sent.header, sent.manifest_age, Expected(sent.doc, THREAD))
    recipients = [HybridRecipient(office.epoch.recipient) for office in (OTP, XA, YB)]
    sent.header = age.seal_header(opened.file_key, recipients)
    with pytest.raises(errors.HashMismatch):
        sent.open_by(XA)
    envelope = replace(
        verify_envelope(Sent(b"two").envelope, AMINA.public), header_sha256=sha256(sent.header).hexdigest()
    )
    with pytest.raises((errors.HeaderError, errors.HashMismatch)):
        check_sealed(envelope, sent.header, sent.manifest_age)


def test_for_other_readers_the_payload_stays_and_everything_else_is_new():
    sent = Sent(b"draft text", readers=("OTP",))
    with pytest.raises(errors.NotAuthentic):
        sent.open_by(XA)
    opened = opener(OTP).open(sent.envelope, sent.header, sent.manifest_age, Expected(sent.doc, THREAD))
    again = reheader(
        opened.file_key,
        opened.manifest,
        sent.sealed.envelope_sha256,
        author=OTP.author,
        readers=[OTP.verified, XA.verified],
        created=NOW,
    )
    envelope = verify_envelope(again.envelope, AMINA.public)
    assert (envelope.ver, envelope.prev_envelope) == (2, sent.sealed.envelope_sha256)
    assert again.manifest.prev == sent.sealed.manifest.sha256
    sent.header, sent.manifest_age, sent.envelope = again.header, again.manifest_age, again.envelope
    assert sent.open_by(XA, ver=2) == b"draft text"
    with pytest.raises(errors.WrongDocument):
        sent.open_by(XA, ver=1)


def test_a_statement_under_another_root_is_refused():
    other = Office("XA", CHIDI, root=OTHER_ROOT)
    with pytest.raises(errors.UntrustedRoot):
        verify_chain(other.chain, ROOT.public, "XA")


def test_a_statement_about_another_authority_is_refused():
    with pytest.raises(errors.WrongAuthority):
        verify_chain(XA.chain, ROOT.public, "YB")


@pytest.mark.parametrize("chain", [[], XA.chain * 2])
def test_a_chain_that_is_not_one_statement_is_refused(chain):
    with pytest.raises(errors.BrokenChain):
        verify_chain(chain, ROOT.public, "XA")


def test_a_changed_statement_is_refused():
    value = canonical.loads_strict(XA.chain[0].split(b"\n")[0])
    import base64

    payload = base64.b64decode(value["payload"]).replace(b'"focal point"', b'"focal xoint"')
    value["payload"] = base64.b64encode(payload).decode()
    with pytest.raises(errors.UntrustedRoot):
        verify_chain([canonical.dumps(value)], ROOT.public, "XA")


def test_a_forged_wrap_is_never_used():
    fake = Epoch.generate("XA")
    for forged in (wrap(fake, CHIDI.public), wrap(XA.epoch, CHIDI.public), YB.wraps[DORA.public.id]):
        with pytest.raises(errors.ForgedWrap):
            unwrap(forged, CHIDI, XA.verified, 1)


def test_a_wrap_that_the_statement_names_but_holds_another_key_is_refused():
    fake = Epoch.generate("XA")
    forged = wrap(fake, CHIDI.public)
    epoch = replace(XA.verified.epoch, wraps={CHIDI.public.id: sha256(forged).hexdigest()})
    verified = replace(XA.verified, epochs={1: epoch})
    with pytest.raises(errors.ForgedWrap, match="not the one that the statement names"):
        unwrap(forged, CHIDI, verified, 1)


def test_a_key_set_opens_with_its_passphrase_only():
    words = new_passphrase()
    assert len(words.split("-")) == 8
    kept = protect(CHIDI, words, logn=15)
    typed = f"  {words.replace('-', '  ').upper()} "
    assert unprotect(kept, typed).public == CHIDI.public
    with pytest.raises(errors.WrongPassphrase):
        unprotect(kept, new_passphrase())


def test_a_key_set_with_too_little_work_is_refused():
    from comity_seal.opening.identities import Passphrase

    weak = age.seal(CHIDI.to_text().encode(), [Passphrase("a", logn=10)])
    with pytest.raises(errors.WorkFactor):
        unprotect(weak, "a")


def test_a_key_set_file_round_trips_and_its_fingerprint_has_60_digits():
    assert KeySet.from_text(CHIDI.to_text()).public == CHIDI.public
    assert PublicKeySet.from_bytes(CHIDI.public.canonical) == CHIDI.public
    groups = CHIDI.public.fingerprint.split()
    assert [len(group) for group in groups] == [5] * 12


def test_an_approval_is_over_cover_and_documents():
    shown = cover(
        kind="assistance",
        reference="OTP/XA/2026/007",
        requesting="OTP",
        requested="XA",
        requested_on=None,
        measures=[(1, "k", "freeze")],
    )
    documents = [Approved(str(uuid4()), 1, "0" * 64), Approved(str(uuid4()), 2, "1" * 64)]
    signed = approve(OTP.author, request=THREAD, cover_sha256=cover_sha256(shown), documents=documents, created=NOW)
    approval = verify_approval(signed, AMINA.public)
    assert approval.cover_sha256 == cover_sha256(shown)
    assert set(approval.documents) == set(documents)
    with pytest.raises(errors.SignatureInvalid):
        verify_approval(signed, CHIDI.public)


def test_a_moved_date_on_the_cover_is_noticed():
    shown = cover(
        kind="assistance",
        reference="R",
        requesting="OTP",
        requested="XA",
        requested_on="2026-12-22",
        measures=[(1, "i", None)],
    )
    compare_cover(dict(shown), shown)
    with pytest.raises(errors.CoverMismatch):
        compare_cover(dict(shown), shown | {"kind": "administration_of_justice"})
    with pytest.raises(errors.CoverMismatch):
        compare_cover(dict(shown), shown | {"requested_on": "2026-12-23"})


def test_the_specification_and_both_implementations_know_the_same_purposes():
    root = Path(__file__).parents[2]
    specified = re.search(r'"purpose":"([a-z|]+)"', (root / "docs" / "sealing.md").read_text())
    listed = re.search(r"PURPOSES = \[(.*?)\]", (root / "platform/browser/src/seal/document.ts").read_text(), re.S)
    assert specified
    assert tuple(specified[1].split("|")) == PURPOSES
    assert listed
    assert tuple(re.findall(r'"([a-z]+)"', listed[1])) == PURPOSES
