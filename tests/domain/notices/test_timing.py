"""When a notice goes out."""

import datetime as dt
import zoneinfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline_collect.domain.notices.timing import (
    Limits,
    QuietHours,
    Retries,
    day_of,
    first_due,
    next_attempt,
    postponed_to,
)

BEIJING = dt.timezone(dt.timedelta(hours=8))
NIGHT = QuietHours(dt.time(21), dt.time(8))
SIESTA = QuietHours(dt.time(12), dt.time(14))
LIMITS = Limits(per_minute=60, per_payer_a_day=3)
RETRIES = Retries(attempts_max=5, least_s=10, most_s=3600)


def at(text, zone=BEIJING):
    return dt.datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("quiet", "now", "end"),
    [
        (NIGHT, "2026-11-22 20:59:59", None),
        (NIGHT, "2026-11-22 21:00", "2026-11-23 08:00"),
        (NIGHT, "2026-11-23 00:00", "2026-11-23 08:00"),
        (NIGHT, "2026-11-23 07:59:59", "2026-11-23 08:00"),
        (NIGHT, "2026-11-23 08:00", None),
        (SIESTA, "2026-11-22 11:59", None),
        (SIESTA, "2026-11-22 12:00", "2026-11-22 14:00"),
        (SIESTA, "2026-11-22 14:00", None),
        (QuietHours(dt.time(8), dt.time(8)), "2026-11-22 08:00", None),
    ],
)
def test_quiet_hours_end(quiet, now, end):
    assert quiet.end_after(at(now).astimezone(dt.UTC), BEIJING) == (end and at(end))


def test_quiet_hours_are_on_the_clock_of_the_zone_also_when_it_is_put_forward():
    madrid = zoneinfo.ZoneInfo("Europe/Madrid")
    # The night of 29 March 2026 has an hour less.
    end = NIGHT.end_after(at("2026-03-28 22:00", madrid), madrid)
    assert end == dt.datetime(2026, 3, 29, 6, 0, tzinfo=dt.UTC)


MOMENTS = st.integers(0, 365 * 86_400).map(
    lambda second: dt.datetime(2026, 1, 1, tzinfo=dt.UTC) + dt.timedelta(seconds=second)
)
TIMES = st.times().map(lambda each: each.replace(second=0, microsecond=0))


@given(MOMENTS, TIMES, TIMES)
def test_the_end_of_quiet_hours_is_within_a_day_and_not_quiet(now, starts, ends):
    quiet = QuietHours(starts, ends)
    end = quiet.end_after(now, BEIJING)
    if end is not None:
        assert now < end <= now + dt.timedelta(days=1)
        assert quiet.end_after(end, BEIJING) is None


def test_a_day_is_that_of_the_zone():
    begins, ends = day_of(at("2026-11-22 00:30"), BEIJING)
    assert (begins, ends) == (at("2026-11-22 00:00"), at("2026-11-23 00:00"))
    assert begins.tzinfo is ends.tzinfo is dt.UTC


def test_a_new_notice_waits_for_others_of_its_customer():
    now = at("2026-11-22 10:00")
    assert first_due(now, dt.timedelta(minutes=2)) == at("2026-11-22 10:02")


@pytest.mark.parametrize(
    ("quiet", "sent", "until"),
    [
        (None, 2, None),
        (NIGHT, 2, None),
        (None, 3, "2026-11-23 00:00"),
        # The next day begins in quiet hours.
        (NIGHT, 3, "2026-11-23 08:00"),
        (QuietHours(dt.time(9), dt.time(11)), 0, "2026-11-22 11:00"),
    ],
)
def test_a_message_waits_for_the_end_of_quiet_hours_and_for_the_payer_s_next_day(quiet, sent, until):
    now = at("2026-11-22 10:00")
    found = postponed_to(now, BEIJING, quiet, sent_today=sent, limits=LIMITS)
    assert found == (until and at(until))


def test_pauses_double_up_to_the_longest():
    now = at("2026-11-22 10:00")
    retries = Retries(attempts_max=20, least_s=10, most_s=100)
    pauses = [(next_attempt(now, attempts, retries, 1.0) - now).seconds for attempts in range(1, 7)]
    assert pauses == [10, 20, 40, 80, 100, 100]


def test_after_the_last_attempt_there_is_none():
    now = at("2026-11-22 10:00")
    assert next_attempt(now, 4, RETRIES, 0.5) is not None
    assert next_attempt(now, 5, RETRIES, 0.5) is None


@pytest.mark.parametrize(("asked", "pause"), [(1, 5), (60, 60), (100_000, 3600), (None, 5)])
def test_a_receiver_may_ask_for_a_longer_pause(asked, pause):
    now = at("2026-11-22 10:00")
    assert next_attempt(now, 1, RETRIES, 0.0, asked) == now + dt.timedelta(seconds=pause)


@given(st.integers(1, 10**6), st.floats(0, 1), st.integers(1, 3600), st.integers(1, 86_400))
def test_every_pause_is_between_half_and_all_of_its_length_and_bounded(attempts, share, least, most):
    now = at("2026-11-22 10:00")
    retries = Retries(attempts_max=10**7, least_s=least, most_s=most)
    pause = (next_attempt(now, attempts, retries, share) - now).total_seconds()
    assert min(least, most) / 2 <= pause <= most
