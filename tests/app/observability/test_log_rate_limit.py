"""The limit on log lines of one kind."""

import logging

import pytest

from offline_collect.app.observability import log_rate_limit as log_flood
from offline_collect.app.observability.log_rate_limit import FloodFilter


def record(at, text="bad length from %s", level=logging.WARNING, name="server", args=("10.0.0.1",)):
    made = logging.LogRecord(name, level, __file__, 1, text, args, None)
    made.created = at
    return made


@pytest.fixture
def flood():
    return FloodFilter(most=3, period_s=10)


def test_so_many_lines_of_a_kind_go_out_in_a_period(flood):
    assert [flood.filter(record(at)) for at in range(5)] == [True, True, True, False, False]


def test_the_next_periods_first_line_says_how_many_were_kept_back(flood):
    for at in range(8):
        flood.filter(record(at))
    later = record(12)
    assert flood.filter(later)
    assert later.getMessage() == "bad length from 10.0.0.1 (and 5 more like it before)"
    quiet = record(30)
    assert flood.filter(quiet)
    assert quiet.getMessage() == "bad length from 10.0.0.1"


def test_other_kinds_and_errors_are_not_held_back(flood):
    for at in range(5):
        flood.filter(record(at))
    assert flood.filter(record(5, text="something else", args=()))
    assert flood.filter(record(5, name="engine"))
    assert all(flood.filter(record(5, level=logging.ERROR)) for _ in range(10))


def test_what_is_remembered_is_bounded(flood, monkeypatch):
    monkeypatch.setattr(log_flood, "KINDS_MAX", 10)
    for nth in range(100):
        assert flood.filter(record(0, text=f"kind {nth}", args=()))
    assert len(flood._seen) <= 10
