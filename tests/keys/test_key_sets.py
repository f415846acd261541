"""Key sets and statements: what the server takes, and what it refuses.  Chidi of Xandria, the system at set-up."""

from uuid import UUID

import pytest
from sqlalchemy import delete, func, select
from tests import people
from tests.people import CHIDI, DORA

from comity.core import database
from comity.core.actors import SYSTEM
from comity.core.database import Session
from comity.core.errors import Conflict, Denied, Invalid, NotFound, SettingsError
from comity.core.journal import Entry
from comity.core.settings import settings as current
from comity.core.transaction import transaction
from comity.keys import actions, queries, trust
from comity.keys.model import KeySet, Membership, Statement, Way, Wrap
from comity.keys.wraps import wraps_of
from comity_demo.roots import Holders

pytestmark = pytest.mark.usefixtures("database", "policies")


def count(model: type) -> int:
    with Session(writes=False) as session:
        return session.scalar(select(func.count()).select_from(model))


def names() -> list[str]:
    with Session(writes=False) as session:
        return list(session.scalars(select(Entry.name).order_by(Entry.seq)))


def deposit(actor, *, whose=None, ways=None):
    with transaction(actor) as tx:
        return actions.deposit_key_set(
            tx,
            people.account_id(whose or actor),
            people.keyset(actor).public.canonical,
            people.ways(actor) if ways is None else ways,
        )


def test_the_root_of_the_tests_is_the_one_that_their_settings_pin():
    assert trust.root() == people.root().public


def test_a_person_deposits_her_key_set_and_nobody_else_can_read_it():
    people.populate()
    kept = deposit(CHIDI)
    assert names()[-3:] == ["keyset.deposited", "keyset.way_added", "keyset.way_added"]
    with transaction(CHIDI, writes=False) as tx:
        found = queries.ways_of(tx, tx.read(KeySet, kept.id))
    assert [(way.kind, way.file) for way in found] == [
        ("passphrase", people.protected(CHIDI)),
        ("recovery", people.recovery(CHIDI)),
    ]
    with pytest.raises(NotFound), transaction(DORA, writes=False) as tx:
        tx.read(KeySet, kept.id)


def test_nobody_deposits_a_key_set_for_somebody_else():
    people.populate()
    with pytest.raises(Denied):
        deposit(DORA, whose=CHIDI)
    assert count(KeySet) == 0
    assert names()[-1] == "access.refused"


def test_a_key_set_is_never_replaced():
    people.populate()
    deposit(CHIDI)
    with pytest.raises(Conflict):
        deposit(CHIDI)
    assert count(KeySet) == 1
    assert names().count("keyset.deposited") == 1


def test_the_first_statement_of_each_authority_is_kept_with_its_wrapped_keys():
    people.populate(keys=True)
    assert (count(Statement), count(Wrap), count(Membership)) == (5, 7, 7)
    assert names().count("statement.registered") == 5
    with transaction(DORA, writes=False) as tx:
        assert queries.chain(tx, "XA") == [people.genesis("XA")]
        assert queries.current_epoch(tx, "XA") == (1, people.verified("XA").epoch.recipient_sha256)
        assert set(queries.verified(tx, "XA").members) == {CHIDI.id, people.CHINUA.id}
        assert queries.public_keys(tx, people.keyset(CHIDI).public.id) == people.keyset(CHIDI).public
        (wrap,) = wraps_of(tx, people.keyset(DORA).public.id)
    assert (wrap.authority, wrap.wrap) == ("YB", people.wraps("YB")[people.keyset(DORA).public.id])


def register(statement: bytes, wraps: dict[str, bytes], by=SYSTEM) -> None:
    with transaction(by) as tx:
        actions.register_statement(tx, statement, wraps)


def with_key_sets() -> None:
    people.populate()
    for actor in people.MEMBERS:
        deposit(actor)


def genesis(**changes) -> bytes:
    said = {
        "code": "XA",
        "kind": "state",
        "organ": None,
        "names": {"en": "Xandria", "fr": "Xandrie"},
        "members": people.members("XA"),
        "epoch": people.epoch("XA"),
        "wraps": people.wraps("XA"),
        "created": people.CREATED,
    } | changes
    return said.pop("root", people.root()).genesis(**said)


OTHER_ROOT = Holders.generate()
SWAPPED = Holders(people.root().prosecutor, people.root().registry)


def stranger():
    return people.keyset(DORA)


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param(lambda: b"{}", id="no statement"),
        pytest.param(lambda: genesis(root=OTHER_ROOT), id="signed by another root"),
        pytest.param(lambda: people.genesis("XA").split(b"\n")[0], id="signed by one holder of the root alone"),
        pytest.param(lambda: genesis(root=SWAPPED), id="signed by the Prosecutor's holders"),
        pytest.param(lambda: genesis(names={"en": "Elsewhere", "fr": "Ailleurs"}), id="another name"),
        pytest.param(lambda: genesis(kind="court", organ="otp"), id="another kind"),
        pytest.param(lambda: genesis(code="XX"), id="an authority that is not in the directory"),
        pytest.param(lambda: genesis(members=people.members("YB"), wraps=people.wraps("YB")), id="members of another"),
        pytest.param(
            lambda: genesis(
                members=[people.Member(CHIDI.id, "Chidi", "auditor", people.keyset(CHIDI).public)],
                wraps={people.keyset(CHIDI).public.id: b"x"},
            ),
            id="another role",
        ),
        pytest.param(
            lambda: genesis(
                members=[people.Member(CHIDI.id, "Chidi", "focal point", stranger().public)],
                wraps={stranger().public.id: b"x"},
            ),
            id="a key set that was not deposited",
        ),
    ],
)
def test_a_statement_that_does_not_fit_is_refused(statement):
    with_key_sets()
    with pytest.raises(Invalid):
        register(statement(), people.wraps("XA"))
    assert (count(Statement), count(Wrap)) == (0, 0)
    assert "statement.registered" not in names()


@pytest.mark.parametrize("missing", ["passphrase", "recovery"])
def test_nobody_is_listed_whose_key_set_has_fewer_than_two_ways(missing):
    """As one that was kept before there were several."""
    with_key_sets()
    with database.engine().begin() as connection:
        chidi = select(KeySet.id).where(KeySet.account_id == people.account_id(CHIDI)).scalar_subquery()
        connection.execute(delete(Way).where(Way.keyset_id == chidi, Way.kind == missing))
    with transaction(SYSTEM, writes=False) as tx:
        assert not queries.addressable(tx, people.keyset(CHIDI).public.id)
        assert queries.addressable(tx, people.keyset(DORA).public.id)
        assert not queries.addressable(tx, "0" * 64)
    with pytest.raises(Invalid, match="two ways"):
        register(people.genesis("XA"), people.wraps("XA"))
    assert (count(Statement), count(Wrap)) == (0, 0)
    assert "statement.registered" not in names()


def test_wrapped_keys_must_be_those_that_the_statement_names():
    with_key_sets()
    for wraps in ({}, dict.fromkeys(people.wraps("XA"), b"other"), people.wraps("YB")):
        with pytest.raises(Invalid):
            register(people.genesis("XA"), wraps)
    assert (count(Statement), count(Wrap)) == (0, 0)


def test_a_second_genesis_is_refused():
    people.populate(keys=True)
    with pytest.raises(Conflict):
        register(people.genesis("XA"), people.wraps("XA"))
    assert count(Statement) == 5


def test_a_genesis_comes_by_an_administrator_or_the_authority_itself_and_nobody_else():
    with_key_sets()
    for by in (people.AMINA, DORA, people.EMRE):
        with pytest.raises(Denied):
            register(people.genesis("XA"), people.wraps("XA"), by=by)
    assert count(Statement) == 0
    register(people.genesis("XA"), people.wraps("XA"), by=people.FAYE)
    register(people.genesis("YB"), people.wraps("YB"), by=DORA)
    assert count(Statement) == 2


def test_a_root_that_is_not_the_one_pinned_is_not_used(tmp_path, monkeypatch):
    other = tmp_path / "other.json"
    monkeypatch.setenv("COMITY_TRUST__ROOT_KEYS", str(other))
    said = [
        (OTHER_ROOT.public.canonical, "pins"),
        (SWAPPED.public.canonical, "pins"),
        (stranger().public.canonical, "comity root make"),
        (b"", "does not hold a public root"),
    ]
    for data, why in said:
        other.write_bytes(data)
        trust._read.cache_clear()
        current.cache_clear()
        with pytest.raises(SettingsError, match=why):
            trust.root()


def test_the_owner_column_is_the_account():
    people.populate()
    kept = deposit(CHIDI)
    assert kept.account_id == UUID(CHIDI.id)
