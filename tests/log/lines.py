"""A journal to seal: lines that Amina leaves, and the job that seals them."""

from comity.core import database, journal
from comity.core.clock import now
from comity.core.refusals import AccessRefused
from comity_workers import work


def write(count: int, *, actor: str = "amina") -> int:
    """Leave so many lines more; gives the number of the last."""
    with database.Session() as session, session.begin():
        for n in range(count):
            event = AccessRefused(action="rfa.read", kind="rfa", row=str(n))
            last = journal.append(session, at=now(), actor=actor, cause=None, subject=None, event=event)
    return last


def seal() -> str | None:
    """Run the job as a worker does; gives its error."""
    from comity.core.relaying import JobRun

    assert work.run("seal_journal")
    with database.Session(writes=False) as session:
        return session.get_one(JobRun, "seal_journal").error
