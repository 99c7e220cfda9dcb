"""A school with many bills in a real store, and checks of the store after a test."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache

from sqlalchemy import URL, create_engine, select

from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.forms import Input, PaymentForm
from offline_collect.domain.merchants import Merchant, SettlementAccount
from offline_collect.store import (
    CHUNK_MAX,
    BillRecord,
    CustomerRecord,
    SqlStore,
    StoreSettings,
    add_merchant,
    open_first_day,
    open_store,
    publish_form,
    put_bills,
    put_customers,
    upgrade,
    verify,
)
from offline_collect.store.database.connection import database_url, sqlite_path
from offline_collect.store.schema.tables import payments, reversals, transactions
from tests.databases.sqlite_images import made_by, put_image

MERCHANT = "SCHOOL01"
BILLS = 60
AMOUNT = 12_345
DAY = BusinessDate(2026, 11, 22)
_OPENED = dt.datetime(2026, 11, 21, 16, 0, tzinfo=dt.UTC)


def bill_no(nth: int) -> str:
    """Return the number of the ``nth`` bill, from 0."""
    return f"S-{nth:04d}"


def fill(url: str, bills: int = BILLS) -> None:
    """Create the tables and put a merchant, a customer and the bills into them."""
    path = sqlite_path(database_url(url))
    if path is None:
        _copy(url, bills)
    else:
        assert not path.exists(), "a store is filled once"
        put_image(path, made_by(_fill, bills))


def _copy(url: str, bills: int) -> None:
    """Put a copy in the place of an empty PostgreSQL database; the first of its kind is filled once a server."""
    admin = database_url(url).set(database="postgres")
    template = _template(admin, bills)
    name = database_url(url).database
    with _administered(admin) as run:
        run(f'DROP DATABASE "{name}"')
        run(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')


@cache
def _template(admin: URL, bills: int) -> str:
    name = f"school_{bills}"
    with _administered(admin) as run:
        run(f'CREATE DATABASE "{name}"')
    _fill(admin.set(database=name).render_as_string(hide_password=False), bills)
    return name


@contextmanager
def _administered(admin: URL) -> Iterator[Callable[[str], object]]:
    engine = create_engine(admin, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection.exec_driver_sql
    engine.dispose()


def _fill(url: str, bills: int) -> None:
    upgrade(StoreSettings(url))
    store = open_store(StoreSettings(url))
    form = PaymentForm(1, "缴费", (Input("number", "学号", "请输入学号"),))
    with store.transaction() as tx:
        open_first_day(tx, DAY, _OPENED)
        add_merchant(
            tx, Merchant(MERCHANT, "阳光小学", "school", SettlementAccount("6222000000000001"), notices=True)
        )
        publish_form(tx, MERCHANT, form, _OPENED)
        put_customers(tx, MERCHANT, [CustomerRecord("pupil", "王小明", {"number": "pupil"})])
        due = dt.date(2099, 1, 1)
        records = [BillRecord(bill_no(nth), "pupil", AMOUNT, due) for nth in range(bills)]
        for at in range(0, bills, CHUNK_MAX):
            put_bills(tx, MERCHANT, records[at : at + CHUNK_MAX])
    store.dispose()


def findings(store: SqlStore) -> list[str]:
    """Return the violations of invariants."""
    with store.snapshot() as reading:
        return [f"{each.subject}: {each.problem}" for each in verify(reading).findings]


def in_force(store: SqlStore) -> Counter[str]:
    """Return how many payments are in force, by bill."""
    with store.snapshot() as reading:
        rows = reading.connection.execute(select(payments.c.bill_no).where(payments.c.state == "APPROVED"))
        return Counter(rows.scalars())


def states(store: SqlStore) -> dict[str, str]:
    """Return each payment's state, by the key that posted it."""
    with store.snapshot() as reading:
        return {row.key: row.state for row in reading.connection.execute(select(payments))}


def kinds(store: SqlStore) -> dict[str, str]:
    """Return each transaction's kind, by key."""
    with store.snapshot() as reading:
        return {row.key: row.kind for row in reading.connection.execute(select(transactions))}


def applied(store: SqlStore) -> Counter[str]:
    """Return how many reversals were applied, by the original's key."""
    with store.snapshot() as reading:
        rows = reading.connection.execute(select(reversals).where(reversals.c.outcome == "APPLIED"))
        return Counter(row.original_key for row in rows)


def counts_by_date(store: SqlStore) -> Counter[dt.date]:
    """Return how many payments each business date has."""
    with store.snapshot() as reading:
        return Counter(reading.connection.execute(select(payments.c.business_date)).scalars())
