"""A child of the embedded form ends with its supervisor, however that ends, and takes along what it started."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import psutil
import pytest

from comity_workers.children import PAUSES, Child

FAMILY = textwrap.dedent("""
    import os, signal, subprocess, sys, time
    grandchild = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    if "stubborn" in sys.argv:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    open(sys.argv[1], "w").write(f"{os.getpid()} {grandchild.pid}")
    os.rename(sys.argv[1], sys.argv[1] + ".ready")
    time.sleep(600)
""")
"""A child with a child of its own, which it does not take along when it ends."""


@pytest.fixture
def pipe():
    ends = os.pipe()
    yield ends
    for end in ends:
        try:
            os.close(end)
        except OSError:
            continue


def start(tmp_path: Path, pipe: tuple[int, int], *more: str, grace: float = 1.0) -> tuple[Child, list[int]]:
    note = tmp_path / "pids"
    child = Child("family", [sys.executable, "-c", FAMILY, str(note), *more], grace)
    child.start(pipe[0], os.environ, tmp_path / "family.log")
    ready = tmp_path / "pids.ready"
    assert eventually(ready.exists, 10)
    return child, [int(pid) for pid in ready.read_text().split()]


def eventually(condition, within: float = 15.0) -> bool:
    until = time.monotonic() + within
    while not condition():
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


def gone(*pids: int) -> bool:
    return not any(map(runs, pids))


def runs(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_when_the_pipe_closes_child_and_grandchild_end(tmp_path, pipe):
    child, pids = start(tmp_path, pipe)
    os.close(pipe[1])
    assert eventually(lambda: gone(*pids))
    child.process.wait(3)


def test_a_child_that_ignores_the_signal_is_made_to_end_after_its_grace(tmp_path, pipe):
    child, pids = start(tmp_path, pipe, "stubborn", grace=0.5)
    began = time.monotonic()
    child.stop()
    assert gone(*pids)
    assert 0.4 < time.monotonic() - began < 1.5


def test_stopping_takes_the_grandchild_along(tmp_path, pipe):
    child, pids = start(tmp_path, pipe)
    child.stop()
    assert eventually(lambda: gone(*pids))


def test_a_child_that_is_killed_takes_the_grandchild_along_and_is_noticed(tmp_path, pipe):
    child, pids = start(tmp_path, pipe)
    os.kill(pids[0], signal.SIGKILL)
    assert eventually(child.died)
    assert eventually(lambda: gone(*pids))
    assert (child.deaths, child.process) == (1, None)


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel ends it on Linux only")
def test_when_the_watcher_is_killed_the_kernel_ends_the_child(tmp_path, pipe):
    child, pids = start(tmp_path, pipe)
    child.process.kill()
    assert eventually(lambda: gone(pids[0]))
    child.process.wait(3)
    os.kill(pids[1], signal.SIGKILL)


def test_a_supervisor_that_is_killed_leaves_no_orphan(tmp_path):
    script = textwrap.dedent(f"""
        import os, sys, time
        sys.path[:0] = {[str(Path(__file__).parents[2] / folder) for folder in ("platform", "workers")]!r}
        from pathlib import Path
        from comity_workers.children import Child
        pipe, held = os.pipe()
        for name in ("first", "second"):
            note = Path({str(tmp_path)!r}) / name
            child = Child(name, [sys.executable, "-c", {FAMILY!r}, str(note)], 1.0)
            child.start(pipe, os.environ, note.with_suffix(".log"))
        time.sleep(600)
    """)
    supervisor = subprocess.Popen([sys.executable, "-c", script])
    notes = [tmp_path / "first.ready", tmp_path / "second.ready"]
    assert eventually(lambda: all(note.exists() for note in notes), 10)
    pids = [int(pid) for note in notes for pid in note.read_text().split()]
    supervisor.kill()
    supervisor.wait()
    assert eventually(lambda: gone(*pids))


def test_the_pause_before_a_restart_grows_with_every_death_in_a_row(tmp_path, pipe):
    child = Child("brief", [sys.executable, "-c", ""], 1.0)
    pauses = []
    for _ in range(len(PAUSES) + 1):
        child.start(pipe[0], os.environ, tmp_path / "brief.log")
        child.process.wait(10)
        assert child.died()
        pauses.append(round(child.due - time.monotonic(), 1))
    assert pauses == [*PAUSES, PAUSES[-1]]


def test_what_a_child_says_is_in_its_log(tmp_path, pipe):
    child = Child("talker", [sys.executable, "-c", "print('here I am')"], 1.0)
    child.start(pipe[0], os.environ, tmp_path / "talker.log")
    child.process.wait(10)
    assert (tmp_path / "talker.log").read_text() == "here I am\n"
