"""Seal and open a large file: ours on one and two threads, `age` of the system, and the bare cipher, interleaved.

Prints ratios of best times; sealing on two threads must be at least 1.2 times as fast as `age`, and the peak memory of
either direction below 48 MiB, the interpreter with its libraries included.  Exits 1 where it falls short.

Everybody writes over files that are there already, in memory: getting fresh pages from a virtual machine's host takes
longer than sealing, and differs from run to run.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

WANTED = 1.2
CEILING = 48
SMALL = 64
LARGE = 1024


def child(direction: str, source: str, target: str, threads: int, secret: str) -> None:
    """One run in a process of its own, which prints its peak memory in KiB before and after."""
    from comity_seal.opening import age
    from comity_seal.opening.identities import HybridIdentity, HybridRecipient

    identity = HybridIdentity(bytes.fromhex(secret))
    recipients = [HybridRecipient(identity.recipient)]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.perf_counter()
    with Path(source).open("rb", buffering=0) as reading, Path(target).open("r+b", buffering=0) as writing:
        if direction == "seal":
            age.seal_file(reading, writing, recipients, threads=threads)  # type: ignore[arg-type]
        else:
            with Path(source).open("rb") as buffered:
                age.open_file(buffered, writing, [identity], threads=threads)  # type: ignore[arg-type]
    took = time.perf_counter() - start
    print(took, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, before)


def ours(direction: str, source: Path, target: Path, threads: int, secret: str) -> tuple[float, float]:
    """(seconds, MiB at the peak)."""
    command = [sys.executable, __file__, "--child", direction, str(source), str(target), str(threads), secret]
    answer = subprocess.run(command, capture_output=True, text=True, check=True)
    took, peak, _before = answer.stdout.split()
    return float(took), int(peak) / 1024


def timed(command: list[str], target: Path) -> float:
    """Seconds of a command that writes over a file."""
    with target.open("r+b", buffering=0) as writing:
        start = time.perf_counter()
        subprocess.run(command, check=True, stdout=writing)
        return time.perf_counter() - start


def bare(megabytes: int) -> float:
    """Seconds of the cipher alone, one thread, chunks of 64 KiB."""
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    cipher, plain, sealed = ChaCha20Poly1305(bytes(32)), bytes(65536), bytearray(65552)
    start = time.perf_counter()
    for number in range(megabytes * 16):
        cipher.encrypt_into(number.to_bytes(12, "big"), plain, None, sealed)
    return time.perf_counter() - start


def scratch(megabytes: int) -> Path:
    """A folder with room, in memory if there is some."""
    for place in (Path("/dev/shm"), Path(tempfile.gettempdir())):
        if place.is_dir() and shutil.disk_usage(place).free > megabytes * 5 * 2**20:
            return Path(tempfile.mkdtemp(prefix="comity-seal-", dir=place))
    sys.exit(f"No folder has {megabytes * 5} MiB free: make room, or give a smaller --size.")


def measure(megabytes: int, rounds: int, folder: Path) -> dict[str, float]:
    """Best seconds of each, over interleaved rounds, and the peak memory."""
    from comity_seal.opening.identities import HybridIdentity

    secret = HybridIdentity.generate().seed.hex()
    key = folder / "age.key"
    subprocess.run(["age-keygen", "-o", str(key)], check=True, capture_output=True)
    public = next(line.split()[-1] for line in key.read_text().splitlines() if "public key" in line)
    plain, by_age, by_us, back = (folder / name for name in ("plain", "plain.age", "plain.ours", "back"))
    with plain.open("wb") as out:
        for _ in range(megabytes):
            out.write(os.urandom(2**20))
    for target in (by_age, by_us, back):
        shutil.copyfile(plain, target)
    best: dict[str, float] = {}
    peak = 0.0

    def note(name: str, run: Callable[[], float]) -> None:
        best[name] = min(best.get(name, 1e9), run())

    for _ in range(rounds):
        note("age seal", lambda: timed(["age", "-r", public, str(plain)], by_age))
        note("age open", lambda: timed(["age", "-d", "-i", str(key), str(by_age)], back))
        for threads in (1, 2):
            took, seal_peak = ours("seal", plain, by_us, threads, secret)
            note(f"seal {threads}", lambda took=took: took)  # type: ignore[misc]
            took, open_peak = ours("open", by_us, back, threads, secret)
            note(f"open {threads}", lambda took=took: took)  # type: ignore[misc]
            peak = max(peak, seal_peak, open_peak)
        note("cipher", lambda: bare(megabytes))
    if plain.read_bytes() != back.read_bytes():
        sys.exit("What was opened is not what was sealed.")
    return best | {"peak": peak}


def main() -> None:
    if sys.argv[1:2] == ["--child"]:
        direction, source, target, threads, secret = sys.argv[2:]
        child(direction, source, target, int(threads), secret)
        return
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=LARGE, help="MiB (default: %(default)s)")
    parser.add_argument("--small", action="store_true", help=f"{SMALL} MiB, for every change; ratios are printed only")
    options = parser.parse_args()
    if shutil.which("age") is None:
        sys.exit("This figure compares with `age`: install it (Debian, Ubuntu: apt install age), and run it again.")
    size = SMALL if options.small else options.size
    folder = scratch(size)
    try:
        found = measure(size, 3, folder)
    finally:
        shutil.rmtree(folder)
    print(
        f"{size} MiB, best of 3, interleaved; seconds: "
        + ", ".join(f"{k} {v:.2f}" for k, v in found.items() if k != "peak")
    )
    print(
        f"opening against age: {found['age open'] / found['open 1']:.2f} on one thread, "
        f"{found['age open'] / found['open 2']:.2f} on two"
    )
    print(f"sealing against the bare cipher of one core: {found['cipher'] / found['seal 2']:.2f} on two threads")
    print(f"peak memory: {found['peak']:.1f} MiB (must be below {CEILING})")
    ratio = found["age seal"] / found["seal 2"]
    print(
        f"sealing against age: {found['age seal'] / found['seal 1']:.2f} on one thread, "
        f"{ratio:.2f} on two (must be {WANTED})"
    )
    short = found["peak"] >= CEILING or (not options.small and ratio < WANTED)
    sys.exit(1 if short else 0)


if __name__ == "__main__":
    main()
