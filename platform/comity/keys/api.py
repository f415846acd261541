"""Sessions and keys for programs: who is signed in, what is pinned, one's own protected keys, authority statements."""

from __future__ import annotations

from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import request
from flask_babel import gettext as _

from comity.accounts import actions as accounts
from comity.accounts import queries as sessions
from comity.accounts.login import device_of
from comity.accounts.model import Account
from comity.core.errors import Fault, Invalid, NotFound
from comity.core.transaction import Transaction, transaction
from comity.directory.model import Authority
from comity.keys import actions, office_api, queries, serving, trust
from comity.keys.model import PRESENT, WAITING, ChainWrap, KeySet, Way, Wrap
from comity.keys.views import (
    AccountView,
    AddBody,
    Added,
    Begun,
    Chain,
    Credentials,
    Deposit,
    Kept,
    MyKeys,
    RemoveBody,
    Secret,
    SessionView,
    Trust,
    WayView,
    WrapView,
)
from comity.keys.ways import NewWay
from comity.keys.wraps import chains_of, wraps_of
from comity.web import Api
from comity.web.identity import Person, person

api = Api("keys", __name__, url_prefix="/api/v1")
api.register_blueprint(office_api.office)


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
    kept = tx.find(KeySet, KeySet.account_id == UUID(tx.actor.id), KeySet.state == PRESENT)
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
    kept, waiting = _own(tx), queries.keyset_of(tx, UUID(tx.actor.id), WAITING)
    serves = serving.serves(tx)
    return MyKeys(
        keyset=kept.keyset,
        waiting=waiting.keyset if waiting else None,
        ways=[_way(way) for way in queries.ways_of(tx, kept)],
        wraps=_wraps(wraps_of(tx, kept.keyset) if serves else []),
        chains=_wraps(chains_of(tx, tx.actor.authority or "") if serves else []),
    )


def _wraps(found: Sequence[Wrap | ChainWrap]) -> list[WrapView]:
    return [WrapView(authority=one.authority, epoch=one.epoch, wrap=_b64(one.wrap)) for one in found]


@api.put("/keys/mine", body=Deposit, answers=Kept, status=201)
def deposit(tx: Transaction, body: Deposit) -> Kept:
    """Deposit one's key set, made and protected on one's own device.

    It is not replaced before the authority has removed or revoked it; one for a key that was lost waits until then.
    """
    made = [
        NewWay(
            one.kind,
            _unb64(f"ways/{n}/file", one.file),
            one.label,
            None if one.credential is None else _unb64(f"ways/{n}/credential", one.credential),
        )
        for n, one in enumerate(body.ways)
    ]
    public, me = _unb64("public", body.public), UUID(tx.actor.id)
    return Kept(keyset=actions.deposit_key_set(tx, me, public, made, lost=body.lost).keyset)


@api.post("/keys/mine/ways", body=AddBody, answers=Added, status=201)
def add_way(tx: Transaction, body: AddBody) -> Added:
    """One more way to unlock one's key set; a new passphrase or recovery code takes the place of the last."""
    signed, file = _unb64("signed", body.signed), _unb64("file", body.file)
    return Added(id=actions.add_way(tx, _own(tx).id, signed, file).id)


@api.post("/keys/mine/ways/<uuid:way_id>/remove", body=RemoveBody)
def remove_way(tx: Transaction, way_id: UUID, body: RemoveBody) -> None:
    """Remove a way; at least two must remain, one of them not a passkey."""
    actions.remove_way(tx, _own(tx).id, way_id, _unb64("signed", body.signed))


@api.post("/keys/mine/leaving")
def say_leaving(tx: Transaction) -> None:
    """Say that one leaves: keys and sealed documents of the authority are no longer given to one, at once."""
    actions.leave(tx)


@api.get("/authorities/<code>/chain", answers=Chain)
def chain(tx: Transaction, code: str) -> Chain:
    """The links of an authority's chain; verify them under the pinned root."""
    if not tx.find(Authority, Authority.code == code):
        raise NotFound(_("There is no authority of this code."))
    return Chain(authority=code, chain=[_b64(statement) for statement in queries.chain(tx, code)])
