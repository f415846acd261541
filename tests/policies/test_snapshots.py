"""The access matrix and docs/events.md are what the policies say now; reviewers read the difference."""

from pathlib import Path

from comity.consequences import document
from comity.core import access
from comity.core.matrix import matrix

ROOT = Path(__file__).parents[2]


def test_the_access_matrix_is_the_reviewed_one(policies: access.Access) -> None:
    kept = (ROOT / "tests" / "policies" / "access_matrix.txt").read_text()
    assert matrix() == kept, "who may do what has changed: run ./dev matrix and read the difference"


def test_the_document_of_events_is_up_to_date() -> None:
    kept = (ROOT / "docs" / "events.md").read_text()
    assert document() == kept, "what follows from what has changed: run ./dev events and read the difference"
