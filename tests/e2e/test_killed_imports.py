"""An import that is killed: the whole file is in effect or nothing, and the same file can be imported again."""

import signal

import pytest
from sqlalchemy import select

from offline_collect.store import StoreSettings, list_imports, open_store, verify
from offline_collect.store.schema import tables
from offline_collect.store.sql.visibility import in_effect
from tests.databases.school import MERCHANT, bill_no, fill
from tests.e2e.dying import import_dying
from tests.e2e.serving import write_config

POINTS = 20
OLD = 100
NEW = 1_100
HEADER = "bill_no,customer_no,amount,due_date\n"


@pytest.fixture
def bank(tmp_path, store_url):
    """A configuration and a store with OLD bills, once for each kind of database."""
    fill(store_url, bills=OLD)
    store = open_store(StoreSettings(store_url))
    yield write_config(tmp_path, store_url), store
    store.dispose()


def write(folder, nth):
    """Write a file that changes every old bill and adds new ones; each ``nth`` gives a different file."""
    changed = [f"{bill_no(bill)},pupil,{200 + nth}.00,2099-01-01\n" for bill in range(OLD)]
    brought = [f"K{nth:02d}-{bill:04d},pupil,1.00,2099-01-01\n" for bill in range(NEW)]
    file = folder / f"bills-{nth}.csv"
    file.write_text(HEADER + "".join(changed + brought), encoding="utf-8")
    return file


def seen(store, nth):
    """Return the amounts of the old bills, and how many of a file's new ones are there."""
    columns = (tables.bills.c.bill_no, tables.bills.c.amount_minor)
    with store.snapshot() as reading:
        rows = reading.connection.execute(select(*columns).where(in_effect(tables.bills))).all()
    amounts = {amount for number, amount in rows if number.startswith("S-")}
    assert sum(number.startswith("S-") for number, _ in rows) == OLD
    return amounts, sum(number.startswith(f"K{nth:02d}-") for number, _ in rows)


def test_killed_at_any_point_it_is_all_or_nothing_and_goes_through_then(bank, tmp_path):
    config, store = bank
    code, statements = import_dying(config, write(tmp_path, 0))
    assert code == 0
    assert statements > POINTS
    outcomes = set()
    for nth in range(1, POINTS + 1):
        before, point = seen(store, nth), 1 + nth * (statements - 1) // POINTS
        file = write(tmp_path, nth)
        code, begun = import_dying(config, file, point)
        assert (code, begun) == (-signal.SIGKILL, point)
        found, whole = seen(store, nth), ({(200 + nth) * 100}, NEW)
        assert found in (before, whole), f"killed before statement {point} of {statements}"
        outcomes.add(found == whole)
        assert import_dying(config, file)[0] == 0
        assert seen(store, nth) == whole
    assert outcomes == {True, False}, "some points lie before the release, some after it"
    staged = select(tables.bills).where(tables.bills.c.standing == "STAGED")
    with store.snapshot() as reading:
        assert list(verify(reading).findings) == []
        assert all(found.tidied for found in list_imports(reading, MERCHANT))
        assert list(reading.connection.execute(staged)) == []
