"""What the dates and times of a link's requests mean, remembered for a quarter of an hour."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from offline_collect.wire.errors import ContentError
from offline_collect.wire.messages.dates import SENT_WITHIN
from offline_collect.wire.messages.identity import DATED, Moment, dated_part

if TYPE_CHECKING:
    from collections.abc import Callable

    from offline_collect.wire.dialects.places import Place

Key = TypeVar("Key")
Result = TypeVar("Result")

KEPT_MAX = 1024
"""Most results that are remembered of each kind."""

_SLOT = dt.timedelta(minutes=15)
_LONG_AGO = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)


def keep(known: dict[Key, Result], key: Key, result: Result) -> Result:
    """Remember a result and return it; when there are too many, all are forgotten."""
    if len(known) >= KEPT_MAX:
        known.clear()
    known[key] = result
    return result


class Remembered(dict[str, Result]):
    """Results by text; one that is missing is worked out.

    Args:
        work_out: of a text; what it raises is raised to who asks.
    """

    def __init__(self, work_out: Callable[[str], Result]) -> None:
        self._work_out = work_out

    def __missing__(self, text: str) -> Result:
        return keep(self, text, self._work_out(text))


class RequestTimes:
    """Reads dates and times; in one quarter of an hour, equal texts mean the same, as no time zone begins a day in it.

    What these raise is a ContentError: there is no such date or time.

    Attributes:
        sent: moments of sending in UTC, by their text; only those near now during the whole quarter of an hour.
        dates: local dates by their text.
        parts: what stands in keys, by element and by text.
    """

    def __init__(self, zone: dt.tzinfo, transmission_zone: dt.tzinfo, sent_zone: dt.tzinfo) -> None:
        self._zones = zone, transmission_zone, sent_zone
        self._begins = self._ends = self._now = self._received_at = _LONG_AGO
        self.sent: dict[str, dt.datetime] = Remembered(self._sent_at)
        self.dates: dict[str, dt.date] = Remembered(lambda text: self.moment().date(text))
        self.parts: dict[Place, dict[str, str]] = {
            number: Remembered(partial(self._part, number)) for number in DATED
        }

    def turn_to(self, received_at: dt.datetime, now: dt.datetime) -> None:
        """Read the next message's.

        Args:
            received_at: when its frame was read; aware.
            now: the reference for completing years; aware.
        """
        self._received_at, self._now = received_at, now
        if not self._begins <= now < self._ends:
            self._begins = now - (now - _LONG_AGO) % _SLOT
            self._ends = self._begins + _SLOT
            self.sent.clear()
            self.dates.clear()
            for known in self.parts.values():
                known.clear()

    def moment(self) -> Moment:
        """Return what completes the dates of this message."""
        return Moment(self._received_at, self._now, *self._zones)

    def received_on(self) -> dt.date:
        """Return the local date on which the message came."""
        return self._received_at.astimezone(self._zones[0]).date()

    def _sent_at(self, text: str) -> dt.datetime:
        sent_at = self.moment().sent_at(text)
        if not self._ends - SENT_WITHIN <= sent_at <= self._begins + SENT_WITHIN:
            raise ContentError("not surely near now")
        return sent_at

    def _part(self, number: Place, text: str) -> str:
        return dated_part(number, text, self.moment())
