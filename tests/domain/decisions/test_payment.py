from dataclasses import replace

import pytest

from offline_collect.domain.bills import BillMark
from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.commands import Channel, Tender
from offline_collect.domain.effects import Effects, NoticeKind
from offline_collect.domain.forms import fill_receipt
from offline_collect.domain.ledger.ledger import Account
from offline_collect.domain.merchants import MerchantStatus
from offline_collect.domain.transactions import PaymentState, TransactionKind
from tests.fakes.bank import DAY, NOON
from tests.messages.commands import changed, repeated
from tests.support.samples import SCHOOL, SCHOOL_FORM, WATER, school_bill, water_bill


def pay(bank, terminal, amount=12_345, bill_no="S1", merchant_id="SCHOOL01", **more):
    return bank.ask(terminal.payment(bank.now, merchant_id, bill_no, amount, **more))


class TestTaken:
    def test_the_answer_tells_all_that_a_receipt_needs(self, bank, teller):
        answer = pay(bank, teller)
        assert answer.code is ResponseCode.APPROVED
        assert answer.business_date == DAY
        assert answer.values == {
            "approval_code": "A00001",
            "bill_no": "S1",
            "serial_number": "20261122000000000001",
            "posted_at": "2026-11-22T20:00:00+08:00",
            "receipt": "十一月餐费 2026-11",
        }

    def test_the_payment_says_what_was_paid_by_whom_and_how(self, bank, teller):
        pay(bank, teller, tender=Tender.CARD, channel=Channel.TELLER, teller="T007")
        (payment,) = bank.tables.payments.values()
        assert (payment.principal_minor, payment.late_fee_minor, payment.waived_minor) == (12_345, 0, 0)
        assert (payment.owed_principal_minor, payment.owed_late_fee_minor) == (12_345, 0)
        assert (payment.tender, payment.channel, payment.teller) == (Tender.CARD, Channel.TELLER, "T007")
        assert (payment.institution, payment.terminal) == ("12345678", "TERM0001")
        assert (payment.business_date, payment.posted_at) == (DAY, NOON)
        assert (payment.state, payment.state_by) == (PaymentState.APPROVED, payment.serial_number)
        assert payment.customer_no == "2026030117"
        assert payment.in_totals

    def test_the_row_under_its_key_keeps_the_answer_and_the_request(self, bank, teller):
        command = teller.payment(bank.now, "SCHOOL01", "S1", 12_345)
        answer = bank.ask(command)
        row = bank.tables.transactions[command.key]
        assert row.answer == answer
        assert row.kind is TransactionKind.PAYMENT
        assert (row.fingerprint, row.journal) == (command.fingerprint, command.journal)
        assert (row.amount_minor, row.currency) == (12_345, "156")

    def test_the_institution_owes_what_the_merchant_is_owed(self, bank, teller):
        pay(bank, teller)
        assert [
            (entry.account, entry.owner, entry.amount_minor) for entry in bank.tables.entries.values()
        ] == [
            (Account.CLEARING, "12345678", 12_345),
            (Account.PAYABLE, "SCHOOL01", -12_345),
        ]

    def test_the_customer_is_told_where_the_merchant_has_notices_on(self, bank, teller):
        pay(bank, teller)
        pay(bank, teller, 20_000, "W1", "WATER001")
        (notice,) = bank.tables.notices.values()
        assert notice.notice_id == "PAID:20261122000000000001"
        assert (notice.merchant_id, notice.customer_no, notice.bill_no) == ("SCHOOL01", "2026030117", "S1")
        assert (notice.amount_minor, notice.created_at) == (12_345, NOON)

    def test_the_customer_is_not_told_of_what_the_merchant_leaves_out(self, bank, teller):
        bank.tables.merchants["SCHOOL01"] = replace(
            bank.tables.merchants["SCHOOL01"], untold=frozenset({NoticeKind.PAID})
        )
        pay(bank, teller)
        assert bank.tables.notices == {}

    def test_the_bill_is_paid(self, bank, teller):
        pay(bank, teller)
        assert bank.tables.bills["SCHOOL01", "S1"].outstanding_minor == 0

    def test_a_part_covers_late_fee_first(self, bank, teller):
        bank.store.put_bills(water_bill(due_date=DAY.replace(day=1)))
        pay(bank, teller, 1_000, "W1", "WATER001")
        (payment,) = bank.tables.payments.values()
        assert (payment.late_fee_minor, payment.principal_minor) == (160, 840)
        assert (payment.owed_late_fee_minor, payment.owed_principal_minor) == (160, 20_000)

    def test_two_payments_of_one_bill_in_one_batch_end_with_one_approved(self, bank, teller):
        racers = [teller.payment(bank.now, "SCHOOL01", "S1", 12_345) for _ in range(2)]
        codes = [answer.code for answer in bank.submit(*racers)]
        assert codes == [ResponseCode.APPROVED, ResponseCode.ALREADY_PAID]


class TestReceipts:
    @pytest.mark.parametrize(
        ("line", "shown"),
        [
            ("{merchant}", "阳光小学"),
            ("{bill_no} {customer_no}", "S1 2026030117"),
            ("{due_date}", "2026-11-30"),
            ("{amount} = {principal} + {late_fee}", "123.45 = 123.45 + 0.00"),
            ("{serial_number}", "20261122000000000001"),
            ("{posted_at}", "2026-11-22T20:00:00+08:00"),
            ("{班级}", "三年二班"),
        ],
    )
    def test_a_receipt_shows_what_its_form_asks_for(self, bank, teller, line, shown):
        bank.store.put_merchant(SCHOOL, replace(SCHOOL_FORM, receipt=(line,)))
        bank.store.put_bills(school_bill(extra={"班级": "三年二班"}))
        assert pay(bank, teller).values["receipt"] == shown

    def test_an_empty_receipt_is_left_out(self, bank, teller):
        bank.store.put_merchant(SCHOOL, replace(SCHOOL_FORM, receipt=("{nothing}",)))
        assert "receipt" not in pay(bank, teller).values
        assert fill_receipt(SCHOOL_FORM, {}.get) == ""

    def test_without_a_form_there_is_none(self, bank, teller):
        bank.store.put_merchant(SCHOOL)
        assert "receipt" not in pay(bank, teller).values


class TestRefused:
    """Each check alone; TestOrder tests the order."""

    @pytest.fixture(autouse=True)
    def _nothing_is_posted(self, bank):
        yield
        assert bank.tables.payments == bank.tables.entries == bank.tables.notices == {}

    @pytest.mark.parametrize(
        ("bill", "code", "brief", "reason"),
        [
            (
                school_bill(paid_principal_minor=0, mark=BillMark.IN_BATCH),
                "IN_BATCH",
                "in a batch debit",
                "bill S1 is out in a batch debit",
            ),
            (
                school_bill(mark=BillMark.WITHDRAWN),
                "WITHDRAWN",
                "withdrawn",
                "bill S1 was withdrawn by the merchant",
            ),
            (
                school_bill(expires_on=DAY.replace(day=21)),
                "NOT_PAYABLE",
                "expired",
                "bill S1 has expired",
            ),
            (
                school_bill(open_from=DAY.replace(day=23)),
                "NOT_PAYABLE",
                "not open yet",
                "bill S1 can be paid from 2026-11-23 on",
            ),
        ],
    )
    def test_a_bill_that_is_not_open(self, bank, teller, bill, code, brief, reason):
        bank.store.put_bills(bill)
        answer = pay(bank, teller)
        assert (answer.code.value, answer.brief, answer.reason) == (code, brief, reason)
        assert answer.business_date == DAY

    def test_a_bill_that_nobody_has(self, bank, teller):
        answer = pay(bank, teller, bill_no="S9")
        assert answer.code is ResponseCode.NOT_FOUND
        assert answer.reason == "SCHOOL01 has no bill S9"

    @pytest.mark.parametrize(
        ("status", "code", "reason"),
        [
            (MerchantStatus.SUSPENDED, "MERCHANT_SUSPENDED", "阳光小学 does not collect at present"),
            (MerchantStatus.CLOSED, "UNKNOWN_MERCHANT", "merchant SCHOOL01 is not known here"),
        ],
    )
    def test_a_merchant_that_does_not_collect(self, bank, teller, status, code, reason):
        bank.store.put_merchant(replace(SCHOOL, status=status))
        answer = pay(bank, teller)
        assert (answer.code.value, answer.reason) == (code, reason)

    def test_a_merchant_that_nobody_knows(self, bank, teller):
        assert pay(bank, teller, merchant_id="NOBODY01").code is ResponseCode.UNKNOWN_MERCHANT

    def test_more_than_the_channel_s_limit(self, bank, teller):
        answer = pay(bank, teller, channel=Channel.KIOSK)
        assert answer.code is ResponseCode.OVER_LIMIT
        assert answer.reason == "阳光小学 takes at most 100.00 a payment at a KIOSK"

    def test_another_currency_than_the_bill_s(self, bank, teller):
        answer = pay(bank, teller, currency="840")
        assert answer.code is ResponseCode.WRONG_AMOUNT
        assert answer.reason == "bill S1 is in another currency"
        assert answer.values == {"total_payable": 12_345}

    def test_another_amount_than_the_payable(self, bank, teller):
        answer = pay(bank, teller, 12_344)
        assert answer.code is ResponseCode.WRONG_AMOUNT
        assert answer.reason == "bill S1 owes 123.45"
        assert answer.values == {"total_payable": 12_345}

    def test_a_part_that_the_rule_does_not_allow_hears_the_least(self, bank, teller):
        answer = pay(bank, teller, 1_500, "W1", "WATER001")
        assert answer.code is ResponseCode.WRONG_AMOUNT
        assert answer.values == {"total_payable": 20_000, "least_payable": 1_000, "payable_step": 1_000}
        least = "pay all of it, or a part of at least 10.00, a multiple of 10.00"
        assert answer.reason == f"bill W1 owes 200.00; {least}"

    def test_a_part_without_steps_hears_the_least_alone(self, bank, teller):
        water = bank.tables.merchants["WATER001"]
        rule = replace(water.amount_rule, step_minor=1)
        bank.tables.merchants["WATER001"] = replace(water, amount_rule=rule)
        answer = pay(bank, teller, 500, "W1", "WATER001")
        assert answer.values == {"total_payable": 20_000, "least_payable": 1_000}
        assert answer.reason == "bill W1 owes 200.00; pay all of it, or a part of at least 10.00"

    def test_the_refusal_is_kept_under_the_key(self, bank, teller):
        command = teller.payment(bank.now, "SCHOOL01", "S1", 1)
        answer = bank.ask(command)
        row = bank.tables.transactions[command.key]
        assert (row.answer, row.kind, row.serial_number) == (answer, TransactionKind.PAYMENT, None)
        assert bank.decisions[0][1] == Effects(transactions=(row,), traces=tuple(bank.tables.traces.values()))
        assert [trace.key for trace in bank.tables.traces.values()] == [command.key]


def test_a_paid_bill_is_not_paid_again(bank, teller):
    pay(bank, teller)
    answer = pay(bank, teller)
    assert answer.code is ResponseCode.ALREADY_PAID
    assert (answer.brief, answer.reason) == ("already paid", "bill S1 is already paid")


class TestOrder:
    """Key, merchant, bill, state, limits, amount: each correction shows the next fault."""

    def test_the_first_check_that_fails_is_the_answer(self, bank, teller):
        kiosk = {"channel": Channel.KIOSK}
        bank.store.put_merchant(replace(SCHOOL, status=MerchantStatus.SUSPENDED))
        codes = [pay(bank, teller, 99_999, "S9", **kiosk).code.value]
        bank.store.put_merchant(SCHOOL, SCHOOL_FORM)
        codes.append(pay(bank, teller, 99_999, "S9", **kiosk).code.value)
        bank.store.put_bills(school_bill("S9", mark=BillMark.WITHDRAWN, open_from=DAY.replace(day=30)))
        codes.append(pay(bank, teller, 99_999, "S9", **kiosk).code.value)
        bank.store.put_bills(school_bill("S9", open_from=DAY.replace(day=30)))
        codes.append(pay(bank, teller, 99_999, "S9", **kiosk).code.value)
        bank.store.put_bills(school_bill("S9"))
        codes.append(pay(bank, teller, 99_999, "S9", **kiosk).code.value)
        codes.append(pay(bank, teller, 9_999, "S9", **kiosk).code.value)
        assert codes == [
            "MERCHANT_SUSPENDED",
            "NOT_FOUND",
            "WITHDRAWN",
            "NOT_PAYABLE",
            "OVER_LIMIT",
            "WRONG_AMOUNT",
        ]

    def test_a_known_key_is_answered_before_the_merchant_is_looked_at(self, bank, teller):
        command = teller.payment(bank.now, "SCHOOL01", "S1", 12_345)
        taken = bank.ask(command)
        bank.store.put_merchant(replace(SCHOOL, status=MerchantStatus.SUSPENDED))
        assert bank.ask(repeated(command)) == taken
        assert bank.ask(changed(command, amount_minor=1)).code is ResponseCode.DUPLICATE


def test_a_merchant_s_limit_is_for_its_channel_only(bank, teller):
    assert pay(bank, teller, channel=Channel.MOBILE).approved
    assert WATER.limits_minor == {}
