"""Views and searches of customers; personal data is masked for users without SEE_PERSONAL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.access.roles import Permission
from offline_collect.merchant.access.masking import sees_personal
from offline_collect.merchant.entry.customers import describe_customer, require_customer
from offline_collect.merchant.entry.search import READ_ALL, CustomerSearch, Reading
from offline_collect.store import (
    CustomerRecord,
    SqlStore,
    StoreTransaction,
    find_customers,
    open_day,
    require_merchant,
)
from offline_collect.store.backoffice.mandates import decisions_about, mandate_of
from offline_collect.store.sql.visibility import CUSTOMERS


@dataclass(frozen=True, slots=True)
class CustomerPage:
    """Customers by number.

    Attributes:
        customers: each as a document, with personal data as the user may see it.
        following: number after which the next page starts; None on the last page.
        read_to: number at which the page ended without being full, as it had read enough; None otherwise.
        begins: whether only numbers were looked for that begin with the search's number.
    """

    customers: Sequence[Mapping[str, Any]] = field(repr=False)
    following: str | None
    read_to: str | None = None
    begins: bool = False


def view_customer(store: SqlStore, merchant_id: str, customer_no: str, actor: Actor) -> dict[str, Any]:
    """Return a customer as a document, with its merchant.

    Raises:
        NotPermittedError: the actor may not look.
        NotFoundError, UnknownCustomerError: there is no such merchant or customer.
    """
    actor.require(Permission.VIEW)
    with store.snapshot() as reading:
        merchant = require_merchant(reading, merchant_id)
        customer = require_customer(reading, merchant_id, customer_no)
        states = _mandate_states(reading, merchant_id, [customer])
    described = describe_customer(customer, merchant.currency, masked=not sees_personal(actor))
    return {"merchant": f"{merchant.merchant_id} {merchant.name}", **described, **states[0]}


def search_customers(
    store: SqlStore,
    merchant_id: str,
    search: CustomerSearch,
    actor: Actor,
    after: str | None,
    most: int,
    *,
    reading: Reading = READ_ALL,
) -> CustomerPage:
    """Return a page of a merchant's customers.

    Args:
        reading: how much of the list a page may read.

    Raises:
        NotPermittedError: the actor may not search, or not by personal data.
        SearchInputError: the form has no such input, or refuses the value.
        NotFoundError, NoFormError: there is no such merchant, or it has no form.
    """
    search.require(actor)
    with store.snapshot() as tx:
        currency = require_merchant(tx, merchant_id).currency
        criteria, until = search.criteria(tx, merchant_id), None
        if reading.ends:
            number, begin = reading.number(tx, CUSTOMERS, merchant_id, criteria.number)
            criteria = replace(criteria, number=number, begin=begin)
            until = reading.last(tx, CUSTOMERS, merchant_id, criteria, after)
        found = find_customers(tx, merchant_id, criteria, after, most + 1, until=until)
        states = _mandate_states(tx, merchant_id, found[:most])
    masked = not sees_personal(actor)
    shown = [
        {**describe_customer(each, currency, masked=masked), **state}
        for each, state in zip(found, states, strict=False)
    ]
    full = len(found) > most
    return CustomerPage(
        shown,
        found[most - 1].customer_no if full else until,
        None if full else until,
        begins=criteria.begin is not None,
    )


def _mandate_states(
    reading: StoreTransaction, merchant_id: str, customers: Sequence[CustomerRecord]
) -> list[dict[str, str]]:
    """Return the state of each customer's mandate on the open business day; nothing for one without."""
    day = open_day(reading)
    references = {each.mandate_ref for each in customers if each.mandate_ref is not None}
    decisions = decisions_about(reading, merchant_id, references)
    states: list[dict[str, str]] = []
    for each in customers:
        if each.mandate_ref is None or day is None:
            states.append({})
        else:
            terms = mandate_of(each.mandate_ref, each, decisions.get(each.mandate_ref))
            states.append({"mandate": terms.state(day.date).value})
    return states
