"""Published vectors: age files, DSSE, canonical JSON; each is met, or refused in the way it should be."""

import pytest
from tests.vectors.checks import CHECKS, check, families

FAMILIES = families()
VECTORS = [vector for vectors in FAMILIES.values() for vector in vectors]


def test_all_143_of_the_age_test_kit_are_here():
    assert len(FAMILIES["age"]) == 143
    assert {"age", "dsse", "rfc8785"} <= set(FAMILIES)


def test_every_vector_names_a_check_that_exists():
    assert {vector.check for vector in VECTORS} <= set(CHECKS)


@pytest.mark.parametrize("vector", VECTORS, ids=str)
def test_a_vector_is_met(vector):
    assert check(vector) == ""
