"""Conflicts and lost connections: the whole batch is decided again from fresh facts, a bounded number of times."""

import pytest

from offline_collect.domain.ports import UnavailableError
from offline_collect.engine import EngineSettings
from offline_collect.engine.outage import TRY_EVERY_S
from tests.engine.rig import Rig, codes
from tests.fakes.bank import TERMS
from tests.messages.commands import Terminal


def test_a_batch_that_collided_is_decided_again_whole(rig):
    rig.store.faults.conflicts = 2
    payments = [rig.payment(bill) for bill in (1, 2, 3)]
    assert codes(rig.retrying().run(rig.works(*payments))) == ["APPROVED"] * 3
    writes = [entry for entry in rig.store.log if entry.startswith("write")]
    assert writes == ["write 1 2 3"] * 3
    assert rig.observed.reasons == ["conflict", "conflict"]
    assert rig.store.commits == 1


def test_it_is_decided_from_fresh_facts(rig):
    """While the batch was being written, another lane paid the bill."""
    rival = rig.payment(1, terminal=Terminal("TERM0002"))

    def overtake():
        rig.store.before_writes.clear()
        assert codes(rig.retrying().run(rig.works(rival))) == ["APPROVED"]

    rig.store.before_writes.append(overtake)
    assert codes(rig.retrying().run(rig.works(rig.payment(1)))) == ["ALREADY_PAID"]
    (payment,) = rig.store.tables.payments.values()
    assert payment.key == rival.key


def test_a_tombstone_that_came_first_is_seen_when_deciding_again(rig):
    """Payment and early reversal collide on the same key; the second is decided again."""
    payment = rig.payment(1)
    reversal = rig.terminal.reversal(rig.clock.now(), payment, advice=True)

    def overtake():
        rig.store.before_writes.clear()
        assert codes(rig.retrying().run(rig.works(reversal))) == ["APPROVED"]

    rig.store.before_writes.append(overtake)
    assert codes(rig.retrying().run(rig.works(payment))) == ["ALREADY_REVERSED"]
    assert rig.paid() == set()


def test_the_pauses_grow_up_to_a_bound_and_91_ends_it(rig):
    rig.settings = EngineSettings(conflict_retries=6, pause_s=0.01, pause_max_s=0.1, terms=TERMS)
    rig.store.faults.conflicts = 1_000
    outcomes = rig.retrying().run(rig.works(rig.payment(1), rig.payment(2)))
    assert codes(outcomes) == ["UNAVAILABLE", "UNAVAILABLE"]
    assert rig.pauses == [0.01, 0.02, 0.04, 0.08, 0.1, 0.1]
    assert rig.store.log.count("write 1 2") == 7
    assert "write 1" not in rig.store.log, "a collision is never halved"


@pytest.mark.parametrize(("jitter", "pause"), [(0.0, 0.5), (0.5, 0.75), (1.0, 1.0)])
def test_jitter_spreads_the_pauses_over_their_second_half(jitter, pause):
    rig = Rig(settings=EngineSettings(pause_s=1.0, terms=TERMS), jitter=jitter)
    rig.store.faults.conflicts = 1
    rig.retrying().run(rig.works(rig.payment(1)))
    assert rig.pauses == [pause]


def test_what_got_91_was_not_done_and_may_succeed_later(rig):
    payment = rig.payment(1)
    retrying = rig.retrying()
    rig.store.faults.conflicts = 9
    assert codes(retrying.run(rig.works(payment))) == ["UNAVAILABLE"]
    assert rig.store.tables.transactions == {}
    assert codes(retrying.run(rig.works(payment))) == ["APPROVED"]


def test_a_dead_connection_is_replaced_once_and_nobody_notices(rig):
    def die():
        rig.store.before_writes.clear()
        raise UnavailableError("cut")

    rig.store.before_writes.append(die)
    assert codes(rig.retrying().run(rig.works(rig.payment(1)))) == ["APPROVED"]
    assert rig.observed.reasons == ["reconnect"]
    assert rig.pauses == []


def test_a_store_that_is_gone_means_91_for_all_and_no_waiting(rig):
    rig.store.faults.unavailable = True
    retrying = rig.retrying()
    outcomes = retrying.run(rig.works(rig.payment(1), rig.payment(2)))
    assert codes(outcomes) == ["UNAVAILABLE", "UNAVAILABLE"]
    assert rig.pauses == []
    rig.store.faults.unavailable = False
    rig.clock.advance(TRY_EVERY_S)
    assert codes(retrying.run(rig.works(rig.payment(1)))) == ["APPROVED"]


def test_a_lookup_gets_91_too(rig):
    rig.store.faults.unavailable = True
    lookup = rig.terminal.lookup(rig.clock.now(), "SCHOOL01", bill_no="S-1")
    assert codes(rig.retrying().run(rig.works(lookup))) == ["UNAVAILABLE"]
