"""The steps, the sequential model and the judgement of `bench/lifecycle`."""

import threading
from collections import Counter
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from tests.exchange import sealed
from tests.people import AMINA, BRUNO, CHIDI, CHINUA

from comity.assistance import actions, extending, occurrences, withdrawing
from comity.assistance.model import FINAL, LIFECYCLE, RequestForAssistance, Stage
from comity.core import clock, database
from comity.core.errors import ComityError
from comity.core.journal import Entry
from comity.core.transaction import transaction

SHARED = 4
"""Requests at a time."""

VERB_OF = {
    "rfa.edited": "edit", "rfa.approved": "approve", "rfa.transmitted": "transmit", "rfa.acknowledged": "acknowledge",
    "clarification.asked": "ask", "clarification.answered": "reply", "extension.asked": "extend",
    "rfa.extended": "decide", "rfa.answered": "answer", "rfa.returned": "return", "rfa.closed": "close",
    "rfa.withdrawn": "withdraw", "consultations.exhausted": "report",
}  # fmt: skip
WEIGHTS = {"ask": 4, "reply": 4, "extend": 4, "decide": 4, "answer": 2, "return": 3, "report": 1, "edit": 1,
           "approve": 3, "transmit": 3, "acknowledge": 3, "close": 0.15, "withdraw": 0.1}  # fmt: skip
"""How often each step is tried: what ends a request is rare, so that much happens to each."""
OF_THE_STATE = {"acknowledge", "ask", "extend", "answer"}


class Model:
    """One request as the table of the lifecycle alone would have it."""

    def __init__(self):
        self.stage, self.question, self.other_date, self.counts = Stage.DRAFT, False, False, Counter()

    def takes(self, verb):
        """Take the step; whether the table allows it here."""
        needs = {"ask": not self.question, "answer": not self.question, "reply": self.question,
                 "extend": not self.other_date, "decide": self.other_date}  # fmt: skip
        if self.stage not in LIFECYCLE[verb][0] or not needs.get(verb, True):
            return False
        self.stage = LIFECYCLE[verb][1] or self.stage
        self.question = {"ask": True, "reply": False}.get(verb, self.question)
        self.other_date = {"extend": True, "decide": False}.get(verb, self.other_date)
        self.counts[verb] += 1
        return True


class Work:
    """Requests that all threads share, and what each was told."""

    def __init__(self):
        self.lock = threading.Lock()
        self.every, self.current, self.told, self.refused, self.broken = [], [], Counter(), Counter(), []
        self.spare = {}
        for _ in range(SHARED):
            self.current.append(self.fresh())

    def fresh(self):
        rfa = sealed.written(on=clock.now().date() + timedelta(days=30))
        self.every.append(rfa.id)
        return rfa.id

    def at(self, place):
        """What stands at a place now, seen by the Court; an ended request has made room for a new one."""
        while True:
            rfa_id = self.current[place]
            seen = sealed.read(AMINA, rfa_id)
            if seen.stage not in FINAL:
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
        take(work, chance, actor, seen, verb)
    except ComityError as error:
        work.refused[type(error).__name__] += 1
    except OperationalError as error:
        if "database is locked" not in str(error):
            raise
        work.refused["busy"] += 1  # SQLite has one writer: who waited for too long was told so, and may try again
    except Exception as error:
        work.broken.append(f"{type(error).__name__}: {error}"[:300])
    else:
        with work.lock:
            work.told[seen.id, verb] += 1


def chosen(seen, chance):
    """A step and somebody: mostly one that looks possible, for there people collide."""
    verbs = [verb for verb in WEIGHTS if seen.allows(verb)] if chance.random() < 0.8 else list(WEIGHTS)
    verb = chance.choices(verbs, [WEIGHTS[one] for one in verbs])[0]
    return verb, chance.choice([CHIDI, CHINUA] if verb in OF_THE_STATE else [AMINA, BRUNO])


def take(work, chance, actor, seen, verb):
    purposes = {"ask": "question", "reply": "reply", "extend": "extension", "answer": "answer", "return": "return"}
    purpose = purposes.get(verb)
    doc = work.document(actor, seen, purpose) if purpose else None
    signed = {"approve": sealed.approval, "transmit": sealed.resealed, "acknowledge": sealed.acknowledgement}.get(verb)
    given = signed(actor, seen) if signed else None
    asked = sealed.BANK_AND_FREEZE
    later = seen.requested_on + timedelta(days=len(seen.extensions) * 7 + chance.randint(5, 9))
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
                "report": lambda: occurrences.report(
                    tx, seen.id, "consultations.exhausted", tx.now.date(), corrects=last_report(seen)
                ),
            }[verb]()
    except ComityError:
        if doc is not None:
            work.keep(actor, seen, purpose, doc)
        raise


def last_report(seen):
    """The number of the report that a further one corrects."""
    return seen.occurrences[-1].n if seen.occurrences else None


def judged(work):
    """What the journal says, played through the model; and the rows beside it."""
    lost, doubled, impossible, lines = [], [], [], 0
    with database.Session(writes=False) as session:
        for rfa_id in work.every:
            model = Model()
            of_request = select(Entry.name).where(Entry.subject == f"rfa:{rfa_id}").order_by(Entry.seq)
            for name in session.scalars(of_request):
                if name in VERB_OF:
                    lines += 1
                    if not model.takes(VERB_OF[name]):
                        impossible.append(f"{name} while {model.stage.value}")
            for verb in set(VERB_OF.values()):
                said, found = work.told[rfa_id, verb], model.counts[verb]
                lost += [f"{verb}: told {said}, {found} lines"] if said > found else []
                doubled += [f"{verb}: told {said}, {found} lines"] if said < found else []
            row = session.get_one(RequestForAssistance, rfa_id)
            kept = (row.stage, row.paused, row.undecided is not None, len(row.clarifications), len(row.extensions),
                    len(row.occurrences))  # fmt: skip
            counts = model.counts
            should = (model.stage, model.question, model.other_date, counts["ask"], counts["extend"], counts["report"])
            lost += [f"the row says {kept}, the model {should}"] if kept != should else []
    return lost, doubled, impossible, lines
