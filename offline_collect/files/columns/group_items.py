"""What is paid for, where headings between the rows say it: 租金 above the rents, 物业费 above the next rows."""

from __future__ import annotations

from dataclasses import replace

from offline_collect.domain.imports.left_out import RowClass
from offline_collect.domain.imports.seen_columns import fee_named
from offline_collect.files.cells import Row, one_line, shown, shows_nothing
from offline_collect.files.columns.layout import Column, Layout
from offline_collect.files.columns.other_rows import LeftOutRow
from offline_collect.files.columns.records import Record
from offline_collect.files.columns.slices import Found
from offline_collect.files.columns.stated import DESCRIPTION


class GroupItems:
    """The item of the rows below a heading that is the name of a fee, if neither a column nor the titles say it."""

    def __init__(self, columns: tuple[Found, ...], layout: Layout) -> None:
        """Take the columns of a table, and its layout with what the titles state."""
        known = {found.column.key for found in columns} | layout.constants.keys()
        free = (each for each in layout.columns if each.key == DESCRIPTION and each.key not in known)
        self._column: Column | None = next(free, None)
        self._item: str | None = None

    def heading(self, row: Row, left: LeftOutRow) -> LeftOutRow:
        """Take a heading, and return it with the item that it gives the rows below; any other row as it is.

        A heading that is no fee ends the group: what its rows are for is not known.
        """
        if self._column is None or left.row_class is not RowClass.HEADING:
            return left
        text = next((one_line(shown(cell)) for cell in row.cells if not shows_nothing(cell)), "")
        self._item = fee_named(text)
        return left if self._item is None else replace(left, item=(self._column, self._item))

    def added(self, record: Record) -> Record:
        """Return a record with the item of its group."""
        if self._item is None:
            return record
        return replace(record, values={**record.values, DESCRIPTION: self._item})
