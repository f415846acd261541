"""Whoever drafts to a State is told that it has published other requirements; nobody else is."""

import pytest
from sqlalchemy import select
from tests import people
from tests.people import AMINA, BRUNO, CHIDI, DORA, GRACE
from tests.visits import visitor

from comity.assistance import actions
from comity.assistance.cover import Asked
from comity.core.database import Session
from comity.core.transaction import transaction
from comity.directory import publishing
from comity.directory.profile import Content
from comity.notifications.model import Notification
from comity_workers.relay import relay

pytestmark = pytest.mark.usefixtures("policies")


def draft(actor, state):
    with transaction(actor) as tx:
        return actions.draft(tx, state, None, [Asked("d")]).id


def publish(actor, **said):
    with transaction(actor) as tx:
        row = publishing.begin(tx)
        row = publishing.change(tx, row.id, Content(**said), version=row.version)
        publishing.publish(tx, row.id, version=row.version)


def told():
    with Session(writes=False) as session:
        rows = session.scalars(select(Notification).where(Notification.of == "profile.published"))
        return sorted(people.NAMES[actor] for row in rows for actor in people.CAST if actor.id == row.account_id)


def test_those_with_an_open_draft_to_the_state_are_told_and_led_to_it(app, database):
    people.populate()
    draft(AMINA, "XA"), draft(GRACE, "XA"), draft(BRUNO, "YB")
    with transaction(BRUNO) as tx:
        actions.discard(tx, actions.draft(tx, "XA", None, [Asked("d")]).id)
    publish(CHIDI, languages=("fr",))
    relay()
    assert told() == ["Amina Diallo", "Grace Mensah"]
    seen = visitor(app, AMINA).get("/inbox").get_data(as_text=True)
    assert "has published other requirements" in seen
    assert 'href="/states/XA"' in seen


def test_nobody_is_told_of_what_nobody_drafts_to(database):
    people.populate()
    draft(AMINA, "XA")
    publish(DORA, languages=("fr",))
    relay()
    assert told() == []
