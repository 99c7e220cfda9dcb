"""Layouts of fixed-width files, from `schemas/files/*.yaml`: checked and compiled before any file is read or written.

A file is one header, any number of details, and one trailer, each a line. A record's first field is a constant that
tells which of the three it is.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import compress, permutations
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Field

from offline_collect.files.errors import LayoutError
from offline_collect.files.fixed_width import field_types
from offline_collect.files.fixed_width.field_types import Converter, FieldValue, Format
from offline_collect.files.fixed_width.plain_lines import (
    Columns,
    LinesOut,
    PlainLines,
    lines_out,
    plain_lines,
)
from offline_collect.files.strict_model import StrictModel, checked

FIELDS_MAX = 100
LENGTH_MAX = 4_096
"""Bytes of a line."""

DATE_WIDTH, MOMENT_WIDTH, DIGEST_WIDTH = 8, 14, 64
NUMBER_WIDTH_MAX = 18
"""Digits that every database keeps in an integer."""

Values: TypeAlias = Mapping[str, FieldValue]


@dataclass(frozen=True, slots=True)
class Condition:
    """Which details a total is of: those whose field has one of some values, or, without values, is above zero."""

    field: str
    values: frozenset[FieldValue]

    def among(self, columns: Columns) -> list[bool]:
        """Return of each detail whether it is one of them."""
        found = columns[self.field]
        if self.values:
            return [each in self.values for each in found]
        return [isinstance(each, int) and each > 0 for each in found]


@dataclass(frozen=True, slots=True)
class Total:
    """What a header or trailer states of the details.

    Attributes:
        summed: key of the field whose sum it is; None for their number.
        of: which details; None for all.
    """

    summed: str | None
    of: Condition | None

    @property
    def keys(self) -> set[str]:
        """The keys of the fields that it depends on."""
        return ({self.summed} if self.summed else set()) | ({self.of.field} if self.of else set())

    def counted(self, columns: Columns, lines: int) -> int:
        """Return what so many details add to it."""
        among = [True] * lines if self.of is None else self.of.among(columns)
        if self.summed is None:
            return sum(among)
        return sum(each for each in compress(columns[self.summed], among) if isinstance(each, int))


@dataclass(frozen=True, slots=True)
class FixedField:
    """A field.

    Attributes:
        key: our name for it.
        label: its Chinese name.
        at: the place of its first byte in the line, from 0.
        width: in bytes.
        shown: whether messages may show its value: those of people and accounts may not.
        total: what it must state of the details; None if it states nothing.
        is_digest: whether it states the digest of all lines before it.
        constant: its bytes, if they are always the same.
    """

    key: str
    label: str
    at: int
    width: int
    converter: Converter
    shown: bool
    total: Total | None
    is_digest: bool
    constant: bytes | None


@dataclass(frozen=True)
class RecordLayout:
    """A kind of record.

    Attributes:
        mark: the bytes that it begins with.
        length: of its line, in bytes, without the line's end.
    """

    name: str
    mark: bytes
    length: int
    fields: tuple[FixedField, ...]

    @cached_property
    def plain(self) -> PlainLines:
        """How lines of ASCII are read, all fields together."""
        return plain_lines({each.key: each.converter.plain for each in self.fields})

    @cached_property
    def wide(self) -> PlainLines:
        """How lines with other characters are read."""
        found = {each.key: each.converter for each in self.fields}
        of_ascii = {key: each.plain for key, each in found.items() if each.wide is not None}
        return plain_lines({key: each.wide or each.plain for key, each in found.items()}, of_ascii)

    @cached_property
    def out(self) -> LinesOut:
        """How lines are written, all fields together."""
        return lines_out({each.key: each.converter.out for each in self.fields})

    @cached_property
    def formats(self) -> tuple[tuple[str, Format], ...]:
        """Key and writer of each field."""
        return tuple((each.key, each.converter.format) for each in self.fields)


@dataclass(frozen=True, slots=True)
class FixedLayout:
    """A compiled layout of a whole file."""

    name: str
    title: str
    encoding: str
    header: RecordLayout
    detail: RecordLayout
    trailer: RecordLayout

    @property
    def has_ascii(self) -> bool:
        """Whether ASCII's bytes are ASCII's characters wherever they stand."""
        return self.encoding in field_types.WITH_ASCII

    @property
    def records(self) -> tuple[RecordLayout, ...]:
        """All kinds of records, in the order of the file."""
        return self.header, self.detail, self.trailer


_Key = Annotated[str, Field(pattern="^[a-z][a-z_]*$", max_length=40)]


class _ConditionModel(StrictModel):
    field: _Key
    values: list[Annotated[str, Field(min_length=1)]] = Field(default_factory=list, max_length=20)


class _FieldModel(StrictModel):
    key: _Key
    label: str = Field(min_length=1, max_length=40)
    width: int = Field(ge=1, le=LENGTH_MAX)
    type: Literal["constant", "text", "digits", "number", "date", "moment", "digest"]
    value: str | None = Field(default=None, pattern="^[!-~]+$")
    optional: bool = False
    cut: bool = False
    hidden: bool = False
    counts: Literal["details"] | None = None
    sums: _Key | None = None
    of: _ConditionModel | None = None


class _RecordModel(StrictModel):
    length: int = Field(ge=1, le=LENGTH_MAX)
    fields: list[_FieldModel] = Field(min_length=1, max_length=FIELDS_MAX)


class _LayoutModel(StrictModel):
    name: str = Field(min_length=1, max_length=40)
    title: str = Field(min_length=1, max_length=40)
    encoding: str
    header: _RecordModel
    detail: _RecordModel
    trailer: _RecordModel


def compile_fixed_layout(mapping: Mapping[str, Any], source: str = "layout") -> FixedLayout:
    """Check a layout and compile it.

    Args:
        mapping: the content of its file.
        source: the file's name, for errors.

    Raises:
        LayoutError: it cannot work; names the place in ``source`` and the reason.
    """
    model = checked(_LayoutModel, mapping, source)
    encoding = _encoding(model.encoding, source)
    records = [
        _record(name, record, model.detail, encoding, f"{source}: {name}")
        for name, record in (("header", model.header), ("detail", model.detail), ("trailer", model.trailer))
    ]
    if any(one.mark.startswith(other.mark) for one, other in permutations(records, 2)):
        raise LayoutError(
            f"{source}: two kinds of records begin alike: give their first constants other values"
        )
    header, detail, trailer = records
    return FixedLayout(
        name=model.name, title=model.title, encoding=encoding, header=header, detail=detail, trailer=trailer
    )


def _encoding(name: str, source: str) -> str:
    try:
        found = codecs.lookup(name).name
    except LookupError:
        raise LayoutError(f"{source}: encoding: there is none called {name}; use gb18030 or utf-8") from None
    if "\n0 ".encode(found) != b"\n0 ":
        raise LayoutError(
            f"{source}: encoding: {name} has other bytes for line ends, digits and spaces than ASCII"
        )
    return found


def _record(name: str, model: _RecordModel, detail: _RecordModel, encoding: str, place: str) -> RecordLayout:
    keys = [field.key for field in model.fields]
    for key in keys:
        if keys.count(key) > 1:
            raise LayoutError(f"{place}: {key} is there twice")
    width = sum(field.width for field in model.fields)
    if width != model.length:
        raise LayoutError(f"{place}: length: is {model.length}, but its fields have {width} bytes")
    first = model.fields[0]
    if first.type != "constant" or first.value is None:
        raise LayoutError(f"{place}: {first.key}: the first field must be a constant, which tells the record")
    fields, at = [], 0
    for field in model.fields:
        fields.append(_field(field, at, name, detail.fields, encoding, f"{place}: {field.key}"))
        at += field.width
    return RecordLayout(name, first.value.encode("ascii"), model.length, tuple(fields))


def _field(
    model: _FieldModel, at: int, record: str, details: Sequence[_FieldModel], encoding: str, place: str
) -> FixedField:
    _check_parts(model, place)
    total = _total(model, {field.key: field for field in details}, place)
    if record == "detail" and (total is not None or model.type == "digest"):
        raise LayoutError(f"{place}: only a header or trailer states totals and digests")
    if record == "header" and model.type == "digest":
        raise LayoutError(f"{place}: a header cannot have the digest of what follows it")
    return FixedField(
        key=model.key,
        label=model.label,
        at=at,
        width=model.width,
        converter=_CONVERTERS[model.type](model, encoding),
        shown=not model.hidden,
        total=total,
        is_digest=model.type == "digest",
        constant=None if model.value is None else model.value.encode("ascii").ljust(model.width),
    )


_CONVERTERS: Mapping[str, Callable[[_FieldModel, str], Converter]] = {
    "constant": lambda field, _: field_types.constant(field.value or "", field.width),
    "text": lambda field, encoding: field_types.text(
        field.width, encoding, optional=field.optional, cut=field.cut
    ),
    "digits": lambda field, _: field_types.digits(field.width, optional=field.optional),
    "number": lambda field, _: field_types.number(field.width),
    "date": lambda field, _: field_types.date(optional=field.optional),
    "moment": lambda field, _: field_types.moment(optional=field.optional),
    "digest": lambda field, _: field_types.text(field.width, "ascii", optional=False, cut=False),
}

_WIDTHS = {"date": DATE_WIDTH, "moment": MOMENT_WIDTH, "digest": DIGEST_WIDTH}
_MAY_BE_OPTIONAL = frozenset({"text", "digits", "date", "moment"})


def _check_parts(model: _FieldModel, place: str) -> None:
    """Refuse keys that say nothing for a field's type, and widths that its values do not have."""
    wanted = _WIDTHS.get(model.type, model.width)
    if model.width != wanted:
        raise LayoutError(f"{place}: width: a {model.type} has {wanted}")
    if model.type == "number" and model.width > NUMBER_WIDTH_MAX:
        raise LayoutError(f"{place}: width: a number has at most {NUMBER_WIDTH_MAX} digits")
    if (model.type == "constant") != (model.value is not None):
        raise LayoutError(f"{place}: value: a constant has one, and nothing else has")
    if model.value is not None and len(model.value) > model.width:
        raise LayoutError(f"{place}: value: is longer than the field")
    if model.optional and model.type not in _MAY_BE_OPTIONAL:
        raise LayoutError(f"{place}: optional: a {model.type} is always there")
    if model.cut and model.type != "text":
        raise LayoutError(f"{place}: cut: only a text can be cut")


def _total(model: _FieldModel, details: Mapping[str, _FieldModel], place: str) -> Total | None:
    if model.counts is None and model.sums is None:
        if model.of is not None:
            raise LayoutError(f"{place}: of: goes with counts or sums")
        return None
    if model.type != "number" or (model.counts is not None and model.sums is not None):
        raise LayoutError(f"{place}: a total is a number, and either counts or sums")
    if model.sums is not None and (model.sums not in details or details[model.sums].type != "number"):
        raise LayoutError(f"{place}: sums: {model.sums} is no number of the details")
    return Total(model.sums, None if model.of is None else _condition(model.of, details, place))


def _condition(model: _ConditionModel, details: Mapping[str, _FieldModel], place: str) -> Condition:
    field = details.get(model.field)
    if field is None or field.type not in ("text", "digits", "number"):
        raise LayoutError(f"{place}: of.field: {model.field} is no text or number of the details")
    if (field.type == "number") == bool(model.values):
        raise LayoutError(f"{place}: of.values: name them for a text; a number counts if it is above zero")
    return Condition(model.field, frozenset(model.values))


def layout_of(line: bytes, layouts: Iterable[FixedLayout]) -> FixedLayout | None:
    """Return the layout whose header a file's first line is, by its length and constants; None if there is none.

    Args:
        line: without its end.
    """
    return next((layout for layout in layouts if _is_header(layout.header, line)), None)


def _is_header(header: RecordLayout, line: bytes) -> bool:
    if len(line) != header.length:
        return False
    return all(
        field.constant is None or line[field.at : field.at + field.width] == field.constant
        for field in header.fields
    )
