"""Every test here has the cast, with keys."""

import pytest
from tests import people


@pytest.fixture(autouse=True)
def _people(database: object) -> None:
    people.populate(keys=True)
