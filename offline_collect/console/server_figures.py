"""What the server counts since it started, as tables: its answers by link and code, and how long they took."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite

from offline_collect.console.link_desk import RunningServer

TIMED_MOST_S = 10
"""The last bound of the server's histogram: what took longer has none."""


def answers_by_code(server: RunningServer | None) -> list[tuple[str, str, int]]:
    """Return link, code and number of answers; none without a server."""
    found = () if server is None else server.answers
    return [(each.link, each.code, each.count) for each in found]


def answer_times(server: RunningServer | None) -> list[tuple[str, str, int, Sequence[str]]]:
    """Return link, message, number of answers, and the times that half, 95 % and 99 % of them took, as they are written."""
    found = () if server is None else server.times
    return [(each.link, each.message, each.count, [_bound(at) for at in each.within]) for each in found]


def _bound(seconds: float) -> str:
    return f"≤ {seconds * 1000:,.0f} ms" if isfinite(seconds) else f"> {TIMED_MOST_S} s"
