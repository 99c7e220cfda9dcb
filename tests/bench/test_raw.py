"""The raw drivers write what the platform writes: the comparison is of the same work."""

import sys
from itertools import count

import pytest
from sqlalchemy import func, select

from offline_collect.store import StoreSettings, open_store
from offline_collect.store.schema import tables
from tests.databases.school import findings
from tests.support.tree import ROOT

BILLS, MERCHANTS = 60, 3


@pytest.fixture
def bench(monkeypatch):
    """The modules of bench/, which import each other as scripts do."""
    monkeypatch.syspath_prepend(str(ROOT / "bench"))
    before = set(sys.modules)
    import data  # noqa: PLC0415 - found on the path from here on
    from peers import raw  # noqa: PLC0415

    yield data, raw
    for name in set(sys.modules) - before:
        if name.partition(".")[0] in {"data", "order", "peers"}:
            del sys.modules[name]


@pytest.mark.parametrize("batch", [1, 7])
def test_the_raw_driver_keeps_every_invariant(bench, tmp_path, batch):
    data, raw = bench
    file = tmp_path / "raw.db"
    data.make_store(f"sqlite:///{file}", BILLS, MERCHANTS)
    first = data.reserve_serial_numbers(f"sqlite:///{file}", BILLS)
    rows = list(raw.payment_rows(range(10, 31), BILLS, MERCHANTS, count(first)))
    driver = raw.SqliteDriver(str(file))
    for at in range(0, len(rows), batch):
        driver.pay(rows[at : at + batch])
    driver.close()
    store = open_store(StoreSettings(f"sqlite:///{file}"))
    assert findings(store) == []
    with store.snapshot() as reading:
        paid = select(func.sum(tables.bills.c.paid_principal_minor))
        assert reading.connection.scalar(paid) == 21 * data.AMOUNT_MINOR
        merchants = select(tables.payments.c.merchant_id, func.count()).group_by("merchant_id")
        assert dict(map(tuple, reading.connection.execute(merchants))) == {"BENCH001": 10, "BENCH002": 11}
    store.dispose()
