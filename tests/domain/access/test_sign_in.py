"""Passwords that may be used, and the wait after wrong ones."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline_collect.domain.access.sign_in import (
    FREE_FAILURES,
    LONGEST_WAIT,
    is_locked,
    password_problem,
    wait_after,
)

NOW = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)


@pytest.mark.parametrize(
    "password", ["correct horse battery", "12345abcdefg", "密码是几个不太相干的词语吧", "x" * 123 + "abcde"]
)
def test_a_long_password_of_different_characters_is_right(password):
    assert password_problem(password, "olga") is None


@pytest.mark.parametrize(
    ("password", "problem"),
    [
        ("12345abcdef", "12 to 128 characters"),
        ("", "12 to 128 characters"),
        ("abcdefgh" * 17, "12 to 128 characters"),
        ("abcdabcdabcd", "5 different characters"),
        ("my name is OLGA", "the user's name"),
    ],
)
def test_a_short_or_simple_password_is_refused_with_what_it_must_be(password, problem):
    assert problem in password_problem(password, "olga")


@pytest.mark.parametrize(
    ("failures", "minutes"),
    [(0, 0), (4, 0), (5, 1), (6, 2), (7, 4), (10, 32), (11, 60), (12, 60), (10**9, 60)],
)
def test_each_wrong_password_after_the_fifth_doubles_the_wait(failures, minutes):
    assert wait_after(failures) == minutes * MINUTE


@given(st.integers(0, 10_000))
def test_the_wait_never_shrinks_and_is_bounded(failures):
    assert wait_after(failures) <= wait_after(failures + 1) <= LONGEST_WAIT


def test_a_user_waits_from_the_last_wrong_password():
    assert is_locked(FREE_FAILURES, NOW, NOW + MINUTE - dt.timedelta(seconds=1))
    assert not is_locked(FREE_FAILURES, NOW, NOW + MINUTE)
    assert not is_locked(0, None, NOW)
    assert not is_locked(FREE_FAILURES - 1, NOW, NOW)
