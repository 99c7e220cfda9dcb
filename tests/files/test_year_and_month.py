"""Lists with a year and a month apart: in two columns, or the year above the table or nowhere but in the day of payment."""

import pytest

from offline_collect.files.columns.converters import Altered
from offline_collect.files.errors import HeaderError
from tests.files.merchants_tables import Read
from tests.files.workbooks import of_sheets

DUE = "2030-12-31"


def periods(read):
    return [each.values.get("period") for each in read.records]


@pytest.mark.parametrize(
    ("titles", "cells", "found"),
    [
        (["年", "月"], [[2030, 9], ["2030年", "10月"]], ["2030-09", "2030-10"]),
        (["缴费年度", "月份"], [["2030年度", "十一月"], [2030, "12"]], ["2030-11", "2030-12"]),
        (["年份", "期数"], [[2030, 7], [2030, "第8期"]], ["2030年第7期", "2030年第8期"]),
        (["Year", "Month"], [[2030, "Oct"], ["2030", "November"]], ["2030-10", "2030-11"]),
        (["学年", "学期"], [["2030-2031", "第一学期"]], ["2030-2031学年第一学期"]),
    ],
)
def test_two_columns_make_the_period(table_of, titles, cells, found):
    rows = [["1-101", *each, 10, DUE] for each in cells]
    read = table_of(["水费清单"], ["房号", *titles, "金额", "缴费截止日"], *rows)
    assert (periods(read), read.problems) == (found, [])
    assert [each.extras for each in read.records] == [{}] * len(found)
    assert [len(each.cells) for each in read.records] == [5] * len(found)


def test_a_merged_year_is_that_of_its_rows(table_of):
    read = table_of(
        ["年", "月", "房号", "金额", "缴费截止日"],
        [2030, 11, "1-101", 10, DUE],
        ["", 12, "1-102", 20, DUE],
        merge=[("A2:A3", 2030)],
    )
    assert periods(read) == ["2030-11", "2030-12"]


def test_titles_below_a_merged_one_are_a_year_and_a_month(table_of):
    read = table_of(
        ["房号", "账期", "", "金额", "缴费截止日"],
        ["", "年", "月", "", ""],
        ["1-101", 2030, 12, 10, DUE],
        merge=[("B1:C1", "账期"), ("A1:A2", "房号"), ("D1:D2", "金额"), ("E1:E2", "缴费截止日")],
    )
    assert periods(read) == ["2030-12"]


@pytest.mark.parametrize(
    ("year", "month", "reason"),
    [
        (2030, 13, "is no year with its month"),
        ("三十", 1, "is no year with its month"),
        (2030, "", "has no year with its month"),
        ("", 12, "has no year with its month"),
        (2030, "2031-01", "is no year with its month"),
    ],
)
def test_a_row_without_one_of_the_two_is_refused(table_of, year, month, reason):
    read = table_of(["年", "月", "房号", "金额", "缴费截止日"], [year, month, "1-101", 10, DUE])
    assert read.problems == [(2, "{年}-{月}", reason)]


def test_a_row_without_both_has_no_period(table_of):
    read = table_of(["年", "月", "房号", "金额", "缴费截止日"], ["", "", "1-101", 10, DUE])
    assert (periods(read), read.problems) == ([None], [])


def test_a_column_of_the_period_comes_before_the_two(table_of):
    read = table_of(
        ["房号", "账期", "年", "月", "金额", "缴费截止日"], ["1-101", "2030-11", 2030, 12, 10, DUE]
    )
    assert periods(read) == ["2030-11"]


@pytest.mark.parametrize(
    "mapping",
    [
        {"columns": {"period": "{年}-{月}"}},
        {"columns": {"period": "{B}-{C}", "room": "A"}},
        {"columns": {"period": "{年}年{月}月"}},
    ],
)
def test_a_mapping_makes_the_period_of_columns(table_of, mapping):
    read = table_of(["房号", "年", "月", "金额", "缴费截止日"], ["1-101", 2030, 9, 10, DUE], mapping=mapping)
    assert periods(read) in (["2030-09"], ["2030年9月"])


def test_a_mapping_of_a_year_that_is_not_there_is_refused(table_of):
    mapping = {"columns": {"period": "{年}-{月}"}}
    with pytest.raises(HeaderError, match="is not there, but the mapping names it"):
        table_of(["房号", "月", "金额", "缴费截止日"], ["1-101", 9, 10, DUE], mapping=mapping)


def test_a_mapping_may_say_that_a_column_is_none(table_of):
    read = table_of(
        ["房号", "年", "月", "金额", "缴费截止日"], ["1-101", 2029, 9, 10, DUE], mapping={"ignore": ["年"]}
    )
    assert periods(read) == ["2030-09"]


def test_a_mapping_may_say_that_two_columns_make_no_period(table_of):
    mapping = {"ignore": ["{年}-{月}"]}
    read = table_of(["房号", "年", "月", "金额", "缴费截止日"], ["1-101", 2029, 9, 10, DUE], mapping=mapping)
    assert periods(read) == ["2030-09"]


@pytest.mark.parametrize("written", [10, "10", "10月", "十月"])
def test_the_title_says_the_year_of_months(table_of, written):
    read = table_of(
        ["2030年度物业费"], ["房号", "月份", "金额", "缴费截止日"], ["1-101", written, 10, "2031-05-31"]
    )
    assert periods(read) == ["2030-10"]
    assert [(altered, column.key) for altered, column in read.records[0].altered] == [
        (Altered.MONTH_DATED, "period")
    ]


def test_the_names_of_sheets_say_the_years_of_months(tmp_path):
    rows = [["房号", "月份", "金额", "缴费截止日"], ["1-101", "3月", 10, "2031-12-31"]]
    read = Read(of_sheets(tmp_path / "b.xlsx", **{"2030年": rows, "2031年": rows}))
    assert periods(read) == ["2030-03", "2031-03"]


def test_the_last_day_of_payment_says_the_year_of_a_month(table_of):
    read = table_of(
        ["物业费"],
        ["房号", "月份", "金额", "缴费截止日"],
        ["1-101", "12月", 10, "2031-01-15"],
        ["1-101", "1月", 10, "2031-01-15"],
    )
    assert periods(read) == ["2030-12", "2031-01"]


@pytest.mark.parametrize(
    ("above", "month", "day"),
    [("物业费", "1月", "2030-12-25"), ("2031年度", "12月", "2031-01-15"), ("2030年级", "3月", "2030-12-25")],
)
def test_a_month_whose_year_is_not_certain_stays_as_it_is(table_of, above, month, day):
    read = table_of([above], ["房号", "账期", "金额", "缴费截止日"], ["1-101", month, 10, day])
    assert periods(read) == [month]
    assert read.records[0].altered == ()


def test_below_another_title_a_number_is_no_month(table_of):
    read = table_of(["2030年度"], ["房号", "账期", "金额", "缴费截止日"], ["1-101", "12", 10, DUE])
    assert periods(read) == ["12"]


def test_a_year_alone_is_the_period_unless_another_column_says_it(table_of):
    titles, cells = ["房号", "年度", "金额", "缴费截止日"], ["1-101", 2030, 10, DUE]
    assert periods(table_of(titles, cells)) == ["2030"]
    assert periods(table_of([*titles, "账期"], [*cells, "2030-11"])) == ["2030-11"]
    assert periods(table_of(titles, cells, mapping={"ignore": ["年度"]})) == [None]
