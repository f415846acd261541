"""What programs send and are given of sessions and of their own keys."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from comity.web import Body, View


class Credentials(Body):
    email: str = Field(max_length=300)
    password: str = Field(max_length=2000)


class AccountView(View):
    id: UUID
    name: str
    email: str
    role: str
    authority: str | None
    organ: str | None
    locale: str
    keyset: str | None


class SessionView(AccountView):
    """Who is signed in, and what time it is here (RFC 3339)."""

    now: str


class Begun(View):
    """The token is shown this once; send it as `Authorization: Bearer`."""

    token: str
    account: AccountView


class Secret(View):
    """32 bytes, base64, that vanish with the session."""

    secret: str


class Trust(View):
    """The public root, under whose key sets statements about authorities count (docs/sealing.md, section 4)."""

    root: dict[str, Any]


class WrapView(View):
    """A sealed key of an authority: of that epoch, or, in `chains`, of the one before."""

    authority: str
    epoch: int
    wrap: str


class WayView(View):
    """One way to a key set: `file` is an age file, `credential` what a passkey is asked for by; both base64."""

    id: UUID
    kind: str
    label: str
    made_at: str
    credential: str | None
    file: str


class MyKeys(View):
    """One's own key set behind each of its ways, and the authority's keys wrapped to it.

    `chains` holds for each epoch the key of the one before, sealed to it.  `waiting` is a second key set, which takes
    the place of this one once a statement lists it.
    """

    keyset: str
    waiting: str | None
    ways: list[WayView]
    wraps: list[WrapView]
    chains: list[WrapView]


class WayBody(Body):
    """A way as it is made on one's own device."""

    kind: Literal["passphrase", "recovery", "passkey"]
    label: str = Field(default="", max_length=60)
    credential: str | None = Field(default=None, max_length=1400)
    file: str = Field(max_length=12000)


class Deposit(Body):
    """A public key set as canonical JSON, base64, and the ways to all of it.

    `lost`: one's present key set can no longer be unlocked, and this one shall wait until a statement lists it.
    """

    public: str = Field(max_length=12000)
    ways: list[WayBody] = Field(max_length=7)
    lost: bool = False


class AddBody(Body):
    """One more way: the age file, and a `way.add` signed with the key set that it opens; both base64."""

    signed: str = Field(max_length=16384)
    file: str = Field(max_length=12000)


class RemoveBody(Body):
    """A `way.remove` signed with the key set, base64."""

    signed: str = Field(max_length=16384)


class Added(View):
    id: UUID


class Kept(View):
    keyset: str


class Chain(View):
    """The links of an authority's chain in order, each base64 of its exact bytes: a statement and its confirmations."""

    authority: str
    chain: list[str]
