"""Time limits for a peer: a TLS handshake, the rest of a frame, a sign-on. Pure: times are arguments."""

from __future__ import annotations

from enum import StrEnum


class Overdue(StrEnum):
    """What a peer did not do in time, by the setting of the limit."""

    HANDSHAKE = "tls_handshake"
    FRAME = "frame_timeout_s"
    SIGN_ON = "sign_on_timeout_s"

    @property
    def words(self) -> str:
        """The failure in words, for the log."""
        return _WORDS[self]


_WORDS = {
    Overdue.HANDSHAKE: "the TLS handshake was not completed within frame_timeout_s",
    Overdue.FRAME: "a message was begun but not completed in time",
    Overdue.SIGN_ON: "no sign-on came in time",
}


class Timeouts:
    """Watches one connection; any byte ends its idle time, but only a complete frame and a sign-on count here.

    Args:
        frame_s: the limit to complete a frame that has begun, and to complete a TLS handshake.
        sign_on_s: the limit for a sign-on, if it is required and has not come yet.
        now: when the connection was opened, in monotonic seconds.
        shakes_hands: whether the connection begins with a TLS handshake.
    """

    def __init__(self, frame_s: float, sign_on_s: float, now: float, *, shakes_hands: bool = False) -> None:
        self._frame_s = frame_s
        self._sign_on_s = sign_on_s
        self._frame_began: float | None = None
        self._completed = 0
        self._unsigned_since: float | None = now
        self._handshake_began = now if shakes_hands else None

    def shaken_hands(self) -> None:
        """Record the end of the TLS handshake."""
        self._handshake_began = None

    def fed(self, now: float, completed: int, *, begun: bool) -> None:
        """Record received bytes.

        Args:
            completed: how many frames and keep-alives are complete so far.
            begun: whether another one has begun.
        """
        if not begun:
            self._frame_began = None
        elif self._frame_began is None or completed != self._completed:
            self._frame_began = now
        self._completed = completed

    def resumed(self, now: float) -> None:
        """Record that the platform reads again: before, the rest of a frame could not arrive."""
        if self._frame_began is not None:
            self._frame_began = now

    def overdue(self, now: float, *, reading: bool, signed_on: bool) -> Overdue | None:
        """Return what the peer has failed to do in time.

        Args:
            reading: whether the platform reads from the connection.
            signed_on: whether an institution is signed on, or sign-on is not required.
        """
        if self._handshake_began is not None and now - self._handshake_began >= self._frame_s:
            return Overdue.HANDSHAKE
        if reading and self._frame_began is not None and now - self._frame_began >= self._frame_s:
            return Overdue.FRAME
        if signed_on:
            self._unsigned_since = None
        elif self._unsigned_since is None:
            self._unsigned_since = now
        elif now - self._unsigned_since >= self._sign_on_s:
            return Overdue.SIGN_ON
        return None
