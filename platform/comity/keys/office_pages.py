"""One's own office: who belongs to it, who administers it, which statement made each change, and what waits.

What these pages show is worked out in the reader's own browser, from signed statements that it has verified; what they
change is signed there.  The server gives the frame and the words.
"""

from __future__ import annotations

from uuid import UUID

from flask import render_template, request
from flask_babel import lazy_gettext as _l

from comity.core.errors import NotFound
from comity.core.text import _
from comity.core.transaction import Transaction
from comity.keys import queries
from comity.web import Pages
from comity_seal.authority import VerifiedAuthority

MEMBERS = {"focal point", "cooperation officer", "registry officer", "translator"}
"""The roles of those who belong to an office."""

REMOVING = ["left the office", "other work", "key not safe"]
ROTATING = ["yearly", "key not safe", "precaution"]
NOT_ADMINISTERING = ["other work", "left the office", "key not safe"]
REVOKING = ["device lost", "device stolen", "words seen"]
RECOVERING = ["keys lost", "nobody administers"]
"""Why something was done, as the signed statements say it: everybody who signs in can read that, so it is a choice."""

office_pages = Pages("office", __name__)


def _own(tx: Transaction) -> VerifiedAuthority | None:
    """What the statements about the reader's authority say; None where there is none yet.  Raises NotFound."""
    if tx.actor.authority is None:
        raise NotFound(_("You belong to no office, so there is nothing to show here."))
    return queries.verified(tx, tx.actor.authority)


def _present(tx: Transaction) -> VerifiedAuthority:
    found = _own(tx)
    if found is None:
        raise NotFound(_("There are no signed statements about your office yet."))
    return found


def _member(tx: Transaction, user_id: UUID, *, officers: bool = False) -> str:
    """The member's name, as the statements give it, or that of an officer of recovery.  Raises NotFound."""
    said = _present(tx)
    member = said.members.get(str(user_id)) or (
        said.recovery.officers.get(str(user_id)) if officers and said.recovery else None
    )
    if member is None:
        raise NotFound(_("Nobody of that name belongs to your office."))
    return member.name


@office_pages.page("/office", menu=_l("Our office"), roles=MEMBERS, order=40)
def index(tx: Transaction) -> str:
    """Everybody who belongs to it, and every change."""
    return render_template("office/index.html", begun=_own(tx) is not None)


@office_pages.page("/office/admit/<uuid:user_id>")
def admit(tx: Transaction, user_id: UUID) -> str:
    """Admit somebody whose digits were compared."""
    if str(user_id) in _present(tx).members:
        raise NotFound(_("This person belongs to your office already."))
    return render_template("office/admit.html", user=user_id)


@office_pages.page("/office/remove/<uuid:user_id>")
def remove(tx: Transaction, user_id: UUID) -> str:
    """Remove a member; what that does, and what it cannot do."""
    return render_template("office/remove.html", user=user_id, name=_member(tx, user_id), reasons=REMOVING)


@office_pages.page("/office/administrators/<uuid:user_id>")
def administrator(tx: Transaction, user_id: UUID) -> str:
    """Propose that a member administers the office, or no longer does."""
    return render_template(
        "office/administrator.html", user=user_id, name=_member(tx, user_id), reasons=NOT_ADMINISTERING
    )


@office_pages.page("/office/key")
def rotate(tx: Transaction) -> str:
    """A new key for the office: a new epoch."""
    _present(tx)
    return render_template("office/rotate.html", reasons=ROTATING)


@office_pages.page("/office/proposals/<uuid:proposal_id>")
def proposal(tx: Transaction, proposal_id: UUID) -> str:
    """What somebody proposed, for a second person to confirm."""
    _present(tx)
    return render_template("office/proposal.html", proposal=proposal_id)


@office_pages.page("/office/leave")
def leave(tx: Transaction) -> str:
    """Saying that one leaves the office."""
    _present(tx)
    return render_template("office/leave.html")


@office_pages.page("/office/revoke/<uuid:user_id>")
def revoke(tx: Transaction, user_id: UUID) -> str:
    """Revoke a key that was lost or stolen: one's own, or as an administrator another's."""
    name = _member(tx, user_id, officers=True)
    return render_template("office/revoke.html", user=user_id, name=name, reasons=REVOKING)


@office_pages.page("/office/recovery")
def recovery(tx: Transaction) -> str:
    """Who can recover the office, and for administrators the choice."""
    _present(tx)
    return render_template("office/recovery.html")


@office_pages.page("/office/recovery/open")
def open_recovery(tx: Transaction) -> str:
    """What an officer of recovery does."""
    _present(tx)
    return render_template("office/recovery_open.html")


@office_pages.page("/office/recovery/admit/<uuid:user_id>")
def recover(tx: Transaction, user_id: UUID) -> str:
    """Admit somebody as an officer of recovery, with what another officer passed on."""
    _present(tx)
    return render_template("office/recovery_admit.html", user=user_id, reasons=RECOVERING)


@office_pages.page("/office/documents")
def documents(tx: Transaction) -> str:
    """Seal what is there, of one request or all of it, to the newest key of the office."""
    _present(tx)
    return render_template("office/documents.html", about=request.args.get("request", type=UUID))
