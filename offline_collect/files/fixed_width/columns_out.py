"""How many values of a field are written together: what does not fit here is written alone, with its reason."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeAlias, TypeVar

from offline_collect.domain.texts.characters import INVISIBLE
from offline_collect.files.errors import FixedFieldError

Value = TypeVar("Value")
Made = TypeVar("Made")
Fit: TypeAlias = Callable[[Sequence[Any]], Sequence[Any] | None]
"""Returns what fills a field's place for each of some values; None if one of them has to be written alone."""


class ColumnOut(NamedTuple):
    """How a field is written together with its whole line.

    Attributes:
        place: of ``%`` formatting, for text in which each character is a byte; without one for a constant.
        fit: None for a constant.
    """

    place: str
    fit: Fit | None


def constant_column(filled: str) -> ColumnOut:
    """Return how a constant is written, which fills its field."""
    return ColumnOut(filled.replace("%", "%%"), None)


def text_column(width: int, encoding: str, *, optional: bool) -> ColumnOut:
    """Return how texts are written; the encoding has ASCII's bytes."""

    def fit(values: Sequence[Any]) -> Sequence[str] | None:
        texts = ["" if each is None else each for each in values] if optional else values
        if "" in values or set(map(type, texts)) != {str}:
            return None
        together = "".join(texts)
        if " " in together and not all(map(_stands_alone, texts)):
            return None
        if not together.isascii():
            return _within(_encoded(texts, together, encoding), width)
        return _within(texts, width) if together.isprintable() else None

    return ColumnOut(f"%-{width}s", fit)


def _within(texts: Sequence[str] | None, width: int) -> Sequence[str] | None:
    return None if texts is None or max(map(len, texts)) > width else texts


def _stands_alone(text: str) -> bool:
    return text == text.strip(" ")


def _encoded(texts: Sequence[str], together: str, encoding: str) -> Sequence[str] | None:
    """Return texts with a character for each byte."""
    if INVISIBLE.search(together):
        return None
    try:
        # No character of these encodings has the byte of a line's end.
        return "\n".join(texts).encode(encoding).decode("latin-1").split("\n")
    except UnicodeEncodeError:
        return None


def digits_column(width: int, *, optional: bool) -> ColumnOut:
    """Return how numbers that are names are written."""
    nothing = "0" * width

    def fit(values: Sequence[Any]) -> Sequence[str] | None:
        given = [nothing if each is None else each for each in values] if optional else values
        if set(map(type, given)) != {str} or set(map(len, given)) != {width}:
            return None
        together = "".join(given)
        return given if together.isascii() and together.isdigit() else None

    return ColumnOut("%s", fit)


def number_column(width: int) -> ColumnOut:
    """Return how numbers from zero on are written."""
    end = 10**width

    def fit(values: Sequence[Any]) -> Sequence[int] | None:
        return values if set(map(type, values)) == {int} and min(values) >= 0 and max(values) < end else None

    return ColumnOut(f"%0{width}d", fit)


def alike_column(format_: Callable[[Any], bytes]) -> ColumnOut:
    """Return how values are written of which many are alike, such as dates."""

    def fit(values: Sequence[Any]) -> Sequence[str] | None:
        try:
            return each_once(lambda each: format_(each).decode("latin-1"), values)
        except FixedFieldError:
            return None

    return ColumnOut("%s", fit)


def each_once(make: Callable[[Value], Made], values: Sequence[Value]) -> list[Made]:
    """Return what a function makes of each value; where many are alike it is called once for these."""
    distinct = set(values)
    if len(distinct) * 2 > len(values):
        return list(map(make, values))
    known = {value: make(value) for value in distinct}
    return [known[value] for value in values]
