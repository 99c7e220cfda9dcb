"""The limits for a link's senders: rates, and requests that find nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline_collect.domain.answers import Answer, decline
from offline_collect.domain.codes import ResponseCode
from offline_collect.server.scheduling import throttle
from offline_collect.server.scheduling.throttle import WINDOW_S, Misses, Rate
from offline_collect.server.settings import ThrottleSettings
from tests.messages.golden import TODAY
from tests.server.rig import APPROVED, request_of

MISS = decline(ResponseCode.NOT_FOUND, "unknown bill")
TEN = ThrottleSettings(terminal_misses_per_minute=10, institution_misses_per_minute=None)


def lookups(count, first=1, terminal="TERM0001"):
    return [
        request_of("lookup_by_bill", de11=f"{nth:06d}", de41=terminal) for nth in range(first, first + count)
    ]


def guess(platform, peer, count, **more):
    """Have a peer ask for bills that do not exist; return how many requests reached the engine."""
    peer.send(*lookups(count, **more))
    asked = len(platform.engine.taken)
    platform.answer(MISS)
    return asked


def test_a_terminal_that_guesses_is_slowed_and_then_refused(make_platform):
    platform = make_platform(throttle=TEN)
    peer = platform.connect()
    assert guess(platform, peer, 10) == 10
    assert peer.codes() == ["25"] * 10
    assert guess(platform, peer, 10, first=11) == 10
    assert peer.codes() == []
    platform.clock.advance(0.9)
    platform.link.answer_held_back()
    assert peer.codes() == []
    platform.clock.advance(0.1)
    platform.link.answer_held_back()
    assert peer.codes() == ["25"] * 10
    assert guess(platform, peer, 1, first=21) == 1
    assert guess(platform, peer, 5, first=22) == 0
    answers = peer.received()
    assert {(each.elements[39], each.elements[44]) for each in answers} == {("58", "too many misses")}
    assert platform.observed.throttles == ["misses_slowed"] * 11 + ["misses_refused"] * 5


def test_its_payments_are_refused_too_its_reversals_and_advices_are_not(make_platform):
    platform = make_platform(throttle=TEN)
    peer = platform.connect()
    guess(platform, peer, 21)
    platform.clock.advance(1)
    platform.link.answer_held_back()
    peer.received()
    peer.send("payment", "reversal_write_off", "payment_advice")
    assert len(platform.engine.taken) == 2
    assert peer.codes() == ["58"]


def test_after_a_minute_without_misses_it_is_served_again(make_platform):
    platform = make_platform(throttle=TEN)
    peer = platform.connect()
    guess(platform, peer, 21)
    platform.clock.advance(2 * WINDOW_S)
    assert guess(platform, peer, 1, first=30) == 1


def test_other_terminals_are_not_kept_from_anything(make_platform):
    platform = make_platform(throttle=TEN)
    peer = platform.connect()
    guess(platform, peer, 25)
    peer.received()
    assert guess(platform, peer, 1, first=40, terminal="TERM0002") == 1
    assert peer.codes() == ["25"]


def test_an_institution_whose_terminals_guess_in_turn_loses_lookups_but_pays_on(make_platform):
    settings = ThrottleSettings(terminal_misses_per_minute=None, institution_misses_per_minute=10)
    platform = make_platform(throttle=settings)
    peer = platform.connect()
    for nth in range(21):
        guess(platform, peer, 1, first=nth + 1, terminal=f"T{nth:07d}")
    peer.received()
    assert guess(platform, peer, 1, first=30, terminal="TERM0001") == 0
    assert peer.codes() == ["58"]
    peer.send("payment")
    platform.answer()
    assert peer.codes() == ["00"]


def test_what_finds_something_is_never_held_back(make_platform):
    platform = make_platform(throttle=TEN)
    peer = platform.connect()
    peer.send(*lookups(200))
    platform.answer(Answer(ResponseCode.APPROVED, TODAY))
    assert peer.codes() == ["00"] * 200


@pytest.mark.parametrize(
    ("settings", "what"),
    [
        (ThrottleSettings(requests_per_s=5), "requests_per_s"),
        (ThrottleSettings(institution_requests_per_s=5), "institution_requests_per_s"),
        (ThrottleSettings(terminal_requests_per_s=5), "terminal_requests_per_s"),
    ],
)
def test_a_rate_refuses_what_is_more_and_lets_the_next_second_through(make_platform, settings, what):
    platform = make_platform(throttle=settings)
    peer = platform.connect()
    peer.send(*lookups(7))
    assert peer.codes() == ["58", "58"]
    assert platform.observed.throttles == [what] * 2
    platform.answer(APPROVED)
    peer.received()
    platform.clock.advance(0.5)
    peer.send(*lookups(3, first=10))
    assert len(platform.engine.taken) == 2


def test_an_answer_that_is_held_back_when_its_peer_goes_is_told(make_platform):
    platform = make_platform(throttle=TEN)
    peer = platform.connect()
    guess(platform, peer, 11)
    peer.transport.lose(peer.connection)
    platform.clock.advance(1)
    platform.link.answer_held_back()
    assert platform.observed.silences == ["gone"]


@given(st.lists(st.floats(0, 30), max_size=200))
def test_no_minute_holds_more_than_the_count_says_by_far(pauses):
    """The count covers at most the last minute and the minute before it."""
    misses, moments, now = Misses(), [], 1_000.0
    for pause in pauses:
        now += pause
        misses.add(now)
        moments.append(now)
        lately = misses.lately(now)
        assert sum(at > now - WINDOW_S / 2 for at in moments if at // WINDOW_S == now // WINDOW_S) <= lately
        assert lately <= sum(at > now - 2 * WINDOW_S for at in moments)


@given(st.integers(1, 50), st.lists(st.floats(0, 3), max_size=100))
def test_a_rate_lets_no_more_through_than_time_allows(per_s, pauses):
    rate, now, let = Rate(per_s), 500.0, 0
    began = now
    for pause in pauses:
        now += pause
        let += rate.take(now)
    assert let <= per_s + (now - began) * per_s + 1e-6


def test_of_too_many_senders_the_most_silent_is_forgotten(monkeypatch):
    monkeypatch.setattr(throttle, "SENDERS_MAX", 2)
    senders = throttle._Senders(Misses)
    first = senders.of("a")
    senders.of("b")
    assert senders.of("a") is first
    senders.of("c")
    assert senders.known("b") is None
    assert senders.known("a") is first
