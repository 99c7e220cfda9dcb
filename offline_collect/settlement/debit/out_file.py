"""What a batch's file says: the values of its header, records and trailer."""

from __future__ import annotations

from offline_collect.domain.bills import Bill
from offline_collect.domain.debits.batches import Batch
from offline_collect.files.fixed_width.layout import Values
from offline_collect.store.debits.records import OutRecord

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


def record_values(record: OutRecord) -> Values:
    """Return the values of a record."""
    return {
        "sequence": record.sequence,
        "debit_account": record.debit_account,
        "debit_bank": record.debit_bank,
        "account_name": record.account_name,
        "amount": record.amount_minor,
        "bill_no": record.bill_no,
        "customer_no": record.customer_no,
        "mandate_ref": record.mandate_ref,
        "mandate_date": record.mandate_date,
        "remark": record.remark,
    }


def remark_of(bill: Bill) -> str | None:
    """Return what the payer reads on his statement: what the bill is for, and its period."""
    parts = [part.strip() for part in (bill.description, bill.period) if part is not None]
    return " ".join(part for part in parts if part) or None
