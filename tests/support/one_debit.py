"""A bill in a batch of its own, for tests that need one and export none."""

import datetime as dt

from offline_collect.domain.bills import Dues
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.debits.batches import Batch, BatchState
from offline_collect.store import locked_bills
from offline_collect.store.debits.batch_bills import mark_bills
from offline_collect.store.debits.batches import add_batch, next_batch_no
from offline_collect.store.debits.records import NewRecord, OutRecord, add_records


def put_in_batch(tx, merchant_id: str, bill_no: str, day: BusinessDate, now: dt.datetime) -> None:
    """Put an open bill into a batch of ``day`` that waits for its result."""
    bill = locked_bills(tx, merchant_id, [bill_no])[bill_no]
    batch_no = next_batch_no(tx, day)
    asked = Dues(bill.amount_minor, 0)
    batch = Batch(
        batch_no=batch_no,
        merchant_id=merchant_id,
        institution="8801",
        business_date=day,
        collection_date=day,
        creditor_id=None,
        currency=bill.currency,
        record_count=1,
        total_minor=asked.payable_minor,
        state=BatchState.REGISTERED,
    )
    out = OutRecord(
        sequence=1,
        debit_account="6222000000001001",
        debit_bank=None,
        account_name="王小明",
        amount_minor=asked.payable_minor,
        bill_no=bill_no,
        customer_no=bill.customer_no,
        mandate_ref="XY1",
        mandate_date=None,
        remark=None,
    )
    add_batch(tx, batch, "ops", now)
    add_records(tx, batch_no, [NewRecord(out, bill, asked)])
    mark_bills(tx, batch_no)
