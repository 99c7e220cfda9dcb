"""A lane's end of the pair of sockets to the server's process: its queue and its delivery.

An idle lane waits on its socket itself: with a separate reading thread, a single payment would have to wake up
one more thread. While the lane is busy, commands wait in the socket; the thread that looks for late commands
then reads them.
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
    """The queue and the delivery of one lane; the other end closes it.

    The other end's limit on open commands bounds it.

    Args:
        end: this process's end.
        told: returns the observations since the last call; they are sent with the next answers.
    """

    def __init__(self, end: socket.socket, told: Callable[[], list[Told]]) -> None:
        self._end = end
        self._told = told
        self._unsealer = Unsealer()
        # Each read into a new object of this size would map memory and give it back.
        self._received = memoryview(bytearray(_READ_AT_ONCE))
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
        """See :class:`offline_collect.engine.queue.LaneQueue`; a waiting lane has no late commands."""
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
                _log.warning(
                    "the server's process has ended: the answers of a committed batch are not delivered"
                )

    def close(self) -> None:
        """Close the socket; only after the lane has ended."""
        self._end.close()

    def _read(self) -> None:
        """Read the received bytes without waiting for more."""
        # An idle lane finds nothing once a batch: to be told so costs less than the error of a read.
        while not self._ended and self._readable.poll(0):
            try:
                length = self._end.recv_into(self._received, flags=socket.MSG_DONTWAIT)
            except ConnectionError:
                length = 0
            self._ended = not length
            for handed_in in self._unsealer.feed(self._received[:length]):
                for number, command, deadline, queued_at, origin in handed_in:
                    self._waiting.append(Work(command, deadline, queued_at, number, origin))
            if length < _READ_AT_ONCE:
                return
