"""A lane's queue: bounded, taken in turn by connection, emptied a batch at a time."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterable, Sequence
from typing import Protocol

from offline_collect.engine.fair_queue import FairQueue
from offline_collect.engine.work import Work


class LaneQueue(Protocol):
    """The source of a lane's work."""

    def __len__(self) -> int:
        """How many commands are known to wait."""
        ...

    def take(self, most: int, *, wait: bool = True) -> list[Work]:
        """Wait for work and return the waiting works, ``most`` at most; empty once closed and drained.

        Args:
            wait: False returns at once, even without work.
        """
        ...

    def expired(self, now: float) -> list[Work]:
        """Remove and return works that wait past their deadline (monotonic seconds)."""
        ...


class Waiting:
    """Works that are taken in turn: by sender, then by connection; threads that share one must lock it.

    Works of one connection keep their order of arrival. Works that all fit into one batch are taken in order of
    arrival, as turns make no difference then.
    """

    def __init__(self) -> None:
        self._works: deque[Work] = deque()

    def __len__(self) -> int:
        return len(self._works)

    def append(self, work: Work) -> None:
        """Append one."""
        self._works.append(work)

    def has_of(self, connection: int) -> bool:
        """Whether a work of this connection waits."""
        return any(work.origin.connection == connection for work in self._works)

    def take(self, most: int) -> list[Work]:
        """Remove and return the works whose turn it is, ``most`` at most."""
        if len(self._works) <= most:
            taken, self._works = list(self._works), deque()
            return taken
        taken = _in_turn(self._works, most)
        self._remove(taken)
        return taken

    def take_late(self, now: float) -> list[Work]:
        """Remove and return the works past their deadline; the others keep their order."""
        late = [work for work in self._works if work.deadline <= now]
        if late:
            self._remove(late)
        return late

    def _remove(self, works: Sequence[Work]) -> None:
        removed = {id(work) for work in works}
        self._works = deque(work for work in self._works if id(work) not in removed)


def _in_turn(works: Iterable[Work], most: int) -> list[Work]:
    """Return the first ``most`` works in round robin over senders and their connections."""
    lines: dict[int, deque[Work]] = {}
    turns: FairQueue[int] = FairQueue()
    for work in works:
        sender, connection = work.origin
        lines.setdefault(connection, deque()).append(work)
        turns.add(connection, sender)
    taken: list[Work] = []
    while len(taken) < most:
        line = lines[turns.pop()]
        taken.append(line.popleft())
        if line:
            turns.add(line[0].origin.connection, line[0].origin.sender)
    return taken


class WorkQueue:
    """Gives a lane all waiting works, up to a batch.

    ``put`` and ``expired`` are the reactor's, ``take`` the lane's.

    Args:
        most: how many may wait. Beyond it ``put`` takes only the first work of a connection, so that a connection
            with many works does not delay the others.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._waiting = Waiting()
        self._changed = threading.Condition()
        self._closed = False

    def __len__(self) -> int:
        return len(self._waiting)

    def put(self, work: Work) -> bool:
        """Queue ``work``; False when the queue is closed, or full and work of its connection waits already."""
        with self._changed:
            if self._closed:
                return False
            if len(self._waiting) >= self._most and self._waiting.has_of(work.origin.connection):
                return False
            self._waiting.append(work)
            self._changed.notify()
        return True

    def take(self, most: int, *, wait: bool = True) -> list[Work]:
        """See :class:`LaneQueue`."""
        with self._changed:
            while wait and not self._waiting and not self._closed:
                self._changed.wait()
            return self._waiting.take(most)

    def expired(self, now: float) -> list[Work]:
        """See :class:`LaneQueue`."""
        with self._changed:
            return self._waiting.take_late(now)

    def close(self) -> None:
        """Accept no more works; waiting ones can still be taken."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
