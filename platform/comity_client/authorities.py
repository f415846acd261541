"""Every authority as its statements say, verified under the pinned root, never older than was seen here."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from comity_client.errors import ClientError, NotVerified
from comity_client.http import Http
from comity_client.pins import Pins
from comity_seal.authority import VerifiedAuthority, check_pin, pin_of, verify_chain
from comity_seal.encoding import unb64
from comity_seal.errors import ForkedChain, FormatError, RolledBack, SealError
from comity_seal.publickeys import PublicKeySet
from comity_seal.root import Root


class Moved(NotVerified):
    """The platform shows an older or another list of statements than this machine has seen."""


@dataclass
class Authorities:
    """What is known of them; `pins` are kept between two commands, and None keeps nothing."""

    http: Http
    root: Root
    pins: Pins | None = None
    chains: dict[str, list[bytes]] = field(default_factory=dict)
    _verified: dict[str, VerifiedAuthority] = field(default_factory=dict)

    def of(self, code: str) -> VerifiedAuthority:
        """An authority.  Raises NotVerified, also where it has no statement yet."""
        found = self.find(code)
        if found is None:
            raise ClientError(f"{code} has made no statement yet: nothing can be sealed to it or verified.")
        return found

    def find(self, code: str) -> VerifiedAuthority | None:
        """An authority; None where there is no statement yet and never was one.  Raises NotVerified."""
        if code not in self._verified:
            given = self.http.get(f"/authorities/{code}/chain")["chain"]
            try:
                return self.learn(code, [unb64(one) for one in given])
            except FormatError as error:
                raise NotVerified(f"What the platform says of {code} cannot be read: {error}.") from error
        return self._verified[code]

    def learn(self, code: str, chain: list[bytes]) -> VerifiedAuthority | None:
        """What this chain says, kept as the newest that was seen.  Raises NotVerified."""
        pin = self.pins.find(code) if self.pins else None
        if not chain and pin is None:
            return None
        try:
            if pin is not None:
                check_pin(chain, pin)
            verified = verify_chain(chain, self.root, code)
        except (RolledBack, ForkedChain) as error:
            raise self._moved(code, error) from error
        except SealError as error:
            raise NotVerified(f"What the platform says of {code} is not authentic: {error}.") from error
        if self.pins:
            self.pins.keep(code, pin_of(verified))
        self.chains[code], self._verified[code] = chain, verified
        return verified

    def _moved(self, code: str, error: SealError) -> Moved:
        if self.http.at_hand and isinstance(error, RolledBack):
            return Moved(
                f"This is older than what this machine has seen of {code} ({error}): nothing was opened. Pack it again."
            )
        return Moved(
            f"The statements of {code} are not those that this machine has seen: {error}. Do nothing more, and tell "
            "your security officer."
        )

    def forget(self, code: str) -> None:
        """Ask again next time."""
        self._verified.pop(code, None)
        self.chains.pop(code, None)


def listed(authorities: Authorities, me: dict[str, Any], *, revoked: bool = True) -> PublicKeySet | None:
    """The key set that the verified statements of one's authority list for oneself; without `revoked`, if it counts.

    Raises NotVerified.
    """
    verified = authorities.find(me["authority"]) if me["authority"] else None
    member = verified.members.get(str(me["id"])) if verified else None
    if verified is None or member is None or (not revoked and member.keys.id in verified.revoked):
        return None
    return member.keys
