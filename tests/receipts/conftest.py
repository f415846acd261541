"""Each test has the cast with their keys, and the web application."""

import pytest
from tests import people


@pytest.fixture(autouse=True)
def _town(app):
    people.populate(keys=True)
