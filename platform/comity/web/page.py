"""Pages: address in, action or query, template out, in one transaction of whoever is signed in.

    pages = Pages("assistance", __name__, url_prefix="/requests")

    @pages.page("/", menu=_l("Requests"))
    def index(tx: Transaction) -> str: ...

A page that says `public=True` is given no transaction: there is nobody to act.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar

from flask import Blueprint, Flask, g, request, url_for

from comity.core.transaction import Transaction, transaction
from comity.web.errors import SignInFirst
from comity.web.identity import actor, person, program

F = TypeVar("F", bound=Callable[..., Any])

SAFE = ("GET", "HEAD", "OPTIONS")
"""Methods that change nothing [RFC 9110, 9.2.1]."""


@dataclass(frozen=True)
class MenuItem:
    """A page that the navigation names, for these roles; whether it opens is decided by the policy alone."""

    endpoint: str
    label: object
    roles: frozenset[str] | None
    order: int


class Pages(Blueprint):
    """The pages of a domain; `app.py` registers the module attribute `pages`."""

    def __init__(self, name: str, import_name: str, *, url_prefix: str | None = None) -> None:
        super().__init__(name, import_name, url_prefix=url_prefix, template_folder="templates")
        self.menu: list[MenuItem] = []

    def page(
        self,
        rule: str,
        *,
        methods: Collection[str] = ("GET",),
        menu: object | None = None,
        roles: Collection[str] | None = None,
        public: bool = False,
        writes: bool | None = None,
        order: int = 50,
    ) -> Callable[[F], F]:
        """Serve `rule` with the function below.

        A transaction for GET only reads, unless `writes` says otherwise.  `menu` puts the page into the navigation of
        `roles` (all, if not given), lower `order` first.
        """

        def register(function: F) -> F:
            name = function.__name__
            self.add_url_rule(rule, name, viewed(function, public=public, writes=writes), methods=list(methods))
            if menu is not None:
                self.menu.append(MenuItem(f"{self.name}.{name}", menu, frozenset(roles) if roles else None, order))
            return function

        return register


def viewed(function: Callable[..., Any], *, public: bool, writes: bool | None) -> Callable[..., Any]:
    """A view that opens the transaction, or a public one without."""

    @wraps(function)
    def view(**arguments: Any) -> Any:
        if public:
            return function(**arguments)
        with acting(writes=request.method not in SAFE if writes is None else writes) as tx:
            return function(tx, **arguments)

    view.public = public  # type: ignore[attr-defined]
    return view


@contextmanager
def acting(*, writes: bool) -> Iterator[Transaction]:
    """The transaction of this request.  Raises SignInFirst."""
    someone = actor()
    if someone is None:
        raise SignInFirst
    with transaction(someone, writes=writes) as tx:
        g.tx = tx
        try:
            yield tx
        finally:
            g.pop("tx", None)


def current_transaction() -> Transaction | None:
    """The transaction of this request, for names that templates look up; None on a public or an error page."""
    found: Transaction | None = g.get("tx")
    return found


def only_with_an_account(app: Flask) -> None:
    """Default deny: an address that does not say `public` is closed to whoever is not signed in."""

    @app.before_request
    def refuse() -> None:
        view: Any = app.view_functions.get(request.endpoint or "")
        if view is None or getattr(view, "public", False):
            return
        if person() is None and program() is None:
            raise SignInFirst


def menu(app: Flask) -> list[dict[str, Any]]:
    """The navigation of whoever is signed in: text, address, and whether it is the present page."""
    someone = person()
    if someone is None:
        return []
    items = [item for blueprint in app.blueprints.values() for item in getattr(blueprint, "menu", [])]
    shown = [item for item in items if item.roles is None or someone.actor.role in item.roles]
    return [_entry(item) for item in sorted(shown, key=lambda item: item.order)]


def _entry(item: MenuItem) -> dict[str, Any]:
    address = url_for(item.endpoint)
    below = request.path.startswith(f"{address.rstrip('/')}/") and address != "/"
    return {"text": item.label, "href": address, "current": request.path == address, "active": below}
