"""Statements that go to PostgreSQL in one round trip (begin with loads, writes with commit), and their errors."""

import logging
import os
import resource
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select, text

from offline_collect.domain.effects import Effects
from offline_collect.domain.facts import Facts, Locked, Wants
from offline_collect.domain.ports import (
    CommitUnknownError,
    ConflictError,
    LockTimeoutError,
    RefusedError,
    UnavailableError,
)
from offline_collect.store.database.bulk_write import BulkWrites
from offline_collect.store.database.errors import NoOpenDayError
from offline_collect.store.database.list_write import ListWrites
from offline_collect.store.database.round_trip import Statement, round_trip
from offline_collect.store.schema.manual_posting_tables import office_postings
from offline_collect.store.schema.tables import (
    business_days,
    entries,
    outbox,
    payments,
    reconciliation_items,
    reversals,
    traces,
    transactions,
)
from tests.fakes.bank import DAY, NOON
from tests.store.lane.test_collisions import NEW, cut_connections
from tests.store.postings import PAYMENT, TRANSACTION

BILL = ("SCHOOL01", "S1")
LAST_OF_SELECT = 1023
"""The greatest descriptor that ``select`` accepts."""
WRITTEN_TABLES = (transactions, traces, payments, entries, outbox, reversals, reconciliation_items)


@pytest.fixture
def rival(postgresql_teller):
    with closing(postgresql_teller.store.write_session()) as session:
        yield session


def one_go(session, *effects):
    session.begin_and_load(Wants(), Facts())
    session.write_and_commit(effects)


def pid(session):
    return session._connection.connection.driver_connection.info.backend_pid


def test_a_begin_with_loads_finds_the_day_and_the_rows(teller):
    command, _ = teller.pay()
    facts = Facts()
    teller.session.begin_and_load(Wants(keys={command.key}, bills={BILL}, merchants={"SCHOOL01"}), facts)
    teller.session.rollback()
    payment = facts.payments[facts.transactions[command.key].serial_number]
    assert (facts.day.date, payment.bill_no, facts.bills[BILL].paid_principal_minor) == (DAY, "S1", 12_345)
    assert facts.merchants["SCHOOL01"].merchant_id == "SCHOOL01"


def test_a_read_session_begins_with_loads_too(teller):
    facts = Facts()
    with closing(teller.store.read_session()) as session:
        session.begin_and_load(Wants(bills={BILL}, merchants={"SCHOOL01"}), facts)
    assert (facts.day.date, facts.bills[BILL].bill_no) == (DAY, "S1")


def test_rows_that_may_be_skipped_are_read_one_by_one(postgresql_teller, rival):
    rival.begin_and_load(Wants(bills={BILL}), Facts())
    facts = Facts(locked=Locked())
    postgresql_teller.session.begin_and_load(Wants(bills={BILL, ("SCHOOL01", "S2")}), facts)
    assert (facts.locked.bills, facts.bills["SCHOOL01", "S2"].bill_no) == ({BILL}, "S2")


def test_without_an_open_day_nothing_begins(postgresql_teller):
    with postgresql_teller.store.transaction() as tx:
        tx.connection.execute(business_days.delete())
    with pytest.raises(NoOpenDayError):
        postgresql_teller.session.begin_and_load(Wants(), Facts())


@pytest.mark.parametrize("held", ["day", "bill"])
def test_only_a_wait_for_the_day_is_said_to_be_one(postgresql_teller, rival, held):
    rival.begin_and_load(Wants(bills={BILL}), Facts())
    if held == "day":
        rival._connection.execute(text("LOCK TABLE business_days IN EXCLUSIVE MODE"))
    with pytest.raises(LockTimeoutError) as late:
        postgresql_teller.session.begin_and_load(Wants(bills={BILL}), Facts())
    assert ("every payment waits for it" in str(late.value)) is (held == "day")


def test_few_commands_are_written_with_their_commit(postgresql_teller):
    session = postgresql_teller.session
    assert [session.commits_with_writes(count) for count in (1, 32, 33)] == [True, True, False]
    one_go(session, NEW)
    session.rollback()
    assert postgresql_teller.count(transactions) == 1


def test_after_a_joined_commit_every_other_use_of_the_connection_begins_its_own_transaction(
    postgresql_teller,
):
    session = postgresql_teller.session
    one_go(session, NEW)
    assert session.begin().date == DAY
    with pytest.raises(RefusedError, match="cannot be carried out"):
        session.begin()
    session.rollback()
    one_go(session, Effects())
    first = session.reserve_numbers(10)
    assert session.reserve_numbers(1) == first + 10
    one_go(session, Effects(payments=(PAYMENT,)))
    session.begin_and_load(Wants(), Facts())
    session.rollback()
    session.check()
    assert (postgresql_teller.count(transactions), postgresql_teller.count(payments)) == (1, 1)


def test_a_conflict_in_a_joined_commit_leaves_nothing_and_no_value_in_the_log(
    postgresql_teller, rival, caplog
):
    session = postgresql_teller.session
    one_go(rival, NEW)
    session.begin_and_load(Wants(), Facts())
    before = pid(session)
    more = Effects(transactions=(replace(TRANSACTION, key="P|new"), TRANSACTION), payments=(PAYMENT,))
    with caplog.at_level(logging.DEBUG), pytest.raises(ConflictError, match="a key is taken") as collided:
        session.write_and_commit([more])
    session.rollback()
    assert TRANSACTION.key not in str(collided.value) + caplog.text
    assert (postgresql_teller.count(transactions), postgresql_teller.count(payments)) == (1, 0)
    one_go(session, Effects(payments=(PAYMENT,)))
    assert pid(session) == before, "the connection serves on"


@pytest.mark.parametrize(
    "change", [{"journal": ""}, {"currency": "15600"}, {"journal": "\ud800"}, {"amount_minor": 2**63}]
)
def test_a_value_that_cannot_be_stored_is_refused_with_all_of_its_batch(postgresql_teller, change):
    session = postgresql_teller.session
    session.begin_and_load(Wants(), Facts())
    with pytest.raises(RefusedError):
        session.write_and_commit([Effects(transactions=(TRANSACTION,)), bad_one(change)])
    session.rollback()
    assert postgresql_teller.count(transactions) == 0
    one_go(session, NEW)
    assert postgresql_teller.count(transactions) == 1


def test_an_unexpected_error_before_the_commit_is_not_taken_for_one_of_the_commit(postgresql_teller):
    session = postgresql_teller.session
    session.begin_and_load(Wants(), Facts())
    with pytest.raises(RefusedError, match="AttributeError"):
        session.write_and_commit([Effects(transactions=(TRANSACTION,)), Effects(payments=(None,))])
    session.rollback()
    assert postgresql_teller.count(transactions) == 0


def bad_one(change):
    return Effects(transactions=(replace(TRANSACTION, key="P|bad", **change),))


def test_a_connection_lost_in_a_joined_commit_leaves_its_outcome_open(postgresql_teller):
    session = postgresql_teller.session
    session.begin_and_load(Wants(), Facts())
    cut_connections(postgresql_teller)
    with pytest.raises(CommitUnknownError):
        session.write_and_commit([NEW])
    session.rollback()
    one_go(session, NEW)
    assert postgresql_teller.count(transactions) == 1


def test_a_row_from_a_json_list_is_the_row_of_a_copy(postgresql_teller):
    samples = {table: sample_row(table) for table in (*WRITTEN_TABLES, office_postings)}
    found = [inserted(postgresql_teller, samples, listed=listed) for listed in (False, True)]
    assert found[0] == found[1]
    assert [len(rows) for rows in found[1]] == [1] * len(samples)


def inserted(teller, samples, *, listed):
    """Insert a row in each table, in a transaction that is rolled back; return the rows as they are read."""
    session = teller.session
    session.begin()
    connection = session._connection
    writes = ListWrites() if listed else BulkWrites(connection)
    for table, row in samples.items():
        writes.insert(table, [row])
    if listed:
        round_trip(connection, writes.statements)
    read = [connection.execute(select(table)).all() for table in samples]
    session.rollback()
    return read


def sample_row(table):
    """Return a row with texts as long as its columns, quotes and Chinese in them, and the greatest numbers."""
    return tuple(sample_value(table, column) for column in table.columns)


def sample_value(table, column):
    kind = type(column.type).__name__
    if column.primary_key and kind == "Integer":
        return 7
    if column.nullable and column.name.endswith("_by"):
        return None
    if kind in {"Code", "Words"}:
        return ('\\"' + "缴费" * 127)[: column.type.length]
    return {
        "Document": '{"a": "\\u0001"}',
        "Date": DAY,
        "Instant": NOON.replace(microsecond=1),
        "BigInteger": 2**63 - 1,
        "SmallInteger": 1,
        "Integer": 2**31 - 1,
    }[kind]


def test_a_connection_with_a_descriptor_over_1023_serves(postgresql_teller):
    session = postgresql_teller.session
    session.close()
    with many_open_files():
        one_go(session, NEW)
        assert session._connection.connection.driver_connection.fileno() > LAST_OF_SELECT
    assert postgresql_teller.count(transactions) == 1


@contextmanager
def many_open_files():
    """Hold as many files open as ``select`` can look at."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 2 * LAST_OF_SELECT), hard))
    with ExitStack() as held:
        held.callback(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))
        while held.enter_context(Path(os.devnull).open("rb")).fileno() < LAST_OF_SELECT:
            pass
        yield


def test_statements_and_rows_that_no_socket_holds_at_once_pass(postgresql_teller):
    session = postgresql_teller.session
    session.begin()
    long = [Statement(b"SELECT $1::text", [b"%d" % n * 4_000_000]) for n in range(3)]
    found = round_trip(session._connection, long)
    assert [result.get_value(0, 0) for result in found] == [each.values[0] for each in long]


def test_texts_are_kept_whatever_encoding_the_environment_asks_for(postgresql_teller, monkeypatch):
    session = postgresql_teller.session
    session.close()
    monkeypatch.setenv("PGCLIENTENCODING", "GBK")
    one_go(session, Effects(transactions=(replace(TRANSACTION, journal="水费 12 m³"),)))
    monkeypatch.delenv("PGCLIENTENCODING")
    with postgresql_teller.store.transaction() as tx:
        assert tx.connection.execute(select(transactions.c.journal)).scalar_one() == "水费 12 m³"


def test_a_connection_that_has_lost_its_plans_is_replaced(postgresql_teller):
    session = postgresql_teller.session
    one_go(session, NEW)
    driver = session._connection.connection.driver_connection
    driver.execute("DEALLOCATE ALL")
    driver.commit()
    with pytest.raises(UnavailableError, match="lost its plans"):
        one_go(session, Effects(payments=(PAYMENT,)))
    session.rollback()
    one_go(session, Effects(payments=(PAYMENT,)))
    assert postgresql_teller.count(payments) == 1
