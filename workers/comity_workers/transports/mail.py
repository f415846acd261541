"""E-mail by SMTP (RFC 5321), to the one relay of the operator, with STARTTLS where it is on."""

from __future__ import annotations

import smtplib
import socket
import ssl
import threading
from contextlib import suppress
from email.message import EmailMessage
from email.utils import format_datetime, localtime

from comity.core.settings import Mail, settings
from comity.notifications.wording import Note
from comity_workers.transports import NotSent

LIMIT = 30.0
"""Seconds for a whole dialogue, however slowly the other side speaks."""


def send(note: Note) -> None:
    """Hand the message to the mail server within 30 s.  Raises NotSent; for good if the server refuses the message."""
    mail = settings().mail
    server = smtplib.SMTP(timeout=LIMIT)
    alarm = threading.Timer(LIMIT, _hang_up, [server])
    alarm.daemon = True
    alarm.start()
    try:
        _dialogue(server, mail, _message(note, mail))
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError) as refusal:
        code = _code(refusal)
        raise NotSent(f"refused with {code}", for_good=500 <= code < 600) from refusal
    except (smtplib.SMTPException, OSError) as failure:
        raise NotSent(type(failure).__name__) from failure
    finally:
        alarm.cancel()
        with suppress(smtplib.SMTPException, OSError):
            server.close()


def _dialogue(server: smtplib.SMTP, mail: Mail, message: EmailMessage) -> None:
    server._host = mail.host  # type: ignore[attr-defined]  # the name TLS checks; only its constructor sets it
    server.connect(mail.host, mail.port)
    if mail.starttls:
        server.starttls(context=ssl.create_default_context())
    if mail.user:
        server.login(mail.user, mail.password)
    server.send_message(message)
    with suppress(smtplib.SMTPException, OSError):  # the message has been taken over: how they part does not matter
        server.quit()


def _hang_up(server: smtplib.SMTP) -> None:
    with suppress(OSError, AttributeError):
        server.sock.shutdown(socket.SHUT_RDWR)  # type: ignore[union-attr]  # None before it is connected


def _message(note: Note, mail: Mail) -> EmailMessage:
    message = EmailMessage()
    message["Message-ID"] = note.message_id
    message["Date"] = format_datetime(localtime())
    message["From"] = f"Comity <{mail.sender}>"
    message["To"] = note.address
    message["Subject"] = note.subject
    message["Content-Language"] = note.locale
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(note.text)
    message.add_alternative(note.html, subtype="html")
    return message


def _code(refusal: smtplib.SMTPRecipientsRefused | smtplib.SMTPDataError) -> int:
    if isinstance(refusal, smtplib.SMTPRecipientsRefused):
        return max(code for code, _ in refusal.recipients.values())
    return refusal.smtp_code
