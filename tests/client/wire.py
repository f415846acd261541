"""A wire between client and platform that counts the bytes of parts, and that can be cut at a byte of one's choice."""

from __future__ import annotations

import http.client
import re
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

PART = re.compile(r"/api/v1/(uploads|documents)/([^/]+)/parts/(\d+)")
BLOCK = 1 << 16
HOP = {"connection", "keep-alive", "transfer-encoding", "server", "date"}


class Wire:
    """`sent` counts bytes of parts by direction (up, down) and upload or document.

    `watch` is called with direction and bytes so far of all that was counted, and may cut: what it returns true for
    goes no further, and the connection ends.
    """

    def __init__(self, url: str) -> None:
        self.target = urlsplit(url).netloc
        self.sent: Counter[tuple[str, str]] = Counter()
        self.watch: Callable[[str, int], object] | None = None
        self.down = False
        self._counting = threading.Condition()
        self._under_way = 0
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"wire": self}))
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def count(self, direction: str, name: str, amount: int) -> bool:
        """Whether to go on."""
        with self._counting:
            self.sent[direction, name] += amount
            so_far = sum(count for (way, _), count in self.sent.items() if way == direction)
        return not (self.watch is not None and self.watch(direction, so_far))

    @contextmanager
    def carrying(self) -> Iterator[None]:
        with self._counting:
            self._under_way += 1
        try:
            yield
        finally:
            with self._counting:
                self._under_way -= 1
                self._counting.notify_all()

    def settle(self) -> None:
        """Wait until nothing is under way: what a process had sent before it ended still comes."""
        with self._counting:
            assert self._counting.wait_for(lambda: self._under_way == 0, 60)

    def start(self) -> None:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    """Hands one request on, and its answer back."""

    wire: Wire
    protocol_version = "HTTP/1.1"

    def handle_one_request(self) -> None:
        with suppress(OSError, http.client.HTTPException):
            super().handle_one_request()
            return
        self.close_connection = True

    def forward(self) -> None:
        self.close_connection = True  # unless all goes well
        if self.wire.down:
            return
        with self.wire.carrying(), closing(http.client.HTTPConnection(self.wire.target, timeout=60)) as behind:
            behind.connect()  # before anything is read: who is refused has sent nothing
            if self._up(behind):
                self._down(behind.getresponse())

    def _up(self, behind: http.client.HTTPConnection) -> bool:
        """Whether all of it went; what the platform does not want to hear is read all the same."""
        found = PART.match(self.path)
        behind.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
        for name, value in self.headers.items():
            if name.lower() not in HOP:
                behind.putheader(name, value)
        behind.endheaders()
        left, heard = int(self.headers.get("Content-Length", 0)), True
        while left:
            block = self.rfile.read1(min(BLOCK, left))
            left -= len(block)
            if not block or (found and not self.wire.count("up", found[2], len(block))):
                return False
            try:
                if heard:
                    behind.send(block)
            except OSError:
                heard = False
        return True

    def _down(self, answer: http.client.HTTPResponse) -> None:
        found = PART.match(self.path) if self.command == "GET" else None
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in HOP:
                self.send_header(name, value)
        self.end_headers()
        while block := answer.read(BLOCK):
            if found and not self.wire.count("down", found[2], len(block)):
                return
            self.wfile.write(block)
        self.close_connection = False

    do_GET = do_POST = do_PUT = do_DELETE = forward  # noqa: N815  (the names that http.server calls)

    def log_message(self, *_said: Any) -> None:
        """Nobody reads it."""


@contextmanager
def wire(url: str) -> Iterator[Wire]:
    """A wire to the platform at `url`."""
    made = Wire(url)
    made.start()
    try:
        yield made
    finally:
        made.stop()
