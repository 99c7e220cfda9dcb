"""The types of fixed-width fields: bytes to values and back (docs/day-end.md, Layouts).

A text stands left and is filled with spaces, in the file's encoding; everything else is ASCII and fills its field, with
zeros before a number. What is optional and not there is None: spaces in a text, zeros in the others.
"""

from __future__ import annotations

import codecs
import datetime as dt
from collections.abc import Callable
from contextlib import suppress
from typing import NamedTuple, TypeAlias

from offline_collect.domain.texts.characters import INVISIBLE
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.files.errors import FixedFieldError

FieldValue: TypeAlias = str | int | dt.date | None
Parse: TypeAlias = Callable[[bytes], FieldValue]
Format: TypeAlias = Callable[[FieldValue], bytes]

_SPACE = b" "


class Converter(NamedTuple):
    """Both directions of a field.

    Attributes:
        parse: returns the value of exactly the field's bytes; raises FixedFieldError.
        format: returns the bytes of a value; raises FixedFieldError.
    """

    parse: Parse
    format: Format


def constant(text: str, width: int) -> Converter:
    """Return the converter of a field that always has one text."""
    filled = text.encode("ascii").ljust(width)

    def parse(raw: bytes) -> str:
        if raw != filled:
            raise FixedFieldError(Phrase("is not {text}", text=text))
        return text

    return Converter(parse, lambda _value: filled)


def text(width: int, encoding: str, *, optional: bool, cut: bool) -> Converter:
    """Return the converter of a text.

    Args:
        width: in bytes.
        encoding: a codec of Python.
        optional: whether it may be blank.
        cut: whether a text that is too long is cut at a character's end; otherwise it is refused.
    """

    def parse(raw: bytes) -> str | None:
        found = _decoded(raw.rstrip(_SPACE), encoding)
        if not found:
            return _none(optional=optional)
        if found[0] == " ":
            raise FixedFieldError(Phrase("begins with a space: texts stand left"))
        _check_visible(found)
        return found

    def format_(value: FieldValue) -> bytes:
        if value is None:
            _none(optional=optional)
            return _SPACE * width
        raw = _encoded(value, encoding)
        if len(raw) > width and not cut:
            raise _too_long(len(raw), width)
        return _cut(raw, width, encoding).ljust(width)

    return Converter(parse, format_)


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

    return Converter(parse, format_)


def number(width: int) -> Converter:
    """Return the converter of a number from zero on: a count, or an amount in minor units."""

    def format_(value: FieldValue) -> bytes:
        if type(value) is not int or value < 0:
            raise FixedFieldError(Phrase("is no number from 0 on"))
        raw = b"%0*d" % (width, value)
        if len(raw) > width:
            raise _too_long(len(raw), width)
        return raw

    return Converter(lambda raw: int(_digits(raw)), format_)


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
        return f"{value:%Y%m%d}".rjust(8, "0").encode("ascii")

    return Converter(parse, format_)


def moment(*, optional: bool) -> Converter:
    """Return the converter of a date and time, 14 digits, which stays a text: whose local time it is only a link knows."""
    plain = digits(14, optional=optional)

    def parse(raw: bytes) -> FieldValue:
        found = plain.parse(raw)
        if isinstance(found, str):
            _check_moment(found)
        return found

    def format_(value: FieldValue) -> bytes:
        raw = plain.format(value)
        if value is not None:
            _check_moment(raw.decode("ascii"))
        return raw

    return Converter(parse, format_)


def _digits(raw: bytes) -> str:
    if not raw.isdigit():
        raise FixedFieldError(Phrase("has something other than digits"))
    return raw.decode("ascii")


def _date(found: str) -> dt.date:
    with suppress(ValueError):
        return dt.date(int(found[:4]), int(found[4:6]), int(found[6:8]))
    raise FixedFieldError(Phrase("is no date"))


def _check_moment(found: str) -> None:
    _date(found)
    try:
        dt.time(int(found[8:10]), int(found[10:12]), int(found[12:14]))
    except ValueError:
        raise FixedFieldError(Phrase("is no time of the day")) from None


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
