"""What the titles of a table state for all rows: the period, and what is paid for."""

import pytest

from tests.files.merchants_tables import Read
from tests.files.workbooks import of_sheets

HEADER = ["房号", "金额", "缴费截止日"]
ROW = ["1-101", 10, "2030-12-31"]


def said(read):
    return [(each.values.get("period"), each.values.get("description")) for each in read.records]


def test_the_title_above_states_the_period(table_of):
    assert said(table_of(["锦绣花园2030年11月收费表"], HEADER, ROW)) == [("2030-11", None)]


def test_a_column_of_periods_comes_first(table_of):
    read = table_of(["2030年11月收费表"], [*HEADER, "账期"], [*ROW, "2030-10"], [*ROW, ""])
    assert said(read) == [("2030-10", None), (None, None)]


def test_a_constant_comes_first(table_of):
    read = table_of(["2030年11月"], HEADER, ROW, mapping={"constants": {"period": "2030-09"}})
    assert said(read) == [("2030-09", None)]


def test_months_have_their_own_periods(table_of):
    read = table_of(
        ["2030年10月催缴"], ["房号", "2030-11", "2030-12", "缴费截止日"], ["1-101", 1, 2, "2030-12-31"]
    )
    assert said(read) == [("2030-11", None), ("2030-12", None)]


def test_each_sheet_is_of_the_month_that_it_is_called(tmp_path):
    book = of_sheets(tmp_path / "b.xlsx", **{"2030年10月": [HEADER, ROW], "2030年11月": [HEADER, ROW]})
    assert said(Read(book)) == [("2030-10", None), ("2030-11", None)]


def test_a_name_of_a_sheet_that_contradicts_the_title_states_nothing(tmp_path):
    book = of_sheets(tmp_path / "b.xlsx", **{"10月": [["2030年11月"], HEADER, ROW], "说明": [["请核对"]]})
    assert said(Read(book)) == [(None, None)]


@pytest.mark.parametrize(
    ("title", "item"),
    [("物业费", "物业费"), ("应缴水费（元）", "水费"), ("餐费金额", "餐费"), ("住宿费用", "住宿费")],
)
def test_the_only_amount_says_what_is_paid_for(table_of, title, item):
    assert said(table_of(["房号", title, "缴费截止日"], ROW)) == [(None, item)]


@pytest.mark.parametrize("title", ["金额", "合计", "应缴费用", "费用合计"])
def test_a_usual_amount_says_nothing_of_it(table_of, title):
    assert said(table_of(["房号", title, "缴费截止日"], ROW)) == [(None, None)]


@pytest.mark.parametrize("title", ["欠费", "总费用", "应收各项费"])
def test_a_mapping_may_name_an_amount_that_is_no_fee_of_its_own(table_of, title):
    read = table_of(["房号", title, "缴费截止日"], ROW, mapping={"columns": {"amount": title}})
    assert said(read) == [(None, None)]


def test_a_column_of_items_comes_first(table_of):
    read = table_of(["房号", "物业费", "缴费截止日", "项目"], [*ROW, "十一月物业费"])
    assert said(read) == [(None, "十一月物业费")]


@pytest.mark.parametrize(
    ("above", "group", "period"),
    [
        ("收费表", "2030年12月应收", "2030-12"),
        ("收费表", "2030年12月读数", None),
        ("2030年11月", "2030年12月应收", None),
    ],
)
def test_a_title_above_several_columns_states_the_period_of_what_is_due(table_of, above, group, period):
    read = table_of(
        [above],
        ["房号", group, "", "合计", "缴费截止日"],
        ["", "物业费", "车位费", "", ""],
        ["1-101", 4, 6, 10, "2030-12-31"],
        merge=[("B2:C2", group)],
    )
    assert [(each.values["amount"], each.values.get("period")) for each in read.records] == [(1000, period)]
