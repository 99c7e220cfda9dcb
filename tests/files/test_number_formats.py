"""Numbers that a workbook shows with leading zeros are read as they are shown."""

import zipfile

import pytest

from offline_collect.files.excel.number_formats import STYLES, STYLES_SIZE_MAX, values_by_style
from tests.files.workbooks import rezip, rows_of, write

SEEN = [("00000007", 7.0, "0042"), ("123456789", 7.5, "0000")]
HELD = [(7.0, 7.0, 42.0), (123456789.0, 7.5, 0.0)]


@pytest.fixture
def workbook(tmp_path):
    """Numbers in formats with zeros and in others, in a table that begins at B3."""

    def fill(book, page):
        eight, four, other = (book.add_format({"num_format": code}) for code in ("00000000", "0000", "0.00"))
        page.write_row(2, 1, ("客户编号", "用量", "房号"))
        for row, (number, usage, room) in enumerate(HELD, 3):
            page.write_number(row, 1, number, eight)
            page.write_number(row, 2, usage, other)
            page.write_number(row, 3, room, four)

    return write(tmp_path / "customers.xlsx", fill)


def test_zeros_are_what_the_format_shows(workbook):
    assert [row.cells for row in rows_of(workbook)] == SEEN


def test_texts_fractions_and_negative_numbers_stay(tmp_path):
    def fill(book, page):
        four = book.add_format({"num_format": "0000"})
        page.write_row(0, 0, ("a", "b", "c", "d"))
        page.write_row(1, 0, ("7", 7.5, -7, True), four)

    assert [row.cells for row in rows_of(write(tmp_path / "a.xlsx", fill))] == [("7", 7.5, -7.0, True)]


def test_formats_that_cannot_be_read_change_nothing(workbook):
    assert values_by_style(b"<broken") == {}
    with zipfile.ZipFile(workbook) as package:
        styles = package.read(STYLES)
    filler = b"<!--" + b" " * STYLES_SIZE_MAX + b"--></styleSheet>"
    rezip(workbook, **{STYLES: styles.replace(b"</styleSheet>", filler)})
    assert [row.cells for row in rows_of(workbook)] == HELD
