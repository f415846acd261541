"""The browser's sealing code laid open in a page: a secure context, under the platform's content policy.

Large things do not pass through the test driver, which is slow: the page fetches them from the folder that is served,
and puts what it made there.
"""

import http.server
import json
import os
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.vectors.checks import families

ROOT = Path(__file__).parents[2]
BROWSER = ROOT / "platform" / "browser"
POLICY = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; "
    "require-trusted-types-for 'script'; trusted-types comity-worker"
)


def bundle(source: Path, target: Path) -> None:
    """Bundle a script as the build bundles the product."""
    options = ["--bundle", "--target=es2022", "--format=iife", "--log-level=error", f"--outfile={target}"]
    environment = {**os.environ, "NODE_PATH": str(BROWSER / "node_modules")}
    tool = BROWSER / "node_modules" / ".bin" / "esbuild"
    subprocess.run([tool, source, *options], cwd=BROWSER, env=environment, check=True)


def handler(folder: Path) -> type[http.server.SimpleHTTPRequestHandler]:
    class Handler(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *args: object) -> None:
            super().__init__(*args, directory=str(folder))  # type: ignore[arg-type]

        def end_headers(self) -> None:
            self.send_header("Content-Security-Policy", POLICY)
            super().end_headers()

        def do_PUT(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            (folder / Path(self.path).name).write_bytes(body)
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """The harness and the published vectors, served from `folder`; its address."""
    bundle(Path(__file__).with_name("harness.ts"), folder / "harness.js")
    (folder / "index.html").write_text('<!doctype html><title>t</title><script src="harness.js" defer></script>')
    for family, vectors in families().items():
        listed = [{"check": one.check, "given": one.given} for one in vectors]
        (folder / f"{family}.json").write_text(json.dumps(listed))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler(folder)) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://localhost:{server.server_port}/"
        server.shutdown()
        thread.join()
