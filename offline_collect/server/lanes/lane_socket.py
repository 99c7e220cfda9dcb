"""A lane's end of the pair of sockets that joins it to the server's process: its queue and its way out.

An idle lane waits on its socket itself: handing each command from a thread that reads to the lane would cost a
lone payment the waking of another thread. While the lane is busy nobody reads, and what comes waits in the
socket; the thread that looks for late commands reads it then.
"""

from __future__ import annotations

import logging
import select
import socket
import threading
from collections.abc import Callable

from offline_collect.engine import Delivery, Waiting, Work
from offline_collect.server.lanes.parcels import Told, Unsealer, seal

_log = logging.getLogger(__name__)

_READ_AT_ONCE = 1 << 18


class LaneSocket:
    """What one lane takes from and delivers to; closed by the other end.

    It is bounded by what the other end keeps open at once.

    Args:
        end: this process's end.
        told: returns what was observed since the last time; it goes out with the next answers.
    """

    def __init__(self, end: socket.socket, told: Callable[[], list[Told]]) -> None:
        self._end = end
        self._told = told
        self._unsealer = Unsealer()
        self._waiting = Waiting()
        self._reading = threading.Lock()
        self._sending = threading.Lock()
        self._lane_waits = False
        self._ended = False
        self._readable = select.poll()
        self._readable.register(end, select.POLLIN)

    def __len__(self) -> int:
        return len(self._waiting)

    def take(self, most: int, *, wait: bool = True) -> list[Work]:
        """See :class:`offline_collect.engine.queue.LaneQueue`."""
        while True:
            with self._reading:
                self._lane_waits = False
                self._read()
                if self._waiting or self._ended or not wait:
                    return self._waiting.take(most)
                self._lane_waits = True
            self._readable.poll()

    def expired(self, now: float) -> list[Work]:
        """See :class:`offline_collect.engine.queue.LaneQueue`; a lane that waits has nothing late."""
        with self._reading:
            if self._lane_waits:
                return []
            self._read()
            return self._waiting.take_late(now)

    def deliver(self, delivery: Delivery) -> None:
        """Send a batch's answers."""
        answers = [(outcome.work.token, outcome.answer) for outcome in delivery.outcomes]
        with self._sending:
            try:
                self._end.sendall(seal((answers, delivery.open_day, self._told())))
            except ConnectionError:
                _log.warning("the server's process has gone: answers of a batch that is committed go nowhere")

    def close(self) -> None:
        """Give the socket back; only once the lane has ended."""
        self._end.close()

    def _read(self) -> None:
        """Read what has come, without waiting for more."""
        while not self._ended:
            try:
                data = self._end.recv(_READ_AT_ONCE, socket.MSG_DONTWAIT)
            except BlockingIOError:
                return
            except ConnectionError:
                data = b""
            self._ended = not data
            for handed_in in self._unsealer.feed(data):
                for number, command, deadline, queued_at in handed_in:
                    self._waiting.append(Work(command, deadline, queued_at, number))
            if len(data) < _READ_AT_ONCE:
                return
