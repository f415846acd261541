"""The log for programs: its key, its newest checkpoint, its hashes in tiles, and where witnesses sign."""

from __future__ import annotations

from flask import Response
from pydantic import Field

from comity.core.transaction import Transaction
from comity.log import actions, reading, trust
from comity.web import Api, Body, View
from comity.web.resource import LARGEST_NUMBER
from comity_seal.log.notes import VerifierKey

api = Api("log", __name__, url_prefix=trust.PREFIX)


class LogKey(View):
    """The log's name, its verifier key, and the verifier keys of its witnesses [C2SP signed-note]."""

    origin: str
    key: str
    witnesses: list[str]


class CosignatureBody(Body):
    """The size of the checkpoint, and the witness's signature line for it."""

    size: int = Field(ge=1, le=LARGEST_NUMBER)
    cosignature: str = Field(max_length=500)


@api.get("/key", answers=LogKey, by_key=True)
def log_key(tx: Transaction) -> LogKey:
    """Under which key the log is signed, and who witnesses it.  Pin it: a later change is for a person to judge."""
    signed = reading.newest(tx)
    origin = VerifierKey.parse(signed.key).name
    return LogKey(origin=origin, key=signed.key, witnesses=[str(one) for one in trust.witnesses()])


@api.get("/checkpoint", answers=str, by_key=True)
def log_checkpoint(tx: Transaction) -> Response:
    """The newest signed state of the log with its cosignatures [C2SP tlog-checkpoint]."""
    response = Response(reading.note(tx), content_type="text/plain; charset=utf-8")
    response.headers["Cache-Control"] = "no-store"
    return response


@api.get("/tile/<int:level>/<path:rest>", answers=bytes, by_key=True)
def log_tile(tx: Transaction, level: int, rest: str) -> Response:
    """Hashes of the log's tree [C2SP tlog-tiles]; there are no entries, for the lines are confidential."""
    return Response(reading.tile(tx, level, rest), mimetype="application/octet-stream")


@api.post("/cosignatures", body=CosignatureBody, by_key=True)
def cosign(tx: Transaction, body: CosignatureBody) -> None:
    """Put a witness's signature under a checkpoint; only a witness that the settings name can."""
    actions.cosign(tx, body.size, body.cosignature)
