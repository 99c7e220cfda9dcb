"""Counts the frames that wait for their turn, by connection and sender."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from offline_collect.server.connections.exchange import Exchange


class WaitingFrames:
    """How many frames wait on each connection.

    Attributes:
        total: of all connections together.
    """

    def __init__(self) -> None:
        self.total = 0
        self._senders: dict[Exchange, str] = {}
        self._lengths: dict[str, dict[Exchange, int]] = {}

    def connections(self) -> list[Exchange]:
        """Return the connections with waiting frames."""
        return list(self._senders)

    def count(self, connection: Exchange) -> None:
        """Update the count of a connection."""
        sender, waiting = connection.sender, connection.waiting
        counted = self._senders.get(connection)
        if counted is not None:
            lengths = self._lengths[counted]
            if lengths[connection] == waiting and counted == sender:
                return
            self.total -= lengths.pop(connection)
            if not lengths:
                del self._lengths[counted]
        if waiting:
            self.total += waiting
            self._senders[connection] = sender
            self._lengths.setdefault(sender, {})[connection] = waiting
        elif counted is not None:
            del self._senders[connection]

    def may_have_more(self, connection: Exchange, most: int) -> bool:
        """Whether a connection has less than its share, if at most so many may wait in total."""
        sender = self._senders.get(connection)
        waiting = 0 if sender is None else self._lengths[sender][connection]
        return self.total < most or waiting < most // len(self._senders)

    def beside(self, connection: Exchange) -> tuple[list[int], list[int]]:
        """Return how many frames wait on each other connection of the same sender, and of each other sender."""
        sender = connection.sender
        fellows = [*self._lengths.get(sender, {}).values()]
        if self._senders.get(connection) == sender:
            # Any one of the same length will do.
            fellows.remove(self._lengths[sender][connection])
        others = [sum(lengths.values()) for each, lengths in self._lengths.items() if each != sender]
        return fellows, others
