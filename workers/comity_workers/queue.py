"""The Celery application.  Messages carry nothing but a wake-up; there is no result and no pickle."""

from __future__ import annotations

from celery import Celery
from celery.signals import worker_shutting_down
from kombu.entity import Exchange, Queue

from comity.core.relaying import broker_url
from comity.core.settings import settings
from comity_workers import process, timetable

QUEUES = ("relay", "jobs", "deliver")
"""Each with an exchange and a key of its own: with the default ones every message would go to all three."""

app = Celery("comity", include=["comity_workers.tasks"])
app.conf.update(
    broker_url=broker_url(settings()),
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    broker_transport_options={
        # A task that a killed worker held comes back after 5 s, not after an hour.
        "visibility_timeout": 5,
        "unacked_restore_interval": 1,
        "unacked_restore_throttle": 1,
    },
    task_queues=[Queue(name, Exchange(name), routing_key=name) for name in QUEUES],  # type: ignore[no-untyped-call]
    task_default_queue="jobs",
    task_routes={
        "comity.relay": {"queue": "relay"},
        "comity.job": {"queue": "jobs"},
        "comity.deliver": {"queue": "deliver"},
    },
    task_serializer="json",
    accept_content=["json"],
    result_backend=None,
    task_ignore_result=True,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    worker_hijack_root_logger=False,
    worker_enable_remote_control=False,
    worker_send_task_events=False,
    enable_utc=True,
    beat_max_loop_interval=1,
    beat_schedule=timetable.schedule(),
)


@worker_shutting_down.connect  # type: ignore[untyped-decorator]
def _stop(**_more: object) -> None:
    """Let running tasks end between two lines instead of being waited for."""
    process.stopping.set()
