"""Questions about a team's templates."""

from __future__ import annotations

from collections.abc import Sequence

from comity.core.transaction import Transaction
from comity.library.model import NO_LETTER, PREPARED, Template


def versions(tx: Transaction, of_kind: str, letter: str | None) -> list[Template]:
    """The published versions of one's team's template, the newest first."""
    order = Template.n.desc()
    return tx.find(Template, *_is(tx, of_kind, letter), Template.n > PREPARED, order_by=order)


def newest(tx: Transaction, of_kind: str, letter: str | None) -> Template | None:
    """The version that is in use, if there is one."""
    found = tx.find(Template, *_is(tx, of_kind, letter), Template.n > PREPARED, order_by=Template.n.desc(), limit=1)
    return found[0] if found else None


def prepared(tx: Transaction, of_kind: str, letter: str | None) -> Template | None:
    """The version that is being prepared."""
    found = tx.find(Template, *_is(tx, of_kind, letter), Template.n == PREPARED)
    return found[0] if found else None


def in_use(tx: Transaction, of_kind: str | None = None, letters: Sequence[str | None] = ()) -> list[Template]:
    """The newest version of each of one's team's templates; of a kind, those for the whole kind and these measures."""
    where = [Template.authority == (tx.actor.authority or ""), Template.n > PREPARED]
    if of_kind is not None:
        where += [Template.of_kind == of_kind, Template.letter.in_([NO_LETTER, *(one for one in letters if one)])]
    found = tx.find(Template, *where, order_by=(Template.of_kind, Template.letter, Template.n))
    return list({(one.of_kind, one.letter): one for one in found}.values())


def waiting(tx: Transaction) -> list[Template]:
    """What is being prepared in one's team."""
    own = Template.authority == (tx.actor.authority or "")
    return tx.find(Template, own, Template.n == PREPARED, order_by=(Template.of_kind, Template.letter))


def _is(tx: Transaction, of_kind: str, letter: str | None) -> tuple:  # type: ignore[type-arg]
    own = Template.authority == (tx.actor.authority or "")
    return own, Template.of_kind == of_kind, Template.letter == (letter or NO_LETTER)
