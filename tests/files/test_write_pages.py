"""How workbooks look on paper and on the screen, read back with another library than the one that writes them."""

import datetime as dt

import openpyxl
import pytest

from offline_collect.files.errors import UnwritableError
from offline_collect.files.write.sheet import Kind, MarkedRow, Sheet, SheetColumn
from offline_collect.files.write.xlsx import write_workbook


def opened(path):
    return openpyxl.load_workbook(path).worksheets[0]


def test_a_page_is_a4_across_with_its_headings_and_its_number(tmp_path):
    path = tmp_path / "details.xlsx"
    write_workbook(path, [Sheet("明细", [SheetColumn("账单编号")], [("1",)], notes=["阳光小学"])])
    page = opened(path)
    assert (int(page.page_setup.paperSize), page.page_setup.orientation) == (9, "landscape")
    assert page.sheet_properties.pageSetUpPr.fitToPage
    assert (page.page_setup.fitToWidth, page.page_setup.fitToHeight) == (None, 0)
    assert page.print_title_rows == "$2:$2"
    assert page.oddFooter.right.text == "&P / &N"


def test_a_heading_that_is_wider_than_its_column_is_shown_in_several_lines(tmp_path):
    path = tmp_path / "a.xlsx"
    columns = [
        SheetColumn("Original business date", Kind.DATE, 13),
        SheetColumn("退回时的原缴费流水号", width=10),
    ]
    write_workbook(path, [Sheet("a", columns, [])])
    page = opened(path)
    assert page.row_dimensions[1].height == 45
    assert page["A1"].alignment.wrap_text


def test_a_line_above_the_table_is_as_wide_as_the_table(tmp_path):
    path = tmp_path / "a.xlsx"
    columns = [SheetColumn("列", width=10), SheetColumn("列", width=10)]
    write_workbook(path, [Sheet("a", columns, [], notes=["一" * 15])])
    page = opened(path)
    assert [str(merged) for merged in page.merged_cells.ranges] == ["A1:B1"]
    assert (page["A1"].value, page["A1"].alignment.wrap_text, page.row_dimensions[1].height) == (
        "一" * 15,
        True,
        30,
    )


def test_an_optional_column_is_hidden_if_it_holds_nothing(tmp_path):
    columns = [
        SheetColumn("号", Kind.IDENTIFIER),
        SheetColumn("滞纳金", Kind.MONEY, total=True, optional=True),
        SheetColumn("备注", optional=True),
        SheetColumn("渠道", optional=True),
    ]
    path = tmp_path / "a.xlsx"
    write_workbook(path, [Sheet("a", columns, [("1", 0, None, ""), ("2", 0, "x", "")])])
    dimensions = opened(path).column_dimensions
    assert [letter for letter in "ABCD" if dimensions[letter].hidden] == ["B", "D"]


def test_marked_rows_stand_first_in_colour_with_notes_on_their_cells(tmp_path):
    columns = [SheetColumn("说明", note="为何"), SheetColumn("金额", Kind.CELL)]
    marked = [MarkedRow(("错", "0.00"), {1: "金额为零"}), MarkedRow(("错", dt.date(2026, 11, 30)))]
    path = tmp_path / "a.xlsx"
    (written,) = write_workbook(path, [Sheet("a", columns, [("", 1.5)], marked=marked)])
    page = opened(path)
    assert [[cell.value for cell in row] for row in page.iter_rows(min_row=2)] == [
        ["错", "0.00"],
        ["错", dt.datetime(2026, 11, 30)],  # noqa: DTZ001 - Excel's times have no zone
        [None, 1.5],
    ]
    assert (page["A1"].comment.text, page["B2"].comment.text, page["B3"].comment) == (
        "为何",
        "金额为零",
        None,
    )
    colours = [page[place].fill.start_color.rgb for place in ("A2", "B2", "B3", "B4")]
    assert colours[0] == colours[2]
    assert len({colours[0], colours[1], colours[3]}) == 3
    # What is typed over a text stays a text.
    assert (page["B2"].number_format, page["B4"].number_format) == ("@", "General")
    assert written.rows == 1


def test_a_table_that_must_stay_in_one_worksheet_is_refused_if_it_is_longer(tmp_path):
    marked = [MarkedRow(("x",))]
    for count, fits in ((3, True), (4, False)):
        sheet = Sheet("a", [SheetColumn("列")], [("y",)] * count, marked=marked, in_one=True)
        if fits:
            write_workbook(tmp_path / "a.xlsx", [sheet], rows_max=5)
        else:
            with pytest.raises(UnwritableError, match="takes more than the 5 rows of a worksheet"):
                write_workbook(tmp_path / "b.xlsx", [sheet], rows_max=5)
    assert len(opened(tmp_path / "a.xlsx")["A"]) == 5
