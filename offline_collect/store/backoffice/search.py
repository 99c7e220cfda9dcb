"""Finding customers and bills: by parts of numbers and names, page by page, of any merchant.

Only rows in effect are found. Pages are in the order of numbers, each from the end of the page before, so that
every page costs the same. Parts of numbers and names are searched within one merchant's rows.
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
from offline_collect.store.sql.row_mapping import bill_from_row
from offline_collect.store.sql.transaction import StoreTransaction
from offline_collect.store.sql.visibility import in_effect


@dataclass(frozen=True, slots=True)
class CustomerCriteria:
    """Search criteria for customers; None matches any.

    Attributes:
        number: a part of it, in any case; so are ``name`` and ``mobile``.
        inputs: whole normalised values, by the keys of the form's inputs.
    """

    number: str | None = None
    name: str | None = field(default=None, repr=False)
    mobile: str | None = field(default=None, repr=False)
    inputs: Mapping[str, str] = field(default_factory=dict, repr=False)

    def __bool__(self) -> bool:
        return bool(self.number or self.name or self.mobile or self.inputs)


@dataclass(frozen=True, slots=True)
class BillCriteria:
    """Search criteria for bills; None matches any.

    Attributes:
        number: a part of it, in any case.
        customer: the number of their customer.
        due_from: first due date; None for the earliest.
        due_to: last due date; None for the latest.
    """

    number: str | None = None
    customer: CustomerCriteria = field(default_factory=CustomerCriteria)
    state: BillState | None = None
    period: str | None = None
    due_from: dt.date | None = None
    due_to: dt.date | None = None


@dataclass(frozen=True, slots=True)
class FoundBill:
    """A bill with its customer's name; None if the customer does not exist."""

    bill: Bill
    customer_name: str | None = field(repr=False)


def find_customers(
    tx: StoreTransaction, merchant_id: str, criteria: CustomerCriteria, after: str | None, most: int
) -> list[CustomerRecord]:
    """Return a merchant's customers by number.

    Args:
        after: the number that the page comes after; None for the first page.
        most: customers of a page.
    """
    page = select(customers).where(customers.c.merchant_id == merchant_id, *_customer_conditions(criteria))
    if after is not None:
        page = page.where(customers.c.customer_no > after)
    rows = tx.connection.execute(page.order_by(customers.c.customer_no).limit(most))
    return [customer_record(row) for row in rows]


def find_bills(
    tx: StoreTransaction,
    merchant_id: str,
    criteria: BillCriteria,
    on: BusinessDate,
    after: str | None,
    most: int,
) -> list[FoundBill]:
    """Return a merchant's bills by number.

    Args:
        on: the business day for which states are given.
        after: the number that the page comes after; None for the first page.
        most: bills of a page.
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
    rows = tx.connection.execute(page.order_by(bills.c.bill_no).limit(most))
    return [FoundBill(bill_from_row(row[1:]), row[0]) for row in rows]


def _customer_conditions(criteria: CustomerCriteria) -> list[ColumnElement[bool]]:
    found = [in_effect(customers)]
    parts = (
        (customers.c.customer_no, criteria.number),
        (customers.c.name, criteria.name),
        (customers.c.mobile, criteria.mobile),
    )
    found += [_holds(column, part) for column, part in parts if part]
    for key, text in criteria.inputs.items():
        # Inputs are stored as one JSON text in a canonical form.
        found.append(customers.c.inputs.contains(to_json({key: text})[1:-1], autoescape=True))
    return found


def _bill_conditions(criteria: BillCriteria, merchant_id: str, on: BusinessDate) -> list[ColumnElement[bool]]:
    found = [in_effect(bills)]
    if criteria.number:
        found.append(_holds(bills.c.bill_no, criteria.number))
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
