"""Signing in: who gets in, what is counted, what is never told.  Chidi of Xandria, and somebody who guesses."""

import statistics
import threading
import time

import pytest
from sqlalchemy import func, select
from tests import people
from tests.people import CHIDI, DORA

from comity.accounts import actions, passwords
from comity.accounts.actions import WrongPassword
from comity.accounts.model import Account, Guess, LoginSession
from comity.core import clock
from comity.core.actors import SYSTEM
from comity.core.database import Session
from comity.core.errors import Invalid, TooMany
from comity.core.journal import Entry
from comity.core.settings import settings as current
from comity.core.transaction import transaction

pytestmark = pytest.mark.usefixtures("database", "policies")


@pytest.fixture(autouse=True)
def _cast(database, policies):
    people.populate()


def lines() -> list[Entry]:
    with Session(writes=False) as session:
        return list(session.scalars(select(Entry).order_by(Entry.seq)))


def count(model) -> int:
    with Session(writes=False) as session:
        return session.scalar(select(func.count()).select_from(model))


def sign_in(actor=CHIDI, password=people.PASSWORD, **options):
    return actions.sign_in(people.email(actor), password, kind="browser", **options)


def test_the_right_password_begins_a_session_and_leaves_a_line():
    done = sign_in(device="Firefox, Windows")
    assert done.account.actor == CHIDI
    assert (done.session.kind, done.session.device, len(done.session.unlock_secret)) == (
        "browser",
        "Firefox, Windows",
        32,
    )
    last = lines()[-1]
    assert (last.name, last.actor, last.data) == (
        "session.started", CHIDI.id, {"session": str(done.session.id), "by": "browser"}
    )  # fmt: skip
    assert count(Guess) == 0


def test_the_token_itself_is_kept_nowhere():
    token = sign_in().token
    with Session(writes=False) as session:
        kept = session.scalars(select(LoginSession)).one()
    assert token not in str(vars(kept))
    assert all(token not in line.line for line in lines())


@pytest.mark.parametrize("email", ["chidi@xa.example", " CHIDI@XA.EXAMPLE "])
def test_an_address_is_the_same_in_capital_letters(email):
    assert actions.sign_in(email, people.PASSWORD, kind="client").account.actor == CHIDI


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("chidi@xa.example", "not the password at all"),
        ("chidi@xa.example", ""),
        ("chidi@xa.example", people.PASSWORD + " "),
        ("chidi@xa.example", people.PASSWORD.upper()),
        ("nobody@xa.example", people.PASSWORD),
        ("", ""),
        ("chidi@xa.example", people.PASSWORD + "x" * 5000),
    ],
)
def test_a_wrong_password_and_a_missing_account_are_refused_in_the_same_words(email, password):
    with pytest.raises(WrongPassword, match="The e-mail address or the password is not right"):
        actions.sign_in(email, password, kind="browser")
    assert count(LoginSession) == 0
    last = lines()[-1]
    assert (last.name, last.actor) == ("session.refused", "system")
    assert email == "" or email not in last.line


def test_an_account_that_was_closed_is_refused_in_the_same_words_too():
    with transaction(people.FAYE) as tx:
        actions.disable_account(tx, people.account_id(CHIDI))
    with pytest.raises(WrongPassword, match="The e-mail address or the password is not right"):
        sign_in()
    assert count(LoginSession) == 0


def test_a_missing_account_takes_as_long_as_a_wrong_password(monkeypatch):
    """The same work is done; the middle of many tries is compared, at a cost at which the work can be seen."""
    monkeypatch.setenv("COMITY_SESSIONS__ARGON2_MEMORY_KIB", "4096")
    monkeypatch.setenv("COMITY_LIMITS__GUESSES_PER_HOUR", "1000")
    current.cache_clear()
    passwords._nobody.cache_clear()
    with transaction(SYSTEM) as tx:
        account = tx.load(Account, people.account_id(CHIDI), to="account.change")
        account.password_hash = passwords.hash_password(people.PASSWORD)
        tx.record(account, actions.events.PasswordChanged())
    taken: dict[str, list[float]] = {"chidi@xa.example": [], "nobody@xa.example": []}
    for _ in range(25):
        for email, times in taken.items():
            started = time.perf_counter()
            with pytest.raises(WrongPassword):
                actions.sign_in(email, "not the password at all", kind="browser")
            times.append(time.perf_counter() - started)
    passwords._nobody.cache_clear()
    there, missing = (statistics.median(times) for times in taken.values())
    assert 0.6 < there / missing < 1.7


def test_ten_guesses_an_hour_are_allowed_and_the_eleventh_is_told_so_even_with_the_right_password():
    for _ in range(10):
        with pytest.raises(WrongPassword):
            sign_in(password="not the password at all")
    with pytest.raises(TooMany, match="wait an hour"):
        sign_in()
    assert count(LoginSession) == 0
    assert [line.name for line in lines()].count("session.refused") == 10


def test_others_are_not_locked_out_and_an_hour_later_nobody_is():
    for _ in range(10):
        with pytest.raises(WrongPassword):
            sign_in(password="not the password at all")
    assert sign_in(DORA).account.actor == DORA
    with clock.at(clock.now().replace(year=clock.now().year + 1)):
        assert sign_in().account.actor == CHIDI


def test_a_missing_account_is_counted_like_any_other():
    for _ in range(10):
        with pytest.raises(WrongPassword):
            actions.sign_in("nobody@xa.example", "x", kind="browser")
    with pytest.raises(TooMany):
        actions.sign_in("nobody@xa.example", "x", kind="browser")


def test_many_guesses_at_the_same_moment_are_no_way_round_the_limit():
    answers: list[type] = []

    def guess():
        try:
            sign_in(password="not the password at all")
        except (WrongPassword, TooMany) as refused:
            answers.append(type(refused))

    threads = [threading.Thread(target=guess) for _ in range(24)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers.count(WrongPassword) == 10
    assert answers.count(TooMany) == 14


def test_the_right_password_does_not_count_as_a_guess():
    for _ in range(15):
        sign_in()
    assert count(LoginSession) == 15


@pytest.fixture
def meanwhile(monkeypatch):
    """Lets something else happen while a password is being looked at, which takes a tenth of a second."""
    look = passwords.matches

    def set_up(happens) -> None:
        def looked(password, kept):
            monkeypatch.undo()
            found = look(password, kept)
            happens()
            return found

        monkeypatch.setattr(passwords, "matches", looked)

    return set_up


def test_no_session_begins_for_an_account_closed_while_its_password_was_looked_at(meanwhile):
    def close():
        with transaction(people.FAYE) as tx:
            actions.disable_account(tx, people.account_id(CHIDI))

    meanwhile(close)
    with pytest.raises(WrongPassword):
        sign_in()
    assert count(LoginSession) == 0
    assert lines()[-1].name == "session.refused"


def test_of_two_changes_of_a_password_at_the_same_moment_one_is_refused(meanwhile):
    first, second = "nine brown hens walk over the hill", "eleven red boats sail under the moon"
    meanwhile(lambda: actions.change_password(CHIDI, people.PASSWORD, first))
    with pytest.raises(Invalid, match="not your present password"):
        actions.change_password(CHIDI, people.PASSWORD, second)
    assert sign_in(password=first).account.actor == CHIDI
    with pytest.raises(WrongPassword):
        sign_in(password=second)
    assert [line.name for line in lines()].count("account.password_changed") == 1
