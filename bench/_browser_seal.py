""":'
here=$(cd "$(dirname "$0")" && pwd); exec "$here/../dev" python "$here/$(basename "$0")" "$@"
"""

"""Seal and open a large file in a browser, against the same with AES-256-GCM.

A page in Chromium holds a Blob; the product's page script and key worker seal it, hash it and upload it in parts of
8 MiB to this machine, under the platform's content policy.  In turns, in the same run, the same worker does the same,
with one module exchanged: WebCrypto's AES-256-GCM instead of ChaCha20-Poly1305.  The figure is the ratio of the best
times, which must be at least 0.8 where the browser has its own ChaCha20-Poly1305.

A Blob of 1 GiB is then sealed and opened while the resident memory (VmRSS) of all renderer processes is watched: its
peak must stay within 300 MB of what it was with the keys unlocked and the Blob there.  What was sealed is opened in
Python and compared; progress must rise to the end; a transfer that is cancelled in the middle must leave no upload
open.  `--small` for 32 MiB.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path[:0] = [str(ROOT), str(ROOT / "platform"), str(HERE)]

from _receiver import PASSPHRASE, Desk, Receiver, receiving
from tests.browser.serving import BROWSER, bundle
from tests.browsing import ARGUMENTS, NAMES
from tests.seal.test_documents import OTP, THREAD, opener
from tests.seal.test_documents import ROOT as TRUST

from comity.web.bundles import with_root
from comity_seal.encoding import unb64
from comity_seal.opening.opening import Expected, open_document

RATIO = 0.8
MORE = 6
"""Rounds that may be added while the figure falls short: what else the machine does only ever slows a round."""
CEILING = 300
MEGABYTE = 10**6
WITHOUT = b"""{const real = SubtleCrypto.prototype.importKey;
SubtleCrypto.prototype.importKey = function (format, ...rest) {
return format === 'raw-secret' ? Promise.reject(new Error('not here')) : real.call(this, format, ...rest); };}
"""
PAGE = """<!doctype html><html lang="en"><head><title>figure</title><meta name="csrf-token" content="t">
<meta name="comity-bundles" content='{"keys.js":"/%s.js"}'><script src="/page.js" defer></script></head>
<body data-account-id="%s"></body></html>"""


def scripts(receiver: Receiver, work: Path) -> None:
    """Serve the page three times: with the product's cipher, with AES-GCM, and with ChaCha20-Poly1305 in JavaScript."""
    product, exchanged = work / "product", work / "exchanged"
    for folder in (product, exchanged):
        shutil.copytree(BROWSER / "src", folder / "src")
        (folder / "node_modules").symlink_to(BROWSER / "node_modules")
    shutil.copyfile(HERE / "_aesgcm.ts", exchanged / "src" / "seal" / "cipher.ts")
    built = {}
    for name, source in {
        "page": HERE / "_browser_page.ts",
        "hash": product / "src" / "hash.worker.ts",
        "chacha": product / "src" / "keys.worker.ts",
        "gcm": exchanged / "src" / "keys.worker.ts",
    }.items():
        bundle(source, work / f"{name}.js")
        built[name] = (work / f"{name}.js").read_bytes()
    built["script"] = WITHOUT + built["chacha"]
    for name, script in built.items():
        worker = name not in ("page", "hash")
        served = with_root(script, TRUST.public.id, "/hash.js") if worker else script
        receiver.served[f"/{name}.js"] = ("text/javascript", served)
        if worker:
            receiver.served[f"/{name}"] = ("text/html", (PAGE % (name, OTP.user)).encode())


class Window:
    """A browser of its own with one page, unlocked, which holds the chosen file."""

    def __init__(self, receiver: Receiver, name: str, profile: Path) -> None:
        self.name, self._desk = name, Desk()
        receiver.desks[name] = self._desk
        path = next(filter(None, map(shutil.which, (os.environ.get("COMITY_CHROMIUM", ""), *NAMES))))
        command = [path, "--headless=new", f"--user-data-dir={profile}", *ARGUMENTS, f"{receiver.address}/{name}"]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.native = self._desk.ask("native")
        self._desk.ask("begin", PASSPHRASE)

    def seal(self, **more: float) -> dict:
        made = {"request": THREAD, "ref": "OTP/XA/2026/007", "purpose": "annex", "readers": ["OTP", "XA"], **more}
        return self._desk.ask("seal", made)

    def open(self, doc: str) -> dict:
        return self._desk.ask("open", doc, THREAD)

    def renderers(self) -> list[int]:
        """The processes of this browser that run pages and workers; a helper forks them."""
        return [
            pid
            for pid in descendants(self.process.pid)
            if b"--type=renderer" in Path(f"/proc/{pid}/cmdline").read_bytes()
        ]


def descendants(pid: int) -> list[int]:
    """Every process below this one."""
    found = []
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, path.read_text().split()):
            found += [child, *descendants(child)]
    return found


@contextmanager
def window(receiver: Receiver, name: str) -> Iterator[Window]:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        opened = Window(receiver, name, Path(profile))
        try:
            yield opened
        finally:
            opened.process.terminate()
            opened.process.wait()


class Parts:
    """The payload of a document as one file."""

    def __init__(self, receiver: Receiver, upload: str) -> None:
        self._pieces = (receiver.part(upload, n).read_bytes() for n in range(1 << 20))
        self._rest = memoryview(b"")

    def readinto(self, buffer: memoryview) -> int:
        if not self._rest:
            try:
                self._rest = memoryview(next(self._pieces))
            except (StopIteration, FileNotFoundError):
                return 0
        count = min(len(buffer), len(self._rest))
        buffer[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count


def same_in_python(receiver: Receiver, doc: str, wanted: str) -> bool:
    """Whether the Python library opens it, every check included, to the content that was chosen."""
    held = receiver.documents[doc]
    pieces = [unb64(held[name]) for name in ("envelope", "header", "manifest_age")]
    opened = opener(OTP).open(*pieces, Expected(doc, THREAD, "annex", 1))
    found = sha256()
    open_document(opened, Parts(receiver, held["upload"]), found.update)  # type: ignore[arg-type]
    return found.hexdigest() == wanted


def done_with(receiver: Receiver, doc: str) -> None:
    receiver.forget(receiver.documents.pop(doc)["upload"])


def resident(pids: list[int]) -> int:
    """Bytes of VmRSS of these processes."""
    found = 0
    for pid in pids:
        try:
            status = Path(f"/proc/{pid}/status").read_text()
        except OSError:
            continue
        found += sum(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmRSS"))
    return found


@dataclass
class Watch:
    """The peak of the renderers' memory while something runs, over what it was before."""

    window: Window
    peak: int = 0
    before: int = 0
    _stop: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> "Watch":
        pids = self.window.renderers()
        self.before = resident(pids)
        self._thread = threading.Thread(target=self._look, args=(pids,), daemon=True)
        self._thread.start()
        return self

    def _look(self, pids: list[int]) -> None:
        while not self._stop.wait(0.02):
            self.peak = max(self.peak, resident(pids))

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    @property
    def growth(self) -> float:
        """MB."""
        return max(0, self.peak - self.before) / MEGABYTE


def choose(receiver: Receiver, mebibytes: int) -> str:
    """Give the pages a file of random bytes to fetch; its hash."""
    digest = sha256()
    with receiver.chosen.open("wb") as out:
        for _ in range(mebibytes):
            block = os.urandom(1 << 20)
            digest.update(block)
            out.write(block)
    return digest.hexdigest()


def throughput(receiver: Receiver, digest: str, rounds: int) -> dict[str, float]:
    """Best seconds of sealing and opening with each cipher, in turns."""
    best: dict[str, float] = {}

    def one(page: Window) -> None:
        made = page.seal()
        if made["failed"]:
            raise SystemExit(f"Sealing with {page.name} failed: {made['failed']}")
        for what, seconds in (("seal", made["seconds"]), ("open", page.open(made["doc"])["seconds"])):
            best[f"{what} {page.name}"] = min(best.get(f"{what} {page.name}", 1e9), seconds)
        if page.name != "gcm" and not same_in_python(receiver, made["doc"], digest):
            raise SystemExit("What the browser sealed is not what was chosen.")
        done_with(receiver, made["doc"])

    with window(receiver, "chacha") as chacha, window(receiver, "gcm") as gcm:
        number = 0
        while number < rounds or (number < rounds + MORE and best["seal gcm"] < RATIO * best["seal chacha"]):
            for page in (chacha, gcm) if number % 2 == 0 else (gcm, chacha):
                one(page)
            number += 1
        best |= {"native": chacha.native, "rounds": number}
    with window(receiver, "script") as page:
        one(page)
    return best


def memory(receiver: Receiver, digest: str) -> tuple[float, float, list[str]]:
    """(MB of growth while sealing, while opening, what went wrong)."""
    wrong, size = [], receiver.chosen.stat().st_size
    with window(receiver, "chacha") as page:
        with Watch(page) as sealing:
            made = page.seal()
        told = made["told"]
        if made["failed"] or told != sorted(told) or told[-1:] != [size]:
            wrong.append(f"progress was told as {told[:3]} … {told[-3:]} of {size} {made['failed']}")
        if not same_in_python(receiver, made["doc"], digest):
            wrong.append("what the browser sealed is not what was chosen")
        with Watch(page) as opening:
            if page.open(made["doc"])["size"] != size:
                wrong.append("what the browser opened is of another size")
        done_with(receiver, made["doc"])
        cancelled = page.seal(cancelAfter=0.5)
    left = [*receiver.open, *receiver.folder.glob("*.0")]
    if cancelled["failed"] != "Cancelled" or left or cancelled["told"][-1] >= size:
        wrong.append(f"cancelling gave {cancelled['failed'] or 'a sealed document'} and left {len(left)} uploads")
    return sealing.growth, opening.growth, wrong


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--small", action="store_true", help="32 MiB instead of 256 MiB and 1 GiB")
    small = parser.parse_args().small
    size, large, rounds = (32, 32, 2) if small else (256, 1024, 3)
    place = next(one for one in (Path("/dev/shm"), Path(tempfile.gettempdir())) if one.is_dir())
    if shutil.disk_usage(place).free < 3 * large << 20:
        sys.exit(f"{place} has no {3 * large} MiB free: make room, or take --small.")
    with (
        tempfile.TemporaryDirectory(dir=place) as kept,
        tempfile.TemporaryDirectory() as work,
        receiving(Path(kept)) as receiver,
    ):
        scripts(receiver, Path(work))
        best = throughput(receiver, choose(receiver, size), rounds)
        sealing, opening, wrong = memory(receiver, choose(receiver, large))
    native, rounds = best.pop("native"), best.pop("rounds")
    speed = {name: f"{(size << 20) / MEGABYTE / seconds:.0f}" for name, seconds in best.items()}
    works = "works" if native else "is missing"
    print(f"Chromium's own ChaCha20-Poly1305 {works}; {size} MiB, best of {rounds}, in turns; MB a second:")
    for what in ("seal", "open"):
        chacha, gcm, script = (speed[f"{what} {name}"] for name in ("chacha", "gcm", "script"))
        print(f"{what}: ChaCha20-Poly1305 {chacha}, AES-256-GCM {gcm}, ChaCha20-Poly1305 in JavaScript {script}")
    print(f"opening against AES-256-GCM: {best['open gcm'] / best['open chacha']:.2f}")
    print(
        f"memory of the renderers over its start, {large} MiB: {sealing:.0f} MB while sealing, {opening:.0f} MB while "
        f"opening (must be within {CEILING})"
    )
    print("progress and cancelling: " + ("; ".join(wrong) or "as they should be, no upload is left open"))
    ratio = best["seal gcm"] / best["seal chacha"]
    print(f"sealing against AES-256-GCM: {ratio:.2f} (must be {RATIO})")
    return 1 if wrong or max(sealing, opening) > CEILING or (native and ratio < RATIO) else 0


if __name__ == "__main__":
    sys.exit(main())
