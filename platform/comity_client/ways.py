"""One's own key set: unprotected by one of its ways and checked, and the ways changed with it.

Passphrase and recovery code are both words; their number tells which file they open.  Passkeys work in a browser only.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any

from comity_client.authorities import Authorities, listed
from comity_client.errors import ClientConflict, ClientError, NotVerified
from comity_client.http import Http
from comity_seal.errors import SealError, WrongPassphrase
from comity_seal.opening.keyset import RECOVERY_WORDS, WORDS, KeySet, kind_of, normal_passphrase, unprotect
from comity_seal.ways import PASSPHRASE, RECOVERY, Adding

WRONG = {
    PASSPHRASE: "The passphrase does not open your keys: type the eight words again.",
    RECOVERY: "The recovery code does not open your keys: type the ten words again.",
}
MISSING = {
    PASSPHRASE: "Your keys have no passphrase: unlock with the recovery code, --recovery.",
    RECOVERY: "Your keys have no recovery code: make one with `comity key recovery`.",
}


class HasKeys(ClientConflict):
    """There is a key set for this account already."""


def refuse_second(authorities: Authorities, me: dict[str, Any]) -> None:
    """Raises HasKeys where the platform, or whatever it says the statements of one's authority, name a key set."""
    if me["keyset"]:
        raise HasKeys("Your account has a key set already: it is never replaced silently.")
    if listed(authorities, me):
        raise HasKeys(
            "Your authority's signed statements list a key set of yours, but the platform says that you have none: "
            "make no other, and tell your security officer."
        )


def unprotected(files: Mapping[str, bytes], words: str) -> KeySet:
    """The key set behind passphrase or recovery code; whose it is stays to be compared.

    Raises ClientError or NotVerified.
    """
    kind = kind_of(words)
    file = files.get(kind)
    if len(normal_passphrase(words).split("-")) not in (WORDS, RECOVERY_WORDS):
        raise ClientError("A passphrase has eight words, a recovery code ten: type them again.")
    if file is None:
        raise ClientError(MISSING[kind])
    try:
        return unprotect(file, words)
    except WrongPassphrase:
        raise ClientError(WRONG[kind]) from None
    except SealError as error:
        raise NotVerified(f"Your protected key set is damaged: {error}.") from error


def files_of(kept: dict[str, Any]) -> dict[str, bytes]:
    """The files of `GET /keys/mine` that words open, by kind."""
    return {way["kind"]: base64.b64decode(way["file"]) for way in kept["ways"] if way["kind"] in WRONG}


def unlock_keys(authorities: Authorities, words: str | Callable[[], str]) -> tuple[KeySet, dict[str, Any]]:
    """One's key set, the one listed for oneself where statements list one, and what `GET /keys/mine` said.

    `words` may be a function that asks, which happens only once there is a key set to open.  Raises ClientError.
    """
    kept = authorities.http.get("/keys/mine")
    keyset = unprotected(files_of(kept), words if isinstance(words, str) else words())
    if keyset.public.id != kept["keyset"]:
        raise NotVerified("The platform gave another key set than yours.")
    check_listed(authorities, keyset)
    return keyset, kept


def check_listed(authorities: Authorities, keyset: KeySet) -> None:
    """Raises NotVerified where the statements of one's authority list another key set for oneself."""
    expected = listed(authorities, authorities.http.get("/session"), revoked=False)
    if expected is not None and expected != keyset.public:
        raise NotVerified("The platform gave another key set than the one that your authority's statements list.")


def replace_words(http: Http, keyset: KeySet, kind: str, file: bytes) -> None:
    """Put a new passphrase or recovery code in the place of the last, signed with the key set itself.

    Raises WrongClock.
    """
    http.clock.check()
    adding = Adding(keyset.public.id, kind, "", None, sha256(file).hexdigest())
    http.post("/keys/mine/ways", {"signed": _b64(keyset.sign_way(adding)), "file": _b64(file)})


def refuse_while_listed(authorities: Authorities, me: dict[str, Any], *, lost: bool) -> None:
    """Raises HasKeys where the statements of one's authority list a key set that counts, unless it is `lost`."""
    if not me["keyset"]:
        raise ClientError("Your account has no key set yet: run `comity key init`.")
    verified = authorities.find(me["authority"]) if me["authority"] else None
    if not lost and (verified is None or me["keyset"] not in verified.listed):
        raise HasKeys("Your key set waits for your authority to list it: make no other.")
    if lost or verified is None:
        return
    user = str(me["id"])
    officer = verified.recovery.officers.get(user) if verified.recovery else None
    counting = {one.keys.id for one in (verified.members.get(user), officer) if one} - set(verified.revoked)
    if counting:
        raise HasKeys(
            "Your authority's statements list your key set, for you or for recovery, and it counts. If nothing opens "
            "it any more, say so with --lost; if somebody else may have it, revoke it with `comity authority revoke`."
        )


def deposit(http: Http, keyset: KeySet, files: dict[str, bytes], *, lost: bool = False) -> None:
    """Bring in a first key set, or one that follows, behind passphrase and recovery code."""
    made = [{"kind": kind, "file": _b64(file)} for kind, file in files.items()]
    http.put_json("/keys/mine", {"public": _b64(keyset.public.canonical), "ways": made, "lost": lost})


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()
