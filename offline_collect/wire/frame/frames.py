"""Frames on a byte stream: `length | header | message | trailer` (docs/integration.md; `frame_format.py`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from offline_collect.wire.errors import EncodeError, FrameError
from offline_collect.wire.frame.frame import Frame
from offline_collect.wire.frame.lengths import length_reader

if TYPE_CHECKING:
    from offline_collect.wire.frame.frame_format import FrameFormat


class FrameDecoder:
    """Cuts a byte stream into frames; holds at most one incomplete frame between two calls.

    Attributes:
        completed: count of complete frames and keep-alives so far.
    """

    def __init__(self, frame_format: FrameFormat) -> None:
        self._format = frame_format
        self._head_size = frame_format.before_size + frame_format.length_size
        self._read_length = length_reader(frame_format.length)
        self._least_stated = frame_format.length_size * ("length" in frame_format.length_includes)
        self._least = self._head_size if frame_format.has_length else len(frame_format.trailer)
        self._musts = [
            (frame_format.place(row.name), row.must, row.name) for row in frame_format.header if row.must
        ]
        self._bare = not frame_format.header and not frame_format.trailer
        self._buffer = bytearray()
        self._needed = self._least
        self._broken: str | None = None
        self.completed = 0

    def feed(self, data: bytes) -> list[Frame]:
        """Take the next bytes of the stream, in chunks of any size.

        Returns:
            The frames that are complete now; keep-alives (length 0) are left out.

        Raises:
            FrameError: a length is not a number or over `length_max`, or the header or the trailer is not what
                it must be. Its `frames` are those before it. Every later call raises it again.
        """
        if self._broken:
            raise FrameError(self._broken)
        self._buffer += data
        if len(self._buffer) < self._needed:
            return []
        chunk = bytes(self._buffer)
        self._buffer.clear()
        frames: list[Frame] = []
        try:
            rest = self._cut(chunk, frames) if self._format.has_length else self._split(chunk, frames)
        except FrameError as error:
            self._broken = error.reason
            raise FrameError(error.reason, frames) from None
        self._buffer += rest
        return frames

    @property
    def missing(self) -> int:
        """How many bytes the frame that has begun lacks, as far as it says; 0 between frames."""
        return self._needed - len(self._buffer) if self._buffer else 0

    @property
    def begun(self) -> int:
        """Size of the current frame in bytes, as far as known; 0 between frames."""
        return self._needed if self._buffer else 0

    def _cut(self, chunk: bytes, frames: list[Frame]) -> bytes:
        """Cut all complete frames off `chunk` and return the rest."""
        start, head_size = 0, self._head_size
        while (body := start + head_size) <= len(chunk):
            end = body + self._size(chunk[start:body])
            if end > len(chunk):
                body = end
                break
            if end > body:
                frames.append(
                    Frame(chunk[body:end]) if self._bare else self._frame(chunk[start:body], chunk[body:end])
                )
            start = end
            self.completed += 1
        self._needed = body - start
        return chunk[start:]

    def _split(self, chunk: bytes, frames: list[Frame]) -> bytes:
        """Cut all frames that their trailer ends off `chunk` and return the rest."""
        trailer, most = self._format.trailer, self._format.length_max
        start = 0
        while (end := chunk.find(trailer, start)) >= 0:
            end += len(trailer)
            if end - start > most:
                break
            if end - start > len(trailer):
                frames.append(self._frame(b"", chunk[start:end]))
            start = end
            self.completed += 1
        rest = chunk[start:]
        if len(rest) >= most:
            raise FrameError(f"no trailer {trailer.hex()} (hex) within length_max {most}")
        self._needed = max(len(rest) + 1, self._least)
        return rest

    def _size(self, head: bytes) -> int:
        """How many bytes follow a length, of what comes up to it."""
        frame_format = self._format
        stated = self._read_length(head[frame_format.before_size :])
        if stated == 0:
            return 0
        size = frame_format.following(stated)
        if size < 0 or stated < self._least_stated:
            raise FrameError(
                f"length {stated} does not cover its own header of {frame_format.length_size} bytes"
            )
        if size > frame_format.length_max:
            raise FrameError(f"length {size} is over length_max {frame_format.length_max}")
        return size

    def _frame(self, head: bytes, body: bytes) -> Frame:
        frame_format = self._format
        size, trailer = frame_format.after_size, frame_format.trailer
        if trailer:
            if not body.endswith(trailer):
                raise FrameError(f"a frame does not end with its trailer {trailer.hex()} (hex)")
            body = body[: -len(trailer)]
        if not frame_format.header:
            return Frame(body)
        header = head[: frame_format.before_size] + body[:size]
        for place, must, name in self._musts:
            if header[place] != must and len(body) >= size:
                raise FrameError(f"header {name}: {header[place].hex()} came where {must.hex()} must (hex)")
        return Frame(body[size:], header)


def encode_frame(frame_format: FrameFormat, message: bytes, header: bytes | None = None) -> bytes:
    """Put a message into a frame.

    Args:
        frame_format: the dialect's.
        message: the bytes from the MTI on.
        header: its rows, for a reply those of `FrameFormat.reply_header`; by default those of a frame that is
            no reply. Ignored in dialects without.

    Raises:
        EncodeError: the frame would be over `length_max`.
    """
    before = b""
    if frame_format.header:
        header = header or frame_format.own_header
        if frame_format.length_place is not None:
            header = _with_length(header, frame_format.length_place, len(message) + frame_format.after_size)
        before, message = header[: frame_format.before_size], header[frame_format.before_size :] + message
    if frame_format.trailer:
        if not frame_format.has_length and frame_format.trailer in message:
            raise EncodeError(f"the trailer {frame_format.trailer.hex()} (hex) would end the frame too early")
        message += frame_format.trailer
    size = len(message)
    if size > frame_format.length_max:
        raise EncodeError(f"a frame of {size} bytes is over length_max {frame_format.length_max}")
    return before + frame_format.write_length(size) + message


def _with_length(header: bytes, place: slice, size: int) -> bytes:
    """Fill in the row that holds the length of header and message."""
    width = place.stop - place.start
    digits = b"%0*d" % (width, size)
    if len(digits) > width:
        raise EncodeError(f"{width} digits of the header cannot say {size}")
    return header[: place.start] + digits + header[place.stop :]
