"""One bitmap for all elements, as some libraries write it."""

import pytest

from offline_collect.wire.dialects.dialect_file import compile_dialect
from offline_collect.wire.elements.codec import Codec
from offline_collect.wire.errors import DecodeError
from offline_collect.wire.messages.message import Message
from tests.messages.golden import dialect_values

ONE = Codec(compile_dialect(dialect_values() | {"bitmaps": "one of 128"}, "one.yaml"))
MESSAGE = Message("0800", {11: "000002", 70: "301"})
RAW = b"080000200000000000000400000000000000000002301"


def test_it_has_twice_the_size_and_does_not_announce_another():
    assert ONE.encode(MESSAGE) == RAW
    assert ONE.decode(RAW) == MESSAGE


def test_it_has_that_size_where_no_element_is_above_64():
    message = Message("0800", {11: "000002"})
    assert ONE.encode(message) == b"0800" + b"00200000000000000000000000000000" + b"000002"
    assert ONE.decode(ONE.encode(message)) == message


def test_its_first_bit_says_nothing():
    assert ONE.decode(RAW.replace(b"08000", b"08008")) == MESSAGE


def test_half_of_it_is_refused():
    with pytest.raises(DecodeError, match="DE 1: wrong length"):
        ONE.decode(RAW[:20])
