"""Rules that change on a date: past business keeps the rule of its time."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline_collect.domain.dated_rules import chain
from offline_collect.domain.errors import RuleError
from offline_collect.domain.merchants import FeeRule

NEW_YEAR = dt.date(2027, 1, 1)
SPRING = dt.date(2027, 4, 1)
FIRST, SECOND, THIRD = FeeRule(10), FeeRule(20), FeeRule(30)


def dated(*changes):
    return chain([(None, FIRST), *changes])


def said(rule):
    return [(each.starts, each.per_payment_minor) for each in rule.history()]


def on(rule, *dates):
    return [rule.on(date).per_payment_minor for date in dates]


def test_each_date_has_the_rule_that_holds_on_it():
    rule = dated((NEW_YEAR, SECOND), (SPRING, THIRD))
    eve = dt.date(2026, 12, 31)
    assert on(rule, dt.date.min, eve, NEW_YEAR, SPRING - dt.timedelta(1), SPRING, dt.date.max) == [
        10,
        10,
        20,
        20,
        30,
        30,
    ]


def test_a_rule_that_never_changed_holds_always():
    assert on(FIRST, dt.date.min, NEW_YEAR) == [10, 10]
    assert FIRST.history() == (FIRST,)


def test_a_change_that_changes_nothing_is_left_out():
    assert said(dated((NEW_YEAR, FIRST), (SPRING, THIRD))) == [(None, 10), (SPRING, 30)]


def test_terms_are_a_rule_without_its_past():
    assert dated((NEW_YEAR, SECOND)).terms() == SECOND


@pytest.mark.parametrize("second", [NEW_YEAR, NEW_YEAR - dt.timedelta(1)])
def test_changes_come_one_after_the_other(second):
    with pytest.raises(RuleError, match=f"a rule from {second} on cannot follow one from 2027-01-01 on"):
        dated((NEW_YEAR, SECOND), (second, THIRD))


@pytest.mark.parametrize("parts", [{"starts": NEW_YEAR}, {"former": FIRST}])
def test_a_date_and_a_former_rule_belong_together(parts):
    with pytest.raises(RuleError, match="a rule that starts on a date follows another one"):
        FeeRule(1, **parts)


def test_an_amendment_holds_until_the_next_change_that_is_planned():
    assert said(dated((SPRING, THIRD)).amended(SECOND, NEW_YEAR)) == [
        (None, 10),
        (NEW_YEAR, 20),
        (SPRING, 30),
    ]


def test_an_amendment_of_the_same_date_takes_its_place():
    assert said(dated((NEW_YEAR, THIRD)).amended(SECOND, NEW_YEAR)) == [(None, 10), (NEW_YEAR, 20)]
    assert said(dated((NEW_YEAR, THIRD)).amended(FIRST, NEW_YEAR)) == [(None, 10)]


def test_where_nothing_has_happened_the_first_rule_itself_is_amended():
    assert said(dated((SPRING, THIRD)).amended(SECOND, None)) == [(None, 20), (SPRING, 30)]


def test_a_successor_takes_over_with_all_that_it_plans():
    planned = dated((NEW_YEAR, SECOND))
    successor = chain([(None, THIRD), (SPRING, FIRST)])
    assert said(planned.followed_by(successor, dt.date(2026, 12, 1))) == [
        (None, 10),
        (dt.date(2026, 12, 1), 30),
        (SPRING, 10),
    ]


def test_a_successor_that_says_the_same_changes_nothing():
    rule = dated((NEW_YEAR, SECOND), (SPRING, THIRD))
    assert rule.followed_by(rule, dt.date(2027, 2, 1)) == rule


DATES = st.dates(dt.date(2026, 1, 1), dt.date(2027, 12, 31))
RULES = st.lists(st.tuples(DATES, st.integers(0, 5)), max_size=5, unique_by=lambda change: change[0]).map(
    lambda changes: chain([(None, FeeRule(9)), *((date, FeeRule(fee)) for date, fee in sorted(changes))])
)


@given(RULES, RULES, DATES, DATES)
def test_no_change_reaches_back(before, after, since, asked):
    followed, amended = before.followed_by(after, since), before.amended(FeeRule(7), since)
    if asked < since:
        assert on(followed, asked) == on(amended, asked) == on(before, asked)
    else:
        assert on(followed, asked) == on(after, asked)
        later = any(since < rule.starts <= asked for rule in before.history()[1:])
        assert on(amended, asked) == (on(before, asked) if later else [7])
