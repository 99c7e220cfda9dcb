"""A merchant's business days in figures: from the ledger, and from its payments and reversals.

The two come from different tables and are compared before a merchant sees them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, and_, exists, func, select

from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.business_days.days import BusinessDay
from offline_collect.domain.commands import Tender
from offline_collect.domain.ledger.ledger import Account
from offline_collect.domain.ledger.manual_postings import ManualPostingKind
from offline_collect.domain.transactions import PaymentState
from offline_collect.store.reports.ledger_postings import (
    AT_ONCE,
    PostingKind,
    in_days,
    kind_of,
    postings,
    same_payment,
)
from offline_collect.store.schema.debit_tables import debit_records
from offline_collect.store.schema.manual_posting_tables import office_postings
from offline_collect.store.schema.payout_tables import settlement_entries
from offline_collect.store.schema.tables import business_days, entries, payments, reversals
from offline_collect.store.sql.row_mapping import business_date, day_from_row
from offline_collect.store.sql.transaction import StoreTransaction

_DATE_DIGITS = 8
_FOR_MERCHANT = payments.c.amount_minor - payments.c.payer_fee_minor
"""The part of a payment that is the merchant's, or in suspense: all but the payer's fee."""


@dataclass(frozen=True, slots=True)
class PostingSum:
    """Postings of one kind and day whose payments have the same amount and business date.

    Attributes:
        paid_on: the business date of the payments; a reversal may be later.
        amount_minor: of each payment.
        credited_minor: their total change of the amount owed to the merchant, by their entries.
        suspended_minor: their total change of the amount in suspense, likewise.
        collected_minor: their total change of the amount collected, likewise.
    """

    business_date: BusinessDate
    kind: PostingKind
    paid_on: BusinessDate
    amount_minor: int
    count: int
    credited_minor: int
    suspended_minor: int
    collected_minor: int


@dataclass(frozen=True, slots=True)
class Tally:
    """A count, and the total amount in minor units."""

    count: int = 0
    amount_minor: int = 0


def business_days_between(tx: StoreTransaction, first: BusinessDate, last: BusinessDate) -> list[BusinessDay]:
    """Return the business days from ``first`` to ``last``, the earliest first."""
    asked = (
        select(business_days)
        .where(business_days.c.business_date.between(first, last))
        .order_by(business_days.c.business_date)
    )
    return [day_from_row(row) for row in tx.connection.execute(asked)]


def posting_sums(
    tx: StoreTransaction, merchant_id: str, first: BusinessDate, last: BusinessDate
) -> Iterator[PostingSum]:
    """Yield the sums of a merchant's postings from ``first`` to ``last``, the earliest day first.

    Each amount has its own sum, so that the fee of each payment can be computed. The rows are streamed.
    """
    moved = postings(merchant_id, first, last).subquery("moved")
    # The kind becomes a column before the grouping: Oracle does not see that two expressions with parameters
    # are the same.
    one = (
        select(
            moved,
            kind_of(moved).label("kind"),
            payments.c.business_date.label("paid_on"),
            _FOR_MERCHANT.label("amount_minor"),
        )
        .join_from(moved, payments, same_payment(moved))
        .outerjoin(office_postings, office_postings.c.serial_number == moved.c.posting)
        .subquery("one")
    )
    like = (one.c.business_date, one.c.kind, one.c.paid_on, one.c.amount_minor)
    sums = (func.sum(one.c[name]).label(name) for name in ("credited", "suspended", "collected"))
    query = select(*like, func.count().label("postings"), *sums).group_by(*like).order_by(one.c.business_date)
    for row in tx.connection.execute(query.execution_options(yield_per=AT_ONCE)):
        yield PostingSum(
            business_date=business_date(row.business_date),
            kind=PostingKind(row.kind),
            paid_on=business_date(row.paid_on),
            amount_minor=row.amount_minor,
            count=row.postings,
            # Sums are decimals on PostgreSQL.
            credited_minor=int(row.credited),
            suspended_minor=int(row.suspended),
            collected_minor=int(row.collected),
        )


def owed_before(tx: StoreTransaction, merchant_id: str, first: BusinessDate) -> int:
    """Return the amount owed to the merchant when ``first`` began, by its own ledger account alone."""
    return _owed(tx, merchant_id, entries, entries.c.posting < first.compact) + _owed(
        tx, merchant_id, settlement_entries, settlement_entries.c.posting < first.compact
    )


def owed_more(tx: StoreTransaction, merchant_id: str, first: BusinessDate, last: BusinessDate) -> int:
    """Return the change of the amount owed to the merchant from ``first`` to ``last`` by its payments, likewise."""
    return _owed(tx, merchant_id, entries, in_days(entries.c.posting, first, last))


def settled_more(tx: StoreTransaction, merchant_id: str, first: BusinessDate, last: BusinessDate) -> int:
    """Return the change of the amount owed to the merchant by fees and payouts, likewise; negative for less."""
    return _owed(tx, merchant_id, settlement_entries, in_days(settlement_entries.c.posting, first, last))


def payment_tallies(
    tx: StoreTransaction, merchant_id: str, first: BusinessDate, last: BusinessDate
) -> dict[BusinessDate, Tally]:
    """Return the payments of a merchant's days in the payments table, by business date."""
    of_days = and_(payments.c.merchant_id == merchant_id, in_days(payments.c.serial_number, first, last))
    return _tallies(tx, _tally(payments).where(of_days))


def reversal_tallies(
    tx: StoreTransaction, merchant_id: str, first: BusinessDate, last: BusinessDate
) -> dict[BusinessDate, Tally]:
    """Return the reversals of a merchant's days, from the reversals and the payments that they undid.

    A payment undone as it was posted has no row in the reversals (``in_totals``), nor has a debit that came back.
    """
    applied = (
        # By the amounts of the payments: a reversal's own is that of all lines.
        _tally(reversals)
        .join_from(reversals, payments, payments.c.serial_number == reversals.c.applied_to)
        .where(payments.c.merchant_id == merchant_id, in_days(reversals.c.serial_number, first, last))
    )
    at_once = _tally(payments).where(
        payments.c.merchant_id == merchant_id,
        in_days(payments.c.serial_number, first, last),
        payments.c.in_totals == 0,
        # Those of batches count in no totals either; they come back on a day of their own.
        payments.c.tender.not_in([Tender.OUTSIDE.value, Tender.BATCH.value]),
        payments.c.state == PaymentState.REVERSED.value,
        # What reconciliation posted counts in no totals either; it is reversed like others.
        ~exists().where(
            office_postings.c.payment_serial == payments.c.serial_number,
            office_postings.c.kind == ManualPostingKind.RECEIVED.value,
        ),
    )
    found = _tallies(tx, applied)
    contras = _tallies(tx, _contras(merchant_id, first, last))
    returned = _returned(tx, merchant_id, first, last)
    for on, tally in (*_tallies(tx, at_once).items(), *contras.items(), *returned.items()):
        known = found.get(on, Tally())
        found[on] = Tally(known.count + tally.count, known.amount_minor + tally.amount_minor)
    return found


def _returned(
    tx: StoreTransaction, merchant_id: str, first: BusinessDate, last: BusinessDate
) -> dict[BusinessDate, Tally]:
    """Return the debits that came back, by the day of their return, which its serial number begins with."""
    own = debit_records.c
    one = (
        select(
            func.substr(own.return_serial, 1, _DATE_DIGITS).label("day"), _FOR_MERCHANT.label("amount_minor")
        )
        .join_from(debit_records, payments, payments.c.serial_number == own.payment_serial)
        .where(own.merchant_id == merchant_id, in_days(own.return_serial, first, last))
        .subquery("one")
    )
    query = select(one.c.day, func.count(), func.sum(one.c.amount_minor)).group_by(one.c.day)
    return {
        BusinessDate.parse(day): Tally(count, int(amount))
        for day, count, amount in tx.connection.execute(query)
    }


def _contras(merchant_id: str, first: BusinessDate, last: BusinessDate) -> Select[Any]:
    """Return the payments that reconciliation has taken back."""
    own = office_postings.c
    taken_back = and_(payments.c.serial_number == own.payment_serial, payments.c.line == own.payment_line)
    return (
        _tally(office_postings)
        .join_from(office_postings, payments, taken_back)
        .where(
            own.merchant_id == merchant_id,
            own.kind == ManualPostingKind.CONTRA.value,
            in_days(own.serial_number, first, last),
        )
    )


def office_tallies(
    tx: StoreTransaction, merchant_id: str, first: BusinessDate, last: BusinessDate
) -> dict[tuple[BusinessDate, ManualPostingKind], Tally]:
    """Return the manual postings of a merchant's days."""
    of = office_postings.c
    like = (of.business_date, of.kind)
    query = (
        select(*like, func.count(), func.sum(of.amount_minor))
        .where(of.merchant_id == merchant_id, in_days(of.serial_number, first, last))
        .group_by(*like)
    )
    return {
        (business_date(on), ManualPostingKind(kind)): Tally(count, int(amount))
        for on, kind, count, amount in tx.connection.execute(query)
    }


def _tally(table: Any) -> Select[Any]:
    on = table.c.business_date
    return select(on, func.count(), func.sum(_FOR_MERCHANT)).group_by(on)


def _tallies(tx: StoreTransaction, query: Select[Any]) -> dict[BusinessDate, Tally]:
    return {
        business_date(on): Tally(count, int(amount)) for on, count, amount in tx.connection.execute(query)
    }


def _owed(tx: StoreTransaction, merchant_id: str, table: Table, when: ColumnElement[bool]) -> int:
    """Return the amount owed to a merchant less the amount that it collected itself."""
    own = table.c.account.in_([Account.PAYABLE.value, Account.OUTSIDE.value])
    total = select(func.sum(table.c.amount_minor)).where(own, table.c.owner == merchant_id, when)
    return -int(tx.connection.execute(total).scalar() or 0)
