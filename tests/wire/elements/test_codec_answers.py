"""Answers are encoded around their request's elements: the bytes equal a complete new encoding."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline_collect.wire.elements import codec as codec_module
from offline_collect.wire.elements.codec import Codec
from offline_collect.wire.errors import EncodeError
from offline_collect.wire.messages.message import Message
from tests.messages.golden import NAMES, codec, golden, shipped, vectors
from tests.wire.elements.test_codec_properties import messages

PAIRS = [
    pytest.param(name, request, answer, id=f"{name}-{request['name']}-{answer['name']}")
    for name in NAMES
    for answer in vectors(name)
    for request in vectors(name)
    if answer["mti"][2] in "13" and request["mti"][:2] == answer["mti"][:2] and request["mti"][2] in "02"
]
ECHO, _ = golden("echo_test")


def decoded(name, entry):
    return codec(name).decode(codec(name).encode(Message.from_plain(entry)))


def repeating(answer, request):
    """An answer whose repeated elements are those of the request, as a response writer copies them."""
    own = {
        number: request.elements[number] if request.elements.get(number) == value else value
        for number, value in answer.elements.items()
    }
    return Message(answer.mti, own)


@pytest.mark.parametrize(("name", "request_entry", "entry"), PAIRS)
def test_a_golden_answer_is_the_same_with_its_request_and_without(name, request_entry, entry):
    request = decoded(name, request_entry)
    answer = repeating(Message.from_plain(entry), request)
    assert codec(name).encode(answer, request) == codec(name).encode(answer)


@pytest.mark.parametrize("name", NAMES)
@given(data=st.data())
def test_any_answer_to_any_request_is_the_same_with_it_and_without(name, data):
    fresh = Codec(shipped(name))
    request = fresh.decode(fresh.encode(data.draw(messages(name))))
    mixed = data.draw(messages(name))
    taken = data.draw(st.sets(st.sampled_from(sorted(shipped(name).elements))))
    elements = mixed.elements | {number: request.elements[number] for number in taken & set(request.elements)}
    answer = Message(mixed.mti, dict(sorted(elements.items())))
    expected = fresh.encode(answer)
    assert [fresh.encode(answer, request) for _ in range(2)] == [expected, expected]


@pytest.mark.parametrize("name", NAMES)
def test_a_message_that_repeats_everything_needs_no_encoding(name):
    request = decoded(name, vectors(name)[0])
    assert codec(name).encode(Message("0810", request.elements), request) == codec(name).encode(
        Message("0810", request.elements)
    )


def test_what_is_kept_of_bitmaps_is_bounded(monkeypatch):
    monkeypatch.setattr(codec_module, "KEPT_MAX", 3)
    fresh = Codec(shipped())
    for second in range(10):
        answer = Message(
            "0810", {**ECHO.elements, 39: f"{second:02d}", **({15: "1122"} if second % 2 else {})}
        )
        answer.elements |= {37: f"{second:012d}"} if second % 3 else {}
        assert fresh.encode(answer, ECHO) == codec().encode(Message("0810", dict(answer.elements)))
    assert len(fresh._heads) == 3


@pytest.mark.parametrize(
    ("elements", "reason"),
    [
        ({65: "1"}, "DE 65: not in this dialect"),
        ({200: "1"}, "DE 200: not in this dialect"),
        ({39: "\x01\x02"}, "DE 39: letters and digits only"),
        ({39: "000"}, "DE 39: wrong length"),
    ],
)
def test_what_is_wrong_in_an_answer_is_said_as_ever(elements, reason):
    with pytest.raises(EncodeError) as caught:
        codec().encode(Message("0810", {**ECHO.elements, **elements}), ECHO)
    assert str(caught.value) == reason
