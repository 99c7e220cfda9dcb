"""Messages for people: bytes to a masked, readable form."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import BinaryIO

from offline_collect.app.errors import MessageError
from offline_collect.app.tools.code_words import CodeWords
from offline_collect.app.tools.sample_input import as_hex_digits, is_listed, is_message_text
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.wire.dialects.dialect import Dialect
from offline_collect.wire.elements.codec import Codec
from offline_collect.wire.errors import DecodeError, FrameError
from offline_collect.wire.frame.frame import Frame
from offline_collect.wire.frame.frame_format import FrameFormat
from offline_collect.wire.frame.frames import FrameDecoder
from offline_collect.wire.messages.message import Message
from offline_collect.wire.pretty import pretty

SIZE_MAX = 1024 * 1024
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
    if (is_listed(given) or is_message_text(given)) and not os.path.isfile(given):  # noqa: PTH113
        return given.encode("utf-8", "surrogateescape")
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


def decode_input(content: bytes, dialect: Dialect, framed: bool | None) -> list[Message]:
    """Return the messages of the user's input.

    Args:
        content: hex digits, a `0x..` list or a hex dump, or the bytes themselves. An ASCII message may consist of
            hex digits, so content that is no message as hex is tried unchanged.
        dialect: the dialect to read them in.
        framed: as in :func:`split_frames`.

    Raises:
        MessageError: it cannot be read; says which element, never its content.
    """
    if not content.strip():
        raise MessageError("nothing to decode: give a message as hex digits, a file, or standard input")
    digits = as_hex_digits(content)
    if digits is None:
        return _decode_text(content, dialect, framed)
    try:
        return decode_messages(_unhex(digits), dialect, framed)
    except MessageError as error:
        as_hex = error
    for read in (_decode_lines, decode_messages):
        try:
            return read(content.strip(), dialect, framed)
        except MessageError:
            continue
    raise as_hex


def readings(content: bytes) -> list[bytes]:
    """Return what the bytes of the user's input may be, the likeliest first: a message in hex, and the input itself.

    Raises:
        MessageError: it is empty, or hex digits with one missing.
    """
    if not content.strip():
        raise MessageError("nothing to decode: give a message as hex digits, a file, or standard input")
    digits, text = as_hex_digits(content), content.rstrip(b"\r\n")
    if digits is None:
        return [content, text]
    try:
        return [_unhex(digits), text]
    except MessageError:
        if not is_message_text(text.decode("latin-1")):
            raise
    return [text]


def _decode_text(content: bytes, dialect: Dialect, framed: bool | None) -> list[Message]:
    """Read bytes; text that was pasted ends with a line break that is no part of it."""
    try:
        return decode_messages(content, dialect, framed)
    except MessageError:
        stripped = content.rstrip(b"\r\n")
        if stripped == content:
            raise
    return decode_messages(stripped, dialect, framed)


def _decode_lines(content: bytes, dialect: Dialect, framed: bool | None) -> list[Message]:
    """Read one message from each line, as `message encode` writes them, with or without length headers.

    Raises:
        MessageError: it is not several lines of messages.
    """
    lines = content.split(b"\n")
    if len(lines) == 1:
        raise MessageError("one line only")
    return [
        found for line in lines if line.strip() for found in decode_messages(_unhex(line), dialect, framed)
    ]


def _unhex(content: bytes) -> bytes:
    digits = b"".join(content.split())
    if len(digits) % 2:
        raise MessageError(Phrase("an odd number of hex digits: one is missing or too many"))
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


def described(message: Message, dialect: Dialect, *, unmask: bool = False) -> str:
    """Return a message in its readable form, codes in words.

    Args:
        message: the message.
        dialect: names its elements and codes.
        unmask: show personal data; data of cards, PINs and keys is never shown.
    """
    words = CodeWords(dialect, message.mti)
    return pretty(message.mti, message.elements, dialect, words, unmask=unmask)


def identity_of(message: Message) -> dict[str, str]:
    """Return what identifies a message in the audit trail: MTI, STAN, institution and terminal."""
    parts = {"stan": 11, "institution": 32, "terminal": 41}
    found = {name: message.elements.get(number, "").strip() for name, number in parts.items()}
    return {"mti": message.mti, **{name: value for name, value in found.items() if value}}


def decode_messages(content: bytes, dialect: Dialect, framed: bool | None) -> list[Message]:
    """Return each message of some bytes.

    Raises:
        MessageError: one cannot be read; says which element, never its content.
    """
    codec = Codec(dialect)
    messages = split_frames(content, dialect, framed)
    if any(not message for message in messages):
        raise MessageError("a frame holds no message")
    try:
        return [_decode(codec, raw, nth, len(messages)) for nth, raw in enumerate(messages, 1)]
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
