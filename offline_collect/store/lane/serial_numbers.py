"""The counter of serial numbers: taking numbers, and continuing safely after a restore.

Every backup has the counter, but not the numbers taken after the backup: a restored store would issue them a second
time, to other payments. Four checks prevent that a number names two payments. ``begin_epoch`` continues after every
number that a lost state can have issued. ``check_numbers`` refuses a counter that is behind the store's own rows.
``take_numbers`` checks the open day's numbers again for each block. A session refuses a store whose counter has gone
back behind the block that the session holds (``session``).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, String, cast, func, literal, select

from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.ledger.serials import (
    DATE_DIGITS,
    NUMBER_DIGITS,
    NUMBERS_END,
    epoch_of,
    next_epoch,
    number_of,
)
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.store.database.errors import SerialsBehindError, SerialsUsedUpError, StoreMissingError
from offline_collect.store.database.list_parameter import CODE, Columns, wanted, wanted_rows
from offline_collect.store.database.raw_select import read_rows
from offline_collect.store.schema.manual_posting_tables import office_postings
from offline_collect.store.schema.tables import (
    business_days,
    entries,
    payments,
    reversals,
    serial_counters,
    transactions,
)
from offline_collect.store.sql.row_mapping import day_from_row
from offline_collect.store.sql.statements import SERIAL_NUMBERS, Statements
from offline_collect.store.sql.transaction import StoreTransaction

NUMBERED = (
    payments.c.serial_number,
    reversals.c.serial_number,
    office_postings.c.serial_number,
    entries.c.posting,
)
"""Every column in which new serial numbers are stored; each is the first column of an index."""

_RANGES: Columns = {"low": CODE, "high": CODE}


def take_numbers(connection: Connection, statements: Statements, count: int) -> int:
    """Take ``count`` numbers in the caller's transaction and return the first.

    Raises:
        StoreMissingError: there is no counter.
        SerialsBehindError: the store contains numbers of the open day that the counter has not issued yet.
        SerialsUsedUpError: the counter is at its end.
    """
    first = _next_number(connection, statements)
    if first + count > NUMBERS_END:
        raise SerialsUsedUpError(
            Phrase(
                "the serial numbers are used up: none of {number_digits} digits is left; nothing can"
                " be posted",
                number_digits=NUMBER_DIGITS,
            )
        )
    days = read_rows(connection, statements.open_day, {})
    _refuse_behind(first, _last_number(connection, [day_from_row(day).date for day in days]))
    connection.execute(statements.take_numbers, {"counter": SERIAL_NUMBERS, "next": first + count})
    return first


def check_numbers(tx: StoreTransaction) -> None:
    """Check that the counter is past every number in the store.

    Raises:
        SerialsBehindError: it is not; the message names the command that corrects it.
        StoreMissingError: there is no counter.
    """
    _refuse_behind(_peek(tx.connection), _last_number(tx.connection, _all_days(tx.connection)))


@dataclass(frozen=True, slots=True)
class Epoch:
    """A new epoch of serial numbers, and the counter before it.

    Attributes:
        epoch: its number, the first digit after the business date.
        before: the number that the counter would have issued next.
        next_number: the number that it issues next now.
    """

    epoch: int
    before: int
    next_number: int


def begin_epoch(tx: StoreTransaction) -> Epoch:
    """Move the counter to the next epoch; call this once after each restore.

    Raises:
        SerialsUsedUpError: no epoch is left; nothing was changed.
        StoreMissingError: there is no counter.
    """
    before = _next_number(tx.connection, tx.statements)
    first = next_epoch(before, _last_number(tx.connection, _all_days(tx.connection)))
    if first is None:
        raise SerialsUsedUpError(
            Phrase(
                "the epochs of serial numbers, 0 to 9, are used up: nothing was changed. The business"
                " date is part of every number, so numbers stay unique if the store takes payments"
                " only on a later business day than any that was ever open in the lost state:"
                " offline-collect day cutover opens it"
            )
        )
    tx.connection.execute(tx.statements.take_numbers, {"counter": SERIAL_NUMBERS, "next": first})
    return Epoch(epoch_of(first), before, first)


@dataclass(frozen=True, slots=True)
class LastKnown:
    """The latest request in a store.

    Attributes:
        received_at: when it arrived; later requests are lost.
        serial_number: of its payment or reversal; None if nothing was posted.
        institution: the institution that sent it.
    """

    received_at: dt.datetime
    serial_number: str | None
    institution: str


def last_known(tx: StoreTransaction) -> LastKnown | None:
    """Return the latest request; None in a store without any. Reads all transactions: times have no index."""
    latest = select(func.max(transactions.c.received_at)).scalar_subquery()
    row = tx.connection.execute(
        select(transactions.c.received_at, transactions.c.serial_number, transactions.c.institution)
        .where(transactions.c.received_at == latest)
        .order_by(transactions.c.serial_number.desc())
        .limit(1)
    ).first()
    return None if row is None else LastKnown(*row)


def numbers_ahead() -> Select[Any]:
    """Return a query of the highest serial number that the counter has not issued yet; see ``invariants``."""
    counter = (
        select(cast(literal(NUMBERS_END) + serial_counters.c.next_number, String(NUMBER_DIGITS + 1)))
        .where(serial_counters.c.name == SERIAL_NUMBERS)
        .scalar_subquery()
    )
    # The counter as 12 digits: texts are compared, since a value that is not a number must not end the check.
    next_digits = func.substr(counter, 2)
    ahead = (
        select(column.label("serial_number")).where(func.substr(column, DATE_DIGITS + 1) >= next_digits)
        for column in NUMBERED
    )
    first, *others = ahead
    found = first.union_all(*others).subquery("ahead")
    return select(func.max(found.c.serial_number)).having(func.count() > 0)


@cache
def last_serials(dialect: str) -> Select[Any]:
    """Return the statement that finds the last serial number of each range, from the indexes alone."""
    rows = wanted_rows(dialect, _RANGES)
    return select(*(_last_in(column, rows.c.low, rows.c.high) for column in NUMBERED)).select_from(rows)


def _last_in(column: ColumnElement[str], low: ColumnElement[str], high: ColumnElement[str]) -> Any:
    return (
        select(func.max(column))
        .where(column >= low, column <= high)
        .correlate_except(column.table)
        .scalar_subquery()
    )


def _last_number(connection: Connection, days: Sequence[BusinessDate]) -> int:
    """Return the highest number in the store on some business days; -1 if there is none.

    Within one business day serial numbers sort in the order of their numbers.
    """
    ranges = [(f"{day.compact}{'0' * NUMBER_DIGITS}", f"{day.compact}{'9' * NUMBER_DIGITS}") for day in days]
    found = read_rows(connection, last_serials(connection.dialect.name), wanted(tuple(_RANGES), ranges))
    return max((number_of(serial) for row in found for serial in row if serial is not None), default=-1)


def _all_days(connection: Connection) -> list[BusinessDate]:
    return [
        BusinessDate.of(date) for date in connection.execute(select(business_days.c.business_date)).scalars()
    ]


def _next_number(connection: Connection, statements: Statements) -> int:
    """Return the counter's next number, locked."""
    return _found(connection.execute(statements.next_number, {"counter": SERIAL_NUMBERS}).scalar())


def _peek(connection: Connection) -> int:
    counter = serial_counters.c.name == SERIAL_NUMBERS
    return _found(connection.execute(select(serial_counters.c.next_number).where(counter)).scalar())


def _found(number: Any) -> int:
    if number is None:
        raise StoreMissingError(Phrase("there is no counter of serial numbers: run offline-collect init"))
    return int(number)


def _refuse_behind(next_number: int, last: int) -> None:
    if last >= next_number:
        raise SerialsBehindError(
            Phrase(
                "the store's counter of serial numbers ({next_number}) is behind the store's own"
                " payments (the last is {last}): it would give numbers out a second time. Was the"
                " store, or a part of it, restored from a backup? Stop all servers, then run"
                " offline-collect store restored; it says what must follow",
                next_number=next_number,
                last=last,
            )
        )
