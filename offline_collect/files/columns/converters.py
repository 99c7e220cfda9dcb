"""Converts cells to values of a column, compiled once for each file: an import has up to a million rows."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from enum import Enum
from typing import TypeAlias

from offline_collect.domain.texts.phrases import Phrase
from offline_collect.domain.texts.telephones import only_mobile, usual_mobile
from offline_collect.files.cells import Cell, MergedCell, is_blank, one_line
from offline_collect.files.columns.dates import lacks_year
from offline_collect.files.columns.layout import Column
from offline_collect.files.columns.values import Value, is_rounded, parse
from offline_collect.files.errors import CellProblemError

Converter: TypeAlias = Callable[[Cell], Value | None]
"""Returns a cell's value, None if it is blank and may be; raises CellProblemError."""


class Altered(Enum):
    """What was changed in a good cell; the result of an import shows it."""

    ROUNDED = "rounded"
    CUT = "cut"
    DATED = "dated"
    MONTH_DATED = "month dated"


Note: TypeAlias = Callable[[Altered, Column], None]
"""Receives what was done to a cell of a column."""

_MOBILE = "mobile"
"""Key of the column of mobile numbers."""

_BETWEEN = re.compile(r"[/,;、，；|\\]|和|或")
"""What people write between two telephone numbers."""

REMEMBERED_MAX = 4_096
"""The most texts of a column with cached values: dates, periods and descriptions repeat often."""


# Letters, digits and a few signs, but nothing like 1E15: values that need no conversion.
_PLAIN = {
    "identifier": r"(?!-?[0-9][Ee][0-9])[0-9A-Za-z_/-]{{1,{most}}}",
    "input": r"(?!-?[0-9][Ee][0-9])[0-9A-Za-z一-鿿_/-]{{1,{most}}}",
}
_USUAL_MOBILE = "1[3-9][0-9]{9}"


def converter(column: Column, currency: str, note: Note | None = None) -> Converter:
    """Return the converter of a column's cells.

    Args:
        column: the column.
        currency: ISO 4217 number of amounts.
        note: receives what was done to cells; None if nobody asks.
    """
    if column.type in _PLAIN and not column.choices:
        return _identifiers(column, currency)
    return _Remembering(column, currency, note).__getitem__


def _identifiers(column: Column, currency: str) -> Converter:
    """Return a converter of texts that seldom repeat, without a cache."""
    usual = _USUAL_MOBILE if column.key == _MOBILE else _PLAIN[column.type].format(most=column.most)
    plain = re.compile(usual).fullmatch
    fits = None if column.pattern is None else column.pattern.fullmatch

    def convert(cell: Cell) -> Value | None:
        if type(cell) is str and plain(cell) and (fits is None or fits(cell)):
            return cell
        return column_value(column, cell, currency)

    return convert


class _Remembering(dict[Cell, Value | None]):
    """A cache of values by their texts: a hit runs no Python code."""

    def __init__(self, column: Column, currency: str, note: Note | None) -> None:
        super().__init__()
        self._note = note
        self._column = column
        self._currency = currency

    def __missing__(self, cell: Cell) -> Value | None:
        value = column_value(self._column, cell, self._currency)
        altered = _altered(self._column, cell, self._currency) if self._note is not None else None
        if altered is not None and self._note is not None:
            self._note(altered, self._column)
            return value
        # Only texts: 1, 1.0 and TRUE are equal keys, but parsers may treat them differently.
        if isinstance(cell, str) and len(self) < REMEMBERED_MAX:
            self[cell] = value
        return value


def column_value(column: Column, cell: Cell, currency: str) -> Value | None:
    """Return the value of a cell, None if it is blank and may be.

    Raises:
        CellProblemError: it is not a valid value for the column.
    """
    value = "" if is_blank(cell) else parse(column.parse, cell, currency)
    if value == "":
        if column.required:
            raise CellProblemError(Phrase("is blank"), Phrase("fill it in"))
        return None
    if isinstance(value, str):
        if column.cuts and len(value) > column.most:
            value = _cut(value, column.most)
        if column.key == _MOBILE:
            value = usual_mobile(only_mobile(value) or value)
        _check_text(column, value)
    return value


def _altered(column: Column, cell: Cell, currency: str) -> Altered | None:
    """Return what was done to a cell that has a value; None for nearly all of them."""
    if column.type == "amount":
        return Altered.ROUNDED if is_rounded(cell, currency) else None
    if column.type == "date":
        return Altered.DATED if lacks_year(cell) else None
    if not column.cuts:
        return None
    text = cell.above if isinstance(cell, MergedCell) else cell
    is_long = isinstance(text, str) and len(text) > column.most and len(one_line(text)) > column.most
    return Altered.CUT if is_long else None


def _cut(text: str, most: int) -> str:
    """Return the beginning of a text, and … for the rest; an accent stays with its letter."""
    end = most - 1
    while end and unicodedata.combining(text[end]):
        end -= 1
    return text[:end] + "…"


def _are_several(column: Column, value: str) -> bool:
    """Whether a text is several values, each as the column has them: two telephone numbers."""
    if column.pattern is None:
        return False
    parts = _BETWEEN.split(value)
    return len(parts) > 1 and all(column.pattern.fullmatch(part.strip()) for part in parts)


def _check_text(column: Column, value: str) -> None:
    if _are_several(column, value):
        raise CellProblemError(
            Phrase("holds more than one {label}", label=column.label), Phrase("write one number only")
        )
    if len(value) > column.most:
        reason = Phrase(
            "has {length} characters, over the {most} allowed", length=len(value), most=column.most
        )
        raise CellProblemError(reason, Phrase("shorten it"))
    if column.pattern is not None and column.pattern.fullmatch(value) is None:
        raise CellProblemError(Phrase("does not look like {label}", label=column.label), Phrase("correct it"))
