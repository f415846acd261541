"""The printed bundle: its code is the same for both parties, names a line of the record, and no other passes for it."""

import re

import pytest
from tests.exchange import sealed
from tests.people import AMINA, CHIDI, DORA, EMRE, FAYE, GRACE
from tests.visits import visitor

from comity.assistance import actions
from comity.assistance.model import RequestForAssistance
from comity.core.errors import Invalid
from comity.core.transaction import transaction
from comity.receipts import printing


def code_of(actor, rfa):
    with transaction(actor, writes=False) as tx:
        return printing.code(printing.latest(tx, tx.read(RequestForAssistance, rfa.id)))


def checked(actor, rfa, code):
    with transaction(actor, writes=False) as tx:
        return printing.check(tx, tx.read(RequestForAssistance, rfa.id), code)


def text(answer):
    return re.sub(r"\s+", " ", answer.get_data(as_text=True))


def test_both_parties_have_the_same_code_and_it_changes_with_the_record():
    rfa = sealed.transmitted()
    first = code_of(AMINA, rfa)
    assert re.fullmatch(r"\d+(-[A-Z2-7]{4}){4}", first)
    assert code_of(CHIDI, rfa) == first
    with transaction(CHIDI) as tx:
        actions.acknowledge(tx, rfa.id, sealed.acknowledgement(CHIDI, rfa))
    assert code_of(CHIDI, rfa) == code_of(AMINA, rfa) != first
    assert checked(CHIDI, rfa, first).kind == "made_available"  # the older paper is right for its time


def test_a_code_is_taken_as_people_type_it():
    rfa = sealed.transmitted()
    code = code_of(AMINA, rfa)
    assert checked(CHIDI, rfa, f"  {code.lower().replace('-', ' ')} ") is not None


def test_another_code_or_that_of_another_request_is_not_taken():
    rfa, other = sealed.transmitted(), sealed.transmitted()
    code = code_of(AMINA, rfa)
    assert checked(AMINA, other, code) is None
    changed = code[:-1] + ("A" if code[-1] != "A" else "B")
    assert checked(AMINA, rfa, changed) is None
    assert checked(AMINA, rfa, "1" + code) is None


@pytest.mark.parametrize("typed", ["abc", "12-ABCD", "0-AAAA-AAAA-AAAA-AAAA", "1-AAAA-AAAA-AAAA-AAA1", "9" * 40])
def test_what_is_no_code_is_said(typed):
    rfa = sealed.transmitted()
    with pytest.raises(Invalid, match="as it is printed"):
        checked(AMINA, rfa, typed)


def test_the_page_prints_the_cover_the_documents_and_the_code_and_the_other_checks_it(app):
    rfa = sealed.transmitted()
    seen = text(visitor(app, CHIDI).get(f"/requests/{rfa.id}/bundle"))
    code = code_of(CHIDI, rfa)
    assert code in seen
    with transaction(AMINA, writes=False) as tx:
        (paper, *_more) = printing.papers(tx, tx.read(RequestForAssistance, rfa.id), 10**9)
    assert paper.version.envelope_sha256 in seen
    amina = visitor(app, AMINA)
    found = text(amina.get(f"/requests/{rfa.id}/bundle/check?code={code}"))
    assert "The record has this line" in found
    assert paper.version.envelope_sha256 in found
    wrong = text(amina.get(f"/requests/{rfa.id}/bundle/check?code=7-AAAA-AAAA-AAAA-AAAA"))
    assert "The record has no such line" in wrong
    assert paper.version.envelope_sha256 not in wrong
    assert amina.get(f"/requests/{rfa.id}/bundle/check?code=7").status_code == 422


def test_a_draft_has_no_code(app):
    rfa = sealed.written()
    assert "has no verification code" in text(visitor(app, AMINA).get(f"/requests/{rfa.id}/bundle"))


@pytest.mark.parametrize("who", [DORA, GRACE, EMRE, FAYE], ids=["other State", "registry", "auditor", "administrator"])
def test_nobody_else_prints_or_checks_it(app, who):
    rfa = sealed.transmitted()
    code = code_of(AMINA, rfa)
    assert visitor(app, who).get(f"/requests/{rfa.id}/bundle").status_code == 404
    assert visitor(app, who).get(f"/requests/{rfa.id}/bundle/check?code={code}").status_code == 404
