"""Counts the details of a fixed-width file, and adds up what its header and trailer state."""

from __future__ import annotations

from offline_collect.files.fixed_width.layout import FixedField, FixedLayout, RecordLayout, Total, Values


class Totals:
    """The totals of a file, as far as its details have been added."""

    def __init__(self, layout: FixedLayout) -> None:
        self._totals: dict[tuple[str, str], tuple[Total, int]] = {
            (record.name, field.key): (field.total, 0)
            for record in layout.records
            for field in record.fields
            if field.total is not None
        }

    def add(self, values: Values) -> None:
        """Add a detail."""
        for place, (total, so_far) in self._totals.items():
            self._totals[place] = (total, so_far + total.add(values))

    def of(self, record: RecordLayout, field: FixedField) -> int | None:
        """Return what a field must state; None if it states no total."""
        found = self._totals.get((record.name, field.key))
        return None if found is None else found[1]
