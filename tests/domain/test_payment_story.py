"""Which searches of payments read only a part of the store."""

import pytest

from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.payment_story import SEARCH_DAYS_MAX, PaymentCriteria

FIRST = BusinessDate(2026, 12, 1)


def days(count):
    """Criteria of so many business days."""
    return {"first": FIRST, "last": BusinessDate(2026, 12, count)}


@pytest.mark.parametrize(
    "criteria",
    [
        {"merchant_id": "SCHOOL01", "bill_no": "B1"},
        {"merchant_id": "SCHOOL01", "customer_no": "C1"},
        {"institution": "12345678", "terminal": "T1"},
        days(1),
        days(SEARCH_DAYS_MAX),
    ],
)
def test_a_search_of_bills_a_terminal_or_few_days_is_bounded(criteria):
    assert PaymentCriteria(**criteria).bounded


@pytest.mark.parametrize(
    "criteria",
    [
        {},
        {"merchant_id": "SCHOOL01"},
        {"bill_no": "B1"},
        {"institution": "12345678"},
        {"terminal": "T1", "stan": "000001"},
        {"first": FIRST},
        {"last": FIRST},
        {"first": FIRST, "last": BusinessDate(2027, 1, 1)},
        {"first": BusinessDate(2026, 12, 2), "last": FIRST},
    ],
)
def test_others_are_not(criteria):
    assert not PaymentCriteria(**criteria).bounded
