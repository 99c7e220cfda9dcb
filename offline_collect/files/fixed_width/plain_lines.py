"""Reads and writes most lines of fixed-width files many at once: what does not fit is left to each field."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

from offline_collect.files.errors import FixedFieldError
from offline_collect.files.fixed_width.columns_out import ColumnOut, Fit, each_once
from offline_collect.files.fixed_width.field_types import FieldValue, Plain

Columns: TypeAlias = Mapping[str, Sequence[FieldValue]]
"""The values of lines, by the keys of their fields, all in the order of the lines."""


class PlainLines(NamedTuple):
    """How lines are read, all fields together.

    Attributes:
        pattern: of a whole line with its end as Latin-1 has it; a group for each field, and one for the end.
        keys: of the fields, in their order.
        reads: key and reader of those whose text is not their value (``field_types.Plain``).
        ascii_reads: sooner readers, by the keys of some fields, for lines that have only ASCII there.
    """

    pattern: re.Pattern[str]
    keys: tuple[str, ...]
    reads: tuple[tuple[str, Callable[[Any], FieldValue]], ...]
    ascii_reads: Mapping[str, Callable[[Any], FieldValue]]


def plain_lines(fields: Mapping[str, Plain], of_ascii: Mapping[str, Plain] | None = None) -> PlainLines:
    """Return how lines of these fields are read, by the fields' keys in their order.

    Args:
        of_ascii: how those of them that have other characters too are read where they have only ASCII.
    """
    groups = "".join(f"({plain.pattern})" for plain in fields.values())
    reads = ((key, plain.read) for key, plain in fields.items())
    return PlainLines(
        re.compile(f"{groups}(\n)"),
        tuple(fields),
        tuple((key, read) for key, read in reads if read is not None),
        {key: plain.read for key, plain in (of_ascii or {}).items() if plain.read is not None},
    )


def plain_columns(plain: PlainLines, raw: bytes, lines: int) -> Columns | None:
    """Return the values of lines that fit, all of them; None if they have to be read one by one.

    Args:
        raw: lines of the right length, each with LF behind it.
        lines: how many there are, at least one.
    """
    found = plain.pattern.findall(raw.decode("latin-1"))
    if len(found) != lines:
        return None
    columns: dict[str, Sequence[FieldValue]] = dict(zip(plain.keys, zip(*found, strict=True), strict=False))
    try:
        for key, usual in plain.reads:
            read = usual
            texts: Sequence[Any] = columns[key]
            sooner = plain.ascii_reads.get(key)
            if sooner is not None and "".join(texts).isascii():
                read = sooner
            columns[key] = each_once(read, texts)
    except FixedFieldError:
        return None
    return columns


class LinesOut(NamedTuple):
    """How lines are written, all fields together.

    Attributes:
        template: of a whole line with its end, for ``%`` formatting.
        fits: key of each field that is no constant, and how its values fit.
    """

    template: str
    fits: tuple[tuple[str, Fit], ...]


def lines_out(fields: Mapping[str, ColumnOut]) -> LinesOut:
    """Return how lines of these fields are written, by the fields' keys in their order."""
    template = "".join(column.place for column in fields.values())
    fits = ((key, column.fit) for key, column in fields.items())
    return LinesOut(f"{template}\n", tuple((key, fit) for key, fit in fits if fit is not None))


def fitted(out: LinesOut, columns: Columns) -> list[Sequence[Any]] | None:
    """Return what fills the places of lines, at least one, by field; None if they have to be written one by one.

    Args:
        columns: of all fields.
    """
    filled = []
    for key, fit in out.fits:
        found = fit(columns[key])
        if found is None:
            return None
        filled.append(found)
    return filled


def written_lines(out: LinesOut, columns: Columns) -> bytes | None:
    """Return lines with their ends; see :func:`fitted`."""
    filled = fitted(out, columns)
    if filled is None:
        return None
    template = out.template
    return "".join([template % row for row in zip(*filled, strict=True)]).encode("latin-1")
