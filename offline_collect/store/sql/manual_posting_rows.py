"""Rows of office_postings to postings and back, column by column in the table's order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from offline_collect.domain.ledger.manual_postings import OfficePosting, OfficePostingKind
from offline_collect.store.database.bulk_write import Row
from offline_collect.store.sql.row_mapping import business_date

_SETTLING = frozenset(
    {OfficePostingKind.UNDONE, OfficePostingKind.REFUNDED, OfficePostingKind.APPLIED},
)


def posting_row(posting: OfficePosting) -> Row:
    """Return a row of office_postings; one that takes a payment out of its state claims the payment."""
    return (
        posting.serial_number,
        posting.kind.value,
        posting.payment_serial,
        posting.merchant_id,
        posting.bill_no,
        posting.customer_no,
        posting.amount_minor,
        posting.currency,
        posting.principal_minor,
        posting.late_fee_minor,
        posting.waived_minor,
        posting.owed_principal_minor,
        posting.owed_late_fee_minor,
        posting.business_date,
        posting.posted_at,
        posting.who,
        posting.reason,
        posting.reference,
        posting.paid_on,
        posting.payment_serial if posting.kind in _SETTLING else None,
    )


def posting_from_row(row: Sequence[Any]) -> OfficePosting:
    """Read a row of office_postings."""
    values = list(row[:-1])
    values[1] = OfficePostingKind(values[1])
    values[13] = business_date(values[13])
    return OfficePosting(*values)
