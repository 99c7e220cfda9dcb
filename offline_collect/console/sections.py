"""Which page of the navigation another page is behind, so that the navigation marks it."""

from __future__ import annotations

from collections.abc import Mapping

BEHIND: Mapping[str, str] = {
    "suspense": "/payments",
    "suspense-apply": "/payments",
    "suspense-refund": "/payments",
    "customer": "/customers",
    "customer-change": "/customers",
    "customer-new": "/customers",
    "mandate": "/customers",
    "mandate-cancel": "/customers",
    "mandate-resume": "/customers",
    "mandate-sign": "/customers",
    "mandate-suspend": "/customers",
    "mandates": "/customers",
    "bill": "/bills",
    "bill-change": "/bills",
    "bill-new": "/bills",
    "bill-paid": "/bills",
    "bill-paid-undo": "/bills",
    "bill-restore": "/bills",
    "bill-withdraw": "/bills",
    "bills-paid": "/bills",
    "mappings": "/imports",
    "merchant-new": "/merchants",
    "bank-files": "/day-end",
    "debit-batches": "/day-end",
    "debit-new": "/day-end",
    "differences": "/day-end",
    "payout-runs": "/day-end",
    "payouts": "/day-end",
    "consents": "/notices",
    "notice-cancel": "/notices",
    "notice-retry": "/notices",
    "numbers": "/notices",
    "opt-outs": "/notices",
    "templates": "/notices",
    "decode": "/links",
    "organisations": "/users",
}
"""By the first part of its path; a page that is not here begins as the one of the navigation does."""


def section_of(path: str) -> str:
    """Return the path of the page of the navigation that a page is, or is behind.

    Args:
        path: of the table of pages: ``/bill-change/{merchant}/{number}``.
    """
    first = path.strip("/").partition("/")[0]
    return BEHIND.get(first, f"/{first}")
