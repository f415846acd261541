"""The recovery key of an authority: for each pair of officers a file to the one inside a file to the other.

The outer officer opens hers and seals what is inside, still closed to her, to the inner one.  Like every wrapped key,
what comes out counts only if it derives the recipient that the signed statement names.
"""

from __future__ import annotations

import re
from hashlib import sha256

from comity_seal.authority import Recovery, VerifiedAuthority
from comity_seal.errors import ForgedWrap, NoMatch, SealError
from comity_seal.opening import age
from comity_seal.opening.identities import HybridIdentity, HybridRecipient
from comity_seal.opening.keyset import KeySet
from comity_seal.opening.wraps import Epoch, open_wrap
from comity_seal.publickeys import PublicKeySet

_TEXT = re.compile(r"# comity recovery v1 ([A-Z]{2,8})\n(AGE-SECRET-KEY-PQ-1[A-Z0-9]+)\n")


def recovery_text(code: str, identity: HybridIdentity) -> bytes:
    """What the inner file holds; plain `age -i` accepts it."""
    return f"# comity recovery v1 {code}\n{identity.text}\n".encode()


def seal_pair(text: bytes, outer: PublicKeySet, inner: PublicKeySet) -> bytes:
    """The recovery key for two officers: first `outer` opens, then `inner`."""
    return age.seal(age.seal(text, [HybridRecipient(inner.age)]), [HybridRecipient(outer.age)])


def open_outer(file: bytes, keyset: KeySet, verified: VerifiedAuthority) -> bytes:
    """The inner file, for the other officer.  Raises ForgedWrap unless the statement names this file for this one."""
    named = {one.sha256: one.outer for one in _recovery(verified).files}
    if named.get(sha256(file).hexdigest()) != keyset.public.id:
        raise ForgedWrap(f"the statements of {verified.code} do not name this recovery file for you")
    return _unseal(file, keyset)


def hand_over(inner: bytes, officer: PublicKeySet) -> bytes:
    """The inner file on its way to the other officer, so that the platform does not hold it as it is."""
    return age.seal(inner, [HybridRecipient(officer.age)])


def take_over(file: bytes, keyset: KeySet) -> bytes:
    """The inner file out of what was handed over.  Raises ForgedWrap."""
    return _unseal(file, keyset)


def open_inner(inner: bytes, keyset: KeySet, verified: VerifiedAuthority) -> HybridIdentity:
    """The recovery key.  Raises ForgedWrap unless it derives the recipient that the statement names."""
    recovery = _recovery(verified)
    try:
        found = _TEXT.fullmatch(_unseal(inner, keyset).decode())
        identity = HybridIdentity.from_text(found[2]) if found else None
    except (SealError, UnicodeDecodeError) as error:
        raise ForgedWrap("the recovery key is damaged, or for somebody else") from error
    if found is None or identity is None or found[1] != verified.code or identity.recipient != recovery.recipient:
        raise ForgedWrap("this recovery key is not the one that the statement names")
    return identity


def unwrap_recovery(wrap: bytes, identity: HybridIdentity, verified: VerifiedAuthority) -> Epoch:
    """The newest epoch's key, from the wrap to the recovery recipient.  Raises ForgedWrap."""
    recovery, newest = _recovery(verified), verified.epoch.n
    if identity.recipient != recovery.recipient:
        raise ForgedWrap("this recovery key is not the one that the statement names")
    return open_wrap(wrap, identity, recovery.wraps.get(newest), verified, newest)


def _recovery(verified: VerifiedAuthority) -> Recovery:
    if verified.recovery is None:
        raise ForgedWrap(f"the statements of {verified.code} name no recovery key")
    return verified.recovery


def _unseal(data: bytes, keyset: KeySet) -> bytes:
    try:
        return age.unseal(data, [keyset.identity])
    except NoMatch as error:
        raise ForgedWrap("this recovery file is for somebody else") from error
    except SealError as error:
        raise ForgedWrap("this recovery file is damaged") from error
