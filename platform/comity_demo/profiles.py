"""What the invented States have said of their requirements: one twice, one once, one not at all."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from comity_demo.cast import CHIDI, DORA, Person
from comity_demo.story import World

XANDRIA: dict[str, Any] = {
    "channels": [
        {"way": "ministry_of_justice", "details": "Directorate for International Cooperation, 4 Harbour Street"},
        {"way": "diplomatic"},
    ],
    "languages": ["en"],
    "contact": "one_channel",
    "formalities": [
        {"text": "Two certified copies of every order of a Chamber", "basis": "Cooperation Act 2012, s. 7"},
        {
            "applies_to": "i",
            "text": "For bank records: the name of the bank, or the account number, and the period",
            "basis": "Cooperation Act 2012, s. 14(2)",
        },
        {
            "applies_to": "h",
            "text": "For a search: the address, and why the items are expected there",
            "basis": "Code of Criminal Procedure, s. 88",
        },
    ],
    "laws": [
        {
            "title": "Cooperation with the International Criminal Court Act 2012",
            "scheme": "akn",
            "identifier": "/akn/xa/act/2012/7",
        },
        {
            "applies_to": "k",
            "title": "Proceeds of Crime Act 2009, part III",
            "scheme": "eli",
            "identifier": "https://laws.xandria.example/eli/act/2009/31",
        },
    ],
}

YVORIA: dict[str, Any] = {
    "channels": [{"way": "diplomatic"}],
    "languages": ["ar"],
    "manner": "translation_attached",
    "contact": "direct",
    "contact_details": "The public prosecutor of the district may be called once the request has arrived.",
    "formalities": [{"text": "The articles of the Statute that the request rests on", "basis": "Decree 44, art. 9"}],
}


def say_requirements(world: World) -> None:
    """Let the States publish their profiles, and one of them change its languages three weeks ago."""
    later = world.today + timedelta(days=200)
    feast = {"on": later.isoformat(), "name": "Day of the Constitution (this year only)", "source": "Decree 91"}
    changed = {**XANDRIA, "languages": ["en", "fr"], "days": [feast]}
    world.on(89, lambda: _publish(world, CHIDI, XANDRIA), hour=11)
    world.on(60, lambda: _publish(world, DORA, YVORIA), hour=11)
    world.on(21, lambda: _publish(world, CHIDI, changed), hour=11)


def _publish(world: World, person: Person, content: dict[str, Any]) -> None:
    http = world.as_(person).http
    begun = http.post("/authorities/own/profile")
    kept = http.put("/authorities/own/profile", {"content": content}, version=begun["version"])
    http.post("/authorities/own/profile/publication", version=kept["version"])
