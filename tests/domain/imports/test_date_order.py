"""Which part of dates that end in their year is the day."""

import pytest

from offline_collect.domain.imports.date_order import date_order


@pytest.mark.parametrize(
    ("texts", "order"),
    [
        (["25/12/2030", "05/01/2031"], "DMY"),
        (["12-25-2030", "1-5-2031"], "MDY"),
        (["31.12.2030 23:59"], "DMY"),
    ],
)
def test_a_number_over_12_is_the_day(texts, order):
    assert date_order(texts) == order


@pytest.mark.parametrize(
    "texts", [[], ["05/12/2030"], ["25/12/2030", "12/25/2030"], ["25/12/2030", "2030-12-25"], ["25/12-2030"]]
)
def test_otherwise_nothing_is_known(texts):
    assert date_order(texts) is None
