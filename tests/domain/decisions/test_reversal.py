from dataclasses import replace

import pytest

from offline_collect.domain.bills import BillMark, BillState
from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.commands import ReversalReason, Tender
from offline_collect.domain.effects import NO_EFFECTS
from offline_collect.domain.ledger.ledger import Account
from offline_collect.domain.merchants import MerchantStatus
from offline_collect.domain.transactions import PaymentState, ReversalOutcome
from tests.fakes.bank import DAY
from tests.messages.commands import repeated
from tests.support.samples import SCHOOL, SCHOOL_FORM, school_bill, water_bill

APPLIED = "APPLIED"


@pytest.fixture
def payment(bank, teller):
    """A payment that was approved."""
    payment = teller.payment(bank.now, "SCHOOL01", "S1", 12_345)
    assert bank.ask(payment).approved
    return payment


class TestBeforeTheTable:
    @pytest.mark.parametrize("reason", ReversalReason)
    @pytest.mark.parametrize("advice", [False, True])
    def test_an_original_of_another_institution_is_not_found_and_nothing_is_kept(
        self, bank, teller, payment, reason, advice
    ):
        other = {"original_institution": "87654321", "advice": advice}
        reversal = teller.reversal(bank.now, payment, reason, **other)
        answer = bank.ask(reversal)
        assert answer.code is ResponseCode.NOT_FOUND
        assert answer.reason == "the original is of another institution"
        assert bank.decisions[0][1] is NO_EFFECTS

    @pytest.mark.parametrize("reason", ReversalReason)
    @pytest.mark.parametrize("other", [{"amount_minor": 12_344}, {"currency": "840"}])
    def test_only_the_whole_amount_is_reversed(self, bank, teller, payment, reason, other):
        reversal = teller.reversal(bank.now, payment, reason, **other)
        answer = bank.ask(reversal)
        assert answer.code is ResponseCode.ORIGINAL_AMOUNT
        assert answer.reason == "the original's amount is 123.45, and only all of it can be reversed"
        assert bank.tables.reversals[reversal.key].outcome is ReversalOutcome.DECLINED

    def test_the_amount_of_a_declined_original_counts_too(self, bank, teller):
        declined = teller.payment(bank.now, "SCHOOL01", "S1", 1)
        bank.ask(declined)
        answer = bank.ask(teller.reversal(bank.now, declined, amount_minor=2))
        assert answer.code is ResponseCode.ORIGINAL_AMOUNT

    def test_a_currency_that_is_left_out_is_the_original_s(self, bank, teller, payment):
        reversal = teller.reversal(bank.now, payment, currency=None)
        assert bank.ask(reversal).values["reversal_did"] == APPLIED
        assert bank.tables.reversals[reversal.key].currency == "156"

    @pytest.mark.parametrize(
        ("tender", "reason"),
        [
            (Tender.BATCH, "the original was debited in a batch"),
            (Tender.OUTSIDE, "the original was paid at the merchant's office"),
        ],
    )
    def test_what_no_terminal_took_no_terminal_gives_back(self, bank, teller, payment, tender, reason):
        (serial,) = bank.tables.payments
        bank.store.put_payment(serial, tender=tender)
        answer = bank.ask(teller.reversal(bank.now, payment))
        assert (answer.code, answer.reason) == (ResponseCode.NOT_FOUND, reason)


class TestApplied:
    def test_the_answer_names_the_posting(self, bank, teller, payment):
        reversal = teller.reversal(bank.now, payment, ReversalReason.WRITE_OFF)
        answer = bank.ask(reversal)
        assert answer.values == {"serial_number": "20261122000000000003", "reversal_did": APPLIED}
        kept = bank.tables.reversals[reversal.key]
        assert kept.serial_number == "20261122000000000003"
        assert (kept.reason, kept.amount_minor) == (ReversalReason.WRITE_OFF, 12_345)
        assert (kept.business_date, kept.original_business_date) == (DAY, DAY)

    def test_after_cutover_it_is_posted_on_the_open_day_and_names_both(self, bank, teller, payment):
        today = bank.cutover()
        reversal = teller.reversal(bank.now, payment)
        assert bank.ask(reversal).business_date == today
        kept = bank.tables.reversals[reversal.key]
        assert (kept.business_date, kept.original_business_date) == (today, DAY)
        dates = [entry.business_date for entry in bank.tables.entries.values()]
        assert dates == [DAY, DAY, today, today]

    def test_the_entries_are_the_payment_s_with_the_other_sign(self, bank, teller, payment):
        bank.ask(teller.reversal(bank.now, payment))
        totals = {}
        for entry in bank.tables.entries.values():
            account = (entry.account, entry.owner)
            totals[account] = totals.get(account, 0) + entry.amount_minor
        assert totals == {(Account.CLEARING, "12345678"): 0, (Account.PAYABLE, "SCHOOL01"): 0}

    def test_money_in_suspense_comes_out_of_suspense(self, bank, teller):
        advice = teller.advice(bank.now, "SCHOOL01", "S1", 1)
        bank.ask(advice)
        bank.ask(teller.reversal(bank.now, advice))
        assert {entry.account for entry in bank.tables.entries.values()} == {
            Account.CLEARING,
            Account.SUSPENSE,
        }
        assert bank.tables.bills["SCHOOL01", "S1"] == school_bill()

    def test_the_customer_is_told(self, bank, teller, payment):
        bank.ask(teller.reversal(bank.now, payment))
        assert list(bank.tables.notices) == ["PAID:20261122000000000001", "REVERSED:20261122000000000003"]

    def test_the_bill_can_be_paid_again(self, bank, teller, payment):
        bank.ask(teller.reversal(bank.now, payment))
        assert bank.ask(teller.payment(bank.now, "SCHOOL01", "S1", 12_345)).approved

    def test_it_takes_back_exactly_its_own_parts(self, bank, teller):
        bank.store.put_bills(water_bill(due_date=DAY.replace(day=1)))
        first, second = (teller.payment(bank.now, "WATER001", "W1", amount) for amount in (1_000, 2_000))
        bank.submit(first, second)
        bank.ask(teller.reversal(bank.now, first))
        bill = bank.tables.bills["WATER001", "W1"]
        assert (bill.paid_principal_minor, bill.paid_late_fee_minor) == (2_000, 0)
        assert bill.state(DAY) is BillState.PARTIAL

    @pytest.mark.parametrize("mark", BillMark)
    def test_a_mark_that_the_bill_got_since_stays(self, bank, teller, payment, mark):
        paid = bank.tables.bills["SCHOOL01", "S1"]
        bank.store.put_bills(replace(paid, mark=mark))
        bank.ask(teller.reversal(bank.now, payment))
        assert bank.tables.bills["SCHOOL01", "S1"].state(DAY).value == mark.value

    def test_a_suspended_merchant_s_payments_are_reversed_all_the_same(self, bank, teller, payment):
        bank.store.put_merchant(replace(SCHOOL, status=MerchantStatus.SUSPENDED), SCHOOL_FORM)
        assert bank.ask(teller.reversal(bank.now, payment)).values["reversal_did"] == APPLIED

    def test_money_for_a_merchant_that_nobody_knows_is_given_back(self, bank, teller):
        advice = teller.advice(bank.now, "NOBODY01", "S1", 500)
        bank.ask(advice)
        assert bank.ask(teller.reversal(bank.now, advice)).values["reversal_did"] == APPLIED


class TestOneBatch:
    def test_a_payment_and_its_reversal(self, bank, teller):
        payment = teller.payment(bank.now, "SCHOOL01", "S1", 12_345)
        paid, undone = bank.submit(payment, teller.reversal(bank.now, payment))
        assert paid.approved
        assert undone.values["reversal_did"] == APPLIED

    def test_an_old_payment_that_an_advice_has_just_put_under_a_new_key(self, bank, teller, payment):
        bank.cutover()
        advice = teller.advice(bank.now, "SCHOOL01", "S1", 12_345, payment)
        _, undone = bank.submit(advice, teller.reversal(bank.now, advice))
        assert undone.values["reversal_did"] == APPLIED

    def test_an_old_payment_that_an_advice_has_found_by_its_trace(self, bank, teller):
        first = teller.advice(bank.now, "SCHOOL01", "S1", 12_345)
        bank.ask(first)
        bank.cutover()
        bank.advance(minutes=1)
        request = teller.payment(bank.now, "SCHOOL01", "S1", 12_345)
        completes = {"original_key": request.key, "original_institution": request.institution}
        fresh = replace(first, key=f"{first.key}1", repeat=True, **completes)
        _, undone = bank.submit(fresh, teller.reversal(bank.now, request))
        assert undone.values["reversal_did"] == APPLIED

    def test_two_reversals_of_one_payment_apply_once(self, bank, teller, payment):
        answers = bank.submit(*(teller.reversal(bank.now, payment) for _ in range(2)))
        assert [answer.values["reversal_did"] for answer in answers] == [APPLIED, "NOTHING"]

    def test_a_reversal_that_comes_before_its_original(self, bank, teller):
        payment = teller.payment(bank.now, "SCHOOL01", "S1", 12_345)
        undone, late = bank.submit(teller.reversal(bank.now, payment), payment)
        assert undone.values["reversal_did"] == "TOMBSTONE"
        assert late.code is ResponseCode.ALREADY_REVERSED
        assert bank.tables.payments == {}


class TestKeys:
    def test_a_repeat_gets_the_stored_answer_and_does_nothing(self, bank, teller, payment):
        reversal = teller.reversal(bank.now, payment)
        first = bank.ask(reversal)
        assert bank.ask(repeated(reversal)) == first
        assert bank.decisions[0][1] is NO_EFFECTS

    def test_a_reversal_that_says_something_else_under_a_known_key(self, bank, teller, payment):
        reversal = teller.reversal(bank.now, payment)
        bank.ask(reversal)
        answer = bank.ask(replace(reversal, fingerprint="other"))
        assert answer.code is ResponseCode.DUPLICATE

    def test_a_late_original_is_refused_for_good(self, bank, teller):
        payment = teller.payment(bank.now, "SCHOOL01", "S1", 12_345)
        bank.ask(teller.reversal(bank.now, payment))
        buried_on = bank.store.open_day().date
        bank.cutover()
        for _ in range(2):
            answer = bank.ask(payment)
            assert answer.code is ResponseCode.ALREADY_REVERSED
            assert answer.business_date == buried_on
        assert bank.tables.bills["SCHOOL01", "S1"] == school_bill()

    def test_a_write_off_of_what_never_came_leaves_the_way_free(self, bank, teller):
        payment = teller.payment(bank.now, "SCHOOL01", "S1", 12_345)
        bank.ask(teller.reversal(bank.now, payment, ReversalReason.WRITE_OFF))
        assert bank.ask(payment).approved

    def test_a_second_reversal_before_the_original_keeps_the_one_tombstone(self, bank, teller):
        payment = teller.payment(bank.now, "SCHOOL01", "S1", 12_345)
        bank.ask(teller.reversal(bank.now, payment))
        grave = bank.tables.transactions[payment.key]
        bank.ask(teller.reversal(bank.now, payment, advice=True))
        assert bank.tables.transactions[payment.key] is grave
        outcomes = [reversal.outcome for reversal in bank.tables.reversals.values()]
        assert outcomes == [ReversalOutcome.TOMBSTONE] * 2

    def test_a_reversed_payment_stays_reversed(self, bank, teller, payment):
        bank.ask(teller.reversal(bank.now, payment))
        bank.ask(teller.reversal(bank.now, payment))
        (posted,) = bank.tables.payments.values()
        assert posted.state is PaymentState.REVERSED
        assert posted.state_by == "20261122000000000003"
