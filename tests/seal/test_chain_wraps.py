"""Keys of several epochs: the newest is unwrapped, the others through chain wraps, and nothing forged is used."""

from hashlib import sha256

import pytest
from tests.seal.chains import ADA, BEN, CARO, DAN, Office, again, payload

from comity_seal import errors
from comity_seal.opening import age
from comity_seal.opening.identities import HybridRecipient
from comity_seal.opening.wraps import Epoch, chain_wrap, open_epochs, unwrap, unwrap_chain, wrap


@pytest.fixture
def office():
    """Three epochs; Dan was added in the second."""
    office = Office()
    office.take(*office.rotate(ADA))
    link, wraps = office.add(ADA, DAN)
    office.take(office.confirmed(link, DAN), wraps)
    office.take(*office.rotate(BEN))
    return office


def own(office, person):
    return {n: held[person.id] for n, held in office.wraps.items() if person.id in held}


def recipients(epochs):
    return {n: one.recipient for n, one in epochs.items()}


def test_the_newest_key_opens_all_before_it(office):
    everything = recipients(office.epochs)
    assert set(everything) == {1, 2, 3}
    newest = {3: office.wraps[3][DAN.id]}
    assert recipients(open_epochs(newest, office.chains, DAN.keys, office.verified)) == everything
    assert recipients(open_epochs(own(office, ADA), office.chains, ADA.keys, office.verified)) == everything


def test_without_chain_wraps_only_what_was_wrapped_to_her_opens(office):
    assert set(open_epochs(own(office, DAN), {}, DAN.keys, office.verified)) == {2, 3}
    assert set(open_epochs(own(office, DAN), {3: office.chains[3]}, DAN.keys, office.verified)) == {2, 3}
    assert open_epochs({}, {}, DAN.keys, office.verified) == {}


def test_a_gap_is_not_leapt_over(office):
    assert set(open_epochs({3: office.wraps[3][DAN.id]}, {2: office.chains[2]}, DAN.keys, office.verified)) == {3}


def test_the_newest_key_may_not_be_held_back(office):
    older = {n: held for n, held in own(office, ADA).items() if n < 3}
    for wraps in (older, {}):
        with pytest.raises(errors.OldEpoch):
            open_epochs(wraps, office.chains, ADA.keys, office.verified)


def test_who_was_removed_keeps_what_she_had(office):
    office.take(*office.remove(ADA, CARO))
    assert set(open_epochs(own(office, CARO), office.chains, CARO.keys, office.verified)) == {1, 2, 3}


def test_forged_wraps_and_chain_wraps_are_never_used(office):
    fake = Epoch.generate("XA", 3)
    wraps = own(office, ADA)
    for forged in (
        {**wraps, 3: wrap(fake, ADA.keys.public)},
        {**wraps, 3: wrap(office.epochs[3], ADA.keys.public)},
        {**wraps, 3: office.wraps[3][BEN.id]},
        {**wraps, 2: wraps[1]},
        {**wraps, 4: wraps[3]},
    ):
        with pytest.raises(errors.ForgedWrap):
            open_epochs(forged, office.chains, ADA.keys, office.verified)
    for forged in (
        {**office.chains, 3: chain_wrap(Epoch.generate("XA", 2), office.epochs[3])},
        {**office.chains, 3: chain_wrap(office.epochs[2], office.epochs[3])},
        {**office.chains, 3: office.chains[2]},
        {**office.chains, 2: b"no age file"},
        {**office.chains, 4: office.chains[3]},
    ):
        with pytest.raises(errors.ForgedWrap):
            open_epochs(wraps, forged, ADA.keys, office.verified)


def test_a_statement_that_names_a_wrong_chain_wrap_gives_no_key():
    """An administrator of bad will names another key than that of before: the hash is right, the key is not."""
    office = Office()
    link, wraps = office.rotate(ADA)
    bad = chain_wrap(Epoch.generate("XA", 1), office.epoch(2))
    named = sha256(bad).hexdigest()
    office.take(again(link, ADA.keys, epoch={**payload(link)["epoch"], "chain": named}), wraps)
    with pytest.raises(errors.ForgedWrap, match="not the one that the statement names"):
        unwrap_chain(bad, office.epochs[2], office.verified)


@pytest.mark.parametrize("label", ["XA 2", "YB 1", "XA 1 ", ""], ids=["epoch", "authority", "form", "nothing"])
def test_a_named_chain_wrap_must_say_which_key_it_holds(label):
    """The key is right and the hash is named, but the text is of another epoch or authority, or of another form."""
    office = Office()
    link, wraps = office.rotate(ADA)
    text = f"# comity epoch v1 {label}\n{office.epochs[1].identity.text}\n".encode()
    bad = age.seal(text, [HybridRecipient(office.epoch(2).recipient)])
    named = sha256(bad).hexdigest()
    office.take(again(link, ADA.keys, epoch={**payload(link)["epoch"], "chain": named}), wraps)
    with pytest.raises(errors.ForgedWrap, match="another authority or epoch"):
        unwrap_chain(bad, office.epochs[2], office.verified)


def test_the_chain_wrap_is_opened_only_with_the_key_of_the_statements(office):
    for newer in (
        Epoch.generate("XA", 3),
        Epoch("YB", 3, office.epochs[3].identity),
        Epoch("XA", 9, office.epochs[3].identity),
    ):
        with pytest.raises(errors.ForgedWrap):
            unwrap_chain(office.chains[3], newer, office.verified)
    assert unwrap_chain(office.chains[3], office.epochs[3], office.verified).recipient == office.epochs[2].recipient


def test_the_key_of_another_epoch_or_authority_is_not_this_one(office):
    for n in (1, 2):
        with pytest.raises(errors.ForgedWrap):
            unwrap(office.wraps[3][ADA.id], ADA.keys, office.verified, n)
    assert age.unseal(office.chains[2], [office.epochs[2].identity]).startswith(b"# comity epoch v1 XA 1\n")
