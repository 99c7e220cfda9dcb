"""Detects a text's encoding: UTF-8 or UTF-16 with a BOM, UTF-8 without, else strict GB18030, never guessed (docs/merchants.md)."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from offline_collect.domain.texts.phrases import Phrase
from offline_collect.files.digest import CHUNK
from offline_collect.files.errors import EncodingError

_REMEDY = Phrase("save it again as 'CSV UTF-8' or as an .xlsx workbook")
_OTHER_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_START = 4096

# A word of Chinese in UTF-8. GB18030 reads it as other characters, half as many again, if it has an even
# number of them. In a real GB18030 text almost no word looks like this: its second bytes are seldom so low,
# and bytes from 80 to A0 belong to the rarest characters.
_UTF8_WORD = re.compile(rb"(?<![\x80-\xff])(?:[\xe3-\xe9][\x80-\xbf]{2}){2,}(?![\x80-\xff])")
_RARE = re.compile(rb"[\x80-\xa0]")


def encoding_of(stream: BinaryIO, path: Path) -> str:
    """Return the codec that decodes the whole file strictly, and rewind it.

    A file with a byte order mark must be UTF-8, or UTF-16 (Excel's "Unicode text"). Without one it is UTF-8 if all of it decodes as UTF-8, else
    GB18030 if all of it does and no line is UTF-8. Nothing is guessed from a sample.

    Raises:
        EncodingError: neither fits, or the file mixes both; names the line.
    """
    start = stream.read(_START)
    if start.startswith(_OTHER_MARKS) and _broken_line(stream, "utf-16") is None:
        return "utf-16"
    if start.startswith(_OTHER_MARKS) or b"\0" in start:
        raise EncodingError(Phrase("is UTF-16, or not a text"), path=path, remedy=_REMEDY)
    marked = start.startswith(codecs.BOM_UTF8)
    not_utf8 = _broken_line(stream, "utf-8")
    if not_utf8 is None:
        return "utf-8-sig" if marked else "utf-8"
    reason = (
        Phrase("is marked as UTF-8 but line {line} is not", line=not_utf8)
        if marked
        else _why_not_gb18030(stream, not_utf8)
    )
    if reason is None:
        return "gb18030"
    raise EncodingError(reason, path=path, remedy=_REMEDY)


def _why_not_gb18030(stream: BinaryIO, not_utf8: int) -> Phrase | None:
    broken = _broken_line(stream, "gb18030")
    if broken == not_utf8:
        return Phrase("line {line} is neither UTF-8 nor GB18030", line=not_utf8)
    if broken is not None:
        return Phrase(
            "is saved in two ways: line {one} is not UTF-8, and line {other} is not GB18030",
            one=not_utf8,
            other=broken,
        )
    mixed = _utf8_line(stream)
    if mixed is None:
        return None
    return Phrase(
        "is saved in two ways: line {one} is GB18030, but line {other} is UTF-8", one=not_utf8, other=mixed
    )


def _broken_line(stream: BinaryIO, encoding: str) -> int | None:
    """Return the line of the first byte that ``encoding`` cannot decode; rewinds ``stream``."""
    stream.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    line = 1
    try:
        while chunk := stream.read(CHUNK):
            decoder.decode(chunk)
            line += chunk.count(b"\n")
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        return line + bytes(error.object[: error.start]).count(b"\n")
    finally:
        stream.seek(0)
    return None


def _utf8_line(stream: BinaryIO) -> int | None:
    """Return the first line of a GB18030 text that has a word in UTF-8; rewinds ``stream``."""
    line = 1
    try:
        for chunk in _whole_lines(stream):
            for word in _UTF8_WORD.finditer(chunk) if _RARE.search(chunk) else ():
                if _RARE.search(word[0]):
                    return line + chunk.count(b"\n", 0, word.start())
            line += chunk.count(b"\n")
    finally:
        stream.seek(0)
    return None


def _whole_lines(stream: BinaryIO) -> Iterator[bytes]:
    """Yield a file in pieces that do not split a line, unless it is longer than a piece."""
    stream.seek(0)
    rest = b""
    while chunk := stream.read(CHUNK):
        piece = rest + chunk
        cut = piece.rfind(b"\n") + 1 or len(piece)
        rest = piece[cut:]
        yield piece[:cut]
    yield rest
