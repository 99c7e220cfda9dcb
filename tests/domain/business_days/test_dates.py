import datetime as dt

import pytest

from offline_collect.domain.business_days.dates import BusinessDate

FRIDAY = BusinessDate(2026, 11, 20)


@pytest.mark.parametrize("text", ["2026-11-20", "20261120"])
def test_a_business_date_is_read_in_both_forms(text):
    read = BusinessDate.parse(text)
    assert read == FRIDAY
    assert type(read) is BusinessDate


@pytest.mark.parametrize("text", ["", "2026-11", "20.11.2026", "2026-W47-5", "2026W475", "2026-02-30"])
def test_anything_else_is_no_business_date(text):
    with pytest.raises(ValueError, match=r"."):
        BusinessDate.parse(text)


def test_a_business_date_is_written_without_hyphens_in_serial_numbers():
    assert FRIDAY.compact == "20261120"
    assert BusinessDate.of(dt.date(2026, 1, 2)).compact == "20260102"
