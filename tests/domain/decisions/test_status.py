import datetime as dt
from dataclasses import replace

import pytest

from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.commands import ReversalReason
from offline_collect.domain.effects import NO_EFFECTS
from offline_collect.domain.transactions import PaymentState, TransactionKind
from tests.fakes.bank import BEIJING, DAY

DEADLINE_AND_SKEW = dt.timedelta(seconds=70)
SERIAL = "20261122000000000001"


@pytest.fixture
def payment(bank, teller):
    return teller.payment(bank.now, "SCHOOL01", "S1", 12_345)


def ask(bank, terminal, payment, **more):
    return bank.ask(terminal.status(bank.now, payment, **more))


def test_an_approved_payment_is_told_with_its_own_date(bank, teller, payment):
    bank.ask(payment)
    bank.cutover()
    answer = ask(bank, teller, payment)
    assert answer.code is ResponseCode.APPROVED
    assert answer.business_date == DAY
    assert answer.values == {
        "original_code": "APPROVED",
        "original_state": "APPROVED",
        "approval_code": "A00001",
        "serial_number": SERIAL,
    }


def test_a_declined_payment_is_told_with_its_code(bank, teller):
    declined = teller.payment(bank.now, "SCHOOL01", "S1", 1)
    bank.ask(declined)
    bank.cutover()
    answer = ask(bank, teller, declined)
    assert answer.code is ResponseCode.APPROVED
    assert answer.business_date == DAY
    assert answer.values == {"original_code": "WRONG_AMOUNT", "original_state": "DECLINED"}


@pytest.mark.parametrize("state", PaymentState)
def test_every_state_of_a_payment_is_told(bank, teller, state):
    advice = teller.advice(bank.now, "SCHOOL01", "S1", 1)
    bank.ask(advice)
    before = bank.tables
    bank.store.put_payment(SERIAL, state=state)
    answer = ask(bank, teller, advice)
    bank.store.tables = before
    assert answer.values["original_state"] == state.value


def test_a_tombstone_is_told_with_the_date_that_it_lies_since(bank, teller, payment):
    bank.ask(teller.reversal(bank.now, payment))
    bank.cutover()
    answer = ask(bank, teller, payment)
    assert answer.code is ResponseCode.NOT_FOUND
    assert answer.business_date == DAY
    assert answer.values == {"original_state": "TOMBSTONE"}
    assert answer.reason == "nothing was paid under this key, and nothing will be"


def test_a_payment_that_could_still_arrive_is_in_progress(bank, teller, payment):
    bank.advance(seconds=DEADLINE_AND_SKEW.total_seconds())
    answer = ask(bank, teller, payment)
    assert answer.code is ResponseCode.IN_PROGRESS
    assert answer.reason == "not known here yet; it could arrive until 12:01:10 UTC"
    assert bank.decisions[0][1] is NO_EFFECTS
    assert bank.ask(payment).approved


def test_the_hour_that_is_told_is_utc_whatever_zone_the_front_end_keeps(bank, teller, payment):
    answer = ask(bank, teller, payment, original_sent_at=payment.sent_at.astimezone(BEIJING))
    assert "until 12:01:10 UTC" in answer.reason


@pytest.mark.parametrize("off", [dt.timedelta(hours=8), dt.timedelta(hours=-8), dt.timedelta(seconds=61)])
def test_a_peer_whose_clock_is_off_is_answered_by_the_time_of_receipt(bank, teller, payment, off):
    """Its clock is ahead (local time on a UTC link) or behind; original and status are stamped by the same one."""
    wrong = {"original_sent_at": payment.sent_at + off}
    bank.advance(seconds=DEADLINE_AND_SKEW.total_seconds())
    assert ask(bank, teller, payment, sent_at=bank.now + off, **wrong).code is ResponseCode.IN_PROGRESS
    bank.advance(seconds=1)
    assert ask(bank, teller, payment, sent_at=bank.now + off, **wrong).code is ResponseCode.NOT_FOUND


def test_a_status_that_is_repeated_as_it_was_gets_its_answer_in_the_end(bank, teller, payment):
    status = teller.status(bank.now + dt.timedelta(seconds=5), payment)
    bank.advance(seconds=3_600)
    assert bank.ask(replace(status, received_at=bank.now)).code is ResponseCode.IN_PROGRESS
    bank.advance(seconds=26 * 3_600)
    assert bank.ask(replace(status, received_at=bank.now)).code is ResponseCode.NOT_FOUND


def test_a_payment_after_its_status_hears_that_it_was_asked_for_in_vain(bank, teller, payment):
    bank.advance(seconds=DEADLINE_AND_SKEW.total_seconds() + 1)
    ask(bank, teller, payment)
    refused = bank.ask(payment)
    assert refused.code is ResponseCode.ALREADY_REVERSED
    assert refused.reason == "asked for and not found at 2026-11-22 12:01:11 UTC: refused since"


def test_a_payment_after_its_reversal_hears_that_it_was_reversed(bank, teller, payment):
    bank.ask(teller.reversal(bank.now, payment))
    assert bank.ask(payment).reason == "this payment has been reversed"


def test_one_that_cannot_arrive_any_more_is_buried(bank, teller, payment):
    bank.advance(seconds=DEADLINE_AND_SKEW.total_seconds() + 1)
    status = teller.status(bank.now, payment)
    answer = bank.ask(status)
    assert answer.code is ResponseCode.NOT_FOUND
    assert answer.values == {"original_state": "TOMBSTONE"}
    grave = bank.tables.transactions[payment.key]
    assert grave.kind is TransactionKind.TOMBSTONE
    assert (grave.journal, grave.received_at) == (status.journal, status.received_at)


def test_a_25_stays_true(bank, teller, payment):
    bank.advance(seconds=DEADLINE_AND_SKEW.total_seconds() + 1)
    first = ask(bank, teller, payment)
    assert bank.ask(payment).code is ResponseCode.ALREADY_REVERSED
    assert ask(bank, teller, payment) == first


def test_a_link_with_a_longer_deadline_waits_longer(bank, teller, payment):
    bank.advance(seconds=DEADLINE_AND_SKEW.total_seconds() + 1)
    assert ask(bank, teller, payment, allowed_ms=20_000).code is ResponseCode.IN_PROGRESS


def test_another_institution_s_payment_is_not_told(bank, teller, payment):
    bank.ask(payment)
    answer = ask(bank, teller, payment, original_institution="87654321")
    assert answer.code is ResponseCode.NOT_FOUND
    assert answer.values == {}
    assert bank.decisions[0][1] is NO_EFFECTS


def test_a_reversal_in_the_same_batch_is_seen(bank, teller, payment):
    reversal = teller.reversal(bank.now, payment, ReversalReason.WRITE_OFF)
    *_, answer = bank.submit(payment, reversal, teller.status(bank.now, payment))
    assert answer.values["original_state"] == "REVERSED"
