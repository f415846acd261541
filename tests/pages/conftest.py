"""One running instance for all tests of pages, with requests at every stage."""

from collections.abc import Iterator

import pytest
from tests import people
from tests.exchange import sealed
from tests.journeys.instance import Instance, instance
from tests.journeys.xandria import recovered_by
from tests.keys import offices
from tests.pages import town
from tests.people import AMINA, CHIDI

from comity.core import clock


@pytest.fixture(scope="session")
def requests() -> dict[str, str]:
    """The identifier of a request at each stage of the town, once `running` has made them."""
    return {}


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory, requests: dict[str, str]) -> Iterator[Instance]:
    """The cast with keys, but for Zola, the requests of the town, and Cyrus, who asks to be admitted and
    is an officer of recovery."""

    def build() -> None:
        people.populate(keys=True, without={"ZC"})
        people.populate_service()
        offices.arrive(offices.CYRUS)
        requests.update({name: str(rfa) for name, rfa in town.build().requests.items()})
        written = sealed.read(AMINA, town.brought_to())
        requests.update({f"translation {name}": str(one) for name, one in town.to_translate(written).items()})
        recovered_by(CHIDI, offices.CYRUS)
        requests["by keyboard"] = str(town.request("transmitted", clock.now()))

    with instance(tmp_path_factory.mktemp("instance"), build) as found:
        yield found
