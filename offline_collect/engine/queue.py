"""A lane's queue: bounded, in order of arrival, emptied a batch at a time."""

from __future__ import annotations

import threading
from collections import deque

from offline_collect.engine.work import Work


class WorkQueue:
    """Hands a lane everything that waits, up to a batch.

    ``put`` and ``expired`` are the reactor's, ``take`` the lane's.

    Args:
        most: how many may wait; past it ``put`` refuses.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._waiting: deque[Work] = deque()
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

    def take(self, most: int) -> list[Work]:
        """Wait for work and return what there is, ``most`` at most; empty once closed and drained."""
        with self._changed:
            while not self._waiting and not self._closed:
                self._changed.wait()
            return [self._waiting.popleft() for _ in range(min(most, len(self._waiting)))]

    def expired(self, now: float) -> list[Work]:
        """Take out and return what waits past its deadline."""
        with self._changed:
            late = [work for work in self._waiting if work.deadline <= now]
            if late:
                self._waiting = deque(work for work in self._waiting if work.deadline > now)
        return late

    def close(self) -> None:
        """Take nothing more; what waits is still handed out."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
