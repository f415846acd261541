"""Reads requests, documents and inboxes again through the client, and keeps what any reading finds."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from hashlib import sha256

from _instance import Instance
from _ledger import Ledger, Version, signed_in

from comity_client.errors import ClientError
from comity_client.http import Http
from comity_client.transfer import read, receive
from comity_client.unlocked import Unlocked
from comity_demo.cast import AMINA, CHIDI, DORA, GRACE, PASSWORD, PEOPLE, ZOLA


@dataclass
class Found:
    """Each fault once, however often it is seen."""

    lost: dict[str, None] = field(default_factory=dict)
    wrong: dict[str, None] = field(default_factory=dict)
    doubled: dict[str, None] = field(default_factory=dict)

    def miss(self, what: str) -> None:
        self.lost.setdefault(what)

    def fault(self, what: str) -> None:
        self.wrong.setdefault(what)

    def double(self, what: str) -> None:
        self.doubled.setdefault(what)


class Opening:
    """One reader of each authority."""

    def __init__(self, instance: Instance, ledger: Ledger, found: Found) -> None:
        self.instance, self.ledger, self.found = instance, ledger, found
        self.readers = {one.authority: signed_in(instance, one) for one in (AMINA, GRACE, CHIDI, DORA, ZOLA)}
        self.opened: dict[tuple[str, str], int] = {}
        self.opens = 0

    def open(self, requests: set[str], *, anew: bool = False) -> None:
        """Read requests and open their documents as both parties do; `anew` also those opened before."""
        for request in requests:
            view = self.ledger.requests[request]
            sides = [view["requesting"]] if view["stage"] in ("draft", "approved") else None
            for code in sides or [view["requesting"], view["requested"]]:
                try:
                    self._open(code, request, anew)
                except ClientError as error:
                    self.found.miss(f"{view['reference']} cannot be read by {code}: {error}")

    def _open(self, code: str, request: str, anew: bool) -> None:
        me = self.readers[code]
        shown = {one["doc"]: one["ver"] for one in me.http.get(f"/requests/{request}")["documents"]}
        mine = {doc: of for doc, of in self.ledger.versions.items() if of[max(of)].request == request}
        for doc, versions in mine.items():
            if doc not in shown and versions[max(versions)].sender == code:
                self.found.miss(f"document {doc} is not shown to {code}")
        for doc, ver in shown.items():
            if anew or self.opened.get((code, doc)) != ver:
                self._document(me, code, request, doc, mine.get(doc, {}))

    def _document(self, me: Unlocked, code: str, request: str, doc: str, versions: dict[int, Version]) -> None:
        received = receive(me, doc, request=request)
        content = sha256(read(me, received)).hexdigest()
        ver = received.manifest.ver
        if versions and ver < max(versions):
            self.found.miss(f"version {max(versions)} of document {doc}: {code} is given version {ver}")
        known = versions.get(ver)
        if known is not None and known.plain not in (None, content):
            self.found.fault(f"document {doc} opens as something else")
        self.opened[code, doc] = ver
        self.opens += 1

    def inboxes(self, notices: Counter[str]) -> None:
        """Everybody's inbox, through the platform, holds so many notices, each once."""
        for person in PEOPLE:
            due = notices[str(person.id)]
            if not due:
                continue
            http, after, count = Http(self.instance.url), 0, Counter[str]()
            http.token = http.post("/session", {"email": person.email, "password": PASSWORD})["token"]
            while after is not None:
                page = http.get("/notifications", after=after, limit=200)
                count.update(one["id"] for one in page["items"])
                after = page["next"]
            http.close()
            if count.total() != due or count.total() != len(count):
                self.found.fault(f"the inbox of {person.name} shows {count.total()} of {due} notices")
