"""Estimates when received bytes arrived: never later than they were read."""

from __future__ import annotations


class Arrivals:
    """Records the arrival times of one connection's bytes.

    While the connection is not read, bytes wait in its receive buffer, and their arrival time is unknown: they
    count from the moment at which reading was paused. If that buffer has filled up, more bytes wait at the
    sender: the connection is behind until everything has been read.

    Args:
        receive_buffer: its size in bytes; if half of it is used at the end of a pause, it counts as full.
    """

    def __init__(self, receive_buffer: int) -> None:
        self._full = receive_buffer // 2
        self._behind_since: float | None = None
        self._paused_at: float | None = None
        self._held = 0
        self._held_since = 0.0

    def paused(self, now: float) -> None:
        """Record that reading is paused from now on (monotonic seconds)."""
        if self._paused_at is None:
            self._paused_at = now
            if self._behind_since is None:
                self._behind_since = now

    def resumed(self, held: int) -> None:
        """Record that reading continues, and how many bytes its receive buffer holds."""
        if self._paused_at is None:
            return
        if held < self._full:
            self._behind_since = None
        if not self._held:
            self._held_since = self._paused_at
        self._held = held
        self._paused_at = None

    @property
    def behind(self) -> bool:
        """Whether more may wait at the sender."""
        return self._behind_since is not None

    def behind_for(self, now: float) -> float:
        """How many seconds the connection has been behind."""
        return 0.0 if self._behind_since is None else now - self._behind_since

    def caught_up(self) -> None:
        """Record that everything sent has been read."""
        self._behind_since = None

    def split(self, data: bytes, read_after: float) -> list[tuple[bytes, float]]:
        """Return the data in one or two pieces, each with its arrival time.

        Args:
            read_after: when the socket was last checked: the data has arrived since then.
        """
        held = min(self._held, len(data))
        if not held:
            return [(data, read_after)]
        self._held -= held
        since = min(self._held_since, read_after)
        if held == len(data):
            return [(data, since)]
        return [(data[:held], since), (data[held:], read_after)]
