"""The States and what each has said of its requirements; a State's own people prepare and publish the next version."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from comity.core.errors import Denied, Invalid, NotFound
from comity.core.transaction import Transaction
from comity.directory import policy, profile, profiles, publishing, queries
from comity.directory.model import Authority, Profile
from comity.directory.profile_forms import PARTS, PartForm
from comity.web import Pages
from comity.web.languages import current

pages = Pages("directory", __name__, url_prefix="/states")

Answered = str | Response | tuple[str, int]


def _state(tx: Transaction, code: str) -> Authority:
    found = queries.authority(tx, code)
    if found is None or found.of != "state":
        raise NotFound(_("There is no State of that code."))
    return found


def _today(tx: Transaction, state: Authority) -> date:
    return tx.now.astimezone(ZoneInfo(state.time_zone)).date()


@pages.page("/", menu=_l("States"), roles={"focal point", "cooperation officer", "registry officer"}, order=30)
def index(tx: Transaction) -> str:
    """Every State: how requests reach it, in which languages, and what it published last."""
    states = sorted((one for one in queries.authorities(tx) if one.of == "state"), key=lambda one: one.name(current()))
    shown = [(one, profiles.in_force(tx, one.code, _today(tx, one))) for one in states]
    return render_template("directory/index.html", states=shown, language_names=profile.languages(current()))


@pages.page("/<code>")
def show(tx: Transaction, code: str) -> str:
    """One State's requirements as they count today, and what will count later."""
    state = _state(tx, code)
    force = profiles.in_force(tx, code, _today(tx, state))
    own = tx.actor.authority == code and tx.actor.role == "focal point"
    return render_template(
        "directory/show.html",
        state=state,
        force=force,
        own=own,
        prepared=profiles.prepared(tx, code) if own else None,
        agrees=force.later is not None and "profile.agree" in tx.options(force.later),
        takes_effect=policy.takes_effect(),
        language_names=profile.languages(current()),
    )


@pages.page("/<code>/history")
def history(tx: Transaction, code: str) -> str:
    """Every version, the newest first, and what each changed."""
    state = _state(tx, code)
    before, found = policy.empty(), []
    for version in profiles.published(tx, code):
        found.append((version, profiles.difference(before, version.said)))
        before = version.said
    return render_template(
        "directory/history.html", state=state, versions=found[::-1], language_names=profile.languages(current())
    )


@pages.page("/<code>/agree", methods=["POST"])
def agree(tx: Transaction, code: str) -> Response:
    """Registrar and State have agreed on a day."""
    force = profiles.in_force(tx, code, _today(tx, _state(tx, code)))
    if force.later is None:
        raise NotFound(_("No change waits for its day."))
    try:
        on = date.fromisoformat(request.form.get("on", ""))
    except ValueError:
        raise Invalid(_("Give a day that exists.")) from None
    publishing.agree(tx, force.later.id, on)
    flash(_("The agreed day is kept: both sides see it."))
    return redirect(url_for(".show", code=code), 303)


# One's own


def _prepared(tx: Transaction) -> Profile:
    found = profiles.prepared(tx, tx.actor.authority or "")
    if found is None:
        raise NotFound(_("No change is being prepared."))
    return found


@pages.page("/own/change", methods=["POST"])
def begin(tx: Transaction) -> Response:
    """Begin to prepare a change, or go on with what a colleague began."""
    publishing.begin(tx)
    return redirect(url_for(".change"), 303)


@pages.page("/own/change")
def change(tx: Transaction) -> str:
    """The parts of the profile, and what differs from what is published."""
    if tx.actor.role != "focal point":
        raise Denied(_("Only the people of a State prepare its profile."))
    row = _prepared(tx)
    old = profiles.newest(tx, row.authority)
    return render_template(
        "directory/change.html",
        row=row,
        state=_state(tx, row.authority),
        parts=PARTS,
        first=profiles.latest(tx, row.authority) is None,
        changed=profiles.difference(old, row.said),
        later=old.channel_and_languages != row.said.channel_and_languages,
        takes_effect=policy.takes_effect(),
        language_names=profile.languages(current()),
    )


@pages.page("/own/change/<name>", methods=["GET", "POST"])
def change_part(tx: Transaction, name: str) -> Answered:
    """Change one part."""
    if name not in PARTS:
        raise NotFound(_("A profile has no such part."))
    row = _prepared(tx)
    form = PartForm.of(PARTS[name], row.said)
    version = row.version
    if request.method == "POST":
        form = PartForm.sent(PARTS[name], request.form)
        version = request.form.get("version", -1, type=int)
        content = form.on(row.said)
        faults = [] if form.faults else profile.faults(content)
        form.mark([one for one in faults if one.pointer.split("/")[1] in (name, *PARTS[name].fields)])
        if not form.faults:
            publishing.change(tx, row.id, content, version=version)
            if "more" in request.form:
                return redirect(url_for(".change_part", name=name), 303)
            return redirect(url_for(".change"), 303)
        form = form.with_room()
    page = render_template(
        "directory/part.html", row=row, form=form, version=version, language_names=profile.languages(current())
    )
    return (page, 422) if form.faults else page


@pages.page("/own/change/publish", methods=["POST"])
def publish(tx: Transaction) -> Response:
    """Publish what was prepared."""
    row = publishing.publish(tx, _prepared(tx).id, version=request.form.get("version", -1, type=int))
    flash(_("Version %(n)s is published.", n=row.n))
    return redirect(url_for(".show", code=row.authority), 303)


@pages.page("/own/change/discard", methods=["POST"])
def discard(tx: Transaction) -> Response:
    """Throw away what was prepared."""
    row = _prepared(tx)
    publishing.discard(tx, row.id)
    flash(_("The prepared change is thrown away; what is published stays."))
    return redirect(url_for(".show", code=row.authority), 303)
