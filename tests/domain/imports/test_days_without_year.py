"""The year of a day that was written without one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline_collect.domain.imports.days_without_year import year_of_day


@pytest.mark.parametrize(
    ("month", "period", "year"),
    [
        (12, "2030-12", 2030),
        (11, "2030-12", 2030),
        (1, "2030-12", 2031),
        (3, "2030-12", 2031),
        (12, "2031-01", 2030),
        (1, "2031年第一季度", 2031),
        (12, "2031年第1季度", 2030),
        (4, "2031二季度", 2031),
        (12, "2031年第四季度", 2031),
        (8, "2031年第三季度", 2031),
        (9, "2030年秋季学期", 2030),
        (1, "2030年秋季学期", 2031),
        (3, "2031年春季班", 2031),
        (12, "2030年秋季", 2030),
        (2, "2031年春季", 2031),
        (7, "2031年上半年", 2031),
        (7, "2031年下半年", 2031),
        (12, "2030-2031采暖季", 2030),
        (10, "2030-2031供暖期", 2030),
        (9, "2030-2031学年第一学期", 2030),
        (2, "2030-2031学年第二学期", 2031),
    ],
)
def test_a_period_tells_the_year_of_its_days(month, period, year):
    assert year_of_day(month, period) == year


@pytest.mark.parametrize(
    ("month", "period"),
    [
        (8, "2030-12"),
        (6, "2030-12"),
        (12, "2030年"),
        (12, "十二月"),
        (12, "2030-2031学年"),
        (12, "2030年寒假班"),
        (12, "2030年秋季校服"),
        (8, "2030-2031采暖季"),
    ],
)
def test_what_a_period_does_not_tell_stays_unknown(month, period):
    assert year_of_day(month, period) is None


@given(st.integers(2001, 2090), st.integers(1, 12), st.integers(1, 12))
def test_a_day_is_near_its_month_or_unknown(year, number, month):
    found = year_of_day(month, f"{year}-{number:02d}")
    assert found is None or -1 <= (found * 12 + month) - (year * 12 + number) <= 3
