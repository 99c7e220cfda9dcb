import datetime as dt

import pytest

from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.decisions.deciding import Context, Terms

NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)


def test_a_serial_number_is_the_business_date_and_twelve_digits():
    context = Context(NOW, 42, Terms())
    assert context.serial(BusinessDate(2026, 11, 22)) == "20261122000000000042"
    assert context.serial(BusinessDate(2026, 11, 23), 1) == "20261123000000000043"


@pytest.mark.parametrize(
    ("number", "code"),
    [(1, "A00001"), (99_999, "A99999"), (100_000, "B00000"), (2_599_999, "Z99999"), (2_600_000, "A00000")],
)
def test_an_approval_code_is_a_letter_and_five_digits(number, code):
    assert Context(NOW, number, Terms()).approval_code() == code
