"""The platform's own requests: notices of a new business day."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from offline_collect.domain.commands import NetworkFunction
from offline_collect.wire.dialects.patterns import filled
from offline_collect.wire.messages.message import Message

if TYPE_CHECKING:
    from offline_collect.domain.business_days.dates import BusinessDate
    from offline_collect.wire.dialects.dialect import Dialect

STAN, SETTLEMENT_DATE = 11, 15
_WITH_YEAR = "%y%m%d%H%M%S"
_WITHOUT_YEAR = "%m%d%H%M%S"


class CutoverNotices:
    """Makes the notices of one dialect.

    A notice has the first MTI of the dialect's `network_mtis`, the dialect's code of a cutover in its element, a STAN,
    the new business date in DE 15, and the time of sending.

    Args:
        dialect: its elements and codes.
        zone: the bank's, for dialects with local times.
    """

    def __init__(self, dialect: Dialect, zone: dt.tzinfo) -> None:
        self._dialect = dialect
        self._zone = zone if dialect.sent.local else dt.UTC

    @property
    def missing(self) -> tuple[int, ...]:
        """The elements of a notice that the dialect lacks; it can only send notices if there are none."""
        needed = (STAN, SETTLEMENT_DATE, self._dialect.network_element, self._dialect.sent.element)
        return tuple(number for number in needed if number and number not in self._dialect.elements)

    def notice(self, date: BusinessDate, stan: str, now: dt.datetime) -> Message:
        """Return the notice of a business day.

        Args:
            date: the business day that opens.
            stan: its STAN, 6 digits.
            now: its time of sending, aware.
        """
        dialect, sent = self._dialect, self._dialect.sent
        elements = {
            STAN: stan,
            SETTLEMENT_DATE: f"{date:%y%m%d}"[-self._date_digits() :],
            dialect.network_element: filled(dialect.network_codes[NetworkFunction.CUTOVER]),
        }
        if sent.element:
            form = _WITH_YEAR if sent.form.startswith("YY") else _WITHOUT_YEAR
            elements[sent.element] = f"{now.astimezone(self._zone):{form}}"
        return Message(dialect.network_mtis[0], dict(sorted(elements.items())))

    def _date_digits(self) -> int:
        element = self._dialect.elements.get(SETTLEMENT_DATE)
        return 4 if element is None else element.length
