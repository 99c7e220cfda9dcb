"""The bills of a batch: marked while they are in it, and written as they are when they leave it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, null, select, update

from offline_collect.domain.bills import Bill, BillMark
from offline_collect.store.database.bulk_write import bulk_update
from offline_collect.store.schema.debit_tables import debit_records
from offline_collect.store.schema.tables import bills
from offline_collect.store.sql.row_mapping import BILL_CHANGES, bill_change
from offline_collect.store.sql.transaction import StoreTransaction

OVERTAKEN = ("superseded_by",)
"""A staged change of a bill that leaves its batch will not take effect."""


def live_bills(batch_no: str) -> Select[Any]:
    """Return the query of the rows of bills that are in a batch."""
    own = (debit_records.c.batch_no == batch_no, debit_records.c.live_bill.is_not(None))
    return select(debit_records.c.live_bill).where(*own)


def mark_bills(tx: StoreTransaction, batch_no: str) -> None:
    """Mark the bills of a batch, which the transaction has locked, as being in it."""
    marked = {"mark": BillMark.IN_BATCH.value, "superseded_by": null()}
    tx.connection.execute(update(bills).where(bills.c.bill_id.in_(live_bills(batch_no))).values(marked))


def leave_batch(tx: StoreTransaction, left: Sequence[Bill]) -> None:
    """Write bills, which the transaction has locked, as they are when they leave their batch."""
    rows: list[Any] = [(None, *bill_change(bill)) for bill in left]
    bulk_update(tx.connection, bills, ("mark", *BILL_CHANGES), ("bill_id",), rows, OVERTAKEN)
