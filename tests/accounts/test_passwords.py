"""Which passwords may be used, and how they are kept [NIST SP 800-63B-4]."""

import pytest
from tests import people
from tests.people import CHIDI

from comity.accounts import actions, passwords
from comity.accounts.model import Account
from comity.core.database import Session
from comity.core.errors import Invalid, TooMany
from comity.core.settings import load


def check(password: str) -> None:
    passwords.check_new(password, email="chidi.okafor@justice.xandria.example", name="Chidi Okafor")


@pytest.mark.parametrize(
    "password",
    [
        "a green lamp beside the quiet canal",
        "correct horse battery staple",
        "une lampe verte près du canal",
        "пятнадцать букв и больше",
        "x7!kQ#9mzL2@vB4",
        "           seven blue boats            ",
        "q" * 3 + "werty is how it begins but not how it ends",
    ],
)
def test_a_sentence_or_enough_letters_of_any_kind_will_do(password):
    check(password)


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("", "at least 15"),
        ("fourteen chars", "at least 15"),
        ("x" * 300, "at most 256"),
        ("aaaaaaaaaaaaaaaaaaaa", "different characters"),
        ("abababababababababab", "different characters"),
        ("passwordpasswordpassword", "well known"),
        ("1234567890123456789", "well known"),
        ("qwertyuiopqwertyuiop", "well known"),
        ("Password1Password1", "well known"),
        ("footballfootball!!!!", "well known"),
        ("comitycomitycomity", "name of the platform|well known|different"),
        ("Chidi.Okafor2026!", "name"),
        ("chidi.okafor@justice", "name"),
        ("okaforjusticexandria", "name"),
        ("xandria-comity-2026", "name"),
    ],
)
def test_what_others_would_try_first_is_refused_with_the_reason(password, why):
    with pytest.raises(Invalid, match=why) as refused:
        check(password)
    assert refused.value.faults[0].pointer == "/password"


def test_a_password_is_kept_as_argon2id_with_a_salt_of_its_own(settings):
    first, second = (passwords.hash_password("a green lamp beside the quiet canal") for _ in range(2))
    assert first.startswith("$argon2id$v=19$m=64,t=1,p=1$")
    assert first != second
    assert passwords.matches("a green lamp beside the quiet canal", first)
    assert not passwords.matches("a green lamp beside the quiet Canal", first)


def test_by_default_a_guess_costs_64_megabytes_and_three_passes():
    chosen = load({}).sessions
    assert (chosen.argon2_memory_kib, chosen.argon2_passes) == (65536, 3)


def test_letters_that_look_the_same_are_the_same(settings):
    """Keyboards write é as one character or as two [Unicode NFKC]."""
    kept = passwords.hash_password("une lampe vert\u00e9e du canal")
    assert passwords.matches("une lampe verte\u0301e du canal", kept)


def test_without_an_account_no_password_matches(settings):
    assert not passwords.matches("", None)
    assert not passwords.matches("a green lamp beside the quiet canal", None)


def test_a_temporary_password_is_long_may_be_used_and_is_never_the_same():
    made = {passwords.generate() for _ in range(200)}
    assert len(made) == 200
    for password in made:
        check(password)


@pytest.fixture
def cast(database, policies):
    people.populate()


def kept() -> str:
    with Session(writes=False) as session:
        return session.get_one(Account, people.account_id(CHIDI)).password_hash


NEW = "seven small boats on a calm river"


def test_changing_needs_the_present_password(cast):
    before = kept()
    with pytest.raises(Invalid, match="present password"):
        actions.change_password(CHIDI, "not the password at all", NEW)
    assert kept() == before


@pytest.mark.parametrize("new", ["short", people.PASSWORD, "chidi@xa.example.chidi"])
def test_a_bad_new_password_changes_nothing(cast, new):
    before = kept()
    with pytest.raises(Invalid):
        actions.change_password(CHIDI, people.PASSWORD, new)
    assert kept() == before


def test_a_changed_password_signs_in_and_the_old_one_no_more(cast):
    actions.change_password(CHIDI, people.PASSWORD, NEW)
    assert actions.sign_in(people.email(CHIDI), NEW, kind="browser").account.actor == CHIDI
    with pytest.raises(actions.WrongPassword):
        actions.sign_in(people.email(CHIDI), people.PASSWORD, kind="browser")


def test_a_stolen_session_cannot_guess_the_password_either(cast):
    for _ in range(10):
        with pytest.raises(Invalid):
            actions.change_password(CHIDI, "not the password at all", NEW)
    with pytest.raises(TooMany):
        actions.change_password(CHIDI, people.PASSWORD, NEW)
    assert passwords.matches(people.PASSWORD, kept())
