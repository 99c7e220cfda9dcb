"""Imports that race with payments on one PostgreSQL: staged, released and undone while payments are taken."""

import datetime as dt
import random
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import replace

import pytest

from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.effects import Effects
from offline_collect.domain.facts import Facts, Wants
from offline_collect.domain.ports import ConflictError
from offline_collect.store import (
    BillRecord,
    Change,
    ImportCounts,
    ImportFile,
    ImportKind,
    ImportState,
    WrongStateError,
    begin_import,
    begin_undo,
    cancel_undo,
    discard_staged,
    finish_staging,
    finish_undo,
    get_import,
    mark_undo,
    reject_import,
    release_import,
    stage_bills,
    tidy_import,
)
from offline_collect.store.versioning import bills_in_effect
from tests.contention.workers import PROCESSES, start_pool, together
from tests.databases.school import AMOUNT, BILLS, MERCHANT, bill_no, findings, in_force
from tests.messages.commands import Terminal

OTHER = 22_222
"""The amount of the import's bills."""

CHUNK = 7
DUE = dt.date(2099, 1, 1)


@pytest.fixture(scope="module")
def pool():
    started = start_pool()
    yield started
    started.terminate()
    started.join()


@pytest.fixture
def now():
    return dt.datetime.now(dt.UTC)


def changed(amount=OTHER):
    records = [BillRecord(bill_no(nth), "pupil", amount, DUE) for nth in range(BILLS)]
    return [records[at : at + CHUNK] for at in range(0, BILLS, CHUNK)]


def patiently(store, work):
    """Do something in a separate transaction; repeat it if a lock was not granted."""
    while True:
        with suppress(ConflictError), store.transaction() as tx:
            return work(tx)


def stage(store, now, amount=OTHER, sha256="0" * 64):
    """Stage other amounts for all bills; return the import's number and how many will change."""
    file = ImportFile(MERCHANT, ImportKind.BILLS, sha256, "bills.csv", 1, "ann")
    number = patiently(store, lambda tx: begin_import(tx, file, now))
    done = Counter()
    for chunk in changed(amount):
        outcomes = patiently(store, lambda tx, chunk=chunk: stage_bills(tx, number, chunk))
        done.update(outcome.change for outcome in outcomes)
    counts = ImportCounts(BILLS, changed=done[Change.CHANGED], refused=done[Change.REFUSED])
    patiently(store, lambda tx: finish_staging(tx, number, counts))
    return number, done[Change.CHANGED]


def release(store, now, number):
    patiently(store, lambda tx: release_import(tx, number, "bob", now))
    tidy(store, number)


def tidy(store, number):
    while not patiently(store, lambda tx: tidy_import(tx, number, CHUNK)):
        pass


def discard(store, number):
    while not patiently(store, lambda tx: discard_staged(tx, number, CHUNK)):
        pass


def undo(store, now, number):
    """Try to undo an import; return whether it succeeded."""
    patiently(store, lambda tx: begin_undo(tx, number))
    try:
        done, obstacles = False, ()
        while not done and not obstacles:
            done, obstacles = patiently(store, lambda tx: mark_undo(tx, number, CHUNK))
        if not obstacles:
            patiently(store, lambda tx: finish_undo(tx, number, "bob", now))
            discard(store, number)
            return True
    except WrongStateError:
        pass
    patiently(store, lambda tx: cancel_undo(tx, number))
    tidy(store, number)
    return False


def payments(now, seed, amounts):
    """Payments of every bill with each of some amounts, in an order given by the seed."""
    terminals = [Terminal(f"T{seed}{nth}") for nth in range(4)]
    wanted = [(nth, amount) for nth in range(BILLS) for amount in amounts]
    shuffled = random.Random(seed).sample(wanted, len(wanted))
    return [
        terminals[place % 4].payment(now, MERCHANT, bill_no(nth), amount)
        for place, (nth, amount) in enumerate(shuffled)
    ]


def paid_with(plans, answers):
    """Return how many payments were approved, by bill and amount."""
    return Counter(
        (command.bill_no, command.amount_minor)
        for plan, own in zip(plans, answers, strict=True)
        for command, answer in zip(plan, own, strict=True)
        if answer.approved
    )


def once_each(approved):
    assert max(Counter(bill for bill, _ in approved.elements()).values(), default=0) <= 1


def locked(store, bill):
    """Return a bill as a lane sees it after it had to wait for its lock."""
    with closing(store.write_session()) as waiting:
        facts = Facts(waiting.begin())
        waiting.load(Wants(bills={bill}), facts)
        waiting.rollback()
    return facts.bills[bill]


def test_a_reader_does_not_mix_rows_of_before_the_end_of_an_undo_with_its_state_of_after(
    store, now, monkeypatch
):
    """Some rows leave it to the import's state whether they are in effect, and some do not: read at two moments,
    the former would be taken back already, and the latter not yet."""
    number, _ = stage(store, now)
    release(store, now, number)
    patiently(store, lambda tx: begin_undo(tx, number))
    patiently(store, lambda tx: mark_undo(tx, number, CHUNK))
    read_states = bills_in_effect.import_states

    def after_the_undo(connection, statements, import_ids):
        with monkeypatch.context() as meanwhile:
            meanwhile.setattr(bills_in_effect, "import_states", read_states)
            while not patiently(store, lambda tx: mark_undo(tx, number, CHUNK))[0]:
                pass
            patiently(store, lambda tx: finish_undo(tx, number, "bob", now))
        return read_states(connection, statements, import_ids)

    monkeypatch.setattr(bills_in_effect, "import_states", after_the_undo)
    with closing(store.read_session()) as session:
        facts = Facts(session.begin())
        session.load(Wants(bills={(MERCHANT, bill_no(nth)) for nth in range(BILLS)}), facts)
        session.rollback()
    monkeypatch.setattr(bills_in_effect, "import_states", read_states)
    with store.snapshot() as reading:
        assert get_import(reading, number).state is ImportState.UNDONE
    assert {bill.amount_minor for bill in facts.bills.values()} == {OTHER}


@pytest.mark.parametrize("seed", range(4))
def test_a_bill_is_paid_once_whichever_amount_it_asks_for_just_then(pool, url, store, now, seed):
    plans = [payments(now, seed * PROCESSES + nth, (AMOUNT, OTHER)) for nth in range(PROCESSES)]
    said = {}

    def import_meanwhile():
        said["number"], said["changed"] = stage(store, now)
        release(store, now, said["number"])

    answers = together(pool, url, plans, import_meanwhile)
    approved = paid_with(plans, answers)
    once_each(approved)
    assert in_force(store) == Counter(bill for bill, _ in approved)
    assert {answer.code for own in answers for answer in own} <= {
        ResponseCode.APPROVED,
        ResponseCode.ALREADY_PAID,
        ResponseCode.WRONG_AMOUNT,
    }
    with store.snapshot() as reading:
        found = get_import(reading, said["number"])
    in_effect = said["changed"] - found.counts.overtaken
    assert sum(amount == OTHER for _, amount in approved) <= in_effect
    assert found.tidied
    assert findings(store) == []


def test_a_payment_that_held_a_bill_while_its_change_was_released_keeps_it(store, now):
    """It saw the bill before the release, and commits after it; later payments wait for it."""
    number, _ = stage(store, now)
    bill = (MERCHANT, bill_no(0))
    with closing(store.write_session()) as holding:
        facts = Facts(holding.begin())
        holding.load(Wants(bills={bill}), facts)
        assert facts.bills[bill].amount_minor == AMOUNT
        with store.transaction() as tx:
            release_import(tx, number, "bob", now)
        with ThreadPoolExecutor(1) as other:
            seen = other.submit(locked, store, bill)
            holding.write([Effects(bills=(replace(facts.bills[bill], fee_base=1),))])
            holding.commit()
    assert (seen.result().amount_minor, seen.result().fee_base) == (AMOUNT, 1)
    tidy(store, number)
    with store.snapshot() as reading:
        assert get_import(reading, number).counts.overtaken == 1


@pytest.mark.parametrize("seed", range(4))
def test_an_undo_takes_back_all_or_nothing_whatever_is_paid_meanwhile(pool, url, store, now, seed):
    number, count = stage(store, now)
    assert count == BILLS
    release(store, now, number)
    late = 3 if seed % 2 else BILLS
    plans = [payments(now, seed * PROCESSES + nth, (AMOUNT, OTHER))[: 2 * late] for nth in range(PROCESSES)]
    tried = []

    def undo_meanwhile():
        for _ in range(10):
            tried.append(undo(store, now, number))
            if tried[-1]:
                return

    answers = together(pool, url, plans, undo_meanwhile)
    approved = paid_with(plans, answers)
    once_each(approved)
    with store.snapshot() as reading:
        state = get_import(reading, number).state
    assert state is (ImportState.UNDONE if tried[-1] else ImportState.RELEASED)
    assert {amount for _, amount in approved} <= ({AMOUNT} if tried[-1] else {OTHER})
    assert findings(store) == []


def test_a_reader_sees_all_of_an_import_or_nothing(pool, url, store, now):
    """Pages of a customer's bills, read repeatedly while imports are released, undone and tidied."""
    stop, seen = threading.Event(), set()
    all_have_read = threading.Barrier(3)

    def read():
        with closing(store.read_session()) as session:
            read_once(session)
            all_have_read.wait(timeout=60)
            while not stop.is_set():
                read_once(session)

    def read_once(session):
        facts = Facts(session.begin())
        wants = Wants(
            bill_pages={(MERCHANT, "pupil", None)},
            bills={(MERCHANT, bill_no(nth)) for nth in range(BILLS)},
        )
        session.load(wants, facts)
        session.rollback()
        page = facts.bill_pages[MERCHANT, "pupil", None]
        seen.add((page.total, frozenset(bill.amount_minor for bill in page.bills)))
        seen.add(frozenset(bill.amount_minor for bill in facts.bills.values()))

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    all_have_read.wait(timeout=60)
    try:
        for turn in range(4):
            number, _ = stage(store, now, OTHER + turn, f"{turn}" * 64)
            if turn == 1:
                patiently(store, lambda tx, number=number: reject_import(tx, number, "bob", now))
                discard(store, number)
                continue
            release(store, now, number)
            if turn == 2:
                assert undo(store, now, number)
    finally:
        stop.set()
        for reader in readers:
            reader.join()
    amounts = {AMOUNT, OTHER, OTHER + 2, OTHER + 3}
    assert seen <= {(BILLS, frozenset({each})) for each in amounts} | {frozenset({each}) for each in amounts}
    assert (BILLS, frozenset({AMOUNT})) in seen
    assert findings(store) == []
