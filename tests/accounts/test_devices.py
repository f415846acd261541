"""A program is signed in by its owner in her browser: with the right code, once, in time, and by nobody else."""

import threading
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select
from tests import people
from tests.people import CHIDI, CHINUA, DORA, FAYE
from tests.visits import Program, Visitor, visitor

from comity.accounts import actions, devices
from comity.accounts.model import DeviceSignIn, Guess, LoginSession
from comity.core import clock
from comity.core.database import Session
from comity.core.errors import ComityError, Refused
from comity.core.journal import Entry
from comity.core.settings import settings as current
from comity.core.transaction import transaction

KEY = b"5" * 64


@pytest.fixture(autouse=True)
def _cast(app):
    people.populate(keys=True)


class Asking:
    """A program that has no token yet."""

    def __init__(self, app, name="comity on laptop") -> None:
        self.client = app.test_client(use_cookies=False)
        answer = self.client.post("/api/v1/session/device", json={"name": name})
        assert answer.status_code == 201, answer.json
        self.told = answer.json
        self.at = clock.now()

    def ask(self, after: float = 10):
        """Ask again, so many seconds after the last time; the answer, or what problem it names."""
        self.at += timedelta(seconds=after)
        with clock.at(self.at):
            answer = self.client.post("/api/v1/session/device/token", json={"device_code": self.told["device_code"]})
        return answer.json if answer.status_code == 201 else answer.json["type"].rpartition("/")[2]


def rows(model) -> list:
    with Session(writes=False) as db:
        return list(db.scalars(select(model)))


def names() -> list[str]:
    with Session(writes=False) as db:
        return list(db.scalars(select(Entry.name).order_by(Entry.seq)))


def programs(actor) -> list[LoginSession]:
    return [one for one in rows(LoginSession) if one.account_id == people.account_id(actor) and one.kind == "client"]


def show(browser: Visitor, code: str) -> str:
    """Type the code; the address of the page that asks for a decision."""
    answer = browser.post("/device", code=code)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return answer.headers["Location"]


def test_what_is_allowed_in_the_browser_is_signed_in_once_listed_and_can_be_ended(app):
    program, chidi = Asking(app), visitor(app, CHIDI)
    assert program.told["verification_uri"] == "http://localhost:8000/device"
    assert (program.told["expires_in"], program.told["interval"]) == (600, 5)
    assert program.ask() == "authorization-pending"
    place = show(chidi, program.told["user_code"].lower().replace("-", " "))
    page = chidi.get(place).get_data(as_text=True)
    assert "comity on laptop" in page
    assert program.ask() == "authorization-pending"
    assert chidi.post(f"{place}/allow").status_code == 303
    given = program.ask()
    assert given["token_type"] == "Bearer"
    bearer = {"Authorization": f"Bearer {given['access_token']}"}
    assert program.client.get("/api/v1/session", headers=bearer).json["email"] == people.email(CHIDI)
    assert names()[-2:] == ["device.approved", "session.started"]
    (begun,) = programs(CHIDI)
    assert "comity on laptop" in chidi.get("/account").get_data(as_text=True)
    chidi.post(f"/account/sessions/{begun.id}/end")
    assert program.client.get("/api/v1/session", headers=bearer).status_code == 401


def test_a_token_is_handed_out_once(app):
    program, chidi = Asking(app), visitor(app, CHIDI)
    chidi.post(f"{show(chidi, program.told['user_code'])}/allow")
    assert "access_token" in program.ask()
    assert program.ask() == "expired-token"
    assert len(programs(CHIDI)) == 1


def test_of_many_that_fetch_at_once_one_gets_the_token(app):
    program, chidi = Asking(app), visitor(app, CHIDI)
    chidi.post(f"{show(chidi, program.told['user_code'])}/allow")
    with Session() as db, db.begin():
        db.scalars(select(DeviceSignIn)).one().interval = 0
    answers, ready = [], threading.Barrier(6)

    def fetch() -> None:
        ready.wait()
        try:
            answers.append(devices.collect(program.told["device_code"]).token)
        except ComityError as error:
            answers.append(error.code)

    threads = [threading.Thread(target=fetch) for _ in range(6)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(set(answers) - {"expired-token", "slow-down"}) == 1
    assert len(answers) == 6
    assert len(programs(CHIDI)) == 1


def test_of_two_decisions_at_once_one_counts(app):
    program, chidi = Asking(app), visitor(app, CHIDI)
    device = show(chidi, program.told["user_code"]).rpartition("/")[2]
    done, ready = [], threading.Barrier(4)

    def decide(what) -> None:
        ready.wait()
        try:
            with transaction(CHIDI) as tx:
                what(tx, UUID(device))
            done.append(what)
        except Refused:
            done.append(None)

    threads = [threading.Thread(target=decide, args=(what,)) for what in (devices.allow, devices.refuse) * 2]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert (len(done), done.count(None)) == (4, 3)
    assert len([name for name in names() if name.startswith("device.")]) == 1
    assert ("access_token" in program.ask()) == (devices.allow in done)


def test_what_is_refused_is_told_so_and_signs_nobody_in(app):
    program, chidi = Asking(app), visitor(app, CHIDI)
    place = show(chidi, program.told["user_code"])
    chidi.post(f"{place}/refuse")
    assert program.ask() == "access-denied"
    assert chidi.post(f"{place}/allow").status_code == 409
    assert program.ask() == "access-denied"
    assert programs(CHIDI) == []
    assert names()[-1] == "device.refused"


def test_a_code_expires_wherever_it_has_come_to(app):
    asked, shown, allowed, chidi = Asking(app), Asking(app), Asking(app), visitor(app, CHIDI)
    place = show(chidi, shown.told["user_code"])
    chidi.post(f"{show(chidi, allowed.told['user_code'])}/allow")
    with clock.at(clock.now() + timedelta(minutes=10, seconds=1)):
        assert chidi.post("/device", code=asked.told["user_code"]).status_code == 422
        assert chidi.get(place).status_code == 409
        assert chidi.post(f"{place}/allow").status_code == 409
    assert [one.ask(after=601) for one in (asked, shown, allowed)] == ["expired-token"] * 3
    assert programs(CHIDI) == []


def test_a_program_that_asks_too_often_waits_longer_each_time(app):
    program, chidi = Asking(app), visitor(app, CHIDI)
    assert program.ask() == "authorization-pending"
    assert program.ask(after=4) == "slow-down"
    assert program.ask(after=9) == "slow-down"
    chidi.post(f"{show(chidi, program.told['user_code'])}/allow")
    assert program.ask(after=14) == "slow-down"
    assert "access_token" in program.ask(after=20)


def test_a_wrong_code_finds_nothing_and_is_counted(app, monkeypatch):
    monkeypatch.setenv("COMITY_LIMITS__GUESSES_PER_HOUR", "3")
    current.cache_clear()
    program, chidi = Asking(app), visitor(app, CHIDI)
    right = program.told["user_code"]
    wrong = "BBBB-BBBB" if right != "BBBB-BBBB" else "CCCC-CCCC"
    for typed in ("WDJB", "WDJB-MJH1", "", "x" * 5000):  # no code at all: mistyped, and no guess
        assert chidi.post("/device", code=typed).status_code == 422
    assert rows(Guess) == []
    assert [chidi.post("/device", code=wrong).status_code for _ in range(3)] == [422, 422, 422]
    assert names()[-3:] == ["device.mistyped"] * 3
    assert chidi.post("/device", code=right).status_code == 429  # also the right one
    assert program.ask() == "authorization-pending"
    with clock.at(clock.now() + timedelta(hours=1, seconds=1)):
        assert chidi.post("/device", code=Asking(app).told["user_code"]).status_code == 303


def test_all_accounts_together_have_few_guesses(app, monkeypatch):
    monkeypatch.setenv("COMITY_LIMITS__DEVICE_GUESSES_PER_HOUR", "4")
    current.cache_clear()
    program = Asking(app)
    for actor in (CHIDI, DORA):
        browser = visitor(app, actor)
        assert [browser.post("/device", code="BBBB-BBBB").status_code for _ in range(2)] == [422, 422]
    assert visitor(app, CHINUA).post("/device", code=program.told["user_code"]).status_code == 429
    assert program.ask() == "authorization-pending"


def test_a_code_that_somebody_has_typed_is_hers_alone(app):
    program, chidi, dora = Asking(app), visitor(app, CHIDI), visitor(app, DORA)
    place = show(chidi, program.told["user_code"])
    assert dora.post("/device", code=program.told["user_code"]).status_code == 422
    for method in (
        dora.get,
        lambda address: dora.post(f"{address}/allow"),
        lambda address: dora.post(f"{address}/refuse"),
    ):
        assert method(place).status_code == 404
    assert program.ask() == "authorization-pending"
    assert show(chidi, program.told["user_code"]) == place  # she may type it again
    assert programs(DORA) == []


def test_nothing_is_decided_before_the_code_was_typed(app):
    program, chidi = Asking(app), visitor(app, CHIDI)
    (device,) = rows(DeviceSignIn)
    assert chidi.post(f"/device/{device.id}/allow").status_code == 404
    assert program.ask() == "authorization-pending"


def test_nothing_is_decided_without_the_token_of_a_form_or_by_a_program(app):
    program, chidi, command = Asking(app), visitor(app, CHIDI), Program(app, CHIDI)
    place = show(chidi, program.told["user_code"])
    assert chidi.client.post(f"{place}/allow").status_code == 400
    bearer = {"Authorization": f"Bearer {command.token}"}
    other = Asking(app)
    assert command.client.post(f"{place}/allow", headers=bearer).status_code == 403
    assert command.client.post("/device", data={"code": other.told["user_code"]}, headers=bearer).status_code == 403
    assert [program.ask(), other.ask()] == ["authorization-pending"] * 2


@pytest.mark.parametrize("how", ["disabled", "reset", "password", "others"])
def test_what_was_allowed_and_not_fetched_ends_with_the_sessions_of_its_account(app, how):
    program, chidi = Asking(app), visitor(app, CHIDI)
    chidi.post(f"{show(chidi, program.told['user_code'])}/allow")
    if how == "disabled":
        with transaction(FAYE) as tx:
            actions.disable_account(tx, people.account_id(CHIDI))
    elif how == "reset":
        with transaction(FAYE) as tx:
            actions.reset_password(tx, people.account_id(CHIDI))
    elif how == "password":
        chidi.post("/account/password", old=people.PASSWORD, password="seven small boats on a calm river")
    else:
        chidi.post("/account/sessions/end-others")
    assert program.ask() == "expired-token"
    assert programs(CHIDI) == []


def test_a_closed_account_gets_no_session_even_at_the_last_moment(app):
    """Between the question of the program and the session that it begins, the account is closed."""
    program, chidi = Asking(app), visitor(app, CHIDI)
    chidi.post(f"{show(chidi, program.told['user_code'])}/allow")
    with transaction(FAYE) as tx:
        actions.disable_account(tx, people.account_id(CHIDI))
    with Session() as db, db.begin():
        db.add(
            DeviceSignIn(
                device_sha256="0" * 64, user_code_hash="0" * 64, origin_hash="0" * 64, name="", state="allowed",
                account_id=people.account_id(CHIDI), interval=0, created_at=clock.now(),
                expires_at=clock.now() + timedelta(minutes=5),
            )
        )  # fmt: skip
    assert devices._begin_session(CHIDI, "0" * 64) is None
    assert programs(CHIDI) == []


def test_of_codes_only_hashes_are_kept_and_none_reaches_the_journal(app):
    program, chidi = Asking(app), visitor(app, CHIDI)
    chidi.post(f"{show(chidi, program.told['user_code'])}/allow")
    given = program.ask()
    with Session(writes=False) as db:
        everything = str([vars(one) for one in (*db.scalars(select(DeviceSignIn)), *db.scalars(select(LoginSession)))])
        everything += str(list(db.scalars(select(Entry.line))))
    code = program.told["user_code"]
    for secret in (program.told["device_code"], code, code.replace("-", ""), given["access_token"]):
        assert secret not in everything
    assert rows(DeviceSignIn)[0].user_code_hash != devices.sha256(code.replace("-", "").encode()).hexdigest()


def test_the_name_of_a_program_is_harmless(app):
    program, chidi = Asking(app, "com\u202eity\x07 \n <b>x</b> " + "y" * 100), visitor(app, CHIDI)
    page = chidi.get(show(chidi, program.told["user_code"])).get_data(as_text=True)
    assert "\u202e" not in page
    assert "&lt;b&gt;x&lt;/b&gt;" in page
    assert len(rows(DeviceSignIn)[0].name) == 60


def test_few_programs_wait_from_one_address_and_none_of_it_is_kept(app):
    for _ in range(devices.MOST_FROM_ONE_ADDRESS):
        Asking(app)
    assert app.test_client().post("/api/v1/session/device", json={"name": "one more"}).status_code == 429
    assert len(rows(DeviceSignIn)) == devices.MOST_FROM_ONE_ADDRESS
    elsewhere = {"REMOTE_ADDR": "198.51.100.7"}
    answer = app.test_client().post("/api/v1/session/device", json={"name": ""}, environ_overrides=elsewhere)
    assert answer.status_code == 201
    assert all("127.0.0.1" not in str(vars(one)) for one in rows(DeviceSignIn))


def test_an_unknown_code_of_a_program_is_expired(app):
    answer = app.test_client().post("/api/v1/session/device/token", json={"device_code": "x"})
    assert (answer.status_code, answer.json["type"]) == (400, "/problems/expired-token")
