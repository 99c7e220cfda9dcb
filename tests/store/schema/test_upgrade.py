"""A store of version 0002, with its data, is upgraded to this program's tables and still works."""

import datetime as dt
from contextlib import closing
from dataclasses import replace

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, select, text

from offline_collect.domain.decisions.suspense import Refund
from offline_collect.domain.decisions.traces import digest
from offline_collect.domain.facts import Facts, Wants
from offline_collect.domain.lookup_keys import lookup_key
from offline_collect.domain.ports import StoreError
from offline_collect.merchant.postings import suspense
from offline_collect.store import (
    AuditFilter,
    BrokenLink,
    Change,
    ImportKind,
    ImportState,
    StoreOutdatedError,
    StoreSettings,
    append_audit,
    audit_rows,
    check_chain,
    find_import,
    get_customer,
    get_merchant,
    list_imports,
    list_users,
    next_approval_number,
    open_store,
    upgrade,
    verify,
)
from offline_collect.store.backoffice.audit import audit_hash
from offline_collect.store.database.connection import database_url
from offline_collect.store.database.list_parameter import wanted
from offline_collect.store.notices.claims import add_deliveries, take_notices
from offline_collect.store.schema.manual_posting_tables import office_postings
from offline_collect.store.schema.migrate import MIGRATIONS
from offline_collect.store.schema.tables import entries, outbox, payments, traces
from offline_collect.store.sql.statements import PAIRS
from tests.fakes.bank import NOON
from tests.messages.commands import repeated
from tests.store import importing as imports
from tests.store.imports.test_stage import NEW
from tests.store.teller import SCHOOL_BILLS, Teller
from tests.support.actors import user
from tests.support.audited import about
from tests.support.samples import ACCOUNT, PUPIL

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


def execute(url, words):
    engine = create_engine(database_url(url))
    with engine.begin() as connection:
        connection.execute(text(words))
    engine.dispose()


def register(url, *files):
    """Record files that were taken, as version 0002 does."""
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
        assert get_merchant(reading, "SCHOOL01").account_on(dt.date(2000, 1, 1)).number == ACCOUNT
        assert verify(reading).whole
    number = imports.begin(store)
    assert number == 3
    outcomes = imports.stage(store, number, *SCHOOL_BILLS[:2])
    assert [outcome.change for outcome in outcomes] == [Change.UNCHANGED, Change.UNCHANGED]
    store.dispose()


def test_an_upgrade_that_fails_leaves_the_store_as_it_was(old_url):
    """A table that is in the way of a late migration; the earlier ones are taken back with it."""
    settings = StoreSettings(old_url)
    execute(old_url, "CREATE TABLE link_leases (link_name TEXT)")
    with pytest.raises(StoreError):
        upgrade(settings)
    with pytest.raises(StoreOutdatedError, match="version 0002"):
        open_store(settings)
    execute(old_url, "DROP TABLE link_leases")
    assert upgrade(settings)
    store = open_store(settings)
    with store.snapshot() as reading:
        assert verify(reading).whole
    store.dispose()


def test_a_downgrade_keeps_what_is_in_effect_alone(old_url):
    upgrade(StoreSettings(old_url))
    store = open_store(StoreSettings(old_url))
    imports.staged(store, SCHOOL_BILLS[0], SCHOOL_BILLS[2], withdrawn=["S5"])
    released = imports.staged(store, replace(SCHOOL_BILLS[5], amount_minor=1), NEW, sha256="1" * 64)
    imports.release(store, released)
    replacing = imports.staged(store, replace(SCHOOL_BILLS[6], amount_minor=1), sha256="2" * 64)
    imports.release(store, replacing)
    imports.tidy(store, replacing)
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
    """The oldest row of each trace, fingerprint and business date, for any number of rows."""
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


OLD_ROWS = {
    "store init": ("store", None, None),
    "day cutover 2026-11-22": ("day", "2026-11-22", None),
    "user add anna": ("user", "anna", None),
    "merchant set SCHOOL01": ("merchant", "SCHOOL01", "SCHOOL01"),
    "form publish SCHOOL01": ("form", "SCHOOL01", "SCHOOL01"),
    "customers import SCHOOL01": ("import", None, "SCHOOL01"),
    "imports release 3 SCHOOL01": ("import", "3", "SCHOOL01"),
    "bills add SCHOOL01 WATER001": ("bill", "WATER001", "SCHOOL01"),
    "customers set SCHOOL01 C 9": ("customer", "C 9", "SCHOOL01"),
    "bills settle-outside SCHOOL01 B1": ("bill", "B1", "SCHOOL01"),
    "bills settle-outside --undo SCHOOL01 B1": ("bill", "B1", "SCHOOL01"),
    "bills settle-outside --file SCHOOL01": ("merchant", "SCHOOL01", "SCHOOL01"),
    "details SCHOOL01 2026-11-22": ("report", "2026-11-22", "SCHOOL01"),
    "suspense refund 00000000000000000000": ("payment", "00000000000000000000", None),
    "something else altogether": (None, None, None),
}
"""The texts of rows older than the columns, and what is found in them."""


def append_old(url, texts):
    """Write rows of the audit trail, each chained to the one before, as version 0006 did."""
    engine = create_engine(database_url(url))
    with engine.begin() as connection:
        numbers = text("SELECT next_number FROM serial_counters WHERE name = 'audit_trail'")
        first = connection.execute(numbers).scalar_one()
        last = text("SELECT hash FROM audit_trail WHERE sequence = :n")
        previous = connection.execute(last, {"n": first - 1}).scalar() or "0" * 64
        for number, what in enumerate(texts, first):
            moment = "2026-11-22T12:00:00.000000+00:00"
            row = {"sequence": number, "version": 1, "at": NOON, "actor": "ann", "action": what}
            own = audit_hash(previous, {**row, "before": None, "after": None})
            values = f"{number}, '{moment}', 'ann', '{what}', '{own}', '{previous}'"
            columns = "sequence, at, who, what, hash, previous_hash"
            connection.execute(text(f"INSERT INTO audit_trail ({columns}) VALUES ({values})"))
            previous = own
        counter = text("UPDATE serial_counters SET next_number = :n WHERE name = 'audit_trail'")
        connection.execute(counter, {"n": first + len(texts)})
    engine.dispose()


def test_audit_rows_of_before_keep_text_and_hash_and_are_found_by_their_subject(store_url):
    upgrade(StoreSettings(store_url))
    migrate(store_url, command.downgrade, "0006")
    append_old(store_url, OLD_ROWS)
    assert upgrade(StoreSettings(store_url))
    store = open_store(StoreSettings(store_url))
    with store.transaction() as tx:
        append_audit(tx, "anna", *about("bills add WATER001 SCHOOL01"), None, None, NOON)
    with store.snapshot() as reading:
        *rows, new = audit_rows(reading, AuditFilter())
        assert [row.what for row in rows] == list(OLD_ROWS)
        assert [(row.subject_type, row.subject_id, row.merchant_id) for row in rows] == [*OLD_ROWS.values()]
        assert (new.what, new.version) == ("bills add WATER001 SCHOOL01", 2)
        of_water = audit_rows(reading, AuditFilter(merchant_id="WATER001"))
        assert [row.sequence for row in of_water] == [new.sequence]
        added = audit_rows(reading, AuditFilter(action="bills add"))
        assert [row.what for row in added] == ["bills add SCHOOL01 WATER001", "bills add WATER001 SCHOOL01"]
        assert [each for each in check_chain(reading) if isinstance(each, BrokenLink)] == []
    store.dispose()


def test_users_of_before_have_no_account_and_requests_are_numbered_from_one(store_url):
    upgrade(StoreSettings(store_url))
    migrate(store_url, command.downgrade, "0008")
    engine = create_engine(database_url(store_url))
    moment = "2026-11-22 12:00:00.000000"
    with engine.begin() as connection:
        connection.execute(
            text(
                f"INSERT INTO users (name, roles, disabled, added_at, organisation_id) VALUES ('anna', 'ADMIN', 0, '{moment}', 'BANK')"
            )
        )
    engine.dispose()
    assert upgrade(StoreSettings(store_url))
    store = open_store(StoreSettings(store_url))
    with store.transaction() as tx:
        (anna,) = list_users(tx)
        assert (anna.name, anna.roles, anna.os_account) == ("anna", ("ADMIN",), None)
        assert [next_approval_number(tx), next_approval_number(tx)] == [1, 2]
    store.dispose()


def test_payments_of_before_are_line_1(store_url):
    upgrade(StoreSettings(store_url))
    store = open_store(StoreSettings(store_url))
    with Teller(store) as teller:
        first, _ = teller.pay("S2")
        teller.pay("S3")
        advice = teller.ask(teller.terminal.advice(NOON, "SCHOOL01", "NONE", 5))
        order = Refund(advice.values["serial_number"], "asked for", "ops")
        suspense.refund(store, order, user("ops"), NOON)
    store.dispose()
    migrate(store_url, command.downgrade, "0009")
    assert upgrade(StoreSettings(store_url))
    store = open_store(StoreSettings(store_url))
    with store.snapshot() as reading:
        for table in (payments.c.line, entries.c.payment_line, outbox.c.payment_line):
            assert set(reading.connection.execute(select(table)).scalars()) == {1}
        assert reading.connection.execute(select(office_postings.c.settles_line)).scalars().all() == [1]
        assert verify(reading).whole
    with closing(store.write_session()) as session:
        facts = Facts(session.begin())
        session.load(Wants(keys={first.key}), facts)
        assert [payment.bill_no for payment in facts.payments.values()] == ["S2"]
        session.rollback()
    store.dispose()


def test_a_program_of_before_finds_the_notices_that_a_sender_has_taken_in_the_outbox(store_url):
    upgrade(StoreSettings(store_url))
    store = open_store(StoreSettings(store_url))
    with Teller(store) as teller:
        teller.pay("S2")
        with store.transaction() as tx:
            before = tx.connection.execute(select(outbox)).all()
            taken = take_notices(tx, dt.timedelta())
            assert len(taken) == 1
            add_deliveries(tx, taken)
    store.dispose()
    migrate(store_url, command.downgrade, "0021")
    upgrade(StoreSettings(store_url))
    store = open_store(StoreSettings(store_url))
    with store.snapshot() as reading:
        assert reading.connection.execute(select(outbox)).all() == before
    store.dispose()
