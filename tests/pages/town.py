"""Requests at every stage, with really sealed texts and files, for pages to be looked at."""

import io
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from hashlib import sha256
from uuid import UUID, uuid4

from tests import people
from tests.exchange import amended, sealed, withdrawn
from tests.pages import states, translated
from tests.people import AMINA, BRUNO, CHIDI, CHINUA

from comity.assistance import (
    actions,
    amending,
    consents,
    consultations,
    extending,
    messages,
    reviewing,
    supplementing,
    translating,
    transmission,
    withdrawing,
)
from comity.assistance.consent_model import Extent
from comity.assistance.cover import Asked
from comity.assistance.model import Message, Outcome, RequestForAssistance
from comity.assistance.review_model import Finding
from comity.assistance.withdrawal_model import Fate
from comity.core import clock
from comity.core.actors import Actor
from comity.core.transaction import transaction
from comity.exchange.actions import Signed
from comity_seal.opening.sealing import Label, Matter, Place, seal_document

ASKED = [Asked("i", "bank"), Asked("k", "freeze"), Asked("d")]
SUBJECT = "Account statements of a named company"
TEXT = "Please send the statements of the years 2019 to 2023.\n\nThank you."
LINES = [{"line": line, "applies": line != "d", "text": "As the text says."} for line in "abcdf"]
STEPS = ["draft", "approved", "transmitted", "acknowledged", "asked", "replied", "answered", "returned", "closed"]
AT_WORK = ["approved", "transmitted", "acknowledged"]
ASIDE = {
    "withdrawn": ["approved", "transmitted", "withdrawn"],
    "disposed": [*AT_WORK, "withdrawn", "disposed"],
    "consulting": [*AT_WORK, "consulting"],
    "consulted": [*AT_WORK, "consulting", "consulted"],
    "extending": [*AT_WORK, "extending"],
    "urgent": ["urgent", "approved", "transmitted"],
    "controlled": [*AT_WORK, "controlled"],
    "limited": [*AT_WORK, "limited"],
    "amending": [*AT_WORK, "amending"],
    "agreeing": [*AT_WORK, "amending", "agreeing"],
    "amended": [*AT_WORK, "amended"],
    "reviewing": ["reviewing"],
    "reviewed": ["reviewing", "reviewed"],
    "translated": ["translated"],
}
"""What does not lie on the way of STEPS: how it comes about."""


@dataclass
class Town:
    """One request for each name in STEPS and ASIDE; and where things are in them."""

    requests: dict[str, UUID] = field(default_factory=dict)


def build() -> Town:
    """Requests to Xandria that began twenty days ago."""
    town, now = Town(), clock.now()
    states.speak()
    for name in [*STEPS, *ASIDE]:
        town.requests[name] = request(name, now)
    with clock.at(now - timedelta(days=2)):
        correspond(sealed.read(CHIDI, town.requests["acknowledged"]))
    return town


def correspond(rfa: RequestForAssistance) -> None:
    """Three messages: one that was read, a long one with a file, and one that nobody has read."""
    first = write_message(CHIDI, rfa, "May the originals be sent by courier?")
    sealed.read_message(AMINA, first)
    file = put(AMINA, rfa, "attachment", b"Room 4, the old port\n", "Address of the registry.txt", "text/plain")
    write_message(AMINA, rfa, f"Yes, please.\n\n{'To the address in the file. ' * 40}\n\n{'x' * 300}", file)
    write_message(CHINUA, rfa, "They left this morning.")


def write_message(actor: Actor, rfa: RequestForAssistance, words: str, *files: dict[str, str]) -> Message:
    made = text(actor, rfa, "message", text=words, annexes=list(files))
    with transaction(actor) as tx:
        return messages.send(tx, rfa.id, UUID(made["doc"]), [UUID(file["doc"]) for file in files])


def request(name: str, now: datetime) -> UUID:
    """One step a day; the date of the acknowledged one has passed."""
    day, days = now - timedelta(days=20), -3 if name == "acknowledged" else 30
    with clock.at(day):
        rfa = write((now + timedelta(days=days)).date())
    for step in STEPS[1 : STEPS.index(name) + 1] if name in STEPS else ASIDE[name]:
        day += timedelta(days=1, hours=2)
        with clock.at(day):
            take(step, rfa)
    return rfa.id


def take(step: str, rfa: RequestForAssistance) -> None:
    """One step by whoever takes it, named as what it leads to."""
    TAKEN[step](rfa)


def brought_to(*steps: str, annexes: int = 2) -> UUID:
    """A request that has been taken through these steps."""
    rfa = write(None, annexes=annexes)
    for step in steps:
        take(step, rfa)
    return rfa.id


def write(on: date | None, *, annexes: int = 2) -> RequestForAssistance:
    """Amina's draft with its text and annexes."""
    rfa = sealed.drafted(AMINA, on=on, measures=ASKED)
    files = [
        put(AMINA, rfa, "annex", f"annex {n} ".encode() * 2000 * n, f"Annex {n}.txt", "text/plain")
        for n in range(1, annexes + 1)
    ]
    text(AMINA, rfa, "request", subject=SUBJECT, text=TEXT, checklist=LINES, annexes=files)
    return rfa


FORMS = {
    "request": "request", "answer": "answer", "part": "answer", "consultation": "consultation", "meeting": "meeting",
    "proposal": "settlement", "agreement": "settlement", "denial": "settlement", "use": "use", "consent": "consent",
    "review": "review",
}  # fmt: skip
"""The form of text that goes with a purpose, where it is not a message."""


def text(actor: Actor, rfa: RequestForAssistance, purpose: str, **content: object) -> dict[str, str]:
    """Deposit a text of the platform's own form."""
    form = FORMS.get(purpose, "message")
    body = json.dumps({"v": 1, "cover": rfa.cover, **content}, separators=(",", ":"), sort_keys=True).encode()
    return put(actor, rfa, purpose, body, f"{form}.json", f"application/vnd.comity.{form}.v1+json")


def put(
    actor: Actor,
    rfa: RequestForAssistance,
    purpose: str,
    content: bytes,
    name: str,
    media: str,
    *handling: str,
    doc: str = "",
) -> dict[str, str]:
    """Seal and deposit a document; gives what a list of annexes says of it."""
    payload, doc = io.BytesIO(), doc or str(uuid4())
    made = seal_document(
        io.BytesIO(content),
        payload.write,
        author=people.author(actor),
        readers=[people.verified(code) for code in actions.readers_for(rfa, purpose)],
        matter=Matter(rfa.reference, str(rfa.id), purpose),
        place=Place(doc),
        label=Label(name, media, "en", handling),
        created=sealed.created(),
    )
    upload = sealed.send(actor, rfa, purpose, payload.getvalue())
    with transaction(actor) as tx:
        actions.deposit(tx, upload, Signed(made.envelope, made.header, made.manifest_age), None)
    return {"doc": doc, "plain_sha256": sha256(content).hexdigest()}


def _approved(rfa: RequestForAssistance) -> None:
    signed = sealed.approval(BRUNO, rfa)
    with transaction(BRUNO) as tx:
        actions.approve(tx, rfa.id, signed)


def _transmitted(rfa: RequestForAssistance) -> None:
    again = sealed.resealed(AMINA, rfa)
    with transaction(AMINA) as tx:
        actions.transmit(tx, rfa.id, again)


def _acknowledged(rfa: RequestForAssistance) -> None:
    signed = sealed.acknowledgement(CHIDI, rfa)
    with transaction(CHIDI) as tx:
        actions.acknowledge(tx, rfa.id, signed)


def _asked(rfa: RequestForAssistance) -> None:
    made = text(CHIDI, rfa, "question", text="Which branch of the bank?")
    with transaction(CHIDI) as tx:
        actions.ask(tx, rfa.id, UUID(made["doc"]))


def _replied(rfa: RequestForAssistance) -> None:
    made = text(AMINA, rfa, "reply", text="The branch in the port.")
    with transaction(AMINA) as tx:
        actions.reply(tx, rfa.id, 1, UUID(made["doc"]))


ENDING = {
    "consultation": 1, "ground": "ongoing_case", "measures": [2], "outcome": "postponed", "status": "postponed",
    "alone": False, "proposal": None,
}  # fmt: skip
"""What both sign of how the consultation of `consulted` ends, its date apart."""


def consult(
    rfa: RequestForAssistance, ground: str = "ongoing_case", measures: Sequence[int] = (2,), actor: Actor = CHIDI
) -> None:
    """Open a consultation, with the lines that its ground asks for."""
    lines = [{"ask": ask, "text": f"About {ask}: the account is part of a trial here."} for ask in ASKED_OF[ground]]
    made = text(actor, rfa, "consultation", ground=ground, measures=list(measures), lines=lines)
    with transaction(actor) as tx:
        consultations.consult(tx, rfa.id, ground, measures, UUID(made["doc"]))


ASKED_OF = {
    "ongoing_case": ["other_case", "offered", "period"],
    "controlled_by_another": ["holder"],
    "national_security": ["obstacle", "tried", "offered"],
}


def propose(rfa: RequestForAssistance, **changed: object) -> dict[str, str]:
    """Chidi's proposal; gives what an agreement says of it."""
    ending = {**ENDING, "until": (clock.now().date() + timedelta(days=90)).isoformat(), **changed}
    made = text(CHIDI, rfa, "proposal", **ending, text="Until the trial here has ended.")
    on = ending["until"]
    with transaction(CHIDI) as tx:
        said = (str(ending["outcome"]), date.fromisoformat(str(on)) if on else None)
        consultations.propose(tx, rfa.id, 1, *said, UUID(made["doc"]))
    return made


def _consulting(rfa: RequestForAssistance) -> None:
    consult(rfa)
    held = clock.now().date().isoformat()
    note = text(AMINA, rfa, "meeting", consultation=1, held_on=held, text="We spoke about when the trial may end.")
    with transaction(AMINA) as tx:
        consultations.meet(tx, rfa.id, 1, date.fromisoformat(held), UUID(note["doc"]))
    propose(rfa)


def _consulted(rfa: RequestForAssistance) -> None:
    one = sealed.read(AMINA, rfa.id).consultations[0]
    said = json.loads(sealed.opened(AMINA, rfa.id, one.proposal))
    digest = sha256(sealed.opened(AMINA, rfa.id, one.proposal)).hexdigest()
    ending = {**ENDING, "until": said["until"], "proposal": {"doc": str(one.proposal), "plain_sha256": digest}}
    made = text(AMINA, rfa, "agreement", **ending, text="")
    with transaction(AMINA) as tx:
        consultations.agree(tx, rfa.id, 1, one.proposal, UUID(made["doc"]))
    consult(rfa, "national_security", [1])
    reports = [{"n": 3, "outcome": "executed", "ground": None, "text": "The letter was served."}]
    part = text(CHIDI, rfa, "part", text="The first part.", measures=reports, annexes=[])
    with transaction(CHIDI) as tx:
        consultations.deliver(tx, rfa.id, [actions.Answer(3, Outcome.EXECUTED)], [UUID(part["doc"])])


def _urgent(rfa: RequestForAssistance) -> None:
    with transaction(AMINA) as tx:
        transmission.expedite(tx, rfa.id, "fax")


def _controlled(rfa: RequestForAssistance) -> None:
    """The second measure is controlled by another: both agree that the Court asks there."""
    consult(rfa, "controlled_by_another")
    ending = {
        **ENDING, "ground": "controlled_by_another", "outcome": "redirected", "status": "withdrawn", "until": None,
    }  # fmt: skip
    made = text(AMINA, rfa, "proposal", **ending, text="We ask there.")
    with transaction(AMINA) as tx:
        consultations.propose(tx, rfa.id, 1, "redirected", None, UUID(made["doc"]))
    agreed = text(CHIDI, rfa, "agreement", **{**ending, "proposal": made}, text="")
    with transaction(CHIDI) as tx:
        consultations.agree(tx, rfa.id, 1, UUID(made["doc"]), UUID(agreed["doc"]))


def _extending(rfa: RequestForAssistance) -> None:
    made = text(CHIDI, rfa, "extension", text="The bank needs three weeks more.")
    with transaction(CHIDI) as tx:
        extending.ask(tx, rfa.id, rfa.requested_on + timedelta(days=21), UUID(made["doc"]))


LIMITED = "5eed0000-0000-4000-8000-000000000001"
"""A file of the request `limited` that Chidi sent under limits."""


def _limited(rfa: RequestForAssistance) -> None:
    """Two uses of it were asked for; Chidi has consented to the first."""
    handling = ("lead_only", "protected_person")
    file = put(CHIDI, rfa, "attachment", b"a name", "Witness.txt", "text/plain", *handling, doc=LIMITED)
    write_message(CHIDI, rfa, "In confidence.", file)
    for use in ("evidence", "sharing"):
        made = text(AMINA, rfa, "use", document=LIMITED, use=use, text="For the hearing.")
        with transaction(AMINA) as tx:
            consents.ask(tx, rfa.id, UUID(LIMITED), use, UUID(made["doc"]))
    said = text(CHIDI, rfa, "consent", consent=1, document=LIMITED, use="evidence", extent="use", text="In this case.")
    with transaction(CHIDI) as tx:
        consents.decide(tx, rfa.id, 1, Extent.USE, UUID(said["doc"]))


def _amending(rfa: RequestForAssistance) -> None:
    """Amina's amendment: the second measure goes, testimony comes, and the date is another one where there is one."""
    on = rfa.requested_on - timedelta(days=5) if rfa.requested_on else None
    amended.prepared(rfa, add=[amended.WITNESS], take_back=[2], on=on, text=False)
    file = put(AMINA, rfa, "amendment", b"one name\n", "Names.txt", "text/plain")
    text(AMINA, rfa, "amendment", text="We need it sooner.", annexes=[file], cover=amended.cover(rfa))


def _agreeing(rfa: RequestForAssistance) -> None:
    amended.approved(rfa)


def _amended(rfa: RequestForAssistance) -> None:
    """In its second form, and with a supplement; the State has acknowledged neither."""
    _amending(rfa)
    _agreeing(rfa)
    again = amended.resealed(rfa)
    with transaction(AMINA) as tx:
        amending.transmit(tx, rfa.id, [again[-1], *again[:-1]])
    with clock.at(clock.now() + timedelta(minutes=1)):
        made = text(AMINA, sealed.read(AMINA, rfa.id), "supplement", text="The account is at the port.", annexes=[])
        with transaction(AMINA) as tx:
            supplementing.supplement(tx, rfa.id, [UUID(made["doc"])])


def _reviewing(rfa: RequestForAssistance) -> None:
    with transaction(AMINA) as tx:
        reviewing.ask(tx, rfa.id, UUID(BRUNO.id))


def _reviewed(rfa: RequestForAssistance) -> None:
    note = text(BRUNO, rfa, "review", finding="changes", text="Name the branch of the bank.")
    with transaction(BRUNO, writes=False) as tx:
        (asked,), read = reviewing.reviews_of(tx, rfa), reviewing.hash_of(tx, rfa)
    with transaction(BRUNO) as tx:
        reviewing.give(tx, asked.id, Finding.CHANGES, read, UUID(note["doc"]))
    put(AMINA, rfa, "annex", b"a list\n", "List.txt", "text/plain")
    _reviewing(rfa)


WORDS = "\n\n".join([TEXT, *(str(line["text"]) for line in LINES)])
"""What of a draft is translated."""


def _translated(rfa: RequestForAssistance) -> None:
    """Five were asked for: returned, withdrawn, given of a text that was written otherwise, given, and waiting."""
    translated.send_back(translated.take(translated.ask(rfa, WORDS)))
    gone = translated.ask(rfa, WORDS)
    with transaction(AMINA) as tx:
        translating.withdraw(tx, gone.id)
    translated.give(translated.take(translated.ask(rfa, "Please send the statements.")))
    translated.give(translated.take(translated.ask(rfa, WORDS, certified=True)))
    translated.ask(rfa, "a table", purpose="annex")


def to_translate(rfa: RequestForAssistance) -> dict[str, UUID]:
    """Three more for the translators: waiting, taken with a file, and taken with what was saved of it."""
    waiting = translated.ask(rfa, WORDS)
    with_file = translated.take(translated.ask(rfa, "a table", purpose="annex"))
    begun = translated.take(translated.ask(rfa, WORDS, certified=True))
    translated.write(begun)
    return {"waiting": waiting.id, "with a file": with_file.id, "begun": begun.id}


def _answered(rfa: RequestForAssistance) -> None:
    found = [
        actions.Answer(1, Outcome.EXECUTED),
        actions.Answer(2, Outcome.PARTLY_EXECUTED),
        actions.Answer(3, Outcome.NOTHING_FOUND),
    ]
    file = put(CHIDI, rfa, "answer", b"account;balance\n1;2\n" * 900, "statements.csv", "text/csv")
    measures = [{"n": one.n, "outcome": one.outcome.value, "ground": one.ground, "text": ""} for one in found]
    made = text(CHIDI, rfa, "answer", text="Here they are.", measures=measures, annexes=[file])
    with transaction(CHIDI) as tx:
        actions.answer(tx, rfa.id, found, [UUID(made["doc"]), UUID(file["doc"])])


def _returned(rfa: RequestForAssistance) -> None:
    made = text(AMINA, rfa, "return", text="The year 2021 is missing.")
    with transaction(AMINA) as tx:
        actions.send_back(tx, rfa.id, UUID(made["doc"]))


def _closed(rfa: RequestForAssistance) -> None:
    _answered(rfa)
    with transaction(AMINA) as tx:
        actions.close(tx, rfa.id)


def _withdrawn(rfa: RequestForAssistance) -> None:
    made = text(AMINA, rfa, "withdrawal", text="The statements were found elsewhere.")
    with transaction(AMINA) as tx:
        withdrawing.withdraw(tx, rfa.id, reasons=UUID(made["doc"]))


def _disposed(rfa: RequestForAssistance) -> None:
    note = UUID(text(CHIDI, rfa, "disposal", text="Shredded in the presence of the head of the office.")["doc"])
    signed = withdrawn.statement(CHIDI, rfa, note=note)
    with transaction(CHIDI) as tx:
        withdrawing.confirm(tx, rfa.id, signed, Fate.DESTROYED, None, note)


TAKEN: dict[str, Callable[[RequestForAssistance], None]] = {
    "approved": _approved,
    "transmitted": _transmitted,
    "acknowledged": _acknowledged,
    "asked": _asked,
    "replied": _replied,
    "consulting": _consulting,
    "consulted": _consulted,
    "extending": _extending,
    "urgent": _urgent,
    "controlled": _controlled,
    "limited": _limited,
    "amending": _amending,
    "agreeing": _agreeing,
    "amended": _amended,
    "reviewing": _reviewing,
    "reviewed": _reviewed,
    "translated": _translated,
    "answered": _answered,
    "returned": _returned,
    "closed": _closed,
    "withdrawn": _withdrawn,
    "disposed": _disposed,
}
"""Every step of the story."""
