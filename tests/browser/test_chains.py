"""Chains of statements: what one side makes the other verifies, and both refuse the same things by the same name."""

import base64
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import pytest
from playwright.sync_api import Page
from tests.browser.test_interop import call, failure
from tests.seal.test_documents import keyset

from comity_seal import canonical, dsse, errors
from comity_seal.authority import Member, Officer, VerifiedAuthority, check_pin, pin_of, verify_chain
from comity_seal.confirmation import Confirmation
from comity_seal.opening import statements
from comity_seal.opening.keyset import KeySet
from comity_seal.opening.wraps import Epoch, open_epochs
from comity_seal.standing import ROOT

CODE = "XA"
ROOT_KEYS, STRANGER = keyset(40), keyset(41)
ADA, BEA, CAI, DAN, EVA = (keyset(number) for number in range(42, 47))
NEW_CAI, OFFICER, OTHER_OFFICER = (keyset(number) for number in range(47, 50))


def user(number: int) -> str:
    return f"{number:08x}-0000-4000-8000-{number:012x}"


USERS = {"Ada": user(1), "Bea": user(2), "Cai": user(3), "Dan": user(4), "Eva": user(5), "Off": user(6), "Oth": user(7)}
KEYS = {"Ada": ADA, "Bea": BEA, "Cai": CAI, "Dan": DAN, "Eva": EVA, "Off": OFFICER, "Oth": OTHER_OFFICER}


def member(name: str, keys: KeySet | None = None) -> Member:
    return Member(USERS[name], name, "focal point", (keys or KEYS[name]).public)


@dataclass
class Chain:
    """A chain as it grows, with the keys of its epochs and all files."""

    links: list[bytes] = field(default_factory=list)
    epochs: dict[int, Epoch] = field(default_factory=dict)
    wraps: dict[int, dict[str, bytes]] = field(default_factory=dict)
    chains: dict[int, bytes] = field(default_factory=dict)
    day: int = 1

    @property
    def verified(self) -> VerifiedAuthority:
        return verify_chain(self.links, ROOT_KEYS.public, CODE)

    @property
    def now(self) -> str:
        self.day += 1
        return f"2026-03-{self.day:02}T09:00:00Z"

    def begin(self) -> "Chain":
        epoch = Epoch.generate(CODE)
        people = [member(name) for name in ("Ada", "Bea", "Cai")]
        wraps = statements.wraps_for(epoch, people)
        self.links = [
            statements.genesis(
                ROOT_KEYS,
                code=CODE,
                kind="state",
                organ=None,
                names={"en": "Xandria", "fr": "Xandrie"},
                members=people,
                epoch=epoch,
                wraps=wraps,
                created="2026-03-01T09:00:00Z",
                admins=[USERS["Ada"], USERS["Bea"]],
            )
        ]
        self.epochs, self.wraps = {1: epoch}, {1: dict(wraps)}
        return self

    def add(self, made: bytes | tuple[bytes, statements.Wraps], *confirmers: str, new: Epoch | None = None) -> None:
        link, files = made if isinstance(made, tuple) else (made, statements.Wraps({}))
        for name in confirmers:
            link = self.confirmed(link, name)
        self.links.append(link)
        if new is not None:
            self.epochs[new.n] = new
            self.wraps[new.n] = {}
            assert files.chain is not None
            self.chains[new.n] = files.chain
        self.wraps[max(self.wraps)].update(files.members)

    def confirmed(self, link: bytes, name: str) -> bytes:
        """Also what nobody should confirm."""
        keys, by = (ROOT_KEYS, ROOT) if name == ROOT else (KEYS[name], USERS[name])
        payload = dsse.Dsse.parse(link.split(b"\n")[0]).payload
        value = canonical.loads_strict(payload)
        one = Confirmation(value["authority"], value["seq"], sha256(payload).hexdigest(), by, value["created"])
        lines = [*link.split(b"\n")[1:], keys.sign(dsse.CONFIRMATION, canonical.dumps(one.to_json()))]
        return b"\n".join([link.split(b"\n")[0], *sorted(lines, key=lambda line: dsse.Dsse.parse(line).keyset)])

    def by(self, name: str = "Ada") -> tuple[KeySet, str, VerifiedAuthority]:
        return KEYS[name], USERS[name], self.verified

    def turning(self) -> dict[str, Any]:
        old = self.epochs[max(self.epochs)]
        return {"old": old, "new": Epoch.generate(CODE, old.n + 1), "created": self.now}


def story() -> Chain:
    """Every type of statement once."""
    chain = Chain().begin()
    newest = {"epoch": chain.epochs[1]}
    chain.add(statements.add_member(*chain.by(), member=member("Dan"), created=chain.now, **newest), "Dan")
    chain.add(statements.add_admin(*chain.by(), user=USERS["Dan"], created=chain.now), "Bea")
    turning = chain.turning()
    chain.add(statements.rotate(*chain.by("Bea"), reason="yearly", **turning), new=turning["new"])
    officers = [Officer(USERS[name], name, KEYS[name].public) for name in ("Off", "Oth")]
    made = statements.set_recovery(*chain.by(), officers=officers, epoch=chain.epochs[2], created=chain.now)
    chain.add(made, ROOT)
    turning = chain.turning()
    removed = statements.remove_member(*chain.by(), user=USERS["Dan"], reason="left", **turning)
    chain.add(removed, "Bea", new=turning["new"])
    turning = chain.turning()
    again = member("Cai", NEW_CAI)
    made = statements.admit(*chain.by("Off"), member=again, admin=True, reason="lost", **turning)
    chain.add(made, "Oth", ROOT, new=turning["new"])
    chain.add(statements.remove_admin(*chain.by(), user=USERS["Bea"], reason="other work", created=chain.now), "Bea")
    at = chain.now
    chain.add(
        statements.revoke(*chain.by(), user=USERS["Bea"], revoked=BEA.public.id, since=at, reason="lost", created=at)
    )
    turning = chain.turning()
    chain.add(statements.rotate(*chain.by(), reason="revoked", **turning), new=turning["new"])
    return chain


STORY = story()


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


ROOT_JSON = b64(ROOT_KEYS.public.canonical)


def sent(links: list[bytes]) -> list[str]:
    return [b64(link) for link in links]


def said(verified: VerifiedAuthority) -> dict[str, Any]:
    """What Python says of a chain, as the browser's harness says it."""
    recovery = verified.recovery
    return {
        "missing": list(verified.missing),
        "seq": verified.seq,
        "sha256": verified.sha256,
        "members": {
            one.user: {"name": one.name, "role": one.role, "keyset": one.keys.id} for one in verified.members.values()
        },
        "admins": sorted(verified.admins),
        "former": [
            {
                "user": one.member.user, "keyset": one.member.keys.id,
                "since": one.since, "until": one.until, "seq": one.seq,
            }
            for one in verified.former
        ],
        "revoked": {key: {"since": one.since, "reason": one.reason} for key, one in verified.revoked.items()},
        "epochs": [
            {
                "n": one.n, "recipient_sha256": one.recipient_sha256, "previous": one.previous, "chain": one.chain,
                "not_before": one.not_before, "reason": one.reason, "recovery": one.recovery, "wraps": dict(one.wraps),
            }
            for one in verified.epochs.values()
        ],
        "recovery": recovery and {
            "officers": list(recovery.officers),
            "recipient": recovery.recipient,
            "files": [{"outer": one.outer, "inner": one.inner, "sha256": one.sha256} for one in recovery.files],
            "wraps": {str(n): one for n, one in recovery.wraps.items()},
        },
        "history": [
            {
                "seq": one.seq, "type": one.type, "by": one.by, "at": one.at, "about": one.about,
                "confirmed_by": list(one.confirmed_by), "sha256": one.sha256,
            }
            for one in verified.history
        ],
    }  # fmt: skip


@pytest.mark.parametrize("length", range(1, len(STORY.links) + 1))
def test_both_sides_read_the_same_in_a_chain(page, length):
    links = STORY.links[:length]
    assert call(page, "said", ROOT_JSON, sent(links), CODE) == said(verify_chain(links, ROOT_KEYS.public, CODE))


@pytest.mark.parametrize("place", range(1, len(STORY.links)))
def test_a_last_statement_may_be_open_where_that_is_asked_for(page, place):
    links = [*STORY.links[:place], STORY.links[place].split(b"\n")[0]]
    expected = verify_chain(links, ROOT_KEYS.public, CODE, unconfirmed=True)
    assert call(page, "said", ROOT_JSON, sent(links), CODE, True) == said(expected)
    closed = "NotConfirmed" if expected.missing else ""
    assert failure(page, "said", ROOT_JSON, sent(links), CODE) == closed == python_failure(links)


def python_failure(links: list[bytes], code: str = CODE) -> str:
    try:
        verify_chain(links, ROOT_KEYS.public, code)
    except errors.SealError as error:
        return type(error).__name__
    return ""


def resigned(link: bytes, keys: KeySet, change: Callable[[dict[str, Any]], object]) -> bytes:
    """The statement of a link with something else in it, signed again; without its confirmations."""
    value = canonical.loads_strict(dsse.Dsse.parse(link.split(b"\n")[0]).payload)
    change(value)
    return keys.sign(dsse.STATEMENT, canonical.dumps(value))


def broken() -> dict[str, list[bytes]]:
    """Chains in which one thing is wrong."""
    links = STORY.links
    found: dict[str, list[bytes]] = {
        "empty": [],
        "no genesis": links[1:],
        "a gap": [*links[:2], *links[3:]],
        "two in the wrong order": [links[0], links[2], links[1]],
        "a second genesis": [links[0], links[0]],
        "a statement twice": [links[0], links[1], links[1]],
        "bytes that are nothing": [links[0], b"nothing"],
        "an empty line": [links[0], links[1] + b"\n"],
        "a confirmation twice": [links[0], links[1] + b"\n" + links[1].split(b"\n")[1]],
        "a confirmation of another statement": [
            *links[:2],
            b"\n".join([links[2].split(b"\n")[0], links[1].split(b"\n")[1]]),
        ],
        "a genesis that is confirmed": [links[0] + b"\n" + links[1].split(b"\n")[1]],
        "another root": [STRANGER.sign(dsse.STATEMENT, dsse.Dsse.parse(links[0]).payload)],
    }

    def change(name: str, place: int, keys: KeySet, how: Callable[[dict[str, Any]], object], *confirmers: str) -> None:
        link = resigned(links[place], keys, how)
        for one in confirmers:
            link = STORY.confirmed(link, one)
        found[name] = [*links[:place], link]

    change("a genesis about another authority", 0, ROOT_KEYS, lambda value: value.update(authority="YB"))
    change("a genesis without admins", 0, ROOT_KEYS, lambda value: value.update(admins=[]))
    change("an admin who is no member", 0, ROOT_KEYS, lambda value: value.update(admins=[USERS["Dan"]]))
    change("a genesis of before", 0, ROOT_KEYS, lambda value: value.pop("admins"))
    change("a first epoch with a number 2", 0, ROOT_KEYS, lambda value: value["epoch"].update(n=2))
    change("a wrap for nobody", 0, ROOT_KEYS, lambda value: value["epoch"]["wraps"].pop())
    change("another authority", 1, ADA, lambda value: value.update(authority="YB"), "Dan")
    change("a hash that is not the one before", 1, ADA, lambda value: value.update(prev="0" * 64), "Dan")
    change("older than the one before", 1, ADA, lambda value: value.update(created="2026-02-01T09:00:00Z"), "Dan")
    change("a field too many", 1, ADA, lambda value: value.update(more=1), "Dan")
    change("no such type", 1, ADA, lambda value: value.update(type="member.like"), "Dan")
    change("signed by no admin", 1, CAI, lambda value: value.update(by=USERS["Cai"]), "Dan")
    change("signed by a stranger in her name", 1, STRANGER, lambda value: None, "Dan")
    change("signed by the root", 1, ROOT_KEYS, lambda value: value.update(by=ROOT), "Dan")
    change("a member who is one", 1, ADA, lambda value: value["member"].update(user=USERS["Cai"]))
    change("a key set of somebody else", 1, ADA, lambda value: value["member"].update(keys=CAI.public.to_json()))
    change("an admission that she did not confirm", 1, ADA, lambda value: None)
    change("an admission that another admin confirmed", 1, ADA, lambda value: None, "Bea")
    change("an admission that the root confirmed", 1, ADA, lambda value: None, ROOT)
    change("an admin by one person", 2, ADA, lambda value: None)
    change("an admin by herself", 2, ADA, lambda value: None, "Dan")
    change("an admin by the same person twice", 2, ADA, lambda value: None, "Ada")
    change("an admin confirmed by a member", 2, ADA, lambda value: None, "Cai")
    change("an admin who is no member at all", 2, ADA, lambda value: value.update(user=USERS["Eva"]), "Bea")
    change("an epoch with the wrong number", 3, BEA, lambda value: value["epoch"].update(n=3))
    change("an epoch that follows another", 3, BEA, lambda value: value["epoch"].update(previous="0" * 64))
    change("an epoch without the key before it", 3, BEA, lambda value: value["epoch"].update(chain=None))
    change("an epoch with a recovery that is not set", 3, BEA, lambda value: value["epoch"].update(recovery="0" * 64))
    change("an epoch that leaves somebody out", 3, BEA, lambda value: value["epoch"]["wraps"].pop())
    change(
        "an epoch with the key of before",
        3,
        BEA,
        lambda value: value["epoch"].update(recipient=STORY.epochs[1].recipient),
    )
    change("an epoch with no key", 3, BEA, lambda value: value["epoch"].update(recipient="age1pq1qqqq"))
    change("recovery by one officer", 4, ADA, lambda value: value["officers"].pop(), "Bea")
    change("recovery without a file", 4, ADA, lambda value: value["files"].pop(), "Bea")
    change("recovery by one person", 4, ADA, lambda value: None)
    change("an admin removed by one person", 5, ADA, lambda value: None)
    change("an admin who removes herself", 5, ADA, lambda value: value.update(user=USERS["Ada"]), "Bea")
    change("a removal of nobody", 5, ADA, lambda value: value.update(user=USERS["Eva"]))
    change("a recovery by no officer", 6, ADA, lambda value: value.update(by=USERS["Ada"]), "Oth", ROOT)
    change("a recovery by one officer alone", 6, OFFICER, lambda value: None, ROOT)
    change("an admin by officers without the root", 6, OFFICER, lambda value: None, "Oth")
    change("an end of administration by one", 7, ADA, lambda value: None)
    change("a revocation in the future", 8, ADA, lambda value: value.update(since="2030-01-01T00:00:00Z"))
    change("a revocation of a key that was never hers", 8, ADA, lambda value: value.update(user=USERS["Cai"]))
    change("a revocation by the root that another signed", 8, ADA, lambda value: value.update(by=ROOT))
    after = STORY.verified
    found["signed with a revoked key"] = [
        *links, statements.revoke(BEA, USERS["Bea"], after, user=USERS["Bea"], revoked=BEA.public.id,
                                  since=after.created, reason="again", created=after.created)
    ]  # fmt: skip
    found["revoked twice"] = [
        *links, statements.revoke(ADA, USERS["Ada"], after, user=USERS["Bea"], revoked=BEA.public.id,
                                  since=after.created, reason="again", created=after.created)
    ]  # fmt: skip
    flipped = bytearray(links[1])
    flipped[-200] ^= 1
    found["a byte of a signature changed"] = [links[0], bytes(flipped)]
    return found


BROKEN = broken()


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_wrong_with_a_chain_has_the_same_name_on_both_sides(page, name):
    expected = python_failure(BROKEN[name])
    assert expected, "the chain is not broken"
    assert failure(page, "said", ROOT_JSON, sent(BROKEN[name]), CODE) == expected


@pytest.mark.parametrize(
    ("who", "keys", "at", "logged"),
    [
        ("Ada", ADA, None, None),
        ("Cai", NEW_CAI, None, None),
        ("Cai", CAI, None, None),
        ("Cai", CAI, "2026-03-02T09:00:00Z", None),
        ("Cai", CAI, "2026-03-30T09:00:00Z", None),
        ("Dan", DAN, "2026-03-05T09:00:00Z", None),
        ("Dan", DAN, "2026-02-05T09:00:00Z", None),
        ("Dan", ADA, "2026-03-05T09:00:00Z", None),
        ("Bea", BEA, "2026-03-02T09:00:00Z", None),
        ("Bea", BEA, "2026-03-02T09:00:00Z", "2026-03-02T09:00:01.5Z"),
        ("Bea", BEA, "2026-03-02T09:00:00Z", "2026-04-02T09:00:00.5Z"),
        ("Eva", EVA, "2026-03-02T09:00:00Z", None),
        ("Dan", DAN, "yesterday", None),
    ],
)
def test_both_sides_agree_on_who_may_have_signed(page, who, keys, at, logged):
    arguments = (ROOT_JSON, sent(STORY.links), CODE, USERS[who], keys.public.id, at, logged)
    refused, name = "", ""
    try:
        name = STORY.verified.signer(USERS[who], keys.public.id, at, logged).name
    except errors.SealError as error:
        refused = type(error).__name__
    assert failure(page, "signer", *arguments) == refused
    assert refused or call(page, "signer", *arguments) == name


def test_a_pin_refuses_what_goes_back_or_beside(page):
    links = STORY.links
    pin = pin_of(verify_chain(links[:4], ROOT_KEYS.public, CODE))
    given = {"seq": pin.seq, "sha256": pin.sha256}
    beside = [*links[:3], resigned(links[3], BEA, lambda value: value["epoch"].update(reason="another"))]
    for chain, name in (
        (links[:4], ""),
        (links, ""),
        (links[:3], "RolledBack"),
        ([], "RolledBack"),
        (beside, "ForkedChain"),
    ):
        assert failure(page, "pinned", sent(chain), given) == name
        if name:
            with pytest.raises(getattr(errors, name)):
                check_pin(chain, pin)
        else:
            check_pin(chain, pin)


def files(of: dict[int, bytes]) -> dict[str, str]:
    return {str(n): b64(data) for n, data in of.items()}


def own_wraps(keys: KeySet) -> dict[int, bytes]:
    return {n: wraps[keys.public.id] for n, wraps in STORY.wraps.items() if keys.public.id in wraps}


@pytest.mark.parametrize("keys", [ADA, NEW_CAI], ids=["from the beginning", "admitted late"])
def test_whoever_has_the_newest_key_reaches_every_older_one(page, keys):
    own = own_wraps(keys)
    found = call(page, "epochs", ROOT_JSON, sent(STORY.links), CODE, keys.to_text(), files(own), files(STORY.chains))
    expected = open_epochs(own, STORY.chains, keys, STORY.verified)
    assert set(expected) == {1, 2, 3, 4, 5}
    assert found == {str(n): STORY.verified.epochs[n].recipient_sha256 for n in expected}


def test_a_key_that_was_put_in_the_place_of_another_is_refused(page):
    own, chains = own_wraps(ADA), STORY.chains
    newest = max(own)
    offers = {
        "another wrap": ({**own, newest: own[1]}, chains, "ForgedWrap"),
        "another chain wrap": (own, {**chains, 3: chains[2]}, "ForgedWrap"),
        "an epoch that is not": ({**own, 9: own[1]}, chains, "ForgedWrap"),
        "the newest held back": ({n: own[n] for n in own if n != newest}, chains, "OldEpoch"),
    }
    for wraps, offered, name in offers.values():
        arguments = (ROOT_JSON, sent(STORY.links), CODE, ADA.to_text(), files(wraps), files(offered))
        assert failure(page, "epochs", *arguments) == name
        with pytest.raises(getattr(errors, name)):
            open_epochs(wraps, offered, ADA, STORY.verified)


def make(
    page: Page, chain: Chain, kind: str, who: str, *confirmers: str, by: str = "Ada", keys: KeySet | None = None
) -> None:
    """Let the browser make a statement and its confirmations, and go on from there."""
    maker = {"keys": KEYS[by].to_text(), "user": USERS[by]}
    joining = {"name": who, "role": "focal point", "keys": b64((keys or KEYS[who]).public.canonical)}
    want = {"type": kind, "user": USERS[who], "reason": "because", "member": joining}
    newest = max(chain.epochs)
    links = sent(chain.links)
    made = call(page, "statement", ROOT_JSON, links, CODE, maker, chain.epochs[newest].identity.text, want)
    link = made["link"]
    for name in confirmers:
        second = {"keys": KEYS[name].to_text(), "user": USERS[name]}
        link = call(page, "confirmed", ROOT_JSON, links, CODE, second, link)
    chain.links.append(base64.b64decode(link))
    wraps = {keyset: base64.b64decode(file) for keyset, file in made["wraps"].items()}
    if made["chain"]:
        chain.wraps[newest + 1] = {}
        chain.chains[newest + 1] = base64.b64decode(made["chain"])
        opened = open_epochs({newest + 1: wraps[ADA.public.id]}, chain.chains, ADA, chain.verified)
        assert opened[newest].recipient == chain.epochs[newest].recipient
        chain.epochs[newest + 1] = opened[newest + 1]
    chain.wraps[max(chain.wraps)].update(wraps)


def test_python_verifies_what_the_browser_makes(page):
    chain = Chain().begin()
    make(page, chain, "member.add", "Dan", "Dan")
    make(page, chain, "admin.add", "Dan", "Bea")
    make(page, chain, "epoch.rotate", "Ada", by="Dan")
    make(page, chain, "member.remove", "Cai")
    make(page, chain, "admin.remove", "Bea", "Dan")
    verified = chain.verified
    assert [one.type for one in verified.history[1:]] == [
        "member.add", "admin.add", "epoch.rotate", "member.remove", "admin.remove",
    ]  # fmt: skip
    assert set(verified.members) == {USERS["Ada"], USERS["Bea"], USERS["Dan"]}
    assert verified.admins == {USERS["Ada"], USERS["Dan"]}
    assert verified.epoch.n == 3
    assert set(open_epochs({3: chain.wraps[3][DAN.public.id]}, chain.chains, DAN, verified)) == {1, 2, 3}
    assert call(page, "said", ROOT_JSON, sent(chain.links), CODE) == said(verified)


def test_what_the_browser_makes_seals_the_recovery_too(page):
    chain = Chain().begin()
    officers = [Officer(USERS[name], name, KEYS[name].public) for name in ("Off", "Oth")]
    chain.add(statements.set_recovery(*chain.by(), officers=officers, epoch=chain.epochs[1], created=chain.now), "Bea")
    make(page, chain, "epoch.rotate", "Ada")
    assert chain.verified.epoch.recovery is not None
    assert set(chain.verified.recovery.wraps) == {1, 2}
