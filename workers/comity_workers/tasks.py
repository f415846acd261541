"""The three tasks: read on in the journal, deliver what is queued, run a job.  None takes or returns any content."""

from __future__ import annotations

from comity_workers import delivery, process, work
from comity_workers.queue import app
from comity_workers.relay import relay as read_on


@app.task(name="comity.relay")  # type: ignore[untyped-decorator]
def relay() -> None:
    process.make_ready()
    read_on()


@app.task(name="comity.deliver")  # type: ignore[untyped-decorator]
def deliver() -> None:
    process.make_ready()
    delivery.deliver()


@app.task(name="comity.job")  # type: ignore[untyped-decorator]
def job(name: str) -> None:
    process.make_ready()
    work.run(name)
