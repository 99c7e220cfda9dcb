"""An import stops before it gives bills to others or renames many customers."""

import datetime as dt

import pytest

from offline_collect.domain.imports.identity import (
    BillIdentity,
    BillMove,
    bill_move,
    inputs_change,
    name_change,
    name_hash,
    names_stop,
    stops_import,
)
from offline_collect.domain.imports.rows import (
    NO_CLAIMS,
    BillInEffect,
    Change,
    KnownCustomers,
    judge_bill,
    judge_customer,
)

DUE = dt.date(2026, 11, 30)
OCTOBER = BillIdentity("1-101", "2026-10", DUE, "餐费")
UNDATED = OCTOBER._replace(period=None)
OPEN = BillInEffect(same=False, mark=None, paid=False)
PAID = BillInEffect(same=False, mark=None, paid=True)


@pytest.mark.parametrize(
    "after",
    [
        OCTOBER._replace(customer_no="1-103"),
        OCTOBER._replace(period="2026-11"),
        OCTOBER._replace(period=None),
    ],
)
def test_a_bill_moves_to_another_customer_or_period(after):
    assert bill_move(OCTOBER, after) == BillMove(OCTOBER, after)
    assert bill_move(after, OCTOBER) == BillMove(after, OCTOBER)


def test_a_bill_that_keeps_both_does_not_move():
    assert bill_move(OCTOBER, OCTOBER._replace(due_date=DUE.replace(month=12), description="水费")) is None


@pytest.mark.parametrize("period", ["11月", "秋季学期", "第四季度"])
def test_a_period_without_a_year_comes_again_each_year(period):
    before = OCTOBER._replace(period=period)
    assert bill_move(before, before._replace(due_date=DUE.replace(day=1))) is None
    after = before._replace(due_date=DUE.replace(year=2027))
    assert bill_move(before, after) == BillMove(before, after)


def test_a_month_that_gets_its_year_is_the_same_period():
    before, after = OCTOBER._replace(period="10月"), OCTOBER
    assert bill_move(before, after) is bill_move(after, before) is None
    for other in ("2026-11", "十月初"):
        moved = OCTOBER._replace(period=other)
        assert bill_move(before, moved) == BillMove(before, moved)
    late = after._replace(due_date=DUE.replace(year=2027))
    assert bill_move(before, late) == BillMove(before, late)


@pytest.mark.parametrize(
    "change",
    [{"due_date": DUE.replace(month=12)}, {"due_date": DUE.replace(year=2027)}, {"description": "水费"}],
)
def test_without_periods_a_bill_of_another_month_or_item_is_another_debt(change):
    after = UNDATED._replace(**change)
    assert bill_move(UNDATED, after) == BillMove(UNDATED, after)


@pytest.mark.parametrize(
    "change", [{"due_date": DUE.replace(day=1)}, {"description": None}, {"description": " 餐　费 "}]
)
def test_another_day_or_an_item_written_otherwise_makes_no_other_debt(change):
    after = UNDATED._replace(**change)
    assert bill_move(UNDATED, after) is bill_move(after, UNDATED) is None


def test_only_a_changed_bill_has_a_move():
    move = BillMove(OCTOBER, BillIdentity("1-103", "2026-11", DUE, None))

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


@pytest.mark.parametrize("there", [False, True])
def test_only_a_renamed_customer_gives_up_a_name(there):
    change = name_change("张三", "李四")
    judged = judge_customer(
        "1", there=there, same=False, renamed=True, claims=NO_CLAIMS, staged=True, names=change
    )
    assert judged.names == (change if there else None)
    assert change.given_up == name_change("李四", "张 三").taken
    assert name_change("王　明", "王明") is None


@pytest.mark.parametrize("there", [False, True])
def test_only_a_changed_customer_has_other_inputs(there):
    change = inputs_change({"room": "1-101"}, {"room": "1-102"})
    judged = judge_customer(
        "1", there=there, same=False, renamed=False, claims=NO_CLAIMS, staged=True, inputs=change
    )
    assert judged.inputs == (change if there else None)


def test_inputs_that_change_places_are_given_up_and_taken():
    one, other = {"room": "1-101", "meter": "7"}, {"room": "1-102", "meter": "7"}
    there, back = inputs_change(one, other), inputs_change(other, one)
    assert (there.given_up, there.taken) == (back.taken, back.given_up)
    assert len(there.given_up) == 1
    assert there.given_up != there.taken


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"room": "1-101"}, {"room": "1-101"}),
        ({}, {"room": "1-101"}),
        ({"room": ""}, {"room": "1-101"}),
        ({"room": "1-101"}, {}),
        ({"meter": "a7"}, {"meter": "A7"}),
        ({"meter": "7"}, {"meter": "0007"}),
        ({"meter": "７"}, {"meter": " 7 "}),
    ],
)
def test_a_value_that_is_new_gone_or_written_otherwise_is_no_change(before, after):
    assert inputs_change(before, after) is None


@pytest.mark.parametrize(
    ("differing", "compared", "permuted", "stops"),
    [
        (0, 0, True, False),
        (1, 1, True, False),
        (2, 100, True, True),
        (2, 19, False, True),
        (2, 20, False, False),
    ],
)
def test_payers_names_in_another_order_or_many_others_stop_an_import(differing, compared, permuted, stops):
    assert names_stop(differing=differing, compared=compared, permuted=permuted) is stops


def test_a_name_is_the_same_however_it_is_written():
    assert name_hash("王　明 ") == name_hash("王明") != name_hash("李明")


@pytest.mark.parametrize(
    ("moved", "exchanged", "renamed", "changed", "customers", "stops"),
    [
        (0, 0, 0, 0, 0, False),
        (1, 0, 0, 0, 1_000_000, True),
        (0, 1, 0, 2, 1_000_000, True),
        (0, 0, 1, 1, 1, False),
        (0, 0, 2, 0, 2, True),
        (0, 0, 2, 0, 19, True),
        (0, 0, 2, 2, 20, False),
        (0, 0, 100, 0, 1_000, False),
        (0, 0, 101, 0, 1_000, True),
        (0, 0, 0, 2, 19, True),
        (0, 0, 0, 101, 1_000, True),
    ],
)
def test_a_moved_bill_an_exchange_or_more_than_a_tenth_of_the_customers_stop_an_import(
    moved, exchanged, renamed, changed, customers, stops
):
    found = stops_import(
        moved=moved, exchanged=exchanged, renamed=renamed, changed=changed, customers=customers
    )
    assert found is stops
