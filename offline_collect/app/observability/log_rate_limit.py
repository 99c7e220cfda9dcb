"""Limits log lines of one kind in a period, so that a peer that sends garbage cannot fill the log."""

from __future__ import annotations

import logging

LINES_MAX = 100
PERIOD_S = 10.0
KINDS_MAX = 1000


class FloodFilter(logging.Filter):
    """Passes ``most`` lines of one kind in a period; the first line of the next counts the suppressed ones.

    A kind is a logger and a message without its arguments. Errors always pass.
    """

    def __init__(self, most: int = LINES_MAX, period_s: float = PERIOD_S) -> None:
        super().__init__()
        self._most = most
        self._period_s = period_s
        self._seen: dict[tuple[str, str], tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether a line passes; times are those of the records."""
        if record.levelno >= logging.ERROR:
            return True
        kind = record.name, str(record.msg)
        began, lines = self._seen.get(kind, (record.created, 0))
        if record.created - began >= self._period_s:
            if lines > self._most:
                record.msg = f"{record.getMessage()} (and {lines - self._most} more like it before)"
                record.args = ()
            began, lines = record.created, 0
        if len(self._seen) >= KINDS_MAX:
            self._seen.clear()
        self._seen[kind] = (began, lines + 1)
        return lines < self._most
