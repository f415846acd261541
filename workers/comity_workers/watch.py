"""Stands between the supervisor and one child: when the supervisor's pipe closes, the child and all it started end.

Run as a file with `python -I watch.py PIPE GRACE COMMAND…`; it imports nothing of ours, so it is small and quick.  Even
a `kill -9` of the supervisor closes the pipe; after a `kill -9` of this process the kernel ends the child (Linux).
"""

import ctypes
import os
import select
import signal
import subprocess
import sys
import time
from contextlib import suppress

PR_SET_PDEATHSIG = 1


def main(pipe: int, grace: float, command: list[str]) -> int:
    """Run the command until it ends, or until the pipe closes or a signal asks; returns its exit status."""
    wakes, wake = os.pipe()
    for end in (wakes, wake):
        os.set_blocking(end, False)
    signal.set_wakeup_fd(wake)
    asked = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: asked.append(True))
    signal.signal(signal.SIGCHLD, lambda *_: None)
    child = subprocess.Popen(command, process_group=0, preexec_fn=_end_with_parent)  # noqa: S603
    while child.poll() is None and not asked:
        ready, _, _ = select.select([pipe, wakes], [], [], 60)
        if pipe in ready:
            asked.append(True)
        if wakes in ready:
            with suppress(BlockingIOError):
                os.read(wakes, 512)
    if child.poll() is None:
        _end(child, wakes, grace)
    with suppress(ProcessLookupError, PermissionError):  # what it started and did not take with it
        os.killpg(child.pid, signal.SIGKILL)
    return child.wait()


def _end(child: "subprocess.Popen[bytes]", wakes: int, grace: float) -> None:
    """Ask it to end, and after the grace make it."""
    child.terminate()
    until = time.monotonic() + grace
    while child.poll() is None and time.monotonic() < until:
        select.select([wakes], [], [], min(0.05, grace))
    if child.poll() is None:
        child.kill()


def _end_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


if __name__ == "__main__":
    status = main(int(sys.argv[1]), float(sys.argv[2]), sys.argv[3:])
    sys.exit(status if status >= 0 else 128 - status)
