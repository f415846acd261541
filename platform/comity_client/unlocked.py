"""An unlocked session: the key set and epoch keys in memory, and every authority verified under the pinned root."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from comity_client.errors import ClientError, NotVerified
from comity_client.http import Http
from comity_client.ways import unlock_keys
from comity_seal.authority import VerifiedAuthority, verify_chain
from comity_seal.errors import SealError
from comity_seal.opening import age
from comity_seal.opening.keyset import KeySet
from comity_seal.opening.opening import Opener
from comity_seal.opening.sealing import Author
from comity_seal.opening.wraps import Epoch, unwrap
from comity_seal.parties import Sender
from comity_seal.publickeys import PublicKeySet


def named_root(http: Http) -> PublicKeySet:
    """The root's public keys as the platform gives them, not yet trusted.  Raises NotVerified."""
    try:
        return PublicKeySet.from_json(http.get("/trust")["root"])
    except SealError as error:
        raise NotVerified(f"The platform names no root that can be read: {error}.") from error


def trusted_root(http: Http, pinned: str) -> PublicKeySet:
    """The root's public keys, if they are those pinned.  Raises NotVerified."""
    root = named_root(http)
    if root.id != pinned:
        raise NotVerified(
            "The platform names another root than the one you pinned: do nothing, and tell your security officer."
        )
    return root


@dataclass
class Unlocked:
    """Who acts, and all that is needed to seal, sign and open."""

    http: Http
    me: dict[str, Any]
    keyset: KeySet
    root: PublicKeySet
    chains: dict[str, list[bytes]] = field(default_factory=dict)
    _verified: dict[str, VerifiedAuthority] = field(default_factory=dict)
    _epochs: dict[int, Epoch] = field(default_factory=dict)

    @classmethod
    def unlock(cls, http: Http, pinned: str, passphrase: str | Callable[[], str]) -> Unlocked:
        """Fetch the protected key set, open it here, unwrap the authority's keys and check them.

        `passphrase` may be the recovery code, or a function that asks, which happens only once there is a key set to
        open.  Raises ClientError for wrong words, NotVerified for keys that the statements do not name.
        """
        root = trusted_root(http, pinned)
        keyset, kept = unlock_keys(http, root, passphrase)
        return cls._with(http, root, keyset, kept["wraps"])

    @classmethod
    def with_keys(cls, http: Http, root: PublicKeySet, keyset: KeySet) -> Unlocked:
        """With a key set that is at hand already.  Raises NotVerified."""
        return cls._with(http, root, keyset, http.get("/keys/mine")["wraps"])

    @classmethod
    def _with(cls, http: Http, root: PublicKeySet, keyset: KeySet, wraps: list[dict[str, Any]]) -> Unlocked:
        session = cls(http, http.get("/session"), keyset, root)
        session._unwrap(wraps)
        return session

    def _unwrap(self, wraps: list[dict[str, Any]]) -> None:
        for one in wraps:
            if one["authority"] == self.code:
                try:
                    self._epochs[one["epoch"]] = unwrap(
                        base64.b64decode(one["wrap"]), self.keyset, self.authority(self.code), one["epoch"]
                    )
                except SealError as error:
                    raise NotVerified(f"A key that the platform gave is not authentic: {error}.") from error
        if not self._epochs:
            raise ClientError("You are not yet part of your authority's statements: ask your administrator.")

    @property
    def code(self) -> str:
        """One's own authority."""
        return str(self.me["authority"])

    def authority(self, code: str) -> VerifiedAuthority:
        """An authority, verified under the pinned root.  Raises NotVerified."""
        if code not in self._verified:
            answer = self.http.get(f"/authorities/{code}/chain")
            chain = [base64.b64decode(one) for one in answer["chain"]]
            try:
                self._verified[code] = verify_chain(chain, self.root, code)
            except SealError as error:
                raise NotVerified(f"What the platform says of {code} is not authentic: {error}.") from error
            self.chains[code] = chain
        return self._verified[code]

    @property
    def sender(self) -> Sender:
        """How what one seals names oneself."""
        return Sender(self.code, str(self.me["id"]), self.keyset.public.id)

    @property
    def author(self) -> Author:
        """Who signs.  Raises WrongClock."""
        self.http.clock.check()
        return Author(self.keyset, str(self.me["id"]), self.authority(self.code))

    def signed_manifest(self, manifest_age: bytes) -> bytes:
        """The signed manifest inside a sealed one that was verified before."""
        identities = [epoch.identity for epoch in self._epochs.values()]
        return age.unseal(manifest_age, identities).rstrip(b" ")

    @property
    def opener(self) -> Opener:
        return Opener(self._epochs, self.code, self.authority)
