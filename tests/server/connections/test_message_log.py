"""The log has one line for each refused or unanswered message, and at debug for every message; masked."""

import logging

import pytest

from offline_collect.domain.answers import decline
from offline_collect.domain.codes import ResponseCode
from tests.server.rig import APPROVED

LOGGER = "offline_collect.server.connections.message_log"
REFUSED = decline(ResponseCode.WRONG_AMOUNT, "wrong amount", "12.00 are owed, customer 13800001234")


@pytest.fixture
def lines(caplog):
    """Set the level of the log; return a function that gives its lines about messages."""

    def at(level):
        caplog.set_level(level, LOGGER)
        return lambda: [each for each in caplog.records if each.name == LOGGER]

    return at


def test_a_refused_message_has_a_line_with_its_identifiers(platform, peer, lines):
    read = lines(logging.INFO)
    peer.send("payment")
    platform.answer(REFUSED)
    (line,) = read()
    assert line.levelno == logging.INFO
    assert line.getMessage().endswith(": payment refused: WRONG_AMOUNT (wrong amount)")
    assert line.getMessage().startswith("link fep-1, ")
    assert (line.stan, line.terminal, line.institution) == ("000008", "TERM0001", "12345678")
    assert line.amount_minor > 0
    assert not hasattr(line, "masked")


def test_an_approved_message_has_a_line_at_debug_only(platform, peer, lines):
    read = lines(logging.INFO)
    peer.send("payment")
    platform.answer(APPROVED)
    assert read() == []
    read = lines(logging.DEBUG)
    peer.send("payment")
    platform.answer(APPROVED)
    (line,) = read()
    assert line.levelno == logging.DEBUG
    assert line.getMessage().endswith(": payment approved")
    assert line.masked.startswith("0200 3=")
    assert "48=[" in line.masked, "the tags, and not the element as a whole"
    assert "0030=" in line.masked


def test_at_debug_a_refused_message_is_masked_as_its_dialect_says(platform, peer, lines):
    read = lines(logging.DEBUG)
    peer.send("payment")
    platform.answer(REFUSED)
    (line,) = read()
    assert "0030=" in line.masked


def test_what_cannot_be_decoded_has_the_line_that_names_the_element_and_no_other(platform, peer, lines):
    read = lines(logging.DEBUG)
    body = b"0200" + b"C" * 16 + b"?" * 20
    peer.transport_in(f"{len(body):04d}".encode() + body)
    assert platform.observed.answers == [("unknown", ResponseCode.FORMAT_ERROR)]
    assert read() == []


def test_messages_without_an_answer_have_a_line(platform, peer, lines):
    read = lines(logging.INFO)
    peer.send("payment")
    platform.answer(None)
    (line,) = read()
    assert line.getMessage().endswith(": payment gets no answer: its outcome is not proved")
    assert line.terminal == "TERM0001"
    peer.send("payment")
    peer.transport.lose(peer.connection)
    platform.answer(APPROVED)
    assert read()[-1].getMessage().endswith(": payment gets no answer: the peer has gone")
