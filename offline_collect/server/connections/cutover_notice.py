"""The cutover notice of one link (0800, DE 70 201): sent when a business day opens, until a 0810 comes. Pure.

Receiving it twice is harmless, so each server sends it, and sends it again if no answer comes.
"""

from __future__ import annotations

from enum import StrEnum

from offline_collect.domain.business_days.dates import BusinessDate

REPEAT_S = 10.0
"""How long the server waits for an answer before it sends the notice again."""

SENT_MAX = 6
"""How often a notice is sent."""

STANS = 1_000_000


class Noticed(StrEnum):
    """The results of a notice."""

    ACKNOWLEDGED = "acknowledged"
    UNANSWERED = "unanswered"


class CutoverNotice:
    """Keeps the notice to send, and the one that waits for its answer.

    Attributes:
        date: the business day that has opened; None if there is nothing to send.
        stan: DE 11 of the notice.
    """

    def __init__(self) -> None:
        self.date: BusinessDate | None = None
        self.stan = "000000"
        self._numbers = 0
        self._sent = 0
        self._due = 0.0

    def opened(self, date: BusinessDate, now: float) -> None:
        """A business day has opened: send its notice, and no longer one of an earlier day."""
        self._numbers = (self._numbers + 1) % STANS
        self.date, self.stan = date, f"{self._numbers:06d}"
        self._sent, self._due = 0, now

    def is_due(self, now: float) -> bool:
        """Whether to send it now, the first time or again."""
        return self.date is not None and now >= self._due and self._sent < SENT_MAX

    def sent(self, now: float) -> None:
        """It has been sent."""
        self._sent += 1
        self._due = now + REPEAT_S

    def given_up(self, now: float) -> bool:
        """Whether the last attempt got no answer in time; then nothing more is sent."""
        if self.date is None or self._sent < SENT_MAX or now < self._due:
            return False
        self.date = None
        return True

    def acknowledged(self, stan: str | None) -> bool:
        """Accept an answer; False if it belongs to another message."""
        if self.date is None or not self._sent or stan != self.stan:
            return False
        self.date = None
        return True
