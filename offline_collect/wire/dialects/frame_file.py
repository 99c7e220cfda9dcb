"""Compiles the `frame` of a dialect file: length, header rows, trailer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from offline_collect.wire.frame.frame_format import PARTS, FrameFormat, HeaderRow
from offline_collect.wire.frame.lengths import LENGTH_KINDS, NO_LENGTH

if TYPE_CHECKING:
    from offline_collect.wire.dialects.dialect import Encoding
    from offline_collect.wire.dialects.schema import Section

LENGTH_MAX = 999_999
LENGTH_MAX_DEFAULT = 8192
ROW_BYTES_MAX = 999
_COUNTED = ("header",)


def compile_frame(section: Section) -> FrameFormat:
    """Return the frame format that a file's `frame` describes.

    Raises:
        SchemaError: it cannot work.
    """
    frame = FrameFormat(
        length=section.choice("length", LENGTH_KINDS),
        length_includes=frozenset(section.choices("length_includes", PARTS, _COUNTED)),
        header=_header(section),
        trailer=_bytes(section, "trailer", section.text("trailer")) if section.has("trailer") else b"",
        length_max=section.integer("length_max", 1, LENGTH_MAX)
        if section.has("length_max")
        else LENGTH_MAX_DEFAULT,
    )
    section.finish()
    _check(section, frame)
    return frame


def _check(section: Section, frame: FrameFormat) -> None:
    if frame.has_length:
        if frame.stated(frame.length_max) > frame.greatest:
            reason = f"with its header it is over {frame.greatest}, the most {frame.length} can say"
            section.fail(reason, "length_max")
        return
    if not frame.trailer:
        section.fail("without a length a trailer must end each message", "trailer")
    if frame.before_size:
        section.fail("there is no length that a row could stand before", "header")


def check_terminated(section: Section, frame: FrameFormat, encoding: Encoding) -> None:
    """Refuse a wire whose messages may hold the trailer that ends them."""
    if frame.has_length:
        return
    if encoding.bitmap == "raw":
        section.fail(f"{NO_LENGTH} does not go with raw bitmaps: they may hold the trailer", "length")
    packed = {encoding.mti, encoding.numeric, encoding.prefix, encoding.binary} & {
        "bcd",
        "bcd-right",
        "binary",
        "raw",
    }
    if packed:
        section.fail(
            f"{NO_LENGTH} does not go with {min(packed)} elements: they may hold the trailer", "length"
        )


def _header(section: Section) -> tuple[HeaderRow, ...]:
    if not section.has("header"):
        return ()
    sections = list(section.sections("header"))
    names = [row.text("name") for row in sections]
    rows: list[HeaderRow] = []
    for section_, name in zip(sections, names, strict=True):
        if names.count(name) > 1:
            section_.fail(f"{name} is there twice", "name")
        row = _row(section_, name, names)
        if row.before_length and rows and not rows[-1].before_length:
            section_.fail("rows before the length go before all others", "before_length")
        rows.append(row)
    for section_, row in zip(sections, rows, strict=True):
        _check_reply(section_, row, rows)
    return tuple(rows)


def _row(section: Section, name: str, names: list[str]) -> HeaderRow:
    size = section.integer("bytes", 1, ROW_BYTES_MAX)
    must = _value(section, "must", size) if section.has("must") else None
    default = must or bytes(size)
    row = HeaderRow(
        name=name,
        size=size,
        send=_value(section, "send", size) if section.has("send") else default,
        must=must,
        reply=_reply(section, size, names),
        before_length=section.boolean("before_length") if section.has("before_length") else False,
        is_length=section.choice("is", ("length",)) == "length" if section.has("is") else False,
    )
    section.finish()
    return row


def _reply(section: Section, size: int, names: list[str]) -> str | bytes | None:
    if not section.has("reply"):
        return None
    reply = section.take("reply")
    return reply if isinstance(reply, str) and reply in names else _value(section, "reply", size)


def _check_reply(section: Section, row: HeaderRow, rows: list[HeaderRow]) -> None:
    other = next((other for other in rows if other.name == row.reply), row)
    if other.size != row.size:
        section.fail(f"{other.name} has {other.size} bytes, this row {row.size}", "reply")


def _value(section: Section, key: str, size: int) -> bytes:
    """Bytes in hex digits, or as characters: `{text: ISO}`."""
    if isinstance(section.take(key), str):
        found = _bytes(section, key, section.text(key))
    else:
        row = section.section(key)
        text = row.text("text")
        row.finish()
        if not (text.isascii() and text.isprintable()):
            row.fail("must be printable ASCII", "text")
        found = text.encode()
    if len(found) != size:
        section.fail(f"must have {size} bytes, not {len(found)}", key)
    return found


def _bytes(section: Section, key: str, digits: str) -> bytes:
    try:
        return bytes.fromhex(digits)
    except ValueError:
        section.fail("must be bytes in hex digits, two each", key)
