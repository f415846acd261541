"""Sessions and keys for programs: who is signed in, what is pinned, one's own protected keys, authority statements."""

from __future__ import annotations

from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from typing import Any, Literal
from uuid import UUID

from flask import request
from flask_babel import gettext as _
from pydantic import Field

from comity.accounts import actions as accounts
from comity.accounts import queries as sessions
from comity.accounts.login import device_of
from comity.accounts.model import Account
from comity.core.errors import Fault, Invalid, NotFound
from comity.core.transaction import Transaction, transaction
from comity.directory.model import Authority
from comity.keys import actions, queries, trust
from comity.keys.model import KeySet, Way
from comity.keys.ways import NewWay
from comity.keys.wraps import wraps_of
from comity.web import Api, Body, View
from comity.web.identity import Person, person

api = Api("keys", __name__, url_prefix="/api/v1")


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
    """The public key set of the root under which statements about authorities count."""

    root: dict[str, Any]


class WrapView(View):
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
    """One's own key set behind each of its ways, and the authority's keys wrapped to it."""

    keyset: str
    ways: list[WayView]
    wraps: list[WrapView]


class WayBody(Body):
    """A way as it is made on one's own device."""

    kind: Literal["passphrase", "recovery", "passkey"]
    label: str = Field(default="", max_length=60)
    credential: str | None = Field(default=None, max_length=1400)
    file: str = Field(max_length=12000)


class Deposit(Body):
    """A public key set as canonical JSON, base64, and the ways to all of it."""

    public: str = Field(max_length=12000)
    ways: list[WayBody] = Field(max_length=7)


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
    """The signed statements of an authority in order, each base64 of its exact bytes."""

    authority: str
    chain: list[str]


def _me() -> Person:
    someone = person()
    assert someone is not None, "only a public resource has nobody"
    return someone


def _account(tx: Transaction, account: Account) -> dict[str, Any]:
    kept = queries.keyset_of(tx, account.id)
    names = ("id", "name", "email", "role", "authority", "organ", "locale")
    return {name: getattr(account, name) for name in names} | {"keyset": kept.keyset if kept else None}


def _b64(data: bytes) -> str:
    return b64encode(data).decode()


def _unb64(field: str, text: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except (NotBase64, ValueError) as error:
        problem = _("This is not base64.")
        raise Invalid(problem, [Fault(f"/{field}", problem)]) from error


@api.post("/session", body=Credentials, answers=Begun, status=201, public=True, largest=16384)
def begin_session(body: Credentials) -> Begun:
    """Sign in with e-mail address and password."""
    agent = device_of(request.headers.get("User-Agent", "")) or request.headers.get("User-Agent", "").split("/")[0]
    signed_in = accounts.sign_in(body.email, body.password, kind="client", device=agent)
    with transaction(signed_in.account.actor, writes=False) as tx:
        return Begun(token=signed_in.token, account=AccountView(**_account(tx, signed_in.account)))


@api.get("/session", answers=SessionView)
def session(tx: Transaction) -> SessionView:
    """Who is signed in."""
    account = tx.read(Account, UUID(tx.actor.id))
    return SessionView(**_account(tx, account), now=tx.now.isoformat(timespec="seconds").replace("+00:00", "Z"))


@api.delete("/session")
def end_session(tx: Transaction) -> None:
    """End this session; its token opens nothing from then on."""
    accounts.end_session(tx, _me().session_id)


@api.get("/session/unlock-secret", answers=Secret)
def unlock_secret(tx: Transaction) -> Secret:
    """Half of what keeps a key set unlocked between pages of one browser; it is deleted with the session."""
    found = sessions.own_session(tx, _me().session_id)
    if found is None or found.unlock_secret is None:
        raise NotFound(_("Only a browser's session has this."))
    return Secret(secret=_b64(found.unlock_secret))


@api.get("/trust", answers=Trust)
def pinned(_tx: Transaction) -> Trust:
    """The root.  Clients pin it and refuse any other."""
    return Trust(root=trust.root().to_json())


def _own(tx: Transaction) -> KeySet:
    kept = tx.find(KeySet, KeySet.account_id == UUID(tx.actor.id))
    if not kept:
        raise NotFound(_("There is no key set for your account yet."))
    return kept[0]


def _way(way: Way) -> WayView:
    credential = None if way.credential is None else _b64(way.credential)
    made = way.made_at.isoformat(timespec="seconds").replace("+00:00", "Z")
    return WayView(id=way.id, kind=way.kind, label=way.label, made_at=made, credential=credential, file=_b64(way.file))


@api.get("/keys/mine", answers=MyKeys)
def my_keys(tx: Transaction) -> MyKeys:
    """One's own keys, all of them sealed."""
    kept = _own(tx)
    wraps = [WrapView(authority=w.authority, epoch=w.epoch, wrap=_b64(w.wrap)) for w in wraps_of(tx, kept.keyset)]
    return MyKeys(keyset=kept.keyset, ways=[_way(way) for way in queries.ways_of(tx, kept)], wraps=wraps)


@api.put("/keys/mine", body=Deposit, answers=Kept, status=201)
def deposit(tx: Transaction, body: Deposit) -> Kept:
    """Deposit one's first key set, made and protected on one's own device.  It is never replaced."""
    made = [
        NewWay(
            one.kind,
            _unb64(f"ways/{n}/file", one.file),
            one.label,
            None if one.credential is None else _unb64(f"ways/{n}/credential", one.credential),
        )
        for n, one in enumerate(body.ways)
    ]
    return Kept(keyset=actions.deposit_key_set(tx, UUID(tx.actor.id), _unb64("public", body.public), made).keyset)


@api.post("/keys/mine/ways", body=AddBody, answers=Added, status=201)
def add_way(tx: Transaction, body: AddBody) -> Added:
    """One more way to unlock one's key set; a new passphrase or recovery code takes the place of the last."""
    signed, file = _unb64("signed", body.signed), _unb64("file", body.file)
    return Added(id=actions.add_way(tx, _own(tx).id, signed, file).id)


@api.post("/keys/mine/ways/<uuid:way_id>/remove", body=RemoveBody)
def remove_way(tx: Transaction, way_id: UUID, body: RemoveBody) -> None:
    """Remove a way; at least two must remain, one of them not a passkey."""
    actions.remove_way(tx, _own(tx).id, way_id, _unb64("signed", body.signed))


@api.get("/authorities/<code>/chain", answers=Chain)
def chain(tx: Transaction, code: str) -> Chain:
    """The signed statements of an authority; verify them under the pinned root."""
    if not tx.find(Authority, Authority.code == code):
        raise NotFound(_("There is no authority of this code."))
    return Chain(authority=code, chain=[_b64(statement) for statement in queries.chain(tx, code)])
