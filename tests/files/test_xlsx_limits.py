"""Workbooks of a few megabytes that would take gigabytes of memory when the library reads them."""

import zipfile

import pytest

from offline_collect.files.cells import Limits, Row
from offline_collect.files.errors import TooLargeError
from tests.files.workbooks import SHEET, rezip, rows_of, write

STRINGS = "xl/sharedStrings.xml"


def restring(path, old, new):
    """Replace the shared texts of a workbook."""
    with zipfile.ZipFile(path) as package:
        strings = package.read(STRINGS)
    return rezip(path, **{STRINGS: strings.replace(old, new, 1)})


@pytest.mark.parametrize("piece", [b"abcdefgh", b"abcdefgh</t></r><r><t>"])
def test_a_huge_shared_text_is_refused_before_it_takes_gigabytes(tmp_path, piece):
    path = write(tmp_path / "bills.xlsx", lambda _, page: page.write(0, 0, "编号"))
    restring(path, b"</t>", piece * 1_000_000 + b"</t>")
    with pytest.raises(TooLargeError, match="has a cell of more than 4000 characters"):
        rows_of(path)


@pytest.mark.parametrize("text", [b"<si/>", b"<si><t>a</t></si>"])
def test_shared_texts_are_no_more_than_a_sheet_has_cells(tmp_path, text):
    path = write(tmp_path / "bills.xlsx", lambda _, page: page.write_column(0, 0, ["编号", "S-1"]))
    restring(path, b"</sst>", text * 98 + b"</sst>")
    assert rows_of(path, limits=Limits(area=100)) == [Row(2, ("S-1",))]
    restring(path, b"</sst>", text + b"</sst>")
    with pytest.raises(TooLargeError, match="holds more than 100 texts; split it"):
        rows_of(path, limits=Limits(area=100))


def test_cells_that_do_not_say_where_they_are_are_bounded_too(tmp_path):
    path = write(tmp_path / "bills.xlsx", lambda _, page: page.write(0, 0, "编号"))
    with zipfile.ZipFile(path) as package:
        sheet = package.read(SHEET).decode()
    lost = '<row><c t="inlineStr"><is><t>x</t></is></c></row>' * 100
    rezip(path, **{SHEET: sheet.replace("</sheetData>", f"{lost}</sheetData>")})
    with pytest.raises(TooLargeError, match="holds more than 100 cells; split it"):
        rows_of(path, limits=Limits(area=100))


def test_a_list_of_sheets_without_end_is_refused_before_it_is_read(tmp_path):
    path = write(tmp_path / "bills.xlsx", lambda _, page: page.write(0, 0, "编号"))
    with zipfile.ZipFile(path) as package:
        index = package.read("xl/workbook.xml").decode()
    names = '<definedName name="x">A1</definedName>' * 100_000
    rezip(path, **{"xl/workbook.xml": index.replace("</workbook>", f"{names}</workbook>")})
    with pytest.raises(TooLargeError, match="unpacks to more than 1048576 bytes"):
        rows_of(path)
