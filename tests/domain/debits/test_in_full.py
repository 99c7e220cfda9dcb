"""Results that pay bills in full, found at once: each is what the whole decision makes of it."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline_collect.domain.bills import BillMark, Dues
from offline_collect.domain.debits.in_full import Debited, InFull
from offline_collect.domain.debits.results import RecordResult, asked_up_to, decide_result
from offline_collect.domain.debits.return_codes import MandateEffect
from offline_collect.domain.late_fee import LateFeeKind, LateFeeRule
from offline_collect.domain.transactions import PaymentState
from tests.domain.debits.test_results import (
    BATCH,
    CONTEXT,
    DAY,
    DOUBT,
    NO_FUNDS,
    PAID,
    facts_of,
    record_of,
)
from tests.support.samples import SCHOOL, school_bill

DAYS = st.sampled_from([DAY - dt.timedelta(days=days) for days in (-5, 0, 1, 30)])
DAILY = LateFeeRule(kind=LateFeeKind.DAILY, rate_billionths=500_000, grace_days=3)
RULES = st.sampled_from([LateFeeRule(), DAILY, LateFeeRule(kind=LateFeeKind.FLAT, flat_minor=500)]).flatmap(
    lambda rule: st.sampled_from([rule, DAILY.amended(LateFeeRule(), DAY - dt.timedelta(days=10)), rule])
)
BILLS = st.builds(
    lambda paid, **changed: replace(school_bill(), paid_principal_minor=paid, **changed),
    paid=st.sampled_from([0, 0, 345, 12_345]),
    due_date=DAYS,
    mark=st.sampled_from([BillMark.IN_BATCH, BillMark.IN_BATCH, None]),
    fee_base=st.sampled_from([0, 0, 90_000]),
    fee_through=st.one_of(st.none(), DAYS),
    paid_late_fee_minor=st.sampled_from([0, 7]),
    waived_late_fee_minor=st.sampled_from([0, 3]),
)
CODES = st.sampled_from([PAID, PAID, NO_FUNDS, DOUBT, replace(PAID, mandate=MandateEffect.SUSPENDED)])
COLLECTED = st.sampled_from([DAY, DAY + dt.timedelta(days=2)])


def debited(bill):
    return Debited._make(getattr(bill, name) for name in Debited._fields)


@given(BILLS, RULES, CODES, COLLECTED, st.integers(0, 2), st.sampled_from([0, 0, 5]))
def test_each_is_what_the_whole_decision_makes_of_it(bill, rule, code, collected, less, late):
    merchant, batch = replace(SCHOOL, late_fee=rule), replace(BATCH, collection_date=collected)
    asked = Dues(bill.outstanding_minor, late)
    settled = asked.payable_minor - less
    on = asked_up_to(batch, DAY)
    base = InFull(rule, on).fee_base(debited(bill), code, settled, asked)
    if base is None:
        return
    found = decide_result(
        batch, record_of(bill, asked), RecordResult(code, settled), facts_of(merchant, bill), CONTEXT
    )
    assert (found.opens, found.mandate, found.retry_on) == (True, MandateEffect.KEPT, None)
    (payment,) = found.effects.payments
    assert payment.state is PaymentState.APPROVED
    assert {payment.amount_minor, payment.principal_minor, payment.owed_principal_minor} == {settled}
    assert (payment.late_fee_minor, payment.waived_minor, payment.owed_late_fee_minor) == (0, 0, 0)
    assert payment.payer_fee_minor == 0
    assert {abs(entry.amount_minor) for entry in found.effects.entries} == {settled}
    assert found.effects.bills == (
        replace(
            bill,
            paid_principal_minor=bill.amount_minor,
            fee_base=base,
            fee_through=on,
            late_fee_left_minor=0,
        ),
    )


def in_full(bill, code=PAID, settled=12_345, asked=None, rule=None):
    return InFull(rule or LateFeeRule(), DAY).fee_base(
        debited(replace(bill, mark=BillMark.IN_BATCH)), code, settled, asked or Dues(12_345, 0)
    )


def test_most_results_are_found():
    late = replace(school_bill(), due_date=DAY - dt.timedelta(days=2))
    assert in_full(replace(school_bill(), due_date=DAY)) == 0
    assert in_full(late) == 2 * 12_345
    assert in_full(late, rule=DAILY) == 0
    assert in_full(replace(late, fee_base=5, fee_through=DAY - dt.timedelta(days=1))) == 5 + 12_345


@pytest.mark.parametrize(
    ("changed", "of_bill"),
    [
        ({"code": NO_FUNDS}, {}),
        ({"code": replace(PAID, mandate=MandateEffect.SUSPENDED)}, {}),
        ({"settled": 12_344}, {}),
        ({"asked": Dues(12_340, 5)}, {}),
        ({}, {"paid_principal_minor": 1}),
        ({"rule": DAILY}, {"due_date": DAY - dt.timedelta(days=9)}),
    ],
)
def test_the_others_are_decided_one_by_one(changed, of_bill):
    assert in_full(replace(school_bill(), **{"due_date": DAY, **of_bill}), **changed) is None


def test_bills_of_the_same_days_have_the_same_new_days():
    taken = InFull(LateFeeRule(), DAY)
    bills = [replace(school_bill(number), mark=BillMark.IN_BATCH, due_date=DAY) for number in ("S1", "S2")]
    asked = Dues(12_345, 0)
    assert [taken.fee_base(debited(bill), PAID, 12_345, asked) for bill in bills] == [0, 0]
