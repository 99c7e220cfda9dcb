"""Messages for people: bytes to a masked, readable form, and the YAML of test vectors to bytes."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any, BinaryIO

from offline_collect.app.errors import MessageError
from offline_collect.wire.dialects.dialect import Dialect
from offline_collect.wire.elements.codec import Codec
from offline_collect.wire.errors import DecodeError, FrameError, WireError
from offline_collect.wire.frame.frame_format import FrameFormat
from offline_collect.wire.frame.frames import Frame, FrameDecoder, encode_frame
from offline_collect.wire.messages.message import Message

SIZE_MAX = 1024 * 1024
_HEX = re.compile(rb"[0-9A-Fa-f\s]*")
_HEX_TEXT = re.compile(r"[0-9A-Fa-f \t\r\n]*")


def read_input(given: str | None, stdin: BinaryIO) -> bytes:
    """Return the user's input: hex digits, a file of hex or of bytes, or standard input.

    Args:
        given: hex digits or a file's name; None or ``-`` reads standard input.
        stdin: standard input.

    Raises:
        MessageError: the input is empty or too long.
    """
    if given is None or given == "-":
        return _bounded(stdin, "standard input")
    # Not Path.is_file: hex digits may be longer than a file name can be.
    if _HEX_TEXT.fullmatch(given) and not os.path.isfile(given):  # noqa: PTH113
        return given.encode()
    try:
        with Path(given).open("rb") as stream:
            return _bounded(stream, given)
    except OSError as error:
        reason = (error.strerror or "cannot be read").lower()
        raise MessageError(f"not hex digits, and no file either ({reason})") from None


def _bounded(stream: BinaryIO, name: str) -> bytes:
    content = stream.read(SIZE_MAX + 1)
    if len(content) > SIZE_MAX:
        raise MessageError(f"{name}: is over {SIZE_MAX} bytes; check that it holds messages")
    return content


def decode_input(content: bytes, dialect: Dialect, framed: bool | None) -> list[str]:
    """Return the messages of the user's input, each in its readable form, masked.

    Args:
        content: hex digits, or the bytes themselves. An ASCII message may consist of hex digits, so content
            that is no message as hex is tried unchanged.
        dialect: the dialect to read them in.
        framed: as in :func:`split_frames`.

    Raises:
        MessageError: it cannot be read; says which element, never its content.
    """
    if not content.strip():
        raise MessageError("nothing to decode: give a message as hex digits, a file, or standard input")
    if not _HEX.fullmatch(content):
        return decode_messages(content, dialect, framed)
    try:
        return decode_messages(_unhex(content), dialect, framed)
    except MessageError as error:
        as_hex = error
    for read in (_decode_lines, decode_messages):
        try:
            return read(content.strip(), dialect, framed)
        except MessageError:
            continue
    raise as_hex


def _decode_lines(content: bytes, dialect: Dialect, framed: bool | None) -> list[str]:
    """Read one message from each line, as `message encode` writes them, with or without length headers.

    Raises:
        MessageError: it is not several lines of messages.
    """
    lines = content.split(b"\n")
    if len(lines) == 1:
        raise MessageError("one line only")
    return [
        shown for line in lines if line.strip() for shown in decode_messages(_unhex(line), dialect, framed)
    ]


def _unhex(content: bytes) -> bytes:
    digits = b"".join(content.split())
    if len(digits) % 2:
        raise MessageError("an odd number of hex digits: one is missing or too many")
    return bytes.fromhex(digits.decode())


def split_frames(content: bytes, dialect: Dialect, framed: bool | None) -> list[bytes]:
    """Return the messages in some bytes.

    Args:
        content: one bare message, or any number of frames.
        dialect: defines the frames.
        framed: whether there are frames; None detects them: they must fill the bytes exactly.

    Raises:
        MessageError: there is no whole frame although ``framed`` is set.
    """
    if framed is False:
        return [content]
    frames = _whole_frames(content, dialect.frame)
    if frames is not None:
        return [frame.message for frame in frames]
    if framed:
        _refuse_cut_frame(content, Codec(dialect))
        raise MessageError(
            f"these {len(content)} bytes are not whole frames of dialect {dialect.name}"
            " (--raw takes a message without its length header)"
        )
    return [content]


def _whole_frames(content: bytes, frame_format: FrameFormat) -> list[Frame] | None:
    decoder = FrameDecoder(frame_format)
    try:
        frames = decoder.feed(content)
    except FrameError:
        return None
    used = sum(frame_format.overhead + len(frame.message) for frame in frames)
    return frames if frames and used == len(content) else None


def _refuse_cut_frame(content: bytes, codec: Codec) -> None:
    """Refuse a frame whose end is missing, if it begins like a frame: as a message it makes no sense."""
    frame_format = codec.dialect.frame
    decoder = FrameDecoder(frame_format)
    try:
        whole = decoder.feed(content)
        codec.decode(content[frame_format.message_at :])
    except FrameError:
        return
    except DecodeError as error:
        begins = bool(error.elements)
    else:
        begins = True
    if begins and decoder.missing and not whole:
        raise MessageError(
            f"cut short: the length header asks for {decoder.missing} bytes more than the {len(content)} that are"
            " here (--raw takes a message without its length header)"
        )


def decode_messages(content: bytes, dialect: Dialect, framed: bool | None) -> list[str]:
    """Return each message of some bytes in its readable form, masked.

    Raises:
        MessageError: one cannot be read; says which element, never its content.
    """
    codec = Codec(dialect)
    messages = split_frames(content, dialect, framed)
    if any(not message for message in messages):
        raise MessageError("a frame holds no message")
    try:
        return [
            _decode(codec, raw, nth, len(messages)).pretty(dialect) for nth, raw in enumerate(messages, 1)
        ]
    except MessageError:
        if framed is None and messages == [content]:
            _refuse_cut_frame(content, codec)
        raise


def _decode(codec: Codec, raw: bytes, nth: int, count: int) -> Message:
    try:
        return codec.decode(raw)
    except DecodeError as error:
        which = f"message {nth}: " if count > 1 else ""
        known = (
            f"; what could be read before it: {', '.join(f'DE {n}' for n in error.elements)}"
            if error.elements
            else ""
        )
        reason = f"{which}cannot be read as dialect {codec.dialect.name}: {error}{known}"
    raise MessageError(reason)


def encode_messages(
    document: Any, name: str, dialect: Dialect, *, framed: bool, tpdu: bytes | None
) -> list[str]:
    """Return messages as hex.

    Args:
        document: one mapping of ``mti`` and ``elements``, or a list of them.
        name: the file's name, for errors.
        dialect: the dialect to encode them in.
        framed: whether to put each into a frame.
        tpdu: 5 bytes for frames of dialects that have one.

    Raises:
        MessageError: one has another structure, or does not fit the dialect.
    """
    codec = Codec(dialect)
    entries = document if isinstance(document, list) else [document]
    size = len(dialect.frame.own_header)
    if tpdu is not None and size not in (0, len(tpdu)):
        raise MessageError(f"--tpdu: the header of dialect {dialect.name} has {size} bytes, not {len(tpdu)}")
    if not entries:
        raise MessageError(f"{name}: holds no message; give a mapping of mti and elements")
    encoded = []
    for nth, entry in enumerate(entries):
        place = f"{name}[{nth}]" if isinstance(document, list) else name
        try:
            raw = codec.encode(Message.from_plain(entry, place))
            encoded.append((encode_frame(dialect.frame, raw, tpdu) if framed else raw).hex())
        except WireError as error:
            text = str(error)
            raise MessageError(text if text.startswith(place) else f"{place}: {text}") from None
    return encoded


def read_tpdu(digits: str | None) -> bytes | None:
    """Return the TPDU of 10 hex digits.

    Raises:
        MessageError: they are not 10 hex digits.
    """
    if digits is None:
        return None
    if not re.fullmatch("[0-9A-Fa-f]{10}", digits):
        raise MessageError("--tpdu: must be 10 hex digits, such as 6000010002")
    return bytes.fromhex(digits)
