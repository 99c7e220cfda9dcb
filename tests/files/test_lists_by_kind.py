"""Lists as clerks keep them, each of its own kind: what a person sees in them, an import reads."""

import datetime as dt

import pytest
import xlsxwriter

from offline_collect.domain.imports.left_out import RowClass
from tests.files.merchants_tables import Read
from tests.files.workbooks import of_sheets

HEADER = ["房号", "金额", "缴费截止日"]
ROW = ["1-101", 10, "2030-12-31"]
DAY = dt.date(2030, 12, 31)


def values(read, key):
    return [each.values.get(key) for each in read.records]


@pytest.mark.parametrize(
    "above", ["请于2030年12月31日前缴清", "缴费截止日：2030-12-31", "各业主最迟缴费时间：2030年12月31日17:00"]
)
def test_the_day_of_payment_above_a_table_is_that_of_all_rows(table_of, above):
    read = table_of([above], HEADER[:2], ROW[:2], ["1-102", 20])
    assert (values(read, "due_date"), read.problems) == ([DAY, DAY], [])


@pytest.mark.parametrize(
    "above", ["合同到期日：2030-12-31", "数据截止日期：2030-12-31", "制表日期：2030-12-31"]
)
def test_another_last_day_above_a_table_is_not_that_of_payment(table_of, above):
    with pytest.raises(Exception, match="the column is missing"):
        table_of([above], HEADER[:2], ROW[:2])


def test_of_two_last_days_above_a_table_none_is_taken(table_of):
    with pytest.raises(Exception, match="the column is missing"):
        table_of(["缴费截止日：2030-12-31"], ["合同到期日：2031-06-30"], HEADER[:2], ROW[:2])


def test_a_column_of_days_comes_before_the_day_above(table_of):
    read = table_of(["请于2030年11月30日前缴清"], HEADER, ROW)
    assert values(read, "due_date") == [DAY]


def test_a_hidden_column_of_days_refuses_the_day_above(table_of):
    with pytest.raises(Exception, match="says 2031-01-31, but 2030-12-31 is given for all rows"):
        table_of(["请于2030年12月31日前缴清"], [*HEADER[:2], "缴款最后一天期限"], [*ROW[:2], "2031-01-31"])


def test_each_sheet_has_its_own_day(tmp_path):
    days = {"一班": "2030-12-31", "二班": "2031-01-15"}
    book = {name: [[f"缴费截止日：{day}"], HEADER[:2], ROW[:2]] for name, day in days.items()}
    read = Read(of_sheets(tmp_path / "b.xlsx", **book))
    assert [day.isoformat() for day in values(read, "due_date")] == list(days.values())


@pytest.mark.parametrize(
    "written", ["31-Dec-2030", "31 December 2030", "December 31, 2030", "Dec 31 2030", "31st Dec 2030"]
)
def test_days_with_an_english_month(table_of, written):
    assert values(table_of(HEADER, [*ROW[:2], written]), "due_date") == [DAY]


@pytest.mark.parametrize("written", ["31-Dez-2030", "31-Dec-30", "31 Febr 2030", "30-Feb-2030"])
def test_other_months_are_no_days(table_of, written):
    read = table_of(HEADER, [*ROW[:2], written])
    assert [column for _, column, _ in read.problems] == ["缴费截止日"]


def test_september_has_two_short_forms(table_of):
    read = table_of(HEADER, [*ROW[:2], "30-Sep-2030"], ["1-102", 5, "30 Sept 2030"])
    assert values(read, "due_date") == [dt.date(2030, 9, 30)] * 2


@pytest.mark.parametrize("title", ["amount_cents", "Amount (cents)", "amount (in cents)", "金额（分）"])
def test_cents_are_no_amount(table_of, title):
    with pytest.raises(Exception, match="that is not the amount to be paid"):
        table_of(["房号", title, "缴费截止日"], ROW, mapping={"columns": {"amount": title}})


def test_the_amount_in_words_is_not_the_amount(table_of):
    read = table_of(
        ["房号", "金额（大写）", "金额（小写）", "缴费截止日"], ["1-101", "壹拾元整", 10, "2030-12-31"]
    )
    assert values(read, "amount") == [1000]


def test_a_month_that_was_paid_is_no_bill(table_of):
    read = table_of(
        ["房号", "2030-11", "2030-12", "缴费截止日"],
        ["1-101", "已缴", 5, "2030-12-31"],
        ["1-102", 4, 5, "2030-12-31"],
    )
    assert (values(read, "amount"), read.problems) == ([500, 400, 500], [])
    assert (2, RowClass.PAID) in read.left


def test_what_stands_instead_of_an_amount_and_says_nothing_is_a_bad_row(table_of):
    read = table_of(HEADER, ["1-101", "停用", "2030-12-31"])
    assert [column for _, column, _ in read.problems] == ["金额"]


def test_a_heading_that_is_a_fee_is_the_item_of_its_rows(table_of):
    read = table_of(HEADER, ["租金"], ROW, ["小计", 10], ["物业费"], ROW)
    assert values(read, "description") == ["租金", "物业费"]


def test_a_heading_that_is_no_fee_ends_the_group(table_of):
    read = table_of(HEADER, ["租金"], ROW, ["2单元"], ["1-102", 10, "2030-12-31"])
    assert values(read, "description") == ["租金", None]


def test_a_column_of_items_comes_before_headings(table_of):
    read = table_of([*HEADER, "项目"], ["租金"], [*ROW, "十二月房租"])
    assert values(read, "description") == ["十二月房租"]


def test_a_row_of_units_below_the_header_is_left_out(table_of):
    read = table_of(
        ["房号", "面积", "金额", "缴费截止日"],
        ["", "（平方米）", "（元）", ""],
        ["1-101", 9, 10, "2030-12-31"],
    )
    assert (read.left, values(read, "amount")) == ([(2, RowClass.HEADER_AGAIN)], [1000])


def test_english_titles_below_the_chinese_are_left_out(table_of):
    read = table_of(HEADER, ["Room", "Rent", "Pay by"], ROW)
    assert (read.left, values(read, "amount")) == ([(2, RowClass.HEADER_AGAIN)], [1000])


def test_titles_that_repeat_below_merged_ones_have_those_before_them(table_of):
    read = table_of(
        ["房号", "第一期", "", "第二期", ""],
        ["", "金额", "缴费截止日", "金额", "缴费截止日"],
        ["1-101", 10, "2030-12-31", 20, "2031-03-31"],
        merge=[("B1:C1", "第一期"), ("D1:E1", "第二期")],
        mapping={
            "columns": {"room": "房号"},
            "tables": [
                {"columns": {"amount": "第一期 金额", "due_date": "第一期 缴费截止日"}},
                {"columns": {"amount": "第二期 金额", "due_date": "第二期 缴费截止日"}},
            ],
        },
    )
    assert values(read, "amount") == [1000, 2000]


def test_a_month_that_a_spreadsheet_shortened_is_not_guessed(table_of):
    read = table_of([*HEADER, "账期"], [*ROW, 2030.1], ["1-102", 10, "2030-12-31", 2030.11])
    assert [reason for *_, reason in read.problems] == [
        "may be January or October: a spreadsheet stores 2026.10 as 2026.1"
    ]


def test_customers_are_numbered_by_what_payers_know_them_by(table_of):
    meter = ({"key": "meter", "label": "表号"},)
    read = table_of(["表号", "姓名"], ["B-1", "王小明"], ["B-2", "李雷"], kind="customers", inputs=meter)
    assert values(read, "customer_no") == ["B-1", "B-2"]


def test_names_that_payers_type_number_no_customers(table_of):
    names = ({"key": "who", "label": "姓名"},)
    with pytest.raises(Exception, match="the column is missing"):
        table_of(["姓名", "手机"], ["王小明", "13900000000"], kind="customers", inputs=names)


def test_a_mobile_beside_a_landline_is_taken(table_of):
    read = table_of(
        ["客户编号", "房号", "姓名", "手机"],
        ["C-1", "1-101", "王小明", "13900000000 / 0571-88000000"],
        kind="customers",
    )
    assert values(read, "mobile") == ["13900000000"]


def test_a_header_with_few_known_titles_is_found_by_its_shape(table_of):
    read = table_of(
        ["锦绣花园物业费", "", "", ""],
        ["栋", "室", "面积", "应收物业费"],
        ["1", "101", 80, 10],
        ["合计", "", "", 10],
        mapping={
            "columns": {"customer_no": "{栋}-{室}", "amount": "应收物业费"},
            "constants": {"due_date": "2030-12-31"},
        },
    )
    assert (read.header_row, values(read, "customer_no")) == (2, ["1-101"])


def test_a_month_whose_format_shows_its_nought_is_october(tmp_path):
    path = tmp_path / "b.xlsx"
    with xlsxwriter.Workbook(path) as workbook:
        page = workbook.add_worksheet()
        page.write_row(0, 0, [*HEADER, "账期"])
        page.write_row(1, 0, ROW)
        page.write_number(1, 3, 2030.1, workbook.add_format({"num_format": "0.00"}))
    assert values(Read(path), "period") == ["2030.10"]


@pytest.mark.parametrize("titles", [("应缴金额", "优惠"), ("应缴金额", "优惠后金额"), ("应收", "本月减免")])
def test_an_amount_beside_what_is_taken_off_is_in_doubt(table_of, titles):
    with pytest.raises(Exception, match="the column may be"):
        table_of(["房号", *titles, "截止日期"], ["1-101", 10, 2, "2030-12-31"])


@pytest.mark.parametrize("title", ["合计", "优惠后金额", "实际应缴"])
def test_what_is_left_in_the_end_is_the_amount(table_of, title):
    read = table_of(["房号", "物业费", "优惠", title, "截止日期"], ["1-101", 10, 2, 8, "2030-12-31"])
    assert values(read, "amount") == [800]


def test_a_last_day_is_found_by_what_its_title_says(table_of):
    read = table_of(["房号", "金额", "付款截止", "合同到期日"], [*ROW, "2031-06-30"])
    assert values(read, "due_date") == [DAY]


def test_of_two_last_days_none_is_found(table_of):
    with pytest.raises(Exception, match="the column is missing"):
        table_of(["房号", "金额", "付款截止", "最晚交租"], [*ROW, "2031-06-30"])


GROUPS = (
    ["学籍", "", "", "监护人", ""],
    ["学号", "姓名", "性别", "姓名", "联系电话"],
)


def test_the_name_of_a_pupil_is_not_that_of_a_guardian(table_of):
    pupil = ["S1", "夏至", "女", "夏父", "13600030001"]
    merge = [("A1:C1", "学籍"), ("D1:E1", "监护人")]
    read = table_of(*GROUPS, pupil, kind="customers", inputs=({"key": "no", "label": "学号"},), merge=merge)
    assert (values(read, "name"), read.problems) == (["夏至"], [])


def test_of_two_names_of_others_none_is_the_customers(table_of):
    merge = [("A1:C1", "父亲"), ("D1:E1", "母亲")]
    with pytest.raises(Exception, match="the column is missing"):
        table_of(*GROUPS, ["S1", "甲", "女", "乙", "1"], kind="customers", merge=merge)


@pytest.mark.parametrize("words", ["前到管理处续费", "前携带IC卡到营业厅缴费"])
def test_until_when_to_come_and_pay_is_the_last_day(table_of, words):
    assert values(table_of([f"请于2030年12月31日{words}"], HEADER[:2], ROW[:2]), "due_date") == [DAY]
