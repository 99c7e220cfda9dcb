"""Sessions whose connections fail in different ways, and how Oracle's are made."""

from contextlib import closing

import pytest

from offline_collect.domain.ports import RefusedError
from offline_collect.store import StoreMissingError, StoreSettings
from offline_collect.store.database.connection import lane_engine
from offline_collect.store.schema.tables import serial_counters
from tests.fakes.bank import DAY


def test_a_session_that_was_never_used_is_closed_and_rolled_back(teller):
    session = teller.store.write_session()
    session.rollback()
    session.close()
    assert session.begin().date == DAY
    session.close()


def test_a_session_is_used_again_after_it_was_closed(teller):
    teller.session.close()
    assert teller.session.begin().date == DAY


def test_a_batch_that_is_begun_twice_is_refused(teller):
    with closing(teller.store.write_session()) as session:
        session.begin()
        with pytest.raises(RefusedError, match="cannot be carried out"):
            session.begin()
        session.rollback()
        assert session.begin().date == DAY


def test_without_a_counter_there_are_no_numbers(sqlite_teller):
    with sqlite_teller.store.transaction() as tx:
        tx.connection.execute(serial_counters.delete())
    with pytest.raises(StoreMissingError, match="offline-collect init"):
        sqlite_teller.session.reserve_numbers(1)
    assert sqlite_teller.session.begin().date == DAY


def test_a_connection_that_cannot_even_be_rolled_back_is_replaced(sqlite_teller):
    session = sqlite_teller.session
    session.begin()
    session._connection.connection.dbapi_connection.close()
    session.rollback()
    assert session.begin().date == DAY


class OracleConnection:
    """The parts of a connection that are set when it is made."""

    def __init__(self):
        self.executed = []

    def cursor(self):
        return self

    def execute(self, words):
        self.executed.append(words)

    def close(self):
        pass


def test_oracle_is_asked_for_utc_and_impatience():
    engine = lane_engine(StoreSettings("oracle://host/?service_name=x", statement_timeout_ms=700))
    connection = OracleConnection()
    own = list(engine.pool.dispatch.connect)[-1]
    own(connection, None)
    assert connection.call_timeout == 700
    assert connection.executed == ["ALTER SESSION SET TIME_ZONE = 'UTC'"]
