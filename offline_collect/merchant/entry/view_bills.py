"""Views and searches of bills; names are masked for users without SEE_PERSONAL."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.bills import Bill, BillState
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.ledger.manual_postings import ManualPosting
from offline_collect.domain.merchants import Merchant
from offline_collect.domain.texts.near import nearest
from offline_collect.domain.transactions import PostedPayment
from offline_collect.merchant.access.masking import name_shown
from offline_collect.merchant.common.errors import UnknownBillError
from offline_collect.merchant.entry.search import READ_ALL, CustomerSearch, Reading, refuse_long
from offline_collect.store import (
    BillCriteria,
    FoundBill,
    SqlStore,
    StoreTransaction,
    bill_details,
    find_bills,
    get_customer,
    postings_on_bill,
    require_merchant,
    require_open_day,
)
from offline_collect.store.backoffice.bills import bills_near
from offline_collect.store.backoffice.search import has_more_bills
from offline_collect.store.sql.visibility import BILLS


@dataclass(frozen=True, slots=True)
class BillSearch:
    """The criteria of a search for bills; None matches any.

    Attributes:
        number: a part of it, in any case.
        customer: their customer.
        due_from: first due date; None for the earliest.
        due_to: last due date; None for the latest.
    """

    number: str | None = None
    customer: CustomerSearch = field(default_factory=CustomerSearch)
    state: BillState | None = None
    period: str | None = None
    due_from: dt.date | None = None
    due_to: dt.date | None = None


@dataclass(frozen=True, slots=True)
class BillPage:
    """Bills by number, as they are on the open business day.

    Attributes:
        found: each with its customer's name, as the user may see it.
        following: number after which the next page starts; None on the last page.
        read_to: number at which the page ended without being full, as it had read enough; None otherwise.
        begins: whether only numbers were looked for that begin with the search's number.
    """

    merchant: Merchant
    on: BusinessDate
    found: Sequence[FoundBill]
    following: str | None
    read_to: str | None = None
    begins: bool = False


@dataclass(frozen=True, slots=True)
class BillView:
    """A bill with its payments, as it is on the open business day.

    Attributes:
        customer_name: as the user may see it; None if the customer is missing.
        by_hand: postings by hand on it.
    """

    merchant: Merchant
    on: BusinessDate
    bill: Bill
    customer_name: str | None = field(repr=False)
    payments: Sequence[PostedPayment]
    by_hand: Sequence[ManualPosting]


def view_bill(store: SqlStore, merchant_id: str, bill_no: str, actor: Actor) -> BillView:
    """Return a bill.

    Raises:
        NotPermittedError: the actor may not look.
        NotFoundError, UnknownBillError: there is no such merchant or bill.
        StoreMissingError: no business day is open.
    """
    actor.require(Permission.VIEW)
    with store.snapshot() as reading:
        merchant = require_merchant(reading, merchant_id)
        details = bill_details(reading, merchant_id, bill_no)
        if details is None:
            near = bills_near(reading, merchant_id, bill_no)
            raise UnknownBillError(merchant_id, bill_no, nearest(bill_no, near))
        by_hand = postings_on_bill(reading, merchant_id, bill_no)
        day = require_open_day(reading)
    customer = details.customer
    name = None if customer is None else name_shown(customer.name, actor)
    return BillView(
        merchant=merchant,
        on=day.date,
        bill=details.bill,
        customer_name=name,
        payments=details.payments,
        by_hand=by_hand,
    )


def search_bills(
    store: SqlStore,
    merchant_id: str,
    search: BillSearch,
    actor: Actor,
    after: str | None,
    most: int,
    *,
    reading: Reading = READ_ALL,
) -> BillPage:
    """Return a page of a merchant's bills.

    Args:
        reading: how much of the list a page may read.

    Raises:
        NotPermittedError: the actor may not search, or not by personal data.
        SearchInputError: the form has no such input, or refuses the value.
        NotFoundError, NoFormError: there is no such merchant, or it has no form.
        StoreMissingError: no business day is open.
    """
    search.customer.require(actor)
    with store.snapshot() as tx:
        merchant = require_merchant(tx, merchant_id)
        day = require_open_day(tx)
        refuse_long(search.number, search.period)
        criteria = BillCriteria(
            number=search.number,
            customer=search.customer.criteria(tx, merchant_id),
            state=search.state,
            period=search.period,
            due_from=search.due_from,
            due_to=search.due_to,
        )
        until = None
        if reading.ends:
            criteria, known = _bounded(tx, merchant_id, criteria, reading)
            until = reading.last(tx, BILLS, merchant_id, criteria, after) if not known else None
        found = find_bills(tx, merchant_id, criteria, day.date, after, most + 1, until=until)
    full = len(found) > most
    return BillPage(
        merchant=merchant,
        on=day.date,
        found=[_shown(each, actor) for each in found[:most]],
        following=found[most - 1].bill.bill_no if full else until,
        read_to=None if full else until,
        begins=criteria.begin is not None,
    )


def _bounded(
    tx: StoreTransaction, merchant_id: str, criteria: BillCriteria, reading: Reading
) -> tuple[BillCriteria, bool]:
    """Return criteria that ranges of indexes serve, as far as they can, and whether one of them bounds the search."""
    number, begin = reading.number(tx, BILLS, merchant_id, criteria.number)
    bounded, owner = replace(criteria, number=number, begin=begin), criteria.customer.number
    if owner is None:
        return bounded, False
    # A bill has its customer's number, so customers need not be searched.
    alone = replace(bounded, customer=replace(criteria.customer, number=None))
    if get_customer(tx, merchant_id, owner) is None:
        return replace(alone, customer_part=owner), False
    return replace(alone, customer_no=owner), not has_more_bills(tx, merchant_id, owner, reading.most)


def _shown(found: FoundBill, actor: Actor) -> FoundBill:
    name = found.customer_name
    return replace(found, customer_name=name and name_shown(name, actor))
