"""Messages that bring or request keys: where a dialect has the key, what is refused, and that no key is shown."""

import copy

import pytest

from offline_collect.domain.answers import Answer, decline
from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.commands import NetworkFunction, NetworkManagement
from offline_collect.wire.elements.codec import Codec
from offline_collect.wire.errors import SchemaError
from offline_collect.wire.messages.answers.writer import ResponseWriter
from offline_collect.wire.messages.message import Message
from offline_collect.wire.messages.requests.reader import LinkTerms, RequestReader
from offline_collect.wire.pretty import pretty
from tests.messages.golden import changed, messages
from tests.messages.own import DAY, JAKARTA, NOW, compiled, small_values

KEY, CHECK = "00112233445566778899AABBCCDDEEFF", "A1B2C3D4"
KEY_MESSAGES = [
    {
        "name": "key-delivery",
        "command": "NetworkManagement",
        "requests": ["0800"],
        "when": {70: "162"},
        "must": [7, 11, 62, "62.key", "62.check", 70],
        "layout": {"request": {62: "key"}, "answer": {62: "key"}},
        "fields": {
            "function": {"is": "NEW_KEY"},
            "new_key": {"from": "62.key", "as": "key"},
            "key_check_value": {"from": "62.check", "as": "key_check_value"},
            "key_set": {"from": "62.set", "as": "identifier"},
        },
        "answer": {"echo": [70], "codes": {"SECURITY": "A7"}},
    },
    {
        "name": "key-request",
        "command": "NetworkManagement",
        "requests": ["0800"],
        "when": {70: "161"},
        "must": [7, 11, 70],
        "fields": {"function": {"is": "NEW_KEY"}},
        "answer": {"echo": [70], "put": {96: "key_block", 53: "key_check_value"}},
    },
]
DELIVERY, REQUEST = -2, -1


def values():
    """A dialect whose keys are in DE 62, or, in binary, in DE 96."""
    made = small_values()
    made["keys"] = {"form": "ecb"}
    made["elements"] |= {53: "ans16", 62: "b...100", 70: "n3", 96: "b16"}
    made["layouts"] |= {"key": {"fixed": [{"set": "an2"}, {"key": "b16"}, {"check": "b4"}]}}
    made["messages"] += copy.deepcopy(KEY_MESSAGES)
    return made


def read(elements, dialect=None):
    terms = LinkTerms("fep-1", 10_000, JAKARTA, frozenset(["14"]))
    message = Message("0800", {7: "1128070040", 11: "000007"} | elements)
    return RequestReader(messages(), dialect or compiled(values()), terms).read(message, NOW)


def delivery(key=KEY, check=CHECK):
    return {62: f"{b'01'.hex()}{key}{check}".upper(), 70: "162"}


def write(elements, answer):
    message = Message("0800", {7: "1128070040", 11: "000007"} | elements)
    return ResponseWriter(messages(), compiled(values())).write(message, answer, DAY)


def test_a_key_is_read_from_bytes_in_a_layout():
    command = read(delivery())
    assert isinstance(command, NetworkManagement)
    assert command.function is NetworkFunction.NEW_KEY
    assert (command.new_key, command.key_check_value, command.key_set) == (KEY, CHECK, "01")
    assert KEY not in repr(command)


def test_a_request_for_a_key_brings_none():
    command = read({70: "161"})
    assert (command.function, command.new_key) == (NetworkFunction.NEW_KEY, None)


def test_an_answer_has_its_key_in_an_element_of_bytes():
    answered = {"key_block": KEY, "key_check_value": CHECK}
    response = write({70: "161"}, Answer(ResponseCode.APPROVED, values=answered))
    assert (response.elements[96], response.elements[53]) == (KEY, CHECK)
    codec = Codec(compiled(values()))
    assert codec.decode(codec.encode(response)).elements[96] == KEY


@pytest.mark.parametrize(
    ("code", "sent"), [(ResponseCode.SECURITY, "A7"), (ResponseCode.NOT_PERMITTED, None)]
)
def test_a_message_may_have_codes_of_its_own(code, sent):
    refused = write(delivery(), decline(code, "key not taken", "no")).elements[39]
    assert refused == (sent or compiled(values()).response_codes[code])
    other = write({70: "161"}, decline(ResponseCode.SECURITY, "MAC wrong", "no"))
    assert other.elements[39] == compiled(values()).response_codes[ResponseCode.SECURITY]


@pytest.mark.parametrize("unmask", [False, True])
def test_no_key_is_shown(unmask):
    dialect = compiled(values())
    answered = {"key_block": KEY, "key_check_value": CHECK}
    response = write({70: "161"}, Answer(ResponseCode.APPROVED, values=answered))
    request = Message("0800", {7: "1128070040", 11: "000007"} | delivery())
    for message in (request, response):
        shown = pretty(message.mti, message.elements, dialect, unmask=unmask).upper()
        assert "DE 11" in shown
        assert KEY not in shown


@pytest.mark.parametrize(
    ("path", "value", "reason"),
    [
        (["masking"], {"62.key": "show"}, "62.key has a key, and logs would show it"),
        (["messages", REQUEST, "answer", "put"], {37: "key_block"}, "37 has a key, and logs would show it"),
        (
            ["messages", DELIVERY, "must"],
            [7, 11, 62, "62.key", 70],
            "a key in ecb needs key_check_value from a place in `must`",
        ),
        (
            ["messages", DELIVERY, "fields", "key_check_value"],
            None,
            "a key in ecb needs key_check_value from a place in `must`",
        ),
        (["messages", DELIVERY, "answer", "codes"], {"SECURITY": "A"}, "'A' must be 2 letters or digits"),
        (["messages", DELIVERY, "answer", "codes"], {"SECURITY": "é7"}, "must be 2 letters or digits"),
        (["messages", DELIVERY, "answer", "codes"], {"SECURITY": "00"}, "and not '00'"),
        (["messages", DELIVERY, "answer", "codes"], {"APPROVED": "01"}, "codes.APPROVED: unknown key"),
    ],
)
def test_a_dialect_that_shows_keys_or_cannot_check_them_is_refused(path, value, reason):
    with pytest.raises(SchemaError, match=reason):
        compiled(changed(values(), path, value))


def test_a_key_block_needs_no_check_value():
    made = changed(values(), ["messages", DELIVERY, "fields", "key_check_value"], None)
    assert compiled(made | {"keys": {}}).keys.check_digits == 6


def text_dialect():
    made = values()
    made["elements"][62] = "ans...999"
    made["layouts"]["key"] = {"fixed": [{"set": "an2"}, {"check": "ans8"}], "rest": True}
    made["messages"][DELIVERY] |= {"must": [7, 11, 62, "62.check", 70]}
    made["messages"][DELIVERY]["fields"] = KEY_MESSAGES[0]["fields"] | {
        "new_key": {"from": "62.rest", "as": "key"}
    }
    return compiled(made)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (f"01A1B2C3D4{KEY[:-1]}?", "hex digits or a key block only"),
        (f"01A1B2C3??{KEY}", "6 to 16 hex digits only"),
        (f"01A1B2    {KEY}", "6 to 16 hex digits only"),
    ],
)
def test_a_text_that_cannot_be_a_key_is_a_format_error(content, reason):
    refused = read({62: content, 70: "162"}, text_dialect())
    assert (refused.code, reason in refused.reason) == (ResponseCode.FORMAT_ERROR, True), refused.reason
    assert KEY not in refused.reason


def test_text_is_read_without_blanks():
    command = read({62: f"01a1b2c3  {KEY}", 70: "162"}, text_dialect())
    assert (command.new_key, command.key_check_value) == (KEY, "A1B2C3")
