"""A link for tests of a live business answers payments 58, and asks the engine for everything else."""

import pytest


@pytest.fixture
def platform(make_platform):
    return make_platform(test=True, live=True)


def test_payments_and_advices_are_refused_before_the_engine(platform, peer):
    peer.send("payment", "payment_advice")
    answers = peer.received()
    assert [answer.elements[39] for answer in answers] == ["58", "58"]
    assert answers[0].elements[44] == "link is for tests"
    assert platform.engine.taken == []


def test_lookups_and_reversals_are_served(platform, peer):
    peer.send("lookup_by_inputs", "reversal_write_off")
    assert len(platform.engine.taken) == 2


def test_a_link_that_is_not_marked_takes_payments(make_platform):
    platform = make_platform(live=True)
    platform.connect().send("payment")
    assert len(platform.engine.taken) == 1
