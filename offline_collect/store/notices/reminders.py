"""Reminders of bills that are not paid: written to the outbox, each once, in short transactions.

A merchant's row is locked meanwhile: of two processes the second finds what the first has written.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import ColumnElement, Integer, ScalarSelect, and_, insert, literal, or_, select, update

from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.notices.reminders import Reminder
from offline_collect.domain.values import value
from offline_collect.store.database.types import Instant
from offline_collect.store.notices.events import bill_row_name, outbox_values, own_id, write_selected
from offline_collect.store.schema.notice_tables import notice_reminder_days, notice_reminders
from offline_collect.store.schema.tables import bills, merchants
from offline_collect.store.sql.scope import in_scope
from offline_collect.store.sql.transaction import StoreTransaction
from offline_collect.store.sql.visibility import in_effect

PAGE = 5_000
"""Rows of bills that one transaction looks at, and the rest of the last customer's."""

_OWN = bills.c


@value
class BillPage:
    """The bills of a range of a merchant's customers, by the customers' numbers: they are together in an index.

    Attributes:
        after: the customer after whom it begins; None for the first page.
        through: its last customer; None for the last page.
    """

    merchant_id: str
    after: str | None
    through: str | None

    @property
    def own(self) -> ColumnElement[bool]:
        """Whether a bill is on the page."""
        conditions = [_OWN.merchant_id == self.merchant_id]
        if self.after is not None:
            conditions.append(_OWN.customer_no > self.after)
        if self.through is not None:
            conditions.append(_OWN.customer_no <= self.through)
        return and_(*conditions)


def merchants_to_remind(tx: StoreTransaction, today: BusinessDate, *, again: bool) -> list[str]:
    """Return the merchants with notices on whose bills have not been looked at on a business day.

    Args:
        again: also those whose bills have been.
    """
    done = notice_reminder_days.c
    asked = (
        select(merchants.c.merchant_id)
        .outerjoin(notice_reminder_days, done.merchant_id == merchants.c.merchant_id)
        .where(merchants.c.notices == 1, in_scope(merchants.c.merchant_id, tx.scope))
        .order_by(merchants.c.merchant_id)
    )
    if not again:
        asked = asked.where(or_(done.reminded_on.is_(None), done.reminded_on < today))
    return list(tx.connection.execute(asked).scalars())


def next_page(tx: StoreTransaction, merchant_id: str, after: str | None, most: int = PAGE) -> BillPage:
    """Return the page of a merchant's bills that begins after a customer; None for the first."""
    start = BillPage(merchant_id, after, None)
    last = select(_OWN.customer_no).where(start.own).order_by(_OWN.customer_no).offset(most - 1).limit(1)
    return BillPage(merchant_id, after, tx.connection.execute(last).scalar())


def write_reminders(
    tx: StoreTransaction, page: BillPage, reminder: Reminder, today: BusinessDate, now: dt.datetime
) -> int:
    """Write a reminder of each unpaid bill of a page that has not had it; return how many.

    The transaction has locked the merchant.
    """
    name = bill_row_name() + literal(f":{reminder.days}")
    owed = _OWN.amount_minor - _OWN.paid_principal_minor + _OWN.late_fee_left_minor
    columns = outbox_values(reminder.kind, name, _OWN, owed, _OWN.currency, now)
    due = and_(page.own, _OWN.due_date.between(reminder.first, reminder.last), _reminded(reminder).is_(None))
    written = write_selected(tx, columns, bills, due, _payable(today))
    if written:
        # What was written is asked for, and not the bills again: a payment may have come between.
        done = select(
            _OWN.merchant_id,
            _OWN.bill_no,
            _OWN.due_date,
            literal(reminder.days, Integer()),
            literal(now, Instant()),
        ).where(due, own_id(columns[0]).is_not(None))
        names = notice_reminders.columns.keys()
        tx.connection.execute(insert(notice_reminders).from_select(names, done))
    return written


def set_reminded(tx: StoreTransaction, merchant_id: str, today: BusinessDate) -> None:
    """Record that all bills of a merchant, which the transaction has locked, have been looked at on a business day."""
    own = notice_reminder_days.c.merchant_id == merchant_id
    changed = tx.connection.execute(update(notice_reminder_days).where(own).values(reminded_on=today))
    if not changed.rowcount:
        row = {"merchant_id": merchant_id, "reminded_on": today}
        tx.connection.execute(insert(notice_reminder_days), row)


def _payable(today: BusinessDate) -> ColumnElement[bool]:
    """Return whether a bill can be paid on a business day, as far as a statement sees (``Bill.state``, ``opened``)."""
    unpaid = or_(_OWN.paid_principal_minor < _OWN.amount_minor, _OWN.late_fee_left_minor > 0)
    conditions: Sequence[ColumnElement[bool]] = (
        _OWN.mark.is_(None),
        unpaid,
        or_(_OWN.open_from.is_(None), _OWN.open_from <= today),
        or_(_OWN.expires_on.is_(None), _OWN.expires_on >= today),
        in_effect(bills),
    )
    return and_(*conditions)


def _reminded(reminder: Reminder) -> ScalarSelect[int]:
    """Return the days of a reminder of a bill if it was written before, else NULL: see ``own_id``."""
    done = notice_reminders.c
    same = (
        done.merchant_id == _OWN.merchant_id,
        done.bill_no == _OWN.bill_no,
        done.due_date == _OWN.due_date,
        done.days == reminder.days,
    )
    return select(done.days).where(*same).scalar_subquery()
