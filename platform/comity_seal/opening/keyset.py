"""A person's key set: made on her device, kept only behind a generated passphrase, never on the server in the clear."""

from __future__ import annotations

import os
import re
import secrets
import unicodedata
from functools import cached_property, lru_cache

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA65PrivateKey
from mnemonic import Mnemonic

from comity_seal import canonical, dsse
from comity_seal.encoding import b64, unb64
from comity_seal.errors import FormatError, HeaderError, HmacError, NoMatch, PayloadError, WrongPassphrase
from comity_seal.opening import age
from comity_seal.opening.identities import HybridIdentity, Passphrase
from comity_seal.publickeys import PublicKeySet
from comity_seal.ways import LEAST_LOGN, MOST_LOGN, PASSPHRASE, RECOVERY, Adding, Removing

WORDS, RECOVERY_WORDS = 8, 10
"""Of a passphrase, 88 bits; of a recovery code, 110 bits."""

ASKED_BACK = 3
"""Words of a recovery code that its owner types back."""

LOGN = 18
"""The work that protects a key set, chosen by the client alone: about a second.

Files below LEAST_LOGN are refused; demonstration and tests use exactly that.
"""

_TEXT = re.compile(
    r"# comity key set v1\n# ed25519 ([A-Za-z0-9+/=]{44})\n# ml-dsa-65 ([A-Za-z0-9+/=]{44})\n"
    r"(AGE-SECRET-KEY-PQ-1[A-Z0-9]+)\n"
)


@lru_cache(maxsize=1)
def _list() -> tuple[str, ...]:
    words = tuple(Mnemonic("english").wordlist)
    if len(words) != 2048:
        raise FormatError("the word list must have 2,048 words")
    return words


def new_passphrase() -> str:
    """Eight words of 2,048: 88 bits."""
    return "-".join(secrets.choice(_list()) for _ in range(WORDS))


def new_recovery() -> str:
    """Ten words of 2,048: 110 bits."""
    return "-".join(secrets.choice(_list()) for _ in range(RECOVERY_WORDS))


def kind_of(typed: str) -> str:
    """Whether these words are a recovery code or a passphrase: their number tells."""
    return RECOVERY if len(normal_passphrase(typed).split("-")) == RECOVERY_WORDS else PASSPHRASE


def normal_passphrase(typed: str) -> str:
    """What was typed, in the form that is used: small letters, one dash between words."""
    return re.sub(r"[\s\-]+", "-", unicodedata.normalize("NFKC", typed).strip().lower())


class KeySet:
    """The private half: three seeds of 32 bytes."""

    def __init__(self, xwing: bytes, ed25519: bytes, mldsa65: bytes) -> None:
        self.identity = HybridIdentity(xwing)
        self._ed25519 = Ed25519PrivateKey.from_private_bytes(ed25519)
        self._mldsa65 = MLDSA65PrivateKey.from_seed_bytes(mldsa65)
        self._seeds = (ed25519, mldsa65)

    @classmethod
    def generate(cls) -> KeySet:
        return cls(os.urandom(32), os.urandom(32), os.urandom(32))

    @classmethod
    def from_seeds(cls, xwing: bytes, ed25519: bytes, mldsa65: bytes) -> KeySet:
        """For tests and vectors."""
        return cls(xwing, ed25519, mldsa65)

    @classmethod
    def from_text(cls, text: str) -> KeySet:
        """From what a key-set file holds.  Raises FormatError."""
        found = _TEXT.fullmatch(text)
        if found is None:
            raise FormatError("this is not a key set")
        seeds = [unb64(found[1]), unb64(found[2])]
        if any(len(seed) != 32 for seed in seeds):
            raise FormatError("a seed has 32 bytes")
        return cls(HybridIdentity.from_text(found[3]).seed, *seeds)

    def to_text(self) -> str:
        """What a key-set file holds; plain `age -i` accepts it as an identity file."""
        ed25519, mldsa65 = (b64(seed) for seed in self._seeds)
        return f"# comity key set v1\n# ed25519 {ed25519}\n# ml-dsa-65 {mldsa65}\n{self.identity.text}\n"

    @cached_property
    def public(self) -> PublicKeySet:
        return PublicKeySet(
            self.identity.recipient,
            self._ed25519.public_key().public_bytes_raw(),
            self._mldsa65.public_key().public_bytes_raw(),
        )

    def sign(self, payload_type: str, payload: bytes) -> bytes:
        """A signed envelope over `payload`, with both signatures."""
        message = dsse.pae(payload_type, payload)
        return dsse.assemble(
            payload_type,
            payload,
            self.public.id,
            self._ed25519.sign(message),
            self._mldsa65.sign(message, payload_type.encode()),
        )

    def sign_way(self, change: Adding | Removing) -> bytes:
        """A change of the ways to this key set, signed with it."""
        return self.sign(dsse.WAY, canonical.dumps(change.to_json()))


def protect(keyset: KeySet, passphrase: str, logn: int = LOGN) -> bytes:
    """The key set behind a passphrase or a recovery code: an age file that plain `age -d` opens."""
    if not LEAST_LOGN <= logn <= MOST_LOGN:
        raise ValueError("a key set is protected with logN 15 to 20")
    words = Passphrase(normal_passphrase(passphrase), logn=logn)
    return age.seal(keyset.to_text().encode(), [words])


def unprotect(data: bytes, passphrase: str) -> KeySet:
    """The key set, by passphrase or recovery code.  Raises WrongPassphrase, WorkFactor or FormatError.

    Passkey files are opened in a browser only, for only there is an authenticator asked.
    """
    words = Passphrase(normal_passphrase(passphrase), least=LEAST_LOGN, most=MOST_LOGN)
    try:
        text = age.unseal(data, [words]).decode()
    except NoMatch as error:
        raise WrongPassphrase("these words do not open this key set") from error
    except (HeaderError, HmacError, PayloadError, UnicodeDecodeError) as error:
        raise FormatError("this is not a protected key set, or it is damaged") from error
    return KeySet.from_text(text)
