"""When a notice goes out: merge window, quiet hours, limits, and the pauses between attempts."""

from __future__ import annotations

import datetime as dt

from offline_collect.domain.values import value

_DOUBLINGS_MAX = 40
"""More are never needed: every bound of a pause is reached before."""


@value
class QuietHours:
    """The part of each day in which no payer is disturbed, on the clock of a time zone; it may pass midnight.

    Attributes:
        starts: its first minute.
        ends: the first minute after it. The same as ``starts`` means no quiet hours.
    """

    starts: dt.time
    ends: dt.time

    def end_after(self, now: dt.datetime, zone: dt.tzinfo) -> dt.datetime | None:
        """Return when the quiet hours end in which ``now`` is; None if it is in none."""
        local = now.astimezone(zone)
        clock, day = local.time(), local.date()
        if self.starts <= self.ends:
            if not self.starts <= clock < self.ends:
                return None
        elif clock >= self.starts:
            day += dt.timedelta(days=1)
        elif clock >= self.ends:
            return None
        return dt.datetime.combine(day, self.ends, zone).astimezone(dt.UTC)


@value
class Limits:
    """What a channel sends at most.

    Attributes:
        per_minute: messages of the channel, of all senders together.
        per_payer_a_day: messages to one address on a day of the platform's time zone.
    """

    per_minute: int
    per_payer_a_day: int


@value
class Retries:
    """The attempts at one message.

    Attributes:
        least_s: the pause after the first attempt; it doubles after each.
        most_s: the longest pause, also if the receiver asks for a longer one.
    """

    attempts_max: int
    least_s: int
    most_s: int


def first_due(created_at: dt.datetime, merge_window: dt.timedelta) -> dt.datetime:
    """Return when a new notice is due: after the window in which others of its customer join it."""
    return created_at + merge_window


def day_of(now: dt.datetime, zone: dt.tzinfo) -> tuple[dt.datetime, dt.datetime]:
    """Return the beginning of a moment's day in a time zone, and that of the next day."""
    today = now.astimezone(zone).date()
    tomorrow = today + dt.timedelta(days=1)
    first, second = (dt.datetime.combine(each, dt.time(), zone) for each in (today, tomorrow))
    return first.astimezone(dt.UTC), second.astimezone(dt.UTC)


def postponed_to(
    now: dt.datetime, zone: dt.tzinfo, quiet: QuietHours | None, *, sent_today: int, limits: Limits
) -> dt.datetime | None:
    """Return until when a message to a payer must wait; None if it may go now.

    Args:
        sent_today: messages that went to the same address on this day.
    """
    begins, until = now, None
    if sent_today >= limits.per_payer_a_day:
        begins = until = day_of(now, zone)[1]
    ends = None if quiet is None else quiet.end_after(begins, zone)
    return until if ends is None else ends


def next_attempt(
    now: dt.datetime, attempts: int, retries: Retries, share: float, asked_s: float | None = None
) -> dt.datetime | None:
    """Return when a message that failed is tried again; None if that was the last attempt.

    The pause is exponential, bounded, and between half and all of its length by ``share``, so that messages that
    failed together do not return together.

    Args:
        attempts: begun ones, at least 1.
        share: a random number from 0 to 1.
        asked_s: the pause that the receiver asked for; a longer one than our own counts, up to the longest pause.
    """
    if attempts >= retries.attempts_max:
        return None
    doubled = retries.least_s << min(attempts - 1, _DOUBLINGS_MAX)
    pause = min(doubled, retries.most_s) * (1 + share) / 2
    if asked_s is not None:
        pause = max(pause, min(asked_s, retries.most_s))
    return now + dt.timedelta(seconds=pause)
