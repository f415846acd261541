"""Journeys share, within one file, a running instance."""

from collections.abc import Iterator

import pytest
from tests.journeys.instance import Instance, instance

from comity_seal.log.signer import NoteKey


@pytest.fixture(scope="module")
def running(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """What the file's own `world` makes; else the cast with keys, and nothing that happened yet."""
    own = [request.module.world] if hasattr(request.module, "world") else []
    with instance(tmp_path_factory.mktemp("instance"), *own) as found:
        yield found


@pytest.fixture
def key(running: Instance) -> NoteKey:
    """The key that signs the log, which the platform has."""
    return NoteKey.from_text((running.folder / "data" / "log-key").read_text())
