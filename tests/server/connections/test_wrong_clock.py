"""A server whose clock is wrong by years still finds the payment of a reversal."""

import datetime as dt
import logging

import pytest

from offline_collect.domain.decisions.deciding import Terms
from offline_collect.domain.ports import NullObserver
from offline_collect.engine import Engine, EngineSettings, LaneMaker
from offline_collect.store import StoreSettings, open_store
from offline_collect.wire.layouts.pds import build_pds, parse_pds
from tests.databases.school import AMOUNT, MERCHANT, bill_no, fill, findings, in_force
from tests.fakes.clock import HandClock
from tests.fakes.stepping import close_lanes, run_lanes
from tests.messages.golden import NOW
from tests.server.rig import Platform, payments, request_of

YEARS_AHEAD = NOW.replace(year=2036)


class _Stepped:
    """The real engine, whose lanes take their turns when they are flushed."""

    def __init__(self, engine):
        self._engine = engine
        self.submit, self.refusal = engine.submit, engine.refusal
        self.sweep, self.close, self.join = engine.sweep, engine.close, engine.join

    def start(self):
        pass

    def refusal(self, command):
        return self._engine.refusal(command)

    def flush(self):
        self._engine.flush()
        run_lanes(self._engine)


@pytest.fixture
def store(sqlite_url):
    fill(sqlite_url)
    store = open_store(StoreSettings(sqlite_url))
    yield store
    store.dispose()


@pytest.fixture
def clock():
    return HandClock(NOW)


@pytest.fixture
def collecting(reactor, store, clock):
    """A platform over a real store."""
    maker = LaneMaker(store, EngineSettings(terms=Terms()), clock, NullObserver(), clock.advance, lambda: 1.0)
    made = []

    def deliver(delivery):
        made[0].server.delivered(delivery)

    engine = Engine(maker, deliver)
    made.append(Platform(reactor, _Stepped(engine), clock=clock))
    yield made[0]
    close_lanes(engine)


def ask(peer, message):
    peer.send(message)
    (answer,) = peer.received()
    return answer


def payment():
    private = build_pds(
        [("0030", bill_no(0)), ("0060", "T001"), ("0061", "CASH"), ("0062", "TELLER")], "utf-8"
    )
    return request_of("payment", de4=f"{AMOUNT:012d}", de42=MERCHANT.ljust(15), de48=private)


def reversal():
    """A reversal of it, which names its STAN and DE 7."""
    original = "020000000811220930110001234567800000000000"
    return request_of("reversal_advice", de4=f"{AMOUNT:012d}", de42=MERCHANT.ljust(15), de90=original)


@pytest.mark.parametrize("wrong", [YEARS_AHEAD, dt.datetime(1970, 1, 1, tzinfo=dt.UTC)])
def test_a_reversal_finds_its_payment_though_the_clock_is_wrong_by_years(collecting, clock, store, wrong):
    peer = collecting.connect()
    assert ask(peer, payment()).elements[39] == "00"
    clock.set_wall(wrong)
    undone = ask(peer, reversal())
    assert undone.elements[39] == "00"
    assert parse_pds(undone.elements[48], "utf-8")["0082"] == "APPLIED"
    assert not in_force(store)
    assert findings(store) == []


def test_what_was_taken_while_the_clock_was_wrong_is_reversed_when_it_is_right_again(
    collecting, clock, store
):
    peer = collecting.connect()
    clock.set_wall(YEARS_AHEAD)
    assert ask(peer, payment()).elements[39] == "00"
    clock.set_wall(NOW)
    assert parse_pds(ask(peer, reversal()).elements[48], "utf-8")["0082"] == "APPLIED"
    assert not in_force(store)


def test_messages_whose_years_are_the_business_day_s_are_counted_and_told_once_a_minute(
    platform, peer, caplog
):
    platform.clock.set_wall(YEARS_AHEAD)
    for _ in range(2):
        peer.send(*payments(3))
    assert platform.observed.redated_messages == 6
    assert caplog.text.count("over 30 days off the open business day 2026-11-22") == 1
    platform.clock.advance(60)
    peer.send(*payments(1))
    assert caplog.text.count("over 30 days off the open business day 2026-11-22") == 2
    assert {record.levelno for record in caplog.records} == {logging.WARNING}


def test_a_clock_that_agrees_is_not_told_of(platform, peer, caplog):
    peer.send(*payments(3))
    assert platform.observed.redated_messages == 0
    assert caplog.text == ""
