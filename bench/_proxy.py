"""What stands between a client and an honest platform, and is not honest itself.

Each request goes on to the platform as it came, and its answer is handed to `meddle`, which may change it.  What would
leave something behind (POST, PUT, DELETE) is counted.
"""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

API = "/api/v1"
HOP = {"connection", "keep-alive", "transfer-encoding", "server", "date", "content-length"}


@dataclass
class Exchange:
    """A request and its answer; the answer may be changed."""

    method: str
    path: str
    body: bytes
    status: int
    headers: list[tuple[str, str]]
    content: bytes

    @property
    def resource(self) -> str:
        """The path below the API, without the query; empty for what is none of the API's."""
        path = self.path.partition("?")[0]
        return path.removeprefix(API) if path.startswith(API) else ""

    @property
    def json(self) -> Any:
        return json.loads(self.content)

    @json.setter
    def json(self, value: Any) -> None:
        self.content = json.dumps(value).encode()


Meddle = Callable[[Exchange], object]


@dataclass
class Proxy:
    """`meddle` gives true where it changed something; `changed` counts that."""

    target: str
    url: str = ""
    meddle: Meddle | None = None
    changed: int = 0
    seen: list[tuple[str, str]] = field(default_factory=list)

    def begin(self, meddle: Meddle | None) -> None:
        self.meddle, self.changed, self.seen = meddle, 0, []

    @property
    def left_behind(self) -> list[tuple[str, str]]:
        """What clients tried to leave with the platform, sessions apart."""
        harmless = (f"{API}/session", "/sign-in")
        return [one for one in self.seen if one[0] != "GET" and one[1].partition("?")[0] not in harmless]


def _handler(proxy: Proxy) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def forward(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            proxy.seen.append((self.command, self.path))
            exchange = self._asked(body)
            if proxy.meddle is not None and proxy.meddle(exchange):
                proxy.changed += 1
            self.send_response(exchange.status)
            for name, value in exchange.headers:
                if name.lower() not in HOP:
                    self.send_header(name, value)
            if exchange.status not in (204, 304):
                self.send_header("Content-Length", str(len(exchange.content)))
            self.end_headers()
            with suppress(OSError):
                self.wfile.write(exchange.content)

        def _asked(self, body: bytes) -> Exchange:
            with closing(http.client.HTTPConnection(proxy.target, timeout=60)) as behind:
                headers = {name: value for name, value in self.headers.items() if name.lower() not in HOP}
                headers["Accept-Encoding"] = "identity"
                behind.request(self.command, self.path, body or None, headers)
                answer = behind.getresponse()
                return Exchange(self.command, self.path, body, answer.status, answer.getheaders(), answer.read())

        do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = forward  # noqa: N815  (the names that http.server calls)

        def log_message(self, *_said: Any) -> None:
            """Nobody reads it."""

    return Handler


@contextmanager
def proxy_to(url: str) -> Iterator[Proxy]:
    """A proxy to the platform at `url`, honest until it is told otherwise."""
    proxy = Proxy(urlsplit(url).netloc)
    with ThreadingHTTPServer(("127.0.0.1", 0), _handler(proxy)) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        proxy.url = f"http://127.0.0.1:{server.server_port}"
        try:
            yield proxy
        finally:
            server.shutdown()
