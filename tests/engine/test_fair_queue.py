"""Round robin: senders in turn, and each sender's members in turn."""

from hypothesis import given
from hypothesis import strategies as st

from offline_collect.engine.fair_queue import FairQueue


def drain(queue):
    return [queue.pop() for _ in range(len(queue))]


def test_members_of_one_sender_come_in_their_order():
    queue = FairQueue()
    for member in "abc":
        queue.add(member, "one")
    assert drain(queue) == ["a", "b", "c"]


def test_senders_take_turns_however_many_members_one_of_them_has():
    queue = FairQueue()
    for member in ("a1", "a2", "a3", "a4"):
        queue.add(member, "a")
    for member in ("b1", "b2"):
        queue.add(member, "b")
    assert drain(queue) == ["a1", "b1", "a2", "b2", "a3", "a4"]


def test_one_that_comes_again_waits_behind_its_fellows():
    queue = FairQueue()
    queue.add("a1", "a")
    queue.add("a2", "a")
    first = queue.pop()
    queue.add(first, "a")
    assert drain(queue) == ["a2", "a1"]


def test_one_that_waits_already_keeps_its_place():
    queue = FairQueue()
    queue.add("a", "one")
    queue.add("b", "one")
    queue.add("a", "another")
    assert list(queue) == ["a", "b"]
    assert drain(queue) == ["a", "b"]


def test_one_that_is_removed_is_forgotten():
    queue = FairQueue()
    queue.add("a", "one")
    queue.add("b", "two")
    queue.remove("a")
    queue.remove("a")
    assert "a" not in queue
    assert drain(queue) == ["b"]
    assert len(queue) == 0


@given(st.lists(st.integers(0, 4), min_size=1, max_size=40))
def test_no_sender_is_served_twice_while_another_waits_for_its_first_turn(senders):
    queue = FairQueue()
    for number, sender in enumerate(senders):
        queue.add((sender, number), str(sender))
    served = [sender for sender, _ in drain(queue)]
    first_round = served[: len(set(senders))]
    assert len(set(first_round)) == len(first_round)
    assert sorted(served) == sorted(senders)
