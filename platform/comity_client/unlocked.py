"""An unlocked session: the key set and epoch keys in memory, and every authority verified under the pinned root."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from comity_client.authorities import Authorities
from comity_client.errors import ClientError, NotVerified
from comity_client.http import Http
from comity_client.pins import Pins
from comity_client.seen import Seen
from comity_client.ways import unlock_keys
from comity_seal.authority import VerifiedAuthority
from comity_seal.errors import SealError
from comity_seal.log.proof import Trust
from comity_seal.opening.keyset import KeySet
from comity_seal.opening.opening import Opener
from comity_seal.opening.sealing import Author
from comity_seal.opening.wraps import Epoch, open_epochs
from comity_seal.parties import Sender
from comity_seal.root import Root


def named_root(http: Http) -> Root:
    """The public root as the platform gives it, not yet trusted.  Raises NotVerified."""
    try:
        return Root.from_json(http.get("/trust")["root"])
    except SealError as error:
        raise NotVerified(f"The platform names no root that can be read: {error}.") from error


def trusted_root(http: Http, pinned: str) -> Root:
    """The public root, if it is the one pinned.  Raises NotVerified."""
    root = named_root(http)
    if root.id != pinned:
        raise NotVerified(
            "The platform names another root than the one you pinned: do nothing, and tell your security officer."
        )
    return root


@dataclass
class Unlocked:
    """Who acts, and all that is needed to seal, sign and open.

    `trust` names the log whose receipts are believed, `log` is what was seen of it where there is a connection.
    """

    http: Http
    me: dict[str, Any]
    keyset: KeySet
    authorities: Authorities
    trust: Trust | None = None
    log: Seen | None = None
    _epochs: dict[int, Epoch] = field(default_factory=dict)

    @classmethod
    def unlock(
        cls, http: Http, pinned: str, passphrase: str | Callable[[], str], *, pins: Pins | None = None
    ) -> Unlocked:
        """Fetch the protected key set, open it here, unwrap the authority's keys and check them.

        `passphrase` may be the recovery code, or a function that asks, which happens only once there is a key set to
        open.  Raises ClientError for wrong words, NotVerified for keys that the statements do not name.
        """
        authorities = Authorities(http, trusted_root(http, pinned), pins)
        keyset, kept = unlock_keys(authorities, passphrase)
        return cls._with(authorities, keyset, kept)

    @classmethod
    def with_keys(cls, http: Http, root: Root, keyset: KeySet, *, pins: Pins | None = None) -> Unlocked:
        """With a key set that is at hand already.  Raises NotVerified."""
        return cls._with(Authorities(http, root, pins), keyset, http.get("/keys/mine"))

    @classmethod
    def _with(cls, authorities: Authorities, keyset: KeySet, kept: dict[str, Any]) -> Unlocked:
        session = cls(authorities.http, authorities.http.get("/session"), keyset, authorities)
        session._open_epochs(kept)
        if not session._epochs:
            raise ClientError(
                "Your authority's keys are not given to you: its statements do not list your key set yet, or not any "
                "more. Ask its administrator."
            )
        return session

    def _open_epochs(self, kept: dict[str, Any]) -> None:
        wraps, chains = (
            {
                one["epoch"]: base64.b64decode(one["wrap"])
                for one in kept.get(name, [])
                if one["authority"] == self.me["authority"]
            }
            for name in ("wraps", "chains")
        )
        if wraps:
            try:
                self._epochs = open_epochs(wraps, chains, self.keyset, self.authority(self.code))
            except SealError as error:
                raise NotVerified(f"A key that the platform gave is not authentic: {error}.") from error

    @property
    def root(self) -> Root:
        return self.authorities.root

    @property
    def epoch(self) -> Epoch:
        """The newest key of one's own authority.  Raises ClientError where one has only older ones."""
        newest = self.authority(self.code).epoch.n
        if newest not in self._epochs:
            raise ClientError(f"You do not have the newest key of {self.code}: ask its administrator.")
        return self._epochs[newest]

    @property
    def code(self) -> str:
        """One's own authority."""
        return str(self.me["authority"])

    def authority(self, code: str) -> VerifiedAuthority:
        """An authority, verified under the pinned root.  Raises NotVerified."""
        return self.authorities.of(code)

    @property
    def sender(self) -> Sender:
        """How what one seals names oneself."""
        return Sender(self.code, str(self.me["id"]), self.keyset.public.id)

    @property
    def author(self) -> Author:
        """Who signs.  Raises WrongClock."""
        self.http.clock.check()
        seen = self.log.state if self.log else None
        return Author(self.keyset, str(self.me["id"]), self.authority(self.code), seen)

    @property
    def opener(self) -> Opener:
        return Opener(self._epochs, self.code, self.authority)
