"""Links between requests, redirecting, urgency and its confirmation as JSON resources."""

from __future__ import annotations

from uuid import UUID

from comity.assistance import link_views as bodies
from comity.assistance import links, redirecting, transmission, views
from comity.core.transaction import Transaction
from comity.web import Api

linking = Api("linking", __name__, url_prefix="/requests/<uuid:rfa_id>")


@linking.post("/links", body=bodies.LinkBody, answers=views.RequestView)
def link(tx: Transaction, rfa_id: UUID, body: bodies.LinkBody) -> views.RequestView:
    """Say that a request belongs to another of your team; the State sees it where both were transmitted to it."""
    return views.full(tx, links.link(tx, rfa_id, body.other, body.relation))


@linking.delete("/links/<uuid:other>", answers=views.RequestView)
def unlink(tx: Transaction, rfa_id: UUID, other: UUID) -> views.RequestView:
    """Take a link back."""
    return views.full(tx, links.unlink(tx, rfa_id, other))


@linking.post("/redirect", body=bodies.RedirectBody, answers=views.RequestView, status=201)
def redirect(tx: Transaction, rfa_id: UUID, body: bodies.RedirectBody) -> tuple[views.RequestView, int, dict[str, str]]:
    """Begin the request to whoever controls what a consultation was about; answers with that draft."""
    made = redirecting.redirect(tx, rfa_id, body.consultation, body.requested, body.standing)
    return views.full(tx, made), 201, {"Location": f"/api/v1/requests/{made.id}"}


@linking.post("/expedite", body=bodies.ExpediteBody, answers=views.RequestView)
def expedite(tx: Transaction, rfa_id: UUID, body: bodies.ExpediteBody) -> views.RequestView:
    """Mark a draft as urgent, with the medium by which it goes, or as urgent no longer."""
    return views.full(tx, transmission.expedite(tx, rfa_id, body.medium))


@linking.post("/confirm", body=bodies.ConfirmBody, answers=views.RequestView)
def confirm(tx: Transaction, rfa_id: UUID, body: bodies.ConfirmBody) -> views.RequestView:
    """Record that an urgent request was confirmed through the channel of article 87(1)(a)."""
    return views.full(tx, transmission.confirm(tx, rfa_id, body.on, body.channel))
