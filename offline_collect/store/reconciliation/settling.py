"""Days that end: what they miss, their merchants' sums, and the change of their state, once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, case, func, insert, select, update

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.access.audit import Subject, SubjectType
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.business_days.days import DayState
from offline_collect.domain.business_days.life import LIFE, DayEvent
from offline_collect.domain.reconciliation.settlement import MerchantDay
from offline_collect.domain.transactions import ReversalOutcome
from offline_collect.store.backoffice.audit import append_audit
from offline_collect.store.reports.ledger_postings import (
    AT_ONCE,
    PostingKind,
    in_days,
    kind_of,
    postings,
    same_payment,
)
from offline_collect.store.schema.manual_posting_tables import office_postings
from offline_collect.store.schema.reconciliation_tables import recon_files, settled_days, settlements
from offline_collect.store.schema.tables import business_days, entries, payments, reversals
from offline_collect.store.sql.row_mapping import business_date
from offline_collect.store.sql.transaction import StoreTransaction


class PostedSum(NamedTuple):
    """A merchant's postings of one kind whose payments have the same amount and business date."""

    merchant_id: str
    kind: PostingKind
    paid_on: BusinessDate
    amount_minor: int
    times: int


def missing_institutions(tx: StoreTransaction, day: BusinessDate) -> list[str]:
    """Return the institutions that a day counts payments or reversals of, without a file of it in force."""
    own, back = payments.c, reversals.c
    paid = (own.business_date == day, own.in_totals == 1)
    taken_back = (back.business_date == day, back.outcome == ReversalOutcome.APPLIED.value)
    there = {*_each(tx, own.institution, paid), *_each(tx, back.institution, taken_back)}
    in_force = select(recon_files.c.institution).where(
        recon_files.c.business_date == day, recon_files.c.in_force == 1
    )
    return sorted(there - set(tx.connection.execute(in_force).scalars()))


def _each(
    tx: StoreTransaction, column: ColumnElement[str], among: Sequence[ColumnElement[bool]]
) -> Iterator[str]:
    """Yield each value of an index's next column once: one look for each, however many rows have it."""
    found = tx.connection.execute(select(func.min(column)).where(*among)).scalar()
    while found is not None:
        yield found
        found = tx.connection.execute(select(func.min(column)).where(*among, column > found)).scalar()


def earlier_unsettled(tx: StoreTransaction, day: BusinessDate) -> bool:
    """Whether a day before ``day`` is not settled. Before the first settlement, only days with postings count."""
    own = business_days.c
    settled = tx.connection.execute(
        select(func.max(own.business_date)).where(own.state == DayState.SETTLED.value)
    ).scalar()
    if settled is None:
        # Serial numbers begin with their business date.
        before = select(entries.c.posting).where(entries.c.posting < day.compact).limit(1)
        return tx.connection.execute(before).first() is not None
    between = and_(own.business_date > settled, own.business_date < day)
    return bool(tx.connection.execute(select(func.count()).where(between)).scalar_one())


def is_first(tx: StoreTransaction) -> bool:
    """Whether no day was settled yet."""
    return tx.connection.execute(select(settled_days.c.business_date).limit(1)).first() is None


def posted_sums(tx: StoreTransaction, day: BusinessDate) -> Iterator[PostedSum]:
    """Yield the sums of all merchants' postings of a day, by merchant; the rows are streamed."""
    moved = postings(None, day, day).subquery("moved")
    amount = payments.c.amount_minor - payments.c.payer_fee_minor
    one = (
        select(
            payments.c.merchant_id,
            kind_of(moved).label("kind"),
            payments.c.business_date.label("paid_on"),
            amount.label("amount_minor"),
        )
        .join_from(moved, payments, same_payment(moved))
        .outerjoin(office_postings, office_postings.c.serial_number == moved.c.posting)
        .subquery("one")
    )
    like = (one.c.merchant_id, one.c.kind, one.c.paid_on, one.c.amount_minor)
    asked = select(*like, func.count()).group_by(*like).order_by(one.c.merchant_id)
    for merchant_id, kind, paid_on, minor, count in tx.connection.execute(
        asked.execution_options(yield_per=AT_ONCE)
    ):
        yield PostedSum(merchant_id, PostingKind(kind), business_date(paid_on), minor, count)


def put_settlements(tx: StoreTransaction, day: BusinessDate, rows: Sequence[MerchantDay]) -> None:
    """Store merchants' sums of a day."""
    if rows:
        tx.connection.execute(insert(settlements), [_row(day, row) for row in rows])


def _row(day: BusinessDate, row: MerchantDay) -> dict[str, object]:
    return {
        "business_date": day,
        "merchant_id": row.merchant_id,
        "currency": row.currency,
        "paid": row.paid,
        "gross_minor": row.gross_minor,
        "reversed": row.reversed,
        "reversals_minor": row.reversals_minor,
        "fees_minor": row.fees_minor,
        "net_minor": row.net_minor,
    }


def settlements_of(
    tx: StoreTransaction, day: BusinessDate, after: str | None = None, most: int | None = None
) -> list[MerchantDay]:
    """Return merchants' sums of a settled day, by merchant.

    Args:
        after: the merchant that the first one comes after; None for the first of all.
        most: how many at most; None for all.
    """
    own = settlements.c
    asked = select(*_SUMS).where(own.business_date == day).order_by(own.merchant_id).limit(most)
    if after is not None:
        asked = asked.where(own.merchant_id > after)
    return [MerchantDay(**row._asdict()) for row in tx.connection.execute(asked)]


def settlement_of(tx: StoreTransaction, day: BusinessDate, merchant_id: str) -> MerchantDay | None:
    """Return a merchant's sums of a day; None if the day is not settled, or has none of it."""
    own = settlements.c
    asked = select(*_SUMS).where(own.business_date == day, own.merchant_id == merchant_id)
    row = tx.connection.execute(asked).first()
    return None if row is None else MerchantDay(**row._asdict())


_SUMS = [column for column in settlements.columns if column.name not in {"business_date", "net_minor"}]


def hold_days(tx: StoreTransaction) -> None:
    """Take the days exclusively until the transaction ends: no batch, cutover or settlement goes on beside it."""
    if tx.connection.dialect.name != "sqlite":
        tx.connection.execute(tx.statements.close_days)


def move_day(
    tx: StoreTransaction, day: BusinessDate, event: DayEvent, actor: Actor, after: object, now: dt.datetime
) -> bool:
    """Change the state of a day, and audit it; return False and do nothing if it is in another state."""
    step = LIFE[event]
    (source,) = step.sources
    own = business_days.c
    changed = update(business_days).where(own.business_date == day, own.state == source.value)
    if not tx.connection.execute(changed.values(state=step.target.value)).rowcount:
        return False
    subject = Subject(SubjectType.DAY, str(day))
    append_audit(tx, actor, _ACTIONS[event], subject, {"state": source.value}, after, now)
    return True


_ACTIONS = {DayEvent.RECONCILED: "day reconcile", DayEvent.SETTLED: "day settle"}


def seal_day(tx: StoreTransaction, day: BusinessDate, who: str, now: dt.datetime) -> None:
    """Keep what a day's ledger holds, before it is SETTLED."""
    debit = func.sum(case((entries.c.amount_minor > 0, entries.c.amount_minor), else_=0))
    own = in_days(entries.c.posting, day, day)
    count, debits = tx.connection.execute(select(func.count(), debit).where(own)).one()
    row = {
        "business_date": day,
        "entries": count,
        "debits_minor": int(debits or 0),
        "who": who,
        "settled_at": now,
    }
    tx.connection.execute(insert(settled_days), row)


def settled_by(tx: StoreTransaction, day: BusinessDate) -> str | None:
    """Return who has settled a day; None if nobody has."""
    asked = select(settled_days.c.who).where(settled_days.c.business_date == day)
    return tx.connection.execute(asked).scalar()
