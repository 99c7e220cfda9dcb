"""Two connections to one store: a collision is a ConflictError, and a lost connection is reported as lost."""

import datetime as dt
import threading
from contextlib import closing
from dataclasses import replace

import pytest
from sqlalchemy import text

from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.effects import Effects
from offline_collect.domain.facts import Facts, Wants
from offline_collect.domain.ports import CommitUnknownError, ConflictError, UnavailableError
from offline_collect.domain.transactions import ReversalOutcome
from offline_collect.store import StoreSettings, open_store
from offline_collect.store.schema.tables import payments, reversals, transactions
from tests.fakes.bank import DAY, NOON
from tests.messages.commands import Terminal
from tests.store.postings import PAYMENT, REVERSAL, TRANSACTION
from tests.store.teller import Teller

TOMORROW = BusinessDate.of(DAY + dt.timedelta(days=1))
NEW = Effects(transactions=(TRANSACTION,))


@pytest.fixture
def rival(teller):
    with closing(teller.store.write_session()) as session:
        yield session


@pytest.fixture
def postgresql_rival(postgresql_teller):
    with closing(postgresql_teller.store.write_session()) as session:
        yield session


def cut_connections(teller):
    """Have the server end every other connection to the database."""
    others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    with teller.store.transaction() as tx:
        tx.connection.execute(text(others))


def test_a_key_that_another_is_writing_is_a_conflict(teller, rival):
    teller.session.begin()
    teller.session.write([NEW])
    with pytest.raises(ConflictError):
        begin_and_write(rival, NEW)
    rival.rollback()
    teller.session.commit()
    assert teller.count(transactions) == 1


def begin_and_write(session, effects):
    session.begin()
    session.write([effects])


@pytest.mark.parametrize("fellows", [0, 20])
def test_a_key_that_was_taken_meanwhile_is_a_conflict_that_shows_no_values(teller, fellows):
    others = tuple(replace(TRANSACTION, key=f"P|{n}") for n in range(fellows))
    begin_and_write(teller.session, NEW)
    teller.session.commit()
    with pytest.raises(ConflictError, match="a key is taken") as collided:
        begin_and_write(teller.session, Effects(transactions=(*others, TRANSACTION)))
    teller.session.rollback()
    assert TRANSACTION.key not in str(collided.value)
    assert collided.value.__cause__ is None
    assert collided.value.__suppress_context__
    assert teller.count(transactions) == 1


def test_of_two_payments_of_one_bill_on_two_connections_one_is_approved(postgresql_teller, postgresql_rival):
    teller, rival = postgresql_teller, postgresql_rival
    first = teller.terminal.payment(NOON, "SCHOOL01", "S1", 12_345)
    second = Terminal("TERM0002").payment(NOON, "SCHOOL01", "S1", 12_345)
    ((answer, effects),) = teller.decide(teller.session, first)
    teller.session.write([effects])
    with pytest.raises(ConflictError):
        teller.decide(rival, second)
    rival.rollback()
    teller.session.commit()
    ((refusal, _),) = teller.decide(rival, second)
    assert answer.approved
    assert refusal.code is ResponseCode.ALREADY_PAID


def test_a_bill_is_read_anew_once_its_lock_is_had(postgresql_teller, postgresql_rival):
    teller, rival = postgresql_teller, postgresql_rival
    facts = Facts(rival.begin())
    rival.load(Wants(keys={"P|none"}), facts)
    teller.pay("S1")
    rival.load(Wants(bills={("SCHOOL01", "S1")}), facts)
    assert facts.bills["SCHOOL01", "S1"].outstanding_minor == 0


def test_an_original_is_reversed_once_at_most(teller, rival):
    applied = replace(REVERSAL, outcome=ReversalOutcome.APPLIED)
    begin_and_write(teller.session, Effects(reversals=(applied,)))
    teller.session.commit()
    with pytest.raises(ConflictError):
        begin_and_write(rival, Effects(reversals=(replace(applied, serial_number="9", key="R|9"),)))
    rival.rollback()
    begin_and_write(rival, Effects(reversals=(replace(REVERSAL, serial_number="9", key="R|9"),)))
    rival.commit()
    assert teller.count(reversals) == 2


def test_readers_wait_for_nobody_and_see_what_is_committed(teller):
    begin_and_write(teller.session, NEW)
    with closing(teller.store.read_session()) as reader:
        facts = Facts(reader.begin())
        reader.load(Wants(keys={TRANSACTION.key}), facts)
        assert facts.transactions == {TRANSACTION.key: None}
    teller.session.rollback()


def test_a_read_session_cannot_write(postgresql_teller):
    with closing(postgresql_teller.store.read_session()) as reader:
        reader.begin()
        with pytest.raises(UnavailableError):
            reader.write([NEW])
        reader.rollback()
    assert postgresql_teller.count(transactions) == 0


def test_numbers_are_nobody_elses(teller, rival):
    first, second, third = (
        teller.session.reserve_numbers(10),
        rival.reserve_numbers(5),
        teller.session.reserve_numbers(1),
    )
    assert (second - first, third - second) == (10, 5)


def test_numbers_wait_only_so_long(teller, rival):
    with teller.store.transaction() as tx:
        tx.connection.execute(tx.statements.next_number, {"counter": "serial_number"})
        with pytest.raises(ConflictError):
            rival.reserve_numbers(1)
    assert rival.reserve_numbers(1) > 0


def test_cutover_waits_for_the_batch_and_the_batch_for_cutover(teller, rival):
    teller.session.begin()
    with pytest.raises(ConflictError):
        teller.store.cutover(DAY, TOMORROW, NOON)
    teller.session.rollback()
    with teller.store.transaction() as tx:
        if tx.connection.dialect.name != "sqlite":
            tx.connection.execute(tx.statements.close_days)
        with pytest.raises(ConflictError):
            rival.begin()
    rival.rollback()
    assert teller.store.cutover(DAY, TOMORROW, NOON)
    assert rival.begin().date == TOMORROW


def test_a_lane_reads_the_day_after_it_holds_it(postgresql_teller, postgresql_rival):
    assert postgresql_rival.begin().date == DAY
    postgresql_rival.rollback()
    assert postgresql_teller.store.cutover(DAY, TOMORROW, NOON)
    assert postgresql_rival.begin().date == TOMORROW


def test_a_lost_connection_is_unavailable_once_and_replaced_at_the_next_begin(postgresql_teller):
    session = postgresql_teller.session
    session.begin()
    session.rollback()
    cut_connections(postgresql_teller)
    with pytest.raises(UnavailableError):
        session.begin()
    session.rollback()
    assert session.begin().date == DAY
    session.write([NEW])
    session.commit()
    assert postgresql_teller.count(transactions) == 1


@pytest.mark.parametrize("rows", [1, 20])
def test_a_connection_that_is_lost_in_a_write_is_unavailable(postgresql_teller, rows):
    session = postgresql_teller.session
    session.begin()
    cut_connections(postgresql_teller)
    many = tuple(replace(PAYMENT, serial_number=f"{n:020}") for n in range(rows))
    with pytest.raises(UnavailableError):
        session.write([Effects(payments=many)])
    session.rollback()
    session.begin()
    session.write([Effects(payments=many)])
    session.commit()
    assert postgresql_teller.count(payments) == rows


def test_a_connection_that_is_lost_at_the_commit_leaves_its_outcome_open(postgresql_teller):
    session = postgresql_teller.session
    begin_and_write(session, NEW)
    cut_connections(postgresql_teller)
    with pytest.raises(CommitUnknownError):
        session.commit()
    session.rollback()
    begin_and_write(session, NEW)
    session.commit()
    assert postgresql_teller.count(transactions) == 1


def test_numbers_are_unavailable_over_a_lost_connection_and_there_again(postgresql_teller):
    session = postgresql_teller.session
    session.reserve_numbers(1)
    cut_connections(postgresql_teller)
    with pytest.raises(UnavailableError):
        session.reserve_numbers(1)
    assert session.reserve_numbers(1) > 1


def test_a_call_without_a_connection_is_unavailable(teller):
    with closing(teller.store.write_session()) as session:
        for call in (lambda: session.load(Wants(), Facts(None)), lambda: session.write([]), session.commit):
            with pytest.raises(UnavailableError):
                call()
        session.rollback()
        assert session.begin().date == DAY


def test_a_batch_that_waited_for_a_bill_sees_it_as_it_was_left(migrated_postgresql_url):
    store = open_store(StoreSettings(migrated_postgresql_url, lock_timeout_ms=30_000))
    with Teller(store) as teller, closing(store.write_session()) as rival:
        ((_, effects),) = teller.decide(
            teller.session, teller.terminal.payment(NOON, "SCHOOL01", "S1", 12_345)
        )
        facts = Facts(rival.begin())
        waiting = threading.Thread(target=rival.load, args=(Wants(bills={("SCHOOL01", "S1")}), facts))
        waiting.start()
        wait_for_a_lock(store, waiting)
        teller.session.write([effects])
        teller.session.commit()
        waiting.join()
    assert facts.bills["SCHOOL01", "S1"].outstanding_minor == 0
    store.dispose()


def wait_for_a_lock(store, thread):
    """Return once the thread's connection waits for another's lock."""
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    while thread.is_alive():
        with store.snapshot() as reading:
            if reading.connection.execute(text(waiting)).scalar_one():
                return
