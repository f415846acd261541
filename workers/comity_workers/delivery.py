"""Delivers queued messages: claim, send outside any transaction, record the outcome."""

from __future__ import annotations

import logging
from uuid import UUID, uuid4

from comity.core.actors import SYSTEM
from comity.core.transaction import transaction
from comity.notifications import delivering
from comity_workers import process
from comity_workers.transports import NotSent, transport

log = logging.getLogger("comity.deliver")


def deliver() -> int:
    """Send what is due; returns how many messages a transport took over."""
    holder, taken_over = str(uuid4()), 0
    while not process.stopping.is_set():
        with transaction(SYSTEM) as tx:
            claimed = delivering.claim(tx, holder)
        if not claimed:
            break
        for delivery in claimed:
            if process.stopping.is_set():
                break
            taken_over += _send(delivery, holder)
    return taken_over


def _send(delivery: UUID, holder: str) -> bool:
    with transaction(SYSTEM) as tx:
        ready = delivering.prepare(tx, delivery, holder)
    if ready is None:
        return False
    try:
        transport(ready.transport).send(ready.note)
    except NotSent as refusal:
        log.warning("Message %s was not sent by %s: %s", delivery, ready.transport, refusal)
        with transaction(SYSTEM) as tx:
            delivering.not_sent(tx, delivery, holder, refusal.reason, for_good=refusal.for_good)
        return False
    with transaction(SYSTEM) as tx:
        delivering.sent(tx, delivery, holder)
    return True
