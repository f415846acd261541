"""Published vectors, by the browser's code."""

import pytest
from tests.vectors.checks import families

FAMILIES = families()


@pytest.mark.parametrize("family", FAMILIES)
def test_the_browser_meets_every_vector(page, family):
    found = page.evaluate("(name) => harness.vectors(name)", f"{family}.json")
    unchecked = {vector.check for vector, said in zip(FAMILIES[family], found, strict=True) if said is None}
    assert unchecked <= {"recovery"}, "recovery is for the command alone"
    wrong = {str(vector): said for vector, said in zip(FAMILIES[family], found, strict=True) if said}
    assert wrong == {}
