"""Which bills a debit batch takes, and why others stay out."""

import datetime as dt
from dataclasses import replace
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline_collect.domain.bills import Dues
from offline_collect.domain.debits.batches import RecordState
from offline_collect.domain.debits.mandates import Cycle, Mandate, MandateState
from offline_collect.domain.debits.selection import Attempt, Candidate, LastDebit, LeftOut, Selection
from offline_collect.domain.merchants import AmountRule, AmountRuleKind
from tests.support.samples import SCHOOL, WATER, school_bill, water_bill

TODAY = dt.date(2026, 12, 1)
COLLECT = dt.date(2026, 12, 3)
SIGNED = Mandate("R1", signed_on=dt.date(2026, 1, 1))
OLDEST_FIRST = replace(SCHOOL, amount_rule=AmountRule(AmountRuleKind.OLDEST_FIRST))


def selection(merchant=SCHOOL, attempt=Attempt.FIRST):
    return Selection(merchant, attempt, COLLECT, TODAY)


def candidate(bill=None, mandate=SIGNED, **more):
    return Candidate(bill or school_bill(), mandate, **{"has_account": True, **more})


def test_a_bill_is_debited_for_what_it_owes_on_the_day_of_collection():
    late = water_bill(due_date=COLLECT - dt.timedelta(days=15))
    assert selection(WATER).judge(candidate(late)) == Dues(20_000, 100)
    assert selection().judge(candidate()) == Dues(12_345, 0)


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"currency": "840"}, LeftOut.OTHER_CURRENCY),
        ({"open_from": COLLECT + dt.timedelta(days=1)}, LeftOut.NOT_OPEN_YET),
        ({"open_from": COLLECT}, None),
        ({"expires_on": COLLECT - dt.timedelta(days=1)}, LeftOut.EXPIRED),
        ({"expires_on": COLLECT}, None),
    ],
)
def test_the_bill_itself_may_keep_it_out(changed, why):
    found = selection().judge(candidate(replace(school_bill(), **changed)))
    assert found == (why or Dues(12_345, 0))


@pytest.mark.parametrize(
    ("mandate", "why"),
    [
        (Mandate("R1"), LeftOut.MANDATE_NOT_ACTIVE),
        (replace(SIGNED, decided=MandateState.CANCELLED), LeftOut.MANDATE_NOT_ACTIVE),
        (replace(SIGNED, last_day=COLLECT - dt.timedelta(days=1)), LeftOut.MANDATE_NOT_ACTIVE),
        (replace(SIGNED, first_day=COLLECT + dt.timedelta(days=1)), LeftOut.MANDATE_NOT_BEGUN),
        (replace(SIGNED, limit_minor=12_344), LeftOut.OVER_LIMIT),
        (replace(SIGNED, limit_minor=12_345), None),
    ],
)
def test_a_mandate_holds_as_of_the_day_of_collection(mandate, why):
    assert selection().judge(candidate(mandate=mandate)) == (why or Dues(12_345, 0))


def test_the_limit_of_a_cycle_counts_earlier_batches_and_this_one():
    limited = replace(SIGNED, cycle=Cycle.MONTH, cycle_limit_minor=30_000)
    chosen = selection()
    first = candidate(mandate=limited, debited_minor=5_000)
    asked = chosen.judge(first)
    chosen.take(first.mandate, asked)
    second = candidate(school_bill("S2"), limited, debited_minor=5_000)
    chosen.take(second.mandate, chosen.judge(second))
    assert (
        chosen.judge(candidate(school_bill("S3"), limited, debited_minor=5_000)) is LeftOut.OVER_CYCLE_LIMIT
    )
    other = replace(limited, reference="R2")
    assert chosen.judge(candidate(school_bill("S4"), other)) == Dues(12_345, 0)


def test_a_customer_without_an_account_stays_out():
    assert selection().judge(candidate(has_account=False)) is LeftOut.NO_ACCOUNT


@pytest.mark.parametrize(
    ("last", "first", "retry"),
    [
        (None, None, LeftOut.FAILED_BEFORE),
        (LastDebit(RecordState.SETTLED, None), None, LeftOut.FAILED_BEFORE),
        (LastDebit(RecordState.REFUSED, None), LeftOut.FAILED_BEFORE, LeftOut.FAILED_BEFORE),
        (LastDebit(RecordState.RETURNED, TODAY), LeftOut.FAILED_BEFORE, None),
        (LastDebit(RecordState.REFUSED, TODAY), LeftOut.FAILED_BEFORE, None),
        (
            LastDebit(RecordState.REFUSED, TODAY + dt.timedelta(days=1)),
            LeftOut.FAILED_BEFORE,
            LeftOut.NOT_AGAIN_YET,
        ),
    ],
)
def test_what_a_bank_has_refused_waits_for_its_day_and_for_debit_retry(last, first, retry):
    mine = candidate(last=last)
    asked = Dues(12_345, 0)
    assert selection().judge(mine) == (first or asked)
    assert selection(attempt=Attempt.RETRY).judge(mine) == (retry or asked)
    assert selection(attempt=Attempt.ANY).judge(mine) == asked


def test_with_the_oldest_first_no_bill_goes_before_one_that_stays_out():
    chosen = selection(OLDEST_FIRST)
    chosen.leave("other", LeftOut.OVER_LIMIT)
    assert chosen.judge(candidate()) == Dues(12_345, 0)
    chosen.leave(school_bill().customer_no, LeftOut.EXPIRED)
    assert chosen.judge(candidate()) == Dues(12_345, 0)
    chosen.leave(school_bill().customer_no, LeftOut.OVER_LIMIT)
    assert chosen.judge(candidate()) is LeftOut.OLDER_BILL_OPEN
    free = selection()
    free.leave(school_bill().customer_no, LeftOut.OVER_LIMIT)
    assert free.judge(candidate()) == Dues(12_345, 0)


DAYS = st.sampled_from([None, COLLECT - dt.timedelta(days=1), COLLECT, COLLECT + dt.timedelta(days=1)])
LIMITS = st.sampled_from([None, 100, 12_345, 10**9])
BILLS = st.builds(
    partial(replace, school_bill()),
    open_from=DAYS,
    expires_on=DAYS,
    currency=st.sampled_from(["156", "156", "840"]),
    customer_no=st.sampled_from(["C1", "C2"]),
    due_date=st.sampled_from([COLLECT - dt.timedelta(days=9), COLLECT]),
    fee_base=st.sampled_from([0, 0, 70_000]),
)
MANDATES = st.builds(
    Mandate,
    reference=st.sampled_from(["R1", "R2"]),
    signed_on=DAYS,
    first_day=DAYS,
    last_day=DAYS,
    limit_minor=LIMITS,
    cycle=st.just(Cycle.MONTH),
    cycle_limit_minor=LIMITS,
    decided=st.sampled_from([None, None, MandateState.ACTIVE, MandateState.SUSPENDED]),
)
CANDIDATES = st.lists(
    st.builds(
        Candidate,
        bill=BILLS,
        mandate=st.one_of(st.just(SIGNED), MANDATES),
        has_account=st.booleans(),
        last=st.sampled_from([None, None, LastDebit(RecordState.REFUSED, None)]),
    ),
    max_size=6,
)
MERCHANTS = st.sampled_from([SCHOOL, OLDEST_FIRST, replace(WATER, currency="156")])


@given(MERCHANTS, st.sampled_from(Attempt), CANDIDATES)
def test_what_is_usual_is_what_the_whole_judgement_says(merchant, attempt, candidates):
    chosen = selection(merchant, attempt)
    for each in candidates:
        judged = chosen.judge(each)
        usual = chosen.usual(each.bill, each.mandate, each.last, has_account=each.has_account)
        assert usual is None or usual == judged
        if isinstance(judged, LeftOut):
            chosen.leave(each.bill.customer_no, judged)
        else:
            chosen.take(each.mandate, judged)


def test_most_bills_are_usual():
    usual = selection().usual(school_bill(), SIGNED, None, has_account=True)
    assert usual == Dues(12_345, 0)


def test_a_mandate_is_looked_at_once_and_one_with_limits_is_left_to_the_whole_judgement():
    chosen = selection()
    found = [chosen.usual(school_bill(number), SIGNED, None, has_account=True) for number in ("S1", "S2")]
    assert found == [Dues(12_345, 0), Dues(12_345, 0)]
    limited = replace(SIGNED, limit_minor=12_345)
    assert chosen.usual(school_bill("S3"), limited, None, has_account=True) is None
