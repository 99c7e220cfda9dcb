"""Hashes of passwords: Argon2id with the parameters of RFC 9106 for little memory."""

from __future__ import annotations

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)


@cache
def _of_nobody() -> str:
    """Return a hash that no password has: it takes the time of one that is there."""
    return _hasher().hash("\x00of nobody")


def hash_password(password: str) -> str:
    """Return the hash of a password, with a salt of its own."""
    return _hasher().hash(password)


def matches(password_hash: str | None, password: str) -> bool:
    """Whether a password has a hash; without a hash it takes as long, and is never right."""
    try:
        return _hasher().verify(password_hash or _of_nobody(), password) and password_hash is not None
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(password_hash: str) -> bool:
    """Whether a hash has other parameters than new ones: it is made again at the next sign-in."""
    return _hasher().check_needs_rehash(password_hash)
