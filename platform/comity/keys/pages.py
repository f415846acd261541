"""One's own key: making it, unlocking it, and the ways to it.

Words and keys stay in the browser: no form of these pages has a field with a name, so a browser without our script has
nothing to send.
"""

from __future__ import annotations

from uuid import UUID

from flask import abort, render_template, request, url_for

from comity.accounts.model import Account
from comity.core.errors import NotFound
from comity.core.text import _
from comity.core.transaction import Transaction
from comity.keys import queries
from comity.keys.model import KeySet, Way
from comity.web import Pages
from comity.web.errors import safe_next
from comity_seal.ways import KINDS, MOST_PASSKEYS, PASSKEY, suffice

pages = Pages("keys", __name__)


def _me(tx: Transaction) -> Account:
    return tx.read(Account, UUID(tx.actor.id))


def _own(tx: Transaction) -> tuple[KeySet | None, list[Way]]:
    kept = queries.keyset_of(tx, UUID(tx.actor.id))
    return kept, queries.ways_of(tx, kept) if kept else []


def _removable(ways: list[Way]) -> set[UUID]:
    return {way.id for way in ways if suffice(other.kind for other in ways if other is not way)}


@pages.page("/unlock")
def unlock(tx: Transaction) -> str:
    """Every way that there is to one's key; then on to where one came from."""
    following = safe_next(request.args.get("next")) or url_for("home.index")
    kinds = {way.kind for way in _own(tx)[1]}
    return render_template("keys/unlock.html", me=_me(tx), kinds=kinds, following=following)


@pages.page("/enrol")
def enrol(tx: Transaction) -> str:
    """Making one's first key, step by step, or another one after it was removed, revoked or lost."""
    kept = _own(tx)[0]
    case = queries.trouble(tx, kept) if kept else "first"
    if "lost" in request.args and case in (None, "waiting"):
        case = "lost"
    return render_template("keys/enrol.html", me=_me(tx), kept=kept, case=case)


@pages.page("/keys")
def index(tx: Transaction) -> str:
    """The fingerprint of one's key, and the ways to unlock it."""
    kept, ways = _own(tx)
    kinds = [way.kind for way in ways]
    missing = [kind for kind in KINDS if kind not in kinds or (kind == PASSKEY and kinds.count(kind) < MOST_PASSKEYS)]
    return render_template(
        "keys/index.html",
        me=_me(tx),
        kept=kept,
        ways=ways,
        removable=_removable(ways),
        missing=missing,
        trouble=queries.trouble(tx, kept) if kept else None,
        begun=tx.actor.authority is not None and bool(queries.chain(tx, tx.actor.authority)),
    )


@pages.page("/keys/new/<kind>")
def new_way(tx: Transaction, kind: str) -> str:
    """New words in the place of the last ones, or one more passkey."""
    if kind not in KINDS or _own(tx)[0] is None:
        abort(404)
    return render_template("keys/new_way.html", kind=kind)


@pages.page("/keys/ways/<uuid:way_id>/remove")
def remove(tx: Transaction, way_id: UUID) -> str:
    """Whether this way is to go; the page script signs that with the key itself."""
    ways = _own(tx)[1]
    way = next((one for one in ways if one.id == way_id), None)
    if way is None:
        raise NotFound(_("There is no such way to your key."))
    return render_template("keys/remove.html", way=way, removable=way.id in _removable(ways))


@pages.page("/keys/sheet")
def sheet(tx: Transaction) -> str:
    """One page of paper that goes with the official letter."""
    return render_template("keys/sheet.html", me=_me(tx), kept=_own(tx)[0], today=tx.now.date())
