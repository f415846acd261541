"""What States have said of their requirements, Xandria three times, of which one waits; and templates of a team."""

from tests.people import AMINA, CHIDI, DORA

from comity.core.actors import Actor
from comity.core.transaction import transaction
from comity.directory import publishing
from comity.directory.profile import Channel, Content, Day, Formality, Law
from comity.library import actions as templates
from comity.library.wording import Said, Wording

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
    keep_templates()


def keep_templates() -> None:
    """Let the Prosecutor's team have one in use and one in preparation."""
    lines = dict.fromkeys("abcdef", "Under [the article of the law].")
    said = Said(subject="Records of [the company]", text="Please send the records.\n\nThank you.", lines=lines)
    with transaction(AMINA) as tx:
        row = templates.begin(tx, "assistance", "i")
        row = templates.change(tx, row.id, Wording(en=said, fr=said), version=row.version)
        templates.publish(tx, row.id, version=row.version)
    with transaction(AMINA) as tx:
        templates.begin(tx, "assistance", "d")


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
