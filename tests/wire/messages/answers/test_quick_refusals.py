"""Refusals built from a message's bytes: the same as refusals of the decoded message."""

import pytest

from offline_collect.domain.answers import decline
from offline_collect.domain.codes import ResponseCode
from offline_collect.wire.messages.answers.quick_refusals import SHAPES_MAX, QuickRefusals
from offline_collect.wire.messages.answers.writer import ResponseWriter
from offline_collect.wire.messages.message import Message
from tests.messages.golden import TODAY, codec, golden, messages, shipped, vectors

DIALECTS = ("ascii", "bcd")
REFUSAL = decline(ResponseCode.TOO_LATE, "too late", "it waited past its deadline")
NAMES = [
    (dialect, vector["name"])
    for dialect in DIALECTS
    for vector in vectors(dialect)
    if vector["mti"][2] in "02" and vector["mti"] != "0800"
]


def whole_way(dialect, raw):
    """The message and its refusal, decoded and encoded."""
    request = codec(dialect).decode(raw)
    answer = ResponseWriter(messages(), shipped(dialect)).write(request, REFUSAL, TODAY)
    return request, codec(dialect).encode(answer, request)


def encoded(dialect, name, **elements):
    message, _ = golden(name, dialect)
    values = dict(message.elements)
    for number, value in elements.items():
        values[int(number.removeprefix("de"))] = value
    return codec(dialect).encode(Message(message.mti, dict(sorted(values.items()))))


@pytest.fixture(params=DIALECTS)
def dialect(request):
    return request.param


@pytest.fixture
def refusals(dialect):
    return QuickRefusals(codec(dialect))


def learn(refusals, dialect, raw, name="payment"):
    request, refusal = whole_way(dialect, raw)
    refusals.learn(name, raw, request, refusal)


@pytest.mark.parametrize(("dialect", "name"), NAMES)
def test_every_golden_request_is_refused_as_it_is_the_whole_way(dialect, name):
    refusals, raw = QuickRefusals(codec(dialect)), encoded(dialect, name)
    learn(refusals, dialect, raw, name)
    quick = refusals.refuse(raw)
    assert quick is None or quick == (name, whole_way(dialect, raw)[1])
    assert quick is not None or next(iter(golden(name, dialect)[0].elements)) != 3


def test_a_message_with_one_bitmap_for_all_elements_is_refused_as_it_is_the_whole_way():
    message, _ = golden("payment")
    dialect = "moov-spec87ascii"
    raw = codec(dialect).encode(message)
    refusals = QuickRefusals(codec(dialect))
    learn(refusals, dialect, raw)
    assert refusals.refuse(raw) == ("payment", whole_way(dialect, raw)[1])


def test_another_of_the_same_shape_is_refused_with_its_own_elements(dialect, refusals):
    learn(refusals, dialect, encoded(dialect, "payment"))
    other = encoded(dialect, "payment", de11="999999", de32="1234567", de41="TERM9999")
    assert refusals.refuse(other) == ("payment", whole_way(dialect, other)[1])


def test_another_shape_is_not_known(dialect, refusals):
    learn(refusals, dialect, encoded(dialect, "payment"))
    assert refusals.refuse(encoded(dialect, "payment", de33="123456")) is None


def test_what_is_cut_short_or_too_long_goes_the_whole_way(dialect, refusals):
    raw = encoded(dialect, "payment")
    learn(refusals, dialect, raw)
    assert refusals.refuse(raw[:-1]) is None
    assert refusals.refuse(raw + b"0") is None
    assert refusals.refuse(b"") is None


def test_a_length_that_is_no_number_goes_the_whole_way():
    refusals, raw = QuickRefusals(codec("ascii")), encoded("ascii", "payment")
    learn(refusals, "ascii", raw)
    assert refusals.refuse(raw.replace(b"0812345678", b"0 12345678")) is None


def test_a_new_day_is_learned_anew(dialect, refusals):
    raw = encoded(dialect, "payment")
    learn(refusals, dialect, raw)
    refusals.forget()
    assert refusals.refuse(raw) is None


def test_shapes_are_bounded(dialect, refusals, monkeypatch):
    monkeypatch.setattr("offline_collect.wire.messages.answers.quick_refusals.SHAPES_MAX", 0)
    assert SHAPES_MAX
    raw = encoded(dialect, "payment")
    learn(refusals, dialect, raw)
    assert refusals.refuse(raw) is None


def test_an_answer_that_says_more_than_its_request_is_not_learned(dialect, refusals):
    raw = encoded(dialect, "payment")
    request, _ = whole_way(dialect, raw)
    more = codec(dialect).encode(Message("0210", {3: "500000", 15: "1122", 38: "A00001", 39: "00"}))
    refusals.learn("payment", raw, request, more)
    assert refusals.refuse(raw) is None
