"""A sender that claims the next batch while the one before is being sent."""

import pytest

from offline_collect.domain.notices.deliveries import NoticeChannel
from offline_collect.domain.notices.results import ACCEPTED
from offline_collect.domain.ports import StoreError, UnavailableError
from offline_collect.notify.ahead import SenderAhead
from offline_collect.notify.send import Sender, SenderName
from tests.notify.conftest import TERMS, WORDS
from tests.support.actors import user


class Steps:
    """A channel that records when messages were handed over, and when the sender asked what came of them."""

    def __init__(self):
        self.steps = []

    def begin(self, messages):
        number = len([each for each in self.steps if each[0] == "begun"])
        self.steps.append(("begun", number))

        def results():
            self.steps.append(("asked", number))
            return [ACCEPTED] * len(messages)

        return results


@pytest.fixture
def steps():
    return Steps()


@pytest.fixture
def sender(desk, steps):
    """A sender of batches of one message; three payers have a receipt that is due."""
    for number in (1, 2, 3):
        desk.pupil(f"P{number}", f"X{number}")
        desk.teller.pay(f"X{number}")
    desk.wait()
    who, outlets = SenderName("one", user("ops")), {NoticeChannel.FILE: steps}
    return Sender(desk.store, desk, TERMS, WORDS, who=who, outlets=outlets, share=lambda: 1.0, batch_max=1)


def test_the_next_batch_is_handed_over_before_the_results_of_the_one_before_are_awaited(sender, steps, desk):
    made = SenderAhead(sender)
    rounds = [made.round() for _ in range(4)]
    assert [each.sent for each in rounds] == [1, 1, 1, 0]
    assert [each.taken for each in rounds] == [3, 0, 0, 0]
    assert steps.steps == [
        ("begun", 0),
        ("begun", 1),
        ("asked", 0),
        ("begun", 2),
        ("asked", 1),
        ("asked", 2),
    ]
    assert desk.states() == ["SENT"] * 3
    assert made.round().idle


def test_a_batch_that_is_not_full_has_none_claimed_ahead(desk, sender, steps):
    sender._batch_max = 50
    made = SenderAhead(sender)
    assert made.round().sent == 3
    assert steps.steps == [("begun", 0), ("asked", 0)]
    assert made.finish() is None


def test_what_is_claimed_is_sent_before_it_ends_and_nothing_else(desk, sender, steps):
    made = SenderAhead(sender)
    made.round()
    assert made.finish().sent == 1
    assert made.finish() is None
    assert sorted(desk.states()) == ["SENT", "SENT", "WAITING"]


def test_results_are_written_also_if_the_store_was_away_when_the_next_was_to_be_claimed(
    desk, sender, monkeypatch
):
    made = SenderAhead(sender)
    claims = []
    claim = sender.begin

    def away():
        claims.append(1)
        if len(claims) == 2:
            raise UnavailableError("the store is away")
        return claim()

    monkeypatch.setattr(sender, "begin", away)
    assert made.round().sent == 1
    assert desk.states().count("SENT") == 1
    assert [made.round().sent for _ in range(2)] == [1, 1]
    assert desk.states() == ["SENT"] * 3


def test_while_the_store_is_away_a_round_says_so(sender, monkeypatch):
    def away():
        raise UnavailableError("the store is away")

    monkeypatch.setattr(sender, "begin", away)
    with pytest.raises(StoreError, match="away"):
        SenderAhead(sender).round()
