"""Messages as people paste them: hex digits, `0x..` lists, hex dumps with offsets and characters, or plain text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

WIDTH_MAX = 64
"""Bytes on one line of a hex dump at most."""

_HEX = re.compile(r"[0-9A-Fa-f\s]*")
_LIST = re.compile(r"[\s,;(){}\[\]]*(?:(?:0[xX]|\\x)[0-9A-Fa-f]{1,2}[\s,;(){}\[\]]*)+")
_LISTED = re.compile(r"(?:0[xX]|\\x)([0-9A-Fa-f]{1,2})")
_DUMP_LINE = re.compile(r"\s*(?:0[xX])?(?P<offset>[0-9A-Fa-f]{4,16})(?::\s*|\s+)(?P<rest>\S.*)")
_LAST_LINE = re.compile(r"\s*(?:0[xX])?[0-9A-Fa-f]{4,16}:?\s*")
_TOKEN = re.compile(r"(?:[0-9A-Fa-f]{2}){1,8}(?=\s|\||$)")
_MESSAGE_TEXT = re.compile(r"[ -~]{0,60}[0-9]{4}[0-9A-Fa-f]{16}")


def is_message_text(text: str) -> bool:
    """Whether a text may be a message in characters: an MTI and a bitmap stand near its beginning."""
    return _MESSAGE_TEXT.match(text) is not None


def is_listed(text: str) -> bool:
    """Whether a text is a list such as `0x30, 0x31`, or a hex dump of several lines."""
    return _LIST.fullmatch(text) is not None or _dump(text) is not None


def as_hex_digits(content: bytes) -> bytes | None:
    """Return what a paste holds as hex digits; None if it is neither hex digits, a list, nor a dump."""
    if not content.isascii():
        return None
    text = content.decode("ascii")
    if _HEX.fullmatch(text):
        dumped = _dump(text)
        return content if dumped is None else dumped
    if _LIST.fullmatch(text):
        return "".join(digits.zfill(2) for digits in _LISTED.findall(text)).encode()
    return _dump(text)


def _dump(text: str) -> bytes | None:
    """Return the hex digits of a dump whose offsets follow each other; None if it is none."""
    lines = [line for line in text.splitlines() if line.strip()]
    found = [_DUMP_LINE.fullmatch(line.rstrip()) for line in lines]
    if len(found) > 1 and found[-1] is None and _LAST_LINE.fullmatch(lines[-1]):
        # hexdump ends with the offset of the end.
        found.pop()
    rows = [row for row in found if row is not None]
    if not rows or len(rows) != len(found):
        return None
    offsets = [int(row["offset"], 16) for row in rows]
    if offsets[0] != 0:
        return None
    sizes = [after - before for before, after in pairwise(offsets)]
    if any(not 0 < size <= WIDTH_MAX for size in sizes):
        return None
    read = [_row(row["rest"], size) for row, size in zip(rows, [*sizes, None], strict=True)]
    digits = [row for row in read if row is not None]
    return "".join(digits).encode() if len(digits) == len(read) else None


def _row(rest: str, size: int | None) -> str | None:
    """Return the digits of one line: as many bytes as the next offset says, the last line those before the text."""
    digits = ""
    for token in _tokens(rest, size):
        digits += token
        if size is not None and len(digits) >= 2 * size:
            break
    if size is not None and len(digits) != 2 * size:
        return None
    return digits or None


def _tokens(rest: str, size: int | None) -> Iterator[str]:
    """Return groups of hex digits up to the first other thing."""
    at = 0
    while (token := _TOKEN.match(rest, at)) is not None:
        yield token[0]
        at = token.end()
        blanks = len(rest) - at - len(rest[at:].lstrip())
        # In the last line two blanks end the bytes, unless a bar says where the text is (hexdump has two half-way).
        if size is None and blanks > 1 and "|" not in rest:
            return
        at += blanks
