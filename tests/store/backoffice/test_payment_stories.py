"""Payments are found by ranges of indexes and told whole; what is outside a scope is not there."""

import datetime as dt
import re
from dataclasses import replace

import pytest
from sqlalchemy import event

from offline_collect.domain.access.organisation import Scope
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.payment_story import PaymentCriteria
from offline_collect.domain.transactions import PaymentState, ReversalOutcome, TransactionKind
from offline_collect.store import find_paid, find_sent, payment_story
from offline_collect.store.backoffice.payment_stories import last_paid_to_read
from tests.fakes.bank import DAY, NOON
from tests.messages.commands import repeated, stamped_afresh

EVERY = PaymentCriteria(first=DAY, last=DAY)
ELSEWHERE = Scope("/BANK/", frozenset({"WATER001"}))


@pytest.fixture
def day(teller):
    """Two payments, one of them repeated and reversed, and a refused one, of one terminal; one of another terminal."""
    paid, answer = teller.pay("S1")
    teller.now = NOON + dt.timedelta(seconds=5)
    teller.ask(stamped_afresh(paid, teller.now))
    teller.ask(teller.terminal.reversal(teller.now, paid))
    teller.pay("S2")
    _, refused = teller.pay("S3", 99)
    assert refused.code is ResponseCode.WRONG_AMOUNT
    teller.terminal = replace(teller.terminal, terminal="TERM00012")
    teller.pay("W1", 20_000, "WATER001")
    return answer.values["serial_number"]


def paid(teller, scope=None, **criteria):
    store = teller.store if scope is None else teller.store.within(scope)
    with store.snapshot() as reading:
        return [each.payment.bill_no for each in find_paid(reading, replace(EVERY, **criteria), 9)]


def sent(teller, scope=None, **criteria):
    store = teller.store if scope is None else teller.store.within(scope)
    with store.snapshot() as reading:
        return find_sent(reading, "12345678", "TERM0001", PaymentCriteria(**criteria), 9)


@pytest.mark.parametrize(
    ("criteria", "bills"),
    [
        ({}, ["S1", "S2", "W1"]),
        ({"merchant_id": "SCHOOL01", "bill_no": "S2"}, ["S2"]),
        ({"merchant_id": "WATER001", "customer_no": "10020042"}, ["W1"]),
        ({"merchant_id": "SCHOOL01", "customer_no": "10020042"}, []),
        ({"amount_minor": 12_345}, ["S1", "S2"]),
        ({"terminal": "TERM00012"}, ["W1"]),
        ({"institution": "1"}, []),
        ({"stan": "000001"}, ["S1"]),
        ({"rrn": "%"}, []),
        ({"code": ResponseCode.APPROVED}, ["S1", "S2", "W1"]),
        ({"first": DAY.of(DAY + dt.timedelta(days=1))}, []),
        ({"last": DAY.of(DAY - dt.timedelta(days=1))}, []),
    ],
    ids=str,
)
def test_payments_are_found_by_all_that_is_asked(teller, day, criteria, bills):
    assert paid(teller, **criteria) == bills


def test_an_amount_is_that_of_the_whole_payment(teller):
    teller.ask(teller.terminal.payment_of(teller.now, "SCHOOL01", {"S1": 12_345, "S2": 12_345}))
    assert paid(teller, amount_minor=12_345) == []
    assert paid(teller, amount_minor=24_690) == ["S1", "S2"]
    assert paid(teller, amount_minor=1) == []
    (whole,) = sent(teller, amount_minor=24_690)
    assert (whole.payment.amount_minor, whole.message.amount_minor, whole.further) == (12_345, 24_690, 1)


def test_the_rrn_is_looked_for_in_the_stored_message(teller):
    for bill, end in (("S1", "37=17 41=TERM0001"), ("S2", "37=17"), ("S3", "37=171 41=17"), ("S4", "41=17")):
        payment = teller.terminal.payment(NOON, "SCHOOL01", bill, 12_345)
        assert teller.ask(replace(payment, journal=f"0200 11=000001 {end}")).approved
    assert paid(teller, rrn="17") == ["S1", "S2"]


def test_a_terminals_messages_are_found_with_its_refused_ones_and_nobody_elses(teller, day):
    found = sent(teller)
    assert [(each.message.kind, each.message.answer.code) for each in found] == [
        (TransactionKind.PAYMENT, ResponseCode.APPROVED),
        (TransactionKind.PAYMENT, ResponseCode.APPROVED),
        (TransactionKind.PAYMENT, ResponseCode.APPROVED),
        (TransactionKind.PAYMENT, ResponseCode.WRONG_AMOUNT),
        (TransactionKind.REVERSAL, ResponseCode.APPROVED),
    ]
    assert [None if each.payment is None else each.payment.bill_no for each in found] == [
        "S1",
        "S1",
        "S2",
        None,
        None,
    ]
    assert {each.message.terminal for each in found} == {"TERM0001"}


@pytest.mark.parametrize(
    ("criteria", "count"),
    [
        ({"stan": "000001"}, 2),
        ({"stan": "00000"}, 0),
        ({"code": ResponseCode.WRONG_AMOUNT}, 1),
        ({"amount_minor": 99}, 1),
        ({"merchant_id": "SCHOOL01"}, 3),
        ({"merchant_id": "SCHOOL01", "bill_no": "S2"}, 1),
        ({"first": DAY, "last": DAY}, 5),
        ({"first": DAY.of(DAY + dt.timedelta(days=1))}, 0),
        ({"last": DAY.of(DAY - dt.timedelta(days=1))}, 0),
    ],
    ids=str,
)
def test_a_terminals_messages_are_narrowed_too(teller, day, criteria, count):
    assert len(sent(teller, **criteria)) == count


def test_a_story_holds_all_that_happened_to_a_payment(teller, day):
    with teller.store.snapshot() as reading:
        story = payment_story(reading, day)
        of_reversal = payment_story(reading, story.reversal.serial_number)
    assert of_reversal == story
    assert [(line.bill_no, line.state) for line in story.lines] == [("S1", PaymentState.REVERSED)]
    assert [each.kind for each in story.messages] == [
        TransactionKind.PAYMENT,
        TransactionKind.PAYMENT,
        TransactionKind.REVERSAL,
    ], "the repeat with a new DE 7 is a message of its own"
    assert story.reversal.outcome is ReversalOutcome.APPLIED
    assert set(story.days) == {DAY}


def test_a_story_tells_of_repeats_with_a_new_time_and_of_confirmations(teller):
    first, answer = teller.pay("S1")
    again = repeated(first, NOON + dt.timedelta(seconds=9))
    teller.ask(again)
    with teller.store.snapshot() as reading:
        story = payment_story(reading, answer.values["serial_number"])
    assert [each.key for each in story.messages] == [first.key]
    assert [each.key for each in story.attempts] == [first.key]
    assert story.reversal is None


def test_a_number_that_is_nobodys_has_no_story(teller, day):
    with teller.store.snapshot() as reading:
        assert payment_story(reading, "1") is None


def test_what_is_outside_a_scope_is_not_found(teller, day):
    assert paid(teller, ELSEWHERE) == ["W1"]
    assert sent(teller, ELSEWHERE) == []
    with teller.store.within(ELSEWHERE).snapshot() as reading:
        assert payment_story(reading, day) is None


def test_a_stan_is_the_whole_of_its_element_and_no_other_part(teller):
    teller.terminal = replace(teller.terminal, stan=16, terminal="000018")
    teller.pay("S1")
    assert paid(teller, stan="000017") == ["S1"]
    assert paid(teller, stan="000018") == []
    assert paid(teller, stan="00001") == []


def test_a_whole_payment_says_how_many_further_bills_it_has(teller):
    teller.ask(teller.terminal.payment_of(teller.now, "SCHOOL01", {"S1": 12_345, "S2": 12_345, "S3": 12_345}))
    teller.pay("S4")
    assert [(each.payment.bill_no, each.further) for each in sent(teller)] == [("S1", 2), ("S4", 0)]


@pytest.fixture
def explained():
    """Return a function that gives the plans of all queries that a callable makes."""

    def explain(teller, prefix, asking):
        lines = []

        def ask(connection, cursor, statement, parameters, *_):
            if statement.startswith("SELECT"):
                plan = connection.connection.cursor()
                plan.execute(f"{prefix} {statement}", parameters)
                lines.extend(row[-1] for row in plan.fetchall())

        engine = teller.store._office
        event.listen(engine, "before_cursor_execute", ask)
        asking()
        event.remove(engine, "before_cursor_execute", ask)
        assert lines
        return lines

    return explain


BY_DAYS = [
    {"merchant_id": "SCHOOL01"},
    {"terminal": "TERM0001", "code": ResponseCode.APPROVED},
    {"stan": "000001"},
]


def test_no_search_reads_a_whole_table(sqlite_teller, explained):
    """Payments and messages are read by a range of an index, or by their keys."""
    teller = sqlite_teller

    def search():
        for criteria in (
            {"merchant_id": "SCHOOL01", "bill_no": "S1", "first": None, "last": None},
            {"merchant_id": "SCHOOL01", "customer_no": "1", "first": None, "last": None},
            {"stan": "000001", "rrn": "1"},
        ):
            paid(teller, **criteria)
        sent(teller, stan="000001")
        with teller.store.snapshot() as reading:
            payment_story(reading, "1")

    lines = explained(teller, "EXPLAIN QUERY PLAN", search)
    assert [
        line for line in lines if re.match("SCAN (payments|transactions|reversals|traces|bills)", line)
    ] == []


@pytest.mark.parametrize("scope", [None, ELSEWHERE], ids=["whole", "some"])
@pytest.mark.parametrize("criteria", BY_DAYS, ids=str)
def test_a_search_by_days_reads_those_days_only_on_sqlite(sqlite_teller, explained, scope, criteria):
    lines = explained(sqlite_teller, "EXPLAIN QUERY PLAN", lambda: paid(sqlite_teller, scope, **criteria))
    (of_payments,) = [line for line in lines if re.search(r"\bpayments\b", line)]
    assert "sqlite_autoindex_payments_1 (serial_number>? AND serial_number<?)" in of_payments


@pytest.mark.parametrize("scope", [None, ELSEWHERE], ids=["whole", "some"])
@pytest.mark.parametrize(
    "criteria", [{}, {"merchant_id": "SCHOOL01"}, {"merchant_id": "SCHOOL01", "first": DAY}]
)
def test_a_search_by_terminal_reads_its_messages_only_on_sqlite(sqlite_teller, explained, scope, criteria):
    lines = explained(sqlite_teller, "EXPLAIN QUERY PLAN", lambda: sent(sqlite_teller, scope, **criteria))
    assert [line for line in lines if "transactions" in line and "key>? AND key<?" in line]
    assert [line for line in lines if re.search(r"\bpayments\b", line) and "merchant_id" in line] == []


@pytest.mark.postgresql
@pytest.mark.parametrize("criteria", BY_DAYS, ids=str)
def test_a_search_by_days_reads_those_days_only_on_postgresql(postgresql_teller, explained, criteria):
    """An empty table is read whole, however it is asked: the planner is told not to."""
    teller = postgresql_teller

    def avoid_scans(connection, *_):
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")

    event.listen(teller.store._office, "begin", avoid_scans)
    lines = explained(teller, "EXPLAIN", lambda: paid(teller, **criteria))
    event.remove(teller.store._office, "begin", avoid_scans)
    (days,) = [line for line in lines if "serial_number)::text >= " in line]
    assert "Index Cond" in days
    assert [line for line in lines if "pk_payments" in line]
    assert [line for line in lines if "ix_payments_merchant_id" in line] == []


def test_the_next_page_begins_after_the_last_payment_of_the_one_before(teller, day):
    teller.ask(teller.terminal.payment_of(teller.now, "SCHOOL01", {"S5": 12_345, "S6": 12_345}))
    with teller.store.snapshot() as reading:
        whole = find_paid(reading, EVERY, 9)
        places = [(each.payment.serial_number, each.payment.line) for each in whole]
        pages = [find_paid(reading, EVERY, 1, after=place) for place in [None, *places]]
    assert [each.payment.bill_no for each in whole] == ["S1", "S2", "W1", "S5", "S6"]
    assert [each for page in pages for each in page] == whole


def test_a_page_reads_no_further_than_it_is_told(teller, day):
    teller.ask(teller.terminal.payment_of(teller.now, "SCHOOL01", {"S5": 12_345, "S6": 12_345}))
    with teller.store.snapshot() as reading:
        whole = find_paid(reading, EVERY, 9)
        places = [(each.payment.serial_number, each.payment.line) for each in whole]
        assert [last_paid_to_read(reading, EVERY, None, most) for most in (1, 2, 3, 4, 5)] == [
            *places[:4],
            None,
        ]
        assert last_paid_to_read(reading, EVERY, places[2], 1) == places[3], "lines of one payment are apart"
        for n, until in enumerate(places, 1):
            assert find_paid(reading, EVERY, 9, until=until) == whole[:n]
            assert find_paid(reading, EVERY, 9, after=places[0], until=until) == whole[1:n]


def test_days_of_a_bill_or_customer_narrow_its_payments(teller, day):
    bill = {"merchant_id": "SCHOOL01", "bill_no": "S2"}
    assert paid(teller, **bill, first=DAY, last=DAY) == ["S2"]
    later = BusinessDate(9999, 12, 31)
    assert paid(teller, **bill, first=later, last=later) == []
    assert paid(teller, first=later, last=later) == []
    assert paid(teller, first=DAY, last=later) == ["S1", "S2", "W1"]


def test_the_next_page_of_a_terminal_begins_after_the_last_message_of_the_one_before(teller, day):
    whole = sent(teller)
    with teller.store.snapshot() as reading:
        keys = [None, *(each.message.key for each in whole)]
        pages = [find_sent(reading, "12345678", "TERM0001", PaymentCriteria(), 1, after=key) for key in keys]
    assert [each for page in pages for each in page] == whole
