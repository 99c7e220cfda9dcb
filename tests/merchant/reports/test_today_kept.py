"""Figures of the open day are read again when they are old, and by one reader at a time."""

from dataclasses import replace
from threading import Event, Thread

import pytest

from offline_collect.domain.access.actor import NotPermittedError
from offline_collect.domain.access.organisation import Scope
from offline_collect.domain.access.roles import Role
from offline_collect.merchant.reports import today_kept
from offline_collect.merchant.reports.today_kept import KEPT_S, KEPT_TIMES, SCOPES_MAX, TodayKept
from tests.fakes.clock import HandClock
from tests.merchant.documents import NOW
from tests.support.actors import user

OLGA = user("olga", Role.OPERATOR)


class Reads:
    """Stands for the reading of the figures, which takes as long as the test says."""

    def __init__(self, clock):
        self.clock, self.takes_s, self.count, self.during = clock, 0, 0, None

    def __call__(self, *_):
        self.count += 1
        self.clock.advance(self.takes_s)
        if self.during is not None:
            self.during()
        return f"figures {self.count}"


@pytest.fixture
def reads(monkeypatch):
    found = Reads(HandClock(NOW))
    monkeypatch.setattr(today_kept, "view_today", found)
    return found


@pytest.fixture
def kept(reads):
    return TodayKept(reads.clock.monotonic)


def test_figures_are_kept_for_ten_seconds(reads, kept):
    assert kept.view(None, OLGA) == "figures 1"
    reads.clock.advance(KEPT_S - 1)
    assert kept.view(None, OLGA) == "figures 1"
    reads.clock.advance(1)
    assert kept.view(None, OLGA) == "figures 2"


def test_figures_that_take_long_to_read_are_kept_for_longer(reads, kept):
    reads.takes_s = 6
    kept.view(None, OLGA)
    reads.clock.advance(6 * KEPT_TIMES - 1)
    assert kept.view(None, OLGA) == "figures 1"
    reads.clock.advance(1)
    assert kept.view(None, OLGA) == "figures 2"


def test_who_comes_while_they_are_read_again_gets_the_former_ones(reads, kept):
    kept.view(None, OLGA)
    reads.clock.advance(KEPT_S)
    seen, begun, go_on = [], Event(), Event()

    def wait():
        begun.set()
        go_on.wait()

    reads.during = wait
    reader = Thread(target=lambda: seen.append(kept.view(None, OLGA)))
    reader.start()
    begun.wait()
    seen.append(kept.view(None, OLGA))
    go_on.set()
    reader.join()
    assert seen == ["figures 1", "figures 2"]


def test_an_error_leaves_the_way_free_for_the_next_reader(reads, kept):
    def fail():
        raise NotPermittedError("olga", next(iter(OLGA.permissions)))

    reads.during = fail
    with pytest.raises(NotPermittedError):
        kept.view(None, OLGA)
    reads.during = None
    assert kept.view(None, OLGA) == "figures 2"


def test_kept_figures_are_not_shown_to_who_may_not_look(kept):
    kept.view(None, OLGA)
    with pytest.raises(NotPermittedError):
        kept.view(None, replace(OLGA, roles=frozenset()))


def test_each_scope_has_its_own_figures_and_their_number_is_bounded(reads, kept):
    others = [replace(OLGA, scope=Scope(f"/B{n}/")) for n in range(SCOPES_MAX)]
    kept.view(None, OLGA)
    for other in others:
        kept.view(None, other)
    assert kept.view(None, others[-1]) == f"figures {SCOPES_MAX + 1}"
    assert kept.view(None, OLGA) == f"figures {SCOPES_MAX + 2}", "those of the group had gone"
