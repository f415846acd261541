"""Documents with handling limits, and the consents about them, for tests."""

from collections.abc import Sequence
from uuid import UUID

from tests.exchange import sealed
from tests.people import AMINA, CHIDI

from comity.assistance import consents, messages
from comity.assistance.consent_model import Consent, Extent
from comity.assistance.model import RequestForAssistance
from comity.core.actors import Actor
from comity.core.transaction import transaction
from comity.exchange import actions as exchange
from comity.exchange.model import Document


def sent(rfa: RequestForAssistance, *handling: str, actor: Actor = CHIDI, content: bytes = b"a name") -> Document:
    """A file of a message that was sent under these limits."""
    file, _made = sealed.deposit(actor, rfa, "attachment", content, handling=handling)
    text, _made = sealed.deposit(actor, rfa, "message", b"see the file")
    with transaction(actor) as tx:
        messages.send(tx, rfa.id, text.id, [file.id])
    return seen(actor, file.id)


def seen(actor: Actor, doc: UUID) -> Document:
    with transaction(actor, writes=False) as tx:
        return tx.read(Document, doc)


def asked(rfa: RequestForAssistance, doc: UUID, use: str = "evidence", actor: Actor = AMINA) -> Consent:
    reason, _made = sealed.deposit(actor, rfa, "use", b"for the hearing")
    with transaction(actor) as tx:
        return consents.ask(tx, rfa.id, doc, use, reason.id).consents[-1]


def decided(rfa: RequestForAssistance, n: int, extent: Extent, actor: Actor = CHIDI) -> Consent:
    words, _made = sealed.deposit(actor, rfa, "consent", b"our answer")
    with transaction(actor) as tx:
        return consents.of_request(consents.decide(tx, rfa.id, n, extent, words.id), n)


def withdrawn(rfa: RequestForAssistance, n: int, actor: Actor = CHIDI) -> Consent:
    words, _made = sealed.deposit(actor, rfa, "consent", b"not any more")
    with transaction(actor) as tx:
        return consents.of_request(consents.withdraw(tx, rfa.id, n, words.id), n)


def options(actor: Actor, doc: UUID) -> set[str]:
    """Which of the acts that limits block this person may do."""
    with transaction(actor, writes=False) as tx:
        found = tx.options(tx.read(Document, doc))
    return {one.partition(".")[2] for one in found} & {"export", "share"}


def kept(actor: Actor, docs: Sequence[UUID]) -> None:
    """What a client does that takes documents away."""
    for doc in docs:
        with transaction(actor) as tx:
            exchange.hand_out(tx, doc, keep=True)
