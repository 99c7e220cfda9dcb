"""An import stops before it gives bills to others or renames many customers."""

import pytest

from offline_collect.domain.imports.identity import BillIdentity, BillMove, bill_move, stops_import
from offline_collect.domain.imports.rows import (
    NO_CLAIMS,
    BillInEffect,
    Change,
    KnownCustomers,
    judge_bill,
    judge_customer,
)

OCTOBER = BillIdentity("1-101", "2026-10")
OPEN = BillInEffect(same=False, mark=None, paid=False)
PAID = BillInEffect(same=False, mark=None, paid=True)


@pytest.mark.parametrize(
    "after", [BillIdentity("1-103", "2026-10"), BillIdentity("1-101", "2026-11"), BillIdentity("1-101", None)]
)
def test_a_bill_moves_to_another_customer_or_period(after):
    assert bill_move(OCTOBER, after) == BillMove(OCTOBER, after)
    assert bill_move(after, OCTOBER) == BillMove(after, OCTOBER)


def test_a_bill_that_keeps_both_does_not_move():
    assert bill_move(OCTOBER, BillIdentity("1-101", "2026-10")) is None


def test_only_a_changed_bill_has_a_move():
    move = BillMove(OCTOBER, BillIdentity("1-103", "2026-11"))

    def judged(there):
        return judge_bill(
            "1", "1-103", there, NO_CLAIMS, customers=KnownCustomers({"1-103"}), staged=True, move=move
        )

    assert (judged(OPEN).change, judged(OPEN).move) == (Change.CHANGED, move)
    assert (judged(PAID).change, judged(PAID).move) == (Change.REFUSED, None)


@pytest.mark.parametrize("renamed", [False, True])
def test_only_a_changed_customer_is_renamed(renamed):
    def judged(*, there, same=False):
        return judge_customer(
            "1", there=there, same=same, renamed=renamed, claims=NO_CLAIMS, staged=True
        ).renamed

    assert judged(there=True) is renamed
    assert not judged(there=False)
    assert not judged(there=True, same=True)


@pytest.mark.parametrize(
    ("moved", "renamed", "customers", "stops"),
    [
        (0, 0, 0, False),
        (1, 0, 1_000_000, True),
        (0, 1, 1, False),
        (0, 2, 2, True),
        (0, 2, 19, True),
        (0, 2, 20, False),
        (0, 100, 1_000, False),
        (0, 101, 1_000, True),
    ],
)
def test_one_moved_bill_or_more_than_a_tenth_of_the_customers_stop_an_import(
    moved, renamed, customers, stops
):
    assert stops_import(moved=moved, renamed=renamed, customers=customers) is stops
