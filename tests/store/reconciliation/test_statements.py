"""The statements of reconciliation: compiled for Oracle, and on SQLite joined by keys, never by reading whole files."""

import pytest
from sqlalchemy import delete, update
from sqlalchemy.dialects import sqlite

from offline_collect.domain.business_days.days import DayState
from offline_collect.domain.business_days.evening import DayDocument
from offline_collect.domain.business_days.life import DayEvent
from offline_collect.domain.reconciliation.records import FepRow
from offline_collect.domain.reconciliation.settlement import MerchantDay
from offline_collect.store.reconciliation import day_documents, files, items, match, settling
from offline_collect.store.schema.reconciliation_tables import recon_keys
from offline_collect.store.schema.tables import business_days
from offline_collect.store.sql.business_days import get_day
from tests.fakes.bank import DAY, NOON
from tests.store.test_oracle import compiled, executed
from tests.support.actors import user

COMPARED = match.Compared(1, "12345678", DAY, (2, 3))
KEY = "P|12345678|TERM0001|000001|20261122120000"


def row(line, reverses=0):
    return FepRow(
        line=line,
        reverses=reverses,
        match_key=KEY,
        message_key=KEY,
        terminal="TERM0001",
        merchant_id="SCHOOL01",
        bill_no=None,
        amount_minor=1,
    )


def everything(tx):
    """Execute each statement of the package once."""
    file = files.DayFile("a" * 64, "day.dat", 1, "12345678", DAY, "ops")
    number = files.begin_file(tx, file, NOON)
    files.stage_rows(tx, number, [[row(1), row(2)], [row(3, reverses=1)]])
    files.make_keys(tx, number)
    tx.connection.execute(delete(recon_keys))
    files.stage_keys(tx, number, [(KEY, 0, 1), (KEY, 0, 2), (KEY, 1, 3)])
    list(match.unlike_rows(tx, COMPARED))
    list(match.unlisted_payments(tx, COMPARED))
    list(match.unlisted_reversals(tx, COMPARED))
    match.listed_keys(tx, COMPARED, [KEY], reverses=True)
    for reverses in (False, True):
        match.counted_keys(tx, COMPARED, [KEY], reverses=reverses)
    match.rename_rows(tx, number, {(KEY, 1): "P|1"})
    files.put_in_force(tx, files.DayFile("a" * 64, "day.dat", 1, "12345678", DAY, "ops", file_id=number))
    files.files_of(tx, DAY, "12345678")
    files.neighbours(tx, DAY)
    get_day(tx, DAY, lock=True)
    files.give_up_file(tx, number)
    files.tidy_rows(tx, 5)
    items.find_items(tx, items.ItemFilter(DAY, "PLATFORM_ONLY", open_only=True))
    items.open_items(tx, DAY)
    items.ended_items(tx, "1", DAY)
    items.posted_items(tx, [KEY])
    items.open_of_days(tx, "1", [DAY], [number])
    items.only_ours(tx, "1", [KEY], [number])
    items.replace_open(tx, "1", DAY, "ops", NOON)
    items.reopen_matched(tx, number)
    items.proposed_items(tx, NOON)
    items.payment_lines(tx, "1")
    settling.missing_institutions(tx, DAY)
    settling.earlier_unsettled(tx, DAY)
    settling.is_first(tx)
    list(settling.posted_sums(tx, DAY))
    settling.put_settlements(tx, DAY, [MerchantDay("SCHOOL01", "156")])
    settling.settlements_of(tx, DAY)
    settling.seal_day(tx, DAY, "ops", NOON)
    settling.settled_by(tx, DAY)
    settling.earlier_unsettled(tx, DAY)
    settling.move_day(tx, DAY, DayEvent.SETTLED, user("ops"), None, NOON)
    tx.connection.execute(update(business_days).values(state=DayState.SETTLED.value, open_slot=None))
    day_documents.days_to_end(tx, frozenset(DayDocument), payouts=True)


def test_they_are_compiled_for_oracle(sqlite_teller):
    with executed(sqlite_teller.store) as found, sqlite_teller.store.transaction() as tx:
        everything(tx)
    assert len(found) > 40
    for statement in found:
        compiled(statement)


def test_they_run_on_each_database(teller):
    with teller.store.transaction() as tx:
        everything(tx)
        assert settling.settled_by(tx, DAY) is not None


@pytest.mark.parametrize(
    "ask",
    [match.unlike_rows, match.unlisted_payments, match.unlisted_reversals],
    ids=lambda ask: ask.__name__,
)
@pytest.mark.parametrize("neighbours", [(), (2, 3)], ids=["alone", "with neighbours"])
def test_rows_are_found_by_their_keys(sqlite_teller, ask, neighbours):
    """Without it, each difference read the whole file: 200,000 rows 600 times."""
    compared = match.Compared(1, "12345678", DAY, neighbours)
    with executed(sqlite_teller.store) as found, sqlite_teller.store.transaction() as tx:
        list(ask(tx, compared))
    words = str(found[-1].compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True}))
    with sqlite_teller.store.snapshot() as reading:
        plan = [line[3] for line in reading.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {words}")]
    inner = [step for step in plan if step.split()[1] in {"earlier", "near", "reversing"}]
    if ask is not match.unlike_rows:
        inner = [step for step in plan if step.split()[1] == "recon_keys"]
    assert inner
    assert all("(file_id=? AND match_key=?" in step for step in inner), plan
