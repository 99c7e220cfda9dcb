"""Views and searches of customers; personal data is masked for users without SEE_PERSONAL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.access.roles import Permission
from offline_collect.merchant.access.masking import sees_personal
from offline_collect.merchant.entry.customers import describe_customer, require_customer
from offline_collect.merchant.entry.search import CustomerSearch
from offline_collect.store import SqlStore, find_customers, require_merchant


@dataclass(frozen=True, slots=True)
class CustomerPage:
    """Customers by number.

    Attributes:
        customers: each as a document, with personal data as the user may see it.
        following: number after which the next page starts; None on the last page.
    """

    customers: Sequence[Mapping[str, Any]] = field(repr=False)
    following: str | None


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
    described = describe_customer(customer, merchant.currency, masked=not sees_personal(actor))
    return {"merchant": f"{merchant.merchant_id} {merchant.name}", **described}


def search_customers(
    store: SqlStore, merchant_id: str, search: CustomerSearch, actor: Actor, after: str | None, most: int
) -> CustomerPage:
    """Return a page of a merchant's customers.

    Raises:
        NotPermittedError: the actor may not search, or not by personal data.
        SearchInputError: the form has no such input, or refuses the value.
        NotFoundError, NoFormError: there is no such merchant, or it has no form.
    """
    search.require(actor)
    with store.snapshot() as reading:
        currency = require_merchant(reading, merchant_id).currency
        criteria = search.criteria(reading, merchant_id)
        found = find_customers(reading, merchant_id, criteria, after, most + 1)
    masked = not sees_personal(actor)
    shown = [describe_customer(each, currency, masked=masked) for each in found[:most]]
    return CustomerPage(shown, found[most - 1].customer_no if len(found) > most else None)
