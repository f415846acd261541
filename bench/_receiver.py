"""What bench/browser-seal uploads to: the platform's headers, and as much of its interface as the key worker asks for.

It takes parts as fast as this machine can, checks the hash of each, and keeps them in a folder; the figure is that of
the browser, not of a database.  The pages fetch their orders here too.
"""

from __future__ import annotations

import http.server
import json
import queue
import re
import shutil
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.seal.test_documents import AMINA, OTP, ROOT, XA

from comity.web.headers import HEADERS
from comity_seal import tree
from comity_seal.encoding import b64, unb64
from comity_seal.envelope import parse_envelope
from comity_seal.opening.keyset import LEAST_LOGN, protect

PASSPHRASE = "one-two-three-four-five-six-seven-eight"
WAY = {
    "id": "00000000-0000-4000-8000-000000000001",
    "kind": "passphrase",
    "credential": None,
    "file": b64(protect(AMINA, PASSPHRASE, logn=LEAST_LOGN)),
}


@dataclass
class Desk:
    """Where a page fetches its orders and leaves its answers."""

    orders: queue.Queue[dict[str, Any]] = field(default_factory=queue.Queue)
    answers: queue.Queue[dict[str, Any]] = field(default_factory=queue.Queue)

    def ask(self, order: str, *args: Any) -> Any:
        """What the page gives back.  Raises SystemExit where it fails or says nothing for ten minutes."""
        self.orders.put({"order": order, "args": args})
        try:
            answer = self.answers.get(timeout=600)
        except queue.Empty:
            raise SystemExit(f"The page did not answer `{order}` within ten minutes.") from None
        if "failed" in answer:
            raise SystemExit(f"In the page, `{order}` failed: {answer['failed']}")
        return answer["result"]


Found = bytes | Path | dict[str, Any]


class Receiver:
    """Uploads that are open, documents that are complete, and the pages and scripts to serve."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.served: dict[str, tuple[str, bytes]] = {}
        self.chosen = folder / "chosen"
        self.desks: dict[str, Desk] = {}
        self.open: set[str] = set()
        self.documents: dict[str, dict[str, Any]] = {}
        self.address = ""

    def part(self, upload: str, number: int | str) -> Path:
        return self.folder / f"{upload}.{number}"

    def answer(self, path: str, body: bytes, leaf: str) -> tuple[int, Found]:
        if path in self.served:
            return 200, self.served[path][1]
        if path == "/chosen":
            return 200, self.chosen
        for pattern, act in (
            (r"/api/v1/uploads", self._begin),
            (r"/api/v1/uploads/([^/]+)/parts/(\d+)", self._take),
            (r"/api/v1/uploads/([^/]+)/complete", self._complete),
            (r"/api/v1/uploads/([^/]+)", self._drop),
            (r"/api/v1/documents/([^/]+)/parts/(\d+)", self._give),
            (r"/orders/(.+)", self._order),
            (r"/answers/(.+)", self._note),
        ):
            found = re.fullmatch(pattern, path)
            if found:
                return act(body, leaf, *found.groups())
        return self._known(path.removeprefix("/api/v1"))

    def _begin(self, _body: bytes, _leaf: str) -> tuple[int, dict[str, Any]]:
        made = str(uuid.uuid4())
        self.open.add(made)
        return 201, {"id": made}

    def _take(self, body: bytes, leaf: str, upload: str, number: str) -> tuple[int, dict[str, Any]]:
        if upload not in self.open or tree.leaf(body).hex() != leaf:
            return 409, {"title": "this is not the part that was announced"}
        self.part(upload, number).write_bytes(body)
        return 204, {}

    def _complete(self, body: bytes, _leaf: str, upload: str) -> tuple[int, dict[str, Any]]:
        pieces = json.loads(body)
        doc = parse_envelope(unb64(pieces["envelope"])).doc
        self.documents[doc] = {**pieces, "doc": doc, "ver": 1, "upload": upload}
        self.open.remove(upload)
        return 201, {"doc": doc}

    def _drop(self, _body: bytes, _leaf: str, upload: str) -> tuple[int, dict[str, Any]]:
        self.open.discard(upload)
        self.forget(upload)
        return 204, {}

    def _give(self, _body: bytes, _leaf: str, doc: str, number: str) -> tuple[int, Path]:
        return 200, self.part(self.documents[doc]["upload"], number)

    def _order(self, _body: bytes, _leaf: str, name: str) -> tuple[int, dict[str, Any]]:
        return 200, self.desks[name].orders.get()

    def _note(self, body: bytes, _leaf: str, name: str) -> tuple[int, dict[str, Any]]:
        self.desks[name].answers.put(json.loads(body))
        return 204, {}

    def _known(self, path: str) -> tuple[int, dict[str, Any]]:
        """What the platform would say of the people of the tests, and of the documents here; its log has not begun."""
        if path.startswith("/log/"):
            return 409, {"title": "the log has no state yet", "code": "not-yet-sealed"}
        wrap = {"authority": "OTP", "epoch": 1, "wrap": b64(OTP.wraps[AMINA.public.id])}
        known: dict[str, dict[str, Any]] = {
            "/trust": {"root": ROOT.public.to_json()},
            "/session": {"id": OTP.user, "authority": "OTP"},
            "/session/unlock-secret": {"secret": b64(bytes(32))},
            "/keys/mine": {"keyset": AMINA.public.id, "ways": [WAY], "wraps": [wrap]},
            **{f"/authorities/{one.verified.code}/chain": {"chain": [b64(one.chain[0])]} for one in (OTP, XA)},
            **{f"/documents/{doc}": found for doc, found in self.documents.items()},
        }
        return (200, known[path]) if path in known else (404, {"title": f"there is no {path}"})

    def forget(self, upload: str) -> None:
        for path in self.folder.glob(f"{upload}.*"):
            path.unlink()


def _handler(receiver: Receiver) -> type[http.server.BaseHTTPRequestHandler]:
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, found = receiver.answer(self.path, body, self.headers.get("Comity-Leaf", ""))
            plain = b"" if status == 204 else json.dumps(found).encode() if isinstance(found, dict) else found
            kind = receiver.served.get(self.path, ("application/json" if isinstance(found, dict) else "",))[0]
            self.send_response(status)
            for name, value in HEADERS.items():
                self.send_header(name, value)
            self.send_header("Content-Type", kind or "application/octet-stream")
            if status != 204:
                self.send_header("Content-Length", str(plain.stat().st_size if isinstance(plain, Path) else len(plain)))
            self.end_headers()
            if isinstance(plain, Path):
                with plain.open("rb") as source:
                    shutil.copyfileobj(source, self.wfile, 1 << 20)
            else:
                self.wfile.write(plain)

        do_GET = do_PUT = do_POST = do_DELETE = _answer  # noqa: N815  (the names that the standard library looks for)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler


@contextmanager
def receiving(folder: Path) -> Iterator[Receiver]:
    receiver = Receiver(folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _handler(receiver)) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        receiver.address = f"http://localhost:{server.server_port}"
        yield receiver
        server.shutdown()
        thread.join()
