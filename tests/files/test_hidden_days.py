"""One last day for all rows beside a column, or a row outside the table, that says another."""

import datetime as dt

import pytest

from offline_collect.domain.imports.left_out import RowClass
from offline_collect.files.cells import Row
from offline_collect.files.columns.hidden_days import other_day
from offline_collect.files.columns.mapping import map_layout, read_mapping
from offline_collect.files.errors import HeaderError

ALL = {"constants": {"due_date": "2030-12-31"}}


def listed(table_of, title, *days, **how):
    rows = [[f"K-{at}", "1-101", 10, day] for at, day in enumerate(days, 1)]
    return table_of(["账单编号", "房号", "金额", title], *rows, **{"mapping": ALL, **how})


@pytest.mark.parametrize("title", ["应交日期", "到期日", "缴费截止（最迟）", "最迟交租日"])
@pytest.mark.parametrize("day", ["2030-12-05", "12月5日"])
def test_a_column_of_last_days_is_not_hidden_by_one_day(table_of, title, day):
    with pytest.raises(HeaderError) as caught:
        listed(table_of, title, "2030-12-31", day)
    assert title in str(caught.value)
    assert f"says {day}, but 2030-12-31 is given for all rows" in str(caught.value)


@pytest.mark.parametrize(
    ("title", "day"),
    [("应交日期", ""), ("应交日期", "2030-12-31"), ("应交日期", "见合同"), ("合同到期", "2030-12-05")],
)
def test_a_column_that_says_no_other_last_day_is_left_out(table_of, title, day):
    read = listed(table_of, title, day, day)
    assert {each.values["due_date"] for each in read.records} == {dt.date(2030, 12, 31)}
    assert len(read.records) == 2


def test_a_mapping_that_leaves_the_column_out_means_one_day(table_of):
    read = listed(table_of, "应交日期", "2030-12-05", mapping={**ALL, "ignore": ["应交日期"]})
    assert [each.values["due_date"] for each in read.records] == [dt.date(2030, 12, 31)]


def test_a_day_beside_no_amount_hides_nothing(table_of):
    read = table_of(
        ["账单编号", "房号", "金额", "应交日期"],
        ["K-1", "1-101", 10, ""],
        ["制表：", "王", "", "2030-11-30"],
        mapping=ALL,
    )
    assert read.left == [(3, RowClass.SIGNATURE)]


def test_the_last_day_of_a_lease_is_none_of_payment(table_of):
    read = table_of(
        ["账单编号", "房号", "金额", "起始日期", "到期日期"],
        ["K-1", "1-101", 10, "2030-01-01", "2031-01-01"],
        mapping=ALL,
    )
    assert len(read.records) == 1


@pytest.mark.parametrize(
    ("mapping", "cell", "day"),
    [
        (ALL, "请于2030年12月20日前缴清", dt.date(2030, 12, 20)),
        (ALL, "请于2030年12月31日前缴清", None),
        (ALL, "制表日期：2030-12-01", None),
        ({"columns": {"amount": "应收"}}, "请于2030年12月20日前缴清", None),
    ],
)
def test_a_row_outside_the_table_may_say_another_day(table_of, mapping, cell, day):
    layout = map_layout(
        table_of(["账单编号", "房号", "金额", "截止日"], ["K", "1", 1, "2030-12-31"]).layout,
        read_mapping(mapping, "m"),
    )
    assert other_day(Row(1, (cell,)), layout) == day
