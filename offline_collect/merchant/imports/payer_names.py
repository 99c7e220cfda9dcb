"""Compares the payers' names of a file with those of the customers that its rows name otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from offline_collect.domain.imports.identity import name_hash
from offline_collect.files.columns.header import match_header
from offline_collect.files.columns.records import Record
from offline_collect.files.read.open import Table
from offline_collect.merchant.common.target import Target
from offline_collect.store import BillRecord, StoreTransaction
from offline_collect.store.backoffice.customers import customers_by_number


class PayerName(NamedTuple):
    """The payer's name of a row beside that of its customer, both hashed: they are personal data."""

    row: int | str
    customer_no: str
    same: bool
    written: int
    stored: int


class PayerNames:
    """Reads the payers' names of a file, if it has them beside what says whose its rows are."""

    def __init__(self, table: Table, target: Target) -> None:
        beside = match_header(table, target.layout).beside
        self._key = None if beside is None else beside.column.key
        self._merchant_id = target.merchant.merchant_id

    def compare(
        self, tx: StoreTransaction, records: Sequence[Record], rows: Sequence[object]
    ) -> list[PayerName]:
        """Return the names of rows, and of their customers, who may also have them as an input."""
        written = [
            (record.row, row.customer_no, name)
            for record, row in zip(records, rows, strict=True)
            if isinstance(row, BillRecord) and (name := self._name(record))
        ]
        if not written:
            return []
        known = customers_by_number(tx, self._merchant_id, {number for _, number, _ in written})
        return [
            PayerName(
                place,
                number,
                name_hash(name) in {name_hash(there.name), name_hash(there.inputs.get(self._key or "", ""))},
                name_hash(name),
                name_hash(there.name),
            )
            for place, number, name in written
            if (there := known.get(number)) is not None
        ]

    def _name(self, record: Record) -> str:
        if self._key is None:
            return ""
        name = record.extras.get(self._key) or record.inputs.get(self._key) or ""
        # 张*丽 is hidden in part: it says too little.
        return "" if "*" in name or "＊" in name else name
