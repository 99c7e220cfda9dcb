"""Customers, for the back office: whole rows, chunk by chunk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sqlalchemy import delete, select

from offline_collect.store.bulk import Row, bulk_insert, bulk_update
from offline_collect.store.customer_keys import latest_forms, write_keys
from offline_collect.store.documents import from_json, to_json
from offline_collect.store.merchants import require_merchant
from offline_collect.store.statements import PAIRS
from offline_collect.store.tables import customer_keys, customers
from offline_collect.store.transaction import StoreTransaction
from offline_collect.store.wanted import wanted

CHUNK_MAX = 1_000
"""Customers that are written at once."""

_NAMES = tuple(column.name for column in customers.columns)
_KEY = ("merchant_id", "customer_no")
_CHANGED = tuple(name for name in _NAMES if name not in _KEY)


class MandateStatus(StrEnum):
    """Whether a customer may be debited in a batch."""

    NONE = "NONE"
    ACTIVE = "ACTIVE"
    SUSPENDED = "SUSPENDED"


@dataclass(frozen=True, slots=True)
class CustomerRecord:
    """All that is kept of a customer; see files.md for what its columns mean.

    Attributes:
        inputs: normalised values of the form's inputs, by key.
        mandate_limit_minor: the most of one debit, in the merchant's currency.
    """

    customer_no: str
    name: str = field(repr=False)
    inputs: Mapping[str, str] = field(default_factory=dict, repr=False)
    mobile: str | None = field(default=None, repr=False)
    email: str | None = field(default=None, repr=False)
    app_user: str | None = field(default=None, repr=False)
    consent: bool = False
    debit_account: str | None = field(default=None, repr=False)
    account_name: str | None = field(default=None, repr=False)
    mandate_status: MandateStatus = MandateStatus.NONE
    mandate_ref: str | None = None
    mandate_limit_minor: int | None = None


class Change(StrEnum):
    """What an import does with a row."""

    NEW = "NEW"
    CHANGED = "CHANGED"
    UNCHANGED = "UNCHANGED"
    REFUSED = "REFUSED"


def put_customers(
    tx: StoreTransaction,
    merchant_id: str,
    chunk: Sequence[CustomerRecord],
) -> list[Change]:
    """Add or change customers, and what they are found by; return what was done with each.

    Args:
        chunk: at most :data:`CHUNK_MAX`, no number twice.

    Raises:
        NotThere: there is no such merchant.
    """
    assert len(chunk) <= CHUNK_MAX, "customers are written in chunks"
    # A form that is published meanwhile would not find the new customers.
    require_merchant(tx, merchant_id, lock=True)
    present = _present(tx, merchant_id, chunk)
    rows = [_row(merchant_id, record) for record in chunk]
    done = [_change(row, present.get(row[1])) for row in rows]
    new = [row for row, change in zip(rows, done, strict=True) if change is Change.NEW]
    changed = [row for row, change in zip(rows, done, strict=True) if change is Change.CHANGED]
    bulk_insert(tx.connection, customers, new)
    bulk_update(tx.connection, customers, _CHANGED, _KEY, [(*row[2:], *row[:2]) for row in changed])
    _write_keys(tx, merchant_id, chunk, done, [row[1] for row in changed])
    return done


def get_customer(tx: StoreTransaction, merchant_id: str, customer_no: str) -> CustomerRecord | None:
    """Return a customer; None if there is none of this number."""
    wanted_one = select(customers).where(
        customers.c.merchant_id == merchant_id,
        customers.c.customer_no == customer_no,
    )
    row = tx.connection.execute(wanted_one).first()
    return None if row is None else _record(row)


def _present(tx: StoreTransaction, merchant_id: str, chunk: Sequence[CustomerRecord]) -> dict[str, Row]:
    numbers = [(merchant_id, record.customer_no) for record in chunk]
    found = tx.connection.execute(tx.statements.customer_rows, wanted(tuple(PAIRS), numbers))
    return {row[1]: tuple(row) for row in found}


def _change(row: Row, present: Row | None) -> Change:
    if present is None:
        return Change.NEW
    return Change.UNCHANGED if row == present else Change.CHANGED


def _write_keys(
    tx: StoreTransaction,
    merchant_id: str,
    chunk: Sequence[CustomerRecord],
    done: Sequence[Change],
    changed: Sequence[str],
) -> None:
    if changed:
        tx.connection.execute(
            delete(customer_keys).where(
                customer_keys.c.merchant_id == merchant_id,
                customer_keys.c.customer_no.in_(changed),
            ),
        )
    touched = [
        (record.customer_no, record.inputs)
        for record, change in zip(chunk, done, strict=True)
        if change is not Change.UNCHANGED
    ]
    write_keys(tx, merchant_id, latest_forms(tx, merchant_id), touched)


def _row(merchant_id: str, record: CustomerRecord) -> Row:
    return (
        merchant_id,
        record.customer_no,
        record.name,
        # Sorted, so that equal inputs are equal texts.
        to_json(dict(sorted(record.inputs.items()))),
        record.mobile,
        record.email,
        record.app_user,
        int(record.consent),
        record.debit_account,
        record.account_name,
        record.mandate_status.value,
        record.mandate_ref,
        record.mandate_limit_minor,
    )


def _record(row: Any) -> CustomerRecord:
    (_, number, name, inputs, mobile, email, app_user, consent, account, account_name, status, *mandate) = row
    return CustomerRecord(
        number,
        name,
        from_json(inputs),
        mobile,
        email,
        app_user,
        bool(consent),
        account,
        account_name,
        MandateStatus(status),
        *mandate,
    )
