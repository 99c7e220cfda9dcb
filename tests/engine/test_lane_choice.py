"""Which lane a command goes to: one terminal's writes stay in order on one of them."""

import pytest

from offline_collect.engine import EngineSettings
from tests.engine.rig import Rig, codes
from tests.fakes.bank import TERMS
from tests.fakes.stepping import run_lanes
from tests.messages.commands import Terminal

TERMINALS = [Terminal(f"TERM{nth:04d}", institution) for nth in range(20) for institution in ("123", "456")]


@pytest.fixture
def rig():
    return Rig(settings=EngineSettings(write_lanes=4, read_lanes=2, terms=TERMS))


def lanes_of(rig, *commands):
    """The lanes that decided, by command."""
    engine = rig.engine()
    found = []
    for command in commands:
        rig.submit(engine, command)
        (lane,) = [lane.name for lane in engine._lanes.lanes if len(lane.queue)]
        found.append(lane)
        run_lanes(engine)
    return found


def test_a_terminals_payments_reversals_and_status_go_to_one_lane(rig):
    for terminal in TERMINALS:
        payment = rig.payment(1, terminal=terminal)
        commands = [
            payment,
            terminal.reversal(rig.clock.now(), payment),
            terminal.status(rig.clock.now(), payment),
        ]
        assert len(set(lanes_of(rig, *commands))) == 1


def test_terminals_are_spread_over_the_write_lanes(rig):
    lanes = lanes_of(rig, *(rig.payment(1, terminal=terminal) for terminal in TERMINALS))
    assert set(lanes) == {"write-0", "write-1", "write-2", "write-3"}


def test_a_restart_does_not_change_a_terminals_lane(rig):
    commands = [rig.payment(1, terminal=terminal) for terminal in TERMINALS]
    assert lanes_of(rig, *commands) == lanes_of(rig, *commands)


def test_one_terminals_payments_keep_their_order_though_lanes_work_side_by_side(rig):
    engine = rig.engine()
    terminal = TERMINALS[0]
    payment = rig.payment(1, terminal=terminal)
    again = rig.payment(1, terminal=terminal)
    rig.submit(engine, payment, terminal.reversal(rig.clock.now(), payment), again)
    run_lanes(engine)
    assert codes(rig.delivered()) == ["APPROVED"] * 3
    assert rig.observed.sizes == [3]


def test_lookups_go_to_the_read_lane_with_the_shorter_queue(rig):
    engine = rig.engine()
    lookups = [rig.terminal.lookup(rig.clock.now(), "SCHOOL01", bill_no=f"S-{bill}") for bill in range(1, 5)]
    rig.submit(engine, *lookups)
    assert [len(lane.queue) for lane in engine._lanes.lanes.read] == [2, 2]
    run_lanes(engine)
    assert codes(rig.delivered()) == ["APPROVED"] * 4


def test_a_full_lane_refuses_and_the_others_do_not():
    rig = Rig(settings=EngineSettings(write_lanes=4, queue_max=2, batch_max=2, terms=TERMS))
    engine = rig.engine()
    busy = TERMINALS[0]
    assert rig.submit(engine, *(rig.payment(bill, terminal=busy) for bill in (1, 2, 3))) == [
        True,
        True,
        False,
    ]
    elsewhere = [rig.submit(engine, rig.payment(9, terminal=terminal)) for terminal in TERMINALS[1:]]
    assert [True] in elsewhere
    assert engine.depth >= 3


def test_a_refused_command_is_not_decided_later(rig):
    rig.settings = EngineSettings(queue_max=1, terms=TERMS)
    engine = rig.engine()
    rig.submit(engine, rig.payment(1), rig.payment(2))
    run_lanes(engine)
    assert rig.paid() == {"S-1"}
