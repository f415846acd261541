"""Templates for programs, and for the page on which a request is written."""

from __future__ import annotations

from comity.core.transaction import Transaction
from comity.library import queries
from comity.library.model import Template
from comity.library.wording import Wording
from comity.web import Api
from comity.web.resource import View

api = Api("library", __name__, url_prefix="/api/v1/templates")


class TemplateView(View):
    """The version in use of one template of one's team; without a letter it is for the whole kind."""

    kind: str
    letter: str | None
    n: int
    wording: Wording

    @classmethod
    def of(cls, row: Template) -> TemplateView:
        return cls(kind=row.of_kind, letter=row.measure, n=row.n, wording=row.said)


class TemplateList(View):
    items: list[TemplateView]


@api.get("", answers=TemplateList)
def templates(tx: Transaction) -> TemplateList:
    """The templates of one's team, each in the version in use."""
    return TemplateList(items=[TemplateView.of(one) for one in queries.in_use(tx)])
