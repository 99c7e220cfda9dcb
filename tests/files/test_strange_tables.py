"""Tables in which a bill could be lost, or get a wrong value."""

import pytest
import xlsxwriter

from offline_collect.files.cells import shown
from offline_collect.files.columns.values import PARSERS, parse
from offline_collect.files.errors import CellProblemError, HeaderError
from tests.files.merchants_tables import Read


def test_a_bad_bill_whose_item_is_called_a_total_is_a_bad_row(table_of):
    read = table_of(
        ["账单编号", "客户编号", "项目", "金额", "缴费截止日"],
        ["B1", "C1", "水电费合计", 100, "2026-12-01"],
        ["B2", "C2", "水电费合计", 100, "2026-13-01"],
        ["B3", "", "水电费合计", 100, "2026-12-01"],
    )
    assert (read.left, [row for row, _, _ in read.problems]) == ([], [3, 4])


def test_what_is_left_out_keeps_its_number_as_an_import_reads_it(table_of):
    read = table_of(
        ["账单编号", "客户编号", "金额", "缴费截止日"],
        [1002, "C1", "免", "2026-12-01"],
        ["B2", "", "", ""],
        ["2单元", "", "", ""],
    )
    assert read.numbers == ["1002", "B2", ""]


def test_a_room_is_not_guessed_to_be_the_number_of_another_customer(table_of):
    student = ({"key": "student_no", "label": "学号"},)
    read = table_of(
        ["单号", "学号", "房号", "应缴金额", "截止日期"],
        ["B1", "20260001", "101", 6, "2026-12-01"],
        ["B2", "", "101", 6, "2026-12-01"],
        inputs=student,
    )
    assert [(row, reason) for row, _, reason in read.problems] == [(3, "is blank")]


def test_an_amount_beside_a_merged_cell_is_not_nothing(table_of):
    read = table_of(
        ["账单编号", "客户编号", "项目", "金额", "缴费截止日"],
        ["B1", "C1", "300", "", "2026-12-01"],
        merge=[("C2:D2", 300)],
    )
    assert (read.left, [row for row, _, _ in read.problems]) == ([], [2])


@pytest.mark.parametrize("text", ["#ERROR", "#FORMULA", "#MERGED", "#N/A", "#REF!"])
def test_the_text_of_an_error_is_no_value(table_of, text):
    read = table_of(
        ["账单编号", "客户编号", "金额", "缴费截止日", "项目"], ["B1", "C1", 1, "2026-12-01", text]
    )
    assert [column for _, column, _ in read.problems] == ["项目"]


def test_a_number_that_is_none_is_a_bad_row():
    with pytest.raises(CellProblemError, match="holds an error"):
        parse(PARSERS["identifier"], float("nan"), "156")


def test_a_long_text_is_no_title(table_of):
    with pytest.raises(HeaderError, match="the column is missing"):
        table_of(
            ["账单编号", "客户编号", "金额", "缴费截止日" + " " * 200 + "x"], ["B1", "C1", 1, "2026-12-01"]
        )


def test_formats_of_an_empty_sheet_say_nothing_of_the_next(tmp_path):
    path = tmp_path / "table.xlsx"
    with xlsxwriter.Workbook(path) as workbook:
        eight = workbook.add_format({"num_format": "00000000"})
        empty, page = workbook.add_worksheet(), workbook.add_worksheet()
        for row in range(3):
            empty.write_blank(row, 1, None, eight)
        page.write_row(0, 0, ["账单编号", "客户编号", "金额", "缴费截止日"])
        page.write_row(1, 0, ["B1", 101, 1, "2026-12-01"])
    assert [each.values["customer_no"] for each in Read(path).records] == ["101"]


def test_csv_with_semicolons_may_have_a_title_above(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("2026年收费表\n账单编号;客户编号;金额;缴费截止日\nB1;C1;1;2026-12-01\n", encoding="utf-8")
    assert Read(path).amounts() == {"B1": 100}


def test_a_row_of_merged_cells_is_refused_once(table_of):
    read = table_of(
        ["账单编号", "房号", "金额", "截止日"],
        ["K-1", "1-101", 10, "2026-12-31"],
        ["K-2", "", "", ""],
        merge=[("B3:D3", "1-102")],
    )
    assert read.problems == [(3, "金额", "lies under merged cells")]


def test_a_number_is_told_as_excel_shows_it():
    assert [shown(each) for each in (1.0, 46376.0, 0.1, 10.350000000000001, 12, "1.0")] == [
        "1",
        "46376",
        "0.1",
        "10.35",
        "12",
        "1.0",
    ]
