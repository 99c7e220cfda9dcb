"""Money in suspense: refunded or applied once, and reversed correctly afterwards."""

import datetime as dt
from dataclasses import replace

import pytest

from offline_collect.domain.bills import BillMark, BillState
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.commands import ReversalReason
from offline_collect.domain.errors import PostingError
from offline_collect.domain.ledger.ledger import Account
from offline_collect.domain.ledger.manual_postings import ManualPostingKind
from offline_collect.domain.merchants import MerchantStatus
from offline_collect.domain.transactions import PaymentState
from tests.fakes.bank import DAY
from tests.support.samples import SCHOOL, WATER, school_bill, water_bill

INSTITUTION = "12345678"


@pytest.fixture
def suspended(bank, teller):
    """Money for a school's bill that does not exist, with the message that brought it."""
    bank.store.put_bills(school_bill("S2", bill_id=3))
    advice = teller.advice(bank.now, "SCHOOL01", "GONE", 12_345)
    return advice, bank.ask(advice).values["serial_number"]


@pytest.fixture
def serial(suspended):
    return suspended[1]


def water_money(bank, teller, amount):
    """Put money for the water works into suspense; return its serial number."""
    return bank.ask(teller.advice(bank.now, "WATER001", "GONE", amount)).values["serial_number"]


def entries_of(bank, posting):
    return [
        (entry.account, entry.owner, entry.amount_minor, entry.business_date)
        for entry in bank.tables.entries.values()
        if entry.posting == posting.serial_number
    ]


def test_a_refund_gives_the_money_back_to_its_institution(bank, serial):
    today = bank.cutover()
    posting = bank.refund(serial, "T-9")
    payment = bank.tables.payments[serial]
    assert (payment.state, payment.state_by) == (PaymentState.REFUNDED, posting.serial_number)
    assert (posting.kind, posting.reference, posting.bill_no) == (ManualPostingKind.REFUNDED, "T-9", None)
    assert entries_of(bank, posting) == [
        (Account.CLEARING, INSTITUTION, -12_345, today),
        (Account.SUSPENSE, INSTITUTION, 12_345, today),
    ]


def test_money_of_a_merchant_that_nobody_knows_can_be_refunded(bank, teller):
    serial = bank.ask(teller.advice(bank.now, "NOBODY", "S1", 1)).values["serial_number"]
    assert bank.refund(serial).kind is ManualPostingKind.REFUNDED
    other = bank.ask(teller.advice(bank.now, "NOBODY", "S1", 1)).values["serial_number"]
    with pytest.raises(PostingError, match="no merchant NOBODY"):
        bank.apply(other, "S1")


def test_money_is_applied_to_any_bill_of_its_merchant(bank, serial):
    today = bank.cutover()
    posting = bank.apply(serial, "S2")
    payment = bank.tables.payments[serial]
    assert bank.tables.bills["SCHOOL01", "S2"].state(today) is BillState.PAID
    assert (payment.state, payment.state_by) == (PaymentState.APPLIED, posting.serial_number)
    assert (payment.bill_no, payment.principal_minor) == ("GONE", 0)
    assert (posting.bill_no, posting.customer_no, posting.principal_minor) == ("S2", "2026030117", 12_345)
    assert entries_of(bank, posting) == [
        (Account.SUSPENSE, INSTITUTION, 12_345, today),
        (Account.PAYABLE, "SCHOOL01", -12_345, today),
    ]


def test_whose_bill_it_is_applied_to_is_told(bank, serial):
    posting = bank.apply(serial, "S2")
    notice = bank.tables.notices[f"PAID:{posting.serial_number}"]
    assert (notice.customer_no, notice.bill_no, notice.payment_serial) == ("2026030117", "S2", serial)


def test_the_bills_amount_rule_holds(bank, teller, serial):
    bank.store.put_bills(school_bill("S3", 12_346, bill_id=4))
    with pytest.raises(PostingError, match=r"bill S3 owes 123\.46, not 123\.45"):
        bank.apply(serial, "S3")
    part = water_money(bank, teller, 3_000)
    assert bank.apply(part, "W1").principal_minor == 3_000


def test_the_payer_does_not_pay_for_the_time_in_suspense(bank, teller):
    """The amount owed on the day of the payment settles the bill; the late fee since then is waived."""
    serial = water_money(bank, teller, 20_000)
    today = bank.cutover(30)
    owed = bank.tables.bills["WATER001", "W1"].dues(WATER.late_fee, today)
    posting = bank.apply(serial, "W1")
    assert owed.late_fee_minor > 0
    assert (posting.principal_minor, posting.late_fee_minor, posting.waived_minor) == (
        20_000,
        0,
        owed.late_fee_minor,
    )
    assert bank.tables.bills["WATER001", "W1"].state(today) is BillState.PAID


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"mark": BillMark.IN_BATCH}, "batch debit"),
        ({"mark": BillMark.WITHDRAWN}, "withdrawn"),
        ({"currency": "840"}, "another currency"),
    ],
)
def test_a_bill_that_cannot_take_the_money_says_why(bank, serial, changes, reason):
    bank.store.put_bills(school_bill("S2", bill_id=3, **changes))
    with pytest.raises(PostingError, match=reason):
        bank.apply(serial, "S2")
    assert bank.tables.payments[serial].state is PaymentState.SUSPENSE


def test_bills_of_a_closed_merchant_take_nothing(bank, serial):
    bank.store.put_merchant(replace(SCHOOL, status=MerchantStatus.CLOSED))
    with pytest.raises(PostingError, match="is closed"):
        bank.apply(serial, "S2")
    bank.store.put_merchant(SCHOOL)


def test_money_leaves_suspense_once(bank, serial):
    bank.refund(serial)
    for again in (bank.refund, lambda each: bank.apply(each, "S2")):
        with pytest.raises(PostingError, match="not in suspense: it was refunded, by 2026"):
            again(serial)


@pytest.mark.parametrize("end", ["applied", "reversed", "approved"])
def test_whatever_became_of_it_is_said(bank, teller, suspended, end):
    advice, serial = suspended
    if end == "applied":
        bank.apply(serial, "S2")
    elif end == "reversed":
        bank.ask(teller.reversal(bank.now, advice))
    else:
        serial = bank.ask(teller.payment(bank.now, "SCHOOL01", "S2", 12_345)).values["serial_number"]
    told = {"applied": "was applied to a bill", "reversed": "was reversed", "approved": "went to its bill"}
    with pytest.raises(PostingError, match=told[end]):
        bank.refund(serial)


def test_reversing_an_applied_payment_takes_its_own_parts_from_the_bill_it_went_to(bank, teller):
    """A part with late fee, and another payment of the bill: only the applied amount is reversed."""
    bank.store.put_bills(water_bill(due_date=DAY - dt.timedelta(days=30)))
    advice = teller.advice(bank.now, "WATER001", "GONE", 4_000)
    serial = bank.ask(advice).values["serial_number"]
    applied = bank.apply(serial, "W1")
    bank.ask(teller.payment(bank.now, "WATER001", "W1", 3_000))
    before = bank.tables.bills["WATER001", "W1"]
    answer = bank.ask(teller.reversal(bank.now, advice))
    after = bank.tables.bills["WATER001", "W1"]
    assert answer.values["reversal_did"] == "APPLIED"
    assert applied.late_fee_minor > 0
    assert before.paid_principal_minor - after.paid_principal_minor == applied.principal_minor
    assert before.paid_late_fee_minor - after.paid_late_fee_minor == applied.late_fee_minor
    assert bank.tables.payments[serial].state is PaymentState.REVERSED
    undone = bank.tables.entries[answer.values["serial_number"], 2]
    assert (undone.account, undone.owner, undone.amount_minor) == (Account.PAYABLE, "WATER001", 4_000)


def test_the_bill_that_the_payment_named_first_stays_as_it_is(bank, teller):
    """S1 was paid, so the second payment went to suspense and then to S2: S1 stays paid."""
    bank.store.put_bills(school_bill("S2", bill_id=3))
    bank.ask(teller.payment(bank.now, "SCHOOL01", "S1", 12_345))
    advice = teller.advice(bank.now, "SCHOOL01", "S1", 12_345)
    bank.apply(bank.ask(advice).values["serial_number"], "S2")
    answer = bank.ask(teller.reversal(bank.now, advice))
    assert bank.tables.bills["SCHOOL01", "S1"].state(DAY) is BillState.PAID
    assert bank.tables.bills["SCHOOL01", "S2"].state(DAY) is BillState.OPEN
    told = bank.tables.notices[f"REVERSED:{answer.values['serial_number']}"]
    assert (told.bill_no, told.customer_no) == ("S2", "2026030117")


def test_a_tellers_write_off_goes_by_the_payments_own_day(bank, teller, suspended):
    advice, serial = suspended
    bank.cutover()
    bank.apply(serial, "S2")
    answer = bank.ask(teller.reversal(bank.now, advice, ReversalReason.WRITE_OFF))
    assert answer.code is ResponseCode.OTHER_BUSINESS_DAY
    assert bank.tables.payments[serial].state is PaymentState.APPLIED


def test_an_applied_payment_and_its_reversal_can_come_in_one_batch_with_others(bank, teller, suspended):
    advice, serial = suspended
    bank.apply(serial, "S2")
    other = teller.payment(bank.now, "SCHOOL01", "S1", 12_345)
    again = teller.payment(bank.now, "SCHOOL01", "S2", 12_345)
    codes = [answer.code for answer in bank.submit(other, teller.reversal(bank.now, advice), again)]
    assert codes == [ResponseCode.APPROVED] * 3
    on = BusinessDate.of(DAY)
    assert bank.tables.bills["SCHOOL01", "S2"].state(on) is BillState.PAID
