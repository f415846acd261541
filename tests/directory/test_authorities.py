"""The directory of authorities: everybody who signs in reads it, nobody changes it through a page."""

import pytest
from tests import people
from tests.people import DORA, FAYE
from tests.visits import Program

from comity.core.actors import SYSTEM
from comity.core.errors import Denied
from comity.core.transaction import transaction
from comity.directory import actions, queries
from comity.directory.model import Authority
from comity_seal.authority import verify_chain


def new() -> Authority:
    names = {"name_en": "Quentia", "name_fr": "Quentie"}
    return Authority(code="QA", of="state", organ=None, **names, time_zone="UTC", calendar="XA")


@pytest.fixture
def cast(database, policies):
    people.populate()


def test_an_authority_has_its_official_name_in_both_languages(cast):
    with transaction(DORA, writes=False) as tx:
        found = queries.authority(tx, "ZC")
    assert (found.name("en"), found.name("fr")) == ("Zephyria", "Zéphyrie")


def test_the_system_enters_authorities_and_nobody_else_does(cast):
    with pytest.raises(Denied), transaction(FAYE) as tx:
        actions.register(tx, new())
    with transaction(DORA, writes=False) as tx:
        assert queries.authority(tx, "QA") is None
    with transaction(SYSTEM) as tx:
        actions.register(tx, new())
    with transaction(DORA, writes=False) as tx:
        assert [one.code for one in queries.authorities(tx)] == ["OTP", "QA", "REG", "XA", "YB", "ZC"]


def test_a_program_reads_every_authority_and_can_verify_what_is_said_of_it(app):
    people.populate(keys=True)
    dora = Program(app, DORA)
    items = dora.api("GET", "/authorities").json["items"]
    assert items[0] == {
        "code": "OTP",
        "kind": "court",
        "organ": "otp",
        "standing": None,
        "service": None,
        "names": {"en": "Office of the Prosecutor", "fr": "Bureau du Procureur"},
    }
    from base64 import b64decode

    for item in items:
        said = dora.api("GET", f"/authorities/{item['code']}/chain").json
        chain = [b64decode(statement) for statement in said["chain"]]
        assert verify_chain(chain, people.root().public, item["code"]).kind == item["kind"]
    assert dora.api("GET", "/authorities/QQ/chain").status_code == 404
