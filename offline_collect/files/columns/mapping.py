"""Mappings: where our columns stand in a merchant's own table, written once as YAML for all imports.

.. code-block:: yaml

    header_row: 3                  # the rows above are titles; 0: there is no header
    columns:                       # our column, or the form's input: its title, or its letter
      student_no: 学籍号
      amount: D
      bill_no: "{period}-{customer_no}-{description}"   # made of others
      customer_no: "{楼号}-{单元}-{房号}"                 # made of columns of the file
      period: "{年}-{月}"                                # likewise
    months:                        # one bill a cell
      columns: "1月…12月"
      period: "{year}-{month}"
      year: 2030
    tables:                        # side by side
      - columns: {customer_no: A, amount: C}
      - columns: {customer_no: E, amount: G}
        constants: {description: 第二期}   # of this table only
    marks: 报名                    # only rows with a √ below it are bills
    constants:                     # values of every row that the file lacks
      due_date: 2026-11-30
    dates: DMY                     # 30/11/2026; MDY is 11/30/2026; without it such dates are refused
    rounding: refuse               # amounts that Excel shows rounded; default: shown
    ignore: [序号, 班主任]         # columns to leave out

:func:`map_layout` applies it to a compiled layout; ``header_row`` is for
:func:`~offline_collect.files.read.open.open_table`.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError

from offline_collect.domain.imports.made_numbers import Composition, is_composition, unknown_parts
from offline_collect.domain.imports.titles import plain_title
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.files.columns.converters import column_value
from offline_collect.files.columns.dates import day_first, month_first
from offline_collect.files.columns.layout import Column, Layout, Months
from offline_collect.files.columns.row_numbers import IDENTIFYING, numbers_rows
from offline_collect.files.columns.title_places import AMOUNT, PERIOD
from offline_collect.files.columns.values import PARSERS, Parser, Value, stored_amount
from offline_collect.files.columns.year_and_month import joined_column
from offline_collect.files.errors import CellProblemError, MappingError
from offline_collect.files.strict_model import StrictModel

HEADER_ROW_MAX = 100
COLUMNS_MAX = 60
"""Columns of months, and tables side by side, that a mapping may name."""

_PERIOD_PARTS = ("year", "month")

_Title = Annotated[str, Field(min_length=1, max_length=200)]
_Constant = Annotated[str, Field(max_length=200)] | int | float | bool | dt.date

DATES: Mapping[str, Parser] = {"YMD": PARSERS["date"], "DMY": day_first, "MDY": month_first}
"""Parsers of dates by what a mapping says of their order."""


class _MonthsModel(StrictModel):
    columns: list[_Title] | _Title
    period: _Title = "{year}-{month}"
    year: int | None = Field(default=None, ge=2000, le=2099)


class _TableModel(StrictModel):
    columns: dict[str, _Title] = Field(min_length=1)
    constants: dict[str, _Constant] = Field(default_factory=dict)


class _MappingModel(StrictModel):
    columns: dict[str, _Title] = Field(default_factory=dict)
    constants: dict[str, _Constant] = Field(default_factory=dict)
    dates: Literal["YMD", "DMY", "MDY"] = "YMD"
    ignore: list[_Title] = Field(default_factory=list, max_length=200)
    header_row: int | None = Field(default=None, ge=0, le=HEADER_ROW_MAX)
    months: _MonthsModel | None = None
    tables: list[_TableModel] = Field(default_factory=list, max_length=COLUMNS_MAX)
    rounding: Literal["shown", "refuse"] = "shown"
    marks: _Title | None = None


CUSTOMER_NO = "customer_no"
_MADE_KEY = "bill_no"
"""Key of the number that is made of what a row says; the customer's may be made of columns of the file."""


@dataclass(frozen=True, slots=True)
class FileMapping:
    """The content of a mapping.

    Attributes:
        source: the mapping's file, for errors.
        titles: title of a column or input in the file's header, or its letter, by our key.
        compositions: of what others a column is made, by our key.
        constants: values of every row, by our key.
        dates: the order of a date that ends in its year: ``DMY`` or ``MDY``; ``YMD`` refuses such dates.
        ignored: titles of columns to ignore.
        header_row: the header's row as a spreadsheet numbers it, 0 if there is none; None if it is found by its titles.
        months: the columns that have one bill a cell; None if none have.
        tables: titles or letters in each of several tables side by side.
        document: the whole content as YAML has it, to be remembered.
        table_constants: values of every row of one of these tables, by our key.
        marks: title or letter of the column whose √ says which rows are bills; None if all are.
        rounding: ``shown`` takes amounts that Excel shows rounded as it shows them; ``refuse`` refuses their rows.
    """

    source: str
    titles: Mapping[str, str]
    constants: Mapping[str, str | int | float | bool | dt.date]
    dates: str
    ignored: tuple[str, ...]
    header_row: int | None
    compositions: Mapping[str, str] = field(default_factory=dict)
    months: Months | None = None
    tables: tuple[Mapping[str, str], ...] = ()
    document: Mapping[str, Any] = field(default_factory=dict, repr=False)
    rounding: str = "shown"
    table_constants: tuple[Mapping[str, str | int | float | bool | dt.date], ...] = ()
    marks: str | None = None


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
    titles, compositions = _parted(model.columns)
    tables = [each.columns for each in model.tables]
    for place, columns in (
        ("columns", titles),
        *((f"tables[{i}].columns", each) for i, each in enumerate(tables)),
    ):
        for key, title in columns.items():
            if key in IDENTIFYING and numbers_rows(plain_title(title)):
                reason = Phrase("{title} numbers the rows; {remedy}", title=title, remedy=IDENTIFYING[key])
                raise _wrong(source, f"{place}.{key}", reason)
    _check_slices(model, tables, source)
    return FileMapping(
        source=source,
        titles=titles,
        constants=model.constants,
        dates=model.dates,
        ignored=tuple(model.ignore),
        header_row=model.header_row,
        compositions=compositions,
        months=None if model.months is None else _months(model.months, source),
        tables=tuple(tables),
        document=values if isinstance(values, Mapping) else {},
        rounding=model.rounding,
        table_constants=tuple(each.constants for each in model.tables),
        marks=model.marks,
    )


def _parted(columns: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Return the columns that stand somewhere, and those that are made of others."""
    made = {key: text for key, text in columns.items() if is_composition(text)}
    return {key: text for key, text in columns.items() if key not in made}, made


def _check_slices(model: _MappingModel, tables: Sequence[Mapping[str, str]], source: str) -> None:
    """Refuse what is said twice: for a whole row, and for its months or tables."""
    if model.months is not None and tables:
        reason = Phrase("tables side by side have no months; keep one of the two")
        raise _wrong(source, "months", reason)
    if model.marks is not None and (model.months is not None or tables):
        raise _wrong(source, "marks", Phrase("rows of several bills have no marks; keep one of the two"))
    for at, table in enumerate(model.tables):
        for key in sorted(table.constants.keys() & set().union(*tables)):
            reason = Phrase("the tables say it; leave it out")
            raise _wrong(source, f"tables[{at}].constants.{key}", reason)
    months = {AMOUNT, PERIOD} if model.months is not None else set()
    for part, keys in (("columns", model.columns.keys()), ("constants", model.constants.keys())):
        for key in sorted(keys & months):
            raise _wrong(source, f"{part}.{key}", Phrase("the months say it; leave it out"))
        for key in sorted(keys & set().union(*tables, *(each.constants for each in model.tables))):
            raise _wrong(source, f"{part}.{key}", Phrase("the tables say it; leave it out"))


def _months(model: _MonthsModel, source: str) -> Months:
    unknown = unknown_parts(model.period, _PERIOD_PARTS)
    if unknown:
        known = [f"{{{part}}}" for part in _PERIOD_PARTS]
        raise _wrong(source, "months.period", _unknown_part(unknown[0], known))
    columns = (model.columns,) if isinstance(model.columns, str) else tuple(model.columns)
    if not 1 <= len(columns) <= COLUMNS_MAX:
        raise _wrong(source, "months.columns", Phrase("name 1 to {most} columns", most=COLUMNS_MAX))
    return Months(columns, model.period, model.year)


def _wrong(source: str, place: str, reason: Phrase) -> MappingError:
    return MappingError(Phrase("{source}: {place}: {reason}", source=source, place=place, reason=reason))


def _unknown_part(part: str, known: Iterable[str]) -> Phrase:
    return Phrase("{part} is not known; there are {names}", part="{" + part + "}", names=", ".join(known))


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
    made = _composition(layout, mapping)
    return replace(
        layout,
        made=made or layout.made,
        made_always=made is not None,
        payer=None if layout.payer is None else _mapped(layout.payer, mapping),
        months=mapping.months,
        tables=mapping.tables,
        table_constants=tuple(
            dict(_constants(layout.columns, layout, replace(mapping, constants=each)))
            for each in mapping.table_constants
        ),
        marks=mapping.marks,
        columns=tuple(_mapped(column, mapping) for column in layout.columns),
        inputs=tuple(_mapped(column, mapping) for column in layout.inputs),
        constants=dict(_constants(layout.columns, layout, mapping)),
        input_constants={key: str(value) for key, value in _constants(layout.inputs, layout, mapping)},
        ignored=layout.ignored | frozenset(map(plain_title, mapping.ignored)),
    )


def _mapped(column: Column, mapping: FileMapping) -> Column:
    parse = DATES[mapping.dates] if column.type == "date" else column.parse
    if column.type == "amount" and mapping.rounding == "refuse":
        parse = stored_amount
    named = mapping.titles.get(column.key)
    return joined_column(replace(column, title=named or _composed(column, mapping), parse=parse))


def _composed(column: Column, mapping: FileMapping) -> str | None:
    """Return what a number is made of in the file; a bill's is made of what a row says."""
    return None if column.key == _MADE_KEY else mapping.compositions.get(column.key)


def _composition(layout: Layout, mapping: FileMapping) -> Composition | None:
    """Return how a mapping says that numbers are made; None if it does not."""
    inputs = {column.key for column in layout.inputs}
    for key, text in mapping.compositions.items():
        place = f"columns.{key}"
        if key in {CUSTOMER_NO, PERIOD} or key in inputs:
            continue
        if layout.made is None or key != layout.made_key:
            reason = Phrase("{text} is no title of a column", text=text)
            if layout.made_key:
                reason = Phrase(
                    "{reason}; only {key} can be made of others", reason=reason, key=layout.made_key
                )
            raise _wrong(mapping.source, place, reason)
        known = [each.key for each in (*layout.columns, *layout.inputs) if each.key not in (key, AMOUNT)]
        unknown = unknown_parts(text, known)
        if unknown:
            raise _wrong(mapping.source, place, _unknown_part(unknown[0], known))
        if not re.sub(r"\{[^{}]*\}", "", text).isascii():
            reason = Phrase("write only Latin letters, digits and signs between the braces")
            raise _wrong(mapping.source, place, reason)
        return replace(layout.made, template=text)
    return None


def _check_known(layout: Layout, mapping: FileMapping) -> None:
    payer = () if layout.payer is None else (layout.payer,)
    fixed = [column.key for column in (*layout.columns, *layout.inputs)]
    known = fixed + [column.key for column in payer]
    parts: list[tuple[str, Mapping[str, object], list[str]]] = [
        ("columns", mapping.titles, known),
        ("columns", mapping.compositions, fixed),
        ("constants", mapping.constants, fixed),
        *((f"tables[{i}].columns", each, fixed) for i, each in enumerate(mapping.tables)),
        *((f"tables[{i}].constants", each, fixed) for i, each in enumerate(mapping.table_constants)),
    ]
    for part, keys, there in parts:
        for key in keys:
            if key not in there:
                reason = Phrase("there is no such column; there are {names}", names=", ".join(there))
                raise _wrong(mapping.source, f"{part}.{key}", reason)
    if mapping.months is not None and not {AMOUNT, PERIOD} <= set(known):
        raise _wrong(mapping.source, "months", Phrase("{title} have no months", title=layout.title))


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
