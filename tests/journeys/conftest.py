"""Journeys share, within one file, a running instance."""

from collections.abc import Iterator

import pytest
from tests.journeys.instance import Instance, instance


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """The cast with keys, and nothing that happened yet."""
    with instance(tmp_path_factory.mktemp("instance")) as found:
        yield found
