"""Layouts: the columns of a file of customers or bills, from `schemas/files/*.yaml` (docs/merchants.md, Files)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import Field

from offline_collect.domain.currencies import CURRENCIES
from offline_collect.domain.imports.made_numbers import Composition, unknown_parts
from offline_collect.domain.imports.paid_marks import PaidWords
from offline_collect.domain.imports.titles import plain_title
from offline_collect.files.columns.values import PARSERS, Parser, Value, choice, parse
from offline_collect.files.errors import CellProblemError, LayoutError
from offline_collect.files.strict_model import StrictModel, checked

INPUT_MOST = 60


@dataclass(frozen=True, slots=True)
class Column:
    """A column that a layout, or the merchant's form, asks for.

    Attributes:
        key: our name for it.
        label: its Chinese name, or the form's label.
        parse: converts a cell to its value.
        required: no row may leave it blank.
        most: the most characters of a text; 0 for other values.
        pattern: what the whole of a text must match.
        account: whether it is an account number, of which messages show only the last four digits.
        any_script: whether an identifier may have other characters than ASCII.
        type: name of its type in the layout's file; ``input`` for an input of the form.
        choices: code to label, for an input with choices.
        example: an example value; '' for none.
        title: its name in the file's header, given by a mapping; then no other name matches.
        also: plain titles that merchants use for it, the most usual first.
        beside: key of the column without which this one means nothing; '' for none.
        cuts: whether a text of more characters is cut; otherwise it refuses its row.
    """

    key: str
    label: str
    parse: Parser
    required: bool = False
    most: int = 0
    pattern: re.Pattern[str] | None = None
    account: bool = False
    any_script: bool = False
    type: str = "text"
    choices: Mapping[str, str] = field(default_factory=dict)
    example: str = ""
    title: str | None = None
    also: tuple[str, ...] = ()
    beside: str = ""
    cuts: bool = False


@dataclass(frozen=True, slots=True)
class Extras:
    """Limits of unknown columns that are kept: their number, and the lengths of names and values."""

    most: int
    label_most: int
    value_most: int


@dataclass(frozen=True, slots=True)
class Months:
    """Columns that have one bill a cell, each for a month.

    Attributes:
        columns: their titles or letters, or one text with the first and the last: 1月…12月.
        period: of a bill, with {year} and {month} in it.
        year: of titles that have none; None if all have one.
    """

    columns: tuple[str, ...]
    period: str
    year: int | None


@dataclass(frozen=True, slots=True)
class Layout:
    """A compiled layout for one merchant's files.

    Attributes:
        name: of the layout.
        title: name of its records for people.
        columns: the columns, in the order of a template.
        inputs: of the merchant's form, in its order.
        groups: sets of inputs; a row must have a complete one. Empty if no input is required.
        extras: limits of unknown columns; None refuses them.
        stands_for_inputs: key of the column that can name the customer instead of the inputs; None if those are required.
        currency: ISO 4217 number of amounts.
        constants, input_constants: values of every row, by key, from a mapping and not from the file.
        ignored, input_titles: plain titles of columns that say nothing, and those that a form's inputs usually have.
        harmless: plain texts that may stand in brackets of an amount's title.
        ours: plain titles that only workbooks of bad rows have, which this program writes.
        doubtful: by key, plain titles of columns beside which the usual titles of a column are not enough.
        made_key: key of the column whose values are made if a file has none; '' if none are.
        made: how; None likewise.
        made_always: whether they are made whatever columns a file has, because a mapping says how.
        paid: the words for bills that were paid already; None if nobody asks.
        payer: the column of names that find the customer, if nothing else in a file does; None for no such column.
        months: the columns that a mapping names for one bill a month each; None if it names none.
        tables: for each of several tables side by side, where its columns and inputs stand, by key.
        table_constants: likewise, values of all its rows.
        marks: the column whose √ says which rows are bills.
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    inputs: tuple[Column, ...]
    groups: tuple[tuple[Column, ...], ...]
    extras: Extras | None
    stands_for_inputs: str | None
    currency: str
    constants: Mapping[str, Value] = field(default_factory=dict)
    input_constants: Mapping[str, str] = field(default_factory=dict)
    ignored: frozenset[str] = frozenset()
    doubtful: Mapping[str, frozenset[str]] = field(default_factory=dict)
    input_titles: frozenset[str] = frozenset()
    harmless: frozenset[str] = frozenset()
    ours: frozenset[str] = frozenset()
    made_key: str = ""
    made: Composition | None = None
    made_always: bool = False
    payer: Column | None = None
    paid: PaidWords | None = None
    months: Months | None = None
    tables: tuple[Mapping[str, str], ...] = ()
    table_constants: tuple[Mapping[str, Value], ...] = ()
    marks: str | None = None


class _ColumnModel(StrictModel):
    key: str = Field(pattern="^[a-z][a-z_]*$")
    label: str = Field(min_length=1)
    type: Literal["identifier", "text", "period", "amount", "date", "yes_no"]
    required: bool = False
    most: int | None = Field(default=None, ge=1, le=999)
    pattern: str | None = None
    account: bool = False
    any_script: bool = False
    example: str | None = None
    beside: str = ""


class _PaidModel(StrictModel):
    titles: list[str]
    questions: list[str]
    remarks: list[str]
    paid: list[str]
    unpaid: list[str]
    paid_signs: list[str]
    unpaid_signs: list[str]

    def words(self) -> PaidWords:
        return PaidWords(**{key: frozenset(map(plain_title, words)) for key, words in self})


class _TitlesModel(StrictModel):
    columns: dict[str, list[str]]
    inputs: list[list[str]]
    doubtful: dict[str, list[str]]
    harmless: list[str]
    ignored: list[str]
    paid: _PaidModel | None = None


class _ExtrasModel(StrictModel):
    most: int = Field(ge=1, le=200)
    label_most: int = Field(ge=1, le=999)
    value_most: int = Field(ge=1, le=999)


class _MadeModel(StrictModel):
    key: str
    of: str
    instead: dict[str, str]
    item: str


class _LayoutModel(StrictModel):
    name: str = Field(min_length=1)
    title: str = Field(min_length=1)
    columns: list[_ColumnModel] = Field(min_length=1)
    extras: _ExtrasModel | None = None
    stands_for_inputs: str | None = None
    titles: _TitlesModel | None = None
    made: _MadeModel | None = None
    payer: _ColumnModel | None = None


_TEXTS = frozenset({"identifier", "text", "period"})


def compile_layout(
    mapping: Mapping[str, Any],
    *,
    inputs: Iterable[Mapping[str, Any]] = (),
    currency: str = "156",
    source: str = "layout",
) -> Layout:
    """Check a layout and compile it for reading.

    Args:
        mapping: the content of a file of `schemas/files`; under ``titles`` that of `titles.yaml`, if the usual titles
            of merchants' tables count.
        inputs: the inputs of the merchant's form, as in form.yaml: `key` and `label`, and if needed
            `required`, `group`, `choices` and `example`; other keys are ignored.
        currency: ISO 4217 number of the merchant's currency.
        source: the file's name, for errors.

    Raises:
        LayoutError: the layout cannot work; names the place in ``source`` and the reason.
    """
    if currency not in CURRENCIES:
        raise LayoutError(f"{source}: currency {currency!r} is not known; use an ISO 4217 number such as 156")
    model = checked(_LayoutModel, mapping, source)
    titles = model.titles or _TitlesModel(columns={}, inputs=[], doubtful={}, harmless=[], ignored=[])
    columns = tuple(
        _column(column, titles, f"{source}: columns[{i}]") for i, column in enumerate(model.columns)
    )
    _check_keys(model, columns, source)
    entries = list(inputs)
    by_key = _inputs(entries, titles)
    return Layout(
        name=model.name,
        title=model.title,
        columns=columns,
        inputs=tuple(by_key.values()),
        groups=_groups(entries, by_key),
        extras=None if model.extras is None else Extras(**model.extras.model_dump()),
        stands_for_inputs=model.stands_for_inputs,
        currency=currency,
        ignored=frozenset(map(plain_title, titles.ignored)),
        harmless=frozenset(map(plain_title, titles.harmless)),
        input_titles=frozenset(plain_title(title) for group in titles.inputs for title in group),
        doubtful={key: frozenset(map(plain_title, names)) for key, names in titles.doubtful.items()},
        made_key="" if model.made is None else model.made.key,
        made=None if model.made is None else Composition(model.made.of, model.made.instead, model.made.item),
        paid=None if titles.paid is None else titles.paid.words(),
        payer=None if model.payer is None else _column(model.payer, titles, f"{source}: payer"),
    )


def _check_keys(model: _LayoutModel, columns: Sequence[Column], source: str) -> None:
    keys = [column.key for column in columns]
    _refuse_doubles(keys + [column.label for column in columns], f"{source}: columns")
    if model.stands_for_inputs is not None and model.stands_for_inputs not in keys:
        raise LayoutError(f"{source}: stands_for_inputs: {model.stands_for_inputs!r} is none of the columns")
    _check_made(model.made, keys, source)


def _check_made(made: _MadeModel | None, keys: Sequence[str], source: str) -> None:
    if made is None:
        return
    named = [made.key, made.item, *made.instead, *made.instead.values(), *unknown_parts(made.of, ())]
    for key in named:
        if key not in keys:
            raise LayoutError(f"{source}: made: {key!r} is none of the columns")


def _column(model: _ColumnModel, titles: _TitlesModel, place: str) -> Column:
    is_text = model.type in _TEXTS
    if is_text != (model.most is not None):
        raise LayoutError(f"{place}.most: give it for texts and identifiers, and for nothing else")
    if model.pattern is not None and not is_text:
        raise LayoutError(f"{place}.pattern: only texts and identifiers can have one")
    if model.any_script and model.type != "identifier":
        raise LayoutError(f"{place}.any_script: only identifiers can have it")
    try:
        pattern = None if model.pattern is None else re.compile(model.pattern)
    except re.error as error:
        raise LayoutError(f"{place}.pattern: is not a regular expression ({error})") from None
    column = Column(
        key=model.key,
        label=model.label,
        parse=PARSERS["identifier_in_any_script" if model.any_script else model.type],
        required=model.required,
        most=model.most or 0,
        pattern=pattern,
        account=model.account,
        any_script=model.any_script,
        type=model.type,
        example=model.example or "",
        also=tuple(map(plain_title, titles.columns.get(model.key, ()))),
        beside=model.beside,
    )
    _check_example(column, place)
    return column


def _check_example(column: Column, place: str) -> None:
    """Refuse an example that an import would refuse: merchants copy examples."""
    try:
        value = parse(column.parse, column.example, "156") if column.example else ""
    except CellProblemError as error:
        raise LayoutError(f"{place}.example: {error.reason}") from None
    fits = column.pattern is None or column.pattern.fullmatch(str(value)) is not None
    if value != "" and not (fits and (not column.most or len(str(value)) <= column.most)):
        raise LayoutError(f"{place}.example: does not fit the column's own bounds")


def _inputs(entries: list[Mapping[str, Any]], titles: _TitlesModel) -> dict[str, Column]:
    for part in ("key", "label"):
        _refuse_doubles([entry[part] for entry in entries], f"form: inputs: {part}")
    groups = [[plain_title(title) for title in group] for group in titles.inputs]
    return {entry["key"]: _input(entry, groups) for entry in entries}


def _input(entry: Mapping[str, Any], groups: Sequence[Sequence[str]]) -> Column:
    choices: Mapping[str, str] = entry.get("choices") or {}
    parser = choice(choices) if choices else PARSERS["input"]
    label = plain_title(entry["label"])
    return Column(
        key=entry["key"],
        label=entry["label"],
        parse=parser,
        most=INPUT_MOST,
        type="input",
        choices=choices,
        example=entry.get("example") or "",
        also=tuple(name for group in groups if label in group for name in group if name != label),
    )


def _groups(entries: list[Mapping[str, Any]], columns: dict[str, Column]) -> tuple[tuple[Column, ...], ...]:
    """Return the groups that entries name, each with the inputs that are always required."""
    always = tuple(
        columns[entry["key"]] for entry in entries if entry.get("required", True) and not entry.get("group")
    )
    names = dict.fromkeys(entry["group"] for entry in entries if entry.get("group"))
    grouped = tuple(
        always + tuple(columns[entry["key"]] for entry in entries if entry.get("group") == name)
        for name in names
    )
    return grouped or ((always,) if always else ())


def _refuse_doubles(names: list[str], place: str) -> None:
    for name in names:
        if names.count(name) > 1:
            raise LayoutError(f"{place}: {name!r} is there twice")
