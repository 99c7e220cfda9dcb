"""The trace numbers and times that a terminal puts on each message."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping

from offline_collect.wire.dialects.dialect import Sent

STANS = 1_000_000
SENT_FORMS = {"MMDDhhmmss": "%m%d%H%M%S", "YYMMDDhhmmss": "%y%m%d%H%M%S"}


class Stamps:
    """Numbers the messages of a run.

    Args:
        institution: DE 32.
        terminal: DE 41.
        timezone: the business's, for DE 12 and 13, and for the time of sending if the dialect has it local.
        sent: where and how the dialect says when a message was sent.
        clock: the time now, aware.
        first: the number before the first STAN.
    """

    def __init__(
        self,
        *,
        institution: str,
        terminal: str,
        timezone: dt.tzinfo,
        sent: Sent,
        clock: Callable[[], dt.datetime],
        first: int,
    ) -> None:
        self._terminal = {"institution": institution, "terminal": terminal}
        self._timezone = timezone
        self._sent_zone = timezone if sent.local else dt.UTC
        self._sent_form = SENT_FORMS[sent.form]
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
            "transmission_time": f"{now.astimezone(self._sent_zone):{self._sent_form}}",
            "local_time": f"{local:%H%M%S}",
            "local_date": f"{local:%m%d}",
        }
