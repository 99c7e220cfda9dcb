"""Rows of office_postings to postings and back, by the names of columns."""

from __future__ import annotations

from offline_collect.domain.ledger.manual_postings import ManualPosting, ManualPostingKind
from offline_collect.store.schema.manual_posting_tables import office_postings
from offline_collect.store.sql.by_name import Row, row_reader
from offline_collect.store.sql.row_mapping import business_date

_SETTLING = frozenset(
    {ManualPostingKind.UNDONE, ManualPostingKind.REFUNDED, ManualPostingKind.APPLIED},
)


def posting_row(posting: ManualPosting) -> Row:
    """Return a row of office_postings; a posting that ends a payment's state claims the payment."""
    return (
        posting.serial_number,
        str(posting.kind),
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
        posting.payment_line,
        posting.payment_serial if posting.kind in _SETTLING else None,
        posting.payment_line if posting.kind in _SETTLING else None,
    )


posting_from_row = row_reader(
    ManualPosting,
    office_postings.columns.keys(),
    {"kind": ManualPostingKind, "business_date": business_date},
)
"""Reads a row of office_postings."""
