"""The years of columns of months whose titles have none."""

import pytest

from offline_collect.domain.imports.month_columns import first_year, years_later
from offline_collect.domain.imports.suggestion import suggest
from tests.domain.imports.seen_tables import chosen, table


@pytest.mark.parametrize(
    ("months", "later"),
    [
        ([1, 2, 3], [0, 0, 0]),
        ([3, 6, 9], [0, 0, 0]),
        ([9, 10, 11, 12, 1, 2], [0, 0, 0, 0, 1, 1]),
        ([3, 1], None),
        ([11, 12, 2], None),
        ([11, 11], None),
        ([*range(2, 13), 1, 2], None),
    ],
)
def test_january_behind_december_is_in_the_next_year(months, later):
    assert years_later(months) == later


@pytest.mark.parametrize(
    ("months", "year", "period", "first"),
    [
        ([1, 2], 2030, None, 2030),
        ([9, 10], None, "2030-2031学年", None),
        ([11, 12, 1], None, "2030-2031采暖季", 2030),
        ([11, 12, 1], 2030, "2030-12", None),
        ([11, 12, 1], None, "2030-31学年", 2030),
        ([11, 12, 1], 2030, None, None),
        ([2, 1], 2030, "2030-2031学年", 2030),
    ],
)
def test_two_years_above_tell_where_the_months_begin(months, year, period, first):
    assert first_year(months, year, period) == first


def test_what_earlier_bills_still_owe_is_no_month():
    titles = ["客户编号", "11月欠缴", "12月应缴", "全部应缴", "截止日"]
    rows = [["C1", "5", "6", "11", "2030-12-31"], ["C2", "0", "6", "6", "2030-12-31"]]
    found = suggest(table(titles, *rows, year=2030))
    assert (found.months, chosen(found)["amount"]) == (None, "D")
