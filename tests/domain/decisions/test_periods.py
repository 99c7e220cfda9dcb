"""Payments that name their bills by period: bills of the customer of a bill whose number they give."""

from dataclasses import replace

from offline_collect.domain.bills import BillMark
from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.commands import BillLine, PaymentAdvice
from offline_collect.domain.merchants import AmountRule, AmountRuleKind
from tests.messages.commands import changed, repeated
from tests.support.samples import SCHOOL, SCHOOL_FORM, school_bill

NOVEMBER, OCTOBER, SEPTEMBER = "202611", "202610", "202609"
AMOUNTS = {NOVEMBER: 12_345, OCTOBER: 10_000, SEPTEMBER: 500}


def lines_of(*periods, of="S1"):
    return tuple(BillLine(of, AMOUNTS.get(period, 100), period) for period in periods)


def paying(bank, terminal, *periods, of="S1", **more):
    lines = lines_of(*periods, of=of)
    amount = sum(line.amount_minor for line in lines)
    return terminal.payment(bank.now, "SCHOOL01", of, amount, lines=lines, **more)


def states(bank):
    return {payment.bill_no: payment.state.value for payment in bank.tables.payments.values()}


def test_each_period_is_the_customers_bill_of_it(arrears, teller):
    answer = arrears.ask(paying(arrears, teller, NOVEMBER, OCTOBER, SEPTEMBER))
    assert answer.approved
    assert states(arrears) == dict.fromkeys(("S1", "S2", "S3"), "APPROVED")


def test_the_named_bill_need_not_be_among_them(arrears, teller):
    assert arrears.ask(paying(arrears, teller, OCTOBER)).approved
    assert states(arrears) == {"S2": "APPROVED"}


def test_a_line_without_a_period_is_the_named_bill(arrears, teller):
    lines = (BillLine("S1", 12_345), BillLine("S1", 500, SEPTEMBER))
    assert arrears.ask(teller.payment(arrears.now, "SCHOOL01", "S1", 12_845, lines=lines)).approved
    assert states(arrears) == dict.fromkeys(("S1", "S3"), "APPROVED")


def test_a_period_of_nobody_or_of_another_customer_is_not_found(arrears, teller):
    arrears.store.put_bills(
        school_bill("X2", 100, bill_id=15, customer_no="2026030118", period="2026-08"),
    )
    answer = arrears.ask(paying(arrears, teller, NOVEMBER, "202608"))
    assert (answer.code, answer.brief) == (ResponseCode.NOT_FOUND, "period 202608 no open bill")
    assert answer.reason == "the customer of bill S1 has no open bill of period 202608"
    assert states(arrears) == {}


def test_neither_is_a_period_of_two_bills(arrears, teller):
    arrears.store.put_bills(school_bill("S4", 700, bill_id=16, period="2026/10"))
    answer = arrears.ask(paying(arrears, teller, NOVEMBER, OCTOBER))
    assert (answer.code, answer.brief) == (ResponseCode.NOT_FOUND, "period 202610 more than one open bill")


def test_a_bill_that_cannot_be_paid_does_not_make_a_period_doubtful(arrears, teller):
    arrears.store.put_bills(
        school_bill("S4", 700, bill_id=16, period="2026-10", mark=BillMark.WITHDRAWN),
        school_bill("S5", 700, bill_id=17, period=None),
    )
    assert arrears.ask(paying(arrears, teller, NOVEMBER, OCTOBER)).approved
    assert states(arrears) == dict.fromkeys(("S1", "S2"), "APPROVED")


def test_the_named_bill_is_found_by_its_period_also_if_it_is_paid(arrears, teller):
    assert arrears.ask(paying(arrears, teller, NOVEMBER)).approved
    answer = arrears.ask(paying(arrears, teller, NOVEMBER))
    assert (answer.code, answer.brief) == (ResponseCode.ALREADY_PAID, "S1 already paid")


def test_other_bills_that_are_paid_are_not_found(arrears, teller):
    assert arrears.ask(paying(arrears, teller, OCTOBER)).approved
    assert arrears.ask(paying(arrears, teller, NOVEMBER, OCTOBER)).code is ResponseCode.NOT_FOUND


def test_an_unknown_bill_names_no_customer(arrears, teller):
    answer = arrears.ask(paying(arrears, teller, NOVEMBER, of="S9"))
    assert (answer.code, answer.reason) == (ResponseCode.NOT_FOUND, "SCHOOL01 has no bill S9")


def test_two_ways_to_one_bill_are_refused(arrears, teller):
    lines = (BillLine("S1", 12_345), BillLine("S1", 12_345, NOVEMBER))
    answer = arrears.ask(teller.payment(arrears.now, "SCHOOL01", "S1", 24_690, lines=lines))
    assert (answer.code, answer.brief) == (ResponseCode.FORMAT_ERROR, "S1 not payable together")


def test_an_amount_is_judged_by_the_bill_of_the_period(arrears, teller):
    lines = (BillLine("S1", 12_345, NOVEMBER), BillLine("S1", 9_999, OCTOBER))
    answer = arrears.ask(teller.payment(arrears.now, "SCHOOL01", "S1", 22_344, lines=lines))
    assert (answer.code, answer.brief) == (ResponseCode.WRONG_AMOUNT, "S2 wrong amount")


def test_of_two_payments_in_one_batch_the_second_finds_nothing_open(arrears, teller):
    commands = [paying(arrears, teller, OCTOBER, SEPTEMBER) for _ in range(2)]
    codes = [answer.code.value for answer in arrears.submit(*commands)]
    assert codes == ["APPROVED", "NOT_FOUND"]


def test_a_repeat_gets_the_first_answer(arrears, teller):
    command = paying(arrears, teller, NOVEMBER, OCTOBER)
    answer = arrears.ask(command)
    assert arrears.ask(repeated(command)) == answer
    assert arrears.ask(changed(command, amount_minor=1)).code is ResponseCode.DUPLICATE


def test_it_is_taken_back_as_a_whole(arrears, teller):
    command = paying(arrears, teller, NOVEMBER, OCTOBER)
    assert arrears.ask(command).approved
    assert arrears.ask(teller.reversal(arrears.now, command)).approved
    assert states(arrears) == dict.fromkeys(("S1", "S2"), "REVERSED")
    assert arrears.ask(paying(arrears, teller, NOVEMBER, OCTOBER)).approved


def test_the_oldest_goes_first_here_too(arrears, teller):
    rule = AmountRule(AmountRuleKind.OLDEST_FIRST)
    arrears.store.put_merchant(replace(SCHOOL, amount_rule=rule), SCHOOL_FORM)
    for place, number in enumerate(("S3", "S2", "S1")):
        bill = arrears.tables.bills["SCHOOL01", number]
        arrears.store.put_bills(replace(bill, due_date=bill.due_date.replace(day=10 + place)))
    refused = arrears.ask(paying(arrears, teller, NOVEMBER, OCTOBER))
    assert (refused.code, refused.brief) == (ResponseCode.WRONG_AMOUNT, "S3 goes first")
    assert arrears.ask(paying(arrears, teller, NOVEMBER, OCTOBER, SEPTEMBER)).approved


def test_an_advice_puts_the_money_of_an_unknown_period_in_suspense(arrears, teller):
    command = teller.advice(arrears.now, "SCHOOL01", "S1", 12_445, lines=lines_of(NOVEMBER, "202608"))
    assert isinstance(command, PaymentAdvice)
    answer = arrears.ask(command)
    assert answer.approved
    assert answer.values["suspended"] == "in suspense: period 202608 no open bill"
    assert states(arrears) == {"S1": "APPROVED", "period 202608": "SUSPENSE"}
