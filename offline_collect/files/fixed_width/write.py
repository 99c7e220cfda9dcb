"""Writes fixed-width files: a header, details as they come, and a trailer with their totals and digest."""

from __future__ import annotations

import hashlib
from typing import BinaryIO

from offline_collect.domain.texts.phrases import Phrase
from offline_collect.files.errors import FixedFieldError
from offline_collect.files.fixed_width.layout import FixedField, FixedLayout, RecordLayout, Values
from offline_collect.files.fixed_width.plain_lines import Columns, fitted, written_lines
from offline_collect.files.fixed_width.totals import Totals

ADDED_AT_ONCE = 500
"""Details that are added to the totals together."""


class FixedWidthWriter:
    """Writes one file to a stream, in its order: header, details, trailer.

    Args:
        stream: receives the lines, each ended by LF.
    """

    def __init__(self, stream: BinaryIO, layout: FixedLayout) -> None:
        self._stream = stream
        self._layout = layout
        self._totals = Totals(layout)
        self._not_added: list[Values] = []
        self._digest = hashlib.sha256()
        self._header: Values = {}

    def header(self, values: Values) -> None:
        """Write the header; its totals are those that the details are going to have.

        Raises:
            FixedFieldError: a value does not fit its field.
        """
        self._header = values
        self._write(line(self._layout.header, values))

    def detail(self, values: Values) -> None:
        """Write a detail.

        Raises:
            FixedFieldError: a value does not fit its field; nothing is written.
        """
        self._write(line(self._layout.detail, values))
        self._not_added.append(values)
        if len(self._not_added) == ADDED_AT_ONCE:
            self._add()

    def details(self, columns: Columns, lines: int) -> None:
        """Write so many details, sooner than one after the other.

        Args:
            columns: their values by field; fields that are not among them have none.
            lines: at least one.

        Raises:
            FixedFieldError: a value does not fit its field; those before it are written.
        """
        detail = self._layout.detail
        whole = _whole(detail, columns, lines)
        raw = written_lines(detail.out, whole) if self._layout.has_ascii else None
        if raw is not None:
            self._put(raw)
            self._totals.add(whole, lines)
            return
        for row in zip(*whole.values(), strict=True):
            self.detail(dict(zip(whole, row, strict=True)))

    def trailer(self, values: Values) -> None:
        """Write the trailer; its totals and digest are filled in.

        Raises:
            FixedFieldError: a value does not fit, or a total that the header stated is not that of the details.
        """
        self._add()
        for field in self._layout.header.fields:
            found = self._totals.of(self._layout.header, field)
            if found is not None and found != self._header[field.key]:
                raise FixedFieldError(
                    Phrase("header, {field}: the details have {found}", field=field.key, found=found)
                )
        made = dict(values)
        for field in self._layout.trailer.fields:
            if (found := self._totals.of(self._layout.trailer, field)) is not None:
                made[field.key] = found
            if field.is_digest:
                made[field.key] = self._digest.hexdigest()
        self._write(line(self._layout.trailer, made))

    def _add(self) -> None:
        self._totals.add_each(self._not_added)
        self._not_added.clear()

    def _write(self, raw: bytes) -> None:
        self._put(raw + b"\n")

    def _put(self, lines: bytes) -> None:
        self._digest.update(lines)
        self._stream.write(lines)


def all_fit(layout: FixedLayout, columns: Columns, lines: int) -> bool:
    """Whether so many details surely fit their fields; if not, :func:`line` tells of each whether it does, and why."""
    detail = layout.detail
    return layout.has_ascii and fitted(detail.out, _whole(detail, columns, lines)) is not None


def _whole(record: RecordLayout, columns: Columns, lines: int) -> Columns:
    """Return columns of all fields."""
    nothing = (None,) * lines
    return {field.key: columns.get(field.key, nothing) for field in record.fields}


def line(record: RecordLayout, values: Values) -> bytes:
    """Return the bytes of a record without its line's end; fields that are not given are none.

    Raises:
        FixedFieldError: a value does not fit its field; names the field.
    """
    given = values.get
    try:
        return b"".join([write(given(key)) for key, write in record.formats])
    except FixedFieldError:
        return b"".join([_field(field, values) for field in record.fields])


def _field(field: FixedField, values: Values) -> bytes:
    try:
        return field.converter.format(values.get(field.key))
    except FixedFieldError as error:
        raise FixedFieldError(Phrase("{field}: {reason}", field=field.label, reason=error.reason)) from None
