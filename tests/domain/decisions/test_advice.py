from dataclasses import replace

import pytest

from offline_collect.domain.bills import BillMark
from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.commands import Channel, ReversalReason
from offline_collect.domain.effects import NO_EFFECTS
from offline_collect.domain.ledger.ledger import Account
from offline_collect.domain.merchants import MerchantStatus
from offline_collect.domain.transactions import PaymentState, TransactionKind
from tests.fakes.bank import DAY
from tests.messages.commands import changed, repeated
from tests.support.samples import SCHOOL, SCHOOL_FORM, school_bill

SERIAL = "20261122000000000001"


def advise(bank, terminal, amount=12_345, completes=None, **more):
    return bank.ask(terminal.advice(bank.now, "SCHOOL01", "S1", amount, completes, **more))


def state_of(answer) -> str:
    return answer.values["original_state"]


@pytest.fixture
def request_(bank, teller):
    """A request that is not sent yet; each test decides what happens to it."""
    return teller.payment(bank.now, "SCHOOL01", "S1", 12_345)


class TestBills:
    """Advices on every kind of bill."""

    def test_an_open_bill_takes_the_money(self, bank, teller):
        answer = advise(bank, teller)
        assert answer.approved
        assert answer.values["receipt"] == "十一月餐费 2026-11"
        assert (state_of(answer), answer.values["serial_number"]) == ("APPROVED", SERIAL)
        assert bank.tables.bills["SCHOOL01", "S1"].outstanding_minor == 0
        assert list(bank.tables.notices) == [f"PAID:{SERIAL}"]
        (row,) = bank.tables.transactions.values()
        assert row.kind is TransactionKind.ADVICE

    def test_limits_are_not_for_money_that_was_already_taken(self, bank, teller):
        assert state_of(advise(bank, teller, channel=Channel.KIOSK)) == "APPROVED"

    @pytest.mark.parametrize(
        "bill",
        [
            school_bill(mark=BillMark.IN_BATCH),
            school_bill(mark=BillMark.WITHDRAWN),
            school_bill(expires_on=DAY.replace(day=21)),
            school_bill(open_from=DAY.replace(day=23)),
            school_bill(amount=12_344),
            school_bill(currency="840"),
        ],
        ids=["in a batch", "withdrawn", "expired", "not open yet", "wrong amount", "other currency"],
    )
    def test_money_that_cannot_go_to_its_bill_goes_to_suspense(self, bank, teller, bill):
        bank.store.put_bills(bill)
        assert state_of(advise(bank, teller)) == "SUSPENSE"
        assert bank.tables.bills["SCHOOL01", "S1"] == bill
        self.in_suspense(bank)

    def test_so_does_money_for_a_paid_bill(self, bank, teller, request_):
        bank.ask(request_)
        answer = advise(bank, teller)
        assert state_of(answer) == "SUSPENSE"
        assert "receipt" not in answer.values

    @pytest.mark.parametrize("status", [MerchantStatus.SUSPENDED, MerchantStatus.CLOSED])
    def test_so_does_money_for_a_merchant_that_does_not_collect(self, bank, teller, status):
        bank.store.put_merchant(replace(SCHOOL, status=status), SCHOOL_FORM)
        assert state_of(advise(bank, teller)) == "SUSPENSE"
        self.in_suspense(bank)

    @pytest.mark.parametrize(("merchant_id", "bill_no"), [("SCHOOL01", "S9"), ("NOBODY01", "S1")])
    def test_so_does_money_for_what_nobody_knows(self, bank, teller, merchant_id, bill_no):
        answer = bank.ask(teller.advice(bank.now, merchant_id, bill_no, 12_345))
        assert state_of(answer) == "SUSPENSE"
        assert answer.values["bill_no"] == bill_no
        self.in_suspense(bank)

    @staticmethod
    def in_suspense(bank):
        (payment,) = bank.tables.payments.values()
        assert payment.state is PaymentState.SUSPENSE
        assert (payment.principal_minor, payment.late_fee_minor, payment.owed_principal_minor) == (0, 0, 0)
        assert payment.customer_no is None
        assert payment.in_totals
        assert [(each.account, each.owner, each.amount_minor) for each in bank.tables.entries.values()] == [
            (Account.CLEARING, "12345678", 12_345),
            (Account.SUSPENSE, "12345678", -12_345),
        ]
        assert bank.tables.notices == {}


class Place:
    """The place of a key in an advice: its own key, or the key that DE 90 names."""

    def __init__(self, *, own: bool):
        self.own = own

    def advice(self, bank, terminal, payment, **more):
        """Return an advice that has ``payment``'s key in this place."""
        if not self.own:
            return terminal.advice(bank.now, "SCHOOL01", "S1", payment.amount_minor, payment, **more)
        advice = terminal.advice(bank.now, "SCHOOL01", "S1", payment.amount_minor, **more)
        same = {name: getattr(payment, name) for name in ("key", "trace", "stan", "sent_at", "rrn")}
        return replace(advice, **same)


@pytest.fixture(params=[True, False], ids=["own key", "DE 90"])
def place(request) -> Place:
    return Place(own=request.param)


class TestKeys:
    """Advices under every kind of key, their own or that of DE 90."""

    def test_absent_is_posted_and_the_late_request_posts_nothing(self, bank, teller, place, request_):
        answer = bank.ask(place.advice(bank, teller, request_))
        assert (state_of(answer), answer.values["serial_number"]) == ("APPROVED", SERIAL)
        late = bank.ask(request_)
        assert late == answer
        assert bank.decisions[0][1] is NO_EFFECTS

    def test_absent_is_reversed_under_either_key(self, bank, teller, place, request_):
        bank.ask(place.advice(bank, teller, request_))
        assert bank.ask(teller.reversal(bank.now, request_)).values["reversal_did"] == "APPLIED"

    def test_approved_is_confirmed_and_nothing_is_posted(self, bank, teller, place, request_):
        first = bank.ask(request_)
        advice = place.advice(bank, teller, request_)
        bank.cutover()
        answer = bank.ask(advice)
        assert answer.values == {**first.values, "original_state": "APPROVED"}
        assert answer.business_date == first.business_date
        assert len(bank.tables.payments) == 1
        assert bank.tables.transactions[advice.key].serial_number == SERIAL
        assert bank.tables.transactions[request_.key].answer == first

    def test_suspense_is_told_as_it_stands_now(self, bank, teller, place):
        first = teller.advice(bank.now, "SCHOOL01", "S1", 1)
        bank.ask(first)
        bank.store.put_bills(school_bill("S9", 1, bill_id=9))
        bank.apply(SERIAL, "S9")
        assert state_of(bank.ask(place.advice(bank, teller, first))) == "APPLIED"

    def test_reversed_is_told_and_nothing_is_posted(self, bank, teller, place, request_):
        bank.ask(request_)
        bank.ask(teller.reversal(bank.now, request_))
        answer = bank.ask(place.advice(bank, teller, request_))
        assert (answer.code, state_of(answer)) == (ResponseCode.APPROVED, "REVERSED")
        assert len(bank.tables.payments) == 1

    def test_declined_is_decided_anew_as_an_advice(self, bank, teller, place, request_):
        bank.store.put_bills(school_bill(mark=BillMark.WITHDRAWN))
        assert bank.ask(request_).code is ResponseCode.WITHDRAWN
        answer = bank.ask(place.advice(bank, teller, request_))
        assert state_of(answer) == "SUSPENSE"
        row = bank.tables.transactions[request_.key]
        assert (row.kind, row.answer, row.serial_number) == (
            TransactionKind.ADVICE,
            answer,
            answer.values["serial_number"],
        )
        assert row.journal.startswith(f"{request_.journal}\n")
        assert bank.ask(request_) == answer

    def test_a_tombstone_is_posted_and_contra_posted_together(self, bank, teller, place, request_):
        bank.ask(teller.reversal(bank.now, request_))
        answer = bank.ask(place.advice(bank, teller, request_))
        assert (answer.code, state_of(answer)) == (ResponseCode.APPROVED, "REVERSED")
        (payment,) = bank.tables.payments.values()
        assert (payment.state, payment.in_totals) == (PaymentState.REVERSED, False)
        assert payment.state_by == "20261122000000000004"
        amounts = [entry.amount_minor for entry in bank.tables.entries.values()]
        assert amounts == [12_345, -12_345, -12_345, 12_345]
        assert bank.tables.bills["SCHOOL01", "S1"] == school_bill()
        assert bank.tables.notices == {}

    def test_a_tombstone_stays_one(self, bank, teller, place, request_):
        bank.ask(teller.reversal(bank.now, request_))
        answer = bank.ask(place.advice(bank, teller, request_))
        grave = bank.tables.transactions[request_.key]
        assert grave.kind is TransactionKind.TOMBSTONE
        assert grave.serial_number == answer.values["serial_number"]
        assert bank.ask(request_).code is ResponseCode.ALREADY_REVERSED
        assert bank.ask(changed(request_, amount_minor=1)).code is ResponseCode.DUPLICATE
        status = bank.ask(teller.status(bank.now, request_))
        assert status.code is ResponseCode.NOT_FOUND

    def test_a_tombstone_s_money_with_no_bill_to_go_to_passes_through_suspense(self, bank, teller, place):
        request = teller.payment(bank.now, "SCHOOL01", "S1", 1)
        bank.ask(teller.reversal(bank.now, request))
        bank.ask(place.advice(bank, teller, request))
        assert {entry.account for entry in bank.tables.entries.values()} == {
            Account.CLEARING,
            Account.SUSPENSE,
        }

    def test_a_tombstone_is_filled_once(self, bank, teller, place, request_):
        bank.ask(teller.reversal(bank.now, request_))
        first = bank.ask(place.advice(bank, teller, request_))
        assert bank.ask(place.advice(bank, teller, request_)) == first
        assert len(bank.tables.payments) == 1

    def test_other_content_is_a_duplicate(self, bank, teller, place, request_):
        bank.ask(request_)
        advice = changed(place.advice(bank, teller, request_), amount_minor=1)
        assert bank.ask(advice).code is ResponseCode.DUPLICATE
        assert bank.decisions[0][1] is NO_EFFECTS


class TestTwoKeys:
    """The entries under the own key and under the key of DE 90 can differ."""

    def test_a_tombstone_never_comes_to_name_a_payment_in_force(self, bank, teller, request_):
        bank.ask(request_)
        advice = teller.advice(bank.now, "SCHOOL01", "S1", 12_345, request_)
        bank.ask(teller.reversal(bank.now, advice))
        answer = bank.ask(advice)
        assert (state_of(answer), answer.values["serial_number"]) == ("APPROVED", SERIAL)
        assert bank.tables.transactions[advice.key].serial_number is None

    def test_the_own_payment_comes_first(self, bank, teller):
        other = teller.payment(bank.now, "WATER001", "W1", 1_000)
        advice = teller.advice(bank.now, "WATER001", "W1", 1_000, other)
        bank.ask(replace(advice, original_key=None, original_institution=None))
        bank.ask(other)
        assert bank.ask(advice).values["serial_number"] == SERIAL
        assert len(bank.tables.payments) == 2

    def test_a_declined_own_key_is_completed_by_the_original_s_payment(self, bank, teller, request_):
        bank.ask(request_)
        declined = teller.payment(bank.now, "SCHOOL01", "S1", 12_345)
        assert bank.ask(declined).code is ResponseCode.ALREADY_PAID
        advice = Place(own=True).advice(bank, teller, declined)
        named = {"original_key": request_.key, "original_institution": request_.institution}
        answer = bank.ask(replace(advice, **named))
        assert answer.values["serial_number"] == SERIAL
        assert bank.tables.transactions[declined.key].serial_number == SERIAL

    def test_both_keys_may_be_one(self, bank, teller):
        advice = teller.advice(bank.now, "SCHOOL01", "S1", 12_345)
        named = {"original_key": advice.key, "original_institution": advice.institution}
        assert state_of(bank.ask(replace(advice, **named))) == "APPROVED"
        assert len(bank.tables.transactions) == 1

    def test_a_buried_original_undoes_what_comes_under_a_free_key(self, bank, teller, request_):
        bank.ask(teller.reversal(bank.now, request_))
        advice = teller.advice(bank.now, "SCHOOL01", "S1", 12_345, request_)
        bank.ask(advice)
        undone = bank.ask(teller.reversal(bank.now, advice, ReversalReason.WRITE_OFF))
        assert undone.values["reversal_did"] == "NOTHING"


def test_a_repeat_gets_its_answer_again(bank, teller):
    advice = teller.advice(bank.now, "SCHOOL01", "S1", 12_345)
    first = bank.ask(advice)
    assert bank.ask(repeated(advice)) == first
    assert bank.tables.payments[SERIAL].state is PaymentState.APPROVED


def test_an_original_of_another_institution_is_not_found_and_nothing_is_kept(bank, teller, request_):
    answer = advise(bank, teller, completes=request_, original_institution="87654321")
    assert answer.code is ResponseCode.NOT_FOUND
    assert answer.reason == "DE 90 names an original of institution 87654321"
    assert bank.decisions[0][1] is NO_EFFECTS


def test_a_request_and_its_advice_in_one_batch_post_once(bank, teller, request_):
    advice = teller.advice(bank.now, "SCHOOL01", "S1", 12_345, request_)
    requested, advised = bank.submit(request_, advice)
    assert requested.values["serial_number"] == advised.values["serial_number"]
    assert len(bank.tables.payments) == 1


def test_a_declined_request_and_its_advice_in_one_batch(bank, teller):
    request = teller.payment(bank.now, "SCHOOL01", "S1", 1)
    advice = teller.advice(bank.now, "SCHOOL01", "S1", 1, request)
    declined, advised = bank.submit(request, advice)
    assert declined.code is ResponseCode.WRONG_AMOUNT
    assert state_of(advised) == "SUSPENSE"
    assert bank.tables.transactions[request.key].serial_number == advised.values["serial_number"]
