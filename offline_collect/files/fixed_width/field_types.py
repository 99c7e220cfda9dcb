"""The types of fixed-width fields: bytes to values and back (docs/day-end.md, Layouts).

A text stands left and is filled with spaces, in the file's encoding; everything else is ASCII and fills its field, with
zeros before a number. What is optional and not there is None: spaces in a text, zeros in the others.
"""

from __future__ import annotations

import codecs
import datetime as dt
import re
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from offline_collect.domain.texts.characters import INVISIBLE
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.files.errors import FixedFieldError
from offline_collect.files.fixed_width.columns_out import (
    ColumnOut,
    alike_column,
    constant_column,
    digits_column,
    number_column,
    text_column,
)

FieldValue: TypeAlias = str | int | dt.date | None
Parse: TypeAlias = Callable[[bytes], FieldValue]
Format: TypeAlias = Callable[[FieldValue], bytes]

_SPACE = b" "

WITH_ASCII = frozenset({"ascii", "gb2312", "gb18030", "gbk", "utf-8"})
"""Encodings in which ASCII's bytes are ASCII's characters wherever they stand."""


class Plain(NamedTuple):
    """How a field is read together with its whole line, sooner than alone by ``Converter.parse``.

    What does not fit here is read by ``parse``, which knows the reason.

    Attributes:
        pattern: a regular expression for the field's bytes, as Latin-1 has them.
        read: returns the value of what fits the pattern; raises FixedFieldError. None if that is the value already.
    """

    pattern: str
    read: Callable[[str], FieldValue] | None


class Converter(NamedTuple):
    """Both directions of a field.

    Attributes:
        parse: returns the value of exactly the field's bytes; raises FixedFieldError.
        format: returns the bytes of a value; raises FixedFieldError.
        out: how many values are formatted together.
        plain: for lines of ASCII.
        wide: for lines with other characters; None if it is the same.
    """

    parse: Parse
    format: Format
    out: ColumnOut
    plain: Plain
    wide: Plain | None = None


def constant(text: str, width: int) -> Converter:
    """Return the converter of a field that always has one text."""
    filled = text.encode("ascii").ljust(width)

    def parse(raw: bytes) -> str:
        if raw != filled:
            raise FixedFieldError(Phrase("is not {text}", text=text))
        return text

    plain = Plain(re.escape(filled.decode("ascii")), None if len(text) == width else lambda _found: text)
    return Converter(parse, lambda _value: filled, constant_column(filled.decode("ascii")), plain)


def text(width: int, encoding: str, *, optional: bool, cut: bool) -> Converter:
    """Return the converter of a text.

    Args:
        width: in bytes.
        encoding: a codec of Python.
        optional: whether it may be blank.
        cut: whether a text that is too long is cut at a character's end; otherwise it is refused.
    """
    with_ascii = encoding in WITH_ASCII

    def parse(raw: bytes) -> str | None:
        found = _decoded(raw.rstrip(_SPACE), encoding)
        if not found:
            return _none(optional=optional)
        if found[0] == " ":
            raise FixedFieldError(Phrase("begins with a space: texts stand left"))
        _check_visible(found)
        return found

    def format_(value: FieldValue) -> bytes:
        plain = _plain_text(value, width) if with_ascii else None
        if plain is not None:
            return plain
        if value is None:
            _none(optional=optional)
            return _SPACE * width
        raw = _encoded(value, encoding)
        if len(raw) > width and not cut:
            raise _too_long(len(raw), width)
        return _cut(raw, width, encoding).ljust(width)

    plain = Plain(_pattern(width, "", optional=optional), _filled if optional else str.rstrip)
    wide = Plain(
        _pattern(width, r"\x80-\xff", optional=optional), lambda found: parse(found.encode("latin-1"))
    )
    if not cut:
        return Converter(parse, format_, text_column(width, encoding, optional=optional), plain, wide)
    # Only remarks and reasons are cut, and many records have the same.
    kept = lru_cache(maxsize=1024)(format_)
    return Converter(parse, kept, alike_column(kept), plain, wide)


def _pattern(width: int, more: str, *, optional: bool) -> str:
    """Return the pattern of a text of ASCII and ``more`` that stands left."""
    filled = f"[!-~{more}][ -~{more}]{{{width - 1}}}"
    return f"(?:{filled}| {{{width}}})" if optional else filled


def _filled(found: str) -> str | None:
    return found.rstrip() or None


_PLAIN = re.compile("[!-~](?:[ -~]*[!-~])?")


def _plain_text(value: FieldValue, width: int) -> bytes | None:
    """Return the bytes of a printable ASCII text that fits, as most do; None for everything else."""
    if not isinstance(value, str) or len(value) > width or _PLAIN.fullmatch(value) is None:
        return None
    return value.encode("ascii").ljust(width)


def _decoded(raw: bytes, encoding: str) -> str:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        raise FixedFieldError(Phrase("is no text in {encoding}", encoding=encoding.upper())) from None


def _encoded(value: FieldValue, encoding: str) -> bytes:
    if not isinstance(value, str) or not value or value != value.strip(" "):
        raise FixedFieldError(Phrase("is no text that a field can hold"))
    _check_visible(value)
    try:
        return value.encode(encoding)
    except UnicodeEncodeError:
        raise FixedFieldError(
            Phrase("has a character that {encoding} lacks", encoding=encoding.upper())
        ) from None


def _cut(raw: bytes, width: int, encoding: str) -> bytes:
    """Return the characters of an encoded text that fit; those cut off leave no spaces before them."""
    if len(raw) <= width:
        return raw
    # Only a decoder that waits for more leaves the beginning of a character out.
    whole = codecs.getincrementaldecoder(encoding)().decode(raw[:width], final=False)
    return whole.rstrip(" ").encode(encoding)


def _check_visible(found: str) -> None:
    if INVISIBLE.search(found):
        raise FixedFieldError(Phrase("has a control character or one that cannot be seen"))


def digits(width: int, *, optional: bool) -> Converter:
    """Return the converter of a number that is a name, such as a STAN: its zeros count. All zeros are none."""

    def parse(raw: bytes) -> str | None:
        found = _digits(raw)
        return _none(optional=optional) if optional and not found.strip("0") else found

    def format_(value: FieldValue) -> bytes:
        if value is None:
            _none(optional=optional)
            return b"0" * width
        if not isinstance(value, str) or len(value) != width:
            raise FixedFieldError(Phrase("has not {width} digits", width=width))
        raw = value.encode("ascii", "replace")
        _digits(raw)
        return raw

    plain = Plain(f"[0-9]{{{width}}}", _unless_zero if optional else None)
    return Converter(parse, format_, digits_column(width, optional=optional), plain)


def _unless_zero(found: str) -> str | None:
    return found if found.strip("0") else None


def number(width: int) -> Converter:
    """Return the converter of a number from zero on: a count, or an amount in minor units."""

    def format_(value: FieldValue) -> bytes:
        if type(value) is not int or value < 0:
            raise FixedFieldError(Phrase("is no number from 0 on"))
        raw = b"%0*d" % (width, value)
        if len(raw) > width:
            raise _too_long(len(raw), width)
        return raw

    plain = Plain(f"[0-9]{{{width}}}", int)
    return Converter(lambda raw: int(_digits(raw)), format_, number_column(width), plain)


def date(*, optional: bool) -> Converter:
    """Return the converter of a date, 8 digits: year, month and day."""

    def parse(raw: bytes) -> dt.date | None:
        found = _digits(raw)
        if optional and not found.strip("0"):
            return None
        return _date(found)

    def format_(value: FieldValue) -> bytes:
        if value is None:
            _none(optional=optional)
            return b"0" * 8
        if not isinstance(value, dt.date):
            raise FixedFieldError(Phrase("is no date"))
        return _date_digits(value)

    def read(found: str) -> dt.date | None:
        return None if optional and found == _NO_DATE else _date(found)

    return Converter(parse, format_, alike_column(format_), Plain("[0-9]{8}", read))


_NO_DATE = "00000000"


def moment(*, optional: bool) -> Converter:
    """Return the converter of a date and time, 14 digits, which stays a text: whose local time it is only a link knows."""
    as_digits = digits(14, optional=optional)

    def parse(raw: bytes) -> FieldValue:
        found = as_digits.parse(raw)
        if isinstance(found, str):
            _check_moment(found)
        return found

    def format_(value: FieldValue) -> bytes:
        raw = as_digits.format(value)
        if value is not None:
            _check_moment(raw.decode("ascii"))
        return raw

    def read(found: str) -> str | None:
        if optional and found == _NO_MOMENT:
            return None
        _date(found[:8])
        return found

    plain = Plain("[0-9]{8}(?:[01][0-9]|2[0-3])[0-5][0-9][0-5][0-9]", read)
    return Converter(parse, format_, alike_column(format_), plain)


_NO_MOMENT = "00000000000000"


def _digits(raw: bytes) -> str:
    found = raw.decode("ascii", "replace")
    if not (found.isascii() and found.isdigit()):
        raise FixedFieldError(Phrase("has something other than digits"))
    return found


@lru_cache(maxsize=1024)
def _date(found: str) -> dt.date:
    with suppress(ValueError):
        return dt.date(int(found[:4]), int(found[4:6]), int(found[6:8]))
    raise FixedFieldError(Phrase("is no date"))


@lru_cache(maxsize=1024)
def _date_digits(value: dt.date) -> bytes:
    return f"{value:%Y%m%d}".rjust(8, "0").encode("ascii")


def _check_moment(found: str) -> None:
    _date(found[:8])
    if found[8:10] > "23" or found[10:12] > "59" or found[12:14] > "59":
        raise FixedFieldError(Phrase("is no time of the day"))


def _none(*, optional: bool) -> str | None:
    """Return None, the value of a field that has none.

    Raises:
        FixedFieldError: it must have one.
    """
    if not optional:
        raise FixedFieldError(Phrase("is blank"))
    return None


def _too_long(needed: int, width: int) -> FixedFieldError:
    return FixedFieldError(Phrase("needs {needed} bytes; the field has {width}", needed=needed, width=width))
