import datetime as dt
from dataclasses import replace

import pytest

from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.commands import BillLine, ReversalReason
from offline_collect.domain.decide import want
from offline_collect.domain.decisions.traces import expired
from offline_collect.domain.effects import NO_EFFECTS
from offline_collect.domain.facts import Facts, Wants
from offline_collect.domain.transactions import TransactionKind
from tests.messages.commands import Terminal, changed, repeated, stamped_afresh


@pytest.fixture
def payment(bank, teller):
    return teller.payment(bank.now, "SCHOOL01", "S1", 12_345)


def nothing_happened(bank) -> bool:
    return all(effects is NO_EFFECTS for _, effects in bank.decisions)


class TestTheSameKey:
    @pytest.mark.parametrize("amount", [12_345, 1], ids=["approved", "declined"])
    def test_gets_the_stored_answer_and_changes_nothing(self, bank, teller, amount):
        command = teller.payment(bank.now, "SCHOOL01", "S1", amount)
        first = bank.ask(command)
        bank.advance(days=100)
        assert bank.ask(command) == first
        assert bank.ask(repeated(command, bank.now)) == first
        assert nothing_happened(bank)

    def test_keeps_its_business_date_after_cutover(self, bank, payment):
        first = bank.ask(payment)
        bank.cutover()
        assert bank.ask(payment).business_date == first.business_date

    @pytest.mark.parametrize(
        "other", [{"amount_minor": 1}, {"bill_no": "S2"}, {"merchant_id": "WATER001"}, {"currency": "840"}]
    )
    def test_with_other_content_is_a_duplicate(self, bank, payment, other):
        bank.ask(payment)
        answer = bank.ask(changed(payment, **other))
        assert answer.code is ResponseCode.DUPLICATE
        assert answer.reason == "STAN 000001 of terminal TERM0001 was used for another transaction"
        assert nothing_happened(bank)

    def test_of_a_reversed_payment_is_refused_with_its_date(self, bank, teller, payment):
        first = bank.ask(payment)
        bank.ask(teller.reversal(bank.now, payment))
        bank.cutover()
        answer = bank.ask(repeated(payment))
        assert answer.code is ResponseCode.ALREADY_REVERSED
        assert answer.business_date == first.business_date
        assert nothing_happened(bank)

    def test_twice_in_one_batch_is_decided_once(self, bank, payment):
        first, second = bank.submit(payment, repeated(payment))
        assert first == second
        assert len(bank.tables.payments) == 1


class TestAFreshTime:
    """Repeats with a new DE 7: their key is new, and only their trace identifies them."""

    def test_a_repeat_is_found_by_its_trace(self, bank, payment):
        first = bank.ask(payment)
        bank.advance(minutes=1)
        assert bank.ask(stamped_afresh(payment, bank.now)) == first
        assert len(bank.tables.payments) == 1

    def test_also_in_the_batch_of_its_original(self, bank, payment):
        later = bank.now + dt.timedelta(minutes=1)
        first, second = bank.submit(payment, stamped_afresh(payment, later))
        assert first == second
        assert len(bank.tables.payments) == 1

    def test_one_that_overtakes_its_original_is_found_by_it(self, bank, part_payment):
        """The bill can be paid in parts: an EXACT bill would refuse the second payment as already paid."""
        fresh = stamped_afresh(part_payment, bank.now + dt.timedelta(seconds=30))
        first = bank.ask(fresh)
        assert first.approved
        assert bank.ask(part_payment) == first
        assert len(bank.tables.payments) == 1

    def test_one_that_overtakes_its_original_in_a_batch(self, bank, part_payment):
        fresh = stamped_afresh(part_payment, bank.now + dt.timedelta(seconds=30))
        first, second = bank.submit(fresh, part_payment)
        assert first == second
        assert len(bank.tables.payments) == 1

    def test_two_that_are_not_marked_are_two_transactions(self, bank, part_payment):
        bank.ask(part_payment)
        bank.advance(minutes=1)
        second = replace(stamped_afresh(part_payment, bank.now), repeat=False)
        assert bank.ask(second).approved
        assert len(bank.tables.payments) == 2
        assert len(bank.tables.traces) == 1

    def test_only_with_the_same_content(self, bank, payment):
        bank.ask(payment)
        bank.advance(minutes=1)
        other = changed(stamped_afresh(payment, bank.now), amount_minor=1)
        assert bank.ask(other).code is ResponseCode.ALREADY_PAID

    def test_only_with_the_same_rrn(self, bank, part_payment):
        bank.ask(part_payment)
        bank.advance(minutes=1)
        fresh = replace(stamped_afresh(part_payment, bank.now), trace=f"{part_payment.trace}9")
        assert bank.ask(fresh).approved
        assert len(bank.tables.payments) == 2

    @pytest.mark.parametrize(("hours", "payments"), [(24, 1), (24.01, 2)])
    def test_once_its_day_is_closed_only_within_a_day(self, bank, part_payment, hours, payments):
        bank.ask(part_payment)
        bank.cutover()
        bank.advance(hours=hours)
        assert bank.ask(stamped_afresh(part_payment, bank.now)).approved
        assert len(bank.tables.payments) == payments

    def test_however_long_the_business_day_lasts(self, bank, part_payment):
        first = bank.ask(part_payment)
        bank.advance(days=9)
        assert bank.ask(stamped_afresh(part_payment, bank.now)) == first
        assert len(bank.tables.payments) == 1

    def test_over_midnight_and_cutover_with_the_date_of_its_original(self, bank, payment):
        first = bank.ask(payment)
        bank.advance(hours=15)
        bank.cutover()
        fresh = stamped_afresh(payment, bank.now)
        assert fresh.key[-14:-6] != payment.key[-14:-6]
        assert bank.ask(fresh) == first
        assert bank.tables.transactions[fresh.key].business_date == first.business_date

    def test_a_repeat_of_what_never_came_is_taken(self, bank, payment):
        bank.advance(minutes=1)
        assert bank.ask(stamped_afresh(payment, bank.now)).approved

    def test_the_first_of_a_business_day_stands_for_its_trace(self, bank, part_payment):
        first = bank.ask(part_payment)
        bank.advance(minutes=1)
        bank.ask(replace(stamped_afresh(part_payment, bank.now), repeat=False))
        bank.advance(minutes=1)
        assert bank.ask(stamped_afresh(part_payment, bank.now)) == first

    def test_the_latest_of_two_business_days_counts(self, bank, part_payment):
        bank.ask(part_payment)
        bank.cutover()
        bank.advance(minutes=1)
        latest = bank.ask(replace(stamped_afresh(part_payment, bank.now), repeat=False))
        bank.advance(minutes=1)
        assert bank.ask(stamped_afresh(part_payment, bank.now)) == latest

    def test_a_declined_one_is_declined_again(self, bank, teller):
        wrong = teller.payment(bank.now, "SCHOOL01", "S1", 1)
        first = bank.ask(wrong)
        bank.advance(minutes=1)
        fresh = stamped_afresh(wrong, bank.now)
        assert bank.ask(fresh) == first
        assert bank.tables.transactions[fresh.key].answer == first

    def test_of_a_reversed_payment_is_refused(self, bank, teller, payment):
        bank.ask(payment)
        bank.ask(teller.reversal(bank.now, payment))
        bank.advance(minutes=1)
        assert bank.ask(stamped_afresh(payment, bank.now)).code is ResponseCode.ALREADY_REVERSED

    @pytest.mark.parametrize("overtakes", [False, True], ids=["in order", "overtaking"])
    @pytest.mark.parametrize("named", [0, 1], ids=["the request's DE 7", "the repeat's DE 7"])
    def test_a_reversal_of_either_time_finds_it(self, bank, teller, part_payment, overtakes, named):
        fresh = stamped_afresh(part_payment, bank.now + dt.timedelta(seconds=30))
        for message in (fresh, part_payment) if overtakes else (part_payment, fresh):
            bank.ask(message)
        undone = bank.ask(teller.reversal(bank.now, (part_payment, fresh)[named], advice=True))
        assert undone.values["reversal_did"] == "APPLIED"
        assert [payment.state.value for payment in bank.tables.payments.values()] == ["REVERSED"]

    def test_a_reversal_of_the_repeat_in_the_same_batch_finds_it(self, bank, teller, part_payment):
        bank.ask(part_payment)
        bank.cutover()
        fresh = stamped_afresh(part_payment, bank.now + dt.timedelta(seconds=30))
        _, undone = bank.submit(fresh, teller.reversal(bank.now, fresh))
        assert undone.values["reversal_did"] == "APPLIED"

    @pytest.mark.parametrize("named", [0, 1], ids=["the request's DE 7", "the repeat's DE 7"])
    def test_a_reversal_that_comes_before_both_undoes_both(self, bank, teller, part_payment, named):
        """The first message has the DE 7 that the reversal names; DE 90 says nothing about the other message."""
        both = [part_payment, stamped_afresh(part_payment, bank.now + dt.timedelta(seconds=30))]
        bank.ask(teller.reversal(bank.now, both[named], advice=True))
        for message in (both[named], both[1 - named]):
            assert bank.ask(message).code is ResponseCode.ALREADY_REVERSED
        assert bank.tables.payments == {}
        kinds = {bank.tables.transactions[message.key].kind for message in both}
        assert kinds == {TransactionKind.TOMBSTONE}

    def test_a_tombstone_leaves_its_trace_once(self, bank, teller, part_payment):
        bank.ask(teller.reversal(bank.now, part_payment, advice=True))
        bank.submit(part_payment, repeated(part_payment), part_payment)
        assert [trace.key for trace in bank.tables.traces.values()] == [part_payment.key]

    def test_its_status_is_told_under_either_time(self, bank, teller, payment):
        bank.ask(payment)
        fresh = stamped_afresh(payment, bank.now + dt.timedelta(seconds=30))
        bank.ask(fresh)
        told = [bank.ask(teller.status(bank.now, each)) for each in (payment, fresh)]
        assert told[0] == told[1]
        assert told[0].values["original_state"] == "APPROVED"

    def test_other_content_under_the_repeat_s_key_is_a_duplicate(self, bank, payment):
        bank.ask(payment)
        fresh = stamped_afresh(payment, bank.now + dt.timedelta(seconds=30))
        bank.ask(fresh)
        assert bank.ask(changed(fresh, amount_minor=1)).code is ResponseCode.DUPLICATE

    def test_without_a_trace_a_fresh_time_is_another_transaction(self, bank, part_payment):
        """The cost of a front end that sends neither DE 37 nor DE 12 and 13."""
        untraced = replace(part_payment, trace=None)
        bank.ask(untraced)
        bank.advance(minutes=1)
        assert bank.ask(stamped_afresh(untraced, bank.now)).approved
        assert len(bank.tables.payments) == 2
        assert bank.tables.traces == {}

    def test_a_reversal_s_repeat_does_nothing_more(self, bank, teller, payment):
        """Reversals have no traces; the payment's state shows that nothing is left to reverse."""
        bank.ask(payment)
        reversal = teller.reversal(bank.now, payment, ReversalReason.ERROR)
        bank.ask(reversal)
        bank.advance(minutes=1)
        answer = bank.ask(stamped_afresh(reversal, bank.now))
        assert (answer.approved, answer.values["reversal_did"]) == (True, "NOTHING")


class TestAnAdviceWithAFreshTime:
    """0220 and 0221 with the trace of a request, or of an earlier advice."""

    def advice(self, bank, payment, *, repeat):
        """Return the advice of a request, with its STAN and RRN, but without DE 90 and with a new DE 7."""
        terminal = Terminal(payment.terminal, payment.institution)
        told = terminal.advice(bank.now, payment.merchant_id, payment.bill_no, payment.amount_minor)
        same = {name: getattr(payment, name) for name in ("trace", "stan", "rrn")}
        fresh = stamped_afresh(replace(told, **same), bank.now)
        return replace(fresh, repeat=repeat)

    def test_of_an_approved_request_posts_nothing(self, bank, part_payment):
        first = bank.ask(part_payment)
        bank.advance(minutes=1)
        answer = bank.ask(self.advice(bank, part_payment, repeat=True))
        assert answer.values == {**first.values, "original_state": "APPROVED"}
        assert len(bank.tables.payments) == 1

    @pytest.mark.parametrize("marked", [False, True], ids=["0220", "0221"])
    def test_of_a_declined_request_is_posted_once_whatever_follows(self, bank, teller, marked):
        wrong = teller.payment(bank.now, "WATER001", "W1", 1)
        assert not bank.ask(wrong).approved
        bank.advance(minutes=1)
        first = bank.ask(self.advice(bank, wrong, repeat=marked))
        assert first.values["original_state"] == "SUSPENSE"
        bank.advance(minutes=1)
        assert bank.ask(self.advice(bank, wrong, repeat=True)) == first
        assert bank.ask(wrong) == first
        assert len(bank.tables.payments) == 1

    def test_under_the_key_of_a_declined_repeat_completes_the_request_too(self, bank, teller):
        wrong = teller.payment(bank.now, "WATER001", "W1", 1)
        bank.ask(wrong)
        bank.advance(minutes=1)
        fresh = stamped_afresh(wrong, bank.now)
        bank.ask(fresh)
        told = replace(self.advice(bank, wrong, repeat=False), key=fresh.key, sent_at=fresh.sent_at)
        first = bank.ask(told)
        bank.advance(minutes=1)
        assert bank.ask(self.advice(bank, wrong, repeat=True)) == first
        assert len(bank.tables.payments) == 1

    def test_of_an_unmarked_advice_is_found(self, bank, teller):
        told = teller.advice(bank.now, "SCHOOL01", "S1", 1)
        first = bank.ask(told)
        bank.advance(minutes=1)
        assert bank.ask(stamped_afresh(told, bank.now)) == first
        assert len(bank.tables.payments) == 1

    def test_of_a_tombstoned_request_is_posted_and_contra_posted(self, bank, teller, part_payment):
        bank.ask(teller.reversal(bank.now, part_payment, advice=True))
        bank.ask(part_payment)
        bank.advance(minutes=1)
        answer = bank.ask(self.advice(bank, part_payment, repeat=True))
        assert answer.values["original_state"] == "REVERSED"
        bank.advance(minutes=1)
        assert bank.ask(self.advice(bank, part_payment, repeat=True)) == answer
        assert len(bank.tables.payments) == 1


@pytest.fixture
def part_payment(bank, teller):
    """Half of a bill that can be paid in parts."""
    return teller.payment(bank.now, "WATER001", "W1", 1_000)


def test_two_business_days_of_traces_are_kept_and_two_days(bank):
    day = bank.store.open_day()
    assert expired(day, bank.now) == (day.date, bank.now - dt.timedelta(hours=48))
    bank.cutover()
    assert expired(bank.store.open_day(), bank.now)[0] == day.date


def test_a_known_key_does_not_ask_for_its_bill_and_so_does_not_lock_it(bank, payment):
    bank.ask(payment)
    facts = Facts(bank.store.open_day(), transactions={payment.key: bank.tables.transactions[payment.key]})
    wants = Wants()
    want(payment, facts, wants)
    assert wants.bills == set()


@pytest.mark.parametrize(
    ("more", "known"),
    [
        ({}, True),
        ({"repeat": True}, False),
        ({"lines": (BillLine("S1", 1), BillLine("S2", 2))}, False),
        ({"merchant_id": "NEW"}, False),
    ],
)
def test_a_bill_is_asked_for_with_its_key_if_no_other_can_stand_before_it(payment, more, known):
    wants = Wants()
    assert want(replace(payment, **more), Facts(any_order={"SCHOOL01", "WATER001"}), wants)
    assert wants.bills == ({("SCHOOL01", "S1")} if known else set())
