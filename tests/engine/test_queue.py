"""The lane's queue: bounded, in order, emptied a batch at a time."""

import threading

import pytest

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
