"""The pages of translations: how a team asks for one, and where a translator finds, writes and gives it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from comity.assistance import cover, showing, translating
from comity.assistance import translation_views as views
from comity.assistance.model import RequestForAssistance
from comity.assistance.reading import readers
from comity.assistance.requirements import WORKING
from comity.assistance.translation_model import OPEN, Translation
from comity.assistance.translation_views import TranslationView
from comity.core.errors import Denied
from comity.core.transaction import Transaction
from comity.directory import profile, profiles
from comity.exchange.views import DocumentView
from comity.web import Pages
from comity.web.home import panel
from comity.web.languages import current

TRANSLATORS = {"translator"}

translation_pages = Pages("translations", __name__, url_prefix="/translations")


def shown(tx: Transaction, rfa: RequestForAssistance) -> dict[str, Any]:
    """What the pages of a request show of its translations: nothing outside of the team that has asked."""
    return {
        "translations": views.of_request(tx, rfa),
        "can_translate": bool(translating.offices(tx)) and "rfa.translate" in tx.options(rfa),
    }


def translate(tx: Transaction, rfa_id: UUID) -> str:
    """Choose a text of a request, see what will be sealed, and ask for its translation."""
    rfa = tx.read(RequestForAssistance, rfa_id)
    if "rfa.translate" not in tx.options(rfa):
        raise Denied(_("You can read this, but you may not do this to it."))
    spoken = profiles.in_force(tx, rfa.requested, cover.today(tx, rfa.requested)).content.languages
    team = tx.actor.authority or ""
    source = current()
    return render_template(
        "assistance/translate.html",
        rfa=rfa,
        texts=translating.texts(tx, rfa),
        chosen=request.args.get("document", ""),
        tongues=profile.languages(current()),
        source_language=source,
        target_language=next((one for one in (*spoken, *WORKING) if one != source), "fr"),
        target_hint=_hint(spoken),
        readers=readers(tx, sorted([team, *(one.code for one in translating.offices(tx)[:1])])),
    )


def _hint(spoken: tuple[str, ...]) -> str:
    """Which languages the requested State has chosen [Statute art. 87(2)]."""
    names = ", ".join(profile.languages(current())[code] for code in spoken)
    return _("The requested State takes requests in: %(languages)s.", languages=names) if names else ""


def withdraw_translation(tx: Transaction, rfa_id: UUID, translation_id: UUID) -> Response:
    """Ask for a translation no longer."""
    translating.withdraw(tx, translation_id)
    flash(_("The translation is no longer asked for."))
    return redirect(url_for("assistance.show", rfa_id=rfa_id), 303)


PAGES = (
    ("/translate", ["GET"], translate),
    ("/translations/<uuid:translation_id>/withdraw", ["POST"], withdraw_translation),
)
"""The addresses under that of a request."""


def _queue(tx: Transaction, *, only_open: bool) -> dict[str, Any]:
    """What is asked of the reader's service: hers, what waits, what colleagues have, and what has ended."""
    every = views.views(tx, translating.listing(tx, only_open=only_open))
    running = [one for one in every if one.stage in OPEN]
    taken = [one for one in running if one.taken_by]
    return {
        "mine": [one for one in taken if _is_mine(tx, one)],
        "waiting": [one for one in running if not one.taken_by],
        "others": [one for one in taken if not _is_mine(tx, one)],
        "ended": sorted((one for one in every if one.ended_at), key=lambda one: str(one.ended_at), reverse=True),
        "here": cover.today(tx, tx.actor.authority or ""),
    }


def _is_mine(tx: Transaction, one: TranslationView) -> bool:
    return one.taken_by is not None and one.taken_by.id == tx.actor.id


@panel(10, TRANSLATORS)
def texts_to_translate(tx: Transaction) -> str:
    """A translator: what she has taken, and what waits, the most urgent first."""
    return render_template("assistance/home_translator.html", **_queue(tx, only_open=True), now=tx.now)


@translation_pages.page("/", menu=_l("Translations"), roles=TRANSLATORS, order=10)
def index(tx: Transaction) -> str:
    """Everything that was asked of the service."""
    return render_template("assistance/translations_index.html", **_queue(tx, only_open=False))


@translation_pages.page("/<uuid:translation_id>")
def show(tx: Transaction, translation_id: UUID) -> str | Response:
    """The translator's page; whoever has asked is shown the request from which the text comes."""
    translation = tx.read(Translation, translation_id)
    if translation.team == tx.actor.authority:
        return redirect(url_for("assistance.show", rfa_id=translation.request))
    if translation.asked_at is None:
        abort(404)
    one = views.full(tx, translation)
    own = showing.of_matter(tx, translation.id)
    mine = translation.open and _is_mine(tx, one)
    kept = [paper for paper in own if paper.document.author == tx.actor.id and paper.document.released_at is None]
    return render_template(
        "assistance/translation.html",
        one=one,
        mine=mine,
        draft=next((DocumentView.of(p.document, p.version) for p in kept if p.document.purpose == "translation"), None),
        staged=[paper for paper in kept if paper.document.purpose == "attachment"],
        readers=readers(tx, sorted([translation.team, translation.service])) if mine else [],
    )


@translation_pages.page("/<uuid:translation_id>/take", methods=["POST"])
def take(tx: Transaction, translation_id: UUID) -> Response:
    """Take a text that waits."""
    translating.take(tx, translation_id)
    return redirect(url_for(".show", translation_id=translation_id), 303)


@translation_pages.page("/<uuid:translation_id>/put-back", methods=["POST"])
def put_back(tx: Transaction, translation_id: UUID) -> Response:
    """Let a text wait for another translator."""
    translating.put_back(tx, translation_id)
    flash(_("The text waits for a translator again."))
    return redirect(url_for(".index"), 303)
