""":'
here=$(cd "$(dirname "$0")" && pwd); exec "$here/../dev" python "$here/$(basename "$0")" "$@"
"""

"""Published vectors, by the Python library and by the browser's code, and documents from one to the other.

Every family of tests/vectors is read: the 143 files of the age test kit with the class of each failure, the examples of
DSSE, those of RFC 8785 (of its numbers, only whole ones below 2^53 may be written; each other must be refused), and
those of C2SP and Certificate Transparency for the log, with our own of chains, grants, notes, checkpoints, proofs and
receipts.
The browser's code runs in Chromium twice: with the browser's own ChaCha20-Poly1305 if it has one, and with the one in
JavaScript.  Then documents at every border of a chunk and of a part are sealed, signed, checked and opened by the code
of the product, from each side to the other.  All must pass.  `--small` does the same.
"""

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "platform")]

from playwright.sync_api import Browser, Page
from tests.browser.serving import serving
from tests.browser.test_interop import failure, given, pattern, world
from tests.browsing import chromium
from tests.seal.test_documents import OTP, THREAD, XA, Office, Sent, opener
from tests.vectors.checks import Vector, check, families

from comity_seal.encoding import unb64
from comity_seal.errors import SealError
from comity_seal.opening.opening import Expected, open_document
from comity_seal.sizes import plain_length
from comity_seal.tree import PART

CHUNK, MEGABYTE = 65536, 1 << 20
SIZES = [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, MEGABYTE - 1, MEGABYTE, MEGABYTE + 1]
SIZES += [plain_length(parts * PART + beside) for parts in (1, 2) for beside in (-1, 0, 1)]
"""Bytes of plaintext: every border of a chunk, and payloads that end at, before and after that of a part."""

WITHOUT = """const real = SubtleCrypto.prototype.importKey;
SubtleCrypto.prototype.importKey = function (format, ...rest) {
  return format === 'raw-secret' ? Promise.reject(new DOMException('not here', 'NotSupportedError'))
    : real.call(this, format, ...rest);
};"""
HAS = """crypto.subtle.importKey('raw-secret', new Uint8Array(32), 'ChaCha20-Poly1305', false, ['encrypt'])
.then(() => true, () => false)"""


@dataclass
class Score:
    passed: int = 0
    of: int = 0
    absent: int = 0

    def note(self, what: object, said: str | None) -> None:
        """One vector: nothing is wrong, something is, or (None) this side has no such check."""
        if said is None:
            self.absent += 1
            return
        self.of += 1
        self.passed += not said
        if said:
            print(f"  {what}: {said}")

    def __str__(self) -> str:
        return f"{self.passed} of {self.of}" if self.of else "no such check"


@contextmanager
def page(browser: Browser, address: str, *, native: bool) -> Iterator[Page]:
    context = browser.new_context()
    if not native:
        context.add_init_script(WITHOUT)
    opened = context.new_page()
    opened.set_default_timeout(120_000)
    opened.goto(address)
    opened.wait_for_function("typeof harness === 'object'")
    yield opened
    context.close()


def python(vectors: list[Vector]) -> Score:
    score = Score()
    for vector in vectors:
        score.note(f"Python, {vector}", check(vector))
    return score


def browser_side(window: Page, family: str, vectors: list[Vector]) -> Score:
    score = Score()
    found = window.evaluate("(name) => harness.vectors(name)", f"{family}.json")
    for vector, said in zip(vectors, found, strict=True):
        score.note(f"browser, {vector}", said)
    return score


def to_browser(window: Page, folder: Path) -> Score:
    """Documents sealed in Python, opened by the browser."""
    score = Score()
    for size in SIZES:
        sent = Sent(pattern(size))
        (folder / "payload").write_bytes(sent.payload)
        score.note(f"{size} bytes", failure(window, "open", world(XA), given(sent) | {"payload": "at /payload"}))
    return score


def to_python(window: Page, folder: Path) -> Score:
    """Documents sealed by the browser, opened in Python."""
    score = Score()
    for size in SIZES:
        made = window.evaluate(
            "(args) => harness.sealDocument(...args)", [world(OTP), size, THREAD, ["OTP", "XA"], "/made"]
        )
        score.note(f"{size} bytes", opened_in_python(made, folder / "made", XA, size))
    return score


def opened_in_python(made: dict, payload: Path, office: Office, size: int) -> str:
    pieces = [unb64(made[name]) for name in ("envelope", "header", "manifest_age")]
    out = bytearray()
    try:
        opened = opener(office).open(*pieces, Expected(made["doc"], THREAD, "annex", 1))
        with payload.open("rb") as source:
            open_document(opened, source, out.extend)
    except SealError as error:
        return f"{type(error).__name__}: {error}"
    return "" if bytes(out) == pattern(size) else "other content"


def line(name: str, scores: list[Score | None]) -> None:
    print(f"{name:<38}" + "".join(f"{'' if score is None else str(score):>18}" for score in scores))


def measure(folder: Path) -> tuple[int, int]:
    """(passed, of)."""
    crossing: list[tuple[str, Callable[[Page, Path], Score]]] = [
        ("documents, Python to browser", to_browser),
        ("documents, browser to Python", to_python),
    ]
    all_scores: list[Score] = []
    with (
        serving(folder) as address,
        chromium() as browser,
        page(browser, address, native=True) as own,
        page(browser, address, native=False) as script,
    ):
        works = "works" if own.evaluate(HAS) else "is missing"
        print(f"Chromium {browser.version}, its own ChaCha20-Poly1305 {works}")
        print(f"{'':<38}{'Python':>18}{'browser':>18}{'in JavaScript':>18}")
        for family, vectors in families().items():
            scores = [python(vectors), browser_side(own, family, vectors), browser_side(script, family, vectors)]
            line(family, list(scores))
            all_scores += scores
        for name, run in crossing:
            scores = [run(own, folder), run(script, folder)]
            line(name, [None, *scores])
            all_scores += scores
    return sum(score.passed for score in all_scores), sum(score.of for score in all_scores)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--small", action="store_true", help="the same: it takes less than a minute")
    parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        passed, of = measure(Path(folder))
    print(f"{passed} of {of}")
    return 0 if passed == of else 1


if __name__ == "__main__":
    sys.exit(main())
