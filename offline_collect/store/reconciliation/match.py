"""The join of a front-end processor's rows with our day: the database finds what is not plainly alike.

Of a million rows that agree, none is read. What comes back is decided by ``domain/reconciliation/classes``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    FromClause,
    Row,
    Select,
    and_,
    case,
    exists,
    func,
    literal_column,
    or_,
    select,
    union_all,
    update,
)

from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.reconciliation.items import ItemEvent
from offline_collect.domain.transactions import ReversalOutcome
from offline_collect.store.database.statistics import gather_statistics, give_memory
from offline_collect.store.schema.reconciliation_tables import recon_items, recon_keys, recon_rows
from offline_collect.store.schema.tables import payments, reversals, transactions
from offline_collect.store.sql.transaction import StoreTransaction

_AT_ONCE = 1_000
_ZERO: ColumnElement[int] = literal_column("0")
_ONE: ColumnElement[int] = literal_column("1")


@dataclass(frozen=True, slots=True)
class Compared:
    """What is compared: a file's rows and a day of its institution.

    Attributes:
        neighbours: the files in force of the days before and after it.
    """

    file_id: int
    institution: str
    business_date: BusinessDate
    neighbours: Sequence[int]

    @property
    def files(self) -> list[int]:
        """All files that are looked at."""
        return [self.file_id, *self.neighbours]


def prepare_join(tx: StoreTransaction) -> None:
    """Let the database look at the rows that were just staged, before they are joined with our day's."""
    gather_statistics(
        tx.connection, (recon_rows, recon_keys), (payments, transactions, reversals, recon_items)
    )


def begin_join(tx: StoreTransaction) -> None:
    """Give the joins of a transaction, which is to look only, what they need."""
    give_memory(tx.connection)


def unlike_rows(tx: StoreTransaction, compared: Compared) -> Iterator[Row[Any]]:
    """Yield their rows that are not plainly alike on our side, by line, with what we have under their keys."""
    return _streamed(tx, _unlike(compared))


def _unlike(compared: Compared) -> Select[Any]:
    theirs, reversed_too = recon_rows, recon_keys.alias("reversing")
    paired = exists().where(
        reversed_too.c.match_key == theirs.c.match_key,
        reversed_too.c.reverses == _ONE,
        _of(reversed_too, compared.files),
    )
    repeats = _repeats(compared)
    # Few keys are there twice; only their rows are looked at one by one.
    plain = and_(_alike(compared), or_(theirs.c.match_key.not_in(_keys_there_twice(compared)), ~repeats))
    first_line = and_(payments.c.serial_number == transactions.c.serial_number, payments.c.line == _ONE)
    return (
        select(
            theirs,
            case((repeats, _ONE), else_=_ZERO).label("repeats"),
            case((paired, _ONE), else_=_ZERO).label("paired"),
            transactions.c.key.label("seen_key"),
            transactions.c.amount_minor.label("ours_minor"),
            payments.c.serial_number,
            payments.c.key.label("payment_key"),
            payments.c.business_date.label("ours_date"),
            payments.c.in_totals,
            payments.c.state,
            payments.c.currency,
            reversals.c.serial_number.label("reversal"),
            reversals.c.business_date.label("reversed_on"),
            reversals.c.amount_minor.label("reversed_minor"),
        )
        .outerjoin_from(theirs, transactions, transactions.c.key == theirs.c.match_key)
        .outerjoin(payments, first_line)
        .outerjoin(reversals, reversals.c.applied_to == payments.c.serial_number)
        .where(theirs.c.file_id == compared.file_id)
        .where(case((plain, _ZERO), else_=_ONE) == _ONE)
        .order_by(theirs.c.line)
    )


def _repeats(compared: Compared) -> ColumnElement[bool]:
    """Whether a row repeats an earlier one of its file, or one of a neighbouring day."""
    theirs, earlier, near = recon_rows, recon_keys.alias("earlier"), recon_keys.alias("near")
    in_file = exists().where(
        earlier.c.file_id == compared.file_id, _same(earlier, theirs), earlier.c.line < theirs.c.line
    )
    return or_(in_file, exists().where(_of(near, compared.neighbours), _same(near, theirs)))


def _keys_there_twice(compared: Compared) -> CompoundSelect[tuple[str]]:
    keys, own, near = recon_keys.alias("grouped"), recon_keys.alias("own"), recon_keys.alias("near")
    in_file = (
        select(keys.c.match_key)
        .where(keys.c.file_id == compared.file_id)
        .group_by(keys.c.match_key, keys.c.reverses)
        .having(func.count() > _ONE)
    )
    in_neighbours = (
        select(own.c.match_key)
        .join_from(own, near, _same(near, own))
        .where(own.c.file_id == compared.file_id, _of(near, compared.neighbours))
    )
    return union_all(in_file, in_neighbours)


def _same(one: FromClause, other: FromClause) -> ColumnElement[bool]:
    """Whether two rows are of the same payment, both for it or both against it."""
    return and_(one.c.match_key == other.c.match_key, one.c.reverses == other.c.reverses)


def _alike(compared: Compared) -> ColumnElement[bool]:
    """Whether our side counts a row on the same day with the same amount, and nothing was posted about it."""
    theirs = recon_rows
    paid = and_(
        theirs.c.reverses == _ZERO,
        payments.c.in_totals == _ONE,
        payments.c.business_date == compared.business_date,
        transactions.c.amount_minor == theirs.c.amount_minor,
    )
    taken_back = and_(
        theirs.c.reverses == _ONE,
        reversals.c.business_date == compared.business_date,
        reversals.c.amount_minor == theirs.c.amount_minor,
    )
    posted = exists().where(
        recon_items.c.match_key == theirs.c.match_key, recon_items.c.event == ItemEvent.POSTED.value
    )
    # A row of a repeat with a key of its own names its payment too, but not by the payment's key.
    return and_(payments.c.key == theirs.c.match_key, paid | taken_back, ~posted)


def listed_keys(tx: StoreTransaction, compared: Compared, keys: Sequence[str], *, reverses: bool) -> set[str]:
    """Return those keys that the files have rows under."""
    found = set[str]()
    for first in range(0, len(keys), _AT_ONCE // 2):
        asked = select(recon_keys.c.match_key).where(
            recon_keys.c.match_key.in_(keys[first : first + _AT_ONCE // 2]),
            recon_keys.c.reverses == int(reverses),
            _of(recon_keys, compared.files),
        )
        found.update(tx.connection.execute(asked).scalars())
    return found


def counted_keys(
    tx: StoreTransaction, compared: Compared, keys: Sequence[str], *, reverses: bool
) -> dict[str, int]:
    """Return those payments' keys that our day counts, or whose reversals it counts, with the amounts."""
    found: dict[str, int] = {}
    own_line = and_(payments.c.serial_number == transactions.c.serial_number, payments.c.line == _ONE)
    query = select(transactions.c.key, transactions.c.amount_minor).join_from(
        transactions, payments, own_line
    )
    if reverses:
        on = reversals.c.business_date == compared.business_date
        query = query.join(reversals, reversals.c.applied_to == payments.c.serial_number).where(on)
    else:
        on = payments.c.business_date == compared.business_date
        query = query.where(on, payments.c.in_totals == _ONE)
    for first in range(0, len(keys), _AT_ONCE // 2):
        among = transactions.c.key.in_(keys[first : first + _AT_ONCE // 2])
        found.update((key, amount) for key, amount in tx.connection.execute(query.where(among)))
    return found


def rename_rows(tx: StoreTransaction, file_id: int, keys: Mapping[tuple[str, int], str]) -> None:
    """Put rows of repeats, by key and line, under the keys of the payments that they name, for the neighbouring days."""
    for (former, line), key in keys.items():
        for table in (recon_rows, recon_keys):
            own = (table.c.file_id == file_id, table.c.match_key == former, table.c.line == line)
            tx.connection.execute(update(table).where(*own).values(match_key=key))


def unlisted_payments(tx: StoreTransaction, compared: Compared) -> Iterator[Row[Any]]:
    """Yield our payments of the day that no file has under their keys, by serial number."""
    listed = exists().where(
        recon_keys.c.match_key == payments.c.key,
        recon_keys.c.reverses == _ZERO,
        _of(recon_keys, compared.files),
    )
    return _streamed(
        tx,
        select(payments, transactions.c.amount_minor.label("ours_minor"))
        .join_from(payments, transactions, transactions.c.key == payments.c.key)
        .where(
            payments.c.business_date == compared.business_date,
            payments.c.institution == compared.institution,
            payments.c.in_totals == _ONE,
            payments.c.line == _ONE,
            ~listed,
        )
        .order_by(payments.c.serial_number),
    )


def unlisted_reversals(tx: StoreTransaction, compared: Compared) -> Iterator[Row[Any]]:
    """Yield our applied reversals of the day that no file has under their payments' keys, by serial number."""
    listed = exists().where(
        recon_keys.c.match_key == payments.c.key,
        recon_keys.c.reverses == _ONE,
        _of(recon_keys, compared.files),
    )
    return _streamed(
        tx,
        select(
            reversals.c.serial_number.label("reversal"),
            reversals.c.key.label("message_key"),
            reversals.c.amount_minor.label("ours_minor"),
            payments,
        )
        .join_from(
            reversals,
            payments,
            and_(payments.c.serial_number == reversals.c.applied_to, payments.c.line == _ONE),
        )
        .where(
            reversals.c.business_date == compared.business_date,
            reversals.c.institution == compared.institution,
            reversals.c.outcome == ReversalOutcome.APPLIED.value,
            ~listed,
        )
        .order_by(reversals.c.serial_number),
    )


def _of(rows: FromClause, files: Sequence[int]) -> ColumnElement[bool]:
    """Whether a row is of one of some files."""
    return rows.c.file_id.in_(files)


def _streamed(tx: StoreTransaction, query: Select[Any]) -> Iterator[Row[Any]]:
    yield from tx.connection.execute(query.execution_options(yield_per=_AT_ONCE))
