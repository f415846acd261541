"""What a message says: that something waits, where, and nothing else; in the language of its recipient."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from gettext import NullTranslations
from hashlib import sha256
from html import escape
from pathlib import Path
from uuid import UUID

from babel.support import Translations

import comity
from comity.core.settings import settings

CATALOGUES = Path(comity.__file__).parent / "translations"


@dataclass(frozen=True)
class Note:
    """One message, ready for a transport."""

    message_id: str
    address: str
    locale: str
    subject: str
    text: str
    html: str


@cache
def catalogue(locale: str) -> NullTranslations:
    """The sentences of a language; English as written where there is no catalogue."""
    return Translations.load(CATALOGUES, [locale])


def transports_on() -> list[str]:
    """The transports that the operator has switched on: each has a section of its name in the settings."""
    return [name for name, section in settings() if getattr(section, "on", False)]


def message_id(notification: UUID, transport: str) -> str:
    """RFC 5322 Message-ID: the same for every attempt, and no identifier that the platform uses elsewhere."""
    digest = sha256(f"{transport}:{notification}".encode()).hexdigest()[:40]
    return f"<{digest}@{settings().mail.sender.partition('@')[2]}>"


def note(locale: str, address: str, identifier: str) -> Note:
    """The message for this person.  It is the same whatever happened."""
    words = catalogue(locale)
    link = f"{settings().server.public_url}/inbox"
    waits = words.gettext("Something is waiting for you in Comity.")
    sign_in = words.gettext("Sign in to see it:")
    nothing_else = words.gettext("This message never says more than that. It is not a formal notification.")
    automatic = words.gettext("It was sent automatically: please do not answer it.")
    text = f"{waits}\n\n{sign_in} {link}\n\n{nothing_else}\n{automatic}\n"
    html = (
        f'<!doctype html><html lang="{escape(locale)}" dir="ltr"><head><meta charset="utf-8"><title>{escape(waits)}'
        f"</title></head><body><p>{escape(waits)}</p><p>{escape(sign_in)} "
        f'<a href="{escape(link)}">{escape(link)}</a></p>'
        f"<p>{escape(nothing_else)}<br>{escape(automatic)}</p></body></html>\n"
    )
    return Note(identifier, address, locale, waits.rstrip("."), text, html)
