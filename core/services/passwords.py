"""Passwords: what one must be like, and how it is hashed and checked."""

from __future__ import annotations

import threading
import unicodedata
from itertools import pairwise

from argon2.exceptions import InvalidHashError, VerificationError

from core.errors import AccountRefused
from core.services.environment import Environment

LENGTH = 10
"""Fewest characters of a password."""
LIMIT = 200
"""Most characters: a longer one would only cost time to hash."""
# Each hashing takes 64 MiB; more at once would only make all of them slower.
_HASHING = threading.BoundedSemaphore(2)


def hash_of(environment: Environment, password: str) -> str:
    with _HASHING:
        return environment.hasher.hash(_bytes(password))


def fits(environment: Environment, password_hash: str, password: str) -> bool:
    try:
        with _HASHING:
            return environment.hasher.verify(password_hash, _bytes(password[:LIMIT]))
    except (VerificationError, InvalidHashError):
        return False


def _bytes(password: str) -> bytes:
    # Keyboards write Vietnamese letters composed or decomposed; it is the same password. Lone surrogates must not fail.
    return unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")


def check(password: str, email: str) -> None:
    if len(password) < LENGTH:
        raise AccountRefused("password-too-short", field="password", length=LENGTH)
    if len(password) > LIMIT:
        raise AccountRefused("password-too-long", field="password", length=LIMIT)
    if password.lower().strip() in (email, email.partition("@")[0]):
        raise AccountRefused("password-is-email", field="password")
    # A letter repeated, two in turn, or a run such as 1234567890: neighbours differ by one or two steps only.
    if len({ord(second) - ord(first) for first, second in pairwise(password)}) <= 2:
        raise AccountRefused("password-too-plain", field="password")
