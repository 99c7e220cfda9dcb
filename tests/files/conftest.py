"""Workbooks of merchants, written and read."""

import pytest
import xlsxwriter

from tests.files.merchants_tables import ROOM, Read


@pytest.fixture
def table_of(tmp_path):
    def write(*rows, kind="bills", inputs=ROOM, merge=(), header_row=None, mapping=None):
        path = tmp_path / "table.xlsx"
        with xlsxwriter.Workbook(path) as workbook:
            page = workbook.add_worksheet()
            for place, row in enumerate(rows):
                page.write_row(place, 0, row)
            for where, text in merge:
                page.merge_range(where, text)
        return Read(path, kind, inputs, header_row, mapping)

    return write
