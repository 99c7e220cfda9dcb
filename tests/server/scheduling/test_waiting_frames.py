"""How many frames wait, by connection and sender."""

from hypothesis import given
from hypothesis import strategies as st

from offline_collect.server.scheduling.waiting_frames import WaitingFrames

SENDERS = ("school bank", "water bank", "peer 127.0.0.1")


class Waits:
    """A connection, as far as it is counted."""

    def __init__(self) -> None:
        self.sender = SENDERS[0]
        self.waiting = 0


CHANGES = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 3), st.sampled_from(SENDERS)), max_size=40)


@given(CHANGES)
def test_the_counts_are_those_of_the_connections_whatever_changed_before(changes):
    connections = [Waits() for _ in range(5)]
    frames = WaitingFrames()
    for place, waiting, sender in changes:
        changed = connections[place]
        changed.waiting, changed.sender = waiting, sender
        frames.count(changed)
        assert frames.total == sum(each.waiting for each in connections)
        assert set(frames.connections()) == {each for each in connections if each.waiting}
    for mine in connections:
        fellows, others = frames.beside(mine)
        beside = [each for each in connections if each is not mine and each.waiting]
        assert sorted(fellows) == sorted(each.waiting for each in beside if each.sender == mine.sender)
        wanted = {sender: sum(e.waiting for e in beside if e.sender == sender) for sender in SENDERS}
        del wanted[mine.sender]
        assert sorted(others) == sorted(filter(None, wanted.values()))


def test_a_connection_has_a_share_of_what_may_wait_even_when_that_is_full():
    frames = WaitingFrames()
    three = Waits(), Waits(), Waits()
    for each, waiting in zip(three, (9, 1, 0), strict=True):
        each.waiting = waiting
        frames.count(each)
    assert [frames.may_have_more(each, 10) for each in three] == [False, True, True]
    assert [frames.may_have_more(each, 11) for each in three] == [True, True, True]
