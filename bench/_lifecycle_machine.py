"""The state machine of `bench/lifecycle`: what sixteen people try in the same moment is drawn by Hypothesis."""

from concurrent.futures import ThreadPoolExecutor
from random import Random
from threading import Barrier

from _lifecycle import Work, judged, step
from hypothesis import HealthCheck, Phase, settings
from hypothesis import seed as seeded
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

MOMENTS = 40
"""How many such moments there are in one walk at most, before it begins anew with other requests."""


class Found(Exception):
    """What the model does not allow; the walk ends there."""


def machine(threads, works):
    """A machine whose every step is taken by so many threads at once; the work of each walk goes to `works`."""
    people = ThreadPoolExecutor(threads)

    class Together(RuleBasedStateMachine):
        """Requests that several people work on at once: after each moment they are what the model says."""

        def __init__(self):
            super().__init__()
            self.work = Work()
            works.append(self.work)

        @rule(chances=st.lists(st.integers(0, 2**32), min_size=threads, max_size=threads))
        def at_once(self, chances):
            together = Barrier(threads)

            def attempt(chance):
                together.wait()
                step(self.work, Random(chance))

            list(people.map(attempt, chances))

        @invariant()
        def as_the_model_has_it(self):
            lost, doubled, impossible, _lines = judged(self.work)
            if lost or doubled or impossible or self.work.broken:
                raise Found

    return Together


def walk(threads, steps):
    """Walk until so many steps have been tried.  Gives the work of every walk; the last may have found something."""
    works = []
    while (left := steps - sum(work.tried for work in works)) > 0:
        drawn = settings(
            max_examples=1,
            stateful_step_count=min(MOMENTS, -(-left // threads)),
            phases=[Phase.generate],
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
            print_blob=False,
        )
        try:
            run_state_machine_as_test(seeded(len(works))(machine(threads, works)), settings=drawn)
        except Found:
            break
    return works
