"""A real SMTP server for tests: keeps what it takes, and refuses what it is told to refuse."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message
from email.policy import default

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Mailbox:
    """What arrived, and what to answer."""

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.recipients: list[str] = []
        self.answer = "250 OK"
        self.recipient_answer = "250 OK"
        self.encrypted: list[bool] = []

    async def handle_RCPT(  # noqa: N802  (the name that aiosmtpd calls)
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options
    ) -> str:
        if self.recipient_answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.recipient_answer

    async def handle_DATA(  # noqa: N802  (the name that aiosmtpd calls)
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        if self.answer.startswith("250"):
            self.messages.append(message_from_bytes(envelope.content.replace(b"\r\n", b"\n"), policy=default))
            self.recipients += envelope.rcpt_tos
            self.encrypted.append(session.ssl is not None)
        return self.answer


@contextmanager
def mail_server(context: ssl.SSLContext | None = None) -> Iterator[tuple[Mailbox, int]]:
    """The mailbox and the port of a server on this machine."""
    mailbox = Mailbox()
    controller = Controller(
        mailbox, hostname="127.0.0.1", port=free_port(), tls_context=context, require_starttls=bool(context)
    )
    controller.start()
    try:
        yield mailbox, controller.port
    finally:
        controller.stop()
