"""A message with an element that the dialect does not list is refused, with what can be read of it."""

from dataclasses import replace

import pytest

from offline_collect.wire.dialects.usual_elements import with_usual_elements
from offline_collect.wire.elements.codec import Codec
from offline_collect.wire.messages.message import Message
from tests.messages.golden import codec, older
from tests.wire.elements.test_codec import one, refused


def test_an_element_that_the_dialect_lacks_is_named_with_what_comes_before_it():
    error = refused(one(b"1000800000000000", b"0000000001000123456789"), reading=Codec(older()))
    assert str(error) == "DE 17: not in this dialect"
    assert error.elements == {4: "000000000100"}


@pytest.mark.parametrize("name", ["ascii", "bcd", "iso93", "cuppos"])
def test_behind_an_early_element_that_the_dialect_lacks_the_others_are_read_in_spite_of_it(name):
    full = with_usual_elements(codec(name).dialect)
    lacking = replace(full, elements={at: each for at, each in full.elements.items() if at not in {5, 33}})
    sent = {
        4: "000000000100",
        5: "000000000100",
        7: "1122093001",
        11: "000001",
        32: "12345678",
        33: "5",
        41: "T" * 8,
    }
    raw = Codec(full).encode(Message("0200", sent))
    reading = Codec(lacking)
    for _ in range(2):
        error = refused(raw, reading=reading)
        assert str(error) == "DE 5: not in this dialect"
        assert error.elements == {at: value for at, value in sent.items() if at not in {5, 33}}


def test_an_element_that_cannot_be_read_is_named_rather_than_a_later_one_that_the_dialect_lacks():
    error = refused(one(b"1000800000000000", b"00000000"), reading=Codec(older()))
    assert (str(error), error.elements) == ("DE 4: wrong length", {})
