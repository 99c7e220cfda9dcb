"""Counts the details of a fixed-width file, and adds up what its header and trailer state."""

from __future__ import annotations

from collections.abc import Sequence

from offline_collect.files.fixed_width.layout import FixedField, FixedLayout, RecordLayout, Total, Values
from offline_collect.files.fixed_width.plain_lines import Columns


class Totals:
    """The totals of a file, as far as its details have been added."""

    def __init__(self, layout: FixedLayout) -> None:
        self._places: dict[tuple[str, str], Total] = {
            (record.name, field.key): field.total
            for record in layout.records
            for field in record.fields
            if field.total is not None
        }
        # Header and trailer state much the same.
        self._distinct = list(dict.fromkeys(self._places.values()))
        self._sums = [0] * len(self._distinct)

    def add(self, columns: Columns, lines: int) -> None:
        """Add so many details."""
        for place, total in enumerate(self._distinct):
            self._sums[place] += total.counted(columns, lines)

    def add_each(self, details: Sequence[Values]) -> None:
        """Add details by their values."""
        keys = {key for total in self._distinct for key in total.keys}
        self.add({key: [each.get(key) for each in details] for key in keys}, len(details))

    def of(self, record: RecordLayout, field: FixedField) -> int | None:
        """Return what a field must state; None if it states no total."""
        found = self._places.get((record.name, field.key))
        return None if found is None else self._sums[self._distinct.index(found)]
