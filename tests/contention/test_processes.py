"""Several server processes race on one PostgreSQL, and each thing happens once."""

import datetime as dt
import random
from collections import Counter

import pytest

from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.codes import ResponseCode
from tests.contention.workers import PROCESSES, start_pool, together
from tests.databases.school import (
    AMOUNT,
    BILLS,
    DAY,
    MERCHANT,
    applied,
    bill_no,
    counts_by_date,
    findings,
    in_force,
    kinds,
    states,
)
from tests.messages.commands import Terminal, repeated, stamped_afresh

LONG_AGO = dt.timedelta(minutes=10)


@pytest.fixture(scope="module")
def pool():
    started = start_pool()
    yield started
    started.terminate()
    started.join()


@pytest.fixture
def now():
    return dt.datetime.now(dt.UTC)


def payment(terminal, now, nth, **more):
    return terminal.payment(now, MERCHANT, bill_no(nth), AMOUNT, **more)


def codes(answers):
    return Counter(None if answer is None else answer.code.value for answer in answers)


def test_each_bill_is_paid_once_whoever_asks_and_in_whatever_order(pool, url, store, now):
    """Each process locks the bills in another order, in batches: they must not deadlock."""
    orders = [range(BILLS), reversed(range(BILLS)), random.Random(7).sample(range(BILLS), BILLS)]
    terminals = [[Terminal(f"T{process}{nth}") for nth in range(4)] for process in range(PROCESSES)]
    plans = [
        [payment(terminals[process][nth % 4], now, nth) for nth in order]
        for process, order in enumerate(orders)
    ]
    answers = [answer for own in together(pool, url, plans) for answer in own]
    assert codes(answers) == {"APPROVED": BILLS, "ALREADY_PAID": (PROCESSES - 1) * BILLS}
    assert in_force(store) == {bill_no(nth): 1 for nth in range(BILLS)}
    assert findings(store) == []


def test_one_message_that_reaches_every_server_is_done_once(pool, url, store, now):
    """Repeats of the same keys: one posting, and the same answer everywhere."""
    terminal = Terminal("T1")
    messages = [payment(terminal, now, nth) for nth in range(BILLS)]
    plans = [messages, [repeated(each) for each in messages], [repeated(each) for each in reversed(messages)]]
    straight, again, backwards = together(pool, url, plans)
    assert codes(straight) == {"APPROVED": BILLS}
    assert straight == again == backwards[::-1]
    assert in_force(store) == {bill_no(nth): 1 for nth in range(BILLS)}
    assert findings(store) == []


def test_repeats_with_a_new_time_that_reach_other_servers_are_not_charged_again(pool, url, store, now):
    """Each has a different key, so that only the unique trace can stop servers that decide at the same moment."""
    terminal = Terminal("T1")
    messages = [payment(terminal, now, nth) for nth in range(BILLS)]
    afresh = [stamped_afresh(each, now + dt.timedelta(seconds=5)) for each in messages]
    later = [stamped_afresh(each, now + dt.timedelta(seconds=9)) for each in messages]
    straight, again, backwards = together(pool, url, [messages, afresh, later[::-1]])
    assert codes(straight) == {"APPROVED": BILLS}
    assert straight == again == backwards[::-1]
    assert in_force(store) == {bill_no(nth): 1 for nth in range(BILLS)}
    assert findings(store) == []


def test_a_payment_and_its_early_reversal_end_with_nothing_in_force(pool, url, store, now):
    """Tombstone or applied reversal: either may happen, but never both and never neither."""
    terminal = Terminal("T1")
    paid = [payment(terminal, now, nth) for nth in range(BILLS)]
    undone = [terminal.reversal(now, each, advice=True) for each in paid]
    shuffled = random.Random(3).sample(undone, BILLS)
    payments_, first, second = together(pool, url, [paid, undone, [repeated(each) for each in shuffled]])
    assert codes(first) == codes(second) == {"APPROVED": BILLS}
    assert set(codes(payments_)) <= {"APPROVED", "ALREADY_REVERSED"}
    assert not +in_force(store)
    for place, command in enumerate(paid):
        posted = payments_[place].code is ResponseCode.APPROVED
        assert (kinds(store)[command.key] == "TOMBSTONE") is not posted
        assert applied(store)[command.key] == int(posted)
    assert findings(store) == []


def test_reversals_of_one_payment_by_different_messages_apply_once(pool, url, store, now):
    terminal = Terminal("T1")
    paid = [payment(terminal, now, nth) for nth in range(BILLS)]
    together(pool, url, [paid, [], []])
    plans = [[terminal.reversal(now, each) for each in paid] for _ in range(PROCESSES)]
    answers = together(pool, url, plans)
    assert all(codes(own) == {"APPROVED": BILLS} for own in answers)
    did = Counter(answer.values["reversal_did"] for own in answers for answer in own)
    assert did == {"APPLIED": BILLS, "NOTHING": (PROCESSES - 1) * BILLS}
    assert set(states(store).values()) == {"REVERSED"}
    assert applied(store) == {each.key: 1 for each in paid}
    assert findings(store) == []


def test_a_status_that_said_25_stays_true(pool, url, store, now):
    """A status long after the payment's time puts a tombstone for it, or finds it; late payments are then refused."""
    terminal = Terminal("T1")
    paid = [payment(terminal, now - LONG_AGO, nth) for nth in range(BILLS)]
    asked = [terminal.status(now, each) for each in paid]
    payments_, statuses, later = together(pool, url, [paid, asked, asked[::-1]])
    for place, command in enumerate(paid):
        buried = kinds(store)[command.key] == "TOMBSTONE"
        expected = ResponseCode.NOT_FOUND if buried else ResponseCode.APPROVED
        assert statuses[place].code is later[BILLS - 1 - place].code is expected
        assert payments_[place].code is (ResponseCode.ALREADY_REVERSED if buried else ResponseCode.APPROVED)
        assert in_force(store)[command.bill_no] == int(not buried)
    assert findings(store) == []


def test_an_advice_and_its_request_post_once(pool, url, store, now):
    """The advice names the request's key, which the request itself is taking at the same time."""
    terminal = Terminal("T1")
    requests = [payment(terminal, now, nth) for nth in range(BILLS)]
    advices = [
        terminal.advice(now, MERCHANT, each.bill_no, AMOUNT, completes=each, local_date=DAY)
        for each in requests
    ]
    asked, told, told_again = together(pool, url, [requests, advices, [repeated(each) for each in advices]])
    assert codes(told) == codes(told_again) == {"APPROVED": BILLS}
    assert codes(asked) == {"APPROVED": BILLS}
    serials = [
        {answer.values["serial_number"] for answer in same}
        for same in zip(asked, told, told_again, strict=True)
    ]
    assert all(len(same) == 1 for same in serials)
    assert in_force(store) == {bill_no(nth): 1 for nth in range(BILLS)}
    assert findings(store) == []


def test_a_cutover_is_straddled_by_nothing(pool, url, store, now):
    """The count of a day at its cutover never changes."""
    terminals = [Terminal(f"T{process}") for process in range(PROCESSES)]
    plans = [
        [payment(terminals[nth], now, bill) for bill in range(nth, BILLS, 3)] for nth in range(PROCESSES)
    ]
    cut = {}

    def cut_over_and_over():
        closing = DAY
        for _ in range(8):
            opened = BusinessDate.of(closing + dt.timedelta(days=1))
            assert store.cutover(closing, opened, dt.datetime.now(dt.UTC))
            cut[closing] = counts_by_date(store)[closing]
            closing = opened

    answers = [each for own in together(pool, url, plans, cut_over_and_over) for each in own]
    assert codes(answers) == {"APPROVED": BILLS}
    final = counts_by_date(store)
    assert {day: final[day] for day in cut} == cut
    assert Counter(answer.business_date for answer in answers) == final
    assert findings(store) == []
