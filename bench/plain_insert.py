"""The comparison for imports: the same file and reader, with its rows in one Core insert."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from data import MERCHANT
from sqlalchemy import insert

from offline_collect.app.config.schemas import Schemas
from offline_collect.files.columns.layout import compile_layout
from offline_collect.files.columns.records import Record, read_records
from offline_collect.files.read.open import open_table
from offline_collect.store import StoreSettings, open_store
from offline_collect.store.database.json import to_json
from offline_collect.store.schema.tables import bills

_UNPAID = {
    "version": 1,
    "paid_principal_minor": 0,
    "paid_late_fee_minor": 0,
    "waived_late_fee_minor": 0,
    "fee_base": 0,
    "late_fee_left_minor": 0,
}


def main(url: str, file: Path) -> None:
    """Read and insert; print the seconds of both together."""
    values, source = Schemas().read("files/bills")
    layout = compile_layout(values, source=source)
    store = open_store(StoreSettings(url))
    begun = time.perf_counter()
    with open_table(file) as table:
        rows = [_row(read) for read in read_records(table, layout) if isinstance(read, Record)]
    with store.transaction() as tx:
        tx.connection.execute(insert(bills), rows)
    print(time.perf_counter() - begun)
    store.dispose()


def _row(record: Record) -> dict[str, object]:
    values = record.values
    return {
        "merchant_id": MERCHANT,
        "bill_no": values["bill_no"],
        "customer_no": values["customer_no"],
        "amount_minor": values["amount"],
        "due_date": values["due_date"],
        "currency": "156",
        "description": values["description"],
        "period": values["period"],
        "extra": to_json(record.extras),
        **_UNPAID,
    }


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
