"""A link's translator says at start which messages its dialect does not carry."""

import datetime as dt
import logging

import pytest

from offline_collect.server.connections.translator import Translator
from offline_collect.wire.messages.requests.reader import LinkTerms
from tests.messages.golden import messages, shipped

TERMS = LinkTerms("partner-1", 10_000, dt.UTC, frozenset({"12345678"}))


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("ascii", []),
        ("iso93", ["link partner-1: dialect iso93 does not carry: totals, totals-advice"]),
    ],
)
def test_the_log_names_messages_that_a_dialect_does_not_carry(name, lines, caplog):
    with caplog.at_level(logging.INFO):
        Translator(messages(), shipped(name), TERMS)
    assert caplog.messages == lines
