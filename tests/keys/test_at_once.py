"""Two people who press at the same moment: one statement comes of it, and one administrator stays."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from tests.keys.offices import CYRUS, Office, count, names, settle
from tests.people import CHIDI, CHINUA

from comity.keys.model import ChainWrap, Statement


@pytest.fixture
def office(app):
    settle()
    return Office(app)


def both(*calls):
    """What each is answered, all begun at the same moment."""
    together = Barrier(len(calls))

    def one(call):
        together.wait(timeout=30)
        return call()

    with ThreadPoolExecutor(len(calls)) as threads:
        return [(answer.status_code, (answer.json or {}).get("type")) for answer in threads.map(one, calls)]


@pytest.mark.parametrize("turn", range(3))
def test_of_two_new_keys_at_once_exactly_one_becomes_the_authority_s(office, turn):
    made = {actor: office.rotate(actor) for actor in (CHIDI, CHINUA)}
    for actor in made:
        office.program(actor)
    statements = count(Statement)
    answers = both(*(lambda by=by: office.post(by, *made[by][:2]) for by in made))
    assert sorted(answers, key=str) == [(201, None), (409, "/problems/chain-moved")]
    winner = list(made)[[status for status, _problem in answers].index(201)]
    assert office.said.epoch.recipient == made[winner][2].recipient
    assert (count(Statement), count(ChainWrap), names().count("epoch.rotated")) == (statements + 1, 1, 1)


def test_a_confirmation_and_a_new_key_at_once_are_one_after_the_other_or_one_of_them(office):
    link, wraps = office.add(CYRUS)
    proposal = office.propose(CHIDI, link, wraps)
    rotation = office.rotate(CHINUA)
    office.program(CYRUS), office.program(CHINUA)
    answers = both(lambda: office.confirm(CYRUS, proposal, link), lambda: office.post(CHINUA, *rotation[:2]))
    assert sorted(status for status, _problem in answers)[1] == 409
    assert ("member.added" in names()) != ("epoch.rotated" in names())
    assert office.said.seq == 1


def test_of_two_last_administrators_who_leave_at_once_one_stays(office):
    for actor in (CHIDI, CHINUA):
        office.program(actor)
    answers = both(*(lambda by=by: office.program(by).api("POST", "/keys/mine/leaving") for by in (CHIDI, CHINUA)))
    assert sorted(answers, key=str) == [(204, None), (409, "/problems/refused")]
    assert names().count("member.leaving") == 1
