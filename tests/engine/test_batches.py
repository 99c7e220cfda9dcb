"""One batch through a lane: arrival order, one commit, and separate errors for each command."""

import logging
from dataclasses import replace

import pytest

from offline_collect.domain.decide import DECISIONS
from offline_collect.domain.merchants import AmountRule, AmountRuleKind
from offline_collect.engine import EngineSettings, batch
from offline_collect.engine.batch import ROUNDS_MAX
from tests.engine.poisoned import POISONS, NeverContent, NoDecision, NoEffects, NoWants, poisoned
from tests.engine.rig import codes
from tests.fakes.bank import TERMS
from tests.fakes.memory import MemorySession
from tests.fakes.stepping import run_lanes
from tests.messages.commands import Terminal


@pytest.fixture
def poisons(monkeypatch):
    for kind, functions in POISONS.items():
        monkeypatch.setitem(DECISIONS, kind, functions)


def test_everything_that_waits_is_one_transaction_in_order_of_arrival(rig):
    engine = rig.engine()
    payments = [rig.payment(bill) for bill in (3, 1, 2)]
    assert rig.submit(engine, *payments) == [True, True, True]
    assert engine.depth == 3
    run_lanes(engine)
    assert rig.store.log == ["begin", "write 1 2 3", "commit"]
    assert rig.store.commits == 1
    assert [outcome.work.command for outcome in rig.delivered()] == payments
    assert rig.paid() == {"S-1", "S-2", "S-3"}


def test_a_batch_is_delivered_at_once_with_the_day_that_it_was_decided_on(rig):
    engine = rig.engine()
    rig.submit(engine, rig.payment(1), rig.payment(2))
    run_lanes(engine)
    (delivery,) = rig.deliveries
    assert codes(delivery.outcomes) == ["APPROVED", "APPROVED"]
    assert delivery.open_day == rig.store.open_day().date


def test_a_batch_takes_no_more_than_batch_max(rig):
    rig.settings = EngineSettings(batch_max=2, terms=TERMS)
    engine = rig.engine()
    rig.submit(engine, *(rig.payment(bill) for bill in range(1, 6)))
    run_lanes(engine)
    assert rig.observed.sizes == [2, 2, 1]
    assert rig.store.commits == 3


def test_of_two_payments_of_one_bill_in_one_batch_the_first_is_taken(rig):
    first, second = rig.payment(1), rig.payment(1)
    outcomes = rig.retrying().run(rig.works(first, second))
    assert codes(outcomes) == ["APPROVED", "ALREADY_PAID"]
    assert rig.store.commits == 1
    (payment,) = rig.store.tables.payments.values()
    assert payment.key == first.key


def test_a_payment_and_its_reversal_in_one_batch_are_decided_one_after_the_other(rig):
    payment = rig.payment(1)
    reversal = rig.terminal.reversal(rig.clock.now(), payment)
    again = rig.payment(1)
    outcomes = rig.retrying().run(rig.works(payment, reversal, again))
    assert codes(outcomes) == ["APPROVED", "APPROVED", "APPROVED"]
    assert [row.key for row in rig.store.tables.payments.values() if row.state.value == "APPROVED"] == [
        again.key
    ]


def test_no_two_commands_get_the_same_numbers(rig):
    engine = rig.engine()
    rig.submit(engine, *(rig.payment(bill) for bill in range(1, 31)))
    run_lanes(engine)
    serials = [outcome.answer.values["serial_number"] for outcome in rig.delivered()]
    assert len(set(serials)) == 30
    assert len({outcome.answer.values["approval_code"] for outcome in rig.delivered()}) == 30


def test_a_batch_that_changes_nothing_is_not_committed(rig):
    lookup = rig.terminal.lookup(rig.clock.now(), "SCHOOL01", bill_no="S-1")
    retrying = rig.retrying()
    assert codes(retrying.run(rig.works(lookup))) == ["APPROVED"]
    assert rig.store.log == ["begin", "rollback"]


@pytest.mark.parametrize("kind", [NoWants, NoDecision, NoEffects])
@pytest.mark.parametrize("place", [0, 1, 2])
@pytest.mark.usefixtures("poisons")
def test_an_error_of_one_command_is_that_commands_alone(rig, kind, place, caplog):
    commands = [rig.payment(bill) for bill in (1, 2, 3)]
    commands[place] = poisoned(kind, commands[place])
    with caplog.at_level(logging.ERROR):
        outcomes = rig.retrying().run(rig.works(*commands))
    expected = ["APPROVED"] * 3
    expected[place] = "MALFUNCTION"
    assert codes(outcomes) == expected
    assert rig.paid() == {f"S-{bill}" for bill in (1, 2, 3) if bill != place + 1}
    assert commands[place].key not in rig.store.tables.transactions
    assert any(record.exc_info for record in caplog.records)


@pytest.mark.usefixtures("poisons")
def test_a_command_whose_wants_fail_is_logged_once(rig, caplog):
    commands = [poisoned(NoWants, rig.payment(1)), rig.payment(2)]
    rig.retrying().run(rig.works(*commands))
    assert len(caplog.records) == 1


@pytest.mark.usefixtures("poisons")
def test_a_command_that_never_has_facts_enough_is_decided_on_what_it_has(rig):
    endless = poisoned(NeverContent, rig.payment(1))
    assert codes(rig.retrying().run(rig.works(endless, rig.payment(2)))) == ["APPROVED", "APPROVED"]
    assert rig.store.loads == ROUNDS_MAX


def test_a_bill_of_a_known_merchant_is_loaded_with_its_key(rig):
    retrying = rig.retrying()
    counts = []
    for bill in (1, 2):
        before = rig.store.loads
        assert codes(retrying.run(rig.works(rig.payment(bill)))) == ["APPROVED"]
        counts.append(rig.store.loads - before)
    assert counts == [2, 1]


@pytest.mark.parametrize("rule", [AmountRuleKind.OLDEST_FIRST, None])
def test_a_merchant_that_wants_the_oldest_first_is_not_taken_for_another(rig, rule):
    """Its other bills are locked with the first: all in one order."""
    retrying = rig.retrying()
    retrying.run(rig.works(rig.payment(1)))
    merchant = next(iter(rig.store.tables.merchants.values()))
    changed = None if rule is None else replace(merchant, amount_rule=AmountRule(rule))
    rig.store.tables.merchants[merchant.merchant_id] = changed
    retrying.run(rig.works(rig.payment(2)))
    before = rig.store.loads
    retrying.run(rig.works(rig.payment(3)))
    assert rig.store.loads - before == 2


def test_the_merchants_that_a_lane_remembers_are_bounded(rig, monkeypatch):
    monkeypatch.setattr(batch, "ANY_ORDER_MAX", 0)
    retrying = rig.retrying()
    retrying.run(rig.works(rig.payment(1)))
    rig.store.tables.merchants.clear()
    retrying.run(rig.works(rig.payment(2)))
    assert retrying._runner._any_order == set()


def test_an_unexpected_error_of_a_joined_commit_is_proved(rig, monkeypatch):
    errors = [MemoryError()]

    def failing(self, effects):
        self.write(effects)
        if errors:
            raise errors.pop()
        self.commit()

    monkeypatch.setattr(MemorySession, "write_and_commit", failing)
    assert codes(rig.retrying().run(rig.works(rig.payment(1)))) == ["APPROVED"]
    assert (rig.observed.reasons, len(rig.store.tables.payments)) == (["commit_unknown"], 1)


def test_a_command_that_no_decision_is_made_for_gets_96(rig, monkeypatch):
    monkeypatch.delitem(DECISIONS, type(rig.payment(1)))
    outcomes = rig.retrying().run(rig.works(rig.payment(1)))
    assert codes(outcomes) == ["MALFUNCTION"]


def test_the_observer_is_told_of_sizes_depths_and_stages(rig):
    rig.settings = EngineSettings(batch_max=2, terms=TERMS)
    engine = rig.engine()
    rig.submit(engine, *(rig.payment(bill) for bill in (1, 2, 3)))
    rig.clock.advance(0.5)
    run_lanes(engine)
    assert [(lane, size) for lane, size, _ in rig.observed.batches] == [("write-0", 2), ("write-0", 1)]
    assert rig.observed.depths == [("write-0", 1), ("write-0", 0)]
    stages = rig.observed.batches[0][2]
    assert set(stages) == {"wait", "load", "decide", "store", "commit"}
    assert stages["wait"] == 1.0


def test_a_batch_that_was_not_committed_has_no_commit_to_tell_of(rig):
    engine = rig.engine()
    rig.submit(engine, rig.terminal.lookup(rig.clock.now(), "SCHOOL01", bill_no="S-1"))
    run_lanes(engine)
    ((lane, size, stages),) = rig.observed.batches
    assert (lane, size) == ("read-0", 1)
    assert "commit" not in stages


def test_a_cutover_between_two_batches_dates_the_second(rig):
    engine = rig.engine()
    rig.submit(engine, rig.payment(1))
    run_lanes(engine)
    closing = rig.store.open_day().date
    opened = type(closing)(2026, 11, 23)
    assert rig.store.cutover(closing, opened, rig.clock.now())
    rig.submit(engine, rig.payment(2))
    run_lanes(engine)
    assert [delivery.open_day for delivery in rig.deliveries] == [closing, opened]
    assert [outcome.answer.business_date for outcome in rig.delivered()] == [closing, opened]


def test_repeats_from_another_batch_get_the_stored_answer(rig):
    engine = rig.engine()
    payment = rig.payment(1)
    rig.submit(engine, payment, rig.payment(1, terminal=Terminal("TERM0002")))
    run_lanes(engine)
    rig.submit(engine, payment)
    run_lanes(engine)
    first, loser, again = rig.delivered()
    assert codes([first, loser]) == ["APPROVED", "ALREADY_PAID"]
    assert again.answer == first.answer
    assert rig.store.commits == 1
