"""Uploads in parts, and documents handed out to their readers."""

from __future__ import annotations

from uuid import UUID

from flask import Response, request

from comity.core.storage import store
from comity.core.transaction import Transaction
from comity.exchange import actions, office_api, queries
from comity.exchange.views import GrantBody, GrantView, HandedOut, HandOutQuery, PartQuery, UploadView
from comity.web import Api
from comity_seal.tree import PART

api = Api("exchange", __name__, url_prefix="/api/v1")
api.register_blueprint(office_api.offices)

LARGEST_GRANT = 2**20
"""Bytes: header, manifest and grant are at most 256, 64 and 256 KiB, in base64."""


@api.put("/uploads/<uuid:upload_id>/parts/<int:n>", raw=True, largest=PART)
def put_part(tx: Transaction, upload_id: UUID, n: int) -> None:
    """Send one part; its leaf hash stands in the header Comity-Leaf."""
    actions.put_part(tx, upload_id, n, request.headers.get("Comity-Leaf", ""), request.get_data())


@api.get("/uploads/<uuid:upload_id>", answers=UploadView)
def upload(tx: Transaction, upload_id: UUID) -> UploadView:
    """Which parts are held, so that an interrupted upload goes on."""
    return UploadView.of(actions.own(tx, upload_id), queries.held(tx, upload_id))


@api.delete("/uploads/<uuid:upload_id>")
def cancel(tx: Transaction, upload_id: UUID) -> None:
    """Forget an unfinished upload; the janitor removes its bytes."""
    actions.cancel(tx, upload_id)


@api.get("/documents/<uuid:doc>", query=HandOutQuery, answers=HandedOut, writes=True)
def hand_out(tx: Transaction, doc: UUID, query: HandOutQuery) -> HandedOut:
    """The sealed header, manifest and envelope of a document; this is a line in the journal."""
    document, version = actions.hand_out(tx, doc, keep=query.keep)
    return HandedOut.with_header(document, version, queries.grants_of(tx, version))


@api.post("/documents/<uuid:doc>/grants", body=GrantBody, answers=GrantView, status=201, largest=LARGEST_GRANT)
def grant(tx: Transaction, doc: UUID, body: GrantBody) -> GrantView:
    """Seal a document for newer keys of its readers, or for one party more; the payload stays as it is."""
    return GrantView(n=actions.grant(tx, doc, body.header, body.manifest_age, body.grant).n)


@api.get("/documents/<uuid:doc>/parts/<int:n>", query=PartQuery, answers=bytes)
def part(tx: Transaction, doc: UUID, n: int, query: PartQuery) -> Response:
    """One part of a document's payload."""
    held = actions.part_of(tx, doc, n, query.ver)
    response = Response(store().get(held.key), mimetype="application/octet-stream")
    response.headers["Comity-Leaf"] = held.leaf
    return response
