"""A connection's pipeline to PostgreSQL; only where PostgreSQL is used is this module, and the driver, loaded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import count
from select import POLLIN, POLLOUT, poll
from typing import Any

import psycopg
from psycopg.adapt import Transformer
from psycopg.errors import error_from_result
from psycopg.pq import ConnStatus, ExecStatus, TransactionStatus
from psycopg.pq.abc import PGresult

from offline_collect.store.database.round_trip import Statement

_DONE = frozenset({ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK})


class Pipeline:
    """Sends statements together, and keeps what every round trip needs: names of plans, readers of values.

    The driver's transactions keep their isolation level for as long as the connection lasts.
    """

    def __init__(self, driver: psycopg.Connection[Any]) -> None:
        self._pgconn = driver.pgconn
        self._begin = _begin(driver)
        self._names: dict[bytes, bytes] = {}
        self._serial = count()
        self._reader = Transformer(driver)
        self._answered = poll()
        self._answered.register(self._pgconn.socket, POLLIN)

    def round_trip(self, statements: Iterable[Statement], done: list[PGresult] | None) -> list[PGresult]:
        """See :func:`~offline_collect.store.database.round_trip.round_trip`."""
        results = [] if done is None else done
        pgconn = self._pgconn
        begin = [self._begin] if pgconn.transaction_status == TransactionStatus.IDLE else []
        pgconn.enter_pipeline_mode()
        sent = [self._send(each) for each in (*begin, *statements)]
        pgconn.pipeline_sync()
        self._flush()
        failure = self._receive(sent, results)
        pgconn.exit_pipeline_mode()
        del results[: len(begin)]
        if failure is not None:
            raise error_from_result(failure)
        return results

    def rows(self, result: PGresult) -> Sequence[tuple[Any, ...]]:
        """Return the rows of a result, with the values that the driver's cursor would return."""
        if not result.ntuples:
            return ()
        self._reader.set_pgresult(result)
        return self._reader.load_rows(0, result.ntuples, tuple)

    def _send(self, statement: Statement) -> bytes | None:
        """Send a statement; return its text if its plan is made first, which has a result of its own."""
        if not statement.kept:
            self._pgconn.send_query_params(statement.sql, statement.values)
            return None
        name = self._names.get(statement.sql)
        made = None
        if name is None:
            made, name = statement.sql, b"lane_%d" % next(self._serial)
            self._pgconn.send_prepare(name, made)
            self._names[made] = name
        self._pgconn.send_query_prepared(name, statement.values)
        return made

    def _receive(self, sent: Iterable[bytes | None], results: list[PGresult]) -> PGresult | None:
        """Receive all results up to the end of the round trip; return the first failure."""
        failure: PGresult | None = None
        take, pass_end = self._take, self._pgconn.get_result
        for made in sent:
            if made is not None:
                plan = take()
                pass_end()
                if plan.status not in _DONE:
                    del self._names[made]
                    failure = self._first(failure, plan)
            result = take()
            # Behind each statement's result libpq gives None, without waiting.
            pass_end()
            if result.status not in _DONE:
                failure = self._first(failure, result)
            elif failure is None:
                results.append(result)
        take()
        return failure

    def _take(self) -> PGresult:
        """Wait for a result without Python's lock, which libpq's own wait would hold."""
        pgconn = self._pgconn
        while pgconn.is_busy():
            self._answered.poll()
            pgconn.consume_input()
        result = pgconn.get_result()
        if result is None:
            raise psycopg.OperationalError("the connection is lost")
        return result

    def _first(self, failure: PGresult | None, another: PGresult) -> PGresult:
        """Return the first failure; after one that has ended the connection nothing more can be received."""
        if self._pgconn.status == ConnStatus.BAD:
            raise error_from_result(another)
        return failure or another

    def _flush(self) -> None:
        """Send what the socket has not taken yet; meanwhile PostgreSQL may wait until its results are read.

        ``select`` would refuse a descriptor over 1,023, and a server with many connections has such.
        """
        while self._pgconn.flush():
            ready = poll()
            ready.register(self._pgconn.socket, POLLIN | POLLOUT)
            if ready.poll()[0][1] != POLLOUT:
                self._pgconn.consume_input()


def _begin(driver: psycopg.Connection[Any]) -> Statement:
    level = driver.isolation_level
    words = "BEGIN" if level is None else f"BEGIN ISOLATION LEVEL {level.name.replace('_', ' ')}"
    return Statement((words + (" READ ONLY" if driver.read_only else "")).encode(), kept=True)
