"""What banks' reports of ISO 20022 have said of debits: kept beside their states, read and written many at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from offline_collect.domain.debits.batches import DebitRecord
from offline_collect.domain.debits.report_standings import Standing, Stood
from offline_collect.store.database.bulk_write import bulk_update
from offline_collect.store.schema.debit_tables import debit_records
from offline_collect.store.sql.transaction import StoreTransaction

SILENT = Stood()


@dataclass(frozen=True, slots=True)
class ReportedSum:
    """The records of a batch with one standing.

    Attributes:
        amount_minor: what was asked for.
    """

    count: int
    amount_minor: int


def stood(standing: str | None, code: str | None) -> Stood:
    """Return a standing as it is stored; NULL before any report."""
    return SILENT if standing is None else Stood(Standing(standing), code)


def reported_values(found: Stood) -> tuple[str | None, str | None]:
    """Return what is stored of a standing."""
    return (None, None) if found == SILENT else (found.standing.value, found.code)


def change_reported(tx: StoreTransaction, changes: Sequence[tuple[DebitRecord, Stood]]) -> None:
    """Write how far records are by the bank's reports; the transaction has locked their batch."""
    rows = [(*reported_values(found), each.batch_no, each.sequence) for each, found in changes]
    bulk_update(tx.connection, debit_records, ("reported", "reported_code"), ("batch_no", "sequence"), rows)


def reported_sums(tx: StoreTransaction, batch_no: str) -> dict[Standing, ReportedSum]:
    """Return how many records of a batch have each standing, and what was asked for by them."""
    row = debit_records.c
    asked = func.sum(row.principal_minor + row.late_fee_minor)
    found = select(row.reported, func.count(), asked).where(row.batch_no == batch_no).group_by(row.reported)
    return {
        stood(standing, None).standing: ReportedSum(int(count), int(amount))
        for standing, count, amount in tx.connection.execute(found)
    }
