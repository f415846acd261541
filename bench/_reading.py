"""Reads database, journal, store and mailbox again: what is lost, wrong, half done or done twice."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from contextlib import contextmanager
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any, NamedTuple

from _instance import Instance
from _ledger import EVENTS, STAGE, Ledger
from _opening import Found
from sqlalchemy import select

from comity.assistance.model import RequestForAssistance
from comity.core import database, journal, settings
from comity.core.errors import JournalBroken
from comity.core.journal import Entry
from comity.core.relaying import Handled, Relay
from comity.deadlines.model import Deadline
from comity.exchange.model import Document, DocumentVersion, UploadPart
from comity.notifications.model import Delivery, Notification
from comity_demo.cast import PEOPLE
from comity_seal import tree

TEAM, STATE, DRAFTER = "requesting", "requested", "drafter"
TOLD = {
    "rfa.approved": DRAFTER, "rfa.transmitted": STATE, "rfa.acknowledged": TEAM, "clarification.asked": TEAM,
    "clarification.answered": STATE, "rfa.answered": TEAM, "rfa.returned": STATE, "rfa.closed": STATE,
}  # fmt: skip
"""Who is told of what, in the inbox and by e-mail, but for whoever did it: written down here once more on purpose."""

WITH_STEP = {"question": "clarification.asked", "reply": "clarification.answered", "answer": "rfa.answered",
             "return": "rfa.returned", "request": "rfa.transmitted", "annex": "rfa.transmitted"}  # fmt: skip


class Line(NamedTuple):
    seq: int
    at: str
    actor: str
    cause: int | None
    name: str
    subject: str | None
    data: dict[str, Any]


Lines = dict[str, list[Line]]
"""Lines by what they are about."""


@contextmanager
def looking():
    """One state of the database.  Afterwards no connection of ours is left, which would keep its log over a crash."""
    database.configure(settings.settings().database.url)
    try:
        with database.Session(writes=False) as session:
            if database.engine().dialect.name == "postgresql":
                session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
            yield session
    finally:
        database.dispose()


class Reading:
    """Database, journal, store and mailbox, against the ledger."""

    def __init__(self, instance: Instance, ledger: Ledger, found: Found) -> None:
        self.instance, self.ledger, self.found = instance, ledger, found
        self.hashed: dict[Path, int] = {}
        self.current: set[str] = set()
        self.checkpoint: tuple[int, str] | None = None
        self.notices: Counter[str] = Counter()
        self.repeated_mail = self.mail = self.waiting_mail = 0

    def look(self, *, fully: bool = False) -> None:
        """Compare database and store with the ledger while nobody acts; `fully`: everything must have followed too."""
        if fully:
            self.hashed.clear()
        with looking() as session:
            self._verify(session)
            columns = (Entry.seq, Entry.at, Entry.actor, Entry.cause, Entry.name, Entry.subject, Entry.line)
            rows = session.execute(select(*columns).order_by(Entry.seq))
            lines = [Line(*row[:-1], json.loads(row[-1])["data"]) for row in rows]
            self._acts(lines)
            self._versions(session, lines)
            self._parts(session)
            self._requests(session, lines)
            self._notices(session, lines, fully)

    def _verify(self, session) -> None:
        """Chain and head, and that the line which was the last one before the kill is where it was."""
        try:
            found = journal.verify(session, since=self.checkpoint)
            self.checkpoint = (found.seq, found.hash)
        except JournalBroken as error:
            self.found.fault(f"the journal does not verify: {error}")

    def _acts(self, lines: list[Line]) -> None:
        """Each acknowledged act is one line; what is in doubt is one or none."""
        names = set(EVENTS.values())
        kept = Counter((one.name, (one.subject or "")[4:], one.actor) for one in lines if one.name in names)
        doubts = Counter(one.act for one in self.ledger.doubts.values() if one.act)
        drafting = Counter(one.account for one in self.ledger.doubts.values() if one.path == "/requests")
        for act, count in self.ledger.acts.items():
            if kept[act] < count:
                self.found.miss(f"{act[0]} of {act[1]} has {kept[act]} lines of {count}")
        for act, count in (kept - self.ledger.acts - doubts).items():
            if act[0] == "rfa.drafted" and count <= drafting[act[2]]:
                drafting[act[2]] -= count
            else:
                self.found.double(f"{act[0]} of {act[1]} by {act[2]} has {count} lines too many")
        out = Counter((one.subject, one.actor) for one in lines if one.name == "document.handed_out")
        for (doc, account), count in self.ledger.handed.items():
            if out[f"document:{doc}", account] < count:
                self.found.miss(f"document {doc} was handed out {count} times, and fewer lines say so")

    def _versions(self, session, lines: list[Line]) -> None:
        held: dict[str, dict[int, Any]] = defaultdict(dict)
        columns = (DocumentVersion.doc, DocumentVersion.ver, DocumentVersion.envelope_sha256,
                   DocumentVersion.upload_id, DocumentVersion.header)  # fmt: skip
        for row in session.execute(select(*columns)):
            held[str(row.doc)][row.ver] = row
        for doc, versions in self.ledger.versions.items():
            for ver, version in list(versions.items()):
                row = held.get(doc, {}).get(ver)
                if row is None:
                    self.found.miss(f"version {ver} of document {doc}")
                elif row.envelope_sha256 != version.envelope:
                    self.found.fault(f"version {ver} of document {doc} is another")
        self._nothing_more(held, lines)
        self.current = {str(rows[max(rows)].upload_id) for rows in held.values()}

    def _nothing_more(self, held: dict[str, dict[int, Any]], lines: list[Line]) -> None:
        """No version of which nobody was told, but for what is in doubt; each document is whole."""
        uploads = {one.upload for one in self.ledger.doubts.values()} - {None}
        transmitting = {
            one.act[1] for one in self.ledger.doubts.values() if one.act and one.act[0] == "rfa.transmitted"
        }
        deposited = Counter(one.subject for one in lines if one.name == "document.deposited")
        for doc, rows in held.items():
            known = self.ledger.versions.get(doc, {})
            for ver in set(rows) - set(known):
                resealed = known and next(iter(known.values())).request in transmitting
                if str(rows[ver].upload_id) not in uploads and not resealed:
                    self.found.fault(f"document {doc} has a version {ver} that nobody was told of")
            if sorted(rows) != list(range(1, len(rows) + 1)) or not rows[max(rows)].header:
                self.found.fault(f"document {doc} has versions {sorted(rows)}, or lacks the header of the last")
            if deposited[f"document:{doc}"] != 1:
                self.found.fault(f"document {doc} has {deposited[f'document:{doc}']} lines of its deposit")

    def _parts(self, session) -> None:
        """Each part has its row and, in the store, its bytes."""
        rows = {(str(one.upload_id), one.n): one for one in session.scalars(select(UploadPart))}
        for (upload, n), leaf in self.ledger.parts.items():
            row = rows.get((upload, n))
            if row is None and (upload in self.current or upload not in self._superseded()):
                self.found.miss(f"part {n} of upload {upload}")
            elif row is not None and row.leaf != leaf:
                self.found.fault(f"part {n} of upload {upload} is another")
        for (upload, n), row in rows.items():
            path = Path(settings.settings().store.url) / "objects" / row.key
            try:
                size, changed = path.stat().st_size, path.stat().st_mtime_ns
            except FileNotFoundError:
                self.found.miss(f"the bytes of part {n} of upload {upload}")
                continue
            if size != row.bytes or self.hashed.get(path) != changed:
                if tree.leaf(path.read_bytes()).hex() != row.leaf:
                    self.found.fault(f"the bytes of part {n} of upload {upload} are others")
                self.hashed[path] = changed

    def _superseded(self) -> set[str]:
        """Uploads of versions that a later one has replaced: their payload may be removed."""
        known = self.ledger.versions.values()
        return {version.upload for of in known for version in of.values()} - {of[max(of)].upload for of in known}

    def _requests(self, session, lines: list[Line]) -> None:
        """Each request stands where it was left, and everything about it says the same."""
        about: Lines = defaultdict(list)
        for line in lines:
            about[line.subject or ""].append(line)
        periods, papers = defaultdict(list), defaultdict(list)
        for deadline in session.scalars(select(Deadline)):
            periods[deadline.matter].append(deadline)
        for document in session.scalars(select(Document)):
            papers[document.request].append(document)
        doubts = {one.act[1]: one.act[0] for one in self.ledger.doubts.values() if one.act}
        found = {str(rfa.id): rfa for rfa in session.scalars(select(RequestForAssistance))}
        for request, view in self.ledger.requests.items():
            rfa = found.get(request)
            may = {view["stage"], STAGE[doubts[request]] if request in doubts else view["stage"]}
            if rfa is None:
                self.found.miss(f"request {request}")
            elif rfa.reference != view["reference"] or rfa.stage.value not in may:
                self.found.miss(f"{view['reference']} is {rfa.reference}, {rfa.stage.value}, and was {view['stage']}")
        if len({rfa.reference for rfa in found.values()}) < len(found):
            self.found.double("two requests have one reference")
        for rfa in found.values():
            own = [one for one in about[rfa.subject] if one.name in STAGE]
            self._wholly(rfa, own, periods[rfa.subject], papers[rfa.id], about)

    def _wholly(self, rfa: RequestForAssistance, own: list[Line], periods: list, papers: list, about: Lines) -> None:
        """Row, lines, periods and documents of one request agree: nothing is half done."""
        names = Counter(one.name for one in own)
        at = {one.name: one.at for one in own}
        asked, replied = names["clarification.asked"], names["clarification.answered"]
        stamped = journal.stamp(rfa.transmitted_at) if rfa.transmitted_at else None
        facts = {
            "stage": bool(own) and rfa.stage.value == STAGE[own[-1].name],
            "transmitted": stamped == at.get("rfa.transmitted"),
            "acknowledged": (rfa.acknowledged_at is not None) == bool(names["rfa.acknowledged"]),
            "questions": len(rfa.clarifications) == asked,
            "replies": sum(one.answered_at is not None for one in rfa.clarifications) == replied,
            "outcomes": all((one.status.value == "executed") == bool(names["rfa.answered"]) for one in rfa.measures),
        }
        wanted = {("acknowledgement", ""): (bool(names["rfa.acknowledged"]), False)} if stamped else {}
        carried = (rfa.stage.value in ("answered", "closed"), asked > replied)
        if stamped and rfa.requested_on:
            wanted["requested date", ""] = carried
        elif names["rfa.acknowledged"]:
            wanted["carrying out", ""] = carried
        begun = {(rule, ""): stamped for rule in ("acknowledgement", "requested date")}
        begun["carrying out", ""] = at.get("rfa.acknowledged")
        questions = [one.at for one in own if one.name == "clarification.asked"]
        for n, moment in enumerate(questions, 1):  # one at a time is open, and a clock of its own runs for its reply
            wanted["reply to a question", str(n)], begun["reply to a question", str(n)] = (n <= replied, False), moment
        stand = {(one.rule, one.key): (one.met_at is not None, one.paused_since is not None) for one in periods}
        facts["periods"] = stand == wanted and len(stand) == len(periods)
        for one in periods:
            started = [line.at for line in about[one.subject] if line.name == "deadline.started"]
            moment = begun.get((one.rule, one.key))
            facts[f"start of {one.rule}"] = started == [moment] == [journal.stamp(one.triggered_at)]
        facts |= self._released(papers, names, about)
        for fact in [fact for fact, holds in facts.items() if not holds]:
            self.found.fault(f"{rfa.reference} is half done: {fact} ({', '.join(one.name for one in own)}; {stand})")

    @staticmethod
    def _released(papers: list[Document], names: Counter[str], about: Lines) -> dict[str, bool]:
        """A document has been released with the step that it is for, and a line says so once."""
        facts = {}
        for one in papers:
            lines = sum(line.name == "document.released" for line in about[one.subject])
            released, due = one.released_at is not None, names[WITH_STEP[one.purpose]] > 0
            drafted = one.purpose in ("request", "annex")
            facts[f"release of {one.id}"] = lines == released and (released == due if drafted else due or not released)
        return facts

    def _notices(self, session, lines: list[Line], fully: bool) -> None:
        """Every line behind the relay's cursor has told exactly those it had to tell, once."""
        cursor = session.scalar(select(Relay.cursor).where(Relay.name == "journal")) or 0
        states = {(one.seq, one.reaction): one.state for one in session.scalars(select(Handled))}
        waiting = {seq for (seq, _), state in states.items() if state == "waiting"}
        for (seq, reaction), state in states.items():
            if state == "failed" or (fully and state == "waiting"):
                self.found.fault(f"reaction {reaction} to line {seq} is {state}")
        if fully and lines and cursor < lines[-1].seq:
            self.found.fault(f"the relay stands at {cursor} of {lines[-1].seq}")
        notices = list(session.scalars(select(Notification)))
        told = Counter((one.event_seq, one.account_id) for one in notices)
        queued = Counter((one.cause, one.data["account"]) for one in lines if one.name == "notification.queued")
        wanted = self._wanted(lines)
        for one in wanted - set(told):
            if one[0] <= cursor and one[0] not in waiting:
                self.found.miss(f"the notice of line {one[0]} to {one[1]}")
        for one in set(told) - wanted:
            self.found.fault(f"a notice of line {one[0]} to {one[1]}, who was not to be told")
        for one, count in told.items():
            if count > 1 or queued[one] != 1:
                self.found.double(f"{count} notices and {queued[one]} lines of line {one[0]} to {one[1]}")
        self.notices = Counter(account for _, account in told)
        self._deliveries(session, notices, lines, fully)

    def _wanted(self, lines: list[Line]) -> set[tuple[int, str]]:
        drafters = {one.subject: one.actor for one in lines if one.name == "rfa.drafted"}
        found = set()
        for one in lines:
            match TOLD.get(one.name):
                case None:
                    continue
                case "drafter":
                    people = {drafters[one.subject]}
                case side:
                    people = {str(person.id) for person in PEOPLE if person.authority == one.data[side]}
            found |= {(one.seq, account) for account in people - {one.actor}}
        return found

    def _deliveries(self, session, notices: list, lines: list[Line], fully: bool) -> None:
        sending = {one.notification_id: one for one in session.scalars(select(Delivery))}
        delivered = Counter(one.subject for one in lines if one.name == "notification.delivered")
        self.waiting_mail = sum(one.state == "queued" for one in sending.values())
        for notice in notices:
            one = sending.get(notice.id)
            if one is None:
                self.found.miss(f"the delivery of notice {notice.id}")
            elif one.state not in ("queued", "sent") or delivered[notice.subject] != (one.state == "sent"):
                self.found.fault(f"notice {notice.id} is {one.state} and delivered {delivered[notice.subject]} times")
        if fully:
            self._mail(sending)

    def _mail(self, sending: dict) -> None:
        """What has reached the mailbox: one Message-ID for each notice; the same one again after a kill."""
        arrived: dict[str, Counter[str]] = defaultdict(Counter)
        for file in (self.instance.data / "mail").glob("*.eml"):
            letter = message_from_bytes(file.read_bytes(), policy=default)
            arrived[str(letter["To"])][str(letter["Message-ID"])] += 1
        known = {one.message_id: one.state for one in sending.values()}
        all_ids = Counter({key: count for of in arrived.values() for key, count in of.items()})
        self.mail, self.repeated_mail = len(all_ids), all_ids.total() - len(all_ids)
        for key, state in known.items():
            if state == "sent" and not all_ids[key]:
                self.found.miss(f"the letter {key}, which is said to be sent")
        for key in set(all_ids) - set(known):
            self.found.fault(f"a letter {key} of no notice")
        for person in PEOPLE:
            count, due = len(arrived[person.email]), self.notices[str(person.id)]
            if count > due or count < due - self.waiting_mail:
                self.found.fault(f"{person.name} has {count} different letters of {due} notices")
