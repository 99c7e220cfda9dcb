"""Reads fixed-width files as a stream: records, and whatever does not fit the layout, each with its place."""

from __future__ import annotations

import hashlib
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import BinaryIO

from offline_collect.domain.texts.phrases import Phrase
from offline_collect.domain.values import value
from offline_collect.files.errors import FixedFieldError
from offline_collect.files.fixed_width.field_types import FieldValue
from offline_collect.files.fixed_width.layout import FixedField, FixedLayout, RecordLayout, Values
from offline_collect.files.fixed_width.plain_lines import Columns, plain_columns
from offline_collect.files.fixed_width.totals import Totals

BYTES_AT_ONCE = 64 * 1024
"""Of the lines that are read together. With four times as many a line takes a fifth longer: caches are small."""

_FEWER = 8
"""Of lines that do not all fit together so many times fewer are tried."""

SHOWN_MAX = 40
"""Characters of a field that a message shows."""


@value
class FixedRecord:
    """A record that fits its layout.

    Attributes:
        name: ``header``, ``detail`` or ``trailer``.
        line: its number in the file, from 1.
        values: by the keys of its fields.
    """

    name: str
    line: int
    values: Values = field(repr=False)


@dataclass(frozen=True, slots=True)
class FixedProblem:
    """Why a file is refused.

    Attributes:
        line: in the file, from 1.
        record: ``header``, ``detail`` or ``trailer``; '' if the line is none of them.
        reason: what is wrong; people read it in Chinese too.
        field: the field's key; '' for the whole line.
        first: the field's first byte in the line, from 1; 0 for the whole line.
        last: its last byte, likewise.
        value: as it stands there; '' if it must not be shown.
    """

    line: int
    record: str
    reason: Phrase
    field: str = ""
    first: int = 0
    last: int = 0
    value: str = ""

    def __str__(self) -> str:
        place = f"line {self.line}"
        if self.record:
            place += f", {self.record}"
        if self.field:
            place += f", {self.field} (bytes {self.first} to {self.last})"
        value = f", {self.value!r}" if self.value else ""
        return f"{place}{value}: {self.reason}"


@value
class FixedDetails:
    """Details that fit their layout and follow each other.

    Attributes:
        line: of the first, in the file, from 1.
        lines: how many they are.
        columns: their values, by the keys of their fields.
    """

    line: int
    lines: int
    columns: Columns = field(repr=False)


def read_columns(
    stream: BinaryIO, layout: FixedLayout, at_once: int = BYTES_AT_ONCE
) -> Iterator[FixedRecord | FixedDetails | FixedProblem]:
    """Yield header, details and trailer of a file in their order, and its problems where they are found.

    Problems of totals come last. Lines end with LF or CR LF; empty lines behind the trailer are passed over. Memory
    does not grow with the file.

    Args:
        stream: at the file's start; it can be sought.
        at_once: bytes of the lines that are read together; at least one line is.
    """
    return _Reader(stream, layout, at_once).found()


def read_fixed_width(
    stream: BinaryIO, layout: FixedLayout, at_once: int = BYTES_AT_ONCE
) -> Iterator[FixedRecord | FixedProblem]:
    """Yield what :func:`read_columns` does, each detail as a record of its own."""
    name = layout.detail.name
    for found in read_columns(stream, layout, at_once):
        if isinstance(found, FixedDetails):
            keys = tuple(found.columns)
            for line, row in enumerate(zip(*found.columns.values(), strict=True), found.line):
                yield FixedRecord(name, line, dict(zip(keys, row, strict=True)))
        else:
            yield found


class _Reader:
    """One reading of a file."""

    def __init__(self, stream: BinaryIO, layout: FixedLayout, at_once: int) -> None:
        self._stream = stream
        self._layout = layout
        self._most_lines = max(1, at_once // (layout.detail.length + 1))
        self._lines_tried = self._most_lines
        # One byte more than the longest line with its end: then a longer one is seen.
        self._most = max(record.length for record in layout.records) + len(b"\r\n") + 1
        self._line = 0
        self._end = b"\n"
        self._digest = hashlib.sha256()
        self._is_digest_known = True
        self._totals = Totals(layout)
        self._are_details_known = True
        self._stated: list[tuple[int, str, Values]] = []

    def found(self) -> Iterator[FixedRecord | FixedDetails | FixedProblem]:
        lines = self._lines()
        header = self._read(self._layout.header, next(lines, b""))
        yield from [header] if isinstance(header, FixedRecord) else header
        trailer = yield from self._details(lines)
        if trailer is None:
            self._line += 1
            yield self._whole("trailer", Phrase("is missing: was the file sent whole?"))
            return
        yield from self._trailer(trailer)
        for raw in lines:
            if raw:
                yield self._whole("", Phrase("stands behind the trailer"))
                return

    def _details(self, lines: Iterator[bytes]) -> Generator[FixedDetails | FixedProblem, None, bytes | None]:
        """Yield the details, many at once where all of them fit; return the trailer, None if there is none."""
        alone = 1
        while True:
            while (block := self._block()) is not None:
                yield self._counted(block)
                alone = 1
            raw = None
            for raw in islice(lines, alone):
                if raw.startswith(self._layout.trailer.mark):
                    return raw
                yield from self._detail(raw)
            if raw is None:
                return None
            # Where nothing fits, few attempts are made.
            alone = min(2 * alone, self._most_lines)

    def _block(self) -> FixedDetails | None:
        """Return some of the next details, all together; None if the next line does not fit so."""
        lines = self._lines_tried
        while lines:
            found = self._together(lines)
            if found is not None:
                self._lines_tried = min(2 * lines, self._most_lines)
                return found
            lines //= _FEWER
        self._lines_tried = 1
        return None

    def _together(self, lines: int) -> FixedDetails | None:
        """Return the next so many details, or the last ones; None if one of them does not fit."""
        record = self._layout.detail
        begun = self._stream.tell()
        raw = self._stream.read(lines * (record.length + len(self._end)))
        if self._end != b"\n":
            raw = raw.replace(self._end, b"\n")
        lines, rest = divmod(len(raw), record.length + 1)
        columns = None if rest or not lines else self._plain(record, raw, lines)
        if columns is None:
            self._stream.seek(begun)
            return None
        self._digest.update(raw)
        self._line += lines
        return FixedDetails(self._line - lines + 1, lines, columns)

    def _plain(self, record: RecordLayout, raw: bytes, lines: int) -> Columns | None:
        if not self._layout.has_ascii:
            return None
        return plain_columns(record.plain if raw.isascii() else record.wide, raw, lines)

    def _detail(self, raw: bytes) -> Iterator[FixedDetails | FixedProblem]:
        found = self._read(self._layout.detail, raw)
        if isinstance(found, FixedRecord):
            columns = {key: (value,) for key, value in found.values.items()}
            yield self._counted(FixedDetails(found.line, 1, columns))
        else:
            self._are_details_known = False
            yield from found

    def _counted(self, details: FixedDetails) -> FixedDetails:
        self._totals.add(details.columns, details.lines)
        return details

    def _lines(self) -> Iterator[bytes]:
        """Yield the lines without their ends."""
        while raw := self._stream.readline(self._most):
            self._line += 1
            if len(raw) == self._most and not raw.endswith(b"\n"):
                # The rest of a line that is too long is of no use, but another line may follow.
                self._is_digest_known = False
                while (rest := self._stream.readline(self._most)) and not rest.endswith(b"\n"):
                    pass
            self._end = b"\r\n" if raw.endswith(b"\r\n") else b"\n"
            yield raw.removesuffix(b"\n").removesuffix(b"\r")

    def _read(self, record: RecordLayout, raw: bytes) -> FixedRecord | list[FixedProblem]:
        """Return a line's record, or its problems; the line counts for the digest."""
        self._digest.update(raw + b"\n")
        found = self._fields(record, raw)
        if isinstance(found, list):
            return found
        if record is self._layout.header:
            self._stated.append((self._line, record.name, found))
        return FixedRecord(record.name, self._line, found)

    def _fields(self, record: RecordLayout, raw: bytes) -> Values | list[FixedProblem]:
        if len(raw) != record.length:
            more = len(raw) > record.length
            reason = (
                Phrase("has more than {wanted} bytes", wanted=record.length)
                if more
                else Phrase("has {found} bytes, not {wanted}", found=len(raw), wanted=record.length)
            )
            return [self._whole(record.name, reason)]
        values: dict[str, FieldValue] = {}
        problems = []
        for each in record.fields:
            content = raw[each.at : each.at + each.width]
            try:
                values[each.key] = each.converter.parse(content)
            except FixedFieldError as error:
                problems.append(self._problem(record, each, content, error.reason))
        return problems or values

    def _trailer(self, raw: bytes) -> Iterator[FixedRecord | FixedProblem]:
        digest = self._digest.hexdigest()
        found = self._read(self._layout.trailer, raw)
        if isinstance(found, FixedRecord):
            self._stated.append((found.line, found.name, found.values))
            yield from self._wrong_digest(found.values, digest)
            yield found
        else:
            yield from found
        if self._are_details_known:
            yield from self._wrong_totals()

    def _wrong_digest(self, values: Values, digest: str) -> Iterator[FixedProblem]:
        for each in self._layout.trailer.fields:
            if each.is_digest and self._is_digest_known and str(values[each.key]).lower() != digest:
                reason = Phrase(
                    "is not that of the lines above, {digest}: the file was changed", digest=digest
                )
                yield _of_field(self._line, self._layout.trailer, each, str(values[each.key]), reason)

    def _wrong_totals(self) -> Iterator[FixedProblem]:
        """Yield the totals that are not those of the details."""
        for line, name, values in self._stated:
            record = self._layout.header if name == self._layout.header.name else self._layout.trailer
            for each in record.fields:
                found = self._totals.of(record, each)
                if found is not None and found != values[each.key]:
                    reason = Phrase("the details have {found}", found=found)
                    yield _of_field(line, record, each, str(values[each.key]), reason)

    def _whole(self, record: str, reason: Phrase) -> FixedProblem:
        return FixedProblem(self._line, record, reason=reason)

    def _problem(
        self, record: RecordLayout, each: FixedField, content: bytes, reason: Phrase
    ) -> FixedProblem:
        shown = content.decode(self._layout.encoding, "replace").strip() if each.shown else ""
        return _of_field(self._line, record, each, shown, reason)


def _of_field(line: int, record: RecordLayout, field: FixedField, value: str, reason: Phrase) -> FixedProblem:
    return FixedProblem(
        line,
        record.name,
        field=field.key,
        first=field.at + 1,
        last=field.at + field.width,
        value=value[:SHOWN_MAX],
        reason=reason,
    )
