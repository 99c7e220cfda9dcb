"""Rows whose amount is not the sum of the other amounts in them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline_collect.domain.imports.row_sums import TOLD_MAX, DifferingRow, RowSums, parts_of


@pytest.mark.parametrize(
    ("titles", "words"),
    [
        (["房号", "水费", "电费", "合计"], "水费 + 电费"),
        (["姓名", "保教费", "伙食费", "退上月伙食费", "应交金额"], "保教费 + 伙食费 - 退上月伙食费"),
        (["房号", "应收", "减免", "合计"], "应收 - 减免"),
        (["房号", "欠费金额", "滞纳金", "合计"], "欠费金额 + 滞纳金"),
    ],
)
def test_the_other_amounts_of_a_table_make_the_last(titles, words):
    assert parts_of(titles, {len(titles) - 1}).words == words


@pytest.mark.parametrize(
    "titles",
    [
        ["房号", "单价", "面积", "金额"],
        ["房号", "物业费", "金额"],
        ["房号", "减免", "优惠", "金额"],
        ["房号", "应缴", "已缴", "欠缴", "金额"],
        ["房号", "应收", "减免", "实收", "金额"],
    ],
)
def test_what_was_paid_quantities_and_single_amounts_make_none(titles):
    assert parts_of(titles, {len(titles) - 1}) is None


def differing(row, stated, summed):
    return DifferingRow(row, "水费 + 电费", stated, summed)


def test_a_row_that_differs_is_told_if_more_fit():
    sums = RowSums()
    for row, summed in enumerate([300, 300, 290]):
        sums.compare(differing(row, 300, summed))
    assert (sums.is_sum, sums.first) == (True, [differing(2, 300, 290)])


@pytest.mark.parametrize("summed", [[300], [300, 290], [300, 290, 280], [290, 280, 270]])
def test_columns_that_seldom_make_the_amount_are_no_sum(summed):
    sums = RowSums()
    for row, each in enumerate(summed):
        sums.compare(differing(row, 300, each))
    assert not sums.is_sum


def test_rounded_amounts_may_differ_by_as_many_cents_as_there_are():
    sums = RowSums()
    sums.compare(differing(1, 300, 302), tolerance=2)
    sums.compare(differing(2, 300, 303), tolerance=2)
    assert (sums.fitting, sums.differing) == (1, 1)


@given(st.lists(st.integers(0, 3), max_size=40))
def test_the_first_are_kept_and_all_are_counted(summed):
    sums = RowSums()
    for row, each in enumerate(summed):
        sums.compare(differing(row, 0, each))
    assert sums.fitting + sums.differing == len(summed)
    assert len(sums.first) == min(sums.differing, TOLD_MAX)
