"""Frames: `length header | [TPDU] | message` on a byte stream (wire.md, Frame)."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType

from offline_collect.domain.values import value
from offline_collect.wire.errors import EncodeError, FrameError

HEADER_SIZES = MappingProxyType({"ascii4": 4, "binary2": 2, "binary4": 4, "bcd2": 2})
LENGTH_KINDS = tuple(HEADER_SIZES)
TPDU_SIZE = 5
TPDU_DEFAULT = bytes.fromhex("6000000000")


@dataclass(frozen=True, slots=True)
class FrameFormat:
    """How a dialect frames its messages.

    Attributes:
        length: `ascii4` (4 digits), `binary2`, `binary4` (big-endian) or `bcd2` (4 digits in 2 bytes).
        length_includes_header: whether the stated length counts the header as well.
        tpdu: whether a TPDU of 5 bytes precedes the message.
        length_max: the most bytes after the header, TPDU included.
        header_size: bytes of the length header.
    """

    length: str
    length_includes_header: bool = False
    tpdu: bool = False
    length_max: int = 8192
    header_size: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "header_size", HEADER_SIZES[self.length])

    @property
    def greatest(self) -> int:
        """The greatest number that the header can hold."""
        return 256**self.header_size - 1 if self.length.startswith("binary") else 9999

    @property
    def message_max(self) -> int:
        """Most bytes of a message, without its TPDU."""
        return self.length_max - TPDU_SIZE * self.tpdu

    def stated(self, size: int) -> int:
        """The length in the header when `size` bytes follow it."""
        return size + self.header_size * self.length_includes_header


@value
class Frame:
    """One message as received.

    Attributes:
        message: the bytes from the MTI on.
        tpdu: the 5 bytes before it (fewer, with no message, in a frame too short for them), or None in
            dialects without TPDU.
    """

    message: bytes
    tpdu: bytes | None = None

    @property
    def reply_tpdu(self) -> bytes | None:
        """The TPDU of the reply, with source and destination exchanged."""
        if self.tpdu is None:
            return None
        return self.tpdu[:1] + self.tpdu[3:5] + self.tpdu[1:3]


class FrameDecoder:
    """Cuts a byte stream into frames; holds at most one incomplete frame between two calls.

    Attributes:
        completed: count of complete frames and keep-alives so far.
    """

    def __init__(self, frame_format: FrameFormat) -> None:
        self._format = frame_format
        self._header_size = frame_format.header_size
        self._buffer = bytearray()
        self._needed = self._header_size
        self._broken: str | None = None
        self.completed = 0

    def feed(self, data: bytes) -> list[Frame]:
        """Take the next bytes of the stream, in chunks of any size.

        Returns:
            The frames that are complete now; keep-alives (length 0) are left out.

        Raises:
            FrameError: a length is not a number or over `length_max`. Its `frames` are those before it.
                Every later call raises it again.
        """
        if self._broken:
            raise FrameError(self._broken)
        self._buffer += data
        if len(self._buffer) < self._needed:
            return []
        chunk = bytes(self._buffer)
        self._buffer.clear()
        return self._cut(chunk)

    @property
    def missing(self) -> int:
        """How many bytes the current frame still needs; 0 between frames."""
        return self._needed - len(self._buffer) if self._buffer else 0

    @property
    def begun(self) -> int:
        """Size of the current frame in bytes, as far as known; 0 between frames."""
        return self._needed if self._buffer else 0

    def _cut(self, chunk: bytes) -> list[Frame]:
        """Return all complete frames of `chunk` and keep the rest."""
        frames: list[Frame] = []
        start, header_size = 0, self._header_size
        while (body := start + header_size) <= len(chunk):
            try:
                end = body + self._size(chunk[start:body])
            except FrameError as error:
                self._broken = error.reason
                raise FrameError(error.reason, frames) from None
            if end > len(chunk):
                body = end
                break
            if end > body:
                frames.append(self._frame(chunk[body:end]))
            start = end
            self.completed += 1
        self._needed = body - start
        self._buffer += chunk[start:]
        return frames

    def _size(self, header: bytes) -> int:
        """How many bytes follow a header."""
        stated = _number(header, self._format.length)
        if stated == 0:
            return 0
        size = stated - self._header_size * self._format.length_includes_header
        if size < 0:
            raise FrameError(f"length {stated} does not cover its own header of {self._header_size} bytes")
        if size > self._format.length_max:
            raise FrameError(f"length {size} is over length_max {self._format.length_max}")
        return size

    def _frame(self, body: bytes) -> Frame:
        if self._format.tpdu:
            return Frame(body[TPDU_SIZE:], body[:TPDU_SIZE])
        return Frame(body)


def _number(header: bytes, kind: str) -> int:
    """Read a length header; only plain digits are valid (`int` alone accepts signs and spaces)."""
    if kind.startswith("binary"):
        return int.from_bytes(header, "big")
    digits = header.hex() if kind == "bcd2" else header.decode("latin-1")
    if not (digits.isascii() and digits.isdigit()):
        raise FrameError(f"length header {header.hex()} (hex) is not a number of kind {kind}")
    return int(digits)


def encode_frame(frame_format: FrameFormat, message: bytes, tpdu: bytes | None = None) -> bytes:
    """Build the frame of a message.

    Args:
        frame_format: the dialect's.
        message: the bytes from the MTI on.
        tpdu: 5 bytes, for a reply those of `Frame.reply_tpdu`; ignored in dialects without TPDU. By default
            source and destination are 0.

    Raises:
        EncodeError: the frame would be over `length_max`.
    """
    if frame_format.tpdu:
        message = (tpdu or TPDU_DEFAULT) + message
    size = len(message)
    if size > frame_format.length_max:
        raise EncodeError(f"a frame of {size} bytes is over length_max {frame_format.length_max}")
    return _header(frame_format, frame_format.stated(size)) + message


def _header(frame_format: FrameFormat, stated: int) -> bytes:
    if frame_format.length == "ascii4":
        return b"%04d" % stated
    if frame_format.length == "bcd2":
        return bytes.fromhex(f"{stated:04d}")
    return stated.to_bytes(frame_format.header_size, "big")
