"""Amount rule OLDEST_FIRST: bills in the order of their due dates, or together."""

import datetime as dt
from dataclasses import replace

import pytest

from offline_collect.domain.bills import BillMark
from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.merchants import AmountRule, AmountRuleKind
from tests.support.samples import DUE, SCHOOL, SCHOOL_FORM, school_bill

AMOUNTS = {"S1": 100, "S2": 200, "S3": 300}
CODES = ["APPROVED", "WRONG_AMOUNT"]


@pytest.fixture
def arrears(bank):
    """Three bills of one pupil, S1 the oldest, at a school whose bills are paid in this order."""
    rule = AmountRule(AmountRuleKind.OLDEST_FIRST)
    bank.store.put_merchant(replace(SCHOOL, amount_rule=rule), SCHOOL_FORM)
    for place, (bill_no, amount) in enumerate(AMOUNTS.items()):
        due = DUE + dt.timedelta(days=place)
        bank.store.put_bills(school_bill(bill_no, amount, bill_id=30 + place, due_date=due))
    return bank


def changed(bank, bill_no, **values):
    bank.store.put_bills(replace(bank.tables.bills["SCHOOL01", bill_no], **values))


def one(bank, teller, bill_no):
    return teller.payment(bank.now, "SCHOOL01", bill_no, AMOUNTS[bill_no])


def several(bank, teller, *numbers):
    return teller.payment_of(bank.now, "SCHOOL01", {number: AMOUNTS[number] for number in numbers})


def codes(answers):
    return [answer.code.value for answer in answers]


def test_the_oldest_goes_first(arrears, teller):
    answer = arrears.ask(one(arrears, teller, "S2"))
    assert (answer.code, answer.brief) == (ResponseCode.WRONG_AMOUNT, "S1 goes first")
    assert answer.values == {"total_payable": 300}
    assert "S2 can be paid after bill S1, due 2026-11-30" in answer.reason
    for bill_no in AMOUNTS:
        assert arrears.ask(one(arrears, teller, bill_no)).approved


def test_a_part_is_not_taken(arrears, teller):
    answer = arrears.ask(teller.payment(arrears.now, "SCHOOL01", "S1", 50))
    assert (answer.code, answer.values) == (ResponseCode.WRONG_AMOUNT, {"total_payable": 100})


@pytest.mark.parametrize(
    ("numbers", "code"),
    [
        (("S1", "S2", "S3"), "APPROVED"),
        (("S3", "S1", "S2"), "APPROVED"),
        (("S2", "S1"), "APPROVED"),
        (("S1", "S3"), "WRONG_AMOUNT"),
        (("S2", "S3"), "WRONG_AMOUNT"),
    ],
)
def test_a_set_is_judged_together(arrears, teller, numbers, code):
    assert arrears.ask(several(arrears, teller, *numbers)).code.value == code


@pytest.mark.parametrize(
    "change",
    [
        {"mark": BillMark.IN_BATCH},
        {"mark": BillMark.WITHDRAWN},
        {"expires_on": dt.date(2026, 11, 1)},
        {"open_from": dt.date(2026, 12, 1)},
        {"customer_no": "another"},
        {"due_date": DUE + dt.timedelta(days=1)},
    ],
)
def test_what_is_not_an_older_open_bill_does_not_stand_in_the_way(arrears, teller, change):
    changed(arrears, "S1", **change)
    assert arrears.ask(one(arrears, teller, "S2")).approved


def test_two_payments_in_one_batch_see_each_other(arrears, teller):
    answers = arrears.submit(one(arrears, teller, "S1"), one(arrears, teller, "S2"))
    assert codes(answers) == ["APPROVED", "APPROVED"]


def test_the_wrong_order_in_one_batch_is_refused(arrears, teller):
    answers = arrears.submit(one(arrears, teller, "S2"), one(arrears, teller, "S1"))
    assert codes(answers) == ["WRONG_AMOUNT", "APPROVED"]


def test_a_reversal_in_the_same_batch_opens_the_older_bill_again(arrears, teller):
    first = one(arrears, teller, "S1")
    arrears.ask(first)
    answers = arrears.submit(
        teller.reversal(arrears.now, first), one(arrears, teller, "S2"), several(arrears, teller, "S1", "S2")
    )
    assert codes(answers) == ["APPROVED", "WRONG_AMOUNT", "APPROVED"]


def test_an_advice_ignores_the_rule(arrears, teller):
    answer = arrears.ask(teller.advice(arrears.now, "SCHOOL01", "S2", 200))
    assert answer.values["original_state"] == "APPROVED"
    both = {number: AMOUNTS[number] for number in ("S1", "S3")}
    answer = arrears.ask(teller.advice_of(arrears.now, "SCHOOL01", both))
    assert answer.values["original_state"] == "APPROVED"


def test_an_unknown_bill_is_refused_as_ever(arrears, teller):
    assert arrears.ask(teller.payment(arrears.now, "SCHOOL01", "NONE", 1)).code is ResponseCode.NOT_FOUND
