"""The commonest mistakes of a partner's set-up are named in the log, with link and peer."""

import pytest

from tests.server.reactor import HandReactor
from tests.server.rig import PEER, Platform, ScriptedEngine, frame_of

HERE = f"link fep-1, {PEER}: "


@pytest.fixture
def connect():
    """Connects to a link of a dialect."""
    return lambda dialect="ascii", **settings: Platform(
        HandReactor(), ScriptedEngine(), dialect, **settings
    ).connect()


def framed(length, dialect="ascii"):
    """The echo test of a dialect, with another length before it."""
    return length(frame_of("echo_test", "ascii")[4:])


def counts_itself(message):
    return b"%04d" % (len(message) + 4) + message


def test_a_length_that_counts_itself_is_named_at_the_end(connect, caplog):
    peer = connect()
    peer.transport_in(framed(counts_itself))
    peer.transport.lose(peer.connection)
    assert f"{HERE}closed with 4 of 63 bytes missing; does the peer's length count its header?" in caplog.text


def test_a_length_that_counts_itself_is_named_when_the_message_is_overdue(caplog):
    platform = Platform(HandReactor(), ScriptedEngine())
    peer = platform.connect()
    peer.transport_in(framed(counts_itself))
    platform.clock.advance(30)
    platform.link.close_idle()
    assert "4 of 63 bytes missing; does the peer's length count its header? (frame_timeout_s)" in caplog.text
    assert HERE in caplog.text


@pytest.mark.parametrize(
    ("sent", "dialect", "named"),
    [
        (b"GET / HTTP/1.1\r\n", "ascii", "the peer speaks HTTP"),
        (
            bytes.fromhex("16030100f4010000f0"),
            "ascii",
            "the peer begins a TLS handshake, but the link has no TLS",
        ),
        (
            framed(lambda message: len(message).to_bytes(2, "big") + message),
            "ascii",
            "look like a length of 2 bytes, then an MTI in ASCII digits",
        ),
        (
            framed(lambda message: message + b"!" * 3),
            "bcd",
            "look like no length, then an MTI in ASCII digits",
        ),
        (
            frame_of("payment", "bcd"),
            "ascii",
            "look like a length of 2 bytes and a TPDU, then an MTI in BCD",
        ),
        (frame_of("echo_test", "ascii"), "bcd", "look like a length of 4 bytes, then an MTI in ASCII digits"),
    ],
)
def test_what_is_not_the_links_dialect_is_named(connect, caplog, sent, dialect, named):
    peer = connect(dialect)
    peer.transport_in(sent)
    peer.transport.lose(peer.connection)
    assert HERE in caplog.text
    assert named in caplog.text


def test_a_stream_that_breaks_after_good_messages_is_not_a_stranger(connect, caplog):
    peer = connect()
    peer.transport_in(frame_of("echo_test") + b"GET / HTTP/1.1\r\n")
    assert peer.codes() == ["00"]
    assert "HTTP" not in caplog.text


@pytest.mark.parametrize("sent", [b"0", b"01100200323", b"0030hello there, who is it?"])
def test_bytes_that_look_like_nothing_have_no_hint(connect, caplog, sent):
    peer = connect()
    peer.transport_in(sent)
    peer.transport.lose(peer.connection)
    assert caplog.messages[-1].endswith("bytes missing")


def test_an_undecodable_message_is_logged_with_link_peer_mti_and_stan(connect, caplog):
    peer = connect()
    frame = frame_of("payment")
    peer.transport_in(frame.replace(b"TELLER156", b"TELLER15X"))
    assert peer.codes() == ["30"]
    assert f"{HERE}undecodable message, MTI 0200, STAN 000008: DE 49: " in caplog.text


def test_a_message_without_a_readable_mti_is_logged_with_link_and_peer(connect, caplog):
    peer = connect()
    peer.transport_in(b"0008ABCDEFGH")
    assert peer.received() == []
    assert f"{HERE}undecodable message, MTI unread, STAN unread: MTI: " in caplog.text
