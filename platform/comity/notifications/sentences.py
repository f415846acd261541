"""What an inbox says: a sentence for each event of policies/notifications.toml, in the reader's language."""

from __future__ import annotations

from comity.core.text import _


def sentence(of: str) -> str:
    """What happened, without content; the reference and the date stand beside it."""
    return SENTENCES.get(of, lambda: _("Something happened that concerns you."))()


SENTENCES = {
    "rfa.approved": lambda: _("Your draft was approved. It can be transmitted."),
    "rfa.confirmed": lambda: _("An urgent request was formally confirmed."),
    "rfa.transmitted": lambda: _("A request was transmitted to your office."),
    "rfa.acknowledged": lambda: _("The receipt of your request was acknowledged."),
    "clarification.asked": lambda: _(
        "A question about your request was asked. The clock stands still until it is answered."
    ),
    "clarification.answered": lambda: _("Your question was answered. The clock runs again."),
    "extension.asked": lambda: _("Another date is asked for. The requested date stays until you have decided."),
    "rfa.extended": lambda: _("Another date was granted to your office."),
    "extension.declined": lambda: _("The requested date stays as it was: read why."),
    "rfa.answered": lambda: _("Your request was answered."),
    "rfa.returned": lambda: _("The request came back to your office: please look at the answer again."),
    "rfa.supplemented": lambda: _("Something was added to a request to your office."),
    "rfa.amended": lambda: _("A request to your office was amended: read what has changed."),
    "amendment.approved": lambda: _("The amendment that you prepared was approved. It can be transmitted."),
    "amendment.acknowledged": lambda: _("The receipt of an amendment of your request was acknowledged."),
    "supplement.acknowledged": lambda: _("The receipt of what you added to a request was acknowledged."),
    "consent.asked": lambda: _("Consent to a use of a document that you sent is asked for: decide about it."),
    "consent.given": lambda: _("The sender of a document consents to what you asked for."),
    "consent.refused": lambda: _("The sender of a document does not consent to what you asked for."),
    "consent.withdrawn": lambda: _("Consent was withdrawn: the limits of a document hold again."),
    "rfa.closed": lambda: _("The answer was accepted and the request is closed."),
    "rfa.withdrawn": lambda: _("A request was withdrawn: look whether you are asked what became of its documents."),
    "disposal.confirmed": lambda: _("It was said what became of the documents of a request that you have withdrawn."),
    "part.delivered": lambda: _("A part of what you asked for was delivered."),
    "consultation.opened": lambda: _("A consultation about a request was opened."),
    "consultation.met": lambda: _("A meeting was recorded in a consultation."),
    "consultation.proposed": lambda: _("How a consultation ends was proposed: it waits for your side to agree."),
    "consultation.settled": lambda: _("A consultation has ended."),
    "measure.denied": lambda: _("A measure was denied, with reasons."),
    "profile.published": lambda: _("A State to which you are drafting has published other requirements: look again."),
    "rfa.reminded": lambda: _("The requesting party reminds your office of a request."),
    "rfa.assigned": lambda: _("A request was given to you."),
    "review.asked": lambda: _("A colleague asks you to review a draft."),
    "review.given": lambda: _("The review of a draft, which you had asked for, was given."),
    "review.taken_over": lambda: _("A deputy has taken over a review that was asked of you."),
    "review.withdrawn": lambda: _("A review is no longer asked of you."),
    "review.reminded": lambda: _("The day of a review that is asked of you is near."),
    "review.overdue": lambda: _("The day of a review has passed. If you are its deputy, you can take it over."),
    "translation.asked": lambda: _("A text waits to be translated."),
    "translation.given": lambda: _("The translation that you had asked for was given."),
    "translation.returned": lambda: _("A text came back from the language service with a question."),
    "translation.withdrawn": lambda: _("A text that you had taken need not be translated any more."),
    "translation.put_back": lambda: _("A colleague let a text that you had taken wait for a translator again."),
    "translation.reminded": lambda: _("The day of a translation is near."),
    "translation.overdue": lambda: _("The day of a translation has passed."),
    "message.sent": lambda: _("A message about a request was sent to your office."),
    "member.added": lambda: _("Somebody became a member of your authority: look at who can read what is sent to it."),
    "member.removed": lambda: _("Somebody is no longer a member of your authority, and it has a new key."),
    "admin.added": lambda: _("Your authority has another administrator."),
    "admin.removed": lambda: _("Somebody is no longer an administrator of your authority."),
    "recovery.set": lambda: _("The recovery of your authority's key was set or changed: look at who its officers are."),
    "recovery.admitted": lambda: _("Two officers of recovery made somebody a member of your authority."),
    "recovery.handed_over": lambda: _("An officer of recovery opened her half of your authority's recovery."),
    "key.revoked": lambda: _("The key of somebody of your authority was revoked."),
    "proposal.made": lambda: _(
        "A change of your authority's members, administrators or recovery waits to be confirmed."
    ),
    "member.leaving": lambda: _("A member of your authority says that she leaves: your authority needs a new key."),
    "rotation.asked": lambda: _("Your authority's key is a year old: make a new one."),
    "deadline.reminded": lambda: _("A date is near."),
    "deadline.passed": lambda: _("A requested date has passed."),
}
