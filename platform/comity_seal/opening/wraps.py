"""Epoch keys of an authority, wrapped to its members, and checked after unwrapping.

Anybody can make a file that opens with a member's key.  So the key inside counts only if it derives the very recipient
that the signed statement names.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from comity_seal.authority import VerifiedAuthority
from comity_seal.errors import ForgedWrap, FormatError, NoMatch, OldEpoch, SealError
from comity_seal.opening import age
from comity_seal.opening.identities import HybridIdentity, HybridRecipient
from comity_seal.opening.keyset import KeySet
from comity_seal.publickeys import PublicKeySet

_TEXT = re.compile(r"# comity epoch v1 ([A-Z]{2,8}) ([1-9][0-9]{0,8})\n(AGE-SECRET-KEY-PQ-1[A-Z0-9]+)\n")


@dataclass(frozen=True)
class Epoch:
    """One key of an authority."""

    authority: str
    n: int
    identity: HybridIdentity

    @classmethod
    def generate(cls, authority: str, n: int = 1) -> Epoch:
        return cls(authority, n, HybridIdentity.generate())

    @property
    def recipient(self) -> str:
        return self.identity.recipient

    @property
    def text(self) -> str:
        """What a wrap holds; plain `age -i` accepts it."""
        return f"# comity epoch v1 {self.authority} {self.n}\n{self.identity.text}\n"


def wrap(epoch: Epoch, member: PublicKeySet) -> bytes:
    """The epoch's key for one member."""
    return age.seal(epoch.text.encode(), [HybridRecipient(member.age)])


def chain_wrap(older: Epoch, newer: Epoch) -> bytes:
    """The key of one epoch for whoever has the key of the next."""
    return age.seal(older.text.encode(), [HybridRecipient(newer.recipient)])


def recovery_wrap(epoch: Epoch, recipient: str) -> bytes:
    """The epoch's key for the recovery recipient."""
    return age.seal(epoch.text.encode(), [HybridRecipient(recipient)])


def unwrap(data: bytes, keyset: KeySet, verified: VerifiedAuthority, n: int) -> Epoch:
    """The key of epoch `n`.  Raises ForgedWrap unless it is exactly the one that the statement names."""
    statement = verified.epochs.get(n)
    named = statement.wraps.get(keyset.public.id) if statement is not None else None
    return open_wrap(data, keyset.identity, named, verified, n)


def unwrap_chain(data: bytes, newer: Epoch, verified: VerifiedAuthority) -> Epoch:
    """The key of the epoch before `newer`, from the wrap that the statement of `newer` names.  Raises ForgedWrap."""
    statement = verified.epochs.get(newer.n)
    if newer.authority != verified.code or statement is None or statement.recipient != newer.recipient:
        raise ForgedWrap(f"the statements of {verified.code} do not name the key that should open this")
    return open_wrap(data, newer.identity, statement.chain, verified, newer.n - 1)


def open_epochs(
    wraps: Mapping[int, bytes], chains: Mapping[int, bytes], keyset: KeySet, verified: VerifiedAuthority
) -> dict[int, Epoch]:
    """Every epoch's key within reach: from the wraps for this key set, and down through the chain wraps.

    `chains` holds at n what the key of epoch n opens.  Everything that is offered is checked.  Raises ForgedWrap, or
    OldEpoch where keys are offered and the newest, which is there for this key set, is held back.
    """
    newest = verified.epoch
    if (wraps or chains) and newest.n not in wraps and keyset.public.id in newest.wraps:
        raise OldEpoch(f"the newest key of {verified.code}, number {newest.n}, is held back")
    if any(n not in verified.epochs for n in (*wraps, *chains)):
        raise ForgedWrap(f"the statements of {verified.code} do not name this epoch")
    found: dict[int, Epoch] = {}
    for n in sorted(verified.epochs, reverse=True):
        if n in wraps:
            found[n] = unwrap(wraps[n], keyset, verified, n)
        if n + 1 in found and n + 1 in chains:
            found[n] = unwrap_chain(chains[n + 1], found[n + 1], verified)
    return found


def open_below(newest: Epoch, chains: Mapping[int, bytes], verified: VerifiedAuthority) -> dict[int, Epoch]:
    """This epoch's key and those before it, as far as the chain wraps reach.  Raises ForgedWrap."""
    found = {newest.n: newest}
    for n in range(newest.n, 1, -1):
        if n not in chains:
            break
        found[n - 1] = unwrap_chain(chains[n], found[n], verified)
    return found


def open_wrap(data: bytes, identity: HybridIdentity, named: str | None, verified: VerifiedAuthority, n: int) -> Epoch:
    """The key of epoch `n` in a wrap for `identity` whose hash the statements give as `named`.  Raises ForgedWrap."""
    statement = verified.epochs.get(n)
    if statement is None or named is None or named != sha256(data).hexdigest():
        raise ForgedWrap(f"the statements of {verified.code} do not name this wrapped key")
    try:
        found = _TEXT.fullmatch(age.unseal(data, [identity]).decode())
    except NoMatch as error:
        raise ForgedWrap("the wrapped key is for somebody else") from error
    except (SealError, UnicodeDecodeError) as error:
        raise ForgedWrap("the wrapped key is damaged") from error
    if found is None or (found[1], int(found[2])) != (verified.code, n):
        raise ForgedWrap("the wrapped key is that of another authority or epoch")
    try:
        own = HybridIdentity.from_text(found[3])
    except FormatError as error:
        raise ForgedWrap("the wrapped key is damaged") from error
    if own.recipient != statement.recipient:
        raise ForgedWrap("the wrapped key is not the one that the statement names")
    return Epoch(verified.code, n, own)
