"""The public root: two groups of key sets and how many of each it takes, bound by one identifier."""

from hashlib import sha256
from itertools import permutations

import pytest
from tests.seal.chains import FIRST, FIRST_OF_OTP, OTHER_ROOT, SECOND, STRANGER, THE_ROOT, THIRD
from tests.seal.root_cases import BROKEN, broken, five

from comity_seal import canonical
from comity_seal.errors import FormatError
from comity_seal.root import Root

PUBLIC = THE_ROOT.public


def test_a_root_is_read_as_it_was_written():
    read = Root.from_bytes(PUBLIC.canonical)
    assert read == PUBLIC
    assert read.id == sha256(PUBLIC.canonical).hexdigest() != OTHER_ROOT.public.id
    assert len(read.fingerprint.split()) == 12
    assert int(read.fingerprint.replace(" ", "")) == int(read.id, 16) % 10**60


def test_the_order_in_which_key_sets_come_makes_no_other_root():
    keysets = [one.public for one in (FIRST, SECOND, THIRD)]
    made = {Root.of(2, order, PUBLIC.prosecutor).id for order in permutations(keysets)}
    assert made == {PUBLIC.id}


def test_the_identifier_binds_every_key_set_its_group_and_how_many_it_takes():
    others = [
        Root.of(1, PUBLIC.registry, PUBLIC.prosecutor),
        Root.of(2, PUBLIC.prosecutor, PUBLIC.registry),
        Root.of(2, PUBLIC.registry[:2], PUBLIC.prosecutor),
        Root.of(2, [*PUBLIC.registry[:2], STRANGER.public], PUBLIC.prosecutor),
    ]
    assert len({PUBLIC.id, *(one.id for one in others)}) == 5


@pytest.mark.parametrize(
    ("kind", "organ", "holder"),
    [
        ("court", "otp", FIRST_OF_OTP),
        ("court", "registry", FIRST),
        ("court", None, FIRST),
        ("state", None, FIRST),
        ("state", "otp", FIRST),
    ],
)
def test_the_prosecutor_s_group_speaks_for_the_prosecutor_alone(kind, organ, holder):
    group = PUBLIC.group(kind, organ)
    own = THE_ROOT.prosecutor if holder is FIRST_OF_OTP else THE_ROOT.registry
    assert (set(group.keysets), group.need) == ({one.public.id for one in own}, 2)


def test_a_group_has_up_to_five_key_sets_and_needs_up_to_three():
    assert Root.from_json(broken(need=3, **five())).need == 3


@pytest.mark.parametrize(("name", "make"), BROKEN, ids=[one[0] for one in BROKEN])
def test_what_is_no_root_is_refused(name, make):
    with pytest.raises(FormatError):
        Root.from_json(make())
    with pytest.raises(FormatError):
        Root.from_bytes(canonical.dumps(make()))


def test_the_root_of_before_is_refused_with_what_to_do():
    with pytest.raises(FormatError, match="comity root make"):
        Root.from_bytes(FIRST.public.canonical)


def test_what_makes_no_root_is_refused():
    for need, registry, prosecutor in [
        (0, [FIRST], [FIRST_OF_OTP]),
        (2, [FIRST], [FIRST_OF_OTP]),
        (1, [], [FIRST_OF_OTP]),
        (1, [FIRST], [FIRST]),
        (1, [FIRST, FIRST], [FIRST_OF_OTP]),
    ]:
        with pytest.raises(FormatError):
            Root.of(need, [one.public for one in registry], [one.public for one in prosecutor])
