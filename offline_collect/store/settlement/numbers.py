"""Numbers of runs and of settlement postings; their counters stay locked until the transaction ends."""

from __future__ import annotations

from collections.abc import Iterator

from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.store.sql.transaction import StoreTransaction

RUN_NUMBERS, POSTING_NUMBERS = "payout_runs", "settlement_postings"

_RUN_DIGITS = 6
_POSTING_DIGITS = 11


def next_run_no(tx: StoreTransaction, day: BusinessDate) -> str:
    """Take the number of the next run: the business date and a number."""
    return f"S{day.compact}{_taken(tx, RUN_NUMBERS, 1):0{_RUN_DIGITS}d}"


def take_posting_numbers(tx: StoreTransaction, day: BusinessDate, count: int) -> Iterator[str]:
    """Take serial numbers of settlement postings; they begin with the business date, as those of payments do."""
    first = _taken(tx, POSTING_NUMBERS, count)
    return (f"{day.compact}S{first + nth:0{_POSTING_DIGITS}d}" for nth in range(count))


def _taken(tx: StoreTransaction, name: str, count: int) -> int:
    counter = {"counter": name}
    first = int(tx.connection.execute(tx.statements.next_number, counter).scalar_one())
    tx.connection.execute(tx.statements.take_numbers, {**counter, "next": first + count})
    return first
