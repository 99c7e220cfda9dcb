"""Rows that another session has locked: commands that need them are held back, all others go on."""

import pytest

from offline_collect.engine import EngineSettings
from offline_collect.engine.lane import HELD_RETRY_S
from offline_collect.engine.retry import SKIP_FOR_S
from tests.engine.rig import PATIENCE, codes
from tests.fakes.bank import TERMS
from tests.fakes.stepping import run_lanes
from tests.messages.commands import Terminal


@pytest.fixture
def retrying(rig):
    return rig.retrying()


def lock_bill(rig, *bills):
    rig.store.faults.locked_bills |= {("SCHOOL01", f"S-{bill}") for bill in bills}


def unlock(rig):
    rig.store.faults.locked_bills.clear()
    rig.store.faults.locked_keys.clear()


def answered(outcomes):
    return {
        outcome.work.command.bill_no: code for outcome, code in zip(outcomes, codes(outcomes), strict=True)
    }


def test_the_rest_of_the_batch_goes_on_at_once(rig, retrying, caplog):
    lock_bill(rig, 3)
    payments = [rig.payment(bill) for bill in range(1, 6)]
    outcomes = retrying.run(rig.works(*payments))
    assert answered(outcomes) == dict.fromkeys(("S-1", "S-2", "S-4", "S-5"), "APPROVED")
    assert (retrying.held, rig.pauses) == (1, [])
    assert rig.observed.reasons == ["locked"]
    assert rig.observed.sizes == [4]
    assert "held back" in caplog.text


def test_what_is_held_back_is_done_once_its_row_is_free(rig, retrying):
    lock_bill(rig, 3)
    held = rig.payment(3)
    assert retrying.run(rig.works(held)) == []
    unlock(rig)
    assert codes(retrying.run([])) == ["APPROVED"]
    assert (retrying.held, rig.paid()) == (0, {"S-3"})


def test_what_is_held_back_is_answered_68_at_its_deadline_and_never_no_such_bill(rig, retrying):
    lock_bill(rig, 3)
    retrying.run(rig.works(rig.payment(3)))
    rig.clock.advance(PATIENCE - 0.01)
    assert retrying.run([]) == []
    rig.clock.advance(0.01)
    assert codes(retrying.run([])) == ["TOO_LATE"]
    assert rig.store.tables.transactions == {}


def test_a_bill_that_is_not_there_is_not_held_back(rig, retrying):
    lock_bill(rig, 3)
    payments = [rig.payment(3), rig.payment(999)]
    assert codes(retrying.run(rig.works(*payments))) == ["NOT_FOUND"]


def test_locks_are_not_waited_for_again_soon(rig, retrying):
    """Each would make all commands wait for the lock's time limit."""
    lock_bill(rig, 3)
    retrying.run(rig.works(rig.payment(3), rig.payment(1)))
    rig.clock.advance(PATIENCE)
    retrying.run(rig.works(rig.payment(3)))
    rig.clock.advance(SKIP_FOR_S - 1)
    assert codes(retrying.run(rig.works(rig.payment(3), rig.payment(2)))) == ["TOO_LATE", "APPROVED"]
    assert rig.observed.reasons == ["locked"]


def test_they_are_waited_for_again_when_none_was_met_for_a_while(rig, retrying):
    lock_bill(rig, 3)
    retrying.run(rig.works(rig.payment(3)))
    unlock(rig)
    retrying.run([])
    rig.clock.advance(SKIP_FOR_S)
    lock_bill(rig, 3)
    assert retrying.run(rig.works(rig.payment(3))) == []
    assert rig.observed.reasons == ["locked", "locked"]


def test_a_reversal_does_not_overtake_its_payment(rig, retrying):
    """Nor does a repeat, a status, or a second payment of the bill by another sender."""
    lock_bill(rig, 3)
    payment = rig.payment(3)
    now = rig.clock.now()
    behind = [
        rig.terminal.reversal(now, payment),
        rig.terminal.status(now, payment),
        rig.payment(3, terminal=Terminal("TERM0002")),
    ]
    others = [rig.payment(1), rig.payment(2)]
    works = rig.works(payment, *behind, *others)
    outcomes = retrying.run(works)
    assert answered(outcomes) == {"S-1": "APPROVED", "S-2": "APPROVED"}
    unlock(rig)
    outcomes = retrying.run([])
    assert [outcome.work for outcome in outcomes] == works[:4]
    assert codes(outcomes) == ["APPROVED", "APPROVED", "APPROVED", "APPROVED"]
    states = [row.state.value for row in rig.store.tables.payments.values() if row.bill_no == "S-3"]
    assert sorted(states) == ["APPROVED", "REVERSED"]


def test_nor_does_a_later_batch(rig, retrying):
    payment = rig.payment(3)
    retrying.run(rig.works(payment))
    reversal = rig.terminal.reversal(rig.clock.now(), payment)
    lock_bill(rig, 3)
    assert retrying.run(rig.works(reversal)) == []
    unlock(rig)
    again = rig.payment(3)
    outcomes = retrying.run(rig.works(again))
    assert [outcome.work.command for outcome in outcomes] == [reversal, again]
    assert codes(outcomes) == ["APPROVED", "APPROVED"]


def test_a_locked_key_holds_everything_that_names_it(rig, retrying):
    payment = rig.payment(3)
    retrying.run(rig.works(payment))
    rig.store.faults.locked_keys.add(payment.key)
    reversal = rig.terminal.reversal(rig.clock.now(), payment)
    again = rig.payment(3)
    outcomes = retrying.run(rig.works(reversal, again, rig.payment(4)))
    assert answered(outcomes) == {"S-4": "APPROVED"}
    unlock(rig)
    assert codes(retrying.run([])) == ["APPROVED", "APPROVED"]


def test_what_is_held_in_one_half_of_a_refused_batch_holds_its_followers_in_the_other(rig, retrying):
    """Its row is free again by then, but the reversal must not be decided before its payment."""
    lock_bill(rig, 3)
    payment, culprit = rig.payment(3), rig.payment(5)
    reversal = rig.terminal.reversal(rig.clock.now(), payment)
    rig.store.faults.refused_keys.add(culprit.key)
    rig.store.before_writes.append(lambda: "culprit" in rig.observed.reasons and unlock(rig))
    outcomes = retrying.run(rig.works(payment, rig.payment(1), culprit, reversal))
    assert sorted(codes(outcomes)) == ["APPROVED", "MALFUNCTION"]
    outcomes = retrying.run([])
    assert [outcome.work.command for outcome in outcomes] == [payment, reversal]
    assert codes(outcomes) == ["APPROVED", "APPROVED"]


@pytest.mark.parametrize("took_effect", [True, False])
def test_a_lost_commit_is_proved_without_what_was_held_back(rig, retrying, took_effect):
    lock_bill(rig, 3)
    rig.store.faults.lost_commits = [took_effect]
    outcomes = retrying.run(rig.works(rig.payment(1), rig.payment(3)))
    assert answered(outcomes) == {"S-1": "APPROVED"}
    assert retrying.held == 1
    unlock(rig)
    assert answered(retrying.run([])) == {"S-3": "APPROVED"}


def test_what_is_held_back_gets_91_in_an_outage(rig, retrying):
    lock_bill(rig, 3)
    retrying.run(rig.works(rig.payment(3)))
    rig.store.faults.unavailable = True
    assert codes(retrying.run([])) == ["UNAVAILABLE"]
    assert retrying.held == 0


def test_a_lane_tries_again_until_nothing_is_held_and_then_waits(rig):
    engine = rig.engine()
    (lane,) = engine._lanes.lanes.write
    lock_bill(rig, 3)
    rig.submit(engine, rig.payment(3))
    assert lane.turn()
    assert (rig.delivered(), rig.pauses) == ([], [])
    assert lane.turn()
    assert rig.pauses == [HELD_RETRY_S]
    rig.submit(engine, rig.payment(1))
    assert lane.turn()
    assert rig.pauses == [HELD_RETRY_S], "what comes is not kept waiting"
    assert answered(rig.delivered()) == {"S-1": "APPROVED"}
    unlock(rig)
    engine.close()
    assert lane.turn(), "a lane does not end before what it holds is answered"
    assert not lane.turn()
    assert codes(rig.delivered()) == ["APPROVED", "APPROVED"]


def test_no_more_is_held_than_a_batch(rig):
    rig.settings = EngineSettings(batch_max=4, terms=TERMS)
    engine = rig.engine()
    (lane,) = engine._lanes.lanes.write
    lock_bill(rig, *range(1, 7))
    rig.submit(engine, *(rig.payment(bill) for bill in range(1, 9)))
    for _ in range(3):
        assert lane.turn()
    assert (lane._retrying.held, engine.depth, rig.delivered()) == (4, 4, [])
    unlock(rig)
    lane.turn()
    run_lanes(engine)
    assert codes(rig.delivered()) == ["APPROVED"] * 8


def test_a_lock_on_everything_costs_no_more_than_the_deadline(rig, retrying, monkeypatch):
    """The table of business days, or the counter: nothing can be skipped; late commands are not tried again."""
    rig.store.faults.slow = {"keys"}
    monkeypatch.setattr(rig.clock, "monotonic", iter(range(10**6)).__next__)
    begun = rig.store.log.count("begin")
    assert codes(retrying.run(rig.works(rig.payment(1), rig.payment(2), patience=20))) == ["TOO_LATE"] * 2
    assert rig.store.log.count("begin") - begun < 12


def test_a_lock_that_outlasts_all_tries_is_91_busy(rig, retrying):
    rig.store.faults.slow = {"keys"}
    (outcome,) = retrying.run(rig.works(rig.payment(1)))
    assert outcome.answer.brief == "unavailable: busy"
    assert retrying.outage.cause is None


@pytest.fixture
def reading(rig):
    (lane,) = rig.engine()._lanes.lanes.read
    return lane._retrying


def test_a_slow_command_of_a_read_lane_costs_the_others_nothing_but_one_wait(rig, reading):
    rig.store.faults.slow = {"merchant_pages"}
    now = rig.clock.now()
    lookups = [rig.terminal.lookup(now, "SCHOOL01", bill_no=f"S-{bill}") for bill in (1, 2)]
    outcomes = reading.run(rig.works(lookups[0], rig.terminal.directory(now), lookups[1]))
    found = {outcome.work.token: code for outcome, code in zip(outcomes, codes(outcomes), strict=True)}
    assert found == {0: "APPROVED", 1: "UNAVAILABLE", 2: "APPROVED"}
    assert rig.observed.reasons == ["slow"]


def test_of_one_kind_the_half_without_the_slow_one_is_answered(rig, reading):
    rig.store.faults.slow = {"numbered_customers"}
    now = rig.clock.now()
    slow = rig.terminal.lookup(now, "SCHOOL01", bill_no="S-1")
    quick = [rig.terminal.lookup(now, "SCHOOL01", bill_no="X") for _ in range(3)]
    assert codes(reading.run(rig.works(*quick, slow))) == ["NOT_FOUND"] * 2 + ["UNAVAILABLE"] * 2


def test_a_read_that_is_too_late_by_then_is_68(rig, reading):
    rig.store.faults.slow = {"merchant_pages"}
    now = rig.clock.now()
    works = rig.works(rig.terminal.directory(now), rig.terminal.lookup(now, "SCHOOL01", bill_no="S-1"))
    check = rig.store.faults.check_in_time

    def slowly(wants, facts):
        rig.clock.advance(PATIENCE)
        check(wants, facts)

    rig.store.faults.check_in_time = slowly
    assert codes(reading.run(works)) == ["TOO_LATE"] * 2


def test_a_store_that_is_lost_between_the_parts_is_an_outage(rig, reading):
    rig.store.faults.slow = {"merchant_pages"}
    check = rig.store.faults.check_in_time

    def once(wants, facts):
        rig.store.faults.unavailable = True
        check(wants, facts)

    rig.store.faults.check_in_time = once
    now = rig.clock.now()
    works = rig.works(rig.terminal.directory(now), rig.terminal.directory(now))
    assert codes(reading.run(works)) == ["UNAVAILABLE"] * 2
    assert reading.outage.cause is not None
