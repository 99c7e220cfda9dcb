"""Parts in a fixed order, with groups and lists of records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from offline_collect.domain.texts.phrases import Phrase
from offline_collect.wire.errors import DecodeError, EncodeError
from offline_collect.wire.layouts.kinds.fixed_plan import LengthPlans
from offline_collect.wire.layouts.kinds.steps import One
from offline_collect.wire.layouts.parts import (
    Found,
    Hop,
    flattened,
    inside,
    not_parts,
    refuse_unknown,
    value_of,
)
from offline_collect.wire.layouts.values.scalar import Scalar

if TYPE_CHECKING:
    from collections.abc import Iterator

    from offline_collect.wire.layouts.kinds.extents import Extents
    from offline_collect.wire.layouts.kinds.steps import Step
    from offline_collect.wire.layouts.parts import Cut, GivenParts, Parts, Span, Spans

LEFT_OVER = Phrase("bytes left over")


class Group:
    """A group: parts under one name."""

    def __init__(self, name: str, rows: Rows) -> None:
        self.name = name
        self.rows = rows
        self.sizes: tuple[int, int] = rows.sizes

    def read(self, text: str, at: int, parts: Parts) -> int:
        """Parse its parts at an offset into a mapping under its name; return the offset after them."""
        group: Parts = {}
        try:
            at = self.rows.read(text, at, group)
        except DecodeError as error:
            raise DecodeError(error.reason, element=inside(error, self.name)) from None
        parts[self.name] = group
        return at

    def spans(self, text: str, at: int, parts: Parts, path: str) -> Spans:  # noqa: ARG002 - as every step
        """Yield each of its values with its byte offsets; return the offset after them."""
        return (yield from self.rows.spans(text, at, {}, f"{path}{self.name}."))

    def write(self, parts: GivenParts) -> str:
        """Return the bytes of its parts."""
        group = parts.get(self.name)
        if not isinstance(group, Mapping):
            not_parts(group, self.name, "parts by name")
        try:
            return self.rows.write(group)
        except EncodeError as error:
            raise EncodeError(error.reason, element=inside(error, self.name)) from None

    def lay_out(self, extents: Extents, path: str) -> None:
        """Add its values to those of a content."""
        self.rows.lay_out(extents, f"{path}{self.name}.")

    def find(self, names: tuple[str, ...]) -> Found | None:
        """Return a part of the group. Without names, return its unnamed list if it has one, else the group itself."""
        if names:
            found = self.rows.find(names)
        elif self.rows.own_list is not None:
            found = self.rows.own_list.find(())
        else:
            return Found((Hop(self.name),), None, value=False)
        return None if found is None else found.under(Hop(self.name))


@dataclass(frozen=True, slots=True)
class Times:
    """The number of records of a list.

    Attributes:
        count: name of the part before the list that holds the number; None if there is none.
        most: maximum number of records.
        exactly: whether there are always `most` records.
    """

    count: str | None
    most: int
    exactly: bool = False


class Records:
    """A list of records; all have the same parts."""

    def __init__(self, name: str, times: Times, rows: Rows, *, unnamed: bool = False) -> None:
        self.name = name
        self.unnamed = unnamed
        self.times = times
        self.rows = rows
        least, most = rows.sizes
        self.sizes = (least * times.most if times.exactly else 0), most * times.most

    def read(self, text: str, at: int, parts: Parts) -> int:
        """Parse its records at an offset into a list under its name; return the offset after them."""
        records: list[Parts] = []
        for index in range(self._count(parts)):
            if self._ends_at(text, at):
                break
            record: Parts = {}
            try:
                at = self.rows.read(text, at, record)
            except DecodeError as error:
                raise DecodeError(error.reason, element=inside(error, f"{self.name}[{index}]")) from None
            records.append(record)
        parts[self.name] = records
        return at

    def spans(self, text: str, at: int, parts: Parts, path: str) -> Spans:
        """Yield each value of each record with its byte offsets; return the offset after them."""
        for index in range(self._count(parts)):
            if self._ends_at(text, at):
                break
            at = yield from self.rows.spans(text, at, {}, f"{path}{self.name}[{index}].")
        return at

    def _ends_at(self, text: str, at: int) -> bool:
        """Whether the content has no further record; only a list without a number of records asks."""
        return at == len(text) and self.times.count is None and not self.times.exactly

    def _count(self, parts: Parts) -> int:
        if self.times.count is None:
            return self.times.most
        count = int(str(parts[self.times.count]))
        if count > self.times.most:
            raise DecodeError(Phrase("more than {most} records", most=self.times.most), element=self.name)
        return count

    def write(self, parts: GivenParts) -> str:
        """Return the bytes of all records."""
        return "".join([self._write_record(record, index) for index, record in enumerate(self._given(parts))])

    def lay_out(self, extents: Extents, path: str) -> None:
        """Add the values of its records to those of a content."""
        number = self.times.most
        if not self.times.exactly:
            number, extents.most = extents.records, self.times.most
            extents.lists += 1
            if self.times.count is not None:
                extents.counts.append(f"{path}{self.times.count}")
        for index in range(number):
            self.rows.lay_out(extents, f"{path}{self.name}[{index}].")

    def _given(self, parts: GivenParts) -> Sequence[object]:
        records = parts.get(self.name)
        if not isinstance(records, Sequence) or isinstance(records, str):
            not_parts(records, self.name, "a list of records")
        if len(records) > self.times.most:
            raise EncodeError(f"more than {self.times.most} records", element=self.name)
        if self.times.exactly and len(records) < self.times.most:
            raise EncodeError(f"fewer than {self.times.most} records", element=self.name)
        return records

    def _write_record(self, record: object, index: int) -> str:
        step = f"{self.name}[{index}]"
        if not isinstance(record, Mapping):
            not_parts(record, step, "parts by name")
        try:
            return self.rows.write(record)
        except EncodeError as error:
            raise EncodeError(error.reason, element=inside(error, step)) from None

    def counted(self, parts: GivenParts) -> GivenParts:
        """Return the parts, with the number of records in the count part if it is not given.

        Raises:
            EncodeError: the given count is not the number of records.
        """
        count = self.times.count
        if count is None:
            return parts
        records, given = self._given(parts), parts.get(count)
        if given is None:
            return {**parts, count: str(len(records))}
        if not (isinstance(given, str) and given.isdecimal() and int(given) == len(records)):
            raise EncodeError(f"not the number of {self.name}", element=count)
        return parts

    def find(self, names: tuple[str, ...]) -> Found | None:
        """Return the list itself without names, else a part of its records."""
        found = self.rows.find(names) if names else Found((), None, value=False)
        return None if found is None else found.under(Hop(self.name, each=True))


class Rows:
    """Parts that follow each other.

    Attributes:
        members: the parts by name.
        own_list: the list without a name; its parts are addressed as if they were members.
    """

    def __init__(self, steps: Sequence[Step], members: Mapping[str, Scalar | Group | Records]) -> None:
        self._steps = tuple(steps)
        self.members = members
        self._known = frozenset(members)
        self._lists = tuple(step for step in steps if isinstance(step, Records))
        self.own_list = next((records for records in self._lists if records.unnamed), None)
        self._optional = any(isinstance(step, One) and step.part.optional for step in steps)
        self.sizes: tuple[int, int] = (
            sum(step.sizes[0] for step in steps),
            sum(step.sizes[1] for step in steps),
        )

    def read(self, text: str, at: int, parts: Parts) -> int:
        """Parse the parts at an offset into a mapping; return the offset after them.

        Raises:
            DecodeError: a part does not match; `element` is its path.
        """
        for step in self._steps:
            at = step.read(text, at, parts)
        return at

    def spans(self, text: str, at: int, parts: Parts, path: str) -> Spans:
        """Yield each value with its byte offsets; return the offset after the last one.

        Args:
            text: the content.
            at: offset of the first part.
            parts: filled with the values; the counts of lists are taken from it.
            path: put in front of the paths.
        """
        for step in self._steps:
            at = yield from step.spans(text, at, parts, path)
        return at

    def lay_out(self, extents: Extents, path: str) -> None:
        """Add the values of the parts to those of a content; `path` is put in front of their names."""
        for step in self._steps:
            step.lay_out(extents, path)

    def write(self, parts: GivenParts) -> str:
        """Return the bytes of the parts.

        Raises:
            EncodeError: a part is missing, unknown or does not fit; `element` is its path.
        """
        refuse_unknown(parts, self._known)
        for records in self._lists:
            parts = records.counted(parts)
        pieces = [step.write(parts) for step in self._steps]
        if self._optional:
            self._refuse_gap(pieces)
        return "".join(pieces)

    def _refuse_gap(self, pieces: list[str]) -> None:
        """Refuse a missing part before one that is given: the given one would be read as the missing one."""
        missing = ""
        for step, piece in zip(self._steps, pieces, strict=True):
            if piece and missing:
                raise EncodeError("missing", element=missing)
            if not piece and isinstance(step, One):
                missing = missing or step.part.name

    def needs(self) -> Iterator[tuple[str, ...]]:
        """Yield the parts that must be given, each as names from the outermost part; a count is taken from its list."""
        counts = {records.times.count for records in self._lists}
        for name, member in self.members.items():
            if not isinstance(member, Scalar):
                yield (name,)
                yield from ((name, *inner) for inner in member.rows.needs())
            elif member.is_needed and name not in counts:
                yield (name,)

    def find(self, names: tuple[str, ...]) -> Found | None:
        """Return the part that names lead to, outermost first; None if there is none."""
        member = self.members.get(names[0])
        if member is None:
            return None if self.own_list is None else self.own_list.find(names)
        if not isinstance(member, Scalar):
            return member.find(names[1:])
        return value_of(member) if len(names) == 1 else None


class Fixed:
    """A layout of parts in a fixed order."""

    free_names = False
    flat = False

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self.needs = frozenset(rows.needs())
        self.sizes: tuple[int, int] = rows.sizes
        self.find = rows.find
        self.write = rows.write
        self._plans = LengthPlans(rows)

    def read(self, text: str) -> Parts:
        """Parse a content."""
        parts: Parts = {}
        if self._rows.read(text, 0, parts) != len(text):
            raise DecodeError(LEFT_OVER)
        return parts

    def cut(self, text: str) -> Cut | None:
        """Return the values of a correct content in one go."""
        return self._plans.read(text) if self._plans.usable else flattened(self.read(text))

    def spans(self, text: str) -> Iterator[Span]:
        """Yield each value with its byte offsets."""
        yield from self._rows.spans(text, 0, {}, "")
