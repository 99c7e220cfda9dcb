"""Payments at the merchant's office: what they cover, what refuses them, and how they are undone."""

import datetime as dt
from dataclasses import replace

import pytest

from offline_collect.domain.bills import BillMark, BillState
from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.commands import ReversalReason, Tender
from offline_collect.domain.errors import PostingError
from offline_collect.domain.ledger.ledger import Account
from offline_collect.domain.ledger.manual_postings import ManualPostingKind
from offline_collect.domain.merchants import MerchantStatus
from offline_collect.domain.transactions import PaymentState, TransactionKind
from tests.fakes.bank import DAY
from tests.support.samples import SCHOOL, WATER, school_bill, water_bill

LATE = 25 * dt.timedelta(days=1)
"""From the open day to 13 days after the water bill's grace."""

FEE = 120


@pytest.fixture
def late(bank):
    """A water bill whose late fee has grown to 1.20."""
    bank.cutover(LATE.days)
    return bank


def entries_of(bank, posting):
    return [
        (entry.account, entry.owner, entry.amount_minor, entry.business_date)
        for entry in bank.tables.entries.values()
        if entry.posting == posting.serial_number
    ]


def test_all_that_is_owed_is_paid_and_the_bill_is_paid(bank):
    posting = bank.settle_outside(paid_on=dt.date(2026, 11, 20))
    payment = bank.tables.payments[posting.serial_number]
    assert bank.tables.bills["SCHOOL01", "S1"].state(DAY) is BillState.PAID
    assert (payment.tender, payment.state, payment.in_totals) == (
        Tender.OUTSIDE,
        PaymentState.APPROVED,
        False,
    )
    assert (payment.amount_minor, payment.principal_minor, payment.late_fee_minor) == (12_345, 12_345, 0)
    assert (posting.kind, posting.reference, posting.paid_on, posting.who) == (
        ManualPostingKind.OUTSIDE,
        "R-1",
        dt.date(2026, 11, 20),
        "ops",
    )
    assert entries_of(bank, posting) == [
        (Account.OUTSIDE, "SCHOOL01", 12_345, DAY),
        (Account.PAYABLE, "SCHOOL01", -12_345, DAY),
    ]


def test_it_is_a_transaction_with_an_answer_and_a_notice(bank):
    posting = bank.settle_outside()
    row = bank.tables.transactions[f"O|{posting.serial_number}"]
    assert (row.kind, row.answer.code, row.answer.business_date) == (
        TransactionKind.OFFICE,
        ResponseCode.APPROVED,
        DAY,
    )
    assert row.answer.values["serial_number"] == posting.serial_number
    assert [notice.notice_id for notice in bank.tables.notices.values()] == [f"PAID:{posting.serial_number}"]


def test_the_totals_of_no_institution_count_it(bank):
    bank.settle_outside()
    assert bank.tables.totals("OFFICE", "156", DAY).credits == 0


def test_late_fee_comes_first_as_of_the_open_day(late):
    owed = late.tables.bills["WATER001", "W1"].dues(WATER.late_fee, late.store.open_day().date)
    posting = late.settle_outside("W1", 3_000, merchant_id="WATER001")
    payment = late.tables.payments[posting.serial_number]
    assert owed.late_fee_minor > 0
    assert (payment.late_fee_minor, payment.principal_minor) == (
        owed.late_fee_minor,
        3_000 - owed.late_fee_minor,
    )
    assert payment.business_date == late.store.open_day().date


@pytest.mark.parametrize("amount", [None, 20_000])
def test_a_waived_late_fee_is_recorded_and_the_bill_is_paid(late, amount):
    on = late.store.open_day().date
    owed = late.tables.bills["WATER001", "W1"].dues(WATER.late_fee, on)
    posting = late.settle_outside("W1", amount, merchant_id="WATER001", waives_late_fee=True)
    payment = late.tables.payments[posting.serial_number]
    assert (payment.amount_minor, payment.late_fee_minor, payment.waived_minor) == (
        20_000,
        0,
        owed.late_fee_minor,
    )
    assert late.tables.bills["WATER001", "W1"].state(on) is BillState.PAID


def test_a_bill_that_owes_a_late_fee_only_has_nothing_to_waive_it_for(late):
    left = water_bill(paid_principal_minor=20_000, late_fee_left_minor=FEE)
    late.store.put_bills(left)
    with pytest.raises(PostingError, match="late fee only"):
        late.settle_outside("W1", merchant_id="WATER001", waives_late_fee=True)
    late.store.put_bills(water_bill())


def test_a_part_is_taken_as_the_merchants_rule_says(bank):
    bank.settle_outside("W1", 3_000, merchant_id="WATER001")
    assert bank.tables.bills["WATER001", "W1"].state(DAY) is BillState.PARTIAL
    with pytest.raises(PostingError, match=r"owes 170\.00, not 15\.00.*a part of at least 10\.00"):
        bank.settle_outside("W1", 1_500, merchant_id="WATER001")


def test_the_refusal_of_an_amount_says_how_much_is_late_fee(late):
    with pytest.raises(PostingError, match=r"owes 20[0-9.]+, of which [0-9.]+ late fee, not 200\.50"):
        late.settle_outside("W1", 20_050, merchant_id="WATER001")


@pytest.mark.parametrize(
    ("bill", "reason"),
    [
        (school_bill(mark=BillMark.IN_BATCH), "batch debit"),
        (school_bill(mark=BillMark.WITHDRAWN), "withdrawn"),
    ],
)
def test_a_bill_that_cannot_take_money_says_why(bank, bill, reason):
    bank.store.put_bills(bill)
    with pytest.raises(PostingError, match=reason):
        bank.settle_outside()
    assert bank.tables.payments == {}


def test_a_paid_bill_is_not_paid_again(bank, teller):
    bank.ask(teller.payment(bank.now, "SCHOOL01", "S1", 12_345))
    with pytest.raises(PostingError, match="paid already"):
        bank.settle_outside()


def test_an_unknown_bill_is_said_to_be(bank):
    with pytest.raises(PostingError, match="SCHOOL01 has no bill S77"):
        bank.settle_outside("S77")


def test_an_unknown_merchant_is_said_to_be(bank):
    with pytest.raises(PostingError, match="no merchant NOBODY"):
        bank.settle_outside(merchant_id="NOBODY")


def test_a_suspended_merchant_keeps_its_books_and_a_closed_one_does_not(bank):
    bank.store.put_merchant(replace(SCHOOL, status=MerchantStatus.CLOSED))
    with pytest.raises(PostingError, match="SCHOOL01 is closed"):
        bank.settle_outside()
    bank.store.put_merchant(replace(SCHOOL, status=MerchantStatus.SUSPENDED))
    assert bank.settle_outside().amount_minor == 12_345


def test_a_bill_that_has_expired_or_is_not_open_yet_can_be_settled(bank):
    bank.store.put_bills(
        school_bill(expires_on=DAY - dt.timedelta(days=1)),
        school_bill("S2", open_from=DAY + dt.timedelta(days=1), bill_id=3),
    )
    for bill_no in ("S1", "S2"):
        bank.settle_outside(bill_no)
        assert bank.tables.bills["SCHOOL01", bill_no].state(DAY) is BillState.PAID


@pytest.mark.parametrize("reason", ReversalReason)
def test_no_terminal_can_reverse_it(bank, teller, reason):
    """DE 90 cannot name its key; if it did, the answer would be 25."""
    posting = bank.settle_outside()
    paid = teller.payment(bank.now, "SCHOOL01", "S1", 12_345)
    reversal = replace(teller.reversal(bank.now, paid, reason), original_key=f"O|{posting.serial_number}")
    answer = bank.ask(replace(reversal, original_institution=reversal.institution))
    assert answer.code is ResponseCode.NOT_FOUND
    assert "paid at the merchant's office" in answer.reason
    assert bank.tables.payments[posting.serial_number].state is PaymentState.APPROVED


def test_undoing_takes_back_exactly_its_parts_on_the_open_day(late):
    first = late.settle_outside("W1", 3_000, merchant_id="WATER001")
    late.settle_outside("W1", 4_000, merchant_id="WATER001", reference="R-2")
    before = late.tables.bills["WATER001", "W1"]
    today = late.cutover()
    undone = late.undo_outside(first.serial_number)
    payment = late.tables.payments[first.serial_number]
    after = late.tables.bills["WATER001", "W1"]
    assert (payment.state, payment.state_by) == (PaymentState.REVERSED, undone.serial_number)
    assert before.paid_principal_minor - after.paid_principal_minor == payment.principal_minor
    assert before.paid_late_fee_minor - after.paid_late_fee_minor == payment.late_fee_minor
    assert entries_of(late, undone) == [
        (Account.PAYABLE, "WATER001", 3_000, today),
        (Account.OUTSIDE, "WATER001", -3_000, today),
    ]
    assert (undone.kind, undone.reason, undone.bill_no) == (ManualPostingKind.UNDONE, "typed wrongly", "W1")


def test_undoing_tells_the_payer_where_the_merchant_has_notices_on(bank):
    undone = bank.undo_outside(bank.settle_outside().serial_number)
    assert f"REVERSED:{undone.serial_number}" in bank.tables.notices


def test_it_is_undone_once(bank):
    posting = bank.settle_outside()
    undone = bank.undo_outside(posting.serial_number)
    with pytest.raises(PostingError, match=f"undone already, by {undone.serial_number}"):
        bank.undo_outside(posting.serial_number)


def test_what_a_terminal_took_is_not_undone_here(bank, teller):
    answer = bank.ask(teller.payment(bank.now, "SCHOOL01", "S1", 12_345))
    with pytest.raises(PostingError, match="not made at the merchant's office"):
        bank.undo_outside(answer.values["serial_number"])
