"""The input of every decision besides its facts, and its result."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from offline_collect.domain.answers import Answer
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.effects import Effects
from offline_collect.domain.values import value

Decision = tuple[Answer, Effects]

NUMBERS_A_COMMAND = 2
"""Serial numbers that a lane reserves for a command: an advice under a tombstone makes two postings."""


@dataclass(frozen=True, slots=True)
class Terms:
    """The bank's settings for decisions.

    Attributes:
        timezone: the bank's time zone, for times that people read.
        quote_grace: how long after cutover the previous date's payable is still accepted.
        skew: the greatest difference of clocks, before a payment is assumed lost.
        page_records: the most records that a page can hold (DE 120-125).
    """

    timezone: dt.tzinfo = dt.UTC
    quote_grace: dt.timedelta = dt.timedelta(minutes=30)
    skew: dt.timedelta = dt.timedelta(seconds=60)
    page_records: int = 6


@value
class Context:
    """The time and the serial numbers of one command's decision.

    Attributes:
        now: time of the decision; aware.
        number: the first of its :data:`NUMBERS_A_COMMAND` reserved numbers.
    """

    now: dt.datetime
    number: int
    terms: Terms

    def serial(self, on: BusinessDate, nth: int = 0) -> str:
        """Return the ``nth`` serial number: business date YYYYMMDD and 12 digits."""
        return f"{on.compact}{self.number + nth:012d}"

    def approval_code(self) -> str:
        """Return six characters from the number, the first a letter (DE 38)."""
        hundred_thousands, rest = divmod(self.number, 100_000)
        return f"{chr(ord('A') + hundred_thousands % 26)}{rest:05d}"
