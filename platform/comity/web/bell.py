"""The bell: after a commit that left a line, one message without content wakes the relay.

It is rung by a thread of its own, so that a broker that is away or silent never delays an answer.  A ring that is lost
costs two seconds at most: beat rings as well, and the line is in the journal.
"""

from __future__ import annotations

import logging
import os
import threading
import time

from celery import Celery

from comity.core import transaction
from comity.core.relaying import broker_url
from comity.core.settings import Settings

log = logging.getLogger("comity.bell")

QUIET = 2.0
"""Seconds without ringing after a failure."""


class Bell:
    """Rings for everyone in this process; several rings at once are one."""

    def __init__(self, url: str) -> None:
        self._app = Celery("comity-bell", broker=url, set_as_current=False)
        self._app.conf.update(
            broker_transport_options={"max_retries": 0, "socket_timeout": 0.3, "socket_connect_timeout": 0.3},
            broker_connection_timeout=0.3,
            task_serializer="json",
            task_ignore_result=True,
        )
        self._rung = threading.Event()
        self._lock = threading.Lock()
        self._ringer: threading.Thread | None = None
        self._pid = 0
        self.failures = 0

    def ring(self) -> None:
        """Ask for a ring and return at once; never raises."""
        if self._ringer is None or self._pid != os.getpid() or not self._ringer.is_alive():
            self._start()
        self._rung.set()

    def _start(self) -> None:
        """A forked process has no thread of its parent: it starts its own at its first ring."""
        if self._pid not in (0, os.getpid()):
            self._lock, self._rung = threading.Lock(), threading.Event()
        with self._lock:
            if self._pid == os.getpid() and self._ringer is not None and self._ringer.is_alive():
                return
            self._pid = os.getpid()
            self._ringer = threading.Thread(target=self._keep_ringing, name="bell", daemon=True)
            self._ringer.start()

    def _keep_ringing(self) -> None:
        while True:
            self._rung.wait()
            self._rung.clear()
            if not self._send():
                time.sleep(QUIET)

    def _send(self) -> bool:
        try:
            self._app.send_task("comity.relay", queue="relay", retry=False, ignore_result=True, expires=10)
        except Exception as error:  # whatever the broker does, the line is already committed
            self.failures += 1
            log.warning("The broker was not reached (%s): the relay wakes by itself.", type(error).__name__)
            return False
        return True


def install(settings: Settings) -> Bell:
    """Ring after every commit of this process that leaves a line."""
    bell = Bell(broker_url(settings))
    transaction.set_bell(bell.ring)
    return bell
