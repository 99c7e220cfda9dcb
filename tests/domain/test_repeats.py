import datetime as dt
from dataclasses import replace

import pytest

from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.commands import ReversalReason
from offline_collect.domain.decide import want
from offline_collect.domain.effects import NO_EFFECTS
from offline_collect.domain.facts import Facts, Wants
from tests.support.commands import changed, repeated, stamped_afresh


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
    def test_a_repeat_is_found_by_its_trace(self, bank, payment):
        first = bank.ask(payment)
        bank.advance(minutes=1)
        assert bank.ask(stamped_afresh(payment, bank.now)) == first
        assert nothing_happened(bank)

    def test_also_in_the_batch_of_its_original(self, bank, payment):
        later = bank.now + dt.timedelta(minutes=1)
        first, second = bank.submit(payment, stamped_afresh(payment, later))
        assert first == second

    def test_only_if_it_says_that_it_is_a_repeat(self, bank, payment):
        bank.ask(payment)
        bank.advance(minutes=1)
        bank.cutover()
        fresh = stamped_afresh(payment, bank.now)
        unmarked = replace(fresh, repeat=False)
        assert bank.ask(unmarked).code is ResponseCode.ALREADY_PAID

    def test_only_with_the_same_content(self, bank, payment):
        bank.ask(payment)
        bank.advance(minutes=1)
        other = changed(stamped_afresh(payment, bank.now), amount_minor=1)
        assert bank.ask(other).code is ResponseCode.ALREADY_PAID

    @pytest.mark.parametrize(("hours", "code"), [(24, "APPROVED"), (24.01, "ALREADY_PAID")])
    def test_only_within_a_day(self, bank, payment, hours, code):
        bank.ask(payment)
        bank.advance(hours=hours)
        assert bank.ask(stamped_afresh(payment, bank.now)).code.value == code

    def test_a_repeat_of_what_never_came_is_taken(self, bank, payment):
        bank.advance(minutes=1)
        assert bank.ask(stamped_afresh(payment, bank.now)).approved

    def test_the_latest_of_several_counts(self, bank, teller):
        command = teller.payment(bank.now, "WATER001", "W1", 1_000)
        bank.ask(command)
        bank.advance(minutes=1)
        latest = bank.ask(replace(stamped_afresh(command, bank.now), repeat=False))
        bank.advance(minutes=1)
        assert bank.ask(stamped_afresh(command, bank.now)) == latest

    def test_of_a_reversed_payment_is_refused(self, bank, teller, payment):
        bank.ask(payment)
        bank.ask(teller.reversal(bank.now, payment))
        bank.advance(minutes=1)
        assert bank.ask(stamped_afresh(payment, bank.now)).code is ResponseCode.ALREADY_REVERSED

    def test_a_reversal_s_repeat_is_found_too(self, bank, teller, payment):
        bank.ask(payment)
        reversal = teller.reversal(bank.now, payment, ReversalReason.ERROR)
        first = bank.ask(reversal)
        bank.advance(minutes=1)
        assert bank.ask(stamped_afresh(reversal, bank.now)) == first
        assert len(bank.tables.reversals) == 1


def test_a_known_key_does_not_ask_for_its_bill_and_so_does_not_lock_it(bank, payment):
    bank.ask(payment)
    facts = Facts(bank.store.open_day(), transactions={payment.key: bank.tables.transactions[payment.key]})
    wants = Wants()
    want(payment, facts, wants)
    assert wants.bills == set()
