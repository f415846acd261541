"""Messages: content-free, in the reader's language, sent once, tried again, and given up with a line."""

import re
import socket
from datetime import timedelta
from uuid import UUID

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from tests.deadlines.happening import Matter, lines, moment
from tests.notifications.town import deliver_at, deliveries, populate, react_at, sweep_at
from tests.workers.mail_server import mail_server

from comity.accounts.model import Account
from comity.core import clock
from comity.core import settings as core_settings
from comity.core.actors import SYSTEM
from comity.core.database import Session
from comity.core.relaying import ReactionFailed
from comity.core.transaction import transaction
from comity.notifications import delivering, wording
from comity.notifications.model import Delivery
from comity_workers import transports
from comity_workers.transports import mail

NOW = moment("2026-11-23T10:00")


@pytest.fixture
def people(database):
    return populate()


@pytest.fixture
def post(settings, monkeypatch):
    """A mail server that the settings name."""
    with mail_server() as (mailbox, port):
        monkeypatch.setenv("COMITY_MAIL__PORT", str(port))
        core_settings.settings.cache_clear()
        yield mailbox


def transmitted(people, on: str | None = None) -> Matter:
    matter = Matter("XA")
    matter.happens("rfa.drafted", "2026-11-23T10:00", by=people["amina"])
    matter.happens("rfa.transmitted", "2026-11-23T10:00", by=people["bruno"], requested_on=on)
    react_at(NOW)
    return matter


def test_each_person_gets_one_message_and_a_line_says_so(people, post):
    transmitted(people)
    assert deliver_at(NOW) == 2
    assert deliver_at(NOW + timedelta(days=1)) == 0
    assert sorted(post.recipients) == ["chidi@xa.example", "colette@xa.example"]
    assert lines("notification.delivered") == ["notification.delivered"] * 2
    assert {one.state for one in deliveries()} == {"sent"}


def test_a_message_says_only_that_something_waits(people, post):
    """Whatever happened, to whatever matter, two people of one language get the same words."""
    matter = transmitted(people, on="2026-12-15")
    deliver_at(NOW)
    for name in ("clarification.answered", "rfa.returned", "rfa.withdrawn"):
        matter.happens(name, "2026-11-24T10:00", by=people["amina"], n=1)
    react_at(NOW + timedelta(days=1))
    deliver_at(NOW + timedelta(days=1))
    assert len(post.messages) == 8
    for locale_of in ("chidi", "colette"):
        mine = [message for message in post.messages if locale_of in message["To"]]
        said = {(one["Subject"], one.get_body(("plain",)).get_content(), one["From"]) for one in mine}
        assert len(said) == 1
    link = core_settings.settings().server.public_url + "/inbox"
    for message in post.messages:
        everything = message.as_string()
        text = message.get_body(("plain",)).get_content()
        assert re.findall(r"https?://\S+", text) == [link]
        for secret in (str(matter.row.id), "2026/", "OTP", "XA/", "Amina", "Bruno", "rfa", "2026-12-15"):
            assert secret not in everything.replace(message["Date"], "").replace(message["Message-ID"], "")


def test_the_message_id_is_derived_from_the_notice_and_tells_nothing(people, post):
    transmitted(people)
    deliver_at(NOW)
    sent = {message["Message-ID"] for message in post.messages}
    assert sent == {one.message_id for one in deliveries()}
    with Session(writes=False) as session:
        for one in session.query(Delivery):
            assert one.message_id == wording.message_id(one.notification_id, "mail")
            assert one.notification_id.hex not in one.message_id


def test_a_mail_server_that_is_away_delays_and_loses_nothing(people, settings, monkeypatch):
    transmitted(people)
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        monkeypatch.setenv("COMITY_MAIL__PORT", str(nobody.getsockname()[1]))
        core_settings.settings.cache_clear()
        assert deliver_at(NOW) == 0
    assert {(one.state, one.attempts, one.error) for one in deliveries()} == {("queued", 1, "ConnectionRefusedError")}
    with mail_server() as (mailbox, port):
        monkeypatch.setenv("COMITY_MAIL__PORT", str(port))
        core_settings.settings.cache_clear()
        assert deliver_at(NOW + timedelta(seconds=5)) == 0
        assert deliver_at(NOW + timedelta(minutes=1)) == 2
    assert len(mailbox.messages) == 2


def test_a_message_that_is_refused_again_and_again_fails_with_one_line_and_stays_in_the_inbox(people, post):
    transmitted(people)
    post.answer = "451 not now"
    now = NOW
    for _ in range(delivering.TRIES + 2):
        deliver_at(now)
        now += timedelta(hours=5)
    assert {(one.state, one.attempts) for one in deliveries()} == {("failed", delivering.TRIES)}
    assert lines("notification.failed") == ["notification.failed"] * 2
    assert lines("notification.delivered") == []
    assert post.messages == []


def test_a_refusal_for_good_is_not_tried_again(people, post):
    transmitted(people)
    post.recipient_answer = "550 no such mailbox"
    deliver_at(NOW)
    assert {(one.state, one.attempts) for one in deliveries()} == {("failed", 1)}


def test_a_reminder_is_dropped_when_the_matter_was_acted_on_meanwhile(people, post):
    matter = transmitted(people, on="2026-12-15")
    matter.happens("rfa.acknowledged", "2026-11-24T10:00", by=people["chidi"])
    deliver_at(NOW)
    sweep_at(moment("2026-12-08T09:00"))
    react_at(moment("2026-12-08T09:01"))
    matter.happens("rfa.answered", "2026-12-08T09:02", by=people["colette"])
    deliver_at(moment("2026-12-08T09:03"))
    assert post.recipients.count("chidi@xa.example") == 1  # of the transmission
    assert {one.state for one in deliveries("deadline.reminded")} == {"dropped"}
    assert lines("notification.dropped") == ["notification.dropped"] * 2


def test_somebody_who_has_left_is_sent_nothing(people, post):
    transmitted(people)
    with Session() as session, session.begin():
        session.get_one(Account, UUID(people["chidi"].id)).active = False
    deliver_at(NOW)
    assert post.recipients == ["colette@xa.example"]
    assert sorted(one.state for one in deliveries()) == ["dropped", "sent"]


def test_a_mailer_that_died_after_claiming_is_replaced_when_its_lease_runs_out(people, post):
    transmitted(people)
    with clock.at(NOW), transaction(SYSTEM) as tx:
        assert len(delivering.claim(tx, "the dead one")) == 2
    assert deliver_at(NOW + timedelta(seconds=60)) == 0
    assert deliver_at(NOW + delivering.LEASE + timedelta(seconds=1)) == 2
    with clock.at(NOW), transaction(SYSTEM) as tx:
        for one in deliveries():
            assert delivering.prepare(tx, one.id, "the dead one") is None
    assert len(post.messages) == 2


def test_a_crash_between_sending_and_recording_repeats_the_message_with_the_same_identifier(people, post, monkeypatch):
    transmitted(people)

    def crash(*_more, **_rest):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(delivering, "sent", crash)
        with pytest.raises(KeyboardInterrupt):
            deliver_at(NOW)
    assert deliver_at(NOW + timedelta(minutes=5)) == 2
    assert len(post.messages) == 3
    assert len({message["Message-ID"] for message in post.messages}) == 2
    assert lines("notification.delivered") == ["notification.delivered"] * 2


def test_while_a_message_is_sent_no_transaction_is_open(people, post, monkeypatch):
    """Another writer gets through at once, also on SQLite."""
    transmitted(people)
    original, sent = mail.send, []

    def send_while_somebody_writes(note):
        original(note)
        with clock.at(NOW), transaction(SYSTEM) as tx:
            tx.record(None, ReactionFailed(seq=1, reaction="x", attempts=8))
        sent.append(note)

    monkeypatch.setattr(mail, "send", send_while_somebody_writes)
    assert deliver_at(NOW) == 2
    assert lines("reaction.failed") == ["reaction.failed"] * len(sent)


def test_words_in_french_where_the_catalogue_has_them(tmp_path, monkeypatch, settings):
    folder = tmp_path / "fr" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    catalogue = Catalog("fr")
    catalogue.add("Something is waiting for you in Comity.", "Quelque chose vous attend dans Comity.")
    with (folder / "messages.mo").open("wb") as file:
        write_mo(file, catalogue)
    monkeypatch.setattr(wording, "CATALOGUES", tmp_path)
    wording.catalogue.cache_clear()
    french = wording.note("fr", "colette@xa.example", "<x@y>")
    english = wording.note("en", "chidi@xa.example", "<x@y>")
    wording.catalogue.cache_clear()
    assert french.subject == "Quelque chose vous attend dans Comity"
    assert '<html lang="fr" dir="ltr">' in french.html
    assert english.subject == "Something is waiting for you in Comity"


def test_every_transport_that_is_on_exists(settings):
    assert set(wording.transports_on()) <= set(transports.names())
    assert wording.transports_on() == ["mail"]
