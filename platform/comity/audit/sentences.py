"""One sentence for each event: what an auditor reads instead of a line of JSON."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from comity.core.journal import Entry

SENTENCES: dict[str, Any] = {
    "access.refused": _l("%(who)s was refused: %(action)s."),
    "account.created": _l("%(who)s created the account of %(account)s, %(role)s."),
    "account.disabled": _l("%(who)s closed the account of %(account)s."),
    "account.language_changed": _l("%(who)s chose another language."),
    "account.password_changed": _l("%(who)s changed her or his password."),
    "account.password_reset": _l("%(who)s gave %(account)s a temporary password."),
    "authority.registered": _l("%(who)s entered %(authority)s in the directory."),
    "calendar.opened": _l("%(who)s made a calendar address for her or his dates."),
    "calendar.closed": _l("%(who)s revoked her or his calendar address."),
    "clarification.asked": _l(
        "%(who)s asked the requesting party something about request %(matter)s (question %(n)s)."
    ),
    "clarification.answered": _l("%(who)s answered question %(n)s about request %(matter)s."),
    "deadline.started": _l("The period “%(rule)s” of request %(matter)s began for %(falls_on)s: until %(due_on)s."),
    "deadline.paused": _l("The period “%(rule)s” of request %(matter)s paused."),
    "deadline.resumed": _l("The period “%(rule)s” of request %(matter)s runs again: until %(due_on)s."),
    "deadline.reopened": _l("The period “%(rule)s” of request %(matter)s is open again: until %(due_on)s."),
    "deadline.extended": _l("The period “%(rule)s” of request %(matter)s was extended: until %(due_on)s."),
    "deadline.amended": _l("The period “%(rule)s” of request %(matter)s follows an amendment: until %(due_on)s."),
    "deadline.corrected": _l(
        "The period “%(rule)s” of request %(matter)s is counted from a corrected report: until %(due_on)s."
    ),
    "deadline.moved": _l(
        "The period “%(rule)s” of request %(matter)s moved from %(was)s to %(due_on)s with a calendar."
    ),
    "deadline.met": _l("The period “%(rule)s” of request %(matter)s was kept."),
    "deadline.ended": _l("The period “%(rule)s” of request %(matter)s ended without having to be kept."),
    "deadline.reminded": _l("%(falls_on)s was reminded of %(due_on)s for request %(matter)s (%(rule)s)."),
    "deadline.passed": _l("The date %(due_on)s of request %(matter)s passed (%(rule)s)."),
    "device.approved": _l("%(who)s allowed a program to be signed in in her or his name."),
    "device.refused": _l("%(who)s refused to let a program be signed in."),
    "device.mistyped": _l("%(who)s typed a code that no waiting program shows."),
    "arrest.made": _l("%(who)s reported for request %(matter)s that the person was provisionally arrested on %(on)s."),
    "papers.received": _l(
        "%(who)s reported for request %(matter)s that the request and its documents were received on %(on)s."
    ),
    "person.released": _l("%(who)s reported for request %(matter)s that the person was released on %(on)s."),
    "landing.unscheduled": _l("%(who)s reported for request %(matter)s an unscheduled landing on %(on)s."),
    "person.available": _l(
        "%(who)s reported for request %(matter)s that the person is available for surrender since %(on)s."
    ),
    "investigation.notified": _l(
        "%(who)s reported for request %(matter)s that the notification was received on %(on)s."
    ),
    "proceedings.informed": _l(
        "%(who)s reported for request %(matter)s that the Court was informed of national proceedings on %(on)s."
    ),
    "investigation.deferred": _l("%(who)s reported for request %(matter)s a deferral to the State on %(on)s."),
    "deferral.reviewed": _l("%(who)s reported for request %(matter)s that the deferral was reviewed on %(on)s."),
    "consultations.exhausted": _l(
        "%(who)s reported for request %(matter)s that consultations were declared exhausted on %(on)s."
    ),
    "ruling.sought": _l("%(who)s reported for request %(matter)s that a ruling on legality was sought on %(on)s."),
    "conditions.change": _l(
        "%(who)s reported for request %(matter)s that the conditions of enforcement change on %(on)s."
    ),
    "document.deposited": _l("%(who)s deposited a sealed document (%(purpose)s) for request %(matter)s."),
    "document.replaced": _l("%(who)s replaced a sealed draft (%(purpose)s) of request %(matter)s: version %(ver)s."),
    "document.released": _l("A sealed document (%(purpose)s) of request %(matter)s was released to its readers."),
    "document.handed_out": _l("%(who)s was handed a sealed document (%(purpose)s) of request %(matter)s."),
    "document.granted": _l("%(who)s sealed a document (%(purpose)s) of request %(matter)s for newer keys or readers."),
    "document.withheld": _l(
        "%(who)s was kept from something (%(act)s) with a sealed document (%(purpose)s) of request %(matter)s."
    ),
    "document.refused": _l("A sealed document (%(purpose)s) that %(who)s sent for request %(matter)s was refused."),
    "document.discarded": _l("%(who)s threw away a sealed draft (%(purpose)s) of request %(matter)s."),
    "keyset.deposited": _l("%(who)s deposited a key set."),
    "keyset.replaced": _l("A key set became a former one, because another took its place."),
    "list.exported": _l("%(who)s exported a list of %(rows)s requests (%(format)s; filter: %(filter)s)."),
    "review.asked": _l("%(who)s asked %(user)s to review the draft of request %(matter)s."),
    "review.given": _l("%(who)s gave a review of the draft of request %(matter)s: %(finding)s."),
    "review.taken_over": _l("%(who)s took over from %(user)s the review of the draft of request %(matter)s."),
    "review.withdrawn": _l("The review of the draft of request %(matter)s is no longer asked of %(user)s."),
    "review.reminded": _l("%(user)s was reminded of the review of the draft of request %(matter)s."),
    "translation.prepared": _l("%(who)s prepared to ask for the translation of a text of request %(matter)s."),
    "translation.asked": _l("%(requesting)s asked %(requested)s for the translation %(matter)s by %(wanted_on)s."),
    "translation.taken": _l("%(who)s took the translation %(matter)s."),
    "translation.put_back": _l("%(who)s let the translation %(matter)s wait for a translator again."),
    "translation.given": _l("%(who)s gave the translation %(matter)s."),
    "translation.returned": _l("%(who)s returned the translation %(matter)s with a question."),
    "translation.withdrawn": _l("The translation %(matter)s is no longer asked for."),
    "translation.reminded": _l("The day of the translation %(matter)s is near."),
    "translation.overdue": _l("The day of the translation %(matter)s passed."),
    "review.overdue": _l("The day of the review of the draft of request %(matter)s passed: %(user)s has it."),
    "message.sent": _l("%(who)s sent %(to)s a sealed message about request %(matter)s."),
    "message.read": _l("%(who)s opened a message about request %(matter)s, as the client of the reader says."),
    "keyset.way_added": _l("%(who)s added a way to unlock her or his key: %(kind)s."),
    "keyset.way_removed": _l("%(who)s removed a way to unlock her or his key: %(kind)s."),
    "notification.queued": _l("A notice for %(account)s was written."),
    "notification.delivered": _l("A notice for %(account)s was sent by %(transport)s."),
    "notification.dropped": _l("A notice for %(account)s was not sent: it was no longer needed."),
    "notification.failed": _l("A notice for %(account)s could not be sent by %(transport)s."),
    "notification.read": _l("%(who)s marked a notice as read."),
    "profile.begun": _l("%(who)s began to prepare a change of the profile of %(authority)s."),
    "profile.changed": _l("%(who)s changed what is prepared for the profile of %(authority)s."),
    "profile.discarded": _l("%(who)s threw away what was prepared for the profile of %(authority)s."),
    "profile.published": _l("%(who)s published version %(n)s of the profile of %(authority)s."),
    "profile.agreed": _l(
        "%(who)s kept the agreed day %(effective_on)s for version %(n)s of the profile of %(authority)s."
    ),
    "template.begun": _l("%(who)s began a version of a template of %(authority)s (%(of_kind)s)."),
    "template.changed": _l("%(who)s changed a prepared template of %(authority)s (%(of_kind)s)."),
    "template.discarded": _l("%(who)s threw away a prepared template of %(authority)s (%(of_kind)s)."),
    "template.published": _l("%(who)s published version %(n)s of a template of %(authority)s (%(of_kind)s)."),
    "reaction.failed": _l("What should follow from line %(seq)s failed for good: %(reaction)s."),
    "rfa.drafted": _l("%(who)s began to draft request %(matter)s to %(requested)s."),
    "rfa.edited": _l("%(who)s changed the cover of request %(matter)s."),
    "rfa.discarded": _l("%(who)s threw away the draft of request %(matter)s."),
    "rfa.approved": _l("%(who)s approved request %(matter)s."),
    "rfa.reminded": _l("%(who)s reminded %(requested)s of request %(matter)s."),
    "rfa.assigned": _l("%(who)s said who of %(authority)s works on request %(matter)s."),
    "rfa.transmitted": _l("%(who)s transmitted request %(matter)s of %(requesting)s to %(requested)s."),
    "rfa.linked": _l("%(who)s linked request %(matter)s to another one: %(relation)s."),
    "rfa.unlinked": _l("%(who)s took back the link of request %(matter)s to another one: %(relation)s."),
    "rfa.redirected": _l(
        "%(who)s began a request to whoever controls what consultation %(consultation)s about %(matter)s concerned."
    ),
    "rfa.expedited": _l("%(who)s changed the urgency of request %(matter)s (%(medium)s)."),
    "rfa.confirmed": _l("%(who)s recorded that urgent request %(matter)s was confirmed on %(on)s (%(channel)s)."),
    "rfa.opened": _l("%(requested)s opened request %(matter)s for the first time."),
    "rfa.acknowledged": _l("%(who)s acknowledged receipt of request %(matter)s."),
    "extension.asked": _l("%(who)s asked for %(proposed_on)s as the date of request %(matter)s."),
    "rfa.extended": _l("%(who)s granted %(until)s as the date of request %(matter)s."),
    "extension.declined": _l("%(who)s left the date of request %(matter)s as it is."),
    "consent.stated": _l("%(who)s said how the consent stands for measure %(n)s of request %(matter)s: %(consent)s."),
    "rfa.supplemented": _l("%(who)s supplemented request %(matter)s (%(supplement)s)."),
    "rfa.amended": _l("%(who)s amended request %(matter)s: form %(form)s is in force."),
    "rfa.dated": _l("%(who)s asked for %(requested_on)s as the date of request %(matter)s, which had none."),
    "amendment.prepared": _l("%(who)s began to prepare an amendment of request %(matter)s (form %(form)s)."),
    "amendment.changed": _l("%(who)s changed the amendment that is prepared for request %(matter)s (form %(form)s)."),
    "amendment.approved": _l("%(who)s approved the amendment of request %(matter)s (form %(form)s)."),
    "amendment.discarded": _l("%(who)s threw away the amendment that was prepared for request %(matter)s."),
    "amendment.acknowledged": _l(
        "%(who)s acknowledged receipt of the amendment of request %(matter)s (form %(form)s)."
    ),
    "supplement.acknowledged": _l("%(who)s acknowledged receipt of supplement %(supplement)s of request %(matter)s."),
    "consent.asked": _l("%(who)s asked %(to)s for consent %(n)s in request %(matter)s (%(use)s)."),
    "consent.given": _l("%(who)s gave consent %(n)s in request %(matter)s (%(use)s)."),
    "consent.refused": _l("%(who)s refused consent %(n)s in request %(matter)s (%(use)s)."),
    "consent.withdrawn": _l("%(who)s withdrew consent %(n)s in request %(matter)s for the future (%(use)s)."),
    "rfa.answered": _l("%(who)s answered request %(matter)s."),
    "rfa.returned": _l("%(who)s came back on the answer to request %(matter)s."),
    "rfa.closed": _l("%(who)s accepted the answer and closed request %(matter)s."),
    "rfa.withdrawn": _l("%(who)s withdrew request %(matter)s."),
    "disposal.confirmed": _l("%(who)s signed what became of the documents of request %(matter)s: %(fate)s."),
    "rfa.postponed": _l("Everything that was still to be done of request %(matter)s was postponed until %(until)s."),
    "part.delivered": _l("%(who)s delivered part %(part)s of request %(matter)s."),
    "consultation.opened": _l("%(who)s opened consultation %(n)s about request %(matter)s (%(ground)s)."),
    "consultation.met": _l("%(who)s recorded a meeting of %(held_on)s in consultation %(n)s about request %(matter)s."),
    "consultation.proposed": _l("%(who)s proposed how consultation %(n)s about request %(matter)s ends: %(outcome)s."),
    "consultation.settled": _l("Consultation %(n)s about request %(matter)s ended: %(outcome)s."),
    "measure.denied": _l("%(who)s denied what consultation %(n)s about request %(matter)s concerns (%(ground)s)."),
    "measure.resumed": _l("What consultation %(n)s about request %(matter)s had postponed goes on."),
    "session.started": _l("%(who)s signed in with a %(by)s."),
    "session.refused": _l("Somebody tried to sign in with a wrong password or address."),
    "session.ended": _l("%(who)s signed out, or a session of hers or his was ended."),
    "statement.registered": _l("%(who)s registered the first signed statement of %(authority)s."),
    "member.added": _l("%(user)s became a member of %(authority)s (statement %(seq)s)."),
    "member.removed": _l("%(who)s removed %(user)s from %(authority)s, which has a new key (statement %(seq)s)."),
    "member.leaving": _l("%(who)s leaves %(authority)s."),
    "admin.added": _l("%(user)s became an administrator of %(authority)s (statement %(seq)s)."),
    "admin.removed": _l("%(user)s is no longer an administrator of %(authority)s (statement %(seq)s)."),
    "epoch.rotated": _l("%(who)s gave %(authority)s a new key (statement %(seq)s)."),
    "rotation.asked": _l("The administrators of %(authority)s were asked for a new key."),
    "recovery.set": _l("The recovery of the key of %(authority)s was set or changed (statement %(seq)s)."),
    "recovery.admitted": _l("Two officers of recovery made %(user)s a member of %(authority)s (statement %(seq)s)."),
    "recovery.handed_out": _l("%(who)s was handed the sealed files of recovery of %(authority)s."),
    "recovery.handed_over": _l("%(who)s passed a half of the recovery of %(authority)s on to another officer."),
    "key.revoked": _l("A key set of %(user)s of %(authority)s was revoked (statement %(seq)s)."),
    "proposal.made": _l("%(who)s proposed statement %(seq)s of %(authority)s: %(type)s."),
    "proposal.confirmed": _l("%(who)s brought a confirmation of statement %(seq)s of %(authority)s."),
    "proposal.withdrawn": _l("%(who)s withdrew the proposal of statement %(seq)s of %(authority)s."),
}
"""A test compares these with the events that there are."""

WORDS: dict[str, Any] = {
    "request": _l("request"),
    "annex": _l("annex"),
    "question": _l("question"),
    "reply": _l("reply"),
    "answer": _l("answer"),
    "return": _l("further request"),
    "extension": _l("reason for another date"),
    "decision": _l("decision about another date"),
    "message": _l("message"),
    "attachment": _l("attachment"),
    "supplement": _l("supplement"),
    "amendment": _l("amendment"),
    "use": _l("reason for a use"),
    "consent": _l("consent"),
    "export": _l("taking away"),
    "share": _l("giving on"),
    "open": _l("opening again"),
    "disclosure": _l("disclosure"),
    "evidence": _l("use as evidence"),
    "sharing": _l("giving on to somebody else"),
    "review": _l("review"),
    "source": _l("text to be translated"),
    "translation": _l("translation"),
    "withdrawal": _l("reasons of a withdrawal"),
    "disposal": _l("note on what became of documents"),
    "destroyed": _l("destroyed"),
    "returned": _l("returned to their sender"),
    "kept": _l("kept"),
    "ready": _l("ready to be approved"),
    "changes": _l("needs changes"),
    "browser": _l("browser"),
    "client": _l("program"),
    "email": _l("e-mail"),
    "passphrase": _l("passphrase"),
    "recovery": _l("recovery code"),
    "passkey": _l("passkey"),
}
"""Codes of lines as people say them."""


def sentence(entry: Entry, say: Callable[[str, Any], Markup]) -> Markup:
    """The line as a sentence; `say(slot, value)` writes one value for people.  An unknown event says its own name."""
    known = SENTENCES.get(entry.name)
    if known is None:
        return Markup("{}: {}.").format(say("who", entry.actor), entry.name)
    slots: dict[str, Any] = {**entry.data, "who": entry.actor}
    slots.setdefault("account", (entry.subject or "").removeprefix("account:"))
    slots.setdefault("matter", _matter(entry))
    slots.setdefault("authority", entry.data.get("code"))
    return Markup(str(known)) % {name: say(name, value) for name, value in slots.items()}  # noqa: S704  (ours)


def _matter(entry: Entry) -> str:
    """What a line is about, as the journal names it: its own subject, or the request that its document belongs to."""
    request = entry.data.get("request")
    return f"rfa:{request}" if isinstance(request, str) else entry.subject or ""
