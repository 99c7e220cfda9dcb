"""Hidden rows and columns of a sheet are read too, and counted."""

import struct
import zipfile

import pytest
from openpyxl import Workbook

from offline_collect.files.columns.hidden_columns import hidden_titles
from offline_collect.files.columns.layout import compile_layout
from offline_collect.files.excel.hidden import SHEET_ROWS, Hidden
from offline_collect.files.read.open import open_table
from tests.files.test_excel_read import DATA
from tests.files.workbooks import SHEET, rezip, write

LAYOUT = compile_layout(
    {
        "name": "bills",
        "title": "Bills",
        "columns": [{"key": "bill_no", "label": "编号", "type": "identifier", "most": 32}],
        "extras": {"most": 3, "label_most": 9, "value_most": 9},
    }
)


def read(path, **options):
    """Return the rows of a table, how many of them are hidden, and the titles of hidden columns that count."""
    with open_table(path, **options) as table:
        rows = list(table)
        return [row.cells[0] for row in rows], table.hidden.read, hidden_titles(table, LAYOUT)


def test_hidden_rows_are_read_and_counted_if_they_say_something(tmp_path):
    def fill(workbook, page):
        page.write_column(0, 0, ["编号", "S-1", "S-2", "", "S-4"])
        page.set_row(2, None, None, {"hidden": True})
        page.write_blank(3, 0, None, workbook.add_format({"bold": True}))
        page.set_row(3, None, None, {"hidden": True})
        page.set_row(7, None, None, {"hidden": True})

    assert read(write(tmp_path / "bills.xlsx", fill)) == (["S-1", "S-2", "S-4"], 1, ())


def test_rows_that_a_filter_hides_are_counted_whatever_wrote_them(tmp_path):
    book = Workbook()
    for row in ("编号", *(f"S-{at}" for at in range(1, 1501))):
        book.active.append([row])
    book.active.auto_filter.ref = "A1:A1501"
    for at in range(3, 1502):
        book.active.row_dimensions[at].hidden = True
    book.save(tmp_path / "bills.xlsx")
    rows, hidden, _ = read(tmp_path / "bills.xlsx")
    assert (len(rows), hidden) == (1500, 1499)


def test_what_is_hidden_above_the_table_and_its_header_do_not_count(tmp_path):
    def fill(_, page):
        page.write_column(0, 0, ["十一月", "编号", "S-1", "S-2"])
        for row in (0, 1, 3):
            page.set_row(row, None, None, {"hidden": True})

    assert read(write(tmp_path / "bills.xlsx", fill), header_row=2) == (["S-1", "S-2"], 1, ())


def test_hidden_columns_are_named_where_they_are_taken_even_if_the_table_starts_further_in(tmp_path):
    def fill(_, page):
        page.write_row(2, 2, ["编号", "班级", "校车"])
        page.write_row(3, 2, ["S-1", "三年级1班", "2号线"])
        for columns in ("A:A", "C:D", "G:XFD"):
            page.set_column(columns, None, None, {"hidden": True})

    assert read(write(tmp_path / "bills.xlsx", fill)) == (["S-1"], 0, ("编号", "班级"))


def test_other_writers_of_the_same_marks_are_read(tmp_path):
    path = write(tmp_path / "bills.xlsx", lambda _, page: page.write_column(0, 0, ["编号", "S-1", "S-2"]))
    with zipfile.ZipFile(path) as package:
        sheet = package.read(SHEET).decode()
    sheet = sheet.replace('<row r="2"', "<x:row hidden='true' r='2'").replace(
        '<row r="3"', '<row hidden="0" r="3"'
    )
    sheet = sheet.replace(
        "<sheetData>", '<cols><col hidden="1" max="1" min="1" width="9"/></cols><sheetData>'
    )
    sheet = sheet.replace('</row><row hidden="0"', '</x:row><row hidden="0"')
    sheet = sheet.replace(
        "<worksheet ", '<worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    )
    assert read(rezip(path, **{SHEET: sheet})) == (["S-1", "S-2"], 1, ("编号",))


@pytest.mark.parametrize(("at", "hidden"), [(1, 1), (2, 1), (0, 0)])
def test_rows_that_an_old_workbook_hides_are_counted(tmp_path, at, hidden):
    content = bytearray((DATA / "bills.xls").read_bytes())
    place = content.index(struct.pack("<HHH", 0x0208, 16, at))
    content[place + 4 + 12] |= 0x20
    path = tmp_path / "bills.xls"
    path.write_bytes(content)
    with open_table(path) as table:
        assert len(list(table)) == 2
        assert table.hidden.read == hidden


def test_columns_that_an_old_workbook_hides_are_known(tmp_path):
    content = bytearray((DATA / "bills.xls").read_bytes())
    # The record of the sheet's extent, which is not needed, becomes a record that hides columns 1 and 2.
    place = content.index(struct.pack("<HHII", 0x0200, 14, 0, 3))
    content[place : place + 14] = struct.pack("<HHHHHHH", 0x007D, 14, 1, 2, 2048, 15, 1)
    path = tmp_path / "bills.xls"
    path.write_bytes(content)
    with open_table(path) as table:
        assert len(list(table)) == 2
        assert table.hidden.columns == {1, 2}


def test_marks_far_away_take_no_memory():
    hidden = Hidden()
    hidden.hide_row(9_999_998)
    assert hidden.rows == b""
    hidden.hide_row(SHEET_ROWS - 1)
    assert (len(hidden.rows), sum(hidden.rows)) == (SHEET_ROWS, 1)
    hidden.hide_columns(3, 9_999_998)
    assert len(hidden.columns) == 16_384 - 3
