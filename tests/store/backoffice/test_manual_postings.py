"""Postings by hand on a real store: locks, races with a terminal, and the result of verify."""

import datetime as dt
import threading
from contextlib import closing

import pytest
from sqlalchemy import delete, select, update

from offline_collect.domain.bills import BillState
from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.decisions.outside import OutsidePayment, UndoOutside
from offline_collect.domain.decisions.suspense import Application, Refund
from offline_collect.domain.errors import PostingError
from offline_collect.domain.facts import Wants
from offline_collect.domain.ports import ConflictError
from offline_collect.domain.transactions import PaymentState
from offline_collect.merchant.common.errors import BusyError, UnknownPaymentError
from offline_collect.merchant.postings import suspense
from offline_collect.merchant.postings.paid_at_office import settle_outside, undo_outside
from offline_collect.store import (
    bills_in_flight,
    find_payment,
    postings_on_bill,
    read_facts,
    suspended_payments,
)
from offline_collect.store.schema.manual_posting_tables import office_postings
from offline_collect.store.schema.tables import bills, entries, payments
from offline_collect.store.schema.user_tables import audit_trail
from tests.fakes.bank import DAY, NOON
from tests.store.teller import published
from tests.support.actors import user
from tests.support.audited import said
from tests.support.samples import SCHOOL

GONE = "no such bill"


@pytest.fixture
def suspended(teller):
    """Money for a school's bill that does not exist: the message, and the payment's serial number."""
    advice = teller.terminal.advice(NOON, "SCHOOL01", GONE, 12_345)
    return advice, teller.ask(advice).values["serial_number"]


def outside(bill_no="S1", merchant="SCHOOL01", amount=None, reference="R-1", **more):
    return OutsidePayment(merchant, bill_no, amount, reference, "ops", **more)


def application(serial, bill_no="S1"):
    return Application(serial, bill_no, "meant for this bill", "ops")


def payment_of(teller, serial):
    with teller.store.snapshot() as reading:
        return find_payment(reading, serial)


def state_of(teller, bill_no, merchant="SCHOOL01"):
    bill = teller.facts(bills={(merchant, bill_no)}).bills[merchant, bill_no]
    return bill.state(DAY)


def audited(teller):
    with teller.store.snapshot() as reading:
        return [(row.actor, said(row)) for row in reading.connection.execute(select(audit_trail))]


def test_a_payment_at_the_office_is_kept_whole(teller):
    posting = settle_outside(teller.store, outside(paid_on=dt.date(2026, 11, 20)), user("ops"), NOON)
    with teller.store.snapshot() as reading:
        assert postings_on_bill(reading, "SCHOOL01", "S1") == [posting]
    assert payment_of(teller, posting.serial_number).amount_minor == 12_345
    assert state_of(teller, "S1") is BillState.PAID
    assert audited(teller) == [("ops", "bills settle-outside SCHOOL01 S1")]
    assert teller.report().findings == ()


def test_a_terminal_hears_that_the_bill_is_paid(teller):
    settle_outside(teller.store, outside(), user("ops"), NOON)
    assert teller.pay("S1")[1].code is ResponseCode.ALREADY_PAID


def test_it_is_undone_once(teller):
    posting = settle_outside(teller.store, outside(), user("ops"), NOON)
    order = UndoOutside(posting.serial_number, "typed wrongly", "ops")
    undone = undo_outside(teller.store, order, user("ops"), NOON)
    with pytest.raises(PostingError, match="undone already"):
        undo_outside(teller.store, order, user("ops"), NOON)
    with teller.store.snapshot() as reading:
        assert postings_on_bill(reading, "SCHOOL01", "S1") == [posting, undone]
    assert state_of(teller, "S1") is BillState.OPEN
    assert teller.report().findings == ()


def test_a_reference_is_posted_once_to_a_bill_unless_it_was_undone(teller):
    order = outside("W1", "WATER001", 1_000)
    first = settle_outside(teller.store, order, user("ops"), NOON)
    with pytest.raises(
        PostingError, match=f"R-1 was posted to bill W1 already, as payment {first.serial_number}"
    ):
        settle_outside(teller.store, order, user("ops"), NOON)
    undo_outside(teller.store, UndoOutside(first.serial_number, "typed wrongly", "ops"), user("ops"), NOON)
    assert settle_outside(teller.store, order, user("ops"), NOON).amount_minor == 1_000


def test_a_day_that_is_still_to_come_is_refused(teller):
    with pytest.raises(PostingError, match="2026-11-30 is still to come"):
        settle_outside(teller.store, outside(paid_on=dt.date(2026, 11, 30)), user("ops"), NOON)


def test_money_in_suspense_is_listed_page_by_page(teller):
    serials = [
        teller.ask(teller.terminal.advice(NOON, merchant, GONE, 1)).values["serial_number"]
        for merchant in ("SCHOOL01", "WATER001", "SCHOOL01", "SCHOOL01")
    ]
    with teller.store.snapshot() as reading:
        page = suspended_payments(reading, "SCHOOL01", None, 2)
        rest = suspended_payments(reading, "SCHOOL01", page[-1].serial_number, 2)
        everything = suspended_payments(reading, None, None, 9)
    assert [each.serial_number for each in page + rest] == [serials[0], serials[2], serials[3]]
    assert [each.serial_number for each in everything] == serials


def test_a_refund_and_an_application_are_kept_and_verified(teller, suspended):
    _, serial = suspended
    other = teller.ask(teller.terminal.advice(NOON, "SCHOOL01", GONE, 12_345)).values["serial_number"]
    applied = suspense.apply(teller.store, application(serial, "S4"), user("ops"), NOON)
    suspense.refund(teller.store, Refund(other, "asked for", "ops", "T-1"), user("ops"), NOON)
    assert payment_of(teller, serial).state_by == applied.serial_number
    assert payment_of(teller, other).state is PaymentState.REFUNDED
    assert state_of(teller, "S4") is BillState.PAID
    assert [what for _, what in audited(teller)] == [
        f"suspense apply SCHOOL01 {serial}",
        f"suspense refund SCHOOL01 {other}",
    ]
    assert teller.report().findings == ()


def test_an_applied_payment_is_reversed_from_the_bill_it_went_to(teller, suspended):
    advice, serial = suspended
    suspense.apply(teller.store, application(serial, "S4"), user("ops"), NOON)
    answer = teller.ask(teller.terminal.reversal(NOON, advice))
    assert answer.values["reversal_did"] == "APPLIED"
    assert payment_of(teller, serial).state is PaymentState.REVERSED
    assert state_of(teller, "S4") is BillState.OPEN
    assert teller.report().findings == ()


def test_a_payment_that_is_not_there_is_said_not_to_be(teller):
    with pytest.raises(UnknownPaymentError, match="no payment 7"):
        suspense.refund(teller.store, Refund("7", "asked for", "ops"), user("ops"), NOON)


def test_what_a_terminal_has_in_its_hands_is_waited_for_and_then_refused_by_name(postgresql_teller):
    teller = postgresql_teller
    with closing(teller.store.write_session()) as lane:
        teller.decide(lane, teller.terminal.payment(NOON, "SCHOOL01", "S1", 12_345))
        with pytest.raises(BusyError, match="a payment of bill S1 is in progress"):
            settle_outside(teller.store, outside(), user("ops"), NOON)
        assert bills_in_flight(teller.store, "SCHOOL01", ["S1", "S2", GONE]) == ["S1"]
        lane.rollback()
    assert settle_outside(teller.store, outside(), user("ops"), NOON).amount_minor == 12_345


def test_a_store_that_is_busy_is_waited_for_and_then_said_to_be(sqlite_teller):
    teller = sqlite_teller
    with closing(teller.store.write_session()) as lane:
        teller.decide(lane, teller.terminal.payment(NOON, "SCHOOL01", "S1", 12_345))
        with pytest.raises(BusyError, match="the store was busy with payments"):
            settle_outside(teller.store, outside(), user("ops"), NOON)
        lane.rollback()
    assert (
        payment_of(teller, settle_outside(teller.store, outside(), user("ops"), NOON).serial_number)
        is not None
    )


def test_an_application_waits_for_a_reversal_and_sees_what_it_did(postgresql_teller):
    """The first of the two to lock the payment wins; the other gets an error."""
    teller = postgresql_teller
    advice = teller.terminal.advice(NOON, "SCHOOL01", GONE, 12_345)
    serial = teller.ask(advice).values["serial_number"]
    failed = []

    def apply():
        try:
            suspense.apply(teller.store, application(serial), user("ops"), NOON)
        except PostingError as error:
            failed.append(str(error))

    with closing(teller.store.write_session()) as lane:
        ((_, effects),) = teller.decide(lane, teller.terminal.reversal(NOON, advice))
        operator = threading.Thread(target=apply)
        operator.start()
        lane.write([effects])
        lane.commit()
        operator.join()
    assert failed == [
        f"payment {serial} is not in suspense: it was reversed, by {effects.states[0].state_by}"
    ]
    assert teller.report().findings == ()


def test_of_many_who_race_for_one_payment_exactly_one_wins(teller, suspended):
    advice, serial = suspended
    done = []

    def run(name, act):
        try:
            act()
        except (PostingError, BusyError, ConflictError):
            return
        done.append(name)

    def reverse():
        with closing(teller.store.write_session()) as lane:
            ((answer, effects),) = teller.decide(lane, teller.terminal.reversal(NOON, advice))
            if answer.values.get("reversal_did") != "APPLIED":
                lane.rollback()
                raise PostingError("somebody else was faster")
            lane.write([effects])
            lane.commit()

    order = Refund(serial, "asked for", "ops")
    racers = [
        *(
            (
                "apply",
                lambda n=n: suspense.apply(teller.store, application(serial, f"S{n}"), user("ops"), NOON),
            )
            for n in (4, 5)
        ),
        *[("refund", lambda: suspense.refund(teller.store, order, user("ops"), NOON))] * 2,
    ]
    threads = [threading.Thread(target=run, args=racer) for racer in racers]
    for thread in threads:
        thread.start()
    run("reverse", reverse)
    for thread in threads:
        thread.join()
    state = payment_of(teller, serial).state
    left_suspense = [name for name in done if name != "reverse"]
    assert len(left_suspense) <= 1
    if state is not PaymentState.REVERSED:
        assert state is {"apply": PaymentState.APPLIED, "refund": PaymentState.REFUNDED}[left_suspense[0]]
    assert teller.report().findings == ()


def test_facts_are_read_without_locking(postgresql_teller):
    teller = postgresql_teller
    with closing(teller.store.write_session()) as lane:
        teller.decide(lane, teller.terminal.payment(NOON, "SCHOOL01", "S1", 12_345))
        with teller.store.snapshot() as reading:
            facts = read_facts(reading, Wants(bills={("SCHOOL01", "S1")}, merchants={"SCHOOL01"}))
        lane.rollback()
    assert facts.merchants["SCHOOL01"] == published(SCHOOL)
    assert facts.bills["SCHOOL01", "S1"].outstanding_minor == 12_345


@pytest.fixture
def handed(teller, suspended):
    """A store with an application, a refund, a payment at the office and one that was undone."""
    _, serial = suspended
    other = teller.ask(teller.terminal.advice(NOON, "SCHOOL01", GONE, 12_345)).values["serial_number"]
    applied = suspense.apply(teller.store, application(serial, "S4"), user("ops"), NOON)
    refunded = suspense.refund(teller.store, Refund(other, "asked for", "ops"), user("ops"), NOON)
    paid = settle_outside(teller.store, outside("S5"), user("ops"), NOON)
    undone = settle_outside(teller.store, outside("S6"), user("ops"), NOON)
    undoing = undo_outside(
        teller.store, UndoOutside(undone.serial_number, "typed wrongly", "ops"), user("ops"), NOON
    )
    assert teller.report().findings == ()
    return {"applied": applied, "refunded": refunded, "paid": paid, "undone": undone, "undoing": undoing}


def found_after(teller, statement):
    with teller.store.transaction() as tx:
        tx.connection.execute(statement)
    return {(finding.invariant, finding.subject) for finding in teller.report().findings}


@pytest.mark.parametrize("name", ["applied", "refunded"])
def test_a_posting_out_of_suspense_that_is_gone_is_found(teller, handed, name):
    gone = delete(office_postings).where(office_postings.c.serial_number == handed[name].serial_number)
    found = found_after(teller, gone)
    assert (3, handed[name].payment_serial) in found


@pytest.mark.parametrize("name", ["paid", "undoing"])
def test_a_posting_at_the_office_that_is_gone_is_found(teller, handed, name):
    gone = delete(office_postings).where(office_postings.c.serial_number == handed[name].serial_number)
    assert (3, handed[name].payment_serial) in found_after(teller, gone)


@pytest.mark.parametrize(("name", "state"), [("refunded", "SUSPENSE"), ("undoing", "APPROVED")])
def test_a_posting_that_had_no_effect_is_found(teller, handed, name, state):
    posting = handed[name]
    back = update(payments).where(payments.c.serial_number == posting.payment_serial)
    assert (3, posting.serial_number) in found_after(teller, back.values(state=state))


def test_an_application_to_another_bill_is_found(teller, handed):
    other = update(office_postings).where(office_postings.c.serial_number == handed["applied"].serial_number)
    assert found_after(teller, other.values(bill_no="S7")) == {(2, "SCHOOL01 S4"), (2, "SCHOOL01 S7")}


def test_an_application_to_no_bill_is_found(teller, handed):
    other = update(office_postings).where(office_postings.c.serial_number == handed["applied"].serial_number)
    found = found_after(teller, other.values(bill_no=GONE))
    assert found == {(2, "SCHOOL01 S4"), (2, handed["applied"].payment_serial)}


def test_an_application_of_other_parts_is_found(teller, handed):
    serial = handed["applied"].serial_number
    other = update(office_postings).where(office_postings.c.serial_number == serial)
    assert found_after(teller, other.values(waived_minor=1)) == {(2, serial), (2, "SCHOOL01 S4")}


def test_money_that_stayed_in_suspense_is_found(teller, handed):
    posting = handed["applied"]
    stays = (
        update(entries)
        .where(entries.c.posting == posting.serial_number, entries.c.account == "PAYABLE")
        .values(account="FEE_INCOME")
    )
    assert found_after(teller, stays) == {(3, posting.payment_serial)}


def test_a_bill_without_its_payment_at_the_office_is_found(teller, handed):
    unpaid = update(bills).where(bills.c.bill_no == "S5").values(paid_principal_minor=0)
    assert found_after(teller, unpaid) == {(2, "SCHOOL01 S5")}
