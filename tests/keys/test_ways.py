"""Ways to a key set: what the server keeps, replaces and refuses.  Chidi of Xandria; Dora has a key set of her own."""

from dataclasses import replace
from hashlib import sha256
from itertools import count
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from tests import people
from tests.keys.passkeys import Prf, passkey_file
from tests.people import AMINA, CHIDI, DORA

from comity.core.database import Session
from comity.core.errors import Conflict, Invalid, NotFound
from comity.core.journal import Entry
from comity.core.transaction import transaction
from comity.keys import actions, queries
from comity.keys.model import KeySet, Way
from comity.keys.ways import NewWay
from comity_seal import dsse, header, ways
from comity_seal.encoding import raw64
from comity_seal.errors import FormatError
from comity_seal.opening import age
from comity_seal.opening.identities import HybridRecipient, Passphrase
from comity_seal.opening.keyset import kind_of, new_passphrase, new_recovery, protect, unprotect
from comity_seal.ways import Adding, Removing

pytestmark = pytest.mark.usefixtures("database", "policies")

SALT = raw64(b"s" * 16).decode()
_number = count()


class Words:
    """A scrypt stanza of any look."""

    def __init__(self, *args: str, body: int = 32) -> None:
        self.args, self.body = args, body

    def wrap(self, file_key: bytes) -> header.Stanza:
        return header.Stanza("scrypt", self.args, bytes(self.body))


def asks(logn: object) -> bytes:
    return age.seal(b"x", [Words(SALT, str(logn))])


def names() -> list[str]:
    with Session(writes=False) as session:
        return [name for name in session.scalars(select(Entry.name).order_by(Entry.seq)) if "way" in name]


def mine(actor=CHIDI) -> list[Way]:
    with transaction(actor, writes=False) as tx:
        kept = queries.keyset_of(tx, people.account_id(actor))
        return queries.ways_of(tx, kept) if kept else []


def add(kind="passkey", file=None, *, by=CHIDI, signer=None, whose=CHIDI, **odd) -> UUID:
    file = passkey_file() if file is None else file
    passkey = kind == "passkey"
    credential = b"credential %d" % next(_number) if passkey else None
    said = Adding(people.keyset(whose).public.id, kind, "Laptop" if passkey else "", credential, _sha(file))
    signed = people.keyset(signer or by).sign_way(replace(said, **odd))
    with transaction(by) as tx:
        kept = queries.keyset_of(tx, people.account_id(whose))
        return actions.add_way(tx, kept.id, signed, file).id


def remove(way: UUID, *, by=CHIDI, signer=None, said=None) -> None:
    signed = people.keyset(signer or by).sign_way(Removing(people.keyset(CHIDI).public.id, str(said or way)))
    with transaction(by) as tx:
        kept = queries.keyset_of(tx, people.account_id(CHIDI))
        actions.remove_way(tx, kept.id, way, signed)


def _sha(file: bytes) -> str:
    return sha256(file).hexdigest()


TWO = age.seal(b"x", [HybridRecipient(people.keyset(AMINA).public.age)] * 2)
ODD = [
    pytest.param(b"", id="nothing"),
    pytest.param(people.keyset(CHIDI).to_text().encode(), id="a key set in clear"),
    pytest.param(age.seal(b"x", [HybridRecipient(people.keyset(AMINA).public.age)]), id="sealed to a person"),
    pytest.param(TWO, id="two stanzas"),
    pytest.param(age.seal(b"x", [Words(SALT, "15"), Words(SALT, "15")]), id="two stanzas of words"),
    pytest.param(age.seal(b"x", [Words(SALT, "15"), Prf()]), id="words or a passkey"),
    pytest.param(asks(1), id="logN 1"),
    pytest.param(age.seal(b"x", [Passphrase("weak", logn=14)]), id="logN 14"),
    pytest.param(asks(21), id="logN 21"),
    pytest.param(asks(30), id="logN 30"),
    pytest.param(asks("015"), id="logN with a zero before it"),
    pytest.param(asks("+15"), id="logN with a sign"),
    pytest.param(age.seal(b"x", [Words(SALT)]), id="no logN"),
    pytest.param(age.seal(b"x", [Words(SALT, "15", "x")]), id="one argument more"),
    pytest.param(age.seal(b"x", [Words("c2FsdA", "15")]), id="a short salt"),
    pytest.param(age.seal(b"x", [Words(SALT, "15", body=16)]), id="a short body"),
    pytest.param(age.seal(b"x" * 9000, [Words(SALT, "15")]), id="too large"),
]


@pytest.mark.parametrize("file", [*ODD, pytest.param(passkey_file(), id="a passkey's")])
def test_words_protect_only_a_file_with_one_stanza_and_work_enough(file):
    people.populate()
    for place, kind in enumerate(("passphrase", "recovery")):
        made = people.ways(CHIDI)
        made[place] = NewWay(kind, file)
        with pytest.raises(Invalid), transaction(CHIDI) as tx:
            actions.deposit_key_set(tx, people.account_id(CHIDI), people.keyset(CHIDI).public.canonical, made)
    assert mine() == []
    assert names() == []


@pytest.mark.parametrize(
    "file",
    [
        *ODD,
        pytest.param(people.protected(CHIDI), id="a passphrase's"),
        pytest.param(passkey_file(kind="age-encryption.org/fido2prf2"), id="another type"),
        pytest.param(passkey_file(nonce=15), id="a short nonce"),
        pytest.param(passkey_file(body=16), id="a short key"),
        pytest.param(age.seal(b"x", [Prf(), Prf()]), id="two passkeys"),
        pytest.param(age.seal(b"x" * 9000, [Prf()]), id="too large a passkey's"),
    ],
)
def test_a_passkey_protects_only_a_file_with_its_own_stanza(file):
    people.populate(keys=True)
    before = names()
    with pytest.raises(Invalid):
        add(file=file)
    assert [way.kind for way in mine()] == ["passphrase", "recovery"]
    assert names() == before


def test_work_from_15_to_20_is_kept():
    for logn in (15, 20):
        ways.check_file("passphrase", asks(logn))
        ways.check_file("recovery", asks(logn))


@pytest.mark.parametrize(
    "made",
    [
        pytest.param([], id="none"),
        pytest.param(people.ways(CHIDI)[:1], id="one"),
        pytest.param(people.ways(CHIDI)[:1] * 2, id="two passphrases"),
        pytest.param([NewWay("passkey", passkey_file(), f"{n}", b"c%d" % n) for n in range(2)], id="passkeys only"),
        pytest.param(
            people.ways(CHIDI) + [NewWay("passkey", passkey_file(), f"{n}", b"c%d" % n) for n in range(6)],
            id="six passkeys",
        ),
        pytest.param([*people.ways(CHIDI), NewWay("passkey", passkey_file(), "", b"c")], id="a passkey without a name"),
        pytest.param([*people.ways(CHIDI), NewWay("passkey", passkey_file(), "a")], id="a passkey without credential"),
        pytest.param([*people.ways(CHIDI), NewWay("passkey", passkey_file(), "a", b"")], id="an empty credential"),
        pytest.param(
            [*people.ways(CHIDI), NewWay("passkey", passkey_file(), "a", b"x" * 1024)], id="too long a credential"
        ),
        pytest.param(
            [*people.ways(CHIDI), NewWay("passkey", passkey_file(), "a\u202eb", b"c")], id="a name that turns text"
        ),
        pytest.param([replace(people.ways(CHIDI)[0], label="mine"), people.ways(CHIDI)[1]], id="a passphrase's name"),
        pytest.param([replace(people.ways(CHIDI)[0], kind="letter"), people.ways(CHIDI)[1]], id="another kind"),
    ],
)
def test_a_key_set_does_not_begin_with_ways_that_are_not_enough_or_odd(made):
    people.populate()
    with pytest.raises(Invalid), transaction(CHIDI) as tx:
        actions.deposit_key_set(tx, people.account_id(CHIDI), people.keyset(CHIDI).public.canonical, made)
    assert mine() == []
    assert names() == []


def test_passkeys_are_added_up_to_five():
    people.populate(keys=True)
    before = names()
    added = [add() for _ in range(5)]
    with pytest.raises(Conflict, match="5 passkeys"):
        add()
    assert [way.id for way in mine() if way.kind == "passkey"] == added
    assert names()[len(before) :] == ["keyset.way_added"] * 5
    remove(added[0])
    add()
    assert names()[-2:] == ["keyset.way_removed", "keyset.way_added"]


def test_one_passkey_is_not_added_twice():
    people.populate(keys=True)
    add(credential=b"the same")
    with pytest.raises(Conflict, match="already"):
        add(credential=b"the same")
    assert len(mine()) == 3


@pytest.mark.parametrize("kind", ["passphrase", "recovery"])
def test_new_words_take_the_place_of_the_old(kind):
    people.populate(keys=True)
    words = {"passphrase": new_passphrase, "recovery": new_recovery}[kind]()
    add(kind, protect(people.keyset(CHIDI), words, ways.LEAST_LOGN))
    assert [way.kind for way in mine()] == ["passphrase", "recovery"]
    file = next(way.file for way in mine() if way.kind == kind)
    assert unprotect(file, words).public == people.keyset(CHIDI).public
    assert names()[-2:] == ["keyset.way_removed", "keyset.way_added"]
    assert len(mine(DORA)) == 2


def test_a_line_about_a_way_holds_identifiers_only():
    people.populate(keys=True)
    way = add()
    with Session(writes=False) as session:
        line = session.scalars(select(Entry).order_by(Entry.seq.desc()).limit(1)).one()
    assert line.event().data() == {"keyset": people.keyset(CHIDI).public.id, "kind": "passkey", "way": str(way)}
    assert "Laptop" not in line.line


def test_the_last_two_ways_stay():
    people.populate(keys=True)
    before = names()
    for way in mine():
        with pytest.raises(Conflict, match="At least two ways"):
            remove(way.id)
    assert len(mine()) == 2
    assert names() == before


def test_passkeys_are_never_the_only_copy():
    people.populate(keys=True)
    for _ in range(2):
        add()
    passphrase, recovery, *_passkeys = mine()
    remove(passphrase.id)
    with pytest.raises(Conflict, match="not a passkey"):
        remove(recovery.id)
    assert [way.kind for way in mine()] == ["recovery", "passkey", "passkey"]


@pytest.mark.parametrize(
    "odd",
    [
        pytest.param({"signer": DORA}, id="signed by somebody else"),
        pytest.param({"keyset": "0" * 64}, id="about another key set"),
        pytest.param({"file_sha256": "0" * 64}, id="about another file"),
        pytest.param({"kind": "recovery"}, id="another kind, with a name"),
        pytest.param({"label": ""}, id="a passkey without a name"),
        pytest.param({"label": "a\nb"}, id="a name of two lines"),
        pytest.param({"label": "x" * 61}, id="too long a name"),
        pytest.param({"credential": None}, id="no credential"),
    ],
)
def test_a_way_is_added_only_as_the_owner_of_the_key_signed(odd):
    people.populate(keys=True)
    before = names()
    with pytest.raises(Invalid):
        add(**odd)
    assert len(mine()) == 2
    assert names() == before


def test_a_way_is_removed_only_as_the_owner_of_the_key_signed():
    people.populate(keys=True)
    way, other = add(), add()
    before = names()
    for odd in ({"signer": DORA}, {"said": other}):
        with pytest.raises(Invalid):
            remove(way, **odd)
    with pytest.raises(NotFound):
        remove(uuid4())
    assert len(mine()) == 4
    assert names() == before


def test_what_was_signed_to_remove_adds_nothing():
    people.populate(keys=True)
    signed = people.keyset(CHIDI).sign_way(Removing(people.keyset(CHIDI).public.id, str(mine()[0].id)))
    with pytest.raises(FormatError):
        ways.verify_adding(signed, people.keyset(CHIDI).public)
    with pytest.raises(FormatError):
        ways.verify_removing(people.keyset(CHIDI).sign(dsse.WAY, b"{}"), people.keyset(CHIDI).public)


def test_nobody_changes_the_ways_of_somebody_else():
    people.populate(keys=True)
    before = names()
    with pytest.raises(NotFound):
        add(by=DORA, signer=CHIDI)
    with pytest.raises(NotFound):
        remove(mine()[0].id, by=DORA, signer=CHIDI)
    assert len(mine()) == 2
    assert names() == before


def test_the_number_of_words_tells_passphrase_and_recovery_code_apart():
    assert (kind_of(new_passphrase()), kind_of(new_recovery())) == ("passphrase", "recovery")
    assert kind_of("  Zoo zone\tzero-zebra - youth young yellow year yard WRONG ") == "recovery"
    assert kind_of("") == "passphrase"


def test_a_key_set_that_is_thrown_away_takes_its_ways_along():
    people.populate(keys=True)
    with Session() as session:
        session.delete(session.scalars(select(KeySet).where(KeySet.account_id == people.account_id(CHIDI))).one())
        session.commit()
        assert session.scalars(select(Way).join(KeySet, isouter=True).where(KeySet.id.is_(None))).all() == []
