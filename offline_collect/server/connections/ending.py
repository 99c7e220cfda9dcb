"""The end of a connection: incomplete frames and undelivered answers, logged and counted once."""

from __future__ import annotations

import logging
import socket
from typing import Any

from offline_collect.server.connections.receive_buffer import socket_of
from offline_collect.server.connections.strangers import Opening
from offline_collect.server.observer import LinkObserver
from offline_collect.wire.frame.frames import FrameDecoder

_log = logging.getLogger(__name__)

LINGER_S = 1.0
"""How long a peer may take to refuse answers written after it closed its direction."""


class Ending:
    """Records the end of one connection.

    A peer that has closed its direction may wait for its answers, or may be gone: TCP shows no difference. Only a
    reset in reply to an answer shows that it is gone, and the reset may arrive after the last answer was written.
    So the socket of such a peer stays open for a moment.

    Attributes:
        late: answers written since the peer closed its direction.
    """

    def __init__(self, link: str, peer: str, observer: LinkObserver) -> None:
        self._link = link
        self._peer = peer
        self._observer = observer
        self._peer_ended = False
        self._shut_at: float | None = None
        self._nowhere = 0
        self.late = 0

    def stream_ended(self, frames: FrameDecoder | None, opening: Opening) -> None:
        """The peer will send nothing more; a frame that it has begun will never be complete.

        Args:
            frames: the decoder of the stream; None if the platform had stopped reading.
            opening: its first bytes.
        """
        if frames is not None and frames.missing and not self._peer_ended:
            self._tell_torn(frames, opening)
        self._peer_ended = True

    def _tell_torn(self, frames: FrameDecoder, opening: Opening) -> None:
        _log.warning(
            "link %s, %s: closed with %d of %d bytes missing%s",
            self._link,
            self._peer,
            frames.missing,
            frames.begun,
            opening.hint(frames),
        )
        self._observer.unanswered(self._link, "torn")

    def wrote(self, answers: int) -> None:
        """Record written answers."""
        if self._peer_ended:
            self.late += answers

    def shut(self, now: float) -> None:
        """Record that our own direction is closed too, after the last answer."""
        self._shut_at = now

    def is_over(self, now: float) -> bool:
        """Whether the time for a missing peer to refuse its late answers is over."""
        return self._shut_at is not None and self.late > 0 and now - self._shut_at >= LINGER_S

    def lost(self) -> None:
        """Record that the connection was lost or reset after a write: it is unknown which late answers arrived."""
        for _ in range(self.late):
            self.gone()
        self.late = 0

    def gone(self) -> None:
        """Record an answer for a connection that has ended."""
        self._nowhere += 1
        self._observer.unanswered(self._link, "gone")

    def tell(self) -> None:
        """Log how many answers were not delivered; call this once no more can follow."""
        if self._nowhere:
            _log.warning(
                "link %s, %s: the peer was gone before its answers: up to %d of them were not delivered;"
                " approved payments count until the front end reverses them",
                self._link,
                self._peer,
                self._nowhere,
            )
            self._nowhere = 0


def was_refused(transport: Any) -> bool:
    """Whether the peer has reset the connection since the last write."""
    handle = socket_of(transport)
    return handle is not None and handle.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) != 0
