"""Traces are deleted when they can no longer recognise a repeat, and not before."""

import datetime as dt
from itertools import pairwise

import pytest
from sqlalchemy import insert, select

from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.settlement import trace_expiry
from offline_collect.settlement.trace_expiry import TraceExpiry
from offline_collect.store import StoreSettings, open_first_day, open_store, upgrade
from offline_collect.store.schema.tables import traces
from tests.fakes.clock import HandClock

DAYS = [BusinessDate(2026, 11, day) for day in (20, 21, 22)]
NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)


@pytest.fixture
def store(store_url):
    upgrade(StoreSettings(store_url))
    opened = open_store(StoreSettings(store_url))
    with opened.transaction() as tx:
        open_first_day(tx, DAYS[0], NOW - dt.timedelta(days=2))
    for closing, opening in pairwise(DAYS):
        opened.cutover(closing, opening, NOW)
    yield opened
    opened.dispose()


def leave(store, *left):
    """Write traces: name, business date, hours ago."""
    with store.transaction() as tx:
        tx.connection.execute(
            insert(traces),
            [
                {
                    "trace": f"P|1|T|{name}",
                    "fingerprint": "0" * 16,
                    "business_date": date,
                    "key": f"P|{name}",
                    "repeat": 0,
                    "received_at": NOW - dt.timedelta(hours=hours),
                }
                for name, date, hours in left
            ],
        )


def names(store):
    with store.snapshot() as reading:
        found = reading.connection.execute(select(traces.c.trace).order_by(traces.c.trace)).scalars()
        return [trace.removeprefix("P|1|T|") for trace in found]


def test_what_is_older_than_two_business_days_and_two_days_goes(store):
    leave(
        store,
        ("old", DAYS[0], 49),
        ("young", DAYS[0], 47),
        ("yesterday", DAYS[1], 99),
        ("today", DAYS[2], 99),
    )
    TraceExpiry(store, HandClock(NOW)).run()
    assert names(store) == ["today", "yesterday", "young"]


def test_all_pages_are_walked(store, monkeypatch):
    monkeypatch.setattr(trace_expiry, "PAGE", 3)
    leave(store, *((f"{nth:02}", DAYS[nth % 2], 49) for nth in range(10)))
    TraceExpiry(store, HandClock(NOW)).run()
    assert names(store) == ["01", "03", "05", "07", "09"]


def test_it_is_done_once_a_business_day(store):
    clock = HandClock(NOW)
    expiry = TraceExpiry(store, clock)
    expiry.run()
    leave(store, ("old", DAYS[0], 49))
    expiry.run()
    assert names(store) == ["old"]
    store.cutover(DAYS[2], BusinessDate(2026, 11, 23), NOW)
    expiry.run()
    assert names(store) == []
