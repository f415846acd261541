"""Where the demonstration's e-mails go: a mail server on this machine that writes each message into a file."""

from __future__ import annotations

import asyncio
import itertools
import signal
from pathlib import Path

import click
from aiosmtpd.controller import UnthreadedController
from aiosmtpd.smtp import SMTP, Envelope, Session


class Mailbox:
    """Keeps what it is sent."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = itertools.count(len(list(folder.glob("*.eml"))) + 1)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        to = envelope.rcpt_tos[0].replace("/", "_") if envelope.rcpt_tos else "nobody"
        path = self._folder / f"{next(self._numbers):05d} {to}.eml"
        content = envelope.content
        path.write_bytes(content if isinstance(content, bytes) else (content or "").encode())
        return "250 Kept"


async def _serve(folder: Path, port: int) -> None:
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    controller = UnthreadedController(Mailbox(folder), hostname="127.0.0.1", port=port, loop=loop)
    server = await controller._create_server()
    await stop.wait()
    server.close()


@click.command()
@click.option("--folder", type=click.Path(path_type=Path), required=True)
@click.option("--port", type=int, required=True)
def main(folder: Path, port: int) -> None:
    """Receive e-mail on this machine until stopped."""
    folder.mkdir(parents=True, exist_ok=True)
    asyncio.run(_serve(folder, port))


if __name__ == "__main__":
    main()
