"""Emre, auditor, reads the journal as a story and verifies it; nobody else does.  He never sees a request."""

import pytest
from sqlalchemy import select, text, update
from tests import people
from tests.people import AMINA, CHIDI, EMRE, FAYE
from tests.visits import visitor

from comity.accounts import actions as accounts
from comity.audit.sentences import SENTENCES
from comity.core import clock, database, journal
from comity.core.actors import SYSTEM
from comity.core.database import Session
from comity.core.journal import Entry
from comity.core.transaction import transaction


@pytest.fixture
def emre(app):
    people.populate()
    return visitor(app, EMRE)


def html(answer) -> str:
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.get_data(as_text=True)


def entries() -> list[Entry]:
    with Session(writes=False) as session:
        return list(session.scalars(select(Entry).order_by(Entry.seq)))


def test_every_event_has_a_sentence_and_every_sentence_its_event():
    assert set(journal.event_names()) - set(SENTENCES) == set()
    assert set(SENTENCES) - set(journal.event_names()) == set()


def test_every_sentence_can_be_told_from_what_its_event_carries(app):
    """One line of every event there is, with a value in every field."""
    import dataclasses
    import re

    from comity.audit.story import Story

    people.populate()
    values = {"int": 1, "str": "2026-12-22", "bool": True}
    with transaction(SYSTEM) as tx:
        for name in journal.event_names():
            event = journal.event_class(name)
            fields = {
                field.name: values.get(str(field.type).split(" ")[0], "2026-12-22")
                for field in dataclasses.fields(event)
            }
            journal.append(
                tx.session, at=tx.now, actor=AMINA.id, cause=1, subject=f"rfa:{AMINA.id}", event=event(**fields)
            )
        tx.record(None, accounts.events.SessionRefused("0" * 64))
    with app.test_request_context(), transaction(EMRE, writes=False) as tx:
        told = Story(tx, entries()[-len(journal.event_names()) - 1 :]).told
        assert len(told) > 40
        for one in told:
            assert not re.search(r"%\(|None|\{", str(one.sentence)), one.sentence
            assert str(one.sentence).endswith(".")


def test_he_reads_who_did_what_when_and_why(emre):
    with transaction(FAYE) as tx:
        accounts.disable_account(tx, people.account_id(CHIDI))
    page = html(emre.get("/journal"))
    assert "Faye Moreau closed the account of Chidi Okafor." in page
    assert "The platform created the account of Zola Ndlovu, focal point." in page
    assert "(Amsterdam)" in page


def test_a_line_leads_to_its_cause_and_to_what_followed(emre):
    first = entries()[0].seq
    with transaction(SYSTEM, cause=first) as tx:
        tx.record(None, accounts.events.SessionRefused("0" * 64))
    last = entries()[-1].seq
    page = html(emre.get(f"/journal/{last}"))
    assert f'href="/journal/{first}"' in page
    assert entries()[-1].hash in page
    assert f'href="/journal/{last}"' in html(emre.get(f"/journal/{first}"))


def sentences(page: str) -> int:
    return page.count('class="comity-timeline__what"')


def test_lines_can_be_narrowed_to_a_subject_an_actor_a_kind_and_a_day(emre):
    with clock.at(clock.now().replace(year=2025, month=3, day=14, hour=23, minute=30)), transaction(FAYE) as tx:
        accounts.disable_account(tx, people.account_id(CHIDI))
    assert sentences(html(emre.get(f"/journal?about=account:{CHIDI.id}"))) == 2
    assert sentences(html(emre.get(f"/journal?who={FAYE.id}"))) == 1
    assert sentences(html(emre.get("/journal?of=session"))) == 1
    # 23:30 in UTC is the next day in Amsterdam, where Emre is
    assert sentences(html(emre.get("/journal?day=2025-03-15"))) == 1
    assert sentences(html(emre.get("/journal?day=2025-03-14"))) == 0
    assert "No line matches" in html(emre.get("/journal?day=2025-03-14"))


@pytest.mark.parametrize(
    "query", ["day=x", "day=2026-02-31", "of=nonsense", "before=x", "after=-1", "about=%25", "before=999999999999999"]
)
def test_nonsense_in_the_address_does_no_harm(emre, query):
    html(emre.get(f"/journal?{query}"))


@pytest.mark.parametrize("address", ["/journal?who=%00", "/journal?%00=1", "/journal/%00", "/requests/?stage=%00"])
def test_a_zero_byte_is_refused(emre, address):
    assert emre.client.get(address).status_code in (400, 404)


def test_a_number_that_no_line_has_is_not_found(emre):
    assert emre.client.get("/journal/99999999999").status_code == 404


def test_a_percent_sign_is_a_percent_sign(emre):
    assert sentences(html(emre.get("/journal?about=%25"))) == 0


def test_long_journals_are_read_page_by_page_without_a_gap(emre):
    for _ in range(120):
        with transaction(SYSTEM) as tx:
            tx.record(None, accounts.events.SessionRefused("0" * 64))
    import re

    seen: list[int] = []
    address = "/journal"
    while address:
        page = html(emre.client.get(address))
        seen += [int(seq) for seq in re.findall(r'id="line-(\d+)"', page)]
        found = re.search(r'href="([^"]*)" rel="next"', page)
        address = found[1].replace("&amp;", "&") if found else ""
    assert seen == [entry.seq for entry in reversed(entries())]
    page = html(emre.client.get("/journal?before=60"))
    back = re.search(r'href="([^"]*)" rel="prev"', page)
    first = [int(seq) for seq in re.findall(r'id="line-(\d+)"', html(emre.client.get(back[1])))]
    assert first[-1] == 60


def test_names_in_lines_are_text_and_never_markup(app):
    people.populate()
    with transaction(SYSTEM) as tx:
        account = tx.load(accounts.Account, people.account_id(CHIDI), to="account.change")
        account.name = "<script>alert(1)</script>"
        tx.record(account, accounts.events.LanguageChanged("en"))
    page = html(visitor(app, EMRE).get("/journal"))
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


@pytest.mark.parametrize("actor", [AMINA, CHIDI, FAYE], ids=["officer", "focal point", "administrator"])
def test_nobody_else_reads_it_and_the_attempt_is_a_line(app, actor):
    people.populate()
    other = visitor(app, actor)
    for address in ("/journal", "/journal/1", "/journal/verify"):
        assert other.client.get(address).status_code == 403
    assert other.post("/journal/verify").status_code == 403
    refused = [entry for entry in entries() if entry.name == "access.refused"]
    assert [entry.data["action"] for entry in refused] == ["journal.read"] * 4


def test_he_verifies_it_and_is_given_a_checkpoint_to_keep(emre):
    emre.get("/journal/verify")
    page = html(emre.post("/journal/verify"))
    with Session(writes=False) as session:
        kept = journal.checkpoint(session)
    assert "The journal is as it was written" in page
    assert kept in page
    assert "as it was written" in html(emre.post("/journal/verify", checkpoint=kept))


def test_a_changed_line_is_found_and_named(emre):
    with database.engine().begin() as connection:
        connection.execute(update(Entry).where(Entry.seq == 3).values(actor="somebody else"))
    page = html(emre.post("/journal/verify"))
    assert "The journal is not what was written" in page
    assert "First line that shows it: 3" in page


def test_a_cut_tail_is_found_with_a_checkpoint_kept_elsewhere(emre):
    with Session(writes=False) as session:
        kept = journal.checkpoint(session)
    with database.engine().begin() as connection:
        last = entries()[-3]
        connection.execute(text("DELETE FROM journal WHERE seq > :seq"), {"seq": last.seq})
        connection.execute(
            text("UPDATE journal_head SET seq = :seq, hash = :hash"), {"seq": last.seq, "hash": last.hash}
        )
    assert "as it was written" in html(emre.post("/journal/verify"))
    assert "The journal is not what was written" in html(emre.post("/journal/verify", checkpoint=kept))


@pytest.mark.parametrize("checkpoint", ["x", "1", "1:xyz", "-1:" + "0" * 64, "1:" + "0" * 63])
def test_what_is_no_checkpoint_is_said(emre, checkpoint):
    emre.get("/journal/verify")
    answer = emre.post("/journal/verify", checkpoint=checkpoint)
    assert answer.status_code == 422
    assert "A checkpoint is a number" in answer.get_data(as_text=True)


def test_he_sees_no_request_and_no_document(emre):
    page = html(emre.get("/requests/"))
    assert "OTP/" not in page
    assert emre.api("GET", "/requests").json["items"] == []
