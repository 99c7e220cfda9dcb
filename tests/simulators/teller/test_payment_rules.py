"""The rules of amounts that shell and kiosk share."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline_collect_terminal.teller.link.answers import Owed
from offline_collect_terminal.teller.link.requests import BILLS_MAX, PaidBill
from offline_collect_terminal.teller.tasks.payment_rules import (
    AMOUNT_MAX,
    part_problem,
    selection_problem,
    sum_problem,
    too_many,
)

CNY = "156"
AMOUNTS = st.integers(1, 10_000)


def owed(payable=100, least=None, step=1):
    return Owed("X1", "", "", "", payable, 0, payable, least, step, "OPEN")


@given(payable=AMOUNTS, least=AMOUNTS, step=AMOUNTS, amount=st.integers(0, 12_000))
def test_a_part_is_within_its_bounds_and_a_multiple_of_the_step_or_all_of_it(payable, least, step, amount):
    bill = owed(payable, min(least, payable), step)
    fits = bill.least_minor <= amount <= payable and (amount == payable or amount % step == 0)
    assert (part_problem(bill, amount, CNY) is None) == fits


@given(payable=AMOUNTS, amount=st.integers(0, 12_000))
def test_a_bill_without_parts_is_paid_whole(payable, amount):
    assert (part_problem(owed(payable), amount, CNY) is None) == (amount == payable)


@pytest.mark.parametrize(("count", "refused"), [(1, False), (BILLS_MAX, False), (BILLS_MAX + 1, True)])
def test_only_so_many_bills_are_paid_together(count, refused):
    assert (too_many([owed()] * count) is not None) == refused


def test_a_bill_of_which_nothing_is_payable_is_not_chosen():
    assert selection_problem([owed(), owed()]) is None
    assert "X1" in str(selection_problem([owed(), owed(payable=0)]))


@pytest.mark.parametrize(("amount", "fee", "refused"), [(AMOUNT_MAX - 1, 1, False), (AMOUNT_MAX, 1, True)])
def test_a_payment_carries_so_much_and_no_more(amount, fee, refused):
    assert (sum_problem([PaidBill("X1", amount)], fee) is not None) == refused
