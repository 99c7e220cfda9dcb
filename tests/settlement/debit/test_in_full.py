"""Results that pay bills in full are applied together, with the very rows that each has when it is applied alone."""

from contextlib import suppress

import pytest
from sqlalchemy import select

from offline_collect.settlement.debit.apply_results import ApplyingResults
from offline_collect.settlement.debit.result_match import MatchedInOrder, ResultMatch
from offline_collect.store import hold_day
from offline_collect.store.schema.debit_tables import debit_records
from offline_collect.store.schema.tables import (
    bills,
    entries,
    outbox,
    payments,
    reconciliation_items,
    transactions,
)
from tests.fakes.bank import NOON
from tests.settlement.debit.desk import CODES, LAYOUTS, OPERATOR

WRITTEN = (transactions, payments, entries, outbox, reconciliation_items, bills, debit_records)
RESULTS = {2: ("1001", None), 4: ("4001", None), 7: ("0000", 100), 9: ("0099", 0)}


class UndoneError(Exception):
    """Takes everything back."""


def rows_after(desk, path, apply):
    """Return what a result has written, which is taken back afterwards, and the states that it counts."""
    found = {}
    with suppress(UndoneError), desk.store.transaction() as tx, path.open("rb") as stream:
        match = ResultMatch(tx, LAYOUTS["debit-result"], CODES, locks=True)
        applying = ApplyingResults(tx, hold_day(tx), 1_000, (OPERATOR, NOON))
        for chunk in match.matched(stream):
            assert isinstance(chunk, MatchedInOrder)
            apply(applying, match.batch, chunk)
        for table in WRITTEN:
            rows = tx.connection.execute(select(table).order_by(*table.primary_key.columns))
            found[table.name] = [tuple(row) for row in rows]
        found["states"] = applying.states
        raise UndoneError
    return found


def one_by_one(applying, batch, chunk):
    applying.apply(batch, chunk.matched(range(len(chunk.records))))


@pytest.mark.parametrize("results", [{}, RESULTS, dict.fromkeys(range(1, 13), ("1001", None))])
def test_together_they_write_what_each_writes_alone(desk, results):
    _, path = desk.batch()
    result = desk.result(path, results)
    together = rows_after(desk, result, ApplyingResults.apply_in_order)
    assert together == rows_after(desk, result, one_by_one)
    assert sum(together["states"].values()) == 12
    assert len(together["payments"]) == together["states"].get("SETTLED", 0)
