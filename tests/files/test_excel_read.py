import datetime as dt
import io
import shutil
import zipfile
from pathlib import Path

import pytest

from offline_collect.files.cells import ErrorCell, Limits, MergedCell, Row
from offline_collect.files.errors import HeaderError, TooLargeError, WorkbookError
from offline_collect.files.excel.hidden import Hidden
from offline_collect.files.excel.magic import OLE_MAGIC
from offline_collect.files.excel.xls_records import look_through
from offline_collect.files.read.open import open_table
from tests.files.workbooks import SHEET, rezip, rows_of, write

# Nothing here writes these kinds: bills.xls and failed.xls came from xlwt (the latter's formulas then got results
# of 1/0, 8 and TRUE), formats.xls from LibreOffice, locked.xlsx was encrypted by msoffcrypto-tool.
DATA = Path(__file__).parent / "data"
MORNING = dt.datetime(2026, 11, 30, 9, 30)  # noqa: DTZ001 - Excel's times have no zone


def test_cells_come_as_excel_holds_them(tmp_path):
    def fill(workbook, page):
        date = workbook.add_format({"num_format": "yyyy-mm-dd"})
        page.write_row(0, 0, ["编号", "金额", "日期", "公式", "真", "时"])
        page.write_string(1, 0, "00123")
        page.write_number(1, 1, 123.45)
        page.write_datetime(1, 2, dt.date(2026, 11, 30), date)
        page.write_formula(1, 3, "=1+1", None, 2)
        page.write_boolean(1, 4, True)
        page.write_datetime(1, 5, MORNING, date)

    assert rows_of(write(tmp_path / "bills.xlsx", fill)) == [
        Row(2, ("00123", 123.45, dt.date(2026, 11, 30), 2.0, True, MORNING))
    ]


def test_a_failed_formula_is_an_error_cell_even_where_the_table_starts_further_in(tmp_path):
    def fill(_, page):
        page.write_row(2, 3, ["编号", "金额"])
        page.write_string(3, 3, "#N/A")
        page.write_formula(3, 4, "=1/0", None, "#DIV/0!")
        page.write_formula(4, 3, "=NA()", None, "#N/A")
        page.write_number(4, 4, 8)

    first, second = rows_of(write(tmp_path / "bills.xlsx", fill))
    assert (first.number, first.cells[0]) == (4, "#N/A")
    assert isinstance(first.cells[1], ErrorCell)
    assert isinstance(second.cells[0], ErrorCell)
    assert second.cells[1] == 8


def test_the_first_visible_sheet_is_read_unless_another_is_named(tmp_path):
    def fill(_, hidden, notes, bills):
        for page in (hidden, notes, bills):
            page.write_column(0, 0, ["编号", page.name])
        hidden.hide()
        notes.activate()

    path = write(tmp_path / "bills.xlsx", fill, "旧", "说明", "账单")
    assert rows_of(path) == [Row(2, ("说明",))]
    assert rows_of(path, sheet="账单") == [Row(2, ("账单",))]
    with pytest.raises(WorkbookError, match="has no sheet '错'; its sheets are: 旧, 说明, 账单"):
        rows_of(path, sheet="错")


def test_a_sheet_is_asked_for_in_a_workbook_only(tmp_path):
    path = tmp_path / "bills.csv"
    path.write_text("a,b\n")
    with pytest.raises(WorkbookError, match="is a CSV file and has no sheet '账单'"):
        open_table(path, sheet="账单")


def test_an_old_workbook_is_read_whatever_its_name(tmp_path):
    path = tmp_path / "bills.csv"
    shutil.copy(DATA / "bills.xls", path)
    with open_table(path) as table:
        assert table.header == ("账单编号", "学号", "金额", "缴费截止日", "项目")
        assert list(table) == [
            Row(2, ("S-1", "0012345678", 123.45, dt.date(2026, 11, 30), "十一月餐费")),
            Row(3, ("S-2", 2026030117.0, 80, "2026/11/30", "校车费")),
        ]


def test_a_password_is_named_as_what_is_wrong():
    with pytest.raises(WorkbookError, match="is protected by a password; save it without one"):
        open_table(DATA / "locked.xlsx")


def test_a_password_of_an_old_workbook_is_named_too(tmp_path):
    content = bytearray((DATA / "bills.xls").read_bytes())
    # The first record after the beginning of the workbook becomes the one of encrypted workbooks.
    assert content[512:516] == b"\x09\x08\x10\x00"
    content[532:534] = b"\x2f\x00"
    path = tmp_path / "bills.xls"
    path.write_bytes(content)
    with pytest.raises(WorkbookError, match="is protected by a password; save it without one"):
        open_table(path)


@pytest.mark.parametrize("start", ["0900040002001000", "09020600000310000000", "09040600000410000000"])
def test_a_workbook_of_the_first_excels_is_told_for_what_it_is(tmp_path, start):
    path = tmp_path / "bills.xls"
    path.write_bytes(bytes.fromhex(start) + bytes(100))
    with pytest.raises(WorkbookError, match="is a workbook of Excel 2, 3 or 4; open it in Excel, save it as"):
        open_table(path)


def test_an_encrypted_zip_is_refused(tmp_path):
    path = write(tmp_path / "bills.xlsx", lambda _, page: page.write(0, 0, "a"))
    content = bytearray(path.read_bytes())
    for magic, flags in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        place = content.find(magic)
        while place >= 0:
            content[place + flags] |= 1
            place = content.find(magic, place + 4)
    path.write_bytes(content)
    with pytest.raises(WorkbookError, match="is a zip file with a password"):
        open_table(path)


@pytest.mark.parametrize("size", [8, 300, 3000])
def test_a_workbook_cut_short_is_damaged(tmp_path, size):
    path = write(tmp_path / "bills.xlsx", lambda _, page: page.write(0, 0, "a"))
    path.write_bytes(path.read_bytes()[:size])
    with pytest.raises(WorkbookError, match="is a damaged workbook; open it in Excel"):
        open_table(path)


def test_bytes_changed_inside_a_workbook_are_noticed(tmp_path):
    path = write(tmp_path / "bills.xlsx", lambda _, page: page.write(0, 0, "a"))
    content = bytearray(path.read_bytes())
    content[100:130] = b"\0" * 30
    path.write_bytes(content)
    with pytest.raises(WorkbookError, match="is a damaged workbook"):
        open_table(path)


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/_rels/workbook.xml.rels", SHEET])
def test_xml_that_does_not_parse_is_damaged(tmp_path, part):
    path = write(tmp_path / "bills.xlsx", lambda _, page: page.write(0, 0, "a"))
    with pytest.raises(WorkbookError, match="is a damaged workbook"):
        open_table(rezip(path, **{part: b"<worksheet><"}))


def test_a_damaged_workbook_that_aborts_the_library_is_a_clear_error(tmp_path):
    content = bytearray((DATA / "bills.xls").read_bytes())
    # A count in one of its records, changed so that it needs 400 GiB.
    content[1718:1720] = b"\xff\x7f"
    path = tmp_path / "bills.xls"
    path.write_bytes(content)
    with pytest.raises(
        WorkbookError, match="is a damaged workbook, or one that takes more than 1024 MiB of memory or 10 s"
    ):
        open_table(path)


def test_another_kind_of_zip_is_refused(tmp_path):
    path = tmp_path / "bills.xlsx"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("content.xml", "<office/>")
    with pytest.raises(WorkbookError, match=r"is a zip file but no \.xlsx workbook"):
        open_table(path)


@pytest.mark.parametrize(
    "start",
    [
        b"\xef\xbb\xbf\r\n<HTML><table><tr><td>1</td></tr></table>",
        b"<!-- made by the cashier's program -->",
        b"<BODY bgcolor=white>",
        b" \f\t\r\n" * 500 + b"<table>",
        b'<?xml version="1.0"?>',
        b"MIME-Version: 1.0\r\nX-Document-Type: Workbook",
        *((DATA / "tables" / name).read_bytes() for name in ("fragment.xls", "style_first.xls")),
    ],
)
def test_a_web_page_with_the_name_of_a_workbook_is_refused(tmp_path, start):
    path = tmp_path / "bills.xls"
    path.write_bytes(start)
    with pytest.raises(WorkbookError, match="is a web page or XML, not a workbook; open it in Excel"):
        open_table(path)


def test_a_title_in_angle_brackets_makes_no_web_page(tmp_path):
    path = tmp_path / "bills.csv"
    path.write_text("<bill_no>,<表号>\n1,2\n", encoding="utf-8")
    with open_table(path) as table:
        assert table.header == ("<bill_no>", "<表号>")


def test_a_sheet_of_nothing_has_no_header(tmp_path):
    path = write(tmp_path / "bills.xlsx", lambda *_: None)
    with pytest.raises(HeaderError, match="holds no header row; name the columns in the first row"):
        open_table(path)


def test_a_bomb_is_refused_by_the_sizes_that_it_declares(tmp_path):
    path = write(tmp_path / "bills.xlsx", lambda _, page: page.write(0, 0, "a"))
    with pytest.raises(TooLargeError, match="unpacks to more than 1000 bytes"):
        open_table(path, limits=Limits(inflated_size=1000))


def test_a_bomb_is_refused_by_what_comes_out_when_it_declares_less(tmp_path):
    path = write(tmp_path / "bills.xlsx", lambda _, page: page.write(0, 0, "a"))
    rezip(path, **{"xl/media/image1.png": b"\0" * 5_000_000})
    content = path.read_bytes()
    assert content.count((5_000_000).to_bytes(4, "little")) == 2
    path.write_bytes(content.replace((5_000_000).to_bytes(4, "little"), (10).to_bytes(4, "little")))
    with pytest.raises(TooLargeError, match="unpacks to more than 1000000 bytes"):
        open_table(path, limits=Limits(inflated_size=1_000_000))


def test_a_lone_cell_far_away_is_refused_before_it_takes_gigabytes(tmp_path):
    def fill(_, page):
        page.write(0, 0, "编号")
        page.write(1_048_575, 16_383, "x")

    with pytest.raises(TooLargeError, match="spans 1048576 rows and 16384 columns; delete what lies beyond"):
        open_table(write(tmp_path / "bills.xlsx", fill))


def test_formatted_blank_cells_far_away_do_no_harm(tmp_path):
    def fill(workbook, page):
        page.write_column(0, 0, ["编号", "S-1"])
        page.write_blank(1_048_575, 16_383, None, workbook.add_format({"bold": True}))

    assert rows_of(write(tmp_path / "bills.xlsx", fill)) == [Row(2, ("S-1",))]


def test_the_size_of_a_workbook_is_bounded(tmp_path):
    path = write(tmp_path / "bills.xlsx", lambda _, page: page.write(0, 0, "a"))
    with pytest.raises(TooLargeError, match="over the limit of 1000"):
        open_table(path, limits=Limits(workbook_size=1000))


def test_rows_beyond_the_first_message_of_the_reading_process_arrive(tmp_path):
    def fill(_, page):
        page.write_column(0, 0, ["编号", *(f"S-{i}" for i in range(1, 1201))])

    rows = rows_of(write(tmp_path / "bills.xlsx", fill))
    assert rows == [Row(i + 1, (f"S-{i}",)) for i in range(1, 1201)]


def test_a_table_may_be_left_before_its_end(tmp_path):
    def fill(_, page):
        page.write_column(0, 0, ["编号", *(f"S-{i}" for i in range(1, 1201))])

    with open_table(write(tmp_path / "bills.xlsx", fill)) as table:
        first = next(iter(table))
    assert first == Row(2, ("S-1",))
    assert list(table) == []


def test_failed_formulas_of_an_old_workbook_are_error_cells():
    first, second, third = rows_of(DATA / "failed.xls", sheet="账单")
    assert isinstance(first.cells[2], ErrorCell)
    assert second.cells == ("S-2", "2026030117", 8, "2026-11-30", second.cells[4])
    assert isinstance(second.cells[4], ErrorCell)
    assert third.cells == ("S-3", "2026030117", 8, "2026-11-30", True)


def test_cells_under_merged_ones_are_not_taken_for_blank(tmp_path):
    def fill(_, page):
        page.merge_range(2, 1, 2, 3, "十一月收费表")
        page.write_row(3, 1, ["编号", "金额", "项目"])
        page.write_column(4, 1, ["S-1", "S-2", "S-3"])
        page.write_column(4, 2, [8, 8, 8])
        page.merge_range(4, 3, 5, 3, "餐费")
        page.write(6, 3, "车费")

    path = write(tmp_path / "bills.xlsx", fill)
    with open_table(path, header_row=4) as table:
        assert table.header == ("编号", "金额", "项目")
        first, second, third = table
    assert (first.cells, third.cells) == (("S-1", 8, "餐费"), ("S-3", 8, "车费"))
    assert isinstance(second.cells[2], MergedCell)
    with open_table(path) as table:
        assert table.header == ("十一月收费表",)


@pytest.mark.parametrize(
    ("merged", "limits", "rows"),
    [("C3:XFD1048576", {}, [("S-1",), ("S-2",)]), ("A5:A1048576", {"area": 100}, [("S-1",), ("S-2",)])],
)
def test_merged_cells_far_away_do_no_harm(tmp_path, merged, limits, rows):
    path = with_merged(tmp_path / "bills.xlsx", f'<mergeCell ref="{merged}"/>')
    assert [row.cells for row in rows_of(path, limits=Limits(**limits))] == rows


def test_overlapping_merged_cells_are_bounded(tmp_path):
    path = with_merged(tmp_path / "bills.xlsx", '<mergeCell ref="A1:A3"/>' * 50)
    with pytest.raises(TooLargeError, match="has too many merged cells; unmerge them"):
        rows_of(path, limits=Limits(area=100))


def with_merged(path, merged):
    write(path, lambda _, page: page.write_column(0, 0, ["编号", "S-1", "S-2"]))
    with zipfile.ZipFile(path) as package:
        sheet = package.read(SHEET).decode()
    merged = f"</sheetData><mergeCells>{merged}</mergeCells>"
    return rezip(path, **{SHEET: sheet.replace("</sheetData>", merged)})


def test_16385_columns_are_too_many(tmp_path):
    path = write(tmp_path / "bills.xlsx", lambda _, page: page.write(0, 0, "编号"))
    with zipfile.ZipFile(path) as package:
        sheet = package.read(SHEET).decode()
    beyond = '<c r="XFE1" t="inlineStr"><is><t>x</t></is></c></row>'
    path = rezip(path, **{SHEET: sheet.replace("</row>", beyond, 1)})
    with pytest.raises(TooLargeError, match="row 1: has more than 256 columns"):
        rows_of(path)


def test_a_huge_cell_is_refused_by_what_it_unpacks_to(tmp_path):
    path = write(tmp_path / "bills.xlsx", lambda _, page: page.write(0, 0, "编号"))
    with zipfile.ZipFile(path) as package:
        sheet = package.read(SHEET).decode()
    huge = sheet.replace("</row>", f'<c r="B1" t="inlineStr"><is><t>{"x" * 20_000_000}</t></is></c></row>', 1)
    path = rezip(path, **{SHEET: huge})
    with pytest.raises(TooLargeError, match="has a cell of more than 4000 characters"):
        rows_of(path)
    with pytest.raises(TooLargeError, match="unpacks to more than 10000000 bytes"):
        rows_of(path, limits=Limits(inflated_size=10_000_000))


def test_a_cell_that_is_too_long_is_refused_with_its_row(tmp_path):
    path = write(tmp_path / "bills.xlsx", lambda _, page: page.write_column(0, 0, ["编号", "S" * 4001]))
    with pytest.raises(TooLargeError, match="row 2: has a cell of more than 4000 characters"):
        rows_of(path)


@pytest.mark.parametrize("content", [b"", OLE_MAGIC, OLE_MAGIC + bytes(4096)])
def test_an_old_workbook_whose_container_is_broken_is_damaged(content):
    with pytest.raises(WorkbookError, match="is a damaged workbook; open it in Excel"):
        look_through(io.BytesIO(content), Path("bills.xls"), 0, Hidden(), {})


def test_an_old_workbook_without_the_sheet_is_damaged():
    with (
        (DATA / "failed.xls").open("rb") as stream,
        pytest.raises(WorkbookError, match="is a damaged workbook"),
    ):
        look_through(stream, Path("bills.xls"), 2, Hidden(), {})
