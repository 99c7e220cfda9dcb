"""Records of debit batches: written and changed many at once, read as a stream."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, NamedTuple

from sqlalchemy import null, select, update

from offline_collect.domain.bills import Bill, Dues
from offline_collect.domain.debits.batches import DebitRecord, RecordState
from offline_collect.domain.effects import Effects
from offline_collect.domain.values import value
from offline_collect.store.database.bulk_write import BulkWrites, bulk_insert, bulk_update
from offline_collect.store.debits.batch_bills import live_bills
from offline_collect.store.lane.write_effects import write_effects, write_postings
from offline_collect.store.schema.debit_tables import debit_records
from offline_collect.store.schema.tables import bills
from offline_collect.store.sql.transaction import StoreTransaction

AT_ONCE = 1_000
"""Records that are read or written together."""

CORE_SERIAL_MOST = 32
"""The longest number of a debit at the bank that a user may give; files of fixed width have no longer ones."""

_OVERTAKEN = ("superseded_by",)


class OutRecord(NamedTuple):
    """A record as the bank's file has it.

    Attributes:
        remark: what the payer reads on his statement; None for nothing.
    """

    sequence: int
    debit_account: str
    debit_bank: str | None
    account_name: str
    amount_minor: int
    bill_no: str
    customer_no: str
    mandate_ref: str
    mandate_date: dt.date | None
    remark: str | None

    def __repr__(self) -> str:
        """Show no account and no name."""
        return f"{type(self).__name__}(sequence={self.sequence}, bill_no={self.bill_no!r})"


@value
class NewRecord:
    """A record to be stored, with its bill and what this owes."""

    out: OutRecord
    bill: Bill
    asked: Dues


@value
class RecordChange:
    """What a result or a return changes of a record.

    Attributes:
        bill_id: the bill's row if it leaves the batch; None if it stays, or had left it.
    """

    record: DebitRecord
    state: RecordState
    return_code: str | None
    settled_minor: int
    core_serial: str | None
    reason: str | None
    retry_on: dt.date | None
    payment_serial: str | None
    live_bill: int | None


@dataclass(frozen=True, slots=True)
class ReturnChange:
    """What changes of a record whose debit came back."""

    record: DebitRecord
    state: RecordState
    return_code: str
    return_serial: str
    retry_on: dt.date | None


def add_records(tx: StoreTransaction, batch_no: str, records: Sequence[NewRecord]) -> None:
    """Store records, whose bills the transaction has locked; :func:`~offline_collect.store.debits.batch_bills.mark_bills` follows the last ones."""
    out_state = RecordState.OUT.value
    rows = [
        (
            batch_no,
            sequence,
            bill.merchant_id,
            bill_no,
            customer_no,
            asked.principal_minor,
            asked.late_fee_minor,
            mandate_ref,
            mandate_date,
            account,
            bank,
            name,
            remark,
            out_state,
            bill.bill_id,
            *_NO_RESULT,
        )
        for (
            sequence,
            account,
            bank,
            name,
            _,
            bill_no,
            customer_no,
            mandate_ref,
            mandate_date,
            remark,
        ), bill, asked in map(_parts, records)
    ]
    bulk_insert(tx.connection, debit_records, rows)


_NO_RESULT = (None,) * 9
_parts = attrgetter("out", "bill", "asked")


def open_bills_again(tx: StoreTransaction, bill_ids: Iterable[int]) -> None:
    """Take the mark off bills that leave their batch; the transaction has locked them."""
    rows = [(None, bill_id) for bill_id in bill_ids]
    bulk_update(tx.connection, bills, ("mark",), ("bill_id",), rows, _OVERTAKEN)


def cancel_records(tx: StoreTransaction, batch_no: str) -> None:
    """Open the bills of a batch that is cancelled, and end its records."""
    own = debit_records.c.batch_no == batch_no
    live = bills.c.bill_id.in_(live_bills(batch_no))
    opened = update(bills).where(live).values(mark=null(), superseded_by=null())
    tx.connection.execute(opened)
    ended = {"state": RecordState.CANCELLED.value, "live_bill": null()}
    tx.connection.execute(
        update(debit_records).where(own, debit_records.c.state == RecordState.OUT.value).values(ended)
    )


def write_postings_of_debits(tx: StoreTransaction, effects: Sequence[Effects]) -> None:
    """Write payments of debits and what reverses them; the transaction has locked their bills."""
    write_effects(BulkWrites(tx.connection), effects)


def write_postings_of_results(tx: StoreTransaction, effects: Sequence[Effects]) -> None:
    """Write payments of debits without what they change of bills; these follow as they leave their batch."""
    write_postings(BulkWrites(tx.connection), effects)


# In the order of the table's columns: a statement of SQLite is filled by place.
RESULT_COLUMNS = (
    "state",
    "live_bill",
    "return_code",
    "settled_minor",
    "core_serial",
    "reason",
    "retry_on",
    "payment_serial",
)
"""What a result changes of a record."""


def change_records(tx: StoreTransaction, changes: Sequence[RecordChange]) -> None:
    """Write what a result changes of records."""
    rows = [
        (
            each.state.value,
            each.live_bill,
            each.return_code,
            each.settled_minor,
            each.core_serial,
            each.reason,
            each.retry_on,
            each.payment_serial,
            each.record.batch_no,
            each.record.sequence,
        )
        for each in changes
    ]
    bulk_update(tx.connection, debit_records, RESULT_COLUMNS, ("batch_no", "sequence"), rows)


def return_records(tx: StoreTransaction, changes: Sequence[ReturnChange]) -> None:
    """Write what changes of records whose debits came back."""
    changed = ("state", "return_code", "retry_on", "return_serial")
    rows = [
        (
            each.state.value,
            each.return_code,
            each.retry_on,
            each.return_serial,
            each.record.batch_no,
            each.record.sequence,
        )
        for each in changes
    ]
    bulk_update(tx.connection, debit_records, changed, ("batch_no", "sequence"), rows)


OutRow = Sequence[Any]
"""The values of an :class:`OutRecord`, in its order."""


def out_records(tx: StoreTransaction, batch_no: str) -> Iterator[Sequence[OutRow]]:
    """Yield the records of a batch in their order, as its file has them, many at once; memory does not grow with it."""
    row = debit_records.c
    found = (
        select(
            row.sequence,
            row.debit_account,
            row.debit_bank,
            row.account_name,
            (row.principal_minor + row.late_fee_minor).label("amount_minor"),
            row.bill_no,
            row.customer_no,
            row.mandate_ref,
            row.mandate_date,
            row.remark,
        )
        .where(row.batch_no == batch_no)
        .order_by(row.sequence)
    )
    assert tuple(found.selected_columns.keys()) == OutRecord._fields, "a row is read by place"
    rows = tx.connection.execute(found.execution_options(yield_per=AT_ONCE))
    yield from rows.partitions()
