"""Rules of signing in: what a password must be, and how long a user waits after wrong ones."""

from __future__ import annotations

import datetime as dt

from offline_collect.domain.texts.phrases import Phrase

PASSWORD_MIN = 12
PASSWORD_MAX = 128
"""Characters of a password; a longer one would only cost the time to hash it."""

DIFFERENT_MIN = 5
"""Different characters of a password."""

FREE_FAILURES = 5
"""Wrong passwords in a row after which a user must wait."""

FIRST_WAIT = dt.timedelta(minutes=1)
LONGEST_WAIT = dt.timedelta(hours=1)
_DOUBLINGS = 6
"""Doublings of the first wait that reach the longest."""


def password_problem(password: str, name: str) -> Phrase | None:
    """Return why a user may not have a password; None if he may."""
    if not PASSWORD_MIN <= len(password) <= PASSWORD_MAX:
        return Phrase(
            "a password has {least} to {most} characters: several words with spaces are a good one",
            least=PASSWORD_MIN,
            most=PASSWORD_MAX,
        )
    if len(set(password)) < DIFFERENT_MIN:
        return Phrase("a password has at least {least} different characters", least=DIFFERENT_MIN)
    if name.casefold() in password.casefold():
        return Phrase("a password does not contain the user's name")
    return None


def wait_after(failures: int) -> dt.timedelta:
    """Return how long a user waits after so many wrong passwords in a row: twice as long after each further one."""
    over = failures - FREE_FAILURES
    if over < 0:
        return dt.timedelta()
    return min(FIRST_WAIT * (1 << min(over, _DOUBLINGS)), LONGEST_WAIT)


def is_locked(failures: int, failed_at: dt.datetime | None, now: dt.datetime) -> bool:
    """Whether a user must still wait.

    Args:
        failures: wrong passwords in a row.
        failed_at: the moment of the last one; None if there was none.
        now: the present time.
    """
    return failed_at is not None and now < failed_at + wait_after(failures)
