"""Manual postings: the same facts, locks and effects as a lane's, in the caller's transaction.

Locks are taken in the lanes' order: the business day, transactions, payments, bills. So a manual posting and
a terminal's reversal of one payment run one after the other, and the later one sees the result of the first.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, literal_column, or_, select

from offline_collect.domain.commands import Tender
from offline_collect.domain.effects import Effects
from offline_collect.domain.facts import Facts, Wants
from offline_collect.domain.ledger.manual_postings import ManualPosting
from offline_collect.domain.transactions import PaymentState, PostedPayment
from offline_collect.store.database.bounded_cache import BoundedCache
from offline_collect.store.database.bulk_write import BulkWrites, bulk_insert
from offline_collect.store.database.list_parameter import wanted, wanted_rows
from offline_collect.store.lane.load_facts import Loader
from offline_collect.store.lane.serial_numbers import take_numbers
from offline_collect.store.lane.write_effects import write_effects
from offline_collect.store.schema.manual_posting_tables import office_postings
from offline_collect.store.schema.tables import bills, merchants, payments
from offline_collect.store.sql.business_days import require_open_day
from offline_collect.store.sql.manual_posting_rows import posting_from_row, posting_row
from offline_collect.store.sql.row_locks import HOLD_DAY
from offline_collect.store.sql.row_mapping import payment_from_row
from offline_collect.store.sql.scope import in_scope
from offline_collect.store.sql.statements import PAIRS
from offline_collect.store.sql.transaction import StoreTransaction
from offline_collect.store.store import SqlStore

_LINE_DIGITS = 3
_NO_PAGES = 1
"""Manual postings load no pages of bills or merchants."""


def take_serial_numbers(store: SqlStore, count: int) -> int:
    """Take ``count`` serial numbers in a separate transaction and return the first; gaps are allowed.

    Raises:
        StoreError: the store cannot be reached, the counter is busy, or it is behind the store's own payments.
    """
    with store.transaction() as tx:
        return take_numbers(tx.connection, tx.statements, count)


def hold_day(tx: StoreTransaction) -> Facts:
    """Hold the open business day against cutover; return facts that contain only this day.

    Raises:
        StoreMissingError: no day is open.
    """
    if tx.connection.dialect.name != "sqlite":
        tx.connection.exec_driver_sql(HOLD_DAY)
    return Facts(require_open_day(tx))


def lock_facts(tx: StoreTransaction, wants: Wants, facts: Facts) -> None:
    """Load the wanted rows into ``facts``, locked until the transaction ends.

    Raises:
        ConflictError: a lock was not granted in time.
    """
    _loader(tx, locks=True).load(tx.connection, wants, facts)
    _hide(tx, facts)


def read_facts(tx: StoreTransaction, wants: Wants) -> Facts:
    """Return the wanted rows on the open business day, without locks.

    Raises:
        StoreMissingError: no day is open.
    """
    facts = Facts(require_open_day(tx))
    _loader(tx, locks=False).load(tx.connection, wants, facts)
    _hide(tx, facts)
    return facts


def _loader(tx: StoreTransaction, *, locks: bool) -> Loader:
    """Return a loader that keeps nothing: the transaction may have written what it loads, and may be rolled back."""
    return Loader(tx.statements, _NO_PAGES, BoundedCache(0), locks=locks)


def _hide(tx: StoreTransaction, facts: Facts) -> None:
    """Remove merchants and bills outside the transaction's scope from the facts."""
    if tx.scope.whole:
        return
    asked = {*facts.merchants, *(merchant_id for merchant_id, _ in facts.bills)}
    seen = select(merchants.c.merchant_id).where(
        merchants.c.merchant_id.in_(sorted(asked)), in_scope(merchants.c.merchant_id, tx.scope)
    )
    hidden = asked.difference(tx.connection.execute(seen).scalars())
    facts.merchants.update(dict.fromkeys(hidden & facts.merchants.keys()))
    facts.bills.update(dict.fromkeys(key for key in facts.bills if key[0] in hidden))


def write_postings(tx: StoreTransaction, decisions: Sequence[tuple[ManualPosting, Effects]]) -> None:
    """Write the decisions, as if one after the other."""
    write_effects(BulkWrites(tx.connection), [effects for _, effects in decisions])
    bulk_insert(tx.connection, office_postings, [posting_row(posting) for posting, _ in decisions])


def find_payment(tx: StoreTransaction, serial_number: str) -> PostedPayment | None:
    """Return a payment without a lock; None if none in scope has this serial number, with its line after the first."""
    own = _named(serial_number)
    if own is None:
        return None
    seen = in_scope(payments.c.merchant_id, tx.scope)
    row = tx.connection.execute(select(payments).where(own, seen)).first()
    return None if row is None else payment_from_row(row)


def _named(name: str) -> ColumnElement[bool] | None:
    """Whether a payment is called so: ``SERIAL``, ``SERIAL/2``; None if none can be."""
    serial_number, slash, line = name.partition("/")
    if not serial_number or (slash and not (line.isascii() and line.isdigit() and len(line) <= _LINE_DIGITS)):
        return None
    return and_(payments.c.serial_number == serial_number, payments.c.line == int(line or 1))


_IN_SUSPENSE = payments.c.state == literal_column(f"'{PaymentState.SUSPENSE.value}'")
"""As part of the statement: SQLite takes an index of some rows only if the statement itself says that it wants those."""


def suspended_payments(
    tx: StoreTransaction, merchant_id: str | None, after: str | None, most: int
) -> list[PostedPayment]:
    """Return payments in suspense in the order of their serial numbers, which is by business date.

    Args:
        merchant_id: None for all merchants'.
        after: the name of the payment that the page comes after; None for the first page.
        most: payments of a page.
    """
    seen = in_scope(payments.c.merchant_id, tx.scope)
    page = select(payments).where(_IN_SUSPENSE, seen)
    if merchant_id is not None:
        page = page.where(payments.c.merchant_id == merchant_id)
    if after is not None:
        serial_number, _, line = after.partition("/")
        later = int(line) if line.isascii() and line.isdigit() else 1
        page = page.where(
            or_(
                payments.c.serial_number > serial_number,
                and_(payments.c.serial_number == serial_number, payments.c.line > later),
            )
        )
    rows = tx.connection.execute(page.order_by(payments.c.serial_number, payments.c.line).limit(most))
    return [payment_from_row(row) for row in rows]


def postings_on_bill(tx: StoreTransaction, merchant_id: str, bill_no: str) -> list[ManualPosting]:
    """Return the manual postings to a bill, oldest first."""
    found = (
        select(office_postings)
        .where(office_postings.c.merchant_id == merchant_id, office_postings.c.bill_no == bill_no)
        .order_by(office_postings.c.posted_at, office_postings.c.serial_number)
    )
    return [posting_from_row(row) for row in tx.connection.execute(found)]


def taken_references(
    tx: StoreTransaction, merchant_id: str, bill_numbers: Iterable[str]
) -> dict[tuple[str, str], str]:
    """Return the serial numbers of bills' payments at the office in force, by bill number and reference."""
    asked = wanted(tuple(PAIRS), ((merchant_id, number) for number in bill_numbers))
    rows = tx.connection.execute(outside_references(tx.connection.dialect.name), asked)
    return {(row[0], row[1]): row[2] for row in rows}


def bills_in_flight(store: SqlStore, merchant_id: str, bill_numbers: Iterable[str]) -> list[str]:
    """Return the bills that are locked now, by number; none on SQLite, which locks no rows."""
    with store.transaction() as tx:
        dialect = tx.connection.dialect.name
        if dialect == "sqlite":
            return []
        asked = wanted(tuple(PAIRS), ((merchant_id, number) for number in set(bill_numbers)))
        held = {row[0]: row[1] for row in tx.connection.execute(bill_rows(dialect), asked)}
        for bill_id, _ in tx.connection.execute(free_bill_rows(dialect), asked):
            held.pop(bill_id, None)
    return sorted(set(held.values()))


@cache
def outside_references(dialect: str) -> Select[Any]:
    """Return the query of references of payments at the office in force, of the bills in a list."""
    asked = wanted_rows(dialect, PAIRS)
    same_bill = and_(payments.c.merchant_id == asked.c.m, payments.c.bill_no == asked.c.k)
    own = office_postings.c.serial_number == payments.c.serial_number
    return (
        select(payments.c.bill_no, office_postings.c.reference, payments.c.serial_number)
        .join_from(asked, payments, same_bill)
        .join(office_postings, own)
        .where(
            payments.c.tender == Tender.OUTSIDE.value,
            payments.c.state == PaymentState.APPROVED.value,
        )
    )


@cache
def bill_rows(dialect: str) -> Select[Any]:
    """Return the query of the rows of bills in a list, with any standing."""
    asked = wanted_rows(dialect, PAIRS)
    same_bill = and_(bills.c.merchant_id == asked.c.m, bills.c.bill_no == asked.c.k)
    return select(bills.c.bill_id, bills.c.bill_no).join_from(asked, bills, same_bill)


@cache
def free_bill_rows(dialect: str) -> Select[Any]:
    """Return the query of those rows that no transaction has locked; it locks them."""
    return bill_rows(dialect).with_for_update(of=bills.c.bill_id, skip_locked=True)
