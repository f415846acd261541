"""What each worker process needs once before its first task: the domains, the policies and a database."""

from __future__ import annotations

import os
import threading

from comity.core import access, database
from comity.core.loading import load_domains
from comity.core.settings import settings

stopping = threading.Event()
"""Set when the process has been asked to stop."""

_lock = threading.Lock()
_ready_in: int | None = None


def make_ready() -> None:
    """Load everything, once in each process (a forked one has its own connections)."""
    global _ready_in
    with _lock:
        if _ready_in == os.getpid():
            return
        load_domains()
        access.load()
        database.configure(settings().database.url)
        _ready_in = os.getpid()
