"""Sessions: how long they live, who sees them, and that one that was ended is refused at once.  Chidi, Dora."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from tests import people
from tests.people import CHIDI, DORA, FAYE
from tests.visits import Program, Visitor, visitor

from comity.accounts import actions
from comity.accounts.model import LoginSession
from comity.core import clock
from comity.core.database import Session
from comity.core.journal import Entry
from comity.core.transaction import transaction


@pytest.fixture(autouse=True)
def _cast(app):
    people.populate(keys=True)


def sessions(actor=CHIDI) -> list[LoginSession]:
    with Session(writes=False) as db:
        query = select(LoginSession).where(LoginSession.account_id == people.account_id(actor))
        return list(db.scalars(query.order_by(LoginSession.created_at)))


def names() -> list[str]:
    with Session(writes=False) as db:
        return list(db.scalars(select(Entry.name).order_by(Entry.seq)))


def is_in(one: Visitor) -> bool:
    return one.client.get("/account").status_code == 200


def test_signing_out_ends_the_session_on_the_server_too(app):
    chidi = visitor(app, CHIDI)
    with chidi.client.session_transaction() as kept:
        before = dict(kept)
    assert chidi.post("/sign-out").headers["Location"] == "/sign-in"
    assert not is_in(chidi)
    with chidi.client.session_transaction() as kept:
        kept.update(before)  # the old cookie, brought back
    assert not is_in(chidi)
    (ended,) = sessions()
    assert ended.ended_at is not None
    assert ended.unlock_secret is None
    assert names()[-1] == "session.ended"


def test_a_session_ended_from_another_browser_is_refused_at_once(app):
    office, train = visitor(app, CHIDI), visitor(app, CHIDI)
    theirs = sessions()[1]
    assert office.post(f"/account/sessions/{theirs.id}/end").status_code == 303
    assert is_in(office)
    assert not is_in(train)
    assert train.api("GET", "/session").status_code == 401


def test_all_others_can_be_ended_at_once(app):
    office, train, phone = (visitor(app, CHIDI) for _ in range(3))
    command = Program(app, CHIDI)
    office.post("/account/sessions/end-others")
    assert (is_in(office), is_in(train), is_in(phone)) == (True, False, False)
    assert command.api("GET", "/session").status_code == 401
    assert names().count("session.ended") == 3


def test_nobody_ends_or_sees_the_session_of_somebody_else(app):
    chidi, dora = visitor(app, CHIDI), visitor(app, DORA)
    theirs = sessions()[0]
    assert dora.post(f"/account/sessions/{theirs.id}/end").status_code == 404
    assert is_in(chidi)
    assert sessions()[0].ended_at is None
    assert str(theirs.id) not in dora.get("/account").get_data(as_text=True)


def test_a_browser_is_signed_out_after_fifteen_minutes_without_use(app):
    chidi = visitor(app, CHIDI)
    now = clock.now()
    for minutes in (14, 28, 42):
        with clock.at(now + timedelta(minutes=minutes)):
            assert is_in(chidi)
    with clock.at(now + timedelta(minutes=42 + 16)):
        assert not is_in(chidi)


def test_twelve_hours_are_the_most_however_busy(app):
    chidi, command = visitor(app, CHIDI), Program(app, CHIDI)
    now = clock.now()
    for quarters in range(1, 72):
        with clock.at(now + timedelta(minutes=10 * quarters)):
            assert is_in(chidi)
    with clock.at(now + timedelta(hours=12, minutes=1)):
        assert not is_in(chidi)
        assert command.api("GET", "/session").status_code == 401


def test_a_program_may_be_idle(app):
    command = Program(app, CHIDI)
    with clock.at(clock.now() + timedelta(hours=11)):
        assert command.api("GET", "/session").status_code == 200


def test_a_closed_account_is_refused_at_once_everywhere(app):
    chidi, command = visitor(app, CHIDI), Program(app, CHIDI)
    with transaction(FAYE) as tx:
        actions.disable_account(tx, people.account_id(CHIDI))
    assert not is_in(chidi)
    assert command.api("GET", "/session").status_code == 401
    assert all(one.ended_at is not None and one.unlock_secret is None for one in sessions())


def test_a_changed_password_ends_every_other_session(app):
    office, train = visitor(app, CHIDI), visitor(app, CHIDI)
    done = office.post("/account/password", old=people.PASSWORD, password="seven small boats on a calm river")
    assert done.status_code == 303
    assert is_in(office)
    assert not is_in(train)


def test_signing_in_gives_another_cookie_than_before(app):
    """A cookie that somebody planted beforehand is worth nothing afterwards."""
    browser = Visitor(app)
    browser.get("/sign-in")
    with browser.client.session_transaction() as kept:
        planted = dict(kept)
    browser.sign_in(CHIDI)
    with browser.client.session_transaction() as kept:
        assert kept["_user_id"]
        assert kept["csrf_token"] != planted["csrf_token"]
    thief = Visitor(app)
    with thief.client.session_transaction() as kept:
        kept.update(planted)
    assert not is_in(thief)


def test_the_secret_that_keeps_a_key_unlocked_is_a_browser_s_alone_and_goes_with_its_session(app):
    chidi, other = visitor(app, CHIDI), visitor(app, CHIDI)
    first = chidi.api("GET", "/session/unlock-secret").json["secret"]
    assert first == chidi.api("GET", "/session/unlock-secret").json["secret"]
    assert first != other.api("GET", "/session/unlock-secret").json["secret"]
    assert Program(app, CHIDI).api("GET", "/session/unlock-secret").status_code == 404
    chidi.post("/sign-out")
    assert chidi.api("GET", "/session/unlock-secret").status_code == 401


def test_who_is_signed_in_is_told_with_what_it_takes_to_work(app):
    said = Program(app, CHIDI).api("GET", "/session").json
    assert said["now"].endswith("Z")
    del said["now"]
    assert said == {
        "id": CHIDI.id,
        "name": "Chidi Okafor",
        "email": "chidi@xa.example",
        "role": "focal point",
        "authority": "XA",
        "organ": None,
        "locale": "en",
        "keyset": people.keyset(CHIDI).public.id,
    }


def test_the_account_page_lists_where_one_is_signed_in(app):
    chidi = visitor(app, CHIDI)
    Program(app, CHIDI)
    page = chidi.get("/account").get_data(as_text=True)
    assert page.count("Signed in:") == 2
    assert "This one" in page
