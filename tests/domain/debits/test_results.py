"""What follows from a bank's result for a record, and from a debit that comes back."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline_collect.domain.bills import BillMark, Dues, Parts
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.business_days.days import BusinessDay, DayState
from offline_collect.domain.commands import Tender
from offline_collect.domain.debits.batches import Batch, BatchState, DebitRecord, RecordState
from offline_collect.domain.debits.results import RecordResult, decide_result, parts_settled
from offline_collect.domain.debits.return_codes import BillEffect, MandateEffect, ReturnCode
from offline_collect.domain.debits.returns import can_come_back, decide_return
from offline_collect.domain.decisions.deciding import Context, Terms
from offline_collect.domain.effects import NO_EFFECTS, ItemKind, NoticeKind
from offline_collect.domain.facts import Facts
from offline_collect.domain.ledger.ledger import Account
from offline_collect.domain.merchants import AmountRule, AmountRuleKind
from offline_collect.domain.transactions import PaymentState
from tests.fakes.bank import NOON
from tests.support.samples import SCHOOL, WATER, school_bill, water_bill

DAY = BusinessDate(2026, 12, 10)
EXACT, PARTIAL = AmountRule(), WATER.amount_rule
PAID = ReturnCode("0000", "settled", "成功", BillEffect.SETTLED)
NO_FUNDS = ReturnCode("1001", "no funds", "余额不足", BillEffect.OPEN, again_after=3)
CLOSED = ReturnCode("1002", "closed", "销户", BillEffect.OPEN, MandateEffect.SUSPENDED)
DOUBT = ReturnCode("4001", "duplicate", "重复", BillEffect.LOCKED, disputed=True)
TOLD = ReturnCode("1003", "differs", "不符", BillEffect.OPEN, notice=True)
CONTEXT = Context(NOON, 7, Terms())
BATCH = Batch(
    batch_no="20261210000001",
    merchant_id="SCHOOL01",
    institution="8801",
    business_date=DAY,
    collection_date=DAY,
    creditor_id=None,
    currency="156",
    record_count=1,
    total_minor=12_345,
    state=BatchState.WRITTEN,
)


def facts_of(merchant, bill):
    facts = Facts(BusinessDay(DAY, DayState.OPEN, NOON, None))
    facts.merchants[merchant.merchant_id] = merchant
    facts.bills[merchant.merchant_id, "S1" if bill is None else bill.bill_no] = bill
    return facts


def record_of(bill, asked):
    return DebitRecord(
        batch_no=BATCH.batch_no,
        sequence=1,
        merchant_id=bill.merchant_id,
        bill_no=bill.bill_no,
        customer_no=bill.customer_no,
        asked=asked,
        mandate_ref="R1",
        state=RecordState.OUT,
    )


def decided(code, settled, merchant=SCHOOL, bill=None, batch=BATCH):
    mine = bill or replace(school_bill(), mark=BillMark.IN_BATCH)
    record = record_of(mine, mine.dues(merchant.late_fee, batch.collection_date))
    return decide_result(batch, record, RecordResult(code, settled), facts_of(merchant, mine), CONTEXT)


def test_what_is_settled_pays_the_bill_through_batch_clearing():
    found = decided(PAID, 12_345)
    (payment,) = found.effects.payments
    assert (found.state, found.opens, found.payment_serial) == (
        RecordState.SETTLED,
        True,
        payment.serial_number,
    )
    assert (payment.tender, payment.state, payment.in_totals) == (Tender.BATCH, PaymentState.APPROVED, False)
    assert payment.key == "B|20261210000001|1"
    (bill,) = found.effects.bills
    assert (bill.paid_principal_minor, bill.outstanding_minor) == (12_345, 0)
    accounts = {(entry.account, entry.owner): entry.amount_minor for entry in found.effects.entries}
    assert accounts == {(Account.BATCH_CLEARING, "8801"): 12_345, (Account.PAYABLE, "SCHOOL01"): -12_345}
    (row,) = found.effects.transactions
    assert (row.key, row.amount_minor) == (payment.key, 12_345)
    assert [notice.kind.value for notice in found.effects.notices] == ["PAID"]


def test_a_part_goes_by_the_merchants_amount_rule_or_into_suspense():
    water = replace(water_bill(), mark=BillMark.IN_BATCH)
    partial = decided(PAID, 5_000, WATER, water)
    assert partial.effects.bills[0].outstanding_minor == water.outstanding_minor - 5_000 + 50
    exact = decided(PAID, 5_000)
    (payment,) = exact.effects.payments
    assert (payment.state, payment.principal_minor) == (PaymentState.SUSPENSE, 0)
    assert exact.effects.bills == exact.effects.notices == ()
    assert {entry.account for entry in exact.effects.entries} == {Account.BATCH_CLEARING, Account.SUSPENSE}
    assert exact.opens


def test_a_refused_debit_is_told_to_the_payer_if_the_code_and_the_merchant_say_so():
    (notice,) = decided(TOLD, 0).effects.notices
    assert (notice.kind, notice.notice_id) == (NoticeKind.DEBIT_FAILED, "DEBIT_FAILED:20261210000001/1")
    assert (notice.customer_no, notice.bill_no) == ("2026030117", "S1")
    assert (notice.amount_minor, notice.payment_serial) == (12_345, None)
    assert decided(NO_FUNDS, 0).effects is NO_EFFECTS
    for silent in (
        replace(SCHOOL, notices=False),
        replace(SCHOOL, untold=frozenset({NoticeKind.DEBIT_FAILED.value})),
    ):
        assert decided(TOLD, 0, silent).effects is NO_EFFECTS


def test_a_debit_in_doubt_opens_an_item_if_its_code_says_so():
    (item,) = decided(DOUBT, 0).effects.items
    assert (item.kind, item.key) == (ItemKind.DEBIT_IN_DOUBT, "DL|20261210000001|1")
    assert (item.amount_minor, item.institution, item.payment_serial) == (12_345, "8801", None)
    assert decided(replace(DOUBT, disputed=False), 0).effects is NO_EFFECTS


@pytest.mark.parametrize("bill", [None, school_bill()])
def test_money_for_a_bill_that_is_not_in_the_batch_any_more_goes_into_suspense(bill):
    record = record_of(school_bill(), Dues(12_345, 0))
    found = decide_result(BATCH, record, RecordResult(PAID, 12_345), facts_of(SCHOOL, bill), CONTEXT)
    assert found.effects.payments[0].state is PaymentState.SUSPENSE


def test_late_fee_since_the_day_of_collection_is_waived():
    water = replace(water_bill(), mark=BillMark.IN_BATCH)
    batch = replace(BATCH, collection_date=DAY - dt.timedelta(days=2), business_date=DAY)
    asked = water.dues(WATER.late_fee, batch.collection_date).payable_minor
    (payment,) = decided(PAID, asked, WATER, water, batch).effects.payments
    assert (payment.principal_minor, payment.waived_minor) == (20_000, 20)


def test_a_result_before_the_day_of_collection_pays_what_was_asked_for_that_day():
    water = replace(water_bill(), mark=BillMark.IN_BATCH)
    batch = replace(BATCH, collection_date=DAY + dt.timedelta(days=5))
    asked = water.dues(WATER.late_fee, batch.collection_date)
    found = decided(PAID, asked.payable_minor, WATER, water, batch)
    (payment,) = found.effects.payments
    assert (payment.late_fee_minor, payment.waived_minor) == (asked.late_fee_minor, 0)
    assert found.effects.bills[0].outstanding_minor == 0


def test_what_is_refused_opens_the_bill_and_says_when_to_try_again():
    found = decided(NO_FUNDS, 0)
    assert (found.state, found.opens, found.mandate) == (RecordState.REFUSED, True, MandateEffect.KEPT)
    assert found.retry_on == DAY + dt.timedelta(days=3)
    closed = decided(CLOSED, 0)
    assert (closed.retry_on, closed.mandate, closed.payment_serial) == (None, MandateEffect.SUSPENDED, None)


def test_what_is_in_doubt_stays_in_the_batch():
    found = decided(DOUBT, 0)
    assert (found.state, found.opens, found.effects.payments) == (RecordState.LOCKED, False, ())


@pytest.mark.parametrize(
    ("settled", "asked", "owed", "rule", "parts"),
    [
        (105, Dues(100, 5), Dues(100, 7), EXACT, Parts(100, 5, 2)),
        (105, Dues(100, 5), Dues(100, 5), EXACT, Parts(100, 5, 0)),
        # An earlier payment was reversed: the principal has grown.
        (105, Dues(100, 5), Dues(300, 7), EXACT, Parts(98, 7)),
        # The late fee was lowered.
        (105, Dues(100, 5), Dues(100, 3), EXACT, None),
        (60, Dues(100, 5), Dues(100, 5), EXACT, None),
        (2_000, Dues(9_000, 5), Dues(9_000, 5), PARTIAL, Parts(1_995, 5)),
        (2_001, Dues(9_000, 5), Dues(9_000, 5), PARTIAL, None),
    ],
)
def test_the_parts_of_what_is_settled(settled, asked, owed, rule, parts):
    assert parts_settled(settled, asked, owed, rule) == parts


@given(
    asked=st.builds(Dues, st.integers(1, 10_000), st.integers(0, 500)),
    more=st.builds(Dues, st.integers(0, 5_000), st.integers(0, 500)),
    settled=st.integers(1, 10_500),
    kind=st.sampled_from(AmountRuleKind),
)
def test_parts_never_exceed_what_is_owed_and_make_the_amount(asked, more, settled, kind):
    owed = Dues(asked.principal_minor + more.principal_minor, asked.late_fee_minor + more.late_fee_minor)
    parts = parts_settled(min(settled, asked.payable_minor), asked, owed, AmountRule(kind))
    if parts is not None:
        assert parts.principal_minor + parts.late_fee_minor == min(settled, asked.payable_minor)
        assert 0 <= parts.principal_minor <= owed.principal_minor
        assert parts.late_fee_minor + parts.waived_minor <= owed.late_fee_minor


def paid():
    found = decided(PAID, 12_345)
    return found.effects.payments[0], replace(found.effects.bills[0], mark=None)


@pytest.mark.parametrize("code", [NO_FUNDS, DOUBT])
def test_a_debit_that_comes_back_takes_back_exactly_its_parts(code):
    payment, bill = paid()
    record = replace(record_of(bill, Dues(12_345, 0)), state=RecordState.SETTLED)
    found = decide_return(record, payment, code, facts_of(SCHOOL, bill), replace(CONTEXT, number=8))
    assert found.bills[0].outstanding_minor == 12_345
    assert [(change.state, change.state_by) for change in found.states] == [
        (PaymentState.REVERSED, "20261210000000000008")
    ]
    accounts = {entry.account: entry.amount_minor for entry in found.entries}
    assert accounts == {Account.BATCH_CLEARING: -12_345, Account.PAYABLE: 12_345}
    assert [item.key for item in found.items] == ["DX|20261210000001|1"] * code.disputed


@pytest.mark.parametrize(
    ("code", "merchant", "kinds"),
    [
        (TOLD, SCHOOL, ["DEBIT_FAILED"]),
        (CLOSED, SCHOOL, ["REVERSED"]),
        (TOLD, replace(SCHOOL, untold=frozenset({"DEBIT_FAILED"})), ["REVERSED"]),
        (TOLD, replace(SCHOOL, untold=frozenset({"DEBIT_FAILED", "REVERSED"})), []),
        (TOLD, replace(SCHOOL, notices=False), []),
    ],
)
def test_a_debit_that_comes_back_is_told_as_failed_or_else_as_reversed(code, merchant, kinds):
    payment, bill = paid()
    record = replace(record_of(bill, Dues(12_345, 0)), state=RecordState.SETTLED)
    facts = facts_of(SCHOOL, bill)
    facts.merchants[payment.merchant_id] = merchant
    found = decide_return(record, payment, code, facts, replace(CONTEXT, number=8))
    assert [each.notice_id for each in found.notices] == [f"{kind}:20261210000000000008" for kind in kinds]
    assert {each.payment_serial for each in found.notices} <= {payment.serial_number}


def test_only_money_that_is_still_there_can_come_back():
    payment, _ = paid()
    there = {state for state in PaymentState if can_come_back(replace(payment, state=state))}
    assert there == {PaymentState.APPROVED, PaymentState.SUSPENSE, PaymentState.APPLIED}
