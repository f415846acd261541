"""Grants: a new header over the same payload, signed, for newer keys of its readers or for one reader more.

Nothing is taken from anybody by a grant, and nothing of what was signed before is changed: the first header stays, and
so does each that a grant brought, so that a bad one can be seen and outlived.
"""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from comity.core.errors import Conflict, TooLarge
from comity.core.text import _
from comity.core.transaction import Transaction
from comity.exchange import bookkeeping, events, queries, withholding
from comity.exchange.checks import check_epochs, signer, wrong
from comity.exchange.model import Document, DocumentVersion, Grant
from comity_seal import dsse
from comity_seal import grant as signed_grants
from comity_seal.envelope import LARGEST_MANIFEST, Envelope, check_sealed, parse_envelope
from comity_seal.errors import SealError
from comity_seal.grant import Present, check_grant
from comity_seal.header import LARGEST as LARGEST_HEADER


def grant(tx: Transaction, doc: UUID, header: bytes, manifest_age: bytes, signed: bytes) -> Grant:
    """Put a new header in the place of a document's present one, as the actor signed.

    Raises NotFound, Denied, Invalid, TooLarge, OldEpoch, Withheld where a handling limit keeps further readers out, or
    Conflict where another version or grant was faster.
    """
    document = tx.load(Document, doc, to="document.grant")
    if len(header) > LARGEST_HEADER or len(manifest_age) > LARGEST_MANIFEST:
        raise TooLarge(_("The header or the manifest is too large."))
    version = queries.latest(tx, [doc])[doc]
    envelope = parse_envelope(version.envelope)
    said = _verified(tx, signed)
    present = _present(tx, version, envelope)
    if (said.doc, said.ver, said.n) != (str(doc), version.ver, present.n + 1):
        raise Conflict(_("Somebody changed this document meanwhile: open it again, then sign once more."))
    try:
        check_grant(envelope, present, said)
        now = replace(
            envelope, to=said.to, header_sha256=said.header_sha256, manifest_age_sha256=said.manifest_age_sha256
        )
        check_sealed(now, header, manifest_age)
    except SealError as error:
        raise _malformed(error) from error
    check_epochs(tx, "/grant", said.to)
    if said.reason == signed_grants.ADDED:
        withholding.require(tx, document, version, "share")
    _check_added(said, present, document)
    kept = Grant(
        doc=doc,
        ver=version.ver,
        n=said.n,
        author=tx.actor.id,
        readers=[to.to_json() for to in said.to],
        grant=signed,
        header=header,
        manifest_age=manifest_age,
        created_at=tx.now,
    )
    bookkeeping.keep(tx, kept)
    bookkeeping.readers_now(tx, version, said.to)
    about = (str(document.request), document.purpose, version.ver, version.envelope_sha256)
    tx.record(document, events.DocumentGranted(*about, said.n, said.reason, said.sha256))
    return kept


def _malformed(why: object) -> Exception:
    return wrong("/grant", _("This is not a well-formed grant: %(why)s.", why=why))


def _verified(tx: Transaction, signed: bytes) -> signed_grants.Grant:
    """The grant, signed with the actor's own key set in her own name.  Raises Invalid or Denied."""
    own = signer(tx, "/grant")
    try:
        said = signed_grants.Grant.from_bytes(dsse.verify(signed, own, dsse.GRANT))
    except SealError as error:
        raise _malformed(error) from error
    if (said.by.user, said.by.authority, said.by.keyset) != (tx.actor.id, tx.actor.authority, own.id):
        raise wrong("/grant", _("The grant names somebody else than you."))
    return said


def _present(tx: Transaction, version: DocumentVersion, envelope: Envelope) -> Present:
    """What the grants that are kept have made of the envelope; each was checked when it came."""
    earlier = queries.grants_of(tx, version)
    if not earlier:
        return Present.of(envelope)
    return signed_grants.Grant.from_bytes(dsse.Dsse.parse(earlier[-1].grant).payload).present


def _check_added(said: signed_grants.Grant, present: Present, document: Document) -> None:
    """Who is added is a party of the request, once the document was released to it."""
    added = {to.authority for to in said.to} - {to.authority for to in present.to}
    parties = {document.requesting, document.requested} if document.released_at is not None else set()
    if not added <= parties:
        raise wrong("/grant", _("A document is opened to the parties of its request alone, once it is released."))
