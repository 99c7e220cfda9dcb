"""Workbooks and CSV files that are written, read back with a library other than the one that writes them."""

import csv
import datetime as dt
import gc
import os
import random
import resource
import sys
import tracemalloc
import zipfile
from decimal import Decimal
from zoneinfo import ZoneInfo

import openpyxl
import pytest

from offline_collect.files.cells import ERROR_CELL
from offline_collect.files.errors import UnwritableError
from offline_collect.files.read.open import open_table
from offline_collect.files.write.csv import write_csv
from offline_collect.files.write.sheet import Kind, Sheet, SheetColumn, Written
from offline_collect.files.write.xlsx import write_workbook
from offline_collect.files.write.xlsx_page import display_width

PAID_AT = dt.datetime(2026, 11, 30, 1, 2, 3, 999, tzinfo=dt.UTC)
COLUMNS = [
    SheetColumn("账单编号", Kind.IDENTIFIER),
    SheetColumn("姓名"),
    SheetColumn("金额 Amount", Kind.MONEY, total=True),
    SheetColumn("截止日", Kind.DATE),
    SheetColumn("时间 Paid at", Kind.INSTANT),
    SheetColumn("笔数", Kind.COUNT, total=True),
]
ROWS = [
    ("00123", "王小明", 995, dt.date(2026, 11, 30), PAID_AT, 3),
    ("6222000000000001017", "", -12345, None, None, 0),
]
INJECTIONS = [
    "=cmd|'/C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "＝1+1",
    '=HYPERLINK("http://example.com","x")',
    "'=1",
]


def details(rows=ROWS, **more):
    return Sheet("明细", COLUMNS, rows, zone=ZoneInfo("Asia/Shanghai"), totals_label="合计 Total", **more)


def texts(values):
    return Sheet(
        "文字", [SheetColumn("文字"), SheetColumn("列", Kind.CELL)], [(value, value) for value in values]
    )


def opened(path, name=None):
    book = openpyxl.load_workbook(path)
    return book[name] if name else book.worksheets[0]


def test_a_workbook_holds_each_kind_as_excel_knows_it(tmp_path):
    path = tmp_path / "details.xlsx"
    assert write_workbook(path, [details()]) == [Written(2, {"金额 Amount": -11350, "笔数": 3})]
    heading, first, second, totals = opened(path).iter_rows()
    assert [cell.value for cell in heading][4] == "时间 Paid at (Asia/Shanghai)"
    assert [(cell.value, cell.number_format) for cell in first] == [
        ("00123", "@"),
        ("王小明", "General"),
        (9.95, "#,##0.00"),
        (dt.datetime(2026, 11, 30), "yyyy-mm-dd"),  # noqa: DTZ001 - Excel's times have no zone
        (dt.datetime(2026, 11, 30, 9, 2, 3), "yyyy-mm-dd hh:mm:ss"),  # noqa: DTZ001 - likewise
        (3, "#,##0"),
    ]
    assert [cell.value for cell in second] == ["6222000000000001017", None, -123.45, None, None, 0]
    assert second[0].data_type == "s"
    assert [cell.value for cell in totals] == ["合计 Total", None, -113.5, None, None, 3]
    assert all(cell.font.bold for cell in (*heading, totals[2]))


def test_headings_stay_in_sight_and_columns_are_as_wide_as_what_they_hold(tmp_path):
    path = tmp_path / "details.xlsx"
    write_workbook(path, [details(notes=["阳光小学", "2026-11-30"])])
    page = opened(path)
    assert (page["A1"].value, page["A2"].value, page["A3"].value) == ("阳光小学", "2026-11-30", "账单编号")
    assert page.freeze_panes == "A4"
    widths = {letter: round(column.width) for letter, column in page.column_dimensions.items()}
    assert widths["A"] > len("6222000000000001017")
    assert widths["E"] > len("2026-11-30 09:02:03")
    assert widths["F"] >= 6


@pytest.mark.parametrize(
    ("minor", "currency", "number", "shown"),
    [
        (1, "156", "0.01", "#,##0.00"),
        (-10, "156", "-0.10", "#,##0.00"),
        (999_999_999_999_999, "156", "9999999999999.99", "#,##0.00"),
        (12345, "392", "12345", "#,##0"),
    ],
)
def test_amounts_are_written_digit_by_digit(tmp_path, minor, currency, number, shown):
    path = tmp_path / "a.xlsx"
    write_workbook(path, [Sheet("a", [SheetColumn("金额", Kind.MONEY)], [(minor,)], currency)])
    with zipfile.ZipFile(path) as package:
        assert f"<v>{number}</v>" in package.read("xl/worksheets/sheet1.xml").decode()
    cell = opened(path)["A2"]
    assert (Decimal(str(cell.value)), cell.number_format) == (Decimal(number), shown)


def test_an_amount_beyond_excels_15_digits_is_text(tmp_path):
    write_workbook(tmp_path / "a.xlsx", [Sheet("a", [SheetColumn("金额", Kind.MONEY)], [(10**15 + 1,)])])
    assert opened(tmp_path / "a.xlsx")["A2"].value == "10000000000000.01"


def test_a_long_table_goes_on_in_a_further_worksheet_and_is_added_up_once(tmp_path):
    path = tmp_path / "details.xlsx"
    rows = [(f"S-{i}", "", 100, None, None, 1) for i in range(20)]
    (written,) = write_workbook(path, [details(iter(rows))], rows_max=10)
    assert written == Written(20, {"金额 Amount": 2000, "笔数": 20})
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["明细", "明细 (2)", "明细 (3)"]
    assert [page.max_row for page in book] == [9, 9, 6]
    assert [cell.value for cell in book["明细 (3)"][6]][:3] == ["合计 Total", None, 20]
    assert {page["A1"].value for page in book} == {"账单编号"}


def test_names_of_worksheets_are_made_to_fit(tmp_path):
    path = tmp_path / "a.xlsx"
    titles = ["a/b:c", "A B C", "长" * 40, "长" * 40, "", "History", "'x'"]
    write_workbook(path, [Sheet(title, [SheetColumn("a")], []) for title in titles])
    names = openpyxl.load_workbook(path).sheetnames
    assert names == ["a b c", "A B C (2)", "长" * 31, "长" * 25 + " (2)", " (2)", "History (2)", "x"]


@pytest.mark.parametrize("text", INJECTIONS)
def test_what_looks_like_a_formula_comes_out_of_a_workbook_as_text(tmp_path, text):
    path = tmp_path / "a.xlsx"
    write_workbook(path, [texts([text])])
    for cell in next(opened(path).iter_rows(min_row=2)):
        assert cell.data_type == "s"
        if not text.startswith("'"):
            assert (cell.number_format, cell.quotePrefix) == ("@", True)
    with zipfile.ZipFile(path) as package:
        assert "<f" not in package.read("xl/worksheets/sheet1.xml").decode()


@pytest.mark.parametrize("text", INJECTIONS)
def test_what_looks_like_a_formula_comes_out_of_csv_as_text_and_reads_back(tmp_path, text):
    path = tmp_path / "a.csv"
    write_csv(path, texts([text]))
    with path.open(encoding="utf-8-sig", newline="") as written:
        assert list(csv.reader(written))[1] == [f"'{text}"] * 2
    with open_table(path) as table:
        assert [row.cells for row in table] == [(text, text)]


def test_xml_in_a_text_stays_text(tmp_path):
    write_workbook(tmp_path / "a.xlsx", [texts(["<r><t>x</t></r>", "<r>&</r>", "_x0041_", "a\x01b"])])
    with open_table(tmp_path / "a.xlsx") as table:
        assert [str(row.cells[0]).rstrip() for row in table] == [
            "<r><t>x</t></r>",
            "<r>&</r>",
            "_x0041_",
            "a\x01b",
        ]


def test_cells_of_a_file_come_out_as_they_came(tmp_path):
    cells = [
        "00123",
        2026030117.0,
        12.5,
        7,
        True,
        dt.date(2026, 11, 30),
        dt.datetime(2026, 11, 30, 9, 30),  # noqa: DTZ001 - Excel's times have no zone
        dt.time(9, 30),
        dt.timedelta(hours=30),
    ]
    sheet = Sheet("错误", [SheetColumn("a", Kind.CELL)], [[cell] for cell in [*cells, 1e300, ERROR_CELL]])
    write_workbook(tmp_path / "a.xlsx", [sheet])
    with open_table(tmp_path / "a.xlsx") as table:
        assert [row.cells[0] for row in table] == [*cells, "1e+300", "#ERROR"]


def test_a_csv_file_is_what_excel_and_programs_read(tmp_path):
    path = tmp_path / "details.csv"
    assert write_csv(path, details(notes=["no note"])) == Written(2, {"金额 Amount": -11350, "笔数": 3})
    assert path.read_bytes().decode("utf-8") == (
        "\ufeff账单编号,姓名,金额 Amount,截止日,时间 Paid at (Asia/Shanghai),笔数\r\n"
        "00123,王小明,9.95,2026-11-30,2026-11-30 09:02:03,3\r\n"
        "6222000000000001017,,-123.45,,,0\r\n"
    )


def test_a_csv_file_may_be_gb18030_and_end_with_its_totals(tmp_path):
    path = tmp_path / "details.csv"
    write_csv(path, details([ROWS[0]]), encoding="gb18030", totals=True)
    assert path.read_bytes().decode("gb18030").splitlines()[1:] == [
        "00123,王小明,9.95,2026-11-30,2026-11-30 09:02:03,3",
        "合计 Total,,9.95,,,3",
    ]


def test_without_columns_to_add_up_there_is_no_totals_row(tmp_path):
    write_csv(tmp_path / "a.csv", Sheet("a", [SheetColumn("a")], [("x",)]), totals=True)
    assert (tmp_path / "a.csv").read_text(encoding="utf-8-sig") == "a\nx\n"
    only = Sheet("a", [SheetColumn("n", Kind.COUNT, total=True)], [(1,), (2,)])
    write_csv(tmp_path / "b.csv", only, totals=True)
    assert (tmp_path / "b.csv").read_text(encoding="utf-8-sig") == "n\n1\n2\n3\n"


@pytest.fixture(params=["xlsx", "csv"])
def write_to(request):
    """Write a sheet as each kind of file."""

    def write(path, sheet, **options):
        if request.param == "xlsx":
            return write_workbook(path, [sheet], **options)
        return write_csv(path, sheet, **options)

    return write


def test_a_file_that_is_there_is_left_alone_unless_it_may_be_overwritten(tmp_path, write_to):
    path = tmp_path / "out"
    path.write_text("mine")
    with pytest.raises(UnwritableError, match="out: is there already; choose another name"):
        write_to(path, details())
    assert path.read_text() == "mine"
    write_to(path, details(), overwrite=True)
    with open_table(path) as table:
        assert table.header[0] == "账单编号"
    assert list(tmp_path.iterdir()) == [path]


def test_rows_that_fail_leave_nothing_behind(tmp_path, write_to):
    def rows():
        yield ROWS[0]
        raise RuntimeError("the store is gone")

    with pytest.raises(RuntimeError, match="the store is gone"):
        write_to(tmp_path / "out", details(rows()))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        (".", "is a directory; name a file"),
        ("none/out", r"cannot be written \(no such file or directory\); check the folder"),
        ("a\0b", "cannot be written"),
        ("x" * 300, r"cannot be written \(file name too long\)"),
    ],
)
def test_a_place_that_takes_no_file_is_one_clear_error(tmp_path, write_to, name, reason):
    with pytest.raises(UnwritableError, match=reason):
        write_to(tmp_path / name, details())


def test_a_pipe_is_not_overwritten(tmp_path, write_to):
    os.mkfifo(tmp_path / "out")
    with pytest.raises(UnwritableError, match="is there already"):
        write_to(tmp_path / "out", details(), overwrite=True)


def test_a_file_that_comes_up_meanwhile_is_left_alone(tmp_path, write_to):
    path = tmp_path / "out"

    def rows():
        path.write_text("somebody else's")
        yield ROWS[0]

    with pytest.raises(UnwritableError, match="is there already"):
        write_to(path, details(rows()))
    assert path.read_text() == "somebody else's"
    assert list(tmp_path.iterdir()) == [path]


def test_a_text_longer_than_a_cell_is_refused_by_a_workbook(tmp_path):
    write_workbook(tmp_path / "a.xlsx", [Sheet("a", [SheetColumn("a")], [("字" * 32_767,)])])
    with pytest.raises(
        UnwritableError, match="row 2: cannot hold a text of 20000 characters; a cell takes 32767"
    ):
        write_workbook(tmp_path / "b.xlsx", [Sheet("a", [SheetColumn("a")], [("𠀀" * 20_000,)])])
    assert not (tmp_path / "b.xlsx").exists()


@pytest.mark.parametrize(
    ("text", "width"), [("abc", 3), ("王小明", 6), ("a\n王明", 4), ("a\x01b", 3), ("", 0)]
)
def test_a_chinese_character_is_as_wide_as_two_others(text, width):
    assert display_width(text) == width


def test_memory_does_not_grow_with_the_rows(tmp_path, write_to):
    rows = ((f"S-{at}", "王小明" * 10, at, None, PAID_AT, 1) for at in range(5_000))
    tracemalloc.start()
    write_to(tmp_path / "out", details(rows))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 3 * 1024 * 1024


def test_a_full_disk_is_told_once(tmp_path, monkeypatch):
    """The archive that is left unfinished tries to write its end when it is deleted, after its file is closed."""
    ignored = []
    monkeypatch.setattr(sys, "unraisablehook", ignored.append)
    rows = [(random.Random(row).randbytes(40).hex(),) for row in range(400)]
    sheets = [Sheet(f"Sheet {at}", [SheetColumn("Text")], iter(rows)) for at in range(4)]
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    # No file grows beyond this: those of single sheets do not reach it, the workbook does.
    resource.setrlimit(resource.RLIMIT_FSIZE, (65_536, before[1]))
    try:
        with pytest.raises(UnwritableError, match="cannot be written"):
            write_workbook(tmp_path / "out.xlsx", sheets)
        gc.collect()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert list(tmp_path.iterdir()) == []
    assert [str(each.exc_value) for each in ignored] == []
