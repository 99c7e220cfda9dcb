"""When payers are reminded of bills."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from offline_collect.domain.effects import NoticeKind
from offline_collect.domain.notices.reminders import LATEST, NO_REMINDERS, ReminderTerms, reminders_on

TODAY = dt.date(2026, 11, 22)
DAYS = st.lists(st.integers(1, 60), max_size=5, unique=True)
TERMS = st.builds(ReminderTerms, DAYS, DAYS)


def hits(terms, due, on=TODAY):
    return [each for each in reminders_on(terms, on) if each.first <= due <= each.last]


def test_reminders_are_due_by_the_due_date():
    terms = ReminderTerms((7, 3), (1, 10))
    days = {
        due_in: [each.days for each in hits(terms, TODAY + dt.timedelta(days=due_in))]
        for due_in in range(-17, 9)
    }
    assert days[8] == []
    assert [days[due_in] for due_in in (7, 4, 3, 0)] == [[-7], [-7], [-3], [-3]]
    assert [days[due_in] for due_in in (-1, -7, -8, -10, -16, -17)] == [[1], [1], [], [10], [10], []]


def test_without_terms_nobody_is_reminded():
    assert reminders_on(NO_REMINDERS, TODAY) == []


@given(TERMS, st.integers(-80, 80))
def test_a_bill_has_one_reminder_at_most_and_never_the_wrong_kind(terms, due_in):
    due = TODAY + dt.timedelta(days=due_in)
    found = hits(terms, due)
    assert len(found) <= 1
    for each in found:
        assert (each.kind is NoticeKind.OVERDUE) == (due < TODAY)
        assert due + dt.timedelta(days=each.days) <= TODAY


@given(TERMS, st.integers(0, 6))
def test_a_reminder_is_made_up_for_if_no_later_one_is_due(terms, late):
    for days in [*(-each for each in terms.before), *terms.after]:
        due = TODAY - dt.timedelta(days=days + late)
        newer = [
            each for each in (*(-day for day in terms.before), *terms.after) if days < each <= days + late
        ]
        passed = days < 0 and due < TODAY
        if not newer and not passed and late <= LATEST.days:
            assert [each.days for each in hits(terms, due)] == [days]
