"""What a run pays: nothing twice, nothing lost, whatever becomes of a merchant's terms."""

import datetime as dt
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline_collect.domain.business_days.calendar import EVERY_DAY
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.ledger.ledger import Account
from offline_collect.domain.reconciliation.settlement import MerchantDay
from offline_collect.domain.settlement.cycles import SettlementTerms, parse_cycle
from offline_collect.domain.settlement.entries import Books, fee_entries, payout_entries
from offline_collect.domain.settlement.payouts import (
    PAID,
    PAYOUT_LIFE,
    RUN_LIFE,
    Due,
    Line,
    Payout,
    PayoutAccount,
    PayoutKind,
    PayoutState,
    RunState,
    due_of,
    place_of,
    plan_payouts,
    reference_of,
)
from tests.domain.settlement.test_cycles import CALENDARS, CYCLES, DATES

MONDAY = BusinessDate(2026, 11, 23)
DAYS = [BusinessDate.of(MONDAY + dt.timedelta(days=days)) for days in range(5)]
DAILY = SettlementTerms()


def plan(terms, dues, settling=DAYS[-1], *, month_ends=False):
    return plan_payouts(terms, dues, settling, EVERY_DAY, month_ends=month_ends)


def test_all_days_that_are_ripe_are_paid_together():
    dues = [Due(day, 1_000, None) for day in DAYS]
    assert plan(DAILY, dues) == (Line(PayoutKind.PAYOUT, 5_000, tuple(DAYS)),)
    next_day = SettlementTerms(parse_cycle("T+1"))
    assert plan(next_day, dues) == (Line(PayoutKind.PAYOUT, 4_000, tuple(DAYS[:4])),)
    assert plan(SettlementTerms(parse_cycle("weekly: sunday")), dues) == ()


@pytest.mark.parametrize("minor", [0, 999, -999])
def test_what_is_below_the_least_amount_is_carried_over(minor):
    assert plan(SettlementTerms(least_minor=1_000), [Due(MONDAY, minor, None)]) == ()


def test_nothing_is_carried_over_for_ever_as_nothing():
    assert plan(DAILY, [Due(MONDAY, 500, None), Due(DAYS[1], -500, None)]) == ()
    assert plan(DAILY, [Due(MONDAY, 500, None), Due(DAYS[1], -500, None), Due(DAYS[2], 1, None)]) == (
        Line(PayoutKind.PAYOUT, 1, tuple(DAYS[:3])),
    )


def test_a_merchant_that_owes_is_debited():
    assert plan(DAILY, [Due(MONDAY, -700, None)]) == (Line(PayoutKind.PAYOUT, -700, (MONDAY,)),)


def test_fees_of_a_month_are_charged_with_its_last_day_whatever_the_cycle():
    terms = SettlementTerms(parse_cycle("weekly: sunday"), 10**9, fees_monthly=True)
    dues = [Due(day, 1_000, 5) for day in DAYS]
    assert plan(terms, dues) == ()
    assert plan(terms, dues, month_ends=True) == (Line(PayoutKind.FEES, -25, tuple(DAYS)),)
    # A merchant that was billed by the month before still is, for those days.
    assert plan(DAILY, dues, month_ends=True)[1] == Line(PayoutKind.FEES, -25, tuple(DAYS))
    returned = [Due(MONDAY, None, -5)]
    assert plan(terms, returned, month_ends=True) == (Line(PayoutKind.FEES, 5, (MONDAY,)),)
    assert plan(terms, [Due(MONDAY, None, 5), Due(DAYS[1], None, -5)], month_ends=True) == ()


def test_a_day_owes_by_the_terms_of_its_settlement():
    day = MerchantDay("SCHOOL01", "156").credited(2, 500, 10).taken_back(1, 500, 10)
    assert due_of(day, MONDAY, DAILY) == Due(MONDAY, 490, None)
    monthly = replace(DAILY, fees_monthly=True)
    assert due_of(day, MONDAY, monthly) == Due(MONDAY, 500, 10)
    assert due_of(replace(day, fees_minor=0), MONDAY, monthly) == Due(MONDAY, 500, None)


TERMS = st.builds(SettlementTerms, CYCLES, st.integers(0, 3_000), st.booleans())
AMOUNTS = st.integers(-2_000, 5_000)


@given(
    st.lists(
        st.tuples(DATES, AMOUNTS, st.integers(-20, 50), TERMS), max_size=60, unique_by=lambda row: row[0]
    ),
    CALENDARS,
)
def test_each_amount_is_paid_once_or_still_waits(rows, calendar):
    """A merchant's terms change from day to day; days are settled in their order."""
    rows.sort()
    dues, paid = {}, []
    for (date, owed, fees, terms), following in pairwise([*rows, (dt.date(2030, 1, 1),)]):
        day = BusinessDate.of(date)
        sums = MerchantDay("M", "156", gross_minor=owed, fees_minor=fees)
        dues[day] = due_of(sums, day, terms)
        open_dues = [each for each in dues.values() if (each.payable_minor, each.fees_minor) != (None, None)]
        lines = plan_payouts(terms, open_dues, day, calendar, month_ends=following[0].month != date.month)
        for line in lines:
            owing = "payable_minor" if line.kind is PayoutKind.PAYOUT else "fees_minor"
            sign = 1 if line.kind is PayoutKind.PAYOUT else -1
            assert line.amount_minor == sign * sum(getattr(dues[each], owing) for each in line.days)
            assert line.amount_minor
            for each in line.days:
                dues[each] = replace(dues[each], **{owing: None})
            paid.append(line.amount_minor)
    waiting = sum((due.payable_minor or 0) - (due.fees_minor or 0) for due in dues.values())
    assert sum(paid) + waiting == sum(owed - fees for _, owed, fees, _ in rows)


BOOKS = Books("SCHOOL01", "BANK", "156", MONDAY)


@pytest.mark.parametrize("kind", PayoutKind)
@pytest.mark.parametrize("amount", [700, -700])
def test_a_payout_moves_what_is_owed_to_the_bank_and_back_when_it_fails(kind, amount):
    owing = Account.PAYABLE if kind is PayoutKind.PAYOUT else Account.FEES_RECEIVABLE
    out = payout_entries("P1", BOOKS, kind, amount)
    assert [(each.line, each.account, each.owner, each.amount_minor) for each in out] == [
        (1, owing, "SCHOOL01", amount),
        (2, Account.PAYOUT_CLEARING, "BANK", -amount),
    ]
    back = payout_entries("P2", BOOKS, kind, -amount)
    for one, other in zip(out, back, strict=True):
        assert (one.account, one.owner, one.amount_minor) == (other.account, other.owner, -other.amount_minor)
    assert {each.business_date for each in out} == {MONDAY}


def test_fees_are_taken_off_at_once_or_owed_until_the_month_ends():
    netted = fee_entries("P1", BOOKS, Due(MONDAY, 490, None), 10)
    assert [(each.account, each.amount_minor) for each in netted] == [
        (Account.PAYABLE, 10),
        (Account.FEE_INCOME, -10),
    ]
    monthly = fee_entries("P1", BOOKS, Due(MONDAY, 500, 10), 10)
    assert [(each.account, each.owner) for each in monthly] == [
        (Account.FEES_RECEIVABLE, "SCHOOL01"),
        (Account.FEE_INCOME, "BANK"),
    ]


def test_a_payout_is_named_by_its_run():
    payout = Payout(
        run_no="20261123000001",
        sequence=7,
        merchant_id="SCHOOL01",
        kind=PayoutKind.PAYOUT,
        amount_minor=1,
        account=PayoutAccount("6222000000000001", "阳光小学"),
        remark=None,
        posting="P1",
    )
    assert payout.reference == reference_of("20261123000001", 7) == "20261123000001-7"
    assert place_of(payout.reference) == ("20261123000001", 7)
    assert "6222" not in repr(payout)
    assert "阳光" not in repr(payout)


@pytest.mark.parametrize(
    "text", ["", "7", "-7", "20261123000001-", "20261123000001-x", f"1-{'9' * 11}", "1-٧"]
)
def test_other_texts_name_no_payout(text):
    assert place_of(text) is None


def test_money_that_is_with_the_bank_is_not_payable_and_no_other():
    lost = {step.target for step in PAYOUT_LIFE.values()} - PAID
    assert lost == {PayoutState.FAILED, PayoutState.WAITING, PayoutState.REPLACED}
    assert all(not step.sources & {PayoutState.BOOKED} for step in PAYOUT_LIFE.values())
    assert all(RunState.TAKEN not in step.sources for step in RUN_LIFE.values())
