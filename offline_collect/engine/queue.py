"""A lane's queue: bounded, in order of arrival, emptied a batch at a time."""

from __future__ import annotations

import threading
from collections import deque
from typing import Protocol

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
    """Works in order of arrival; threads that share one must lock it."""

    def __init__(self) -> None:
        self._works: deque[Work] = deque()

    def __len__(self) -> int:
        return len(self._works)

    def append(self, work: Work) -> None:
        """Append one."""
        self._works.append(work)

    def take(self, most: int) -> list[Work]:
        """Remove and return the first works, ``most`` at most."""
        return [self._works.popleft() for _ in range(min(most, len(self._works)))]

    def take_late(self, now: float) -> list[Work]:
        """Remove and return the works past their deadline; the others keep their order."""
        late = [work for work in self._works if work.deadline <= now]
        if late:
            self._works = deque(work for work in self._works if work.deadline > now)
        return late


class WorkQueue:
    """Gives a lane all waiting works, up to a batch.

    ``put`` and ``expired`` are the reactor's, ``take`` the lane's.

    Args:
        most: how many may wait; ``put`` refuses more.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._waiting = Waiting()
        self._changed = threading.Condition()
        self._closed = False

    def __len__(self) -> int:
        return len(self._waiting)

    def put(self, work: Work) -> bool:
        """Queue ``work``; False when the queue is full or closed."""
        with self._changed:
            if self._closed or len(self._waiting) >= self._most:
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
