"""What a batch's file says: the values of its header, records and trailer."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from offline_collect.domain.bills import Bill
from offline_collect.domain.debits.batches import Batch
from offline_collect.files.fixed_width.layout import Values
from offline_collect.files.fixed_width.plain_lines import Columns
from offline_collect.store.debits.records import OutRecord, OutRow

OUT_LAYOUT = "debit-out"
RESULT_LAYOUT = "debit-result"
RETURN_LAYOUT = "debit-return"


def header_values(batch: Batch) -> Values:
    """Return the values of a batch's header."""
    return {
        "institution": batch.institution,
        "merchant_id": batch.merchant_id,
        "batch_no": batch.batch_no,
        "business_date": batch.business_date,
        "collection_date": batch.collection_date,
        "creditor_id": batch.creditor_id,
        "count": batch.record_count,
        "total": batch.total_minor,
        "currency": batch.currency,
    }


RECORD_KEYS = (
    "sequence",
    "debit_account",
    "debit_bank",
    "account_name",
    "amount",
    "bill_no",
    "customer_no",
    "mandate_ref",
    "mandate_date",
    "remark",
)
"""The fields of a record, in the order of ``OutRecord``."""


def record_values(record: OutRecord) -> Values:
    """Return the values of a record."""
    return dict(zip(RECORD_KEYS, record, strict=True))


def record_columns(records: Sequence[OutRow]) -> Columns:
    """Return the values of records, at least one, by field."""
    return dict(zip(RECORD_KEYS, zip(*records, strict=True), strict=True))


def remark_of(bill: Bill) -> str | None:
    """Return what the payer reads on his statement: what the bill is for, and its period."""
    return _remark(bill.description, bill.period)


@lru_cache(maxsize=1024)
def _remark(description: str | None, period: str | None) -> str | None:
    """Return it; many bills have the same."""
    parts = [part.strip() for part in (description, period) if part is not None]
    return " ".join(part for part in parts if part) or None
