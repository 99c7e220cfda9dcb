"""Verify passes a whole store, and finds any tampering."""

import datetime as dt
from dataclasses import dataclass

import pytest
from sqlalchemy import delete, insert, select, update

from offline_collect.domain.commands import ReversalReason
from offline_collect.store import append_audit, verify
from offline_collect.store.notices.claims import add_deliveries, take_notices
from offline_collect.store.schema.notice_tables import notice_deliveries
from offline_collect.store.schema.tables import (
    bills,
    entries,
    outbox,
    payments,
    reversals,
    serial_counters,
    traces,
    transactions,
)
from offline_collect.store.schema.user_tables import audit_trail
from offline_collect.store.verify import run as verification
from tests.fakes.bank import NOON
from tests.messages.commands import Terminal
from tests.support.audited import about


@dataclass
class Played:
    """A store with every kind of event; serial numbers and keys by their outcome."""

    teller: object
    kept: str
    kept_key: str
    undone: str
    undoing: str
    suspense: str
    grave: str

    def tamper(self, *statements):
        with self.teller.store.transaction() as tx:
            for statement in statements:
                tx.connection.execute(statement)

    def found(self):
        return {(finding.invariant, finding.subject) for finding in self.teller.report().findings}


@pytest.fixture
def played(teller):
    terminal = teller.terminal
    kept, kept_answer = teller.pay("S1")
    undone, undone_answer = teller.pay("S2")
    undoing = teller.ask(terminal.reversal(NOON, undone))
    teller.pay("W1", 1_000, "WATER001")
    teller.pay("S1")
    suspense = teller.ask(terminal.advice(NOON, "SCHOOL01", "S1", 12_345))
    never = Terminal("TERM0009").payment(NOON, "SCHOOL01", "S3", 12_345)
    late = Terminal("TERM0009")
    teller.ask(late.reversal(NOON, never, ReversalReason.NO_ANSWER, advice=True))
    teller.ask(late.advice(NOON, "SCHOOL01", "S3", 12_345, completes=never))
    with teller.store.transaction() as tx:
        for number in range(3):
            append_audit(tx, "ops", *about(f"change {number}"), None, {"n": number}, NOON)
    return Played(
        teller,
        kept=kept_answer.values["serial_number"],
        kept_key=kept.key,
        undone=undone_answer.values["serial_number"],
        undoing=undoing.values["serial_number"],
        suspense=suspense.values["serial_number"],
        grave=never.key,
    )


def test_a_store_in_which_everything_happened_is_whole(played):
    report = played.teller.report()
    assert report.findings == ()
    assert report.whole
    assert report.counts == {1: 0, 2: 0, 3: 0, 4: 0, 5: 0, 6: 0, 7: 0, 8: 0, 9: 0}


def test_a_store_in_which_nothing_happened_is_whole(store):
    with store.snapshot() as reading:
        assert verify(reading).whole


def test_a_posting_that_does_not_sum_to_zero_is_found(played):
    of_kept = (entries.c.posting == played.kept) & (entries.c.line == 2)
    played.tamper(update(entries).where(of_kept).values(amount_minor=-1))
    assert played.found() == {(1, played.kept), (1, "156"), (3, played.kept)}


def test_a_changed_bill_is_found(played):
    played.tamper(update(bills).where(bills.c.bill_no == "S5").values(paid_late_fee_minor=1))
    assert played.found() == {(2, "SCHOOL01 S5")}


def test_a_bill_that_is_paid_beyond_its_amount_is_found(played):
    played.tamper(update(bills).where(bills.c.bill_no == "S1").values(amount_minor=12_344))
    assert played.found() == {(2, "SCHOOL01 S1")}


def test_a_payment_whose_parts_were_changed_is_found(played):
    played.tamper(
        update(payments)
        .where(payments.c.serial_number == played.kept)
        .values(principal_minor=12_346, owed_principal_minor=12_345),
    )
    assert (2, played.kept) in played.found()
    assert (2, "SCHOOL01 S1") in played.found()


def test_suspense_that_covers_something_is_found(played):
    changed = update(payments).where(payments.c.serial_number == played.suspense)
    played.tamper(changed.values(principal_minor=1, owed_principal_minor=1))
    assert played.found() == {(2, played.suspense)}


def test_a_payment_whose_bill_is_gone_is_found(played):
    played.tamper(delete(bills).where(bills.c.bill_no == "S1"))
    assert played.found() == {(2, played.kept)}


def test_an_answer_that_was_changed_is_found(played):
    played.tamper(update(transactions).where(transactions.c.key == played.kept_key).values(answer="{}"))
    assert played.found() == {(3, played.kept_key)}


def test_an_answer_that_says_another_code_is_found(played):
    changed = update(transactions).where(transactions.c.key == played.kept_key)
    played.tamper(changed.values(response_code="ALREADY_PAID"))
    assert played.found() == {(3, played.kept_key)}


def test_a_transaction_that_names_no_payment_is_found(played):
    changed = update(transactions).where(transactions.c.key == played.kept_key)
    played.tamper(changed.values(serial_number=None))
    assert played.found() == {(3, played.kept_key), (3, played.kept)}


def test_a_payment_that_is_gone_is_found(played):
    played.tamper(delete(payments).where(payments.c.serial_number == played.kept))
    assert played.found() == {(3, played.kept_key), (3, played.kept), (2, "SCHOOL01 S1")}


def test_a_transaction_that_is_gone_is_found(played):
    played.tamper(delete(transactions).where(transactions.c.key == played.kept_key))
    assert played.found() == {(3, played.kept), (3, played.kept_key)}


def test_a_trace_of_a_transaction_that_is_gone_is_found(played):
    played.tamper(update(traces).where(traces.c.key == played.kept_key).values(key="P|gone"))
    assert played.found() == {(3, "P|gone")}


def test_entries_that_are_gone_are_found(played):
    played.tamper(delete(entries).where(entries.c.posting == played.kept))
    assert played.found() == {(3, played.kept)}


def test_a_notice_that_is_gone_is_found(played):
    played.tamper(delete(outbox).where(outbox.c.notice_id == f"PAID:{played.kept}"))
    assert played.found() == {(3, played.kept)}


def test_a_notice_that_a_sender_has_taken_is_not_gone_until_it_is(played):
    with played.teller.store.transaction() as tx:
        taken = take_notices(tx, dt.timedelta())
        assert taken
        add_deliveries(tx, taken)
    assert played.found() == set()
    taken = notice_deliveries.c.notice_id
    played.tamper(delete(notice_deliveries).where(taken == f"PAID:{played.kept}"))
    assert played.found() == {(3, played.kept)}


def test_an_original_that_is_reversed_twice_is_found(played):
    with played.teller.store.snapshot() as reading:
        (reversal,) = reading.connection.execute(
            select(reversals).where(reversals.c.serial_number == played.undoing)
        )
    again = {**reversal._asdict(), "serial_number": "AGAIN", "applied_to": None}
    played.tamper(insert(reversals).values(again))
    assert played.found() == {(4, played.undone)}


def test_a_reversed_payment_that_is_in_force_again_is_found(played):
    changed = update(payments).where(payments.c.serial_number == played.undone)
    played.tamper(changed.values(state="APPROVED"))
    assert (4, played.undoing) in played.found()
    assert (3, played.undone) in played.found()


def test_a_payment_that_is_reversed_by_nobody_is_found(played):
    played.tamper(delete(reversals).where(reversals.c.serial_number == played.undoing))
    assert played.found() == {(4, played.undone)}


@pytest.mark.parametrize("column", ["key", "serial_number"])
def test_a_payment_in_force_under_a_tombstone_is_found(played, column):
    if column == "key":
        of_kept = update(payments).where(payments.c.serial_number == played.kept)
        played.tamper(of_kept.values(key=played.grave))
    else:
        of_grave = update(transactions).where(transactions.c.key == played.grave)
        played.tamper(of_grave.values(serial_number=played.kept))
    assert (4, played.grave) in played.found()


def test_an_audit_row_that_was_changed_is_found(played):
    played.tamper(update(audit_trail).where(audit_trail.c.sequence == 2).values(actor="somebody else"))
    assert played.found() == {(6, "2")}


@pytest.mark.parametrize(("gone", "found"), [(1, "2"), (2, "3"), (3, "2")])
def test_an_audit_row_that_is_gone_is_found(played, gone, found):
    played.tamper(delete(audit_trail).where(audit_trail.c.sequence == gone))
    assert played.found() == {(6, found)}


def test_audit_rows_that_were_made_up_are_found(played):
    played.tamper(
        update(serial_counters).where(serial_counters.c.name == "audit_trail").values(next_number=9)
    )
    assert played.found() == {(6, "3")}


def test_what_is_shown_is_bounded_and_what_is_counted_is_not(played, monkeypatch):
    monkeypatch.setattr(verification, "FINDINGS_MAX", 2)
    played.tamper(update(bills).where(bills.c.bill_no.like("S1_")).values(paid_late_fee_minor=1))
    report = played.teller.report()
    assert len(report.findings) == 2
    assert report.counts[2] == 3
    assert not report.whole
