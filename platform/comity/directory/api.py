"""The directory for programs."""

from __future__ import annotations

from comity.core.transaction import Transaction
from comity.directory import queries
from comity.directory.model import Authority
from comity.directory.profile_api import profile_api
from comity.web import Api, View

api = Api("directory", __name__, url_prefix="/api/v1/authorities")
api.register_blueprint(profile_api)


class Names(View):
    en: str
    fr: str


class AuthorityView(View):
    """A State's focal-point office (`state`), one team of the Court (`court`), or an `organisation`'s liaison office.

    `standing` is `non_party` for a State that is not party to the Statute, and `service` is `language` for the office
    of the Court that translates.
    """

    code: str
    kind: str
    organ: str | None
    standing: str | None
    service: str | None
    names: Names

    @classmethod
    def of(cls, authority: Authority) -> AuthorityView:
        names = Names(en=authority.name_en, fr=authority.name_fr)
        same = {name: getattr(authority, name) for name in ("code", "organ", "standing", "service")}
        return cls(**same, kind=authority.of, names=names)


class Authorities(View):
    items: list[AuthorityView]


@api.get("", answers=Authorities)
def authorities(tx: Transaction) -> Authorities:
    """Every authority."""
    return Authorities(items=[AuthorityView.of(authority) for authority in queries.authorities(tx)])
