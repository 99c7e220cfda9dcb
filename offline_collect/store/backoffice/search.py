"""Finding customers and bills: by parts of numbers and names, page by page, of any merchant.

Only rows in effect are found. Pages are in the order of numbers, each from the end of the page before, so that
every page costs the same. Parts of numbers and names are searched within one merchant's rows, of which a page may read
only some (``until``).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, and_, func, literal, or_, select

from offline_collect.domain.bills import Bill, BillMark, BillState
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.imports.period_spellings import period_spellings
from offline_collect.store.backoffice.customers import CustomerRecord, customer_record
from offline_collect.store.database.json import to_json
from offline_collect.store.schema.tables import bills, customers
from offline_collect.store.sql.reading_bounds import begins, last_to_read, unindexed
from offline_collect.store.sql.row_mapping import bill_from_row
from offline_collect.store.sql.transaction import StoreTransaction
from offline_collect.store.sql.visibility import Versioned, in_effect


@dataclass(frozen=True, slots=True)
class CustomerCriteria:
    """Search criteria for customers; None matches any.

    Attributes:
        number: a part of it, in any case; so are ``name`` and ``mobile``.
        inputs: whole normalised values, by the keys of the form's inputs.
        begin: what the number begins with, as it is written.
    """

    number: str | None = None
    name: str | None = field(default=None, repr=False)
    mobile: str | None = field(default=None, repr=False)
    inputs: Mapping[str, str] = field(default_factory=dict, repr=False)
    begin: str | None = None

    @property
    def narrows(self) -> bool:
        """Whether customers with numbers that begin so may not match."""
        return bool(self.number or self.name or self.mobile or self.inputs)

    def __bool__(self) -> bool:
        return self.narrows or bool(self.begin)


@dataclass(frozen=True, slots=True)
class BillCriteria:
    """Search criteria for bills; None matches any.

    Attributes:
        number: a part of it, in any case.
        customer: their customer's.
        due_from: first due date; None for the earliest.
        due_to: last due date; None for the latest.
        begin: what the number begins with, as it is written.
        customer_no: the whole number of their customer.
        customer_part: a part of it, in any case, by the bills alone.
    """

    number: str | None = None
    customer: CustomerCriteria = field(default_factory=CustomerCriteria)
    state: BillState | None = None
    period: str | None = None
    due_from: dt.date | None = None
    due_to: dt.date | None = None
    begin: str | None = None
    customer_no: str | None = None
    customer_part: str | None = None

    @property
    def narrows(self) -> bool:
        """Whether bills with numbers that begin so may not match."""
        texts = (self.number, self.state, self.period, self.due_from, self.due_to)
        others = (self.customer_no, self.customer_part)
        return bool(self.customer) or any(each is not None for each in (*texts, *others))


@dataclass(frozen=True, slots=True)
class FoundBill:
    """A bill with its customer's name; None if the customer does not exist."""

    bill: Bill
    customer_name: str | None = field(repr=False)


def is_there(tx: StoreTransaction, listed: Versioned, merchant_id: str, begin: str) -> bool:
    """Whether a merchant has a bill or customer, in effect, whose number begins so."""
    among = (listed.table.c.merchant_id == merchant_id, *begins(listed.number, begin))
    found = select(listed.number).where(*among, in_effect(listed.table)).limit(1)
    return tx.connection.execute(found).first() is not None


def last_number_to_read(
    tx: StoreTransaction,
    listed: Versioned,
    merchant_id: str,
    begin: str | None,
    after: str | None,
    most: int,
) -> str | None:
    """Return the number of the last of so many bills or customers of a merchant; None if there are no more.

    Args:
        begin: what their numbers begin with; None for all.
        after: as for :func:`find_customers`.
    """
    among = [listed.table.c.merchant_id == merchant_id]
    if begin is not None:
        among += begins(listed.number, begin)
    if after is not None:
        among.append(listed.number > after)
    place = last_to_read(tx, (listed.number,), among, most)
    return None if place is None else str(place[0])


def has_more_bills(tx: StoreTransaction, merchant_id: str, customer_no: str, most: int) -> bool:
    """Whether a customer has more bills than that."""
    own = (bills.c.merchant_id == merchant_id, bills.c.customer_no == customer_no)
    by_index = (bills.c.merchant_id, bills.c.customer_no, bills.c.due_date, bills.c.bill_no)
    beyond = select(bills.c.bill_no).where(*own).order_by(*by_index).offset(most).limit(1)
    return tx.connection.execute(beyond).first() is not None


def find_customers(
    tx: StoreTransaction,
    merchant_id: str,
    criteria: CustomerCriteria,
    after: str | None,
    most: int,
    *,
    until: str | None = None,
) -> list[CustomerRecord]:
    """Return a merchant's customers by number.

    Args:
        after: the number that the page comes after; None for the first page.
        most: customers of a page.
        until: the last number that the page reads; None for all.
    """
    page = select(customers).where(customers.c.merchant_id == merchant_id, *_customer_conditions(criteria))
    if after is not None:
        page = page.where(customers.c.customer_no > after)
    if until is not None:
        page = page.where(customers.c.customer_no <= until)
    rows = tx.connection.execute(page.order_by(customers.c.customer_no).limit(most))
    return [customer_record(row) for row in rows]


def find_bills(
    tx: StoreTransaction,
    merchant_id: str,
    criteria: BillCriteria,
    on: BusinessDate,
    after: str | None,
    most: int,
    *,
    until: str | None = None,
) -> list[FoundBill]:
    """Return a merchant's bills by number.

    Args:
        on: the business day for which states are given.
        after: the number that the page comes after; None for the first page.
        most: bills of a page.
        until: the last number that the page reads; None for all.
    """
    owner = and_(
        customers.c.merchant_id == bills.c.merchant_id,
        customers.c.customer_no == bills.c.customer_no,
        in_effect(customers),
    )
    page = (
        select(customers.c.name, bills)
        .outerjoin_from(bills, customers, owner)
        .where(bills.c.merchant_id == merchant_id, *_bill_conditions(criteria, merchant_id, on))
    )
    if after is not None:
        page = page.where(bills.c.bill_no > after)
    if until is not None:
        page = page.where(bills.c.bill_no <= until)
    # Few bills are of one customer: they are found by him, and then sorted.
    few = criteria.customer_no is not None and until is None
    rows = tx.connection.execute(
        page.order_by(unindexed(bills.c.bill_no) if few else bills.c.bill_no).limit(most)
    )
    return [FoundBill(bill_from_row(row[1:]), row[0]) for row in rows]


def _customer_conditions(criteria: CustomerCriteria) -> list[ColumnElement[bool]]:
    found = [in_effect(customers)]
    parts = (
        (customers.c.customer_no, criteria.number),
        (customers.c.name, criteria.name),
        (customers.c.mobile, criteria.mobile),
    )
    found += [_holds(column, part) for column, part in parts if part]
    if criteria.begin:
        found += begins(customers.c.customer_no, criteria.begin)
    for key, text in criteria.inputs.items():
        # Inputs are stored as one JSON text in a canonical form.
        found.append(customers.c.inputs.contains(to_json({key: text})[1:-1], autoescape=True))
    return found


def _bill_conditions(criteria: BillCriteria, merchant_id: str, on: BusinessDate) -> list[ColumnElement[bool]]:
    found = [in_effect(bills)]
    if criteria.number:
        found.append(_holds(bills.c.bill_no, criteria.number))
    if criteria.begin:
        found += begins(bills.c.bill_no, criteria.begin)
    if criteria.customer_no:
        found.append(bills.c.customer_no == criteria.customer_no)
    if criteria.customer_part:
        found.append(_holds(bills.c.customer_no, criteria.customer_part))
    if criteria.customer:
        owners = select(customers.c.customer_no).where(
            customers.c.merchant_id == merchant_id, *_customer_conditions(criteria.customer)
        )
        found.append(bills.c.customer_no.in_(owners))
    if criteria.state is not None:
        found.append(_in_state(criteria.state, on))
    if criteria.period is not None:
        found.append(bills.c.period.in_(period_spellings(criteria.period)))
    if criteria.due_from is not None:
        found.append(bills.c.due_date >= criteria.due_from)
    if criteria.due_to is not None:
        found.append(bills.c.due_date <= criteria.due_to)
    return found


def _holds(column: ColumnElement[str], part: str) -> ColumnElement[bool]:
    return func.upper(column).contains(part.upper(), autoescape=True)


def _in_state(state: BillState, on: BusinessDate) -> ColumnElement[bool]:
    """Return ``Bill.state`` in SQL."""
    if state.value in set(BillMark):
        return bills.c.mark == state.value
    owes = or_(bills.c.paid_principal_minor < bills.c.amount_minor, bills.c.late_fee_left_minor > 0)
    settled = and_(bills.c.paid_principal_minor >= bills.c.amount_minor, bills.c.late_fee_left_minor == 0)
    if state is BillState.PAID:
        return and_(bills.c.mark.is_(None), settled)
    if state is BillState.EXPIRED:
        return and_(bills.c.mark.is_(None), owes, bills.c.expires_on < on)
    touched = or_(bills.c.paid_principal_minor > literal(0), bills.c.paid_late_fee_minor > literal(0))
    untouched = and_(bills.c.paid_principal_minor == 0, bills.c.paid_late_fee_minor == 0)
    lives = or_(bills.c.expires_on.is_(None), bills.c.expires_on >= on)
    return and_(bills.c.mark.is_(None), owes, lives, touched if state is BillState.PARTIAL else untouched)
