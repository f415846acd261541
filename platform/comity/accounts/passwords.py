"""Passwords: Argon2id, at least 15 characters, none of the well-known ones [NIST SP 800-63B-4]."""

from __future__ import annotations

import os
import re
import secrets
import unicodedata
from functools import lru_cache

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from zxcvbn import zxcvbn

from comity.core.errors import Fault, Invalid
from comity.core.settings import settings
from comity.core.text import _

SHORTEST = 15
"""Characters, when a password is used alone."""

LONGEST = 256
"""Characters; more is no stronger and costs the server."""


FEWEST_GUESSES = 10**9
"""With ten guesses an hour this is for ever; without the hash it is not."""


def _normal(password: str) -> bytes:
    return unicodedata.normalize("NFKC", password).encode()


def hash_password(password: str) -> str:
    """The PHC string to keep."""
    cost = settings().sessions
    kdf = Argon2id(
        salt=os.urandom(16), length=32, iterations=cost.argon2_passes, lanes=1, memory_cost=cost.argon2_memory_kib
    )
    return kdf.derive_phc_encoded(_normal(password))


def generate() -> str:
    """A temporary password of 100 bits, easy to read out: four groups of five letters and digits."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(5)) for _ in range(4))


@lru_cache(maxsize=1)
def _nobody() -> str:
    return hash_password(os.urandom(16).hex())


def matches(password: str, kept: str | None) -> bool:
    """Whether it is the password.  Without an account the same work is done, so that time tells nothing."""
    try:
        Argon2id.verify_phc_encoded(_normal(password[:LONGEST]), kept or _nobody())
    except InvalidKey:
        return False
    return kept is not None and len(password) <= LONGEST


def warm_up() -> None:
    """Do once what would make the first refusal slower than the others."""
    _nobody()


def check_new(password: str, *, email: str, name: str) -> None:
    """Raises Invalid, saying what to mend, unless the password may be used."""
    plain = unicodedata.normalize("NFKC", password).casefold()
    problem = None
    if len(plain) < SHORTEST:
        problem = _(
            "Use at least %(count)s characters; a sentence of several words is easy to remember.", count=SHORTEST
        )
    elif len(plain) > LONGEST:
        problem = _("Use at most %(count)s characters.", count=LONGEST)
    elif len(set(plain)) < 5:
        problem = _("Use more different characters.")
    elif _personal(plain, email, name):
        problem = _("Do not use your name, your e-mail address or the name of the platform.")
    elif _easy(plain, email, name):
        problem = _("This password is well known or easy to guess: choose another.")
    if problem:
        raise Invalid(problem, [Fault("/password", problem)])


def _easy(plain: str, email: str, name: str) -> bool:
    """Known passwords, words, patterns of the keyboard and repetitions of these, however joined [zxcvbn]."""
    own = [*re.split(r"[^\w]+", f"{email} {name}".casefold()), "comity"]
    return int(zxcvbn(plain[:72], user_inputs=[word for word in own if word])["guesses"]) < FEWEST_GUESSES


def _personal(plain: str, email: str, name: str) -> bool:
    """Whether little is left without one's own words."""
    left = plain
    for word in sorted({*re.split(r"[^\w]+", f"{email} {name}".casefold()), "comity"}, key=len, reverse=True):
        if len(word) >= 4:
            left = left.replace(word, "")
    return left != plain and len(left.strip("0123456789!.?-_@ ")) < 6
