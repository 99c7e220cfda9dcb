"""A merchant's postings and figures from the store, compared with what was done on these days."""

import datetime as dt
import tracemalloc
from collections import Counter

import pytest
from sqlalchemy import insert, update

from offline_collect.domain.commands import ReversalReason
from offline_collect.store import verify
from offline_collect.store.reports.day_details import stream_details
from offline_collect.store.reports.day_totals import (
    Tally,
    business_days_between,
    office_tallies,
    owed_before,
    owed_more,
    payment_tallies,
    posting_sums,
    reversal_tallies,
)
from offline_collect.store.reports.ledger_postings import AT_ONCE
from offline_collect.store.schema.tables import entries, payments
from tests.databases.school_week import (
    AMOUNT,
    EXPECTED,
    MONDAY,
    OPERATOR,
    OWED,
    POSTINGS,
    THURSDAY,
    TUESDAY,
    SchoolWeek,
)

SCHOOL = "SCHOOL01"


@pytest.fixture
def week(store):
    """The store after four days, and the serial numbers that tests name."""
    return store, SchoolWeek(store).live()


@pytest.fixture
def reading(week):
    store, _ = week
    with store.snapshot() as opened:
        yield opened


def details(tx, first, last=None):
    return list(stream_details(tx, SCHOOL, first, last or first))


def by_serial(found):
    return {each.serial_number: each for each in found}


def test_the_days_of_the_tests_are_whole(reading):
    assert verify(reading).findings == ()


@pytest.mark.parametrize("day", EXPECTED, ids=str)
def test_each_kind_of_a_day_is_counted_and_summed_by_the_ledger(reading, day):
    found = {}
    for each in posting_sums(reading, SCHOOL, day, day):
        known = found.get(each.kind.value, (0, 0))
        found[each.kind.value] = (known[0] + each.count, known[1] + each.count * each.amount_minor)
    assert found == EXPECTED[day]
    assert owed_more(reading, SCHOOL, day, day) == OWED[day]


def test_what_the_merchant_was_owed_is_carried_from_day_to_day(reading):
    assert owed_before(reading, SCHOOL, MONDAY) == 0
    assert owed_before(reading, SCHOOL, TUESDAY) == OWED[MONDAY]
    assert owed_before(reading, SCHOOL, THURSDAY) == OWED[MONDAY] + OWED[TUESDAY]
    assert owed_more(reading, SCHOOL, MONDAY, THURSDAY) == sum(OWED.values())
    assert owed_before(reading, "WATER001", TUESDAY) == 3_000


def test_payments_reversals_and_postings_by_hand_say_the_same(reading):
    taken = payment_tallies(reading, SCHOOL, MONDAY, THURSDAY)
    assert taken == {MONDAY: Tally(9, 8 * AMOUNT + 777), TUESDAY: Tally(1, AMOUNT)}
    back = reversal_tallies(reading, SCHOOL, MONDAY, THURSDAY)
    assert back == {
        MONDAY: Tally(3, 2 * AMOUNT + 777),
        TUESDAY: Tally(1, AMOUNT),
        THURSDAY: Tally(1, AMOUNT),
    }
    by_hand = office_tallies(reading, SCHOOL, TUESDAY, TUESDAY)
    assert {kind.value: tally for (_, kind), tally in by_hand.items()} == dict.fromkeys(
        ("REFUNDED", "APPLIED", "UNDONE"), Tally(1, AMOUNT)
    )


@pytest.mark.parametrize("day", POSTINGS, ids=str)
def test_every_posting_of_a_day_is_given_once_in_order(reading, day):
    found = details(reading, day)
    serials = [each.serial_number for each in found]
    assert serials == sorted(set(serials))
    assert Counter(each.kind.value for each in found) == {
        kind: count for kind, (count, _) in EXPECTED[day].items()
    }
    assert {each.business_date for each in found} == ({day} if POSTINGS[day] else set())


def test_a_payment_comes_with_its_bill_customer_and_parts(week, reading):
    kept = by_serial(details(reading, MONDAY))[week[1].kept]
    assert (kept.bill_no, kept.customer_no, kept.customer_name) == ("S1", "2026030117", "王小明")
    assert (kept.description, kept.period) == ("十一月餐费", "2026-11")
    assert (kept.principal_minor, kept.late_fee_minor, kept.credited_minor) == (AMOUNT, 0, AMOUNT)
    assert (kept.channel.value, kept.tender.value, kept.teller) == ("TELLER", "CASH", "T001")
    assert "王小明" not in repr(kept)


def test_a_reversal_of_another_day_names_its_original_and_both_dates(week, reading):
    (reversal,) = (each for each in details(reading, TUESDAY) if each.kind.value == "REVERSED")
    assert (reversal.payment_serial, reversal.paid_on) == (week[1].taken_back, MONDAY)
    assert (reversal.business_date, reversal.reason) == (TUESDAY, ReversalReason.NO_ANSWER)
    assert reversal.credited_minor == reversal.collected_minor == -AMOUNT
    assert reversal.posted_at > by_serial(details(reading, MONDAY))[week[1].taken_back].posted_at


def test_money_applied_out_of_suspense_counts_with_the_bill_that_it_went_to(week, reading):
    before = by_serial(details(reading, MONDAY))[week[1].applied]
    assert (before.bill_no, before.customer_no, before.principal_minor) == ("S55", None, 0)
    assert (before.credited_minor, before.suspended_minor, before.collected_minor) == (0, AMOUNT, AMOUNT)
    (applied,) = (each for each in details(reading, TUESDAY) if each.kind.value == "APPLIED")
    assert (applied.bill_no, applied.customer_no, applied.principal_minor) == ("S5", "2026030117", AMOUNT)
    assert (applied.credited_minor, applied.suspended_minor, applied.collected_minor) == (AMOUNT, -AMOUNT, 0)
    assert (applied.teller, applied.remark) == ("ops", "=1+1")
    (reversed_later,) = details(reading, THURSDAY)
    assert (reversed_later.payment_serial, reversed_later.bill_no) == (week[1].applied, "S5")
    assert (reversed_later.credited_minor, reversed_later.principal_minor) == (-AMOUNT, AMOUNT)


def test_what_people_post_names_them_and_their_reason(week, reading):
    monday = by_serial(details(reading, MONDAY))[week[1].outside]
    assert (monday.tender.value, monday.remark) == ("OUTSIDE", "R-0001")
    tuesday = {each.kind.value: each for each in details(reading, TUESDAY)}
    assert (tuesday["REFUNDED"].teller, tuesday["REFUNDED"].remark) == (OPERATOR, "paid twice")
    assert (tuesday["OUTSIDE_REVERSED"].teller, tuesday["OUTSIDE_REVERSED"].remark) == ("ops", "wrong bill")


def test_a_snapshot_does_not_see_what_is_paid_while_it_is_read(week):
    store, _ = week
    with store.snapshot() as reading:
        before = [each.serial_number for each in details(reading, MONDAY, THURSDAY)]
        with store.transaction() as tx:
            tx.connection.execute(update(payments).values(teller="T999"))
            tx.connection.execute(entries.delete().where(entries.c.business_date == THURSDAY))
        assert [each.serial_number for each in details(reading, MONDAY, THURSDAY)] == before
        assert by_serial(details(reading, MONDAY))[week[1].kept].teller == "T001"


def test_business_days_are_those_that_were_opened(reading):
    asked = business_days_between(reading, MONDAY, TUESDAY.replace(year=2027))
    assert [day.date for day in asked] == list(EXPECTED)
    assert business_days_between(reading, MONDAY.replace(year=2025), MONDAY.replace(year=2025)) == []


def put_payments(store, numbers):
    """Write payments of one merchant and day into the store, with only their entries."""
    serials = [f"{MONDAY.compact}{nth:012d}" for nth in numbers]
    with store.transaction() as tx:
        (row,) = tx.connection.execute(payments.select().limit(1)).mappings()
        tx.connection.execute(
            insert(payments), [{**row, "serial_number": serial, "key": serial} for serial in serials]
        )
        columns = ("posting", "payment_serial", "line", "account", "owner", "amount_minor")
        lines = ((1, "CLEARING", "12345678", AMOUNT), (2, "PAYABLE", SCHOOL, -AMOUNT))
        rows = [
            {
                **dict(zip(columns, (serial, serial, *line), strict=True)),
                "currency": "156",
                "business_date": MONDAY,
            }
            for serial in serials
            for line in lines
        ]
        tx.connection.execute(insert(entries), rows)


def peak_bytes(store, count):
    """Return Python's peak memory while this many postings are read."""
    with store.snapshot() as reading:
        tracemalloc.start()
        try:
            assert sum(1 for _ in stream_details(reading, SCHOOL, MONDAY, MONDAY)) == count
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()


def test_memory_does_not_grow_with_the_day(week):
    store, _ = week
    few, more = 3 * AT_ONCE, 12 * AT_ONCE
    put_payments(store, range(500_000, 500_000 + few))
    peak_bytes(store, POSTINGS[MONDAY] + few)
    small = peak_bytes(store, POSTINGS[MONDAY] + few)
    put_payments(store, range(600_000, 600_000 + more))
    assert peak_bytes(store, POSTINGS[MONDAY] + few + more) < 1.5 * small


@pytest.mark.postgresql
def test_on_postgresql_the_rows_wait_in_the_server(postgresql_teller):
    postgresql_teller.pay("S1")
    put_payments(postgresql_teller.store, range(500_000, 500_000 + 2 * AT_ONCE))
    with postgresql_teller.store.snapshot() as reading:
        stream = stream_details(reading, SCHOOL, MONDAY, MONDAY)
        next(stream)
        waiting = reading.connection.exec_driver_sql("SELECT count(*) FROM pg_cursors").scalar()
        assert sum(1 for _ in stream) == 2 * AT_ONCE
    assert waiting == 1


def test_a_day_of_another_year_has_nothing(reading):
    past = MONDAY.replace(year=2025)
    assert details(reading, past, past + dt.timedelta(days=30)) == []
    assert list(posting_sums(reading, SCHOOL, past, past)) == []
