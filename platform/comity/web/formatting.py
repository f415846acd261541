"""How references, dates and sizes are written: in words, with their zone, and kept together in any writing direction.

In a right-to-left paragraph `93(1)(k)` would be shown as `)k()1(93`; so each of these stands in `<bdi dir="ltr">`.
"""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, get_timezone_location
from flask import Flask
from flask_babel import get_timezone, ngettext
from flask_babel import gettext as _
from markupsafe import Markup, escape

from comity.web.languages import current


def ltr(value: object) -> Markup:
    """A reference, article, date, size or file name, kept together from left to right."""
    return Markup('<bdi dir="ltr">{}</bdi>').format(value)


def date_text(value: date | str | None) -> str:
    """A day in words: 24 November 2026."""
    if value is None:
        return ""
    day = date.fromisoformat(value) if isinstance(value, str) else value
    return format_date(day, "d MMMM y", locale=current())


def day(value: date | str | None) -> Markup:
    """A day in words, for machines too."""
    if value is None:
        return Markup("")
    iso = value if isinstance(value, str) else value.isoformat()
    return Markup('<time datetime="{}">{}</time>').format(iso, ltr(date_text(value)))


def moment_text(value: datetime | None, zone: str | None = None) -> str:
    """An instant in words, in the zone of the reader (or `zone`), which is named."""
    if value is None:
        return ""
    place = ZoneInfo(zone) if zone else (get_timezone() or ZoneInfo("UTC"))
    local = value.astimezone(place)
    words = {
        "date": format_date(local.date(), "d MMMM y", locale=current()),
        "time": f"{local:%H:%M}",
        "place": get_timezone_location(place, locale=current(), return_city=True),
    }
    return str(_("%(date)s, %(time)s (%(place)s)", **words))


def moment(value: datetime | None, zone: str | None = None) -> Markup:
    """An instant in words with its zone, for machines too."""
    if value is None:
        return Markup("")
    iso = value.isoformat(timespec="seconds")
    return Markup('<time datetime="{}">{}</time>').format(iso, ltr(moment_text(value, zone)))


def days_text(value: date | str, today: date) -> str:
    """How far a day is from today, without blame: `in 3 days`, `today`, `2 days past the requested date`."""
    other = date.fromisoformat(value) if isinstance(value, str) else value
    days = (other - today).days
    if days == 0:
        return str(_("today"))
    if days > 0:
        return str(ngettext("in %(num)s day", "in %(num)s days", days))
    return str(ngettext("%(num)s day past the requested date", "%(num)s days past the requested date", -days))


def size(value: int) -> Markup:
    """A number of bytes, to be read by people: 1.4 MB, 1,4 Mo."""
    number, power = float(value), 0
    while number >= 1000 and power < 3:
        number, power = number / 1000, power + 1
    text = f"{number:.0f}" if power == 0 or number >= 100 else f"{number:.1f}"
    if current() == "fr":
        return ltr(f"{text.replace('.', ',')}\u00a0{('o', 'ko', 'Mo', 'Go')[power]}")
    return ltr(f"{text}\u00a0{('B', 'kB', 'MB', 'GB')[power]}")


def fingerprint(value: str) -> Markup:
    """Sixty digits in groups, to be read out."""
    return Markup('<bdi dir="ltr" class="comity-fingerprint">{}</bdi>').format(escape(value))


def install(app: Flask) -> None:
    """Give templates these filters."""
    app.jinja_env.filters.update(
        ltr=ltr, day=day, moment=moment, date_text=date_text, moment_text=moment_text, days=days_text, size=size,
        fingerprint=fingerprint,
    )  # fmt: skip
