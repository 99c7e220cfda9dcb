"""The trace numbers and times that a terminal puts on each message."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping

STANS = 1_000_000


class Stamps:
    """Numbers the messages of a run.

    Args:
        institution: DE 32.
        terminal: DE 41.
        timezone: the business's, for DE 12 and 13, and for DE 7 if the dialect has it local.
        transmission_local: whether DE 7 is in ``timezone`` rather than in UTC.
        clock: the time now, aware.
        first: the number before the first STAN.
    """

    def __init__(
        self,
        *,
        institution: str,
        terminal: str,
        timezone: dt.tzinfo,
        transmission_local: bool,
        clock: Callable[[], dt.datetime],
        first: int,
    ) -> None:
        self._terminal = {"institution": institution, "terminal": terminal}
        self._timezone = timezone
        self._transmission = timezone if transmission_local else dt.UTC
        self._clock = clock
        self._last = first

    def next(self) -> Mapping[str, str]:
        """Return the variables of one message: ``stan rrn transmission_time local_time local_date …``.

        The RRN is the usual one: last digit of the year, day of the year, hour, STAN.
        """
        self._last = self._last % (STANS - 1) + 1
        now = self._clock()
        local = now.astimezone(self._timezone)
        stan = f"{self._last:06d}"
        return {
            **self._terminal,
            "stan": stan,
            "rrn": f"{local:%Y%j%H}"[3:] + stan,
            "transmission_time": f"{now.astimezone(self._transmission):%m%d%H%M%S}",
            "local_time": f"{local:%H%M%S}",
            "local_date": f"{local:%m%d}",
        }
