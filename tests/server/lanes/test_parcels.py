"""Parcels between the two processes of a server."""

import datetime as dt

import pytest

from offline_collect.domain.answers import Answer, Record
from offline_collect.domain.codes import ResponseCode
from offline_collect.server.lanes.parcels import Unsealer, seal
from tests.messages.commands import Terminal
from tests.messages.golden import NOW, TODAY

PAYMENT = Terminal().payment(NOW, "SCHOOL01", "S-1", 100)
HANDED_IN = [(0, PAYMENT, 10.0, 0.5), (1, PAYMENT, 11.0, 0.75)]
PAGE = Answer(ResponseCode.APPROVED, TODAY, values={"open_count": 1}, records=(Record({"bill_no": "S-1"}),))
HANDED_OUT = (
    [(0, PAGE), (1, None)],
    TODAY,
    [("batch", ("write-0", 2, {"load": 0.1})), ("queued", ("write-0", 0))],
)


@pytest.mark.parametrize("content", [HANDED_IN, HANDED_OUT, ([], None, [])])
@pytest.mark.parametrize("step", [1, 3, 1_000_000])
def test_what_is_sealed_comes_out_however_the_stream_is_cut(content, step):
    stream = seal(content) * 3
    unsealer = Unsealer()
    contents = []
    for at in range(0, len(stream), step):
        contents += unsealer.feed(stream[at : at + step])
    assert contents == [content] * 3


def test_a_part_of_a_parcel_waits_for_the_rest():
    unsealer = Unsealer()
    stream = seal(HANDED_IN)
    assert unsealer.feed(stream[:-1]) == []
    assert unsealer.feed(stream[-1:] + stream[:2]) == [HANDED_IN]
    assert unsealer.feed(stream[2:]) == [HANDED_IN]


def test_values_keep_their_types_on_the_way():
    ((_, command, _, _), _) = Unsealer().feed(seal(HANDED_IN))[0]
    assert type(command) is type(PAYMENT)
    assert command.tender is PAYMENT.tender
    assert command.sent_at.tzinfo is dt.UTC
    assert type(Unsealer().feed(seal(HANDED_OUT))[0][1]) is type(TODAY)
