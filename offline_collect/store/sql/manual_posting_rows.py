"""Rows of office_postings to postings and back, by the names of columns."""

from __future__ import annotations

from offline_collect.domain.ledger.manual_postings import OfficePosting, OfficePostingKind
from offline_collect.store.schema.manual_posting_tables import office_postings
from offline_collect.store.sql.by_name import Row, row_reader, row_writer
from offline_collect.store.sql.row_mapping import business_date

_SETTLING = frozenset(
    {OfficePostingKind.UNDONE, OfficePostingKind.REFUNDED, OfficePostingKind.APPLIED},
)


_SETTLES = office_postings.columns.keys().index("settles")
_values = row_writer(
    (column.name for column in office_postings.columns if column.name != "settles"), {"kind": str}
)


def posting_row(posting: OfficePosting) -> Row:
    """Return a row of office_postings; one that takes a payment out of its state claims the payment."""
    values = _values(posting)
    settled = posting.payment_serial if posting.kind in _SETTLING else None
    return (*values[:_SETTLES], settled, *values[_SETTLES:])


posting_from_row = row_reader(
    OfficePosting,
    office_postings.columns.keys(),
    {"kind": OfficePostingKind, "business_date": business_date},
)
"""Reads a row of office_postings."""
