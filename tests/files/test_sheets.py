"""Sheets of a workbook with the same header are one file; the others are named, with their rows and the reason."""

import copy
import json
import pickle

import pytest
import xlsxwriter

from offline_collect.domain.texts.phrases import Phrase
from offline_collect.files.cells import Limits, sheet_of, sheet_rows
from offline_collect.files.errors import HeaderError, TooLargeError, UnreadableError
from offline_collect.files.read.open import LeftOutSheet, open_table
from tests.files.merchants_tables import TABLES, Read
from tests.files.workbooks import of_sheets, rows_of

HEADER = ["账单编号", "客户编号", "金额", "缴费截止日"]


def bill(number, amount=1, customer="1-101"):
    return [number, customer, amount, "2026-12-31"]


@pytest.fixture
def read(tmp_path):
    return lambda **sheets: Read(of_sheets(tmp_path / "bills.xlsx", **sheets))


def test_sheets_with_the_same_header_are_one_file_and_rows_say_their_sheet():
    read = Read(TABLES / "two_sheets.xlsx")
    assert (read.amounts(), read.sheets_left) == ({"M-1": 1000, "M-2": 2000}, [])
    assert [str(each.row) for each in read.records] == ["一班!2", "二班!2"]


def test_with_a_sheet_that_is_named_only_that_one_is_read_and_rows_need_no_sheet():
    read = Read(TABLES / "two_sheets.xlsx", sheet="二班")
    assert ([(each.row, str(each.row)) for each in read.records], read.sheets_left) == ([(2, "2")], [])


def test_an_empty_sheet_is_passed_over_and_rows_of_the_only_other_need_no_sheet():
    read = Read(TABLES / "empty_first_sheet.xlsx")
    assert ([str(each.row) for each in read.records], read.sheets_left) == (["2"], [])


def test_numbers_of_rows_count_on_over_the_file_so_that_they_sort_and_are_keys(read):
    found = read(
        三月=[["收费表"], HEADER, bill("A"), [], bill("B")], 四月=[HEADER, bill("C"), bill("D", amount="x")]
    )
    assert [(each.row, str(each.row)) for each in found.records] == [
        (3, "三月!3"),
        (5, "三月!5"),
        (7, "四月!2"),
    ]
    assert [str(row) for row, _, _ in found.problems] == ["四月!3"]


def test_each_sheet_has_columns_in_its_own_order_and_further_columns_of_its_own(read):
    turned = [[*reversed(HEADER), "备注"], [*reversed(bill("B", 2)), "住校"]]
    found = read(一班=[HEADER, bill("A")], 二班=[["二班收费表"], [], *turned])
    assert (found.amounts(), found.sheets_left) == ({"A": 100, "B": 200}, [])
    assert [each.extras for each in found.records] == [{}, {"备注": "住校"}]


def test_other_sheets_are_named_with_their_rows_and_why(read):
    found = read(
        说明=[["请按时交费"], [], ["联系电话"]],
        一班=[HEADER, bill("A")],
        缺列=[HEADER[:3], bill("B")[:3]],
        别名=[["账单编号", "客户编号", "应收金额", "缴费截止日"], bill("C")],
        有账期=[[*HEADER, "账期"], [*bill("D"), "2026-12"]],
        二班=[HEADER, bill("E")],
    )
    assert found.amounts() == {"A": 100, "E": 100}
    assert found.sheets_left == [
        ("说明", 2, "none of its cells names a column"),
        ("缺列", 2, "缴费截止日 (due_date): the column is missing"),
        ("别名", 2, "has another header: 应收金额 instead of 金额"),
        ("有账期", 2, "has another header: also 账期"),
    ]


def test_a_sheet_that_lacks_what_the_first_one_has_is_named(read):
    found = read(一班=[[*HEADER, "账期"], [*bill("A"), "2026-12"]], 二班=[HEADER, bill("B")])
    assert found.sheets_left == [("二班", 2, "has another header: without 账期")]


def test_hidden_sheets_are_named_but_not_read(tmp_path):
    path = tmp_path / "bills.xlsx"
    with xlsxwriter.Workbook(path) as workbook:
        for name, number in (("账单", "A"), ("旧账", "B")):
            page = workbook.add_worksheet(name)
            page.write_row(0, 0, HEADER)
            page.write_row(1, 0, bill(number))
        page.hide()
    found = Read(path)
    assert (found.amounts(), found.sheets_left) == ({"A": 100}, [("旧账", None, None)])
    assert [str(each.row) for each in found.records] == ["2"]


def test_of_sheets_that_all_do_not_fit_the_one_that_lacks_a_column_is_the_reason(read):
    with pytest.raises(
        HeaderError, match=r"row 缺列!1, column 缴费截止日 \(due_date\): the column is missing"
    ):
        read(说明=[["请按时交费"]], 缺列=[HEADER[:3], bill("B")[:3]])
    with pytest.raises(HeaderError, match=r"row 说明!1: none of its cells names a column"):
        read(说明=[["请按时交费"]], 电话=[["8888"]])


def test_sums_of_totals_are_those_of_their_sheet(read):
    found = read(
        一班=[HEADER, bill("A"), bill("B"), ["合计", "", 2, ""]],
        二班=[HEADER, bill("C"), ["合计", "", 3, ""]],
    )
    assert [str(row) for row, _ in found.left] == ["一班!4", "二班!3"]
    assert [(str(row), stated, summed) for row, stated, summed in found.sums] == [("二班!3", 300, 100)]


def test_a_header_row_that_is_chosen_counts_in_each_sheet(tmp_path):
    path = of_sheets(
        tmp_path / "bills.xlsx",
        一班=[["一班"], HEADER, bill("A")],
        二班=[["二班"], HEADER, bill("B")],
        说明=[["请按时交费"]],
    )
    found = Read(path, header_row=2)
    assert found.amounts() == {"A": 100, "B": 100}
    assert found.sheets_left == [("说明", 1, "holds no header in row 2")]


def test_without_a_layout_only_the_first_sheet_is_read_and_the_others_are_named(tmp_path):
    path = of_sheets(tmp_path / "a.xlsx", 一=[["a"], ["1"]], 二=[["a"], ["2"]])
    with open_table(path) as table:
        rows = [row.cells for each in table.sheets() for row in each]
        assert (rows, table.left_out_sheets) == (
            [("1",)],
            [LeftOutSheet("二", 2, Phrase("only the first sheet is read"))],
        )


def test_a_sheet_that_is_not_read_to_its_end_is_before_the_next_one(tmp_path):
    path = of_sheets(
        tmp_path / "bills.xlsx", 一=[["a"], *[[str(row)] for row in range(1_200)]], 二=[["a"], ["x"]]
    )
    with open_table(path, reads=lambda table: frozenset(table.header)) as table:
        first, second = (next(iter(each)) for each in table.sheets())
    assert (str(first.number), str(second.number), second.number) == ("一!2", "二!2", 1_203)


def test_hidden_rows_are_those_of_their_sheet(tmp_path):
    path = tmp_path / "bills.xlsx"
    with xlsxwriter.Workbook(path) as workbook:
        for name in ("一", "二"):
            page = workbook.add_worksheet(name)
            page.write_column(0, 0, ["a", "1", "2", "3"])
        page.set_row(2, None, None, {"hidden": True})
    with open_table(path, reads=lambda table: frozenset(table.header)) as table:
        hidden = [(len(list(each)), each.hidden.read) for each in table.sheets()]
    assert hidden == [(3, 0), (3, 1)]


@pytest.mark.parametrize(
    ("limits", "reason"),
    [
        (Limits(area=7), "sheet 二: this and the sheets before have over 7 cells"),
        (Limits(area=3), "sheet 一: the sheet spans 4 rows and 1 columns"),
        (Limits(rows=4), "row 二!2: has more than 4 rows below the header"),
        (Limits(cell=2), "row 二!4: has a cell of more than 2 characters"),
    ],
)
def test_the_limits_are_those_of_all_sheets_together_and_the_message_names_the_sheet(
    tmp_path, limits, reason
):
    path = of_sheets(tmp_path / "a.xlsx", 一=[["a"], [1], [2], [3]], 二=[["a"], [4], [5], ["long"]])
    with (
        pytest.raises(TooLargeError, match=reason),
        open_table(path, reads=lambda table: frozenset(table.header), limits=limits) as table,
    ):
        [list(each) for each in table.sheets()]


def test_a_sheet_within_the_limits_is_read_alone_where_all_are_too_large(tmp_path):
    path = of_sheets(tmp_path / "a.xlsx", 一=[["a"], [1], [2], [3]], 二=[["a"], [4], [5], [6]])
    assert [row.cells for row in rows_of(path, sheet="二", limits=Limits(area=7))] == [(4,), (5,), (6,)]


def test_a_workbook_that_changes_between_its_sheets_is_refused(tmp_path):
    path = of_sheets(tmp_path / "a.xlsx", 一=[["a"], ["1"]], 二=[["a"], ["2"]])
    with open_table(path, reads=lambda table: frozenset(table.header)) as table:
        with path.open("ab") as file:
            file.write(b"\n")
        with pytest.raises(UnreadableError, match="changed while it was read"):
            [list(each) for each in table.sheets()]


def test_a_row_of_a_sheet_is_a_number_that_says_its_sheet():
    row = sheet_rows("三月", 20)(32)
    assert (f"{row}", str(Phrase("row {row}", row=row)), sheet_of(row)) == ("三月!12", "row 三月!12", "三月")
    assert (row, {32: "x"}[row], min(33, row) is row) == (32, "x", True)
    assert [str(each) for each in (pickle.loads(pickle.dumps(row)), copy.deepcopy(row))] == ["三月!12"] * 2  # noqa: S301 - ours
    assert (json.dumps(row), sheet_of(32)) == ("32", None)


def test_of_sheets_that_do_not_fit_the_one_with_bills_is_told(tmp_path):
    """A cover sheet lacks a column that the mapping names too, but nobody looks for bills there."""
    book = {"说明": [["填表说明"], ["请勿改动表头"]], "明细": [["房号", "金额"], ["1-101", 10]]}
    mapping = {"columns": {"room": "房号"}, "tables": [{"columns": {"amount": "金额"}}]}
    with pytest.raises(HeaderError) as caught:
        Read(of_sheets(tmp_path / "bills.xlsx", **book), mapping=mapping)
    assert (str(caught.value.row), caught.value.column) == ("明细!1", "缴费截止日 (due_date)")
