"""The watch over the business day: when the clock cuts the day, when it does not, and who is notified."""

import datetime as dt
import logging
from zoneinfo import ZoneInfo

import pytest

from offline_collect.app.observability.metrics import Metrics
from offline_collect.app.serving.day_watch import DOUBT_TOLD_EVERY_S, DayWatch
from offline_collect.domain.business_days.calendar import BusinessCalendar
from offline_collect.domain.business_days.cutover import CutoverTimes
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.store import AuditFilter, StoreSettings, audit_rows, open_store, recent_days
from tests.databases.school import DAY, fill, findings
from tests.fakes.clock import HandClock

SHANGHAI = ZoneInfo("Asia/Shanghai")
TIMES = CutoverTimes(SHANGHAI, dt.time(23, 30))
EVENING = dt.datetime(2026, 11, 22, 23, 29, tzinfo=SHANGHAI).astimezone(dt.UTC)
NEXT = BusinessDate(2026, 11, 23)
HOUR_S = 3_600


@pytest.fixture
def store(sqlite_url):
    """A store whose business day of 22 November was opened at its midnight."""
    fill(sqlite_url)
    store = open_store(StoreSettings(sqlite_url))
    yield store
    store.dispose()


@pytest.fixture
def clock():
    return HandClock(EVENING)


@pytest.fixture
def watch(store, clock):
    return Watch(store, clock)


class Watch:
    """A server's watch over a store."""

    def __init__(self, store, clock, times=TIMES):
        self.clock = clock
        self.metrics = Metrics()
        self.watch = DayWatch(store, times, clock, self.metrics, store.open_day().date)

    def look(self, seconds=0, every=5):
        """Check now, and then regularly for a while; return the open date after that."""
        date = self.watch.look()
        for _ in range(0, seconds, every):
            self.clock.advance(every)
            date = self.watch.look()
        return date

    def metric(self, name):
        lines = self.metrics.render().decode().splitlines()
        return next(float(line.split()[1]) for line in lines if line.startswith(f"offline_collect_{name} "))


def trail(store):
    with store.snapshot() as reading:
        rows = audit_rows(reading, AuditFilter())
        return [(row.actor, row.what, row.before, row.after) for row in rows]


def dates(store):
    with store.snapshot() as reading:
        return [day.date.day for day in recent_days(reading)]


def test_the_clock_cuts_the_day_once_four_readings_say_so(store, watch, caplog):
    with caplog.at_level(logging.INFO):
        assert watch.look(60 + 40) == DAY
        assert watch.look(10) == NEXT
    assert trail(store) == [
        ("clock", "day cutover 2026-11-22", {"open": "2026-11-22"}, {"open": "2026-11-23"})
    ]
    assert [record.getMessage() for record in caplog.records] == [
        "business day 2026-11-23 is open: 2026-11-22 was closed by clock"
    ]
    assert store.open_day().opened_at == watch.clock.now() - dt.timedelta(seconds=5)
    assert findings(store) == []


def test_it_is_cut_once_and_again_a_day_later(store, watch):
    watch.look(6 * HOUR_S, every=30)
    assert dates(store) == [23, 22]
    watch.look(19 * HOUR_S, every=30)
    assert dates(store) == [24, 23, 22]
    assert [who for who, *_ in trail(store)] == ["clock", "clock"]


@pytest.mark.parametrize(
    "wrong",
    [
        dt.datetime(2026, 11, 22, 23, 31, tzinfo=SHANGHAI),
        dt.datetime(2036, 6, 1, tzinfo=dt.UTC),
        EVENING + dt.timedelta(days=45),
    ],
    ids=["tonight at noon", "2036", "45 days"],
)
@pytest.mark.parametrize("seconds", [0, 40])
def test_a_clock_that_is_wrong_for_a_moment_cuts_nothing_nor_after_a_restart(store, watch, wrong, seconds):
    """The clock is set, checked once or for two thirds of a minute, and corrected again."""
    clock = watch.clock
    clock.set_wall(EVENING - dt.timedelta(hours=12))
    watch.look(60)
    right = clock.now()
    clock.set_wall(wrong.astimezone(dt.UTC))
    for server in (watch, Watch(store, clock)):
        clock.set_wall(wrong.astimezone(dt.UTC))
        server.look(seconds)
        clock.set_wall(right)
        assert server.look(60) == DAY
    assert dates(store) == [22]
    assert trail(store) == []


@pytest.mark.parametrize(
    "wrong",
    [dt.datetime(2036, 6, 1, tzinfo=dt.UTC), EVENING + dt.timedelta(days=45)],
    ids=["2036", "45 days"],
)
def test_a_clock_that_stays_wrong_cuts_nothing_and_is_told(store, watch, wrong, caplog):
    watch.look(60)
    watch.clock.set_wall(wrong)
    assert watch.look(300) == DAY
    assert watch.metric("clock_disagrees") == 1
    assert watch.metric("clock_jumps_total") == 1
    (note,) = watch.watch.notes()
    assert note.startswith("business day 2026-11-22 is open, and by this machine's clock (")
    errors = [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]
    assert [error[:60] for error in errors] == [note[:60]], "once, not at every look"


def test_a_doubt_that_lasts_is_told_every_hour_and_its_end_once(watch, caplog):
    right = watch.clock.now()
    watch.clock.set_wall(right + dt.timedelta(days=45))
    with caplog.at_level(logging.INFO):
        watch.look(int(2 * DOUBT_TOLD_EVERY_S), every=30)
        watch.clock.set_wall(right)
        watch.look(30)
    told = [record.levelname for record in caplog.records]
    assert told == ["ERROR", "ERROR", "ERROR", "WARNING", "INFO"]
    assert "clock and open business day 2026-11-22 agree again" in caplog.text
    assert watch.metric("clock_disagrees") == 0
    assert watch.watch.notes() == []


def test_time_synchronisation_over_the_cutover_delays_it(store, watch):
    """The clock was two minutes slow, and is set past 23:30."""
    watch.look(30)
    watch.clock.set_wall(watch.clock.now() + dt.timedelta(seconds=120))
    assert watch.look(40) == DAY
    assert watch.look(5) == NEXT


def test_time_synchronisation_backwards_over_the_cutover_does_not_cut_the_next_day_too(store, watch):
    watch.look(120)
    assert dates(store) == [23, 22]
    watch.clock.set_wall(EVENING)
    watch.look(300)
    assert dates(store) == [23, 22]


def test_a_machine_that_slept_over_the_cutover_waits_for_its_readings(store, watch):
    watch.look(30)
    watch.clock.set_wall(watch.clock.now() + dt.timedelta(hours=8))
    assert watch.look(40) == DAY
    assert watch.look(5) == NEXT


def test_a_restart_does_not_carry_trust_over(store, watch):
    watch.look(60 + 40)
    assert watch.look() == DAY
    again = Watch(store, watch.clock)
    assert again.look(40) == DAY
    assert again.look(5) == NEXT


def test_after_three_days_off_an_operator_decides(store, clock, caplog):
    clock.set_wall(EVENING + dt.timedelta(days=3))
    watch = Watch(store, clock)
    assert watch.look(HOUR_S, every=30) == DAY
    assert "it should be 2026-11-26" in caplog.text
    at = clock.now()
    store.cutover(DAY, BusinessDate(2026, 11, 26), at, "zhang.wei")
    with caplog.at_level(logging.INFO):
        assert watch.look() == BusinessDate(2026, 11, 26)
    assert "business day 2026-11-26 is open: 2026-11-22 was closed by zhang.wei" in caplog.text
    assert watch.watch.notes() == []


def test_one_day_off_is_caught_up_with_one_cutover(store, clock):
    clock.set_wall(EVENING + dt.timedelta(hours=15))
    watch = Watch(store, clock)
    watch.look(6 * HOUR_S, every=30)
    assert dates(store) == [23, 22]


def test_a_day_is_not_cut_within_twelve_hours_of_its_opening(store, watch, caplog):
    """An operator catches up in the afternoon: that night's cutover comes after midnight."""
    opened = EVENING + dt.timedelta(hours=15)
    store.cutover(DAY, NEXT, opened, "zhang.wei")
    watch.clock.set_wall(EVENING + dt.timedelta(days=1))
    watch.look(HOUR_S, every=30)
    assert dates(store) == [23, 22]
    assert caplog.text.count("cutover of business day 2026-11-23 is due, but it was opened only at") == 1
    watch.clock.set_wall(opened + dt.timedelta(hours=12))
    watch.look(60)
    assert dates(store) == [24, 23, 22]


def test_a_day_that_another_clock_opened_in_the_future_is_in_doubt(store, watch):
    store.cutover(DAY, NEXT, EVENING + dt.timedelta(hours=5), "zhang.wei")
    watch.look(60)
    (note,) = watch.watch.notes()
    assert note.startswith(
        "business day 2026-11-23 was opened at 2026-11-23 04:29:00+08:00, and this machine's"
    )
    assert watch.metric("clock_disagrees") == 1


def test_the_calendar_says_which_day_is_next(store, clock):
    weekends = BusinessCalendar(weekend=frozenset({5, 6}), holidays=frozenset({dt.date(2026, 11, 23)}))
    watch = Watch(store, clock, CutoverTimes(SHANGHAI, dt.time(23, 30), weekends))
    assert watch.look(120) == BusinessDate(2026, 11, 24)
    watch.look(25 * HOUR_S, every=30)
    assert dates(store) == [24, 22]


class TestTwoServers:
    @pytest.fixture
    def stores(self, store_url):
        fill(store_url)
        stores = [open_store(StoreSettings(store_url)) for _ in range(2)]
        yield stores
        for store in stores:
            store.dispose()

    def test_both_cut_the_same_day_and_the_second_finds_it_done(self, stores):
        """The second server's clock is three minutes slow: it opens no second day at its own 23:30."""
        servers = [
            Watch(store, HandClock(EVENING - dt.timedelta(minutes=slow)))
            for store, slow in zip(stores, (0, 3), strict=True)
        ]
        for _ in range(0, 600, 5):
            for server in servers:
                server.look()
                server.clock.advance(5)
        assert dates(stores[0]) == [23, 22]
        assert len(trail(stores[0])) == 1

    def test_both_at_the_same_moment_cut_it_once(self, stores):
        """The first server has found the cutover due when the second server cuts the day."""
        first, second = (Watch(store, HandClock(EVENING)) for store in stores)
        for server in (first, second):
            server.look(60 + 40)
            server.clock.advance(5)
        taken = stores[0].cutover

        def late(*arguments):
            second.look()
            return taken(*arguments)

        stores[0].cutover = late
        assert first.look() == NEXT
        assert dates(stores[0]) == [23, 22]
        assert len(trail(stores[0])) == 1

    @pytest.mark.parametrize("wrong", [dt.timedelta(days=2), dt.timedelta(days=3653), dt.timedelta(days=-9)])
    def test_one_with_a_wrong_clock_cuts_nothing_and_the_other_goes_on(self, stores, wrong):
        right, other = Watch(stores[0], HandClock(EVENING)), Watch(stores[1], HandClock(EVENING + wrong))
        assert other.look(300) == DAY
        assert right.look(120) == NEXT
        assert other.look(300) == NEXT
        assert dates(stores[0]) == [23, 22]
        assert (right.metric("clock_disagrees"), other.metric("clock_disagrees")) == (0, 1)
