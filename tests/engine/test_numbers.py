"""Serial numbers come in blocks, each taken in its own transaction; gaps are allowed."""

import pytest

from offline_collect.domain.decisions.deciding import NUMBERS_A_COMMAND
from offline_collect.domain.ports import UnavailableError
from offline_collect.engine.numbers import BLOCK, NumberBlock
from tests.engine.rig import codes


def test_a_block_is_handed_out_before_another_is_taken(rig):
    numbers = NumberBlock(rig.store.write_session())
    firsts = [numbers.take(BLOCK // 4) for _ in range(5)]
    assert rig.store.reserved == [BLOCK, BLOCK]
    assert firsts == [1 + BLOCK // 4 * nth for nth in range(5)]


def test_what_does_not_fit_the_rest_of_a_block_begins_the_next(rig):
    numbers = NumberBlock(rig.store.write_session())
    numbers.take(BLOCK - 1)
    assert numbers.take(2) == BLOCK + 1


def test_two_lanes_never_hand_out_the_same_number(rig):
    one, other = (NumberBlock(rig.store.write_session()) for _ in range(2))
    taken = [(numbers.take(7), 7) for _ in range(2_000) for numbers in (one, other)]
    handed_out = [first + nth for first, count in taken for nth in range(count)]
    assert len(handed_out) == len(set(handed_out))


def test_more_than_a_block_at_once_is_one_block_of_that_size(rig):
    numbers = NumberBlock(rig.store.write_session())
    assert numbers.take(3 * BLOCK) == 1
    assert rig.store.reserved == [3 * BLOCK]
    assert numbers.take(1) == 3 * BLOCK + 1


def test_a_batch_takes_numbers_for_each_of_its_commands(rig):
    retrying = rig.retrying()
    retrying.run(rig.works(rig.payment(1), rig.payment(2)))
    retrying.run(rig.works(rig.payment(3)))
    serials = sorted(int(serial[8:]) for serial in rig.store.tables.payments)
    assert serials == [1, 1 + NUMBERS_A_COMMAND, 1 + 2 * NUMBERS_A_COMMAND]


def test_a_block_that_cannot_be_taken_is_tried_again_with_the_next_batch(rig):
    numbers = NumberBlock(rig.store.write_session())
    rig.store.faults.unavailable = True
    with pytest.raises(UnavailableError):
        numbers.take(1)
    rig.store.faults.unavailable = False
    assert numbers.take(1) == 1


def test_without_numbers_nothing_is_decided(rig):
    rig.store.faults.unavailable = True
    assert codes(rig.retrying().run(rig.works(rig.payment(1)))) == ["UNAVAILABLE"]
    assert rig.store.log.count("begin") == 0
