"""A store of version 0002, with its data, is brought to this program's tables and goes on working."""

import datetime as dt
from dataclasses import replace

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, select, text

from offline_collect.domain.lookup_keys import lookup_key
from offline_collect.domain.traces import digest
from offline_collect.store import (
    Change,
    ImportKind,
    ImportState,
    StoreSettings,
    find_import,
    get_customer,
    list_imports,
    open_store,
    upgrade,
    verify,
)
from offline_collect.store.database.connection import database_url
from offline_collect.store.database.list_parameter import wanted
from offline_collect.store.schema.migrate import MIGRATIONS
from offline_collect.store.schema.tables import traces
from offline_collect.store.sql.statements import PAIRS
from tests.fakes.bank import NOON
from tests.messages.commands import repeated
from tests.store import importing as imports
from tests.store.imports.test_stage import NEW
from tests.store.teller import SCHOOL_BILLS, Teller
from tests.support.samples import PUPIL

KEPT = ("merchants", "payment_forms", "customers", "customer_keys", "bills", "transactions", "payments")


def migrate(url, step, version):
    """Bring a store's tables to a version."""
    engine = create_engine(database_url(url))
    with engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        step(config, version)
    engine.dispose()


def register(url, *files):
    """Write down files that were taken, as version 0002 does."""
    engine = create_engine(database_url(url))
    moment = "2026-11-22T12:00:0{}.000000+00:00"
    with engine.begin() as connection:
        for place, (kind, sha256) in enumerate(files):
            row = f"'SCHOOL01', '{kind}', '{sha256}', '{kind}.csv', 10, 12, 'ann', '{moment.format(place)}'"
            connection.execute(text(f"INSERT INTO imported_files VALUES ({row})"))
    engine.dispose()


@pytest.fixture
def old_url(store_url):
    """A store as version 0002 left it: the sample merchants, a paid bill, two files."""
    upgrade(StoreSettings(store_url))
    store = open_store(StoreSettings(store_url))
    with Teller(store) as teller:
        teller.pay("S2")
    store.dispose()
    migrate(store_url, command.downgrade, "0002")
    register(store_url, ("customers", "a" * 64), ("bills", "b" * 64))
    return store_url


def test_an_older_store_keeps_its_customers_bills_and_files(old_url):
    assert upgrade(StoreSettings(old_url))
    store = open_store(StoreSettings(old_url))
    with store.snapshot() as reading:
        assert get_customer(reading, "SCHOOL01", PUPIL.customer_no).inputs == PUPIL.inputs
        asked = wanted(tuple(PAIRS), [("SCHOOL01", lookup_key(PUPIL.inputs))])
        (found,) = reading.connection.execute(reading.statements.customers, asked)
        assert found.customer_no == PUPIL.customer_no
        bills, customers = list_imports(reading)
        assert (bills.import_id, bills.kind, bills.state) == (2, ImportKind.BILLS, ImportState.RELEASED)
        assert (customers.kind, customers.counts.read, customers.who) == (ImportKind.CUSTOMERS, 12, "ann")
        assert customers.began_at == dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
        assert find_import(reading, "SCHOOL01", "bills", "b" * 64) == bills
        assert verify(reading).whole
    number = imports.begin(store)
    assert number == 3
    outcomes = imports.stage(store, number, *SCHOOL_BILLS[:2])
    assert [outcome.change for outcome in outcomes] == [Change.UNCHANGED, Change.UNCHANGED]
    store.dispose()


def test_a_downgrade_keeps_what_is_in_effect_alone(old_url):
    upgrade(StoreSettings(old_url))
    store = open_store(StoreSettings(old_url))
    imports.staged(store, SCHOOL_BILLS[0], SCHOOL_BILLS[2], withdrawn=["S5"])
    released = imports.staged(store, replace(SCHOOL_BILLS[5], amount_minor=1), NEW, sha256="1" * 64)
    imports.release(store, released)
    settled = imports.staged(store, replace(SCHOOL_BILLS[6], amount_minor=1), sha256="2" * 64)
    imports.release(store, settled)
    imports.tidy(store, settled)
    store.dispose()
    migrate(old_url, command.downgrade, "0002")
    engine = create_engine(database_url(old_url))
    with engine.connect() as connection:
        counts = {name: connection.execute(text(f"SELECT COUNT(*) FROM {name}")).scalar() for name in KEPT}
        changed = connection.execute(text("SELECT bill_no FROM bills WHERE version = 2")).scalars().all()
        files = (
            connection.execute(text("SELECT sha256 FROM imported_files ORDER BY kind, sha256"))
            .scalars()
            .all()
        )
    engine.dispose()
    assert (counts["bills"], counts["customers"], counts["customer_keys"]) == (14, 2, 2)
    assert sorted(changed) == ["S6", "S7"]
    assert files == ["1" * 64, "2" * 64, "b" * 64, "a" * 64]


def test_traces_are_made_of_the_column_that_they_replace(store_url):
    """The oldest of each trace, fingerprint and business date, however many there are of one."""
    upgrade(StoreSettings(store_url))
    store = open_store(StoreSettings(store_url))
    with Teller(store) as teller:
        first, _ = teller.pay("S2")
        teller.ask(teller.terminal.reversal(NOON, first))
        marked = repeated(teller.terminal.payment(NOON, "SCHOOL01", "S3", 12_345))
        teller.ask(replace(marked, journal="0201 3=500000"))
    with store.snapshot() as reading:
        kept = reading.connection.execute(select(traces)).all()
    store.dispose()
    migrate(store_url, command.downgrade, "0005")
    engine = create_engine(database_url(store_url))
    with engine.begin() as connection:
        query = "SELECT * FROM transactions WHERE key = :key"
        row = dict(connection.execute(text(query), {"key": first.key}).mappings().one())
        names = ", ".join(row)
        values = ", ".join(f":{name}" for name in row)
        later = "2026-11-22T13:00:00.000000+00:00"
        wrapped = [{**row, "key": f"P|{nth}", "received_at": later} for nth in range(4_001)]
        connection.execute(text(f"INSERT INTO transactions ({names}) VALUES ({values})"), wrapped)
    engine.dispose()
    upgrade(StoreSettings(store_url))
    store = open_store(StoreSettings(store_url))
    with store.snapshot() as reading:
        assert sorted(reading.connection.execute(select(traces)).all()) == sorted(kept)
    assert [(left.key, left.repeat) for left in sorted(kept)] == [(first.key, 0), (marked.key, 1)]
    store.dispose()


def test_traces_of_older_rows_hold_no_card_s_number_and_match_new_messages(store_url):
    upgrade(StoreSettings(store_url))
    store = open_store(StoreSettings(store_url))
    with Teller(store) as teller:
        teller.pay("S2")
    store.dispose()
    migrate(store_url, command.downgrade, "0005")
    engine = create_engine(database_url(store_url))
    with engine.begin() as connection:
        connection.execute(
            text("UPDATE transactions SET fingerprint = '500000|1|SCHOOL01|156|4111111111111111'")
        )
    engine.dispose()
    upgrade(StoreSettings(store_url))
    store = open_store(StoreSettings(store_url))
    with store.snapshot() as reading:
        kept = reading.connection.execute(select(traces.c.fingerprint)).scalar_one()
    assert kept == digest("500000|1|SCHOOL01|156|411111******1111")
    store.dispose()
