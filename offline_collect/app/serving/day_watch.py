"""A server's watch over the business day: cuts it by the clock, notices other cutovers, reports doubts."""

from __future__ import annotations

import datetime as dt
import logging
from typing import Protocol

from offline_collect.domain.business_days.clock_readings import Reading, Readings
from offline_collect.domain.business_days.cutover import BETWEEN_CUTOVERS, IN_DOUBT, CutoverTimes, Verdict
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.business_days.days import BusinessDay
from offline_collect.domain.ports import Clock
from offline_collect.settlement.cutover import DayLook, cut_if_due
from offline_collect.store import SqlStore

_log = logging.getLogger(__name__)

DOUBT_TOLD_EVERY_S = 3600.0
"""How often the log repeats a doubt that lasts."""


class DayObserver(Protocol):
    """Receives events of clock and business day; every call is cheap and never raises."""

    def clock_jumped(self) -> None:
        """The wall clock did not advance as the monotonic clock did, or was not read for too long."""
        ...

    def day_opened(self, at: dt.datetime) -> None:
        """Tell when the open business day was opened."""
        ...

    def day_in_doubt(self, doubt: bool) -> None:
        """Set whether clock and open business day disagree so far that the clock does not cut the day."""
        ...


class DayWatch:
    """Checks the business day on request; one check at a time.

    It only trusts its own readings of the clock: a new server starts without trust in the clock.
    """

    def __init__(
        self, store: SqlStore, times: CutoverTimes, clock: Clock, observer: DayObserver, opened: BusinessDate
    ) -> None:
        """Begin to watch.

        Args:
            store: holds the days.
            times: when days end.
            clock: the machine's clock; its monotonic seconds stop while the machine is suspended.
            observer: receives the events.
            opened: the business day known to be open.
        """
        self._store = store
        self._times = times
        self._clock = clock
        self._observer = observer
        self._readings: Readings | None = None
        self._known = opened
        self._told: tuple[Verdict, BusinessDate] | None = None
        self._told_s = 0.0
        self.doubt: str | None = None

    def look(self) -> BusinessDate:
        """Read the clocks, cut the day if that is due, and return the date that is now open.

        Raises:
            StoreError: the store could not be reached, or the day was locked too long; look again.
        """
        readings = self._read_clocks()
        found = cut_if_due(self._store, self._times, readings, self._known)
        if found.day.date != self._known:
            _log.info(
                "business day %s is open: %s was closed by %s",
                found.day.date,
                found.day.previous,
                found.cut_by or "an older version of this program",
            )
            self._known = found.day.date
        self._weigh(found, readings.latest)
        return found.day.date

    def notes(self) -> list[str]:
        """Return notes for operators, one line each."""
        doubt = self.doubt
        return [] if doubt is None else [doubt]

    def _read_clocks(self) -> Readings:
        reading = Reading(self._clock.now(), self._clock.monotonic())
        before = self._readings
        if before is None:
            self._readings = Readings.begin(reading)
            return self._readings
        if not before.agree_with(reading):
            self._observer.clock_jumped()
            _log.warning(
                "the clock went from %s to %s while %.0f s passed: it must be steady for some time before it closes a day",
                self._shown(before.latest.wall),
                self._shown(reading.wall),
                reading.elapsed_s - before.latest.elapsed_s,
            )
        self._readings = before.followed_by(reading)
        return self._readings

    def _weigh(self, found: DayLook, latest: Reading) -> None:
        """Report a doubt: in the log at once and then at intervals, in metrics and notes while it lasts."""
        verdict, day = found.verdict, found.day
        in_doubt = verdict in IN_DOUBT
        self._observer.day_opened(day.opened_at)
        self._observer.day_in_doubt(in_doubt)
        self.doubt = self._doubt_of(verdict, day, latest.wall) if in_doubt else None
        told, self._told = self._told, (verdict, day.date)
        repeated = latest.elapsed_s - self._told_s >= DOUBT_TOLD_EVERY_S
        if told == self._told and not (in_doubt and repeated):
            return
        self._told_s = latest.elapsed_s
        if self.doubt is not None:
            _log.error("%s", self.doubt)
        elif told is not None and told[0] in IN_DOUBT:
            _log.info("clock and open business day %s agree again", day.date)
        if verdict is Verdict.OPENED_LATELY:
            _log.warning(
                "cutover of business day %s is due, but it was opened only at %s: it is closed at %s, or by"
                " offline-collect day cutover",
                day.date,
                self._shown(day.opened_at),
                self._shown(day.opened_at + BETWEEN_CUTOVERS),
            )

    def _doubt_of(self, verdict: Verdict, day: BusinessDay, now: dt.datetime) -> str:
        if verdict is Verdict.OPENED_AHEAD:
            return (
                f"business day {day.date} was opened at {self._shown(day.opened_at)}, and this machine's clock says"
                f" {self._shown(now)}: the clock cuts no day until they agree;"
                " correct the clock that is wrong"
            )
        return (
            f"business day {day.date} is open, and by this machine's clock ({self._shown(now)}) it should be"
            f" {self._times.date_of(now)}: the clock cuts no day until they agree; if the clock is wrong, correct"
            " it; if the day is, open the right one with offline-collect day cutover --next"
        )

    def _shown(self, moment: dt.datetime) -> str:
        return moment.astimezone(self._times.timezone).isoformat(" ", "seconds")
