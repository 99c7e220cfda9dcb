"""Sign-on belongs to a connection and an institution."""

import pytest

from tests.server.rig import request_of

SIGN_OFF = "002"


@pytest.fixture
def platform(make_platform):
    return make_platform(sign_on_required=True, institutions=frozenset({"12345678", "87654321"}))


def test_before_its_sign_on_an_institution_gets_58(platform, peer):
    peer.send("payment", "lookup_by_inputs")
    answers = peer.received()
    assert [answer.elements[39] for answer in answers] == ["58", "58"]
    assert "sign on" in answers[0].elements[63]
    assert platform.engine.taken == []


def test_after_its_sign_on_it_is_served(platform, peer):
    peer.send("sign_on", "payment")
    platform.answer()
    assert peer.codes() == ["00", "00"]


def test_a_sign_on_is_one_institutions(platform, peer):
    peer.send("sign_on", request_of("payment", de32="87654321"))
    assert peer.codes() == ["00", "58"]


def test_a_sign_on_is_one_connections(platform, peer):
    peer.send("sign_on")
    other = platform.connect()
    other.send("payment")
    assert other.codes() == ["58"]


def test_a_sign_off_ends_it(platform, peer):
    peer.send("sign_on", request_of("sign_on", de70=SIGN_OFF), "payment")
    assert peer.codes() == ["00", "00", "58"]


def test_what_was_taken_before_a_sign_off_is_still_answered(platform, peer):
    peer.send("sign_on", "payment", request_of("sign_on", de70=SIGN_OFF))
    assert peer.codes() == ["00", "00"]
    platform.answer()
    assert peer.codes() == ["00"]


def test_leading_zeros_make_no_other_institution(platform, peer):
    peer.send(request_of("sign_on", de32="0012345678"), "payment")
    platform.answer()
    assert peer.codes() == ["00", "00"]


def test_an_echo_needs_no_sign_on(platform, peer):
    peer.send("echo_test")
    assert peer.codes() == ["00"]


def test_an_institution_that_may_not_speak_here_cannot_sign_on(platform, peer):
    peer.send(request_of("sign_on", de32="99999999"))
    assert peer.codes() == ["58"]


@pytest.mark.parametrize("function", ["161", "201"])
def test_a_new_key_or_a_notice_is_not_for_this_link(platform, peer, function):
    peer.send(request_of("sign_on", de70=function, de15="1123"))
    (code,) = peer.codes()
    assert code in {"58", "12"}


def test_where_sign_on_is_optional_everybody_is_served(make_platform):
    platform = make_platform()
    peer = platform.connect()
    peer.send("payment", "sign_on", request_of("sign_on", de70=SIGN_OFF), "payment_repeat")
    platform.answer()
    assert peer.codes() == ["00"] * 4


BUSY = {"connections_max_per_institution": 1, "institutions": frozenset({"12345678", "87654321"})}


@pytest.fixture
def busy(make_platform):
    """A link on which each institution has one connection."""
    return make_platform(sign_on_required=True, **BUSY)


def test_an_institution_signs_on_to_so_many_connections_at_most(busy, caplog):
    first, second = busy.connect(), busy.connect()
    first.send("sign_on")
    second.send("sign_on", "payment", "sign_on")
    assert first.codes() == ["00"]
    answers = second.received()
    assert [answer.elements[39] for answer in answers] == ["58", "58", "58"]
    assert "as many connections as it may have" in answers[0].elements[63]
    assert busy.observed.refusals == ["connections_max_per_institution"]
    assert caplog.messages == [
        "link fep-1: refused institution 12345678 at 127.0.0.9: connections_max_per_institution"
    ]


def test_another_institution_is_not_hindered(busy):
    first, second = busy.connect(), busy.connect()
    first.send("sign_on", "sign_on")
    second.send(request_of("sign_on", de32="87654321"))
    assert (first.codes(), second.codes()) == (["00", "00"], ["00"])


LEAVING = {
    "signs off": lambda peer: peer.send(*[request_of("sign_on", de70=SIGN_OFF)] * 2),
    "closes its direction": lambda peer: peer.connection.readConnectionLost(),
    "goes": lambda peer: peer.transport.lose(peer.connection),
}


@pytest.mark.parametrize("how", LEAVING)
def test_who_leaves_makes_room(busy, how):
    first, second = busy.connect(), busy.connect()
    first.send("sign_on")
    LEAVING[how](first)
    second.send("sign_on")
    assert second.codes() == ["00"]


def test_where_sign_on_is_optional_the_first_message_counts(make_platform):
    busy = make_platform(**BUSY)
    first, second = busy.connect(), busy.connect()
    second.send("echo_test", request_of("sign_on", de70=SIGN_OFF))
    first.send("payment")
    second.send("payment")
    assert second.codes() == ["00", "00", "58"]
    assert len(busy.engine.taken) == 1
    first.transport.lose(first.connection)
    second.send("payment_repeat")
    assert second.codes() == []
    assert len(busy.engine.taken) == 2
    assert busy.observed.refusals == ["connections_max_per_institution"]


def test_after_its_sign_off_an_institution_must_sign_on_again_in_time(make_platform):
    platform = make_platform(sign_on_required=True, sign_on_timeout_s=30)
    peer = platform.connect()
    peer.send("sign_on")
    platform.clock.advance(100)
    platform.link.close_idle()
    peer.send(request_of("sign_on", de70=SIGN_OFF))
    platform.link.close_idle()
    platform.clock.advance(29)
    platform.link.close_idle()
    assert not peer.transport.disconnecting
    platform.clock.advance(1)
    platform.link.close_idle()
    assert peer.transport.disconnecting
