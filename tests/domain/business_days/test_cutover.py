"""When a business day ends, and what prevents the clock from ending it."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from offline_collect.domain.business_days.calendar import EVERY_DAY, BusinessCalendar
from offline_collect.domain.business_days.clock_readings import Reading, Readings
from offline_collect.domain.business_days.cutover import (
    CutoverTimes,
    PlannedCutover,
    UnusualDay,
    Verdict,
    plan_cutover,
    unusual_words,
)
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.business_days.days import BusinessDay, DayState
from offline_collect.domain.errors import CutoverError, OpeningError

SHANGHAI = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")
HALF_PAST_ELEVEN = dt.time(23, 30)
HALF_PAST_TWO = dt.time(2, 30)
WEEKDAYS = BusinessCalendar(weekend=frozenset({5, 6}))
TIMES = CutoverTimes(SHANGHAI, HALF_PAST_ELEVEN)
FRIDAY = BusinessDate(2026, 11, 20)
DAY = dt.timedelta(days=1)


def at(day, hour, minute=0, zone=SHANGHAI):
    return dt.datetime(2026, 11, day, hour, minute, tzinfo=zone).astimezone(dt.UTC)


def opened(date, moment):
    return BusinessDay(date, DayState.OPEN, moment, None)


def believed(now):
    """Readings that have agreed for a minute."""
    start = now - dt.timedelta(seconds=60)
    readings = Readings.begin(Reading(start, 0))
    for seconds in (15, 30, 45, 60):
        readings = readings.followed_by(Reading(start + dt.timedelta(seconds=seconds), seconds))
    return readings


def judge(now, date=FRIDAY, times=TIMES, since=None):
    return times.judge(opened(date, since or now - DAY), believed(now))


@pytest.mark.parametrize(
    ("now", "verdict"),
    [
        (at(20, 23, 29), Verdict.NOT_DUE),
        (at(20, 23, 30), Verdict.UNPROVED),
        (at(20, 23, 31), Verdict.DUE),
        (at(21, 8), Verdict.DUE),
        (at(21, 23, 29), Verdict.DUE),
        (at(21, 23, 30), Verdict.DAYS_APART),
        (at(23, 8), Verdict.DAYS_APART),
        (at(19, 23, 29), Verdict.NOT_DUE),
        (at(18, 23, 29), Verdict.DAYS_APART),
    ],
    ids=[
        "before",
        "just now",
        "for a minute",
        "in the morning after",
        "a day late",
        "two cutovers missed",
        "three days off",
        "cut early by hand",
        "the clock is two days behind",
    ],
)
def test_the_clock_closes_the_day_only_where_it_is_one_cutover_behind(now, verdict):
    assert judge(now) is verdict


@pytest.mark.parametrize("years", [1, 10, -10])
def test_a_clock_that_is_wrong_by_years_closes_nothing(years):
    now = at(20, 23, 31).replace(year=2026 + years)
    assert judge(now, since=at(19, 23, 31)) is Verdict.DAYS_APART


def test_a_start_begins_without_trust():
    now = at(20, 23, 45)
    assert TIMES.judge(opened(FRIDAY, now - DAY), Readings.begin(Reading(now, 0))) is Verdict.UNPROVED


def test_the_clock_does_not_close_a_day_within_twelve_hours_of_its_opening():
    now = at(20, 23, 31)
    half_a_day = dt.timedelta(hours=12)
    assert judge(now, since=now - half_a_day) is Verdict.DUE
    assert judge(now, since=now - half_a_day + dt.timedelta(seconds=1)) is Verdict.OPENED_LATELY


def test_a_day_that_was_opened_at_a_moment_to_come_is_in_doubt():
    now = at(20, 12)
    hour = dt.timedelta(hours=1)
    assert judge(now, since=now + hour) is Verdict.NOT_DUE
    assert judge(now, since=now + hour + dt.timedelta(seconds=1)) is Verdict.OPENED_AHEAD


def test_where_days_are_closed_by_command_only_the_clock_closes_none_but_may_disagree():
    by_command = CutoverTimes(SHANGHAI, None)
    assert judge(at(20, 23, 45), times=by_command) is Verdict.NOT_DUE
    assert judge(at(21, 23, 45), times=by_command) is Verdict.NOT_DUE
    assert judge(at(22, 0), times=by_command) is Verdict.DAYS_APART


@pytest.mark.parametrize(
    ("now", "date"),
    [(at(20, 23, 29), 20), (at(20, 23, 30), 21), (at(21, 0, 10), 21), (at(21, 23, 30), 22)],
)
def test_the_clock_s_business_day_is_the_first_whose_cutover_is_to_come(now, date):
    assert TIMES.date_of(now) == BusinessDate(2026, 11, date)


class TestWithWeekends:
    TIMES = CutoverTimes(SHANGHAI, HALF_PAST_ELEVEN, WEEKDAYS)

    def test_friday_s_cutover_opens_monday(self):
        assert self.TIMES.date_of(at(20, 23, 31)) == BusinessDate(2026, 11, 23)
        assert judge(at(20, 23, 31), times=self.TIMES) is Verdict.DUE

    def test_a_server_that_was_off_over_the_weekend_is_one_day_behind(self):
        assert judge(at(23, 8), times=self.TIMES) is Verdict.DUE
        assert judge(at(23, 23, 31), times=self.TIMES) is Verdict.DAYS_APART

    def test_a_day_off_that_somebody_opened_is_closed_in_its_turn(self):
        saturday = BusinessDate(2026, 11, 21)
        assert judge(at(21, 12), saturday, self.TIMES) is Verdict.NOT_DUE
        assert judge(at(21, 23, 31), saturday, self.TIMES) is Verdict.DUE


class TestNightsWhenClocksChange:
    """Berlin: on 2026-03-29 two o'clock becomes three; on 2026-10-25 three o'clock becomes two."""

    TIMES = CutoverTimes(BERLIN, HALF_PAST_TWO)

    @pytest.mark.parametrize(
        ("utc", "passed"),
        [("2026-03-29T01:29", False), ("2026-03-29T01:30", True)],
    )
    def test_a_time_that_is_skipped_comes_that_much_later(self, utc, passed):
        """01:30 UTC is 03:30 there: 02:30 and the hour that was skipped."""
        now = dt.datetime.fromisoformat(f"{utc}+00:00")
        assert self.TIMES.passed(dt.date(2026, 3, 29), now) is passed
        assert self.TIMES.date_of(now) == dt.date(2026, 3, 30 if passed else 29)

    @pytest.mark.parametrize(
        ("utc", "passed"),
        [("2026-10-25T00:29", False), ("2026-10-25T00:30", True), ("2026-10-25T01:10", True)],
    )
    def test_of_a_time_that_comes_twice_the_first_counts(self, utc, passed):
        now = dt.datetime.fromisoformat(f"{utc}+00:00")
        assert self.TIMES.passed(dt.date(2026, 10, 25), now) is passed
        assert self.TIMES.date_of(now) == dt.date(2026, 10, 26 if passed else 25)

    @pytest.mark.parametrize("first", [dt.date(2026, 3, 27), dt.date(2026, 10, 23)])
    def test_each_night_has_one_cutover(self, first):
        day = opened(BusinessDate.of(first), dt.datetime.combine(first, HALF_PAST_TWO, BERLIN) - DAY)
        start = dt.datetime.combine(first, dt.time(0), dt.UTC)
        cuts = []
        for minute in range(5 * 24 * 60):
            now = start + dt.timedelta(minutes=minute)
            if self.TIMES.judge(day, believed(now)) is Verdict.DUE:
                day = opened(EVERY_DAY.next_after(day.date), now)
                cuts.append(now.astimezone(BERLIN).date())
        assert cuts == [first + dt.timedelta(days=nth) for nth in range(5)]


SATURDAY, MONDAY, TUESDAY = (BusinessDate(2026, 11, day) for day in (21, 23, 24))


@pytest.mark.parametrize(
    ("opening", "unusual"),
    [
        (None, None),
        (MONDAY, None),
        (TUESDAY, UnusualDay.LATER),
        (SATURDAY, UnusualDay.NOT_WORKED),
    ],
)
def test_an_ordered_cutover_opens_the_calendars_next_day_or_says_what_is_unusual(opening, unusual):
    planned = PlannedCutover(FRIDAY, opening or MONDAY, MONDAY, unusual)
    assert plan_cutover(FRIDAY, None, opening, WEEKDAYS) == planned
    assert plan_cutover(FRIDAY, FRIDAY, opening, WEEKDAYS) == planned


@pytest.mark.parametrize(
    ("unusual", "said"),
    [
        (UnusualDay.LATER, "the next business day is 2026-11-23: no command goes back"),
        (
            UnusualDay.NOT_WORKED,
            "2026-11-24 is not a business day of the calendar; the next one is 2026-11-23",
        ),
    ],
)
def test_an_unusual_day_is_said_in_words(unusual, said):
    assert unusual_words(unusual, TUESDAY, MONDAY).startswith(said)


def test_a_day_that_is_closed_already_needs_no_cutover():
    assert plan_cutover(MONDAY, FRIDAY, None, WEEKDAYS) is None


def test_a_day_that_is_not_open_yet_cannot_be_closed_and_none_opens_before_the_one_that_closes():
    with pytest.raises(CutoverError, match="2026-11-23 cannot be closed: 2026-11-20 is open"):
        plan_cutover(FRIDAY, MONDAY, None, WEEKDAYS)
    with pytest.raises(
        OpeningError, match=r"^2026-11-20: must be later than 2026-11-20, the day that is closed"
    ):
        plan_cutover(FRIDAY, FRIDAY, FRIDAY, WEEKDAYS)
