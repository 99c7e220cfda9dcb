"""The payable of the previous business date is taken for a while after cutover, and from advices of that date."""

import datetime as dt

import pytest

from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.transactions import PaymentState
from tests.fakes.bank import DAY
from tests.support.samples import water_bill

QUOTED, PAYABLE = 20_160, 20_170
"""On the 22nd, 16 days after the grace days, and on the 23rd: 0.10 a day."""


@pytest.fixture
def bank(bank):
    bank.store.put_bills(water_bill(due_date=DAY.replace(day=1)))
    return bank


@pytest.fixture
def after_cutover(bank):
    bank.cutover()
    return bank


def pay(bank, terminal, amount):
    return bank.ask(terminal.payment(bank.now, "WATER001", "W1", amount))


def advise(bank, terminal, amount, local_date):
    return bank.ask(terminal.advice(bank.now, "WATER001", "W1", amount, local_date=local_date))


@pytest.mark.parametrize("minutes", [0, 30])
def test_within_the_grace_the_quote_settles_the_bill_and_the_rest_is_waived(after_cutover, teller, minutes):
    bank = after_cutover
    bank.advance(minutes=minutes)
    assert pay(bank, teller, QUOTED).approved
    (payment,) = bank.tables.payments.values()
    assert (payment.principal_minor, payment.late_fee_minor, payment.waived_minor) == (20_000, 160, 10)
    bill = bank.tables.bills["WATER001", "W1"]
    assert bill.waived_late_fee_minor == 10
    assert pay(bank, teller, 1_000).code is ResponseCode.ALREADY_PAID


def test_after_the_grace_it_does_not(after_cutover, teller):
    bank = after_cutover
    bank.advance(minutes=30, seconds=1)
    answer = pay(bank, teller, QUOTED)
    assert answer.code is ResponseCode.WRONG_AMOUNT
    assert answer.values["total_payable"] == PAYABLE
    assert pay(bank, teller, PAYABLE).approved


@pytest.mark.parametrize(("seconds", "code"), [(60, "APPROVED"), (61, "WRONG_AMOUNT")])
def test_a_clock_that_was_set_back_waives_nothing_but_small_differences_of_clocks_do_not_matter(
    after_cutover, teller, seconds, code
):
    bank = after_cutover
    bank.advance(seconds=-seconds)
    assert pay(bank, teller, QUOTED).code.name == code


def test_today_s_payable_is_always_right(after_cutover, teller):
    assert pay(after_cutover, teller, PAYABLE).approved
    (payment,) = after_cutover.tables.payments.values()
    assert payment.waived_minor == 0


def test_before_the_first_cutover_there_is_no_earlier_quote(bank, teller):
    assert pay(bank, teller, QUOTED - 10).code is ResponseCode.WRONG_AMOUNT
    assert pay(bank, teller, QUOTED).approved


def test_a_quote_from_before_several_missed_days_is_of_the_last_business_date(bank, teller):
    bank.cutover(days=5)
    assert pay(bank, teller, QUOTED).approved
    (payment,) = bank.tables.payments.values()
    assert payment.waived_minor == 50


def test_an_advice_of_the_previous_date_is_taken_however_late(after_cutover, teller):
    bank = after_cutover
    bank.advance(hours=5)
    assert advise(bank, teller, QUOTED, dt.date(2026, 11, 22)).values["original_state"] == "APPROVED"
    (payment,) = bank.tables.payments.values()
    assert payment.waived_minor == 10


@pytest.mark.parametrize("local_date", [dt.date(2026, 11, 23), dt.date(2026, 11, 21)])
def test_an_advice_of_another_date_goes_to_suspense(after_cutover, teller, local_date):
    bank = after_cutover
    bank.advance(hours=5)
    answer = advise(bank, teller, QUOTED, local_date)
    assert answer.values["original_state"] == PaymentState.SUSPENSE.value


def test_a_payment_dated_on_the_previous_date_has_the_grace_only(after_cutover, teller):
    bank = after_cutover
    bank.advance(hours=5)
    late = teller.payment(bank.now, "WATER001", "W1", QUOTED, local_date=dt.date(2026, 11, 22))
    assert bank.ask(late).code is ResponseCode.WRONG_AMOUNT


def test_a_quote_holds_again_after_its_payment_was_reversed(after_cutover, teller):
    bank = after_cutover
    payment = teller.payment(bank.now, "WATER001", "W1", QUOTED)
    bank.ask(payment)
    bank.ask(teller.reversal(bank.now, payment))
    assert bank.tables.bills["WATER001", "W1"].waived_late_fee_minor == 0
    assert pay(bank, teller, QUOTED).approved


def test_a_quote_of_late_fee_that_a_reversal_left_waives_nothing(after_cutover, teller):
    bank = after_cutover
    bank.store.put_bills(water_bill(due_date=DAY.replace(day=1), amount_minor=2_000_000))
    fee, rest = (teller.payment(bank.now, "WATER001", "W1", amount) for amount in (1_000, 2_004_000))
    assert [answer.approved for answer in bank.submit(fee, rest)] == [True, True]
    bank.ask(teller.reversal(bank.now, fee))
    answer = pay(bank, teller, 999)
    assert answer.values == {"total_payable": 1_000}
    assert pay(bank, teller, 1_000).approved
