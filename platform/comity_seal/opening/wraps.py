"""Epoch keys of an authority, wrapped to its members, and checked after unwrapping.

Anybody can make a file that opens with a member's key.  So the key inside counts only if it derives the very recipient
that the signed statement names.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256

from comity_seal.authority import VerifiedAuthority
from comity_seal.errors import ForgedWrap, FormatError, NoMatch, SealError
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


def unwrap(data: bytes, keyset: KeySet, verified: VerifiedAuthority, n: int) -> Epoch:
    """The key of epoch `n`.  Raises ForgedWrap unless it is exactly the one that the statement names."""
    statement = verified.epochs.get(n)
    if statement is None or statement.wraps.get(keyset.public.id) != sha256(data).hexdigest():
        raise ForgedWrap(f"the statements of {verified.code} do not name this wrapped key")
    try:
        found = _TEXT.fullmatch(age.unseal(data, [keyset.identity]).decode())
    except NoMatch as error:
        raise ForgedWrap("the wrapped key is for somebody else") from error
    except (SealError, UnicodeDecodeError) as error:
        raise ForgedWrap("the wrapped key is damaged") from error
    if found is None or (found[1], int(found[2])) != (verified.code, n):
        raise ForgedWrap("the wrapped key is that of another authority or epoch")
    try:
        identity = HybridIdentity.from_text(found[3])
    except FormatError as error:
        raise ForgedWrap("the wrapped key is damaged") from error
    if identity.recipient != statement.recipient:
        raise ForgedWrap("the wrapped key is not the one that the statement names")
    return Epoch(verified.code, n, identity)
