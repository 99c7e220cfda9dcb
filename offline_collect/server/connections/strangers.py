"""Recognises peers that do not speak the link's dialect, by their first bytes: hints for the log, no decisions."""

from __future__ import annotations

import re
from collections.abc import Iterator

from offline_collect.wire.frame.frame_format import FrameFormat
from offline_collect.wire.frame.frames import FrameDecoder, encode_frame

KEPT = 24
"""How many of a connection's first bytes are looked at."""

_HTTP = re.compile(rb"(?:GET|POST|PUT|HEAD|OPTIONS|DELETE|PATCH|CONNECT) ")
_TLS = re.compile(rb"\x16\x03[\x00-\x04]")
_MTI = re.compile(rb"[012][1-8][0-4][0-5]")
_BCD_MTI = re.compile(rb"[\x01-\x08][\x00-\x45](?=[\x20-\xff])")
_LENGTHS = {0: "no length", 2: "a length of 2 bytes", 4: "a length of 4 bytes"}
_TPDU_SIZE = 5
_TPDU = re.compile(rb"\x60.{4}", re.DOTALL)
_LENGTH_SIZES = frozenset(_LENGTHS) - {0}


class Opening:
    """The first bytes of a connection.

    Args:
        frame_format: the frames that the link's dialect has.
    """

    def __init__(self, frame_format: FrameFormat) -> None:
        self._first = b""
        self._own_size = len(encode_frame(frame_format, b""))

    def take(self, data: bytes) -> None:
        """Keep the first of a connection's bytes."""
        if len(self._first) < KEPT:
            self._first = (self._first + data[:KEPT])[:KEPT]

    def hint(self, frames: FrameDecoder) -> str:
        """Return what a peer may have got wrong, to be added to a line of the log; '' if nothing is recognised.

        Args:
            frames: the decoder of the stream. After a complete message nothing is recognised.
        """
        if frames.completed:
            return ""
        if _HTTP.match(self._first):
            return "; the peer speaks HTTP: does it use the wrong port?"
        if _TLS.match(self._first):
            return "; the peer begins a TLS handshake, but the link has no TLS"
        shape = self._shape()
        if shape is not None:
            return f"; the bytes look like {shape}: does the peer use another dialect than the link?"
        if frames.missing in _LENGTH_SIZES and frames.begun > KEPT:
            return "; does the peer's length count its header?"
        return ""

    def _shape(self) -> str | None:
        """Return how a message seems to be framed; None if like the link's, or in no known way."""
        shapes = dict(_shapes(self._first))
        # A length may look like an MTI: the link's own frames come first.
        return None if self._own_size in shapes else next(iter(shapes.values()), None)


def _shapes(first: bytes) -> Iterator[tuple[int, str]]:
    """Yield the places where an MTI seems to stand, each with what is before it and how it is written."""
    for size, words in _LENGTHS.items():
        rest, at, tpdu = first[size:], size, ""
        if _TPDU.match(rest):
            rest, at, tpdu = rest[_TPDU_SIZE:], size + _TPDU_SIZE, " and a TPDU"
        if _MTI.match(rest):
            yield at, f"{words}{tpdu}, then an MTI in ASCII digits"
        elif at and _BCD_MTI.match(rest):
            yield at, f"{words}{tpdu}, then an MTI in BCD"
