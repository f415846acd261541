"""Recovery and revocation: what the browser seals and signs Python opens and verifies, and the other way round."""

import base64
from typing import Any

import pytest
from playwright.sync_api import Page
from tests.browser.test_chains import (
    CAI,
    CODE,
    KEYS,
    NEW_CAI,
    OFFICER,
    OTHER_OFFICER,
    ROOT_JSON,
    STRANGER,
    USERS,
    Chain,
    b64,
    python_failure,
    sent,
)
from tests.browser.test_interop import call, failure

from comity_seal import errors
from comity_seal.authority import Officer, VerifiedAuthority
from comity_seal.opening import recovery, statements
from comity_seal.opening.identities import HybridIdentity
from comity_seal.opening.wraps import Epoch, open_epochs
from comity_seal.standing import ROOT


def officer(name: str) -> dict[str, str]:
    return {"user": USERS[name], "name": name, "keys": b64(KEYS[name].public.canonical)}


def stated(
    page: Page, chain: Chain, want: dict[str, Any], by: str = "Ada", identity: str | None = None
) -> dict[str, Any]:
    """What the browser makes of a statement, with its files."""
    maker = {"keys": KEYS[by].to_text(), "user": USERS[by]}
    identity = identity or chain.epochs[max(chain.epochs)].identity.text
    return call(
        page, "statement", ROOT_JSON, sent(chain.links), CODE, maker, identity, {"user": "", "reason": "", **want}
    )


def test_two_officers_get_back_with_python_what_the_browser_sealed(page):
    chain = Chain().begin()
    made = stated(page, chain, {"type": "recovery.set", "officers": [officer(name) for name in ("Oth", "Off", "Bea")]})
    chain.links.append(chain.confirmed(base64.b64decode(made["link"]), "Bea"))
    verified = chain.verified
    assert len(made["files"]) == 3
    inner = recovery.open_outer(base64.b64decode(made["files"][2]), OFFICER, verified)
    handed = recovery.hand_over(inner, OTHER_OFFICER.public)
    opened = in_python(handed, base64.b64decode(made["recovery"]), verified)
    assert opened.recipient == chain.epochs[1].recipient


def recoverable() -> tuple[Chain, statements.Wraps]:
    chain = Chain().begin()
    officers = [Officer(USERS[name], name, KEYS[name].public) for name in ("Off", "Oth")]
    made = statements.set_recovery(*chain.by(), officers=officers, epoch=chain.epochs[1], created=chain.now)
    chain.add(made, "Bea")
    return chain, made[1]


def test_two_officers_get_back_in_the_browser_what_python_sealed_and_admit_somebody(page):
    chain, wraps = recoverable()
    assert wraps.recovery is not None
    links = sent(chain.links)
    handed = call(
        page,
        "handOn",
        ROOT_JSON,
        links,
        CODE,
        OFFICER.to_text(),
        b64(OTHER_OFFICER.public.canonical),
        b64(wraps.files[0]),
    )
    identity = call(page, "recovered", ROOT_JSON, links, CODE, OTHER_OFFICER.to_text(), handed, b64(wraps.recovery))
    assert identity == chain.epochs[1].identity.text
    again = {"name": "Cai", "role": "focal point", "keys": b64(NEW_CAI.public.canonical)}
    want = {"type": "recovery.admit", "user": USERS["Cai"], "member": again, "admin": True, "reason": "lost"}
    made = stated(page, chain, want, by="Oth", identity=identity)
    link = base64.b64decode(made["link"])
    chain.links.append(chain.confirmed(chain.confirmed(link, "Off"), ROOT))
    assert chain.verified.members[USERS["Cai"]].keys == NEW_CAI.public
    held = {2: base64.b64decode(made["wraps"][NEW_CAI.public.id])}
    assert set(open_epochs(held, {2: base64.b64decode(made["chain"])}, NEW_CAI, chain.verified)) == {1, 2}


def test_a_recovery_file_that_is_not_the_one_that_was_named_is_refused_on_both_sides(page):
    chain, wraps = recoverable()
    other = recoverable()[1]
    assert wraps.recovery is not None
    assert other.recovery is not None
    links, inner = sent(chain.links), b64(OTHER_OFFICER.public.canonical)
    for keys, file in ((OFFICER, other.files[0]), (OTHER_OFFICER, wraps.files[0]), (STRANGER, wraps.files[0])):
        assert failure(page, "handOn", ROOT_JSON, links, CODE, keys.to_text(), inner, b64(file)) == "ForgedWrap"
        with pytest.raises(errors.ForgedWrap):
            recovery.open_outer(file, keys, chain.verified)
    opened = recovery.open_outer(wraps.files[0], OFFICER, chain.verified)
    right = recovery.hand_over(opened, OTHER_OFFICER.public)
    foreign = recovery.recovery_text("YB", HybridIdentity.generate())
    for handed, wrap in (
        (right, other.recovery),
        (recovery.hand_over(opened, OFFICER.public), wraps.recovery),
        (recovery.hand_over(b"nothing", OTHER_OFFICER.public), wraps.recovery),
        (seal_pair(foreign), wraps.recovery),
        (b"nothing", wraps.recovery),
    ):
        arguments = (ROOT_JSON, links, CODE, OTHER_OFFICER.to_text(), b64(handed), b64(wrap))
        assert failure(page, "recovered", *arguments) == "ForgedWrap"
        with pytest.raises(errors.ForgedWrap):
            in_python(handed, wrap, chain.verified)


def in_python(handed: bytes, wrap: bytes, verified: VerifiedAuthority) -> Epoch:
    """The newest epoch, as the inner officer opens it."""
    key = recovery.open_inner(recovery.take_over(handed, OTHER_OFFICER), OTHER_OFFICER, verified)
    return recovery.unwrap_recovery(wrap, key, verified)


def seal_pair(text: bytes) -> bytes:
    """Something else, handed over as the recovery key is."""
    return recovery.seal_pair(text, OTHER_OFFICER.public, OTHER_OFFICER.public)


def test_python_verifies_a_revocation_that_the_browser_signs(page):
    chain = Chain().begin()
    since = "2026-03-01T10:00:00Z"
    want = {"type": "key.revoke", "user": USERS["Cai"], "keyset": CAI.public.id, "since": since, "reason": "stolen"}
    chain.links.append(base64.b64decode(stated(page, chain, want, by="Cai")["link"]))
    assert chain.verified.revoked[CAI.public.id].since == since
    chain = Chain().begin()
    chain.links.append(base64.b64decode(stated(page, chain, {**want, "user": USERS["Bea"]}, by="Ada")["link"]))
    assert python_failure(chain.links) == "BrokenChain"
