"""The templates of one's team: which there are, what each says, and the next version of one."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from comity.assistance import kinds, policy, sides
from comity.core.errors import NotFound
from comity.core.transaction import Transaction
from comity.library import actions, queries, wording
from comity.library.model import Template
from comity.library.wording import LANGUAGES, Said, Wording
from comity.web import Pages

OFFICERS = {"cooperation officer", "registry officer"}
"""Whose navigation names the page; focal points come to it from where they begin a request."""

pages = Pages("library", __name__, url_prefix="/templates")

Answered = str | Response | tuple[str, int]


def _letter(text: str) -> str | None:
    return None if text == "-" else text


def _known(of_kind: str, letter: str) -> None:
    if wording.faults_of_purpose(of_kind, _letter(letter)):
        raise NotFound(_("There can be no template for this."))


@pages.page("/", menu=_l("Templates"), roles=OFFICERS, order=20)
def index(tx: Transaction) -> str:
    """What is in use, what is being prepared, and a new one."""
    used, waiting = queries.in_use(tx), queries.waiting(tx)
    there = {(one.of_kind, one.letter) for one in used}
    return render_template(
        "library/index.html",
        used=used,
        waiting={(one.of_kind, one.letter) for one in waiting},
        first=[one for one in waiting if (one.of_kind, one.letter) not in there],
        kinds=sides.sent(tx),
        letters=policy.measures(),
    )


@pages.page("/<of_kind>/<letter>")
def show(tx: Transaction, of_kind: str, letter: str) -> str:
    """One template: the version in use, in both languages, and when there were others."""
    _known(of_kind, letter)
    return render_template(
        "library/show.html",
        of_kind=of_kind,
        letter=_letter(letter),
        versions=queries.versions(tx, of_kind, _letter(letter)),
        prepared=queries.prepared(tx, of_kind, _letter(letter)),
        checklist=kinds.checklist_of(of_kind),
    )


@pages.page("/begin", methods=["POST"])
def begin(tx: Transaction) -> Response:
    """Begin the next version of a template, or the first."""
    of_kind, _colon, letter = request.form.get("purpose", "").partition(":")
    row = actions.begin(tx, of_kind, letter or None)
    return redirect(url_for(".change", of_kind=row.of_kind, letter=row.letter or "-"), 303)


def _prepared(tx: Transaction, of_kind: str, letter: str) -> Template:
    _known(of_kind, letter)
    found = queries.prepared(tx, of_kind, _letter(letter))
    if found is None:
        raise NotFound(_("No version of this template is being prepared."))
    return found


@pages.page("/<of_kind>/<letter>/change", methods=["GET", "POST"])
def change(tx: Transaction, of_kind: str, letter: str) -> Answered:
    """Write the next version; saved as it is, and published once nothing is missing."""
    row = _prepared(tx, of_kind, letter)
    said, faults = row.said, []
    version = row.version
    if request.method == "POST":
        said, version = _sent(of_kind), request.form.get("version", -1, type=int)
        publishing = "publish" in request.form
        faults = wording.faults(said, of_kind) + (wording.missing(said, of_kind) if publishing else [])
        if not faults:
            row = actions.change(tx, row.id, said, version=version)
            if publishing:
                row = actions.publish(tx, row.id, version=row.version)
                flash(_("Version %(n)s is published.", n=row.n))
                return redirect(url_for(".show", of_kind=of_kind, letter=letter), 303)
            flash(_("The template is kept, and not published yet."))
            return redirect(url_for(".change", of_kind=of_kind, letter=letter), 303)
    page = render_template(
        "library/change.html",
        row=row,
        said=said,
        version=version,
        checklist=kinds.checklist_of(of_kind),
        faults=[(one.pointer.strip("/").replace("/", "-"), one.message) for one in faults],
    )
    return (page, 422) if faults else page


def _sent(of_kind: str) -> Wording:
    """What a browser sent."""
    lines = [one.line for one in kinds.checklist_of(of_kind).lines]
    form = request.form
    said = {
        language: Said(
            subject=form.get(f"{language}-subject", "").strip(),
            text=form.get(f"{language}-text", "").strip(),
            lines={line: form.get(f"{language}-lines-{line}", "").strip() for line in lines},
        )
        for language in LANGUAGES
    }
    return Wording(**said)


@pages.page("/<of_kind>/<letter>/discard", methods=["POST"])
def discard(tx: Transaction, of_kind: str, letter: str) -> Response:
    """Throw away what is prepared."""
    actions.discard(tx, _prepared(tx, of_kind, letter).id)
    flash(_("The prepared version is thrown away; what is in use stays."))
    return redirect(url_for(".index"), 303)
