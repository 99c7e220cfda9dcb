"""Mappings: a merchant's own titles for our columns, written once as YAML for all imports.

.. code-block:: yaml

    header_row: 3                  # the rows above are titles
    columns:                       # our column, or the form's input: the title in the file
      bill_no: 单号
      student_no: 学籍号
      amount: 应缴金额
    constants:                     # values of every row that the file lacks
      due_date: 2026-11-30
    dates: DMY                     # 30/11/2026; MDY is 11/30/2026; without it such dates are refused
    ignore: [序号, 班主任]         # columns to leave out

:func:`map_layout` applies it to a compiled layout; ``header_row`` is for
:func:`~offline_collect.files.read.open.open_table`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from offline_collect.domain.imports.titles import plain_title
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.files.columns.converters import column_value
from offline_collect.files.columns.dates import day_first, month_first
from offline_collect.files.columns.layout import Column, Layout
from offline_collect.files.columns.row_numbers import IDENTIFYING, numbers_rows
from offline_collect.files.columns.values import PARSERS, Parser, Value
from offline_collect.files.errors import CellProblemError, MappingError

HEADER_ROW_MAX = 100

_Title = Annotated[str, Field(min_length=1, max_length=200)]
_Constant = Annotated[str, Field(max_length=200)] | int | float | bool | dt.date

_DATES: Mapping[str, Parser] = {"YMD": PARSERS["date"], "DMY": day_first, "MDY": month_first}


class _MappingModel(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    columns: dict[str, _Title] = Field(default_factory=dict)
    constants: dict[str, _Constant] = Field(default_factory=dict)
    dates: Literal["YMD", "DMY", "MDY"] = "YMD"
    ignore: list[_Title] = Field(default_factory=list, max_length=200)
    header_row: int | None = Field(default=None, ge=1, le=HEADER_ROW_MAX)


@dataclass(frozen=True, slots=True)
class FileMapping:
    """The content of a mapping.

    Attributes:
        source: the mapping's file, for errors.
        titles: title of a column or input in the file's header, by our key.
        constants: values of every row, by our key.
        dates: the order of a date that ends in its year: ``DMY`` or ``MDY``; ``YMD`` refuses such dates.
        ignored: titles of columns to ignore.
        header_row: the header's row as a spreadsheet numbers it; None if it is found by its titles.
    """

    source: str
    titles: Mapping[str, str]
    constants: Mapping[str, str | int | float | bool | dt.date]
    dates: str
    ignored: tuple[str, ...]
    header_row: int | None


def read_mapping(values: object, source: str) -> FileMapping:
    """Return the mapping that a YAML file holds.

    Args:
        values: the file's content.
        source: its name, for errors.

    Raises:
        MappingError: it is not a valid mapping; names the place and the reason.
    """
    try:
        model = _MappingModel.model_validate(values)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        place = ".".join(str(part) for part in first["loc"][:2]) or "top"
        raise _wrong(source, place, _reason(first["type"], first["msg"])) from None
    both = model.columns.keys() & model.constants.keys()
    if both:
        reason = Phrase("is among the columns too; keep one of the two")
        raise _wrong(source, f"constants.{min(both)}", reason)
    for key, title in model.columns.items():
        if key in IDENTIFYING and numbers_rows(plain_title(title)):
            reason = Phrase("{title} numbers the rows; {remedy}", title=title, remedy=IDENTIFYING[key])
            raise _wrong(source, f"columns.{key}", reason)
    return FileMapping(
        source=source,
        titles=model.columns,
        constants=model.constants,
        dates=model.dates,
        ignored=tuple(model.ignore),
        header_row=model.header_row,
    )


def _wrong(source: str, place: str, reason: Phrase) -> MappingError:
    return MappingError(Phrase("{source}: {place}: {reason}", source=source, place=place, reason=reason))


def _reason(kind: str, message: str) -> Phrase:
    if kind == "extra_forbidden":
        return Phrase("unknown key; known here: {names}", names=", ".join(_MappingModel.model_fields))
    if kind == "string_type":
        return Phrase("must be a text; quote it")
    if kind == "model_type":
        return Phrase("must be a mapping of keys to values")
    return Phrase("is not valid: {message}", message=message[:1].lower() + message[1:])


def map_layout(layout: Layout, mapping: FileMapping) -> Layout:
    """Return a layout that finds its columns by a mapping.

    Raises:
        MappingError: it names a column that neither the layout nor the form has, repeats a title, or has a
            constant that is not valid for its column.
    """
    _check_known(layout, mapping)
    _check_titles(mapping)
    return replace(
        layout,
        columns=tuple(_mapped(column, mapping) for column in layout.columns),
        inputs=tuple(_mapped(column, mapping) for column in layout.inputs),
        constants=dict(_constants(layout.columns, layout, mapping)),
        input_constants={key: str(value) for key, value in _constants(layout.inputs, layout, mapping)},
        ignored=frozenset(map(plain_title, mapping.ignored)),
    )


def _mapped(column: Column, mapping: FileMapping) -> Column:
    parse = _DATES[mapping.dates] if column.type == "date" else column.parse
    return replace(column, title=mapping.titles.get(column.key), parse=parse)


def _check_known(layout: Layout, mapping: FileMapping) -> None:
    known = [column.key for column in (*layout.columns, *layout.inputs)]
    for part, keys in (("columns", mapping.titles), ("constants", mapping.constants)):
        for key in keys:
            if key not in known:
                reason = Phrase("there is no such column; there are {names}", names=", ".join(known))
                raise _wrong(mapping.source, f"{part}.{key}", reason)


def _check_titles(mapping: FileMapping) -> None:
    """Refuse a title that is also ignored; a title for two columns may be intended."""
    left_out = set(map(plain_title, mapping.ignored))
    for key, title in mapping.titles.items():
        if plain_title(title) in left_out:
            reason = Phrase("{title} is to be ignored too", title=title)
            raise _wrong(mapping.source, f"columns.{key}", reason)


def _constants(
    columns: Iterable[Column], layout: Layout, mapping: FileMapping
) -> Iterable[tuple[str, Value]]:
    """Yield the constants of some columns; a column and an input may have the same key."""
    for column in columns:
        if column.key not in mapping.constants:
            continue
        try:
            value = column_value(_mapped(column, mapping), mapping.constants[column.key], layout.currency)
        except CellProblemError as error:
            reason = Phrase("{reason}; {remedy}", reason=error.reason, remedy=error.remedy)
            raise _wrong(mapping.source, f"constants.{column.key}", reason) from None
        if value is not None:
            yield column.key, value
