"""Throttling of one link: requests a second, and lookups and payments that find nothing (docs/configuration.md). Pure.

Bills must not be enumerable: a sender whose guesses find nothing is slowed, then refused. Reversals and advices report
what has happened already, so they are never refused here.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from enum import StrEnum
from typing import Generic, TypeVar

from offline_collect.domain.answers import Answer, decline
from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.commands import Command, Lookup, Payment, Reversal
from offline_collect.server.settings import ThrottleSettings

WINDOW_S = 60.0
"""The time over which misses are counted."""

REFUSED_FROM = 2
"""A sender is refused at this multiple of the number of misses at which it is slowed."""

SLOWED_S = 1.0
"""How long the answer to a slowed sender's miss is held back."""

SENDERS_MAX = 100_000
"""How many senders of a kind are kept; beyond that, the one that was silent the longest is removed."""

MISSES = frozenset({ResponseCode.UNKNOWN_CUSTOMER, ResponseCode.NOT_FOUND})
"""Codes of answers to requests that name no customer and no bill."""


class Throttled(StrEnum):
    """The effects on a request, by the setting that causes them."""

    LINK = "requests_per_s"
    INSTITUTION = "institution_requests_per_s"
    TERMINAL = "terminal_requests_per_s"
    SLOWED = "misses_slowed"
    REFUSED = "misses_refused"

    @property
    def words(self) -> str:
        """The effect in words, for the log."""
        return _WORDS[self]


_WORDS = {
    Throttled.LINK: "refused: the link gets more than throttle.requests_per_s",
    Throttled.INSTITUTION: "refused: more than throttle.institution_requests_per_s",
    Throttled.TERMINAL: "refused: more than throttle.terminal_requests_per_s",
    Throttled.SLOWED: "slowed: too many of its requests find no customer and no bill",
    Throttled.REFUSED: "refused: too many of its requests found no customer and no bill",
}


_TOO_FAST = decline(
    ResponseCode.NOT_PERMITTED,
    "too many requests",
    "more requests a second than this link allows: send fewer",
)
_TOO_MANY_MISSES = decline(
    ResponseCode.NOT_PERMITTED,
    "too many misses",
    "too many requests of the last minute named no customer and no bill: wait a minute",
)

T = TypeVar("T")


class _Senders(Generic[T]):
    """A value for each sender; the number of senders is bounded."""

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._known: OrderedDict[str, T] = OrderedDict()

    def of(self, sender: str) -> T:
        """Return a sender's value, and create it if it has none."""
        found = self._known.get(sender)
        if found is None:
            found = self._known[sender] = self._make()
            if len(self._known) > SENDERS_MAX:
                self._known.popitem(last=False)
        else:
            self._known.move_to_end(sender)
        return found

    def __bool__(self) -> bool:
        return bool(self._known)

    def known(self, sender: str) -> T | None:
        """Return a sender's value; None if it has none."""
        return self._known.get(sender)


class Rate:
    """A token bucket: a number of requests a second, and the same number at once after a silence.

    Args:
        per_s: requests a second; None for no limit.
    """

    def __init__(self, per_s: int | None) -> None:
        self._per_s = per_s
        self._left = float(per_s or 0)
        self._at = 0.0

    def take(self, now: float) -> bool:
        """Take a token for a request; False if there is none left. ``now`` is in monotonic seconds."""
        if self._per_s is None:
            return True
        self._left = min(self._left + (now - self._at) * self._per_s, float(self._per_s))
        self._at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True


class Misses:
    """A sender's misses in the last minute: all of the current window, and a part of the one before."""

    def __init__(self) -> None:
        self._window = 0
        self._now = 0
        self._before = 0

    def add(self, now: float) -> None:
        """Count a miss."""
        self._turn(now)
        self._now += 1

    def lately(self, now: float) -> float:
        """Return the approximate number of misses in the last minute."""
        self._turn(now)
        passed = now / WINDOW_S - self._window
        return self._now + self._before * (1 - passed)

    def _turn(self, now: float) -> None:
        window = int(now // WINDOW_S)
        if window != self._window:
            self._before = self._now if window == self._window + 1 else 0
            self._now = 0
            self._window = window


class Throttle:
    """Decides which requests of a link are refused, and which answers are held back."""

    def __init__(self, settings: ThrottleSettings) -> None:
        self._settings = settings
        self._rated = (
            settings.requests_per_s or settings.institution_requests_per_s or settings.terminal_requests_per_s
        )
        self._link = Rate(settings.requests_per_s)
        self._institutions = _Senders(lambda: Rate(settings.institution_requests_per_s))
        self._terminals = _Senders(lambda: Rate(settings.terminal_requests_per_s))
        self._institution_misses = _Senders(Misses)
        self._terminal_misses = _Senders(Misses)

    @property
    def watches(self) -> bool:
        """Whether any request may be refused: a rate is set, or a sender has a miss. Called for every request."""
        return bool(self._rated) or bool(self._institution_misses)

    def refusal(self, command: Command, now: float) -> tuple[Throttled, Answer] | None:
        """Return why a request is refused, with its answer; None if it is not. It is counted in both cases."""
        if isinstance(command, Reversal) or (isinstance(command, Payment) and command.advised):
            return None
        over = self._too_fast(command, now)
        if over is not None:
            return over, _TOO_FAST
        if isinstance(command, Lookup | Payment) and self._guesses(command, now):
            return Throttled.REFUSED, _TOO_MANY_MISSES
        return None

    def _too_fast(self, command: Command, now: float) -> Throttled | None:
        settings = self._settings
        if settings.terminal_requests_per_s is not None and not self._terminals.of(_terminal(command)).take(
            now
        ):
            return Throttled.TERMINAL
        institution = command.institution or ""
        if settings.institution_requests_per_s is not None and not self._institutions.of(institution).take(
            now
        ):
            return Throttled.INSTITUTION
        return None if self._link.take(now) else Throttled.LINK

    def _guesses(self, command: Command, now: float) -> bool:
        """Whether a sender is refused; a payment is refused for misses of its terminal, not of other terminals."""
        settings = self._settings
        terminal = self._terminal_misses.known(_terminal(command))
        if terminal and _over(terminal.lately(now), settings.terminal_misses_per_minute, REFUSED_FROM):
            return True
        institution = self._institution_misses.known(command.institution or "")
        if institution is None or not isinstance(command, Lookup):
            return False
        return _over(institution.lately(now), settings.institution_misses_per_minute, REFUSED_FROM)

    def miss(self, command: Command, now: float) -> float:
        """Count a request that was answered by a code of :data:`MISSES`.

        Returns:
            How long its answer is held back, in seconds; 0 for most, and if nothing is throttled.
        """
        if not isinstance(command, Lookup | Payment) or _advised(command):
            return 0.0
        settings = self._settings
        terminal = self._terminal_misses.of(_terminal(command))
        institution = self._institution_misses.of(command.institution or "")
        terminal.add(now)
        institution.add(now)
        slowed = _over(terminal.lately(now), settings.terminal_misses_per_minute, 1) or _over(
            institution.lately(now), settings.institution_misses_per_minute, 1
        )
        return SLOWED_S if slowed else 0.0


def _over(misses: float, most: int | None, times: int) -> bool:
    return most is not None and misses > most * times


def _terminal(command: Command) -> str:
    return f"{command.institution or ''}|{command.terminal or ''}"


def _advised(command: Command) -> bool:
    return isinstance(command, Payment) and command.advised
