"""Tables as merchants have them: where the columns are, and what is no bill or customer."""

import datetime as dt

import pytest

from offline_collect.domain.imports.left_out import RowClass
from offline_collect.files.errors import HeaderError
from tests.files.merchants_tables import TABLES, Read


def test_a_title_above_totals_and_signatures_are_left_out_and_told():
    read = Read(TABLES / "totals.xlsx")
    assert (read.above, read.header_row, read.problems) == (1, 2, [])
    assert read.amounts() == {"K-1": 10000, "K-2": 20000}
    assert read.left == [(6, RowClass.TOTAL), (7, RowClass.SIGNATURE)]
    assert read.sums == []


def test_a_total_whose_row_was_filled_down_is_one_if_its_sum_fits():
    read = Read(TABLES / "totals_label_last.xlsx")
    assert (read.amounts(), read.left) == ({"K-1": 10000, "K-2": 20000}, [(4, RowClass.TOTAL)])


def test_a_row_with_a_customer_that_is_called_a_total_is_a_bad_row_if_its_sum_does_not_fit(table_of):
    read = table_of(
        ["账单编号", "客户编号", "金额", "缴费截止日"],
        ["K-1", "1-101", 100, "2026-12-31"],
        ["合计", "1-102", 300, "2026-12-31"],
    )
    assert [row for row, _, _ in read.problems] == [3]
    assert read.left == []


def test_a_sum_that_does_not_fit_is_told(table_of):
    read = table_of(
        ["账单编号", "客户编号", "金额", "缴费截止日"],
        ["K-1", "1-101", 100, "2026-12-31"],
        ["小计", "", 100, ""],
        ["K-2", "1-102", 50.5, "2026-12-31"],
        ["小计", "", "50.50", ""],
        ["总计：", "", 151, ""],
    )
    assert [row for row, _ in read.left] == [3, 5, 6]
    assert read.sums == [(6, 15100, 15050)]


def test_headings_and_rows_without_a_sum_are_left_out():
    read = Read(TABLES / "sep_rows.xlsx")
    assert read.amounts() == {"K-1": 100, "K-2": 200, "K-3": 300}
    assert read.left == [(4, RowClass.HEADING), (6, RowClass.TOTAL)]


def test_rows_with_nothing_to_pay_are_left_out():
    read = Read(TABLES / "zero_blank.xlsx")
    assert read.amounts() == {"Z-1": 1000}
    assert read.left == [(row, RowClass.NO_AMOUNT) for row in (3, 4, 5, 6)]


def test_a_formula_that_was_never_calculated_is_no_blank_amount():
    read = Read(TABLES / "formula_no_cache.xlsx")
    assert read.problems == [(2, "金额", "holds a formula that was never calculated")]
    assert read.left == []


@pytest.mark.parametrize("missing", ["账单编号", "缴费截止日"])
def test_a_bill_that_lacks_something_else_is_a_bad_row(table_of, missing):
    header = ["账单编号", "客户编号", "金额", "缴费截止日"]
    row = ["K-1", "1-101", 10, "2026-12-31"]
    row[header.index(missing)] = ""
    read = table_of(header, ["K-0", "1-101", 10, "2026-12-31"], row)
    assert read.problems == [(3, missing, "is blank")]


def test_a_header_of_two_rows_is_one():
    read = Read(TABLES / "two_header.xlsx")
    assert (read.problems, read.amounts()) == ([], {"K-1": 100, "K-2": 200})
    assert [each.values["customer_no"] for each in read.records] == ["1-101", "1-102"]


def test_titles_below_a_merged_one_that_is_there_twice_have_both_names(table_of):
    read = table_of(
        ["账单编号", "客户编号", "水费", "", "电费", "", "应收合计", "缴费截止日"],
        ["", "", "用量", "金额", "用量", "金额", "", ""],
        ["K-1", "1-101", 3, 9.3, 5, 4.2, 13.5, "2026-12-31"],
        merge=[("C1:D1", "水费"), ("E1:F1", "电费")],
    )
    assert read.problems == []
    (bill,) = read.records
    assert (bill.values["amount"], bill.extras["水费 金额"], bill.extras["电费 金额"]) == (1350, "9.3", "4.2")


def test_spaces_and_units_of_titles_make_no_difference():
    read = Read(TABLES / "spaces.xlsx")
    assert (read.problems, read.amounts()) == ([], {"K-1": 100})


def test_usual_titles_of_customers_are_known_and_what_is_not_asked_for_is_left_out():
    read = Read(TABLES / "common_titles.xlsx", "customers")
    (customer,) = read.records
    assert customer.values == {"customer_no": "1", "name": "张三", "mobile": "13800000001"}
    assert customer.inputs == {"room": "1-1"}
    assert read.columns_left == ("身份证号",)


def test_the_owner_of_an_account_is_not_the_customers_name_beside_his_account(table_of):
    read = table_of(
        ["客户编号", "姓名", "户名", "扣款账号", "房号"],
        ["7", "张三", "张三商行", "6222000000000001017", "1-1"],
        kind="customers",
    )
    (customer,) = read.records
    assert (customer.values["name"], customer.values["account_name"]) == ("张三", "张三商行")


def test_the_room_is_the_customers_number_where_there_is_no_other(table_of):
    read = table_of(["序号", "房号", "业主姓名"], [1, "1-101", "张三"], kind="customers")
    (customer,) = read.records
    assert (customer.values, customer.inputs) == (
        {"customer_no": "1-101", "name": "张三"},
        {"room": "1-101"},
    )


def test_what_names_the_customer_by_a_usual_title_only_counts_where_the_forms_inputs_are_blank(table_of):
    read = table_of(
        ["单号", "房号", "客户代码", "应收", "截止日期"],
        ["K-1", "1-101", "8801", 10, "2026-12-31"],
        ["K-2", "", "8802", 10, "2026-12-31"],
    )
    assert [(each.values.get("customer_no"), each.inputs) for each in read.records] == [
        (None, {"room": "1-101"}),
        ("8802", {}),
    ]


@pytest.mark.parametrize(
    ("titles", "may_be"),
    [
        (["应收", "实收"], "D 应收, E 实收"),
        (["金额", "应收合计"], "D 金额, E 应收合计"),
        (["应缴金额", "往期欠费", "合计"], "D 应缴金额, E 往期欠费, F 合计"),
    ],
)
def test_of_two_amounts_none_is_taken_without_a_mapping(table_of, titles, may_be):
    amounts = [10] * len(titles)
    with pytest.raises(
        HeaderError,
        match=f"the column may be {may_be}; rename the right one to 金额 in the file, or say which in a mapping:"
        " columns: {amount:",
    ):
        table_of(["单号", "客户编号", "截止日", *titles], ["K-1", "1-101", "2026-12-31", *amounts])


def test_a_table_in_our_own_words_may_have_other_amounts_too(table_of):
    read = table_of(
        ["账单编号", "客户编号", "金额", "缴费截止日", "应收合计"], ["K-1", "1-101", 10, "2026-12-31", 12]
    )
    assert (read.amounts(), read.records[0].extras) == ({"K-1": 1000}, {"应收合计": "12"})


def test_a_column_without_a_title_and_notes_to_the_right_are_left_out():
    assert Read(TABLES / "blank_title.xlsx").untitled == {0}
    notes = Read(TABLES / "notes_right.xlsx")
    assert (notes.problems, notes.amounts()) == ([], {"N-1": 1000, "N-2": 2000})


def test_further_columns_over_the_limits_are_left_out(table_of):
    many = Read(TABLES / "many_columns.xlsx")
    assert (many.problems, many.columns_left) == ([], tuple(f"项{number}" for number in range(20, 25)))
    read = table_of(
        ["账单编号", "客户编号", "金额", "缴费截止日", "备注", "备注", "长" * 21],
        ["K-1", "1-101", 10, "2026-12-31", "一", "二", "三"],
    )
    assert (read.records[0].extras, read.columns_left) == ({"备注": "一"}, ("备注", "长" * 21))


def test_tables_side_by_side_are_refused_rather_than_read_by_half():
    with pytest.raises(HeaderError, match="the column is there twice"):
        Read(TABLES / "side_by_side.xlsx", "customers")


def test_csv_refuses_a_cell_beyond_the_header_but_not_one_without_a_title(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text(
        "账单编号,客户编号,金额,缴费截止日,,备注\nK-1,1-101,1,2026-12-31,x,\nK-2,1-101,1,2026-12-31,,,y\n"
    )
    read = Read(path)
    assert (read.untitled, read.problems) == ({4}, [(3, "7", "is under no name of the header")])


def test_the_header_again_notes_and_numbers_alone_are_left_out(table_of):
    header = ["序号", "账单编号", "客户编号", "金额", "缴费截止日", "备注"]
    read = table_of(
        header,
        [1, "K-1", "1-101", 10, dt.date(2026, 12, 31).isoformat(), ""],
        header,
        [2, "", "", "", "", ""],
        [3, "", "", 0, "", ""],
        ["注：逾期不再受理", "", "", "", "", ""],
        ["制表人：王某", "", "审核：李某", "", "日期：2026-12-01", ""],
    )
    assert read.problems == []
    assert [found for _, found in read.left] == [
        RowClass.HEADER_AGAIN,
        RowClass.NUMBER_ONLY,
        RowClass.NUMBER_ONLY,
        RowClass.NOTE,
        RowClass.SIGNATURE,
    ]


def test_an_amount_alone_is_a_bad_row(table_of):
    read = table_of(["账单编号", "客户编号", "金额", "缴费截止日"], ["", "", 10, ""])
    assert {row for row, _, _ in read.problems} == {2}


def test_the_header_is_looked_for_among_thirty_rows(table_of):
    above = [[f"第{number}行"] for number in range(29)]
    bill = ["K-1", "1-101", 10, "2026-12-31"]
    header = ["账单编号", "客户编号", "金额", "缴费截止日"]
    assert table_of(*above, header, bill).above == 29
    with pytest.raises(HeaderError, match="none of its cells names a column"):
        table_of(*above, ["第30行"], header, bill)


def test_an_empty_sheet_before_the_table_is_passed_over():
    read = Read(TABLES / "empty_first_sheet.xlsx")
    assert (read.amounts(), read.sheets_left) == ({"M-2": 2000}, [])


def test_a_merged_cell_counts_for_all_its_rows_but_an_amount(table_of):
    read = table_of(
        ["账单编号", "客户编号", "金额", "缴费截止日", "楼栋"],
        ["G-1", "1-101", 10, "2026-12-31", "1栋"],
        ["G-2", "", 20, "2026-12-31", ""],
        ["G-3", "", 30, "2026-12-31", ""],
        merge=[("B2:B4", "1-101"), ("E2:E4", "1栋")],
    )
    assert read.problems == []
    assert [each.values["customer_no"] for each in read.records] == ["1-101"] * 3
    assert [each.extras for each in read.records] == [{"楼栋": "1栋"}] * 3
    once = table_of(
        ["账单编号", "客户编号", "金额", "缴费截止日"],
        ["G-1", "1-101", 10, "2026-12-31"],
        ["G-2", "1-102", "", "2026-12-31"],
        merge=[("C2:C3", 10)],
    )
    assert once.problems == [(3, "金额", "lies under merged cells")]


def test_of_two_tables_below_each_other_the_first_is_read_whole(table_of):
    read = table_of(
        ["账单编号", "客户编号", "金额", "缴费截止日"],
        ["K-1", "1-101", 10, "2026-12-31"],
        ["单号", "客户编号", "金额", "缴费截止日", "账期", "项目"],
        ["K-2", "1-102", 20, "2026-12-31", "2026-12", "水费"],
    )
    assert (read.header_row, read.problems[0][0]) == (1, 3)


def test_names_of_columns_above_the_table_are_not_its_header(table_of):
    read = table_of(
        ["收费项目", "物业费", "截止日", "2026-12-31"],
        ["单号", "户号", "应收", "截止日"],
        ["K-1", "1-101", 10, "2026-12-31"],
    )
    assert (read.header_row, read.amounts()) == (2, {"K-1": 1000})


def test_a_bill_above_the_header_is_not_left_out_unless_the_header_was_chosen(table_of):
    rows = (
        ["K-1", "1-101", 10, "2026-12-31"],
        ["账单编号", "客户编号", "金额", "缴费截止日"],
        ["K-2", "1-102", 20, "2026-12-31"],
    )
    with pytest.raises(
        HeaderError, match="row 1: looks like a row of the table, but stands above its header"
    ):
        table_of(*rows)
    chosen = table_of(*rows, header_row=2)
    assert (chosen.above, chosen.amounts()) == (1, {"K-2": 2000})


@pytest.mark.parametrize(
    "row",
    [["K-1", "1-101", "12,5x", "2026-12-31"], ["K-1", "1-101", 12, "31.12."]],
    ids=["amount", "date"],
)
def test_a_broken_bill_above_the_header_refuses_the_file(table_of, row):
    with pytest.raises(
        HeaderError, match="row 1: looks like a row of the table, but stands above its header"
    ):
        table_of(row, ["账单编号", "客户编号", "金额", "缴费截止日"], ["K-2", "1-102", 1, "2026-12-31"])


@pytest.mark.parametrize(
    "row", [["锦绣花园", "", "2026年12月", ""], ["制表", "张三", "日期", "2026-12-01"], ["合计", "", 5, "元"]]
)
def test_titles_above_the_header_are_no_broken_bills(table_of, row):
    header = ["账单编号", "客户编号", "金额", "缴费截止日"]
    assert table_of(row, header, ["K-2", "1-102", 1, "2026-12-31"]).above == 1


def test_a_header_of_two_rows_that_is_repeated_is_left_out(table_of):
    header = [["单号", "房号", "客户", "应收", "", "账期"], ["", "", "", "金额", "截止日", ""]]
    rows = [["K-1", "", "1-101", 1, "2026-12-31", ""], *header, ["K-2", "", "1-102", 2, "2026-12-31", ""]]
    read = table_of(*header, *rows)
    assert (read.problems, read.amounts()) == ([], {"K-1": 100, "K-2": 200})
    assert read.left == [(4, RowClass.HEADER_AGAIN), (5, RowClass.HEADER_AGAIN)]
