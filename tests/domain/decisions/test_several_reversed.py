"""The reversal of a payment of several bills, and the totals of a day with one."""

import pytest

from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.commands import ReversalReason
from offline_collect.domain.effects import NoticeKind
from offline_collect.domain.transactions import PaymentState
from tests.fakes.bank import DAY
from tests.messages.commands import repeated

THREE = {"S1": 12_345, "S2": 10_000, "S3": 500}
TOTAL = 22_845


def lines(bank):
    return list(bank.tables.payments.values())


def notices(bank):
    return list(bank.tables.notices.values())


class TestReversed:
    def test_all_lines_are_taken_back_in_one_posting(self, arrears, teller):
        command = teller.payment_of(arrears.now, "SCHOOL01", THREE)
        arrears.ask(command)
        answer = arrears.ask(teller.reversal(arrears.now, command, ReversalReason.WRITE_OFF))
        assert answer.values == {"serial_number": "20261122000000000003", "reversal_did": "APPLIED"}
        assert {row.state_by for row in lines(arrears)} == {"20261122000000000003"}
        (reversal,) = arrears.tables.reversals.values()
        assert (reversal.amount_minor, reversal.original_serial) == (TOTAL, lines(arrears)[0].serial_number)
        assert {arrears.tables.bills["SCHOOL01", bill].outstanding_minor for bill in THREE} == set(
            THREE.values()
        )
        back = [row for row in notices(arrears) if row.kind is NoticeKind.REVERSED]
        assert [row.payment_line for row in back] == [1, 2, 3]

    def test_in_one_batch_with_its_payment(self, arrears, teller):
        command = teller.payment_of(arrears.now, "SCHOOL01", THREE)
        again = teller.payment_of(arrears.now, "SCHOOL01", THREE)
        answers = arrears.submit(command, teller.reversal(arrears.now, command), again, repeated(command))
        codes = [answer.code.value for answer in answers]
        assert codes == ["APPROVED", "APPROVED", "APPROVED", "ALREADY_REVERSED"]

    def test_lines_in_suspense_and_applied_ones_go_back_too(self, arrears, teller):
        command = teller.advice_of(arrears.now, "SCHOOL01", {"S1": 12_345, "NONE": 7, "S2": 500})
        serial = arrears.ask(command).values["serial_number"]
        arrears.apply(f"{serial}/3", "S3")
        answer = arrears.ask(teller.reversal(arrears.now, command))
        assert answer.values["reversal_did"] == "APPLIED"
        assert {row.state for row in lines(arrears)} == {PaymentState.REVERSED}

    def test_two_lines_on_one_bill_both_go_back(self, bank, teller):
        command = teller.advice_of(bank.now, "WATER001", {"W1": 3_000, "NONE": 2_000})
        serial = bank.ask(command).values["serial_number"]
        bank.apply(f"{serial}/2", "W1")
        bank.ask(teller.reversal(bank.now, command))
        assert bank.tables.bills["WATER001", "W1"].paid_principal_minor == 0

    @pytest.mark.parametrize(
        ("reason", "code"),
        [
            (ReversalReason.WRITE_OFF, ResponseCode.NOT_FOUND),
            (ReversalReason.NO_ANSWER, ResponseCode.APPROVED),
        ],
    )
    def test_if_one_line_is_refunded_nothing_is_posted_and_an_item_opened(
        self, arrears, teller, reason, code
    ):
        command = teller.advice_of(arrears.now, "SCHOOL01", {"S1": 12_345, "NONE": 7})
        serial = arrears.ask(command).values["serial_number"]
        arrears.refund(f"{serial}/2")
        assert arrears.ask(teller.reversal(arrears.now, command, reason)).code is code
        (item,) = arrears.tables.items.values()
        assert (item.kind.value, item.amount_minor) == ("REVERSAL_OF_REFUNDED", 12_352)
        assert lines(arrears)[0].state is PaymentState.APPROVED

    def test_another_amount_is_refused(self, arrears, teller):
        command = teller.payment_of(arrears.now, "SCHOOL01", THREE)
        arrears.ask(command)
        part = teller.reversal(arrears.now, command, amount_minor=500)
        assert arrears.ask(part).code is ResponseCode.ORIGINAL_AMOUNT


def test_totals_count_a_payment_once_and_sum_all_its_lines(arrears, teller):
    command = teller.payment_of(arrears.now, "SCHOOL01", THREE)
    arrears.submit(command, teller.payment(arrears.now, "WATER001", "W1", 20_000))
    arrears.ask(teller.reversal(arrears.now, command))
    figures = arrears.tables.totals(teller.institution, "156", DAY)
    assert (figures.credits, figures.credits_minor) == (2, TOTAL + 20_000)
    assert (figures.credit_reversals, figures.credit_reversals_minor) == (1, TOTAL)
