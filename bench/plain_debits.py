"""The comparison for batch debits: a file's bytes plainly written or read, and each change as one statement."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from data import DUE, INSTITUTION, MERCHANT, NOW, TODAY
from sqlalchemy import bindparam, text

from offline_collect.store import SqlStore, StoreSettings, open_store
from offline_collect.store.database.types import Day, Instant

_BATCH = "20261122999999"
_VALUES = {"batch": _BATCH, "merchant": MERCHANT, "by": INSTITUTION, "today": TODAY, "due": DUE, "now": NOW}
_TYPES = {"today": Day, "due": Day, "now": Instant}

_SERIAL = "'20261122' || CAST(100000000000 + sequence AS VARCHAR(20))"
_KEY = "'B|' || batch_no || '|' || CAST(sequence AS VARCHAR(20))"

EXPORT = (
    """
    INSERT INTO debit_batches (batch_no, merchant_id, institution, business_date, collection_date, currency,
        record_count, total_minor, state, format, registered_by, registered_at)
    VALUES (:batch, :merchant, :by, :today, :today, '156', 0, 0, 'REGISTERED', 'fixed', 'bench', :now)
    """,
    """
    INSERT INTO debit_records (batch_no, sequence, merchant_id, bill_no, customer_no, principal_minor,
        late_fee_minor, mandate_ref, mandate_date, debit_account, debit_bank, account_name, remark, state, live_bill)
    SELECT :batch, row_number() OVER (ORDER BY b.customer_no, b.due_date, b.bill_no), b.merchant_id, b.bill_no,
        b.customer_no, b.amount_minor - b.paid_principal_minor, 0, c.mandate_ref, c.mandate_signed_on,
        c.debit_account, c.debit_bank, c.account_name, b.description || ' ' || b.period, 'OUT', b.bill_id
    FROM bills b CROSS JOIN customers c
    WHERE c.merchant_id = b.merchant_id AND c.customer_no = b.customer_no AND b.merchant_id = :merchant AND b.mark IS NULL AND b.due_date <= :due
    """,
    """
    UPDATE bills SET mark = 'IN_BATCH', superseded_by = NULL
    WHERE bill_id IN (SELECT live_bill FROM debit_records WHERE batch_no = :batch)
    """,
)

INGEST = (
    f"""
    INSERT INTO transactions (key, fingerprint, kind, response_code, answer, business_date, serial_number,
        amount_minor, currency, institution, terminal, received_at, journal)
    SELECT {_KEY}, 'BATCH|' || principal_minor || '|' || merchant_id || '|' || bill_no, 'BATCH', 'APPROVED',
        '{{"code":"APPROVED"}}', :today, {_SERIAL}, principal_minor, '156', :by, 'BATCH', :now, 'batch debit, 0000'
    FROM debit_records WHERE batch_no = :batch
    """,  # noqa: S608 - the words are of this module
    f"""
    INSERT INTO payments (serial_number, key, merchant_id, bill_no, customer_no, amount_minor, currency,
        principal_minor, late_fee_minor, waived_minor, owed_principal_minor, owed_late_fee_minor, channel, tender,
        institution, terminal, business_date, posted_at, approval_code, state, state_by, in_totals, notified)
    SELECT {_SERIAL}, {_KEY}, merchant_id, bill_no, customer_no, principal_minor, '156', principal_minor, 0, 0,
        principal_minor, 0, 'ONLINE', 'BATCH', :by, 'BATCH', :today, :now, 'A00001', 'APPROVED', {_SERIAL}, 0, 0
    FROM debit_records WHERE batch_no = :batch
    """,  # noqa: S608 - the words are of this module
    f"""
    INSERT INTO entries (posting, line, payment_serial, account, owner, amount_minor, currency, business_date)
    SELECT {_SERIAL}, 1, {_SERIAL}, 'BATCH_CLEARING', :by, principal_minor, '156', :today
    FROM debit_records WHERE batch_no = :batch
    UNION ALL SELECT {_SERIAL}, 2, {_SERIAL}, 'PAYABLE', merchant_id, -principal_minor, '156', :today
    FROM debit_records WHERE batch_no = :batch
    """,  # noqa: S608 - the words are of this module
    """
    UPDATE bills SET mark = NULL, superseded_by = NULL, paid_principal_minor = amount_minor, fee_through = :today
    WHERE bill_id IN (SELECT live_bill FROM debit_records WHERE batch_no = :batch)
    """,
    f"""
    UPDATE debit_records SET state = 'SETTLED', live_bill = NULL, return_code = '0000',
        settled_minor = principal_minor, core_serial = 'C' || sequence, payment_serial = {_SERIAL}
    WHERE batch_no = :batch
    """,  # noqa: S608 - the words are of this module
)


def main(url: str, what: str, file: Path) -> None:
    """Print the seconds of an export's file and changes, or of a result's."""
    store = open_store(StoreSettings(url))
    figures = (
        [_write(file), _change(store, EXPORT)] if what == "export" else [_read(file), _change(store, INGEST)]
    )
    store.dispose()
    print(*figures)


def _write(sent: Path) -> float:
    lines = sent.read_bytes().splitlines(keepends=True)
    begun = time.perf_counter()
    with sent.with_suffix(".plain").open("wb") as stream:
        for line in lines:
            stream.write(line)
        stream.flush()
        os.fsync(stream.fileno())
    return time.perf_counter() - begun


def _read(result: Path) -> float:
    begun = time.perf_counter()
    with result.open("rb") as stream:
        settled = sum(line.startswith(b"D") for line in stream)
    assert settled, "it has records"
    return time.perf_counter() - begun


def _change(store: SqlStore, statements: tuple[str, ...]) -> float:
    begun = time.perf_counter()
    with store.transaction() as tx:
        for words in statements:
            named = [name for name in _VALUES if f":{name}" in words]
            given = [bindparam(name, type_=_TYPES[name]()) for name in named if name in _TYPES]
            tx.connection.execute(text(words).bindparams(*given), {name: _VALUES[name] for name in named})
    return time.perf_counter() - begun


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
