"""Which searches of payments read only a part of the store."""

from dataclasses import replace

import pytest

from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.commands import Tender
from offline_collect.domain.payment_story import SEARCH_DAYS_MAX, PaymentCriteria, PaymentStory
from offline_collect.domain.transactions import PaymentState
from tests.fakes.bank import NOON
from tests.messages.commands import Terminal
from tests.support.samples import sample_bank

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


@pytest.mark.parametrize(
    ("criteria", "narrows", "of_messages"),
    [
        (days(1), False, False),
        ({"merchant_id": "SCHOOL01"}, True, False),
        ({"institution": "12345678"}, True, False),
        ({"stan": "000001"}, True, True),
        ({"amount_minor": 0}, True, True),
    ],
)
def test_what_payments_of_the_days_may_not_match(criteria, narrows, of_messages):
    asked = PaymentCriteria(**criteria)
    assert (asked.narrows, asked.of_messages) == (narrows, of_messages)


def test_a_payment_and_its_reversal_name_the_notices_that_they_may_have_caused():
    bank = sample_bank()
    terminal = Terminal()
    paid = terminal.payment(NOON, "SCHOOL01", "S1", 12_345)
    bank.submit(paid)
    bank.submit(terminal.reversal(NOON, paid))
    (payment,) = bank.tables.payments.values()
    (reversal,) = bank.tables.reversals.values()
    story = PaymentStory((payment, replace(payment, line=2)), (), (), None, {})
    assert story.notice_ids == (f"PAID:{payment.serial_number}", f"PAID:{payment.serial_number}/2")
    undone = replace(story, reversal=reversal)
    assert undone.notice_ids[2:] == (
        f"REVERSED:{reversal.serial_number}",
        f"REVERSED:{reversal.serial_number}/2",
    )
    assert {notice.notice_id for notice in bank.tables.notices.values()} <= set(undone.notice_ids)
    back = replace(payment, tender=Tender.BATCH, state=PaymentState.REVERSED, state_by="7")
    assert replace(story, lines=(back,)).notice_ids[1:] == ("REVERSED:7", "DEBIT_FAILED:7")
