"""The steps, the sequential model and the judgement of `bench/lifecycle`."""

import threading
from collections import Counter, defaultdict
from contextlib import suppress
from datetime import timedelta
from traceback import extract_tb
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from tests.exchange import amended, sealed, withdrawn
from tests.people import AMINA, BRUNO, CHIDI, CHINUA

from comity.assistance import (
    actions,
    amending,
    amendments,
    consents,
    extending,
    links,
    occurrences,
    receiving,
    reviewing,
    supplementing,
    transmission,
    withdrawing,
)
from comity.assistance.amendment_model import Amendment
from comity.assistance.amendments import Changes
from comity.assistance.consent_model import Extent
from comity.assistance.link_model import Link
from comity.assistance.model import FINAL, LIFECYCLE, RequestForAssistance, Stage
from comity.assistance.review_model import Finding, Review
from comity.assistance.withdrawal_model import Fate
from comity.core import clock, database
from comity.core.errors import ComityError, Refused
from comity.core.journal import Entry
from comity.core.transaction import transaction

SHARED = 4
"""Requests at a time."""

VERB_OF = {
    "rfa.edited": "edit", "rfa.approved": "approve", "rfa.transmitted": "transmit", "rfa.acknowledged": "acknowledge",
    "clarification.asked": "ask", "clarification.answered": "reply", "extension.asked": "extend",
    "rfa.extended": "decide", "rfa.answered": "answer", "rfa.returned": "return", "rfa.closed": "close",
    "rfa.withdrawn": "withdraw", "consultations.exhausted": "report", "rfa.expedited": "expedite",
    "rfa.confirmed": "confirm", "rfa.supplemented": "supplement", "rfa.linked": "link", "rfa.unlinked": "unlink",
    "consent.asked": "seek", "consent.refused": "consent", "review.asked": "submit", "review.given": "review",
    "review.withdrawn": "unsubmit", "disposal.confirmed": "dispose", "amendment.prepared": "prepare",
    "amendment.approved": "second", "rfa.amended": "amend", "amendment.discarded": "drop",
    "amendment.acknowledged": "receive", "supplement.acknowledged": "receive",
}  # fmt: skip
TABLE = {"unsubmit": "review", "prepare": "amend", "second": "amend"}
"""The verb by which the table knows a step, where it has another name here."""
ANYWHERE = (set(Stage), None)
"""Where what is not in the table may happen: what is prepared of an amendment can always be dropped."""
WEIGHTS = {"ask": 4, "reply": 4, "extend": 4, "decide": 4, "answer": 2, "return": 3, "report": 1, "edit": 1,
           "approve": 3, "transmit": 3, "acknowledge": 3, "close": 0.15, "withdraw": 0.3, "dispose": 2, "expedite": 1,
           "confirm": 3, "supplement": 2, "link": 0.5, "unlink": 0.5, "seek": 2, "consent": 3, "submit": 2, "review": 3,
           "unsubmit": 0.5, "prepare": 3, "second": 4, "amend": 4, "drop": 0.3, "receive": 4}  # fmt: skip
"""How often each step is tried: what ends a request is rare, so that much happens to each."""
OF_THE_STATE = {"acknowledge", "ask", "extend", "answer", "seek", "dispose", "receive"}
LIMIT = "protected_person"
"""Every request has an annex with this limit, about which the State asks for consent."""


class Model:
    """One request as the table of the lifecycle alone would have it."""

    def __init__(self, *, dated):
        self.stage, self.counts, self.links = Stage.DRAFT, Counter(), set()
        self.open, self.urgent, self.confirmed = Counter(), False, False
        self.approved, self.dated = False, dated

    def takes(self, verb, data):
        """Take the step that a line says; whether the table allows it here."""
        opened, ended = OPENS.get(verb), ENDS.get(verb)
        other = data.get("other")
        needs = {"ask": not self.open["question"], "answer": not self.open["question"],
                 "confirm": self.urgent and not self.confirmed,
                 "second": self.open["amendment"] and not self.approved,
                 "extend": self.dated,
                 "amend": self.approved and not (data.get("until") and self.open["date"])
                 and not (data.get("until") and not self.dated and self.open["question"]),
                 "receive": self.later > 0,
                 "link": other not in self.links, "unlink": other in self.links}  # fmt: skip
        sources, target = LIFECYCLE.get(TABLE.get(verb, verb), ANYWHERE)
        if self.stage not in sources or not needs.get(verb, True):
            return False
        if (opened and self.open[opened]) or (ended and not self.open[ended]):
            return False
        self.stage = target or self.stage
        self.open[opened], self.open[ended] = 1, 0
        self.links ^= {other} if verb in ("link", "unlink") else set()
        self.urgent = bool(data["medium"]) if verb == "expedite" else self.urgent
        self.confirmed |= verb == "confirm"
        self.approved = verb == "second" or (self.approved and verb not in ("amend", "drop"))
        self.dated |= verb == "amend" and bool(data["until"])
        self.counts[verb] += 1
        return True

    @property
    def later(self):
        """How much came later than the request, and was not acknowledged yet."""
        return self.counts["supplement"] + self.counts["amend"] - self.counts["receive"]

    @property
    def row(self):
        """What the rows must say."""
        is_open = [bool(self.open[what]) for what in ("question", "date", "consent", "disposal", "amendment")]
        counted = [self.counts[verb] for verb in ("ask", "extend", "report", "supplement", "seek", "submit", "review")]
        return [self.stage, *is_open, *counted, self.counts["unsubmit"], len(self.links), self.urgent, self.confirmed,
                self.approved, self.dated, self.counts["amend"] + 1, self.later]  # fmt: skip


OPENS = {"ask": "question", "extend": "date", "seek": "consent", "submit": "review", "withdraw": "disposal",
         "prepare": "amendment"}  # fmt: skip
ENDS = {"reply": "question", "decide": "date", "consent": "consent", "review": "review", "unsubmit": "review",
        "dispose": "disposal", "amend": "amendment", "drop": "amendment"}  # fmt: skip
"""What is open from a step on and until another; it is opened once at a time."""


def row_of(session, rfa_id):
    """The same out of the database."""
    rfa = session.get_one(RequestForAssistance, rfa_id)
    reviews = list(session.scalars(select(Review).where(Review.request == rfa_id)))
    links_of = list(session.scalars(select(Link).where(Link.rfa_id == rfa_id)))
    prepared = session.scalar(select(Amendment).where(Amendment.request == rfa_id))
    is_open = [rfa.paused, rfa.undecided is not None, any(one.undecided for one in rfa.consents), rfa.disposing,
               prepared is not None]  # fmt: skip
    counted = [len(some) for some in (rfa.clarifications, rfa.extensions, rfa.occurrences, rfa.supplements,
               rfa.consents, reviews)]  # fmt: skip
    given, withdrawn_ = (sum(getattr(one, at) is not None for one in reviews) for at in ("given_at", "withdrawn_at"))
    return [rfa.stage, *is_open, *counted, given, withdrawn_, len(links_of), rfa.urgent_by is not None,
            rfa.confirmed_on is not None, bool(prepared and prepared.approved_by),
            rfa.requested_on is not None, rfa.form, len(rfa.later)]  # fmt: skip


class Work:
    """Requests that all threads share, and what each was told."""

    def __init__(self):
        self.lock = threading.Lock()
        self.every, self.current, self.told, self.refused, self.broken = [], [], Counter(), Counter(), []
        self.spare, self.limited, self.undated = {}, {}, set()
        for _ in range(SHARED):
            self.current.append(self.fresh())

    def fresh(self):
        dated = len(self.every) % 3 != 2
        rfa = sealed.written(on=clock.now().date() + timedelta(days=30) if dated else None)
        self.undated |= set() if dated else {rfa.id}
        annex, _made = sealed.deposit(AMINA, rfa, "annex", b"the witness", handling=[LIMIT])
        self.limited[rfa.id] = annex.id
        self.every.append(rfa.id)
        return rfa.id

    def at(self, place):
        """What stands at a place now, seen by the Court; an ended request has made room for a new one."""
        while True:
            rfa_id = self.current[place]
            seen = sealed.read(AMINA, rfa_id)
            if seen.stage not in FINAL or seen.disposing:
                return seen
            with self.lock:
                if self.current[place] == rfa_id:
                    self.current[place] = self.fresh()

    def document(self, actor, rfa, purpose):
        """A sealed document for the step; one that a refused step left staged is used again by its author."""
        try:
            return self.spare[actor.id, rfa.id, purpose].pop()
        except (KeyError, IndexError):
            return sealed.deposit(actor, rfa, purpose, b"words")[0].id

    def keep(self, actor, rfa, purpose, doc):
        self.spare.setdefault((actor.id, rfa.id, purpose), []).append(doc)

    @property
    def tried(self):
        """How many steps were taken or refused."""
        return self.told.total() + self.refused.total()


def step(work, chance):
    """One attempt on one of the shared requests, and what came of it."""
    try:
        seen = work.at(chance.randrange(SHARED))
        verb, actor = chosen(seen, chance)
        other = work.current[chance.randrange(SHARED)]
        about = min(seen.id, other) if verb in ("link", "unlink") else seen.id
        take(work, chance, actor, seen, verb, other)
    except ComityError as error:
        work.refused[type(error).__name__] += 1
    except OperationalError as error:
        if "database is locked" not in str(error):
            raise
        work.refused["busy"] += 1  # SQLite has one writer: who waited for too long was told so, and may try again
    except Exception as error:
        place = extract_tb(error.__traceback__)[-1]
        work.broken.append(f"{type(error).__name__} in {place.name}, line {place.lineno}: {error}"[:300])
    else:
        with work.lock:
            work.told[about, verb] += 1


def chosen(seen, chance):
    """A step and somebody: mostly one that looks possible, for there people collide."""
    verbs = list(WEIGHTS)
    if chance.random() < 0.8:
        verbs = [verb for verb in WEIGHTS if verb == "drop" or seen.allows(TABLE.get(verb, verb))]
    verb = chance.choices(verbs, [WEIGHTS[one] for one in verbs])[0]
    return verb, chance.choice([CHIDI, CHINUA] if verb in OF_THE_STATE else [AMINA, BRUNO])


PURPOSES = {"ask": "question", "reply": "reply", "extend": "extension", "answer": "answer", "return": "return",
            "supplement": "supplement", "seek": "use", "consent": "consent", "review": "review"}  # fmt: skip
SIGNED = {"approve": sealed.approval, "transmit": sealed.resealed, "acknowledge": sealed.acknowledgement,
          "dispose": withdrawn.statement,
          "second": lambda actor, seen: amended.approval(still_prepared(seen), by=actor),
          "amend": lambda actor, seen: amended.resealed(still_prepared(seen), by=actor),
          "receive": lambda actor, seen: amended.receipt(seen, oldest(seen), by=actor)}  # fmt: skip


def take(work, chance, actor, seen, verb, other):
    purpose = PURPOSES.get(verb)
    review, draft = open_review(seen) if verb in ("review", "unsubmit") else (None, None)
    doc = work.document(actor, seen, purpose) if purpose else None
    given = SIGNED[verb](actor, seen) if verb in SIGNED else None
    asked = sealed.BANK_AND_FREEZE
    asked_for = seen.requested_on or clock.now().date() + timedelta(days=30)
    later = asked_for + timedelta(days=len(seen.extensions) * 7 + chance.randint(5, 9))
    low, high = sorted((seen.id, other))
    change = Changes(requested_on=asked_for + timedelta(days=chance.randint(-5, 9)))
    try:
        with transaction(actor) as tx:
            {
                "edit": lambda: actions.edit(tx, seen.id, seen.requested_on, asked, version=seen.version),
                "approve": lambda: actions.approve(tx, seen.id, given),
                "transmit": lambda: actions.transmit(tx, seen.id, given),
                "acknowledge": lambda: actions.acknowledge(tx, seen.id, given),
                "ask": lambda: actions.ask(tx, seen.id, doc),
                "reply": lambda: actions.reply(tx, seen.id, len(seen.clarifications), doc),
                "extend": lambda: extending.ask(tx, seen.id, later, doc),
                "decide": lambda: extending.decide(tx, seen.id, later, None),
                "answer": lambda: actions.answer(tx, seen.id, sealed.outcomes(seen), [doc]),
                "return": lambda: actions.send_back(tx, seen.id, doc),
                "close": lambda: actions.close(tx, seen.id),
                "withdraw": lambda: withdrawing.withdraw(tx, seen.id),
                "dispose": lambda: withdrawing.confirm(tx, seen.id, given, Fate.DESTROYED),
                "report": lambda: occurrences.report(
                    tx, seen.id, "consultations.exhausted", tx.now.date(), corrects=last_report(seen)
                ),
                "expedite": lambda: transmission.expedite(tx, seen.id, None if seen.urgent_by else "fax"),
                "confirm": lambda: transmission.confirm(tx, seen.id, tx.now.date(), "diplomatic"),
                "supplement": lambda: supplementing.supplement(tx, seen.id, [doc]),
                "link": lambda: links.link(tx, low, high, "same_matter"),
                "unlink": lambda: links.unlink(tx, low, high),
                "seek": lambda: consents.ask(tx, seen.id, work.limited[seen.id], "sharing", doc),
                "consent": lambda: consents.decide(tx, seen.id, len(seen.consents), Extent.NONE, doc),
                "submit": lambda: reviewing.ask(tx, seen.id, UUID((BRUNO if actor is AMINA else AMINA).id)),
                "review": lambda: reviewing.give(tx, review, Finding.READY, draft, doc),
                "unsubmit": lambda: reviewing.withdraw(tx, review),
                "prepare": lambda: amending.prepare(tx, seen.id, change),
                "second": lambda: amending.approve(tx, seen.id, given),
                "amend": lambda: amending.transmit(tx, seen.id, given),
                "drop": lambda: amending.discard(tx, seen.id),
                "receive": lambda: receiving.receive(tx, seen.id, given),
            }[verb]()
        if not tx.lines:
            raise Refused("somebody else has made it so already")
    except ComityError:
        if doc is not None:
            work.keep(actor, seen, purpose, doc)
        raise
    if verb == "prepare":
        with suppress(ComityError, OperationalError):  # a colleague may have dropped it already, or all write at once
            amended.written(seen, by=actor)


def still_prepared(seen):
    """The request, if an amendment of it is prepared, so that there is something to sign."""
    with transaction(AMINA, writes=False) as tx:
        if amendments.prepared(tx, seen) is None:
            raise Refused("no amendment is prepared")
    return seen


def oldest(seen):
    """The documents of what came first of all that is not acknowledged."""
    if not seen.later:
        raise Refused("nothing came later")
    return seen.later[0].documents


def open_review(seen):
    """The last review that was asked for, whether it is still open or not, and the draft as it stands."""
    with transaction(AMINA, writes=False) as tx:
        found = reviewing.reviews_of(tx, seen)
        if not found:
            raise Refused("no review was asked for")
        return found[-1].id, reviewing.hash_of(tx, tx.read(RequestForAssistance, seen.id))


def last_report(seen):
    """The number of the report that a further one corrects."""
    return seen.occurrences[-1].n if seen.occurrences else None


def judged(work):
    """What the journal says, played through the model; and the rows beside it."""
    lost, doubled, impossible, lines = [], [], [], 0
    with database.Session(writes=False) as session:
        of_amendments = defaultdict(set)
        for line in session.scalars(select(Entry).where(Entry.name == "amendment.prepared")):
            of_amendments[line.data["matter"]].add(line.subject)
        for rfa_id in work.every:
            model = Model(dated=rfa_id not in work.undated)
            reviews = session.scalars(select(Review).where(Review.request == rfa_id))
            subjects = [f"rfa:{rfa_id}", *(one.subject for one in reviews), *of_amendments[f"rfa:{rfa_id}"]]
            of_request = select(Entry).where(Entry.subject.in_(subjects)).order_by(Entry.seq)
            for line in session.scalars(of_request):
                if line.name in VERB_OF:
                    lines += 1
                    if not model.takes(VERB_OF[line.name], line.data):
                        impossible.append(f"{line.name} while {model.stage.value}")
            for verb in set(VERB_OF.values()):
                said, found = work.told[rfa_id, verb], model.counts[verb]
                lost += [f"{verb}: told {said}, {found} lines"] if said > found else []
                doubled += [f"{verb}: told {said}, {found} lines"] if said < found else []
            kept = row_of(session, rfa_id)
            lost += [f"the rows say {kept}, the model {model.row}"] if kept != model.row else []
    return lost, doubled, impossible, lines
