"""The catalogue of what may stand in the way: it hangs together, and what is never an obstacle is not in it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from comity.assistance import grounds, kinds, policy
from comity.core.errors import PolicyError
from comity.core.policy import policies_dir, use_policies

NEVER = [
    "dual", "double", "criminal", "incrimin", "national of", "nationality", "nationalité", "political", "politique",
    "secrecy", "bancaire", "bank", "banque", "amnest", "reciproc", "réciproc",
]  # fmt: skip
"""Dual criminality, nationality, political offence, bank secrecy, amnesty, reciprocity, in both languages."""


def test_what_is_never_an_obstacle_is_not_offered():
    for one in grounds.grounds().values():
        said = f"{one.ground} {one.en} {one.fr}".lower().replace("_", " ")
        assert [word for word in NEVER if word in said] == []


def test_denial_stands_on_the_two_grounds_that_the_statute_has_for_it():
    assert {one.ground for one in grounds.grounds().values() if one.may_be_denied} == {
        "national_security",
        "forbidden_by_law",
    }
    assert all({"tried", "offered"} <= set(one.asks) for one in grounds.grounds().values() if one.may_be_denied)


def test_every_ground_lets_the_obstacle_go_and_every_measure_has_grounds():
    assert all(any(end.outcome == "cleared" for end in one.endings) for one in grounds.grounds().values())
    for kind in kinds.kinds().values():
        for letter in policy.measures() if kind.measures else [None]:
            fitting = [one for one in grounds.grounds().values() if one.fits(kind.kind, letter)]
            assert len(fitting) >= 2


def test_forbidden_by_law_fits_the_letter_l_alone():
    fits = [letter for letter in policy.measures() if grounds.ground_of("forbidden_by_law").fits("assistance", letter)]
    assert fits == ["l"]


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """The policies, copied so that they can be spoiled."""
    copied = tmp_path / "policies"
    shutil.copytree(policies_dir(), copied)
    use_policies(copied)
    yield copied
    use_policies(None)
    policy.check()


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ('leads_to = ["conditions", "modified", "waived", "stopped"]', 'leads_to = ["refused"]', "'refused'"),
        ('asks     = ["rule", "tried", "offered"]\nleads_to = ["conditions", "modified", "postponed"', 'asks     = ["rule", "tried"]\nleads_to = ["conditions", "modified", "postponed"', "what was tried"),  # noqa: E501
        ('letters  = ["l"]', 'letters  = ["z"]', "'z'"),
        ('kinds    = ["direct_execution"]', 'kinds    = ["direct_expulsion"]', "'direct_expulsion'"),
        ('kinds    = ["direct_execution"]', 'kinds    = ["transit"]\nletters  = ["a"]', "without measures"),
        ('ground   = "immunity"', 'ground   = "admissibility"', "stands twice"),
        ('status  = "denied"', 'status  = "withdrawn"', "denial"),
        ('said_by = "state"', 'said_by = "either"', "denial"),
        ('dated   = true', 'dated   = false', "agreed date"),
        ('status  = "modification_required"', 'status  = "executed"', "cannot make"),
        ('[[ask]]\nask = "rule"', '[[ask]]\nask = "mood"\nen = "x"\nfr = "x"\n\n[[ask]]\nask = "rule"', "'mood'"),
        ('unverified = true', 'verified = false', "verified"),
    ],
)  # fmt: skip
def test_a_catalogue_that_does_not_hang_together_stops_the_process(folder, old, new, why):
    file = folder / "grounds.toml"
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))
    with pytest.raises(PolicyError, match=r"grounds\.toml") as refusal:
        policy.check()
    assert why in str(refusal.value)
