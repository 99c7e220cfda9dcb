"""Columns of last days with cells that are no dates."""

from dataclasses import replace

import pytest

from offline_collect.domain.imports.proposal import Stated
from offline_collect.domain.imports.suggestion import suggest
from tests.domain.imports.seen_tables import chosen, doubted, table

DUE = "2030-12-31"


def test_a_last_day_may_have_a_few_cells_that_are_no_dates():
    rows = (
        ["单号", "客户编号", "金额", "交租期限"],
        ["B1", "C1", "5", DUE],
        ["B2", "C2", "7", DUE],
        ["B3", "C3", "9", "月底"],
    )
    found = suggest(table(*rows))
    assert chosen(found)["due_date"] == "D"
    assert str(found.choices[-1].why) == "it is the only last day, and most values are dates"


def test_a_last_day_of_which_half_is_no_date_is_a_doubt():
    rows = (["单号", "客户编号", "金额", "交租期限"], ["B1", "C1", "5", DUE], ["B2", "C2", "7", "月底"])
    assert doubted(suggest(table(*rows))) == {"due_date": ""}


def test_days_that_are_called_last_ones_in_their_cells_are_last_days():
    rows = (
        ["单号", "客户编号", "金额", "缴费时间"],
        ["B1", "C1", "5", f"{DUE}前"],
        ["B2", "C2", "7", f"{DUE}前"],
    )
    seen = table(*rows)
    columns = [replace(each, dates=2) if each.title == "缴费时间" else each for each in seen.columns]
    assert chosen(suggest(replace(seen, columns=columns)))["due_date"] == "D"


def dated(*days, titles=("单号", "客户编号", "金额", "截止日")):
    rows = [[f"B{at}", f"C{at}", "5", day] for at, day in enumerate(days, 1)]
    return suggest(table([*titles], *rows)).dates


def test_the_order_of_days_that_end_in_their_year_is_proposed():
    assert dated("25/12/2030", "05/01/2031") == "DMY"
    assert dated("12/25/2030", "01/05/2031") == "MDY"


def test_an_order_that_nothing_proves_is_not():
    assert dated("05/12/2030", "05/01/2031") == ""
    assert dated("2030-12-25", "25/12/2030") == ""
    assert dated("", "") == ""


def test_instalments_have_days_too():
    titles = ["客户编号", "第一期金额", "第一期截止日", "第二期金额", "第二期截止日"]
    rows = [["C1", "5", "25/12/2030", "6", "25/03/2031"], ["C2", "5", "25/12/2030", "6", "25/03/2031"]]
    seen = table(titles, *rows)
    columns = [replace(each, dates=2) if "截止日" in each.title else each for each in seen.columns]
    assert suggest(replace(seen, columns=columns)).dates == "DMY"


UNTIL = (
    ["单号", "客户编号", "金额", "交费日期"],
    ["B1", "C1", "5", "12月15日前"],
    ["B2", "C2", "7", "12月15日前"],
)
MADE = Stated("2030-12", 9)


def test_the_year_of_one_last_day_is_that_of_the_day_on_which_the_list_was_made():
    found = suggest(replace(table(*UNTIL), made=MADE))
    assert (found.constants, list(found.ignored), doubted(found)) == ({"due_date": "2030-12-15"}, [3], {})
    assert found.reasons == {"due_date": "交费日期 says the day, and row 9 the year"}


@pytest.mark.parametrize("days", [("12月15日前", "12月16日前"), ("12月15日前", ""), ("8月1日前", "8月1日前")])
def test_several_days_blank_ones_and_those_too_far_are_a_doubt(days):
    rows = (UNTIL[0], *([*row[:3], day] for row, day in zip(UNTIL[1:], days, strict=True)))
    found = suggest(replace(table(*rows), made=MADE))
    assert (found.constants, doubted(found)) == ({}, {"due_date": ""})


def test_without_the_day_on_which_the_list_was_made_nothing_tells_the_year():
    assert doubted(suggest(table(*UNTIL))) == {"due_date": ""}


IN_ROWS = (
    ["单号", "客户编号", "金额", "账期", "缴费时间"],
    ["B1", "C1", "5", "2030年12月", "12月15日前"],
    ["B2", "C2", "7", "2030年12月", "12月15日前"],
)


def test_the_year_of_one_last_day_is_that_of_the_period_of_all_rows():
    found = suggest(table(*IN_ROWS))
    assert (found.constants, list(found.ignored), doubted(found)) == ({"due_date": "2030-12-15"}, [4], {})
    assert found.reasons == {"due_date": "缴费时间 says the day, and the period 2030-12 the year"}


@pytest.mark.parametrize("period", ["2031年1月", "", "年底"])
def test_several_periods_or_what_is_no_month_tell_no_year(period):
    rows = [[*IN_ROWS[1][:3], period, *IN_ROWS[1][4:]], IN_ROWS[2]]
    assert doubted(suggest(table(IN_ROWS[0], *rows))) == {"due_date": ""}
