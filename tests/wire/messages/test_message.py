"""Messages and their plain shape, as YAML files carry them."""

import pytest

from offline_collect.wire.errors import SchemaError
from offline_collect.wire.messages.message import Message


def test_a_message_goes_to_its_plain_shape_and_back():
    message = Message("0800", {7: "1122093001", 70: "301"})
    assert message.to_plain() == {"mti": "0800", "elements": {7: "1122093001", 70: "301"}}
    assert Message.from_plain(message.to_plain()) == message


def test_other_keys_and_quoted_numbers_are_taken():
    plain = {"name": "echo", "note": "x", "mti": "0800", "elements": {"70": "301", 7: "1122093001"}}
    assert list(Message.from_plain(plain).elements) == [7, 70]


@pytest.mark.parametrize(
    ("plain", "reason"),
    [
        ({"elements": {}}, "m.yaml: mti: missing"),
        ({"mti": 800, "elements": {}}, "m.yaml: mti: must be a string, not a number; quote it"),
        ({"mti": "0800"}, "m.yaml: elements: missing"),
        ({"mti": "0800", "elements": []}, "elements: must be a mapping of element numbers to quoted strings"),
        ({"mti": "0800", "elements": {"x": "1"}}, "elements.x: must be the number of an element"),
        ({"mti": "0800", "elements": {7: 1122}}, "elements.7: must be a quoted string"),
        ([], "m.yaml: must be a mapping, not a list"),
    ],
)
def test_a_plain_shape_that_is_none_is_refused_with_its_place(plain, reason):
    with pytest.raises(SchemaError) as caught:
        Message.from_plain(plain, "m.yaml")
    assert reason in str(caught.value)
