"""Refuses late frames: the first of a connection at once, those that come after them together, after a while."""

from __future__ import annotations

from typing import TYPE_CHECKING

from offline_collect.engine import FairQueue

if TYPE_CHECKING:
    from offline_collect.server.connections.exchange import Exchange

REFUSED_EVERY_S = 0.5
"""The interval at which connections whose frames were refused may have more of them refused.

A peer that sends again at every refusal would otherwise take the time of those that are served.
"""


class Refusals:
    """The connections that have frames to refuse, in turn.

    Args:
        now: monotonic seconds.
    """

    def __init__(self, now: float) -> None:
        self._line: FairQueue[Exchange] = FairQueue()
        self._left: dict[Exchange, int] = {}
        """How many of the first lot of late frames are left, by connection; the others wait for a sweep."""
        self._since = now

    def __bool__(self) -> bool:
        return bool(self._line)

    def add(self, connection: Exchange) -> None:
        """Queue a connection if it has frames that may be refused now.

        One that overflows does not wait for a sweep: what waits at its sender would be handled long after the
        sender has given up.
        """
        if connection.inbox.hopeless and (self._left.get(connection, 1) > 0 or connection.overflows):
            self._line.add(connection, connection.sender)

    def remove(self, connection: Exchange) -> None:
        """Forget a connection."""
        self._line.remove(connection)
        self._left.pop(connection, None)

    def refuse_next(self, until: float) -> Exchange:
        """Refuse frames of the connection whose turn it is, until ``until`` (monotonic seconds); return it."""
        connection = self._line.pop()
        left = self._left.get(connection, 0) or len(connection.inbox.hopeless)
        self._left[connection] = left - connection.refuse(left, until)
        return connection

    def sweep(self, now: float) -> list[Exchange]:
        """Return the connections whose frames were refused, to be added again; called a few times a second."""
        refused = list(self._left)
        if now - self._since >= REFUSED_EVERY_S:
            self._left, self._since = {}, now
        return refused
