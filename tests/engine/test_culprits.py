"""A command that the store refuses is found by halving the batch; the other commands go through."""

import logging

import pytest

from offline_collect.domain.ports import StoreError
from offline_collect.engine.outage import TRY_EVERY_S
from tests.engine.rig import codes, stan


def refuse(rig, *commands):
    rig.store.faults.refused_keys |= {command.key for command in commands}


@pytest.mark.parametrize("place", range(7))
def test_the_culprit_gets_96_and_its_fellows_go_through(rig, place):
    payments = [rig.payment(bill) for bill in range(1, 8)]
    refuse(rig, payments[place])
    outcomes = rig.retrying().run(rig.works(*payments))
    expected = ["APPROVED"] * 7
    expected[place] = "MALFUNCTION"
    assert codes(outcomes) == expected
    assert [outcome.work.command for outcome in outcomes] == payments
    assert rig.paid() == {f"S-{bill}" for bill in range(1, 8)} - {f"S-{place + 1}"}


def test_several_culprits_are_all_found(rig):
    payments = [rig.payment(bill) for bill in range(1, 9)]
    refuse(rig, payments[0], payments[5], payments[6])
    outcomes = rig.retrying().run(rig.works(*payments))
    assert [at for at, code in enumerate(codes(outcomes)) if code == "MALFUNCTION"] == [0, 5, 6]
    assert len(rig.paid()) == 5


def test_the_first_half_ends_wholly_before_the_second_begins(rig):
    """The culprit is in the first half, so it is halved again before the second is touched."""
    payments = [rig.payment(bill) for bill in range(1, 5)]
    refuse(rig, payments[1])
    rig.retrying().run(rig.works(*payments))
    one, two, three, four = (stan(payment) for payment in payments)
    steps = [entry for entry in rig.store.log if entry != "begin"]
    assert steps == [
        f"write {one} {two} {three} {four}",
        "rollback",
        f"write {one} {two}",
        "rollback",
        f"write {one}",
        "commit",
        f"write {two}",
        "rollback",
        f"write {three} {four}",
        "commit",
    ]


def test_a_terminals_order_is_kept_though_the_batch_is_halved(rig):
    """Paid, reversed, paid again, with a culprit between."""
    payment = rig.payment(1)
    reversal = rig.terminal.reversal(rig.clock.now(), payment)
    culprit, again = rig.payment(2), rig.payment(1)
    refuse(rig, culprit)
    outcomes = rig.retrying().run(rig.works(payment, culprit, reversal, again))
    assert codes(outcomes) == ["APPROVED", "MALFUNCTION", "APPROVED", "APPROVED"]
    states = {row.key: row.state.value for row in rig.store.tables.payments.values()}
    assert states == {payment.key: "REVERSED", again.key: "APPROVED"}


def test_the_observer_hears_of_each_halving_and_the_log_names_no_payer(rig, caplog):
    payments = [rig.payment(bill) for bill in range(1, 5)]
    refuse(rig, payments[3])
    with caplog.at_level(logging.ERROR):
        rig.retrying().run(rig.works(*payments))
    assert rig.observed.reasons == ["culprit", "culprit"]
    assert rig.observed.sizes == [2, 1]
    (record,) = caplog.records
    assert record.getMessage() == "the store refuses a command"


def test_a_refused_command_is_not_stored_and_may_succeed_later(rig):
    payment = rig.payment(1)
    refuse(rig, payment)
    retrying = rig.retrying()
    assert codes(retrying.run(rig.works(payment))) == ["MALFUNCTION"]
    rig.store.faults.refused_keys.clear()
    assert codes(retrying.run(rig.works(payment))) == ["APPROVED"]


class GoneError(StoreError):
    """The error of a store that no longer exists."""


def test_no_command_is_to_blame_for_a_store_that_is_gone(rig, caplog):
    """Nothing is halved: every command of the batch would get the same answer."""

    def vanish():
        raise GoneError("there is no counter of serial numbers: run offline-collect init")

    rig.store.before_writes.append(vanish)
    retrying = rig.retrying()
    payments = [rig.payment(bill) for bill in range(1, 5)]
    with caplog.at_level(logging.ERROR):
        assert codes(retrying.run(rig.works(*payments))) == ["UNAVAILABLE"] * 4
    assert rig.observed.reasons == []
    assert caplog.messages == [
        (
            "lane write-0 cannot decide commands; they get 91 until it can:"
            " there is no counter of serial numbers: run offline-collect init"
        )
    ]
    rig.store.before_writes.clear()
    rig.clock.advance(TRY_EVERY_S)
    assert codes(retrying.run(rig.works(*payments))) == ["APPROVED"] * 4
