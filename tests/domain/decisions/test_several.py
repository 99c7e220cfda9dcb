"""A payment of several bills of one customer."""

from dataclasses import replace

import pytest

from offline_collect.domain.bills import BillMark
from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.commands import BillLine, Channel
from offline_collect.domain.ledger.ledger import Account
from offline_collect.domain.merchants import MerchantStatus
from offline_collect.domain.transactions import PaymentState, TransactionKind
from tests.messages.commands import changed, repeated, stamped_afresh
from tests.support.samples import SCHOOL, water_bill

THREE = {"S1": 12_345, "S2": 10_000, "S3": 500}
TOTAL = 22_845


def pay(bank, terminal, amounts=THREE, merchant_id="SCHOOL01", **more):
    return bank.ask(terminal.payment_of(bank.now, merchant_id, amounts, **more))


def lines(bank):
    return list(bank.tables.payments.values())


def states(bank):
    return {payment.bill_no: payment.state.value for payment in lines(bank)}


class TestTaken:
    def test_one_answer_names_one_serial_number_and_one_approval_code(self, arrears, teller):
        answer = pay(arrears, teller)
        assert answer.code is ResponseCode.APPROVED
        assert answer.values == {
            "approval_code": "A00001",
            "serial_number": "20261122000000000001",
            "posted_at": "2026-11-22T20:00:00+08:00",
            "receipt": "十一月餐费 2026-11, 2026-10, 2026-09",
        }

    def test_each_bill_has_its_line(self, arrears, teller):
        pay(arrears, teller)
        assert [(row.name, row.line, row.bill_no, row.amount_minor) for row in lines(arrears)] == [
            ("20261122000000000001", 1, "S1", 12_345),
            ("20261122000000000001/2", 2, "S2", 10_000),
            ("20261122000000000001/3", 3, "S3", 500),
        ]
        assert {arrears.tables.bills["SCHOOL01", number].outstanding_minor for number in THREE} == {0}

    def test_one_transaction_keeps_the_whole_amount(self, arrears, teller):
        command = teller.payment_of(arrears.now, "SCHOOL01", THREE)
        answer = arrears.ask(command)
        (row,) = arrears.tables.transactions.values()
        assert (row.amount_minor, row.answer, row.kind) == (TOTAL, answer, TransactionKind.PAYMENT)
        assert (row.serial_number, row.fingerprint) == ("20261122000000000001", command.fingerprint)

    def test_one_posting_has_two_entries_a_line(self, arrears, teller):
        pay(arrears, teller)
        rows = [
            (entry.line, entry.payment_line, entry.account, entry.amount_minor)
            for entry in arrears.tables.entries.values()
        ]
        assert rows == [
            (1, 1, Account.CLEARING, 12_345),
            (2, 1, Account.PAYABLE, -12_345),
            (4, 2, Account.CLEARING, 10_000),
            (5, 2, Account.PAYABLE, -10_000),
            (7, 3, Account.CLEARING, 500),
            (8, 3, Account.PAYABLE, -500),
        ]

    def test_each_line_has_its_notice(self, arrears, teller):
        pay(arrears, teller)
        assert [(row.notice_id[-22:], row.payment_line, row.bill_no) for row in notices(arrears)] == [
            ("D:20261122000000000001", 1, "S1"),
            ("20261122000000000001/2", 2, "S2"),
            ("20261122000000000001/3", 3, "S3"),
        ]

    def test_the_receipt_sums_amounts_and_lists_the_rest(self, arrears, teller):
        form = replace(
            arrears.tables.forms["SCHOOL01", 3],
            receipt=("{amount} {principal} {late_fee}", "{bill_no} {customer_no}"),
        )
        arrears.store.put_merchant(SCHOOL, form)
        answer = pay(arrears, teller)
        assert answer.values["receipt"] == "228.45 228.45 0.00|S1, S2, S3 2026030117"

    def test_a_merchant_without_a_form_has_no_receipt(self, arrears, teller):
        arrears.store.put_merchant(replace(SCHOOL, form_version=None))
        assert "receipt" not in pay(arrears, teller).values

    def test_one_line_alone_is_a_payment_too(self, arrears, teller):
        assert pay(arrears, teller, {"S1": 12_345}).approved
        assert states(arrears) == {"S1": "APPROVED"}

    def test_each_amount_is_judged_by_its_own_bill(self, bank, teller):
        bank.store.put_bills(water_bill("W2", 5_000, bill_id=22))
        answer = pay(bank, teller, {"W1": 3_000, "W2": 5_000}, "WATER001")
        assert answer.approved
        assert [row.principal_minor for row in lines(bank)] == [3_000, 5_000]


def notices(bank):
    return list(bank.tables.notices.values())


class TestRefused:
    @pytest.mark.parametrize(
        ("change", "code", "brief"),
        [
            ({"mark": BillMark.IN_BATCH}, ResponseCode.IN_BATCH, "S2 in a batch debit"),
            ({"mark": BillMark.WITHDRAWN}, ResponseCode.WITHDRAWN, "S2 withdrawn"),
            ({"paid_principal_minor": 10_000}, ResponseCode.ALREADY_PAID, "S2 already paid"),
            ({"amount_minor": 9_000}, ResponseCode.WRONG_AMOUNT, "S2 wrong amount"),
            ({"currency": "840"}, ResponseCode.FORMAT_ERROR, "S2 not payable together"),
            ({"customer_no": "2026030118"}, ResponseCode.FORMAT_ERROR, "S2 not payable together"),
        ],
    )
    def test_a_bill_that_cannot_be_paid_refuses_the_whole_and_is_named(
        self, arrears, teller, change, code, brief
    ):
        good = arrears.tables.bills["SCHOOL01", "S2"]
        arrears.store.put_bills(replace(good, **change))
        answer = pay(arrears, teller)
        assert (answer.code, answer.brief) == (code, brief)
        assert answer.values["bill_no"] == "S2"
        assert "S2" in answer.reason
        assert lines(arrears) == []
        arrears.store.put_bills(good)

    def test_the_first_bill_in_the_messages_order_names_the_code(self, arrears, teller):
        paid = arrears.tables.bills["SCHOOL01", "S3"]
        arrears.store.put_bills(replace(paid, mark=BillMark.WITHDRAWN))
        answer = pay(arrears, teller, {"S3": 500, "NONE": 1, "S1": 1})
        assert (answer.code, answer.values["bill_no"]) == (ResponseCode.WITHDRAWN, "S3")
        answer = pay(arrears, teller, {"NONE": 1, "S3": 500})
        assert (answer.code, answer.values["bill_no"]) == (ResponseCode.NOT_FOUND, "NONE")

    def test_a_refusal_is_stored_and_answered_again(self, arrears, teller):
        command = teller.payment_of(arrears.now, "SCHOOL01", THREE | {"S3": 501})
        refused = arrears.ask(command)
        assert refused.code is ResponseCode.WRONG_AMOUNT
        assert refused.values == {"total_payable": 500, "bill_no": "S3"}
        assert arrears.ask(repeated(command)) == refused

    def test_bills_that_do_not_go_together_are_a_format_error_that_is_not_stored(self, arrears, teller):
        answer = pay(arrears, teller, {"S1": 12_345, "X1": 700})
        assert answer.code is ResponseCode.FORMAT_ERROR
        assert "another customer" in answer.reason
        assert arrears.tables.transactions == {}

    def test_a_bill_named_twice_is_a_format_error(self, arrears, teller):
        twice = (BillLine("S3", 500), BillLine("S3", 500))
        answer = pay(arrears, teller, {"S3": 1_000}, lines=twice)
        assert answer.code is ResponseCode.FORMAT_ERROR
        assert "twice" in answer.reason

    def test_a_wrong_sum_is_a_wrong_amount(self, arrears, teller):
        answer = pay(arrears, teller, amount_minor=TOTAL + 1)
        assert (answer.code, answer.brief) == (ResponseCode.WRONG_AMOUNT, "wrong sum")
        assert answer.values == {"total_payable": TOTAL}
        assert "228.45" in answer.reason

    def test_a_limit_holds_once_for_the_sum_and_comes_before_amounts(self, arrears, teller):
        kiosk = {"channel": Channel.KIOSK}
        assert pay(arrears, teller, {"S2": 10_000, "S3": 500}, **kiosk).code is ResponseCode.OVER_LIMIT
        assert pay(arrears, teller, {"S2": 9_999, "S3": 500}, **kiosk).code is ResponseCode.OVER_LIMIT
        assert pay(arrears, teller, {"S3": 500}, **kiosk).approved

    def test_a_suspended_merchant_refuses_without_naming_a_bill(self, arrears, teller):
        arrears.store.put_merchant(replace(SCHOOL, status=MerchantStatus.SUSPENDED))
        answer = pay(arrears, teller)
        assert (answer.code, answer.brief) == (ResponseCode.MERCHANT_SUSPENDED, "merchant suspended")

    def test_a_number_like_a_cards_is_masked(self, arrears, teller):
        answer = pay(arrears, teller, {"4111111111111111": 1})
        assert "4111111111111111" not in f"{answer}"


class TestRepeats:
    def test_the_same_message_gets_the_same_answer(self, arrears, teller):
        command = teller.payment_of(arrears.now, "SCHOOL01", THREE)
        first, again = arrears.submit(command, repeated(command))
        assert first == again
        assert arrears.ask(stamped_afresh(command, arrears.now)) == first
        assert len(lines(arrears)) == 3

    def test_other_amounts_under_the_same_key_are_a_duplicate(self, arrears, teller):
        command = teller.payment_of(arrears.now, "SCHOOL01", THREE)
        arrears.ask(command)
        other = changed(command, lines=tuple(reversed(command.lines)))
        assert arrears.ask(other).code is ResponseCode.DUPLICATE

    def test_two_payments_of_one_bill_in_a_batch_end_with_one_approved(self, arrears, teller):
        both = (
            teller.payment_of(arrears.now, "SCHOOL01", THREE),
            teller.payment(arrears.now, "SCHOOL01", "S2", 10_000),
        )
        first, second = arrears.submit(*both)
        assert (first.code, second.code) == (ResponseCode.APPROVED, ResponseCode.ALREADY_PAID)


class TestAdvice:
    def test_each_line_goes_to_its_bill_or_to_suspense(self, arrears, teller):
        arrears.ask(teller.payment(arrears.now, "SCHOOL01", "S2", 10_000))
        answer = arrears.ask(teller.advice_of(arrears.now, "SCHOOL01", THREE | {"NONE": 7}))
        assert answer.approved
        assert answer.values["original_state"] == "SUSPENSE"
        assert answer.values["suspended"] == "in suspense: S2 already paid; NONE unknown bill"
        posted = [row for row in lines(arrears) if row.serial_number == answer.values["serial_number"]]
        assert [(row.bill_no, row.state.value, row.customer_no) for row in posted] == [
            ("S1", "APPROVED", "2026030117"),
            ("S2", "SUSPENSE", None),
            ("S3", "APPROVED", "2026030117"),
            ("NONE", "SUSPENSE", None),
        ]
        assert len(notices(arrears)) == 3

    def test_a_number_like_a_cards_is_masked_in_suspense(self, arrears, teller):
        card = "4111111111111111"
        answer = arrears.ask(teller.advice_of(arrears.now, "SCHOOL01", {"S1": 12_345, card: 1}))
        assert answer.values["suspended"] == "in suspense: 411111******1111 unknown bill"
        assert card not in f"{lines(arrears)}{arrears.tables.transactions}"

    def test_all_lines_taken_are_approved(self, arrears, teller):
        answer = arrears.ask(teller.advice_of(arrears.now, "SCHOOL01", THREE))
        assert answer.values["original_state"] == "APPROVED"
        assert "suspended" not in answer.values

    def test_bills_of_another_customer_or_named_twice_go_to_suspense(self, arrears, teller):
        twice = (BillLine("S3", 500), BillLine("S3", 500), BillLine("X1", 700))
        answer = arrears.ask(teller.advice_of(arrears.now, "SCHOOL01", {"S3": 1_700}, lines=twice))
        assert answer.values["original_state"] == "SUSPENSE"
        assert [row.state.value for row in lines(arrears)] == ["APPROVED", "SUSPENSE", "SUSPENSE"]

    def test_a_wrong_sum_puts_all_of_it_into_suspense_as_one_line(self, arrears, teller):
        answer = arrears.ask(teller.advice_of(arrears.now, "SCHOOL01", THREE, amount_minor=TOTAL - 1))
        (only,) = lines(arrears)
        assert (only.line, only.amount_minor, only.state) == (1, TOTAL - 1, PaymentState.SUSPENSE)
        assert "receipt" not in answer.values

    def test_a_known_payment_tells_the_state_of_all_its_lines(self, arrears, teller):
        arrears.ask(teller.payment(arrears.now, "SCHOOL01", "S2", 10_000))
        command = teller.advice_of(arrears.now, "SCHOOL01", THREE)
        first = arrears.ask(command)
        assert arrears.ask(repeated(command)) == first
        asked = teller.status(arrears.now, command)
        assert arrears.ask(asked).values["original_state"] == "SUSPENSE"
        arrears.refund(f"{first.values['serial_number']}/2")
        assert arrears.ask(asked).values["original_state"] == "REFUNDED"

    def test_money_applied_from_suspense_shows_too(self, arrears, teller):
        command = teller.advice_of(arrears.now, "SCHOOL01", {"S1": 12_345, "S2": 500})
        serial = arrears.ask(command).values["serial_number"]
        posting = arrears.apply(f"{serial}/2", "S3")
        assert (posting.payment, posting.payment_line) == (f"{serial}/2", 2)
        answer = arrears.ask(teller.status(arrears.now, command))
        assert answer.values["original_state"] == "APPLIED"

    def test_under_a_tombstone_all_lines_are_posted_and_contra_posted(self, arrears, teller):
        command = teller.advice_of(arrears.now, "SCHOOL01", THREE | {"NONE": 7})
        arrears.ask(teller.reversal(arrears.now, command, advice=True))
        answer = arrears.ask(command)
        assert answer.values["original_state"] == "REVERSED"
        assert {row.state for row in lines(arrears)} == {PaymentState.REVERSED}
        assert {row.state_by for row in lines(arrears)} == {"20261122000000000004"}
        assert sum(entry.amount_minor for entry in arrears.tables.entries.values()) == 0
        assert arrears.tables.bills["SCHOOL01", "S1"].outstanding_minor == 12_345

    def test_it_completes_a_declined_request(self, arrears, teller):
        command = teller.payment_of(arrears.now, "SCHOOL01", THREE | {"S3": 501})
        arrears.ask(command)
        advice = teller.advice_of(arrears.now, "SCHOOL01", THREE | {"S3": 501}, completes=command)
        assert arrears.ask(advice).values["original_state"] == "SUSPENSE"
        assert arrears.tables.transactions[command.key].serial_number == lines(arrears)[0].serial_number
