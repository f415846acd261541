"""The first page: panels that the domains contribute, in order, for the roles that they are for."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from flask import render_template
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from comity.core.transaction import Transaction
from comity.web.page import Pages

Provider = Callable[[Transaction], str | None]

home = Pages("home", __name__)


@dataclass(frozen=True)
class Panel:
    """Something on the first page of these roles; nothing is shown where the provider gives None."""

    order: int
    name: str
    roles: frozenset[str] | None
    provider: Provider


_panels: dict[str, Panel] = {}


def panel(order: int, roles: Collection[str] | None = None) -> Callable[[Provider], Provider]:
    """Show what the function below gives (HTML from a template) on the first page of `roles`, lower `order` first."""

    def register(provider: Provider) -> Provider:
        name = f"{provider.__module__}.{provider.__name__}"
        _panels[name] = Panel(order, name, frozenset(roles) if roles else None, provider)
        return provider

    return register


@home.page("/", menu=_l("Home"), order=0)
def index(tx: Transaction) -> str:
    """What waits, and where to go."""
    wanted = [one for one in _panels.values() if one.roles is None or tx.actor.role in one.roles]
    shown = [one.provider(tx) for one in sorted(wanted, key=lambda one: (one.order, one.name))]
    return render_template("web/home.html", panels=[Markup(html) for html in shown if html], now=tx.now)  # noqa: S704
