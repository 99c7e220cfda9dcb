"""Facts are read as they were written, and missing facts are reported as missing."""

import datetime as dt
from contextlib import closing
from dataclasses import replace

import pytest

from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.business_days.days import BusinessDay, DayState
from offline_collect.domain.commands import TotalsFigures
from offline_collect.domain.customers import Customer
from offline_collect.domain.decisions.traces import Trace, digest
from offline_collect.domain.facts import BillPage, MerchantPage, Wants
from offline_collect.domain.lookup_keys import lookup_key
from offline_collect.domain.merchants import MerchantStatus
from offline_collect.domain.transactions import PaymentState
from offline_collect.store import (
    BillRecord,
    CustomerRecord,
    put_bills,
    put_customers,
    set_merchant_status,
)
from tests.fakes.bank import DAY, NOON
from tests.messages.commands import stamped_afresh
from tests.store.teller import OPENED, loaded, published
from tests.support.samples import DUE, PUPIL, SCHOOL, SCHOOL_FORM, TENANT, WATER, WATER_FORM
from tests.support.twins import put_twins

NO_TRACE = "P|none"
EVERYTHING = {
    "keys": {"P|none"},
    "traces": {NO_TRACE},
    "merchants": {"NOBODY"},
    "forms": {("SCHOOL01", 99)},
    "current_forms": {"NOBODY"},
    "bills": {("SCHOOL01", "none")},
    "customers": {("SCHOOL01", "none")},
    "numbered_customers": {("SCHOOL01", "none")},
    "bill_pages": {("SCHOOL01", "none", None)},
    "merchant_pages": {"ZZZ"},
    "days": {BusinessDate(1999, 1, 1)},
    "totals": {("99999999", "156", DAY)},
}


@pytest.fixture(params=["write_session", "read_session"])
def session(request, teller):
    with closing(getattr(teller.store, request.param)()) as opened:
        yield opened


def test_the_open_day_is_returned_by_begin(session):
    assert session.begin() == BusinessDay(DAY, DayState.OPEN, OPENED, None)


def test_what_is_not_there_is_recorded_as_absent(session):
    facts = loaded(session, **EVERYTHING)
    assert not facts.missing(Wants(**EVERYTHING))
    assert facts.transactions == {"P|none": None}
    assert facts.traces == {NO_TRACE: ()}
    assert facts.merchants == {"NOBODY": None}
    assert facts.forms == {("SCHOOL01", 99): None}
    assert facts.current_forms == {"NOBODY": None}
    assert facts.bills == {("SCHOOL01", "none"): None}
    assert facts.customers == {("SCHOOL01", "none"): ()}
    assert facts.numbered_customers == {("SCHOOL01", "none"): None}
    assert facts.bill_pages == {("SCHOOL01", "none", None): BillPage((), 0)}
    assert facts.merchant_pages == {"ZZZ": MerchantPage((), 2)}
    assert facts.days == {BusinessDate(1999, 1, 1): None}
    assert facts.totals == {("99999999", "156", DAY): TotalsFigures()}


def test_merchants_and_their_published_forms_come_back_whole(session):
    names = {"SCHOOL01", "WATER001"}
    facts = loaded(session, merchants=names, current_forms=names, forms={("SCHOOL01", 1)})
    assert facts.merchants == {"SCHOOL01": published(SCHOOL), "WATER001": published(WATER)}
    school_form = replace(SCHOOL_FORM, version=1)
    assert facts.current_forms == {"SCHOOL01": school_form, "WATER001": WATER_FORM}
    assert facts.forms == {("SCHOOL01", 1): school_form}


def test_a_form_is_the_same_object_when_it_is_loaded_again(session):
    first = loaded(session, current_forms={"SCHOOL01"}).current_forms["SCHOOL01"]
    assert loaded(session, current_forms={"SCHOOL01"}).current_forms["SCHOOL01"] is first


def test_a_suspension_is_seen_by_the_next_batch(teller, session):
    assert loaded(session, merchants={"SCHOOL01"}).merchants["SCHOOL01"].status is MerchantStatus.ACTIVE
    with teller.store.transaction() as tx:
        set_merchant_status(tx, "SCHOOL01", MerchantStatus.SUSPENDED)
    assert loaded(session, merchants={"SCHOOL01"}).merchants["SCHOOL01"].status is MerchantStatus.SUSPENDED


def test_customers_are_found_by_lookup_key_and_by_number(session):
    key = ("SCHOOL01", lookup_key({"student_no": "2026030117"}))
    number = ("SCHOOL01", PUPIL.customer_no)
    facts = loaded(session, customers={key}, numbered_customers={number})
    assert facts.customers == {key: (PUPIL,)}
    assert facts.numbered_customers == {number: PUPIL}


def test_namesakes_are_all_returned(teller, session):
    with teller.store.transaction() as tx:
        put_twins(tx, "SCHOOL01", CustomerRecord("X", "李雷", PUPIL.inputs))
    key = ("SCHOOL01", lookup_key({"student_no": "2026030117"}))
    found = loaded(session, customers={key}).customers[key]
    assert found == (PUPIL, Customer("SCHOOL01", "X", "李雷", PUPIL.inputs))


def test_a_bill_comes_back_as_it_was_imported(session):
    bill = loaded(session, bills={("WATER001", "W1")}).bills["WATER001", "W1"]
    assert (bill.merchant_id, bill.bill_no, bill.customer_no) == ("WATER001", "W1", TENANT.customer_no)
    assert (bill.amount_minor, bill.due_date, bill.extra) == (20_000, DUE, {"用水量": "12 m³"})
    assert (bill.version, bill.mark, bill.outstanding_minor) == (1, None, 20_000)


def test_a_batch_of_bills_is_loaded_at_once(session):
    wanted = {("SCHOOL01", f"S{n}") for n in range(1, 13)} | {("WATER001", "W1"), ("WATER001", "S1")}
    facts = loaded(session, bills=wanted)
    assert facts.bills.keys() == wanted
    assert [key for key, bill in facts.bills.items() if bill is None] == [("WATER001", "S1")]


def test_a_transaction_brings_the_payment_that_it_names(teller, session):
    command, answer = teller.pay()
    facts = loaded(session, keys={command.key})
    transaction = facts.transactions[command.key]
    assert transaction.answer == answer
    assert transaction.fingerprint == command.fingerprint
    assert (transaction.received_at, transaction.journal) == (NOON, command.journal)
    payment = facts.payments[transaction.serial_number]
    assert (payment.amount_minor, payment.posted_at, payment.state) == (12_345, NOON, PaymentState.APPROVED)
    assert (payment.business_date, payment.in_totals) == (DAY, True)


def test_traces_come_oldest_first_each_with_what_it_was(teller, session):
    first = teller.terminal.payment(NOON, "SCHOOL01", "S1", 12_345)
    teller.ask(first)
    opened = BusinessDate.of(DAY + dt.timedelta(days=1))
    teller.store.cutover(DAY, opened, NOON)
    later = NOON + dt.timedelta(days=2)
    second = stamped_afresh(first, later)
    teller.now = later
    teller.ask(replace(second, repeat=False))
    found = loaded(session, traces={first.trace, NO_TRACE}).traces
    assert found == {
        NO_TRACE: (),
        first.trace: (
            Trace(first.trace, digest(first.fingerprint), DAY, first.key, repeat=False, received_at=NOON),
            Trace(
                first.trace, digest(first.fingerprint), opened, second.key, repeat=False, received_at=later
            ),
        ),
    }


def pages(session, *cursors, customer="2026030117"):
    facts = loaded(session, bill_pages={("SCHOOL01", customer, cursor) for cursor in cursors})
    return [facts.bill_pages["SCHOOL01", customer, cursor] for cursor in cursors]


def numbers(page):
    return [bill.bill_no for bill in page.bills]


def test_a_page_holds_one_bill_more_than_is_shown_and_counts_all(session):
    (page,) = pages(session, None)
    assert numbers(page) == ["S1", "S10", "S11", "S12", "S2", "S3", "S4"]
    assert page.total == 12


def test_pages_begin_where_their_cursors_say(session):
    first, middle, last, beyond = pages(session, None, "20261130S2", "20261130S9", "20261201S1")
    assert numbers(first)[0] == "S1"
    assert numbers(middle) == ["S2", "S3", "S4", "S5", "S6", "S7", "S8"]
    assert numbers(last) == ["S9"]
    assert numbers(beyond) == []
    assert {page.total for page in (first, middle, last, beyond)} == {12}


@pytest.mark.parametrize("cursor", ["", "2026", "20261345S1", "not a cursor"])
def test_a_cursor_that_makes_no_sense_shows_nothing_more(session, cursor):
    (page,) = pages(session, cursor)
    assert (numbers(page), page.total) == ([], 12)


def test_a_page_holds_only_bills_that_can_be_paid_on_the_open_day(teller, session):
    day = dt.timedelta(days=1)
    records = [
        BillRecord("A-OPEN", "X", 100, DUE, open_from=DAY, expires_on=DAY),
        BillRecord("B-EXPIRED", "X", 100, DUE, expires_on=DAY - day),
        BillRecord("C-LATER", "X", 100, DUE, open_from=DAY + day),
        BillRecord("D-OLDER", "X", 100, DUE - day),
        BillRecord("E-PAID", "X", 100, DUE),
    ]
    with teller.store.transaction() as tx:
        put_customers(tx, "SCHOOL01", [CustomerRecord("X", "李雷")])
        put_bills(tx, "SCHOOL01", records)
    teller.pay("E-PAID", 100)
    (page,) = pages(session, None, customer="X")
    assert (numbers(page), page.total) == (["D-OLDER", "A-OPEN"], 2)


def test_only_active_merchants_with_a_form_are_in_the_directory(teller, session):
    facts = loaded(session, merchant_pages={None, "T"})
    assert facts.merchant_pages[None] == MerchantPage((published(SCHOOL), published(WATER)), 2)
    assert facts.merchant_pages["T"] == MerchantPage((published(WATER),), 2)
    with teller.store.transaction() as tx:
        set_merchant_status(tx, "SCHOOL01", MerchantStatus.SUSPENDED)
    assert loaded(session, merchant_pages={None}).merchant_pages[None].merchants == (published(WATER),)


def test_totals_count_payments_also_if_reversed_and_reversals_that_did_something(teller, session):
    paid, _ = teller.pay("S1")
    teller.pay("S2")
    teller.pay("W1", 1_000, "WATER001")
    teller.ask(teller.terminal.reversal(NOON, paid))
    teller.ask(teller.terminal.reversal(NOON, paid))
    key = ("12345678", "156", DAY)
    figures = loaded(session, totals={key, ("12345678", "840", DAY)}).totals
    assert figures[key] == TotalsFigures(
        credits=3, credit_reversals=1, credits_minor=25_690, credit_reversals_minor=12_345
    )
    assert figures["12345678", "840", DAY] == TotalsFigures()


def test_days_are_loaded_by_date(teller, session):
    tomorrow = BusinessDate.of(DAY + dt.timedelta(days=1))
    assert teller.store.cutover(DAY, tomorrow, NOON)
    assert loaded(session, days={DAY, tomorrow}).days == {DAY: DayState.CUT, tomorrow: DayState.OPEN}
    assert session.begin() == BusinessDay(tomorrow, DayState.OPEN, NOON, DAY)
