"""The last errors of the log, kept in memory for the operators' page /status."""

from __future__ import annotations

import datetime as dt
import logging
from collections import deque

from offline_collect.domain.texts.cards import mask_long_numbers

KEPT = 20
LENGTH_MAX = 500


class LastErrors(logging.Handler):
    """Keeps the latest lines of level ERROR and above, masked as the log's own lines are.

    Args:
        zone: of the times.
    """

    def __init__(self, zone: dt.tzinfo) -> None:
        super().__init__(logging.ERROR)
        self._zone = zone
        self._lines: deque[str] = deque(maxlen=KEPT)

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a line."""
        at = dt.datetime.fromtimestamp(record.created, self._zone).isoformat(" ", "seconds")
        self._lines.append(f"{at} {mask_long_numbers(record.getMessage())}"[:LENGTH_MAX])

    def lines(self) -> list[str]:
        """Return the lines, the oldest first."""
        return list(self._lines)
