"""Every rule of a chain has a chain that breaks it; it is refused by name, and counts as far as it was right."""

import pytest
from tests.seal.chain_cases_root import CASES, FOUNDINGS
from tests.seal.chains import THE_ROOT, Office, said

from comity_seal import errors
from comity_seal.authority import verify_chain


@pytest.mark.parametrize(("name", "error", "make"), CASES, ids=[one[0] for one in CASES])
def test_a_broken_chain_is_refused_by_name(name, error, make):
    office = Office()
    genesis = office.chain[0]
    chain = [genesis, *make(office)]
    with pytest.raises(errors.SealError) as caught:
        verify_chain(chain, THE_ROOT.public, "XA")
    assert type(caught.value).__name__ == error
    right = next(length for length in range(1, len(chain) + 1) if not verifies(chain[:length])) - 1
    assert right >= 1, "the genesis is right"
    assert said(tuple(chain[:right]), "XA").seq == right - 1


@pytest.mark.parametrize(("name", "error", "make"), FOUNDINGS, ids=[one[0] for one in FOUNDINGS])
def test_a_first_statement_that_is_not_the_pinned_root_s_is_refused_by_name(name, error, make):
    with pytest.raises(errors.SealError) as caught:
        verify_chain([make()], THE_ROOT.public, "XA")
    assert type(caught.value).__name__ == error


def verifies(chain: list[bytes]) -> bool:
    try:
        verify_chain(chain, THE_ROOT.public, "XA")
    except errors.SealError:
        return False
    return True


def test_every_case_has_its_own_name():
    names = [name for name, _error, _make in [*CASES, *FOUNDINGS]]
    assert len(set(names)) == len(names)
