"""The lane's queue: bounded, taken in turn by connection, emptied a batch at a time."""

import threading
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline_collect.engine import Origin, Waiting
from offline_collect.engine.queue import WorkQueue
from tests.engine.rig import Rig

JOIN_S = 10


@pytest.fixture
def works():
    rig = Rig()
    return rig.works(*(rig.payment(bill) for bill in range(1, 6)))


def test_what_waits_comes_out_in_order_and_no_more_than_asked_for(works):
    queue = WorkQueue(10)
    assert all(queue.put(work) for work in works)
    assert queue.take(3) == works[:3]
    assert queue.take(3) == works[3:]
    assert len(queue) == 0


def test_a_full_queue_refuses_until_something_is_taken(works):
    queue = WorkQueue(2)
    assert [queue.put(work) for work in works[:3]] == [True, True, False]
    queue.take(1)
    assert queue.put(works[2])
    assert queue.take(9) == works[1:3]


def test_a_closed_queue_refuses_but_hands_out_what_waits(works):
    queue = WorkQueue(10)
    queue.put(works[0])
    queue.close()
    assert not queue.put(works[1])
    assert queue.take(9) == [works[0]]
    assert queue.take(9) == []


def test_what_is_past_its_deadline_is_taken_out_and_the_rest_keeps_its_order(works):
    rig = Rig()
    late = rig.works(rig.payment(7), patience=1.0)[0]
    queue = WorkQueue(10)
    for work in (works[0], late, works[1]):
        queue.put(work)
    assert queue.expired(late.deadline - 0.001) == []
    assert queue.expired(late.deadline) == [late]
    assert queue.take(9) == works[:2]


def test_whoever_waits_for_work_is_woken_by_it(works):
    queue = WorkQueue(10)
    taken = []
    waiting = threading.Thread(target=lambda: taken.extend(queue.take(9)), daemon=True)
    waiting.start()
    queue.put(works[0])
    waiting.join(JOIN_S)
    assert taken == [works[0]]


def test_whoever_waits_for_work_is_woken_by_the_end():
    queue = WorkQueue(10)
    taken = []
    waiting = threading.Thread(target=lambda: taken.append(queue.take(9)), daemon=True)
    waiting.start()
    queue.close()
    waiting.join(JOIN_S)
    assert taken == [[]]


HOG, OTHER, ANOTHER = Origin("bank", 1), Origin("bank", 2), Origin("shop", 3)


def from_each(works, *origins):
    return [replace(work, origin=origin) for work, origin in zip(works, origins, strict=True)]


def test_what_does_not_fit_into_one_batch_is_taken_in_turn(works):
    waiting = Waiting()
    sent = from_each(works, HOG, HOG, HOG, OTHER, ANOTHER)
    for work in sent:
        waiting.append(work)
    assert waiting.take(3) == [sent[0], sent[4], sent[3]]
    assert waiting.take(3) == sent[1:3]


def test_a_full_queue_takes_the_first_work_of_a_connection_only(works):
    queue = WorkQueue(1)
    sent = from_each(works, HOG, HOG, OTHER, OTHER, ANOTHER)
    assert [queue.put(work) for work in sent] == [True, False, True, False, True]
    queue.take(9)
    assert queue.put(sent[1])


ORIGINS = st.builds(Origin, st.sampled_from("ab"), st.integers(1, 3)).map(
    lambda origin: origin._replace(connection=origin.connection + 10 * ord(origin.sender))
)


@given(st.lists(st.tuples(ORIGINS, st.booleans()), max_size=30), st.integers(1, 8))
def test_every_work_is_taken_once_and_those_of_a_connection_in_order(arrivals, most):
    rig = Rig()
    waiting = Waiting()
    (work,) = rig.works(rig.payment(1))
    sent = [
        replace(work, token=nth, origin=origin, deadline=1.0 if late else 9.0)
        for nth, (origin, late) in enumerate(arrivals)
    ]
    for each in sent:
        waiting.append(each)
    late = waiting.take_late(5.0)
    assert late == [each for each in sent if each.deadline == 1.0]
    rest = [each for each in sent if each.deadline == 9.0]
    assert len(waiting) == len(rest)
    taken = []
    while batch := waiting.take(most):
        assert len(batch) == min(most, len(rest) - len(taken))
        left = Counter(each.origin.sender for each in rest if each not in taken)
        shares = Counter(each.origin.sender for each in batch)
        for sender in left:
            assert shares[sender] >= min(left[sender], len(batch) // len(left))
        taken += batch
    for origin in {each.origin for each in rest}:
        assert [each for each in taken if each.origin == origin] == [
            each for each in rest if each.origin == origin
        ]
    assert not any(waiting.has_of(each.origin.connection) for each in sent)
