"""Sums of days are read again when they are old, one after the other, beside those who look at them."""

from dataclasses import replace

import pytest

from offline_collect.domain.access.actor import NotPermittedError
from offline_collect.domain.access.organisation import Scope
from offline_collect.domain.access.roles import Role
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.merchant.reports import day_sums_kept, kept_readings, paid_merchants_kept
from offline_collect.merchant.reports.day_sums_kept import DaySumsKept
from offline_collect.merchant.reports.kept_readings import KEPT_MAX, KEPT_S, KEPT_TIMES
from offline_collect.merchant.reports.paid_merchants_kept import PaidMerchants, PaidMerchantsKept
from offline_collect.store import StoreError
from tests.fakes.bank import DAY
from tests.fakes.clock import HandClock
from tests.merchant.documents import NOW
from tests.support.actors import user

OLGA = user("olga", Role.OPERATOR)
OTHERS = [replace(OLGA, scope=Scope(f"/B{n}/")) for n in range(KEPT_MAX)]
NEXT = BusinessDate(2026, 11, 23)


class Store:
    """Stands for a store: a reading of its sums takes as long as the test says."""

    def __init__(self, clock):
        self.clock, self.takes_s, self.read, self.error = clock, 0, [], None

    def within(self, scope):
        self.scope = scope
        return self

    def snapshot(self):
        return self

    def __enter__(self):
        return self.scope

    def __exit__(self, *_):
        return None

    def sums(self, scope, day):
        self.clock.advance(self.takes_s)
        if self.error is not None:
            raise self.error
        self.read.append((scope, day))
        return [f"reading {len(self.read)}"]


class Later:
    """Runs the reader when the test says."""

    def __init__(self):
        self.begun = []

    def __call__(self, work):
        self.begun.append(work)

    def run(self):
        (work,), self.begun = self.begun, []
        work()


@pytest.fixture(autouse=True)
def nobody_waits(monkeypatch):
    monkeypatch.setattr(kept_readings, "WAIT_S", 0)


@pytest.fixture
def store(monkeypatch):
    made = Store(HandClock(NOW))
    monkeypatch.setattr(day_sums_kept, "hour_sums", made.sums)
    return made


@pytest.fixture
def kept(store):
    return DaySumsKept(store.clock.monotonic, lambda work: work())


@pytest.fixture
def later():
    return Later()


@pytest.fixture
def kept_later(store, later):
    return DaySumsKept(store.clock.monotonic, later)


def test_sums_are_kept_for_ten_seconds(store, kept):
    assert kept.of(store, OLGA, DAY) == ["reading 1"]
    store.clock.advance(KEPT_S - 1)
    assert kept.of(store, OLGA, DAY) == ["reading 1"]
    store.clock.advance(1)
    assert kept.of(store, OLGA, DAY) == ["reading 2"]
    assert store.read == [(OLGA.scope, DAY)] * 2


def test_the_longer_all_readings_take_the_longer_sums_are_kept(store, kept):
    store.takes_s = 3
    kept.of(store, OLGA, DAY)
    kept.of(store, OTHERS[0], DAY)
    read = len(store.read)
    store.clock.advance(6 * KEPT_TIMES - 4)
    assert kept.of(store, OLGA, DAY) == ["reading 1"]
    assert len(store.read) == read
    store.clock.advance(1)
    assert kept.of(store, OLGA, DAY) == ["reading 3"]


def test_nobody_waits_for_the_reader(store, kept_later, later):
    assert kept_later.of(store, OLGA, DAY) is None
    assert kept_later.of(store, OLGA, DAY) is None
    later.run()
    assert kept_later.of(store, OLGA, DAY) == ["reading 1"]
    store.clock.advance(KEPT_S)
    assert kept_later.of(store, OLGA, DAY) == ["reading 1"], "the former ones, while they are read again"
    later.run()
    assert kept_later.of(store, OLGA, DAY) == ["reading 2"]


def test_one_reader_reads_all_and_first_what_nobody_has_read(store, kept_later, later):
    kept_later.of(store, OLGA, DAY)
    later.run()
    store.clock.advance(KEPT_S)
    kept_later.of(store, OLGA, DAY)
    kept_later.of(store, OLGA, NEXT)
    kept_later.of(store, OTHERS[0], DAY)
    assert len(later.begun) == 1
    later.run()
    assert store.read[1:] == [(OLGA.scope, NEXT), (OTHERS[0].scope, DAY), (OLGA.scope, DAY)]


def test_an_error_is_told_and_the_next_look_reads_again(store, kept):
    store.error = StoreError("the disk is gone")
    with pytest.raises(StoreError, match="the disk is gone"):
        kept.of(store, OLGA, DAY)
    store.error = None
    assert kept.of(store, OLGA, DAY) == ["reading 1"]


def test_an_error_leaves_the_former_sums(store, kept):
    kept.of(store, OLGA, DAY)
    store.clock.advance(KEPT_S)
    store.error = StoreError("the disk is gone")
    assert kept.of(store, OLGA, DAY) == ["reading 1"]


def test_kept_sums_are_not_shown_to_who_may_not_look(store, kept):
    kept.of(store, OLGA, DAY)
    with pytest.raises(NotPermittedError):
        kept.of(store, replace(OLGA, roles=frozenset()), DAY)


def test_each_scope_has_its_own_sums_and_their_number_is_bounded(store, kept):
    kept.of(store, OLGA, DAY)
    for other in OTHERS:
        kept.of(store, other, DAY)
    assert kept.of(store, OTHERS[-1], DAY) == [f"reading {KEPT_MAX + 1}"]
    assert kept.of(store, OLGA, DAY) == [f"reading {KEPT_MAX + 2}"], "those of the group had gone"


def test_without_the_test_s_own_way_a_thread_reads(store, monkeypatch):
    monkeypatch.setattr(kept_readings, "WAIT_S", None)
    assert DaySumsKept(store.clock.monotonic).of(store, OLGA, DAY) == ["reading 1"]


def test_merchants_are_kept_twenty_times_as_long_as_hours(store, monkeypatch):
    monkeypatch.setattr(paid_merchants_kept, "merchant_sums", lambda *_: ["merchants"])
    monkeypatch.setattr(paid_merchants_kept, "hour_sums", store.sums)
    kept = PaidMerchantsKept(store.clock.monotonic, lambda work: work())
    store.takes_s = 1
    assert kept.of(store, OLGA, DAY) == PaidMerchants(["merchants"], ["reading 1"])
    store.clock.advance(20 * KEPT_TIMES - 2)
    assert kept.of(store, OLGA, DAY).hours == ["reading 1"]
    store.clock.advance(2)
    assert kept.of(store, OLGA, DAY).hours == ["reading 2"]
