"""What States have said of their requirements: Xandria three times, of which one waits to be published."""

from tests.people import CHIDI, DORA

from comity.core.actors import Actor
from comity.core.transaction import transaction
from comity.directory import publishing
from comity.directory.profile import Channel, Content, Day, Formality, Law

FIRST = Content(
    channels=(Channel(way="ministry_of_justice", details="Legal assistance office"), Channel(way="diplomatic")),
    languages=("en",),
    contact_details="By telephone first",
    formalities=(
        Formality(text="Two certified copies of every order", basis="Act 7, s. 3"),
        Formality(applies_to="i", text="The name of the bank and the period", basis="Act 7, s. 14"),
    ),
    laws=(
        Law(title="Cooperation Act", scheme="akn", identifier="/akn/xa/act/2012/7"),
        Law(applies_to="k", title="Proceeds of Crime Act", scheme="eli", identifier="https://l.example/eli/a/2009/31"),
    ),
    days=(Day.model_validate({"on": "2031-04-07", "name": "Day of the Constitution"}),),
)
LATER = FIRST.model_copy(update={"languages": ("en", "fr")})
WAITING = LATER.model_copy(update={"contact": "direct", "formalities": FIRST.formalities[:1]})


def speak() -> None:
    """Let them publish."""
    publish(CHIDI, FIRST)
    publish(CHIDI, LATER)
    publish(DORA, Content(channels=(Channel(way="embassy"),)))
    prepare(CHIDI, WAITING)


def publish(actor: Actor, content: Content) -> None:
    row_id, version = prepare(actor, content)
    with transaction(actor) as tx:
        publishing.publish(tx, row_id, version=version)


def prepare(actor: Actor, content: Content):
    with transaction(actor) as tx:
        row = publishing.begin(tx)
        row = publishing.change(tx, row.id, content, version=row.version)
        tx.session.flush()
        return row.id, row.version
