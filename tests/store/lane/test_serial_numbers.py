"""Each serial number names only one payment, even after a store was restored from a backup."""

import datetime as dt
from contextlib import closing

import pytest
from sqlalchemy import insert, select, update

from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.ledger.serials import EPOCH_SIZE, NUMBERS_END, number_of
from offline_collect.engine.numbers import BLOCK
from offline_collect.store import (
    SerialsBehindError,
    SerialsUsedUpError,
    StoreInUseError,
    StoreMissingError,
    StoreWentBackError,
    append_audit,
    begin_epoch,
    check_numbers,
    cutover,
    last_known,
    refuse_in_use,
    take_serial_numbers,
)
from offline_collect.store.database.list_parameter import wanted
from offline_collect.store.lane.serial_numbers import last_serials
from offline_collect.store.schema.manual_posting_tables import office_postings
from offline_collect.store.schema.tables import entries, payments, reversals, serial_counters
from offline_collect.store.sql.statements import SERIAL_NUMBERS
from tests.databases.backups import back_up, restore
from tests.databases.migrated import settings_of
from tests.fakes.bank import DAY, NOON
from tests.support.audited import about

PAID = 3
LATE = f"{DAY.compact}{500:012d}"
"""A serial number that the counter has not given out yet."""


def serial_of(paid):
    _, answer = paid
    return answer.values["serial_number"]


def pay_some(teller, first, count=PAID):
    return [serial_of(teller.pay(f"S{nth}")) for nth in range(first, first + count)]


def set_counter(store, number):
    with store.transaction() as tx:
        counter = serial_counters.c.name == SERIAL_NUMBERS
        tx.connection.execute(update(serial_counters).where(counter).values(next_number=number))


def counter_of(store):
    with store.snapshot() as tx:
        counter = serial_counters.c.name == SERIAL_NUMBERS
        return tx.connection.execute(select(serial_counters.c.next_number).where(counter)).scalar_one()


def begun(store):
    with store.transaction() as tx:
        return begin_epoch(tx)


def check(store):
    with store.snapshot() as tx:
        check_numbers(tx)


def test_no_serial_number_is_given_out_twice_after_a_restore(teller, migrated_url, tmp_path):
    kept = pay_some(teller, 1)
    back_up(migrated_url, tmp_path / "copy")
    lost = pay_some(teller, 1 + PAID)
    teller.session.close()
    teller.store.dispose()
    restore(migrated_url, tmp_path / "copy")
    epoch = begun(teller.store)
    with closing(teller.store.write_session()) as session:
        teller.session = session
        after = pay_some(teller, 1 + PAID)
    assert not {*kept, *lost} & {*after}
    assert len({*kept, *lost, *after}) == 3 * PAID
    assert {number_of(serial) // EPOCH_SIZE for serial in after} == {epoch.epoch} == {1}
    assert teller.report().whole


def test_without_a_new_epoch_they_would_be(teller, migrated_url, tmp_path):
    """The reason for the epoch: the counter alone cannot show what the backup lacks."""
    back_up(migrated_url, tmp_path / "copy")
    lost = pay_some(teller, 1)
    teller.session.close()
    teller.store.dispose()
    restore(migrated_url, tmp_path / "copy")
    with closing(teller.store.write_session()) as session:
        teller.session = session
        assert pay_some(teller, 1) == lost


def test_a_session_refuses_an_earlier_state_that_was_restored_beneath_it(teller, migrated_url, tmp_path):
    back_up(migrated_url, tmp_path / "copy")
    teller.session.reserve_numbers(BLOCK)
    # What PostgreSQL's sessions have open is not replaced while they wait in a transaction.
    teller.store.dispose()
    restore(migrated_url, tmp_path / "copy")
    for _ in range(2):
        with pytest.raises(StoreWentBackError, match="offline-collect store restored"):
            teller.session.begin()
        teller.session.rollback()
    with closing(teller.store.read_session()) as reading:
        assert reading.begin().date == DAY
    begun(teller.store)
    assert teller.session.begin().date == DAY, "its own numbers are nobody else's now"


def test_a_session_refuses_a_file_that_took_the_stores_place(sqlite_teller, tmp_path):
    path = sqlite_teller.session._path
    sqlite_teller.pay()
    back_up(f"sqlite:///{path}", tmp_path / "copy")
    (tmp_path / "copy").replace(path)
    with pytest.raises(StoreWentBackError, match="another has taken its place"):
        sqlite_teller.pay("S2")
    sqlite_teller.session.rollback()
    path.unlink()
    with pytest.raises(StoreWentBackError, match="is gone"):
        sqlite_teller.session.begin()


@pytest.mark.parametrize("table", ["payments", "reversals", "office", "entries"])
def test_a_counter_behind_the_stores_own_rows_is_refused_and_found(teller, table):
    _, answer = teller.pay()
    own = answer.values["serial_number"]
    with teller.store.transaction() as tx:
        rows = {
            "payments": (update(payments).values(serial_number=LATE), None),
            "reversals": (insert(reversals), reversal_row(LATE)),
            "office": (insert(office_postings), office_row(LATE, own)),
            "entries": (update(entries).values(posting=LATE), None),
        }
        tx.connection.execute(*(part for part in rows[table] if part is not None))
    with pytest.raises(SerialsBehindError, match="offline-collect store restored"):
        check(teller.store)
    assert [
        (found.invariant, found.subject) for found in teller.report().findings if "counter" in found.problem
    ] == [(3, LATE)]
    with pytest.raises(SerialsBehindError):
        teller.session.reserve_numbers(1)
    with pytest.raises(SerialsBehindError):
        take_serial_numbers(teller.store, 1)
    begun(teller.store)
    check(teller.store)
    assert not [found for found in teller.report().findings if "counter" in found.problem]
    assert teller.session.reserve_numbers(1) == EPOCH_SIZE


def office_row(serial, payment_serial):
    amounts = ("amount", "principal", "late_fee", "waived", "owed_principal", "owed_late_fee")
    return {
        "serial_number": serial,
        "kind": "APPLIED",
        "payment_serial": payment_serial,
        "merchant_id": "SCHOOL01",
        "currency": "156",
        "business_date": DAY,
        "posted_at": NOON,
        "who": "li",
        **{f"{name}_minor": 0 for name in amounts},
    }


def reversal_row(serial):
    return {
        "serial_number": serial,
        "key": "R|1",
        "original_key": "P|1",
        "reason": "68",
        "outcome": "NOTHING",
        "amount_minor": 1,
        "institution": "1",
        "business_date": DAY,
        "posted_at": NOON,
    }


def test_a_counter_that_is_level_with_its_payments_is_no_finding(teller):
    last = number_of(serial_of(teller.pay()))
    set_counter(teller.store, last + 1)
    check(teller.store)
    assert teller.report().whole
    set_counter(teller.store, last)
    with pytest.raises(SerialsBehindError):
        check(teller.store)
    assert not teller.report().whole


def test_payments_of_earlier_days_count_too(teller):
    with teller.store.transaction() as tx:
        tx.connection.execute(update(serial_counters).values(next_number=700))
    teller.pay()
    with teller.store.transaction() as tx:
        assert cutover(tx, DAY, BusinessDate.of(DAY + dt.timedelta(days=1)), "ann", NOON)
    set_counter(teller.store, 1)
    with pytest.raises(SerialsBehindError, match=r"\(1\).*700"):
        check(teller.store)


def test_each_restore_has_an_epoch_of_its_own_until_they_are_used_up(store):
    assert [begun(store).epoch for _ in range(9)] == list(range(1, 10))
    with pytest.raises(SerialsUsedUpError, match="0 to 9, are used up: nothing was changed"):
        begun(store)
    assert counter_of(store) == 9 * EPOCH_SIZE


def test_numbers_of_more_digits_are_never_given_out(teller):
    set_counter(teller.store, NUMBERS_END - 2)
    assert teller.session.reserve_numbers(2) == NUMBERS_END - 2
    with pytest.raises(SerialsUsedUpError, match="nothing can be posted"):
        teller.session.reserve_numbers(1)


def test_without_a_counter_nothing_is_said_about_numbers(store):
    with store.transaction() as tx:
        append_audit(tx, "li", *about("test"), None, None, NOON)
        tx.connection.execute(serial_counters.delete().where(serial_counters.c.name == SERIAL_NUMBERS))
    try:
        with pytest.raises(StoreMissingError, match="offline-collect init"):
            check(store)
        with pytest.raises(StoreMissingError, match="offline-collect init"):
            begun(store)
    finally:
        with store.transaction() as tx:
            tx.connection.execute(insert(serial_counters), {"name": SERIAL_NUMBERS, "next_number": 1})


def test_the_last_request_that_a_store_holds(teller):
    with teller.store.snapshot() as tx:
        assert last_known(tx) is None
    teller.pay("S1")
    teller.now += dt.timedelta(seconds=1)
    command, answer = teller.pay("S2")
    with teller.store.snapshot() as tx:
        last = last_known(tx)
    assert (last.received_at, last.serial_number) == (command.received_at, answer.values["serial_number"])
    assert last.institution == command.institution


def test_an_open_store_is_in_use(teller, migrated_url):
    teller.pay()
    with pytest.raises(StoreInUseError, match="stop all servers"):
        refuse_in_use(settings_of(migrated_url))
    teller.session.close()
    teller.store.dispose()
    refuse_in_use(settings_of(migrated_url))
    assert teller.session.begin().date == DAY, "it was asked, and is as it was"


def test_the_last_numbers_are_read_from_the_indexes(sqlite_teller):
    with sqlite_teller.store.snapshot() as tx:
        statement = last_serials("sqlite").compile(dialect=tx.connection.dialect)
        values = tuple(wanted(("low", "high"), [("1", "2")]).values())
        lines = [row[-1] for row in tx.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)]
    assert [line for line in lines if line.startswith("SEARCH")]
    assert not [line for line in lines if line.startswith("SCAN") and "VIRTUAL TABLE" not in line]
