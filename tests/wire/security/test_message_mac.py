"""MACs of messages in both dialects: their place, the covered bytes, and the key that made them."""

import dataclasses

import pytest

from offline_collect.wire.dialects.dialect_file import compile_dialect
from offline_collect.wire.elements.codec import Codec
from offline_collect.wire.errors import SchemaError
from offline_collect.wire.messages.message import Message
from offline_collect.wire.security.mac import compute_mac, mac_content
from offline_collect.wire.security.mac_settings import MacAlgorithm, MacPadding, MacSettings, MacShown
from offline_collect.wire.security.message_mac import MacKey, MessageMac
from tests.messages.golden import NAMES, changed, codec, dialect_values

KEY = MacKey(1, bytes(range(16)), "A1B2C3")
OTHER = MacKey(2, bytes(range(1, 17)), "D4E5F6")
ECHO = Message("0800", {7: "1122093001", 11: "000002", 70: "301"})
FORM = Message("0100", {3: "390000", 7: "1122093001", 11: "000002", 32: "12345678", 41: "TERM0001"})


def of(name="ascii", **settings):
    return MessageMac(MacSettings(**settings), codec(name))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("message", "element"), [(FORM, 64), (ECHO, 128)])
@pytest.mark.parametrize("algorithm", ["aes-cmac", "x9.19", "sm4-cbc-mac", "cup-xor-ecb"])
def test_a_mac_is_the_last_element_and_covers_all_before_it(name, message, element, algorithm):
    mac = of(name, algorithm=MacAlgorithm(algorithm))
    raw = mac.encode(message, KEY)
    size = 8 if name == "bcd" else 16
    content = mac_content(mac.settings, KEY.value, raw[:-size])
    assert raw[-size:] == (content if name == "bcd" else content.hex().upper().encode())
    decoded = codec(name).decode(raw)
    assert decoded.elements == message.elements | {element: content.hex().upper()}
    assert mac.verify(raw, decoded, [OTHER, KEY]) is KEY
    assert mac.verify(raw, decoded, [OTHER]) is None


def test_the_message_is_left_as_it_was():
    before = dict(FORM.elements)
    of().encode(FORM, KEY)
    assert before == FORM.elements


@pytest.mark.parametrize("name", NAMES)
def test_a_changed_byte_is_seen_wherever_it_is(name):
    mac = of(name)
    raw = mac.encode(FORM, KEY)
    digit = raw.index(b"TERM0001") + 7
    forged = raw[:digit] + b"2" + raw[digit + 1 :]
    assert mac.verify(forged, codec(name).decode(forged), [KEY]) is None


def test_a_mac_of_the_request_is_not_taken_over_into_its_answer():
    mac = of()
    request = codec().decode(mac.encode(FORM, KEY))
    answer = Message("0110", {**request.elements, 39: "00"})
    raw = mac.encode(answer, KEY, request)
    assert mac.verify(raw, codec().decode(raw), [KEY]) is KEY
    assert raw[-16:] != mac.encode(FORM, KEY)[-16:]


@pytest.mark.parametrize(
    "message",
    [
        FORM,
        # Not the last element: a MAC does not cover elements after it.
        Message("0800", {**ECHO.elements, 64: "00" * 8}),
        Message("0800", {}),
    ],
)
def test_a_message_without_a_mac_at_its_end_has_none(message):
    raw = b"" if not message.elements else codec().encode(message)
    assert of().verify(raw, message, [KEY]) is None


def test_the_padding_is_the_links():
    settings = MacSettings(MacAlgorithm.X9_19, padding=MacPadding.ONE_AND_ZEROS)
    assert settings.of_link(MacAlgorithm.X9_9, None) == dataclasses.replace(
        settings, algorithm=MacAlgorithm.X9_9
    )
    assert settings.of_link(MacAlgorithm.X9_19, MacPadding.ZERO).padding is MacPadding.ZERO


@pytest.mark.parametrize("name", NAMES)
def test_chosen_elements_are_covered_in_their_order(name):
    mac = of(name, over=(0, 11, 3, 39), join=b" ")
    raw = mac.encode(FORM, KEY)
    decoded = codec(name).decode(raw)
    mti, stan, processing = (
        (raw[:2], b"\0\0\2", b"\x39\0\0") if name == "bcd" else (b"0100", b"000002", b"390000")
    )
    covered = b" ".join((mti, stan, processing))
    expected = compute_mac(MacAlgorithm.AES_CMAC, KEY.value, covered)[:8]
    assert bytes.fromhex(decoded.elements[64]) == expected
    assert mac.verify(raw, decoded, [KEY]) is KEY
    moved = dataclasses.replace(decoded, elements=decoded.elements | {11: "000003"})
    again = codec(name).decode(codec(name).encode(moved))
    assert mac.verify(raw, again, [KEY]) is None


def test_a_key_does_not_show_its_value():
    assert repr(KEY) == "<MacKey 1 A1B2C3>"
    assert "000102" not in f"{KEY}{KEY!r}{[KEY]}"


@pytest.mark.parametrize(
    "element", [None, {"is": "b8 MAC", "encoding": "raw"}, "b4 MAC"], ids=["missing", "differs", "short"]
)
def test_a_dialect_without_elements_for_a_mac_is_refused(element):
    values = changed(dialect_values(), ["elements", 128], element)
    without = Codec(compile_dialect(values, "partner.yaml"))
    with pytest.raises(SchemaError, match="a MAC needs elements 64 and 128, both b8, in one encoding"):
        MessageMac(MacSettings(), without)


def test_a_dialect_with_short_elements_for_a_mac_is_refused():
    with pytest.raises(SchemaError, match="both b8"):
        MessageMac(MacSettings(), codec("npm-iso8583"))


def compiled(mac):
    return compile_dialect(changed(dialect_values(), ["mac"], mac), "partner.yaml").mac


def test_a_dialect_says_how_macs_are_made():
    assert compile_dialect(dialect_values(), "partner.yaml").mac == MacSettings()
    assert compiled({}) == MacSettings()
    assert compiled({"over": "message"}) == MacSettings()
    assert compiled(
        {
            "algorithm": "cup-xor-ecb",
            "over": [0, 2, 3],
            "join": " ",
            "padding": "80-00",
            "shown": "hex",
            "bytes": 4,
        }
    ) == MacSettings(MacAlgorithm.CUP_XOR_ECB, (0, 2, 3), b" ", MacPadding.ONE_AND_ZEROS, MacShown.HEX, 4)


@pytest.mark.parametrize(
    ("mac", "reason"),
    [
        (
            {"algorithm": "md5"},
            "mac.algorithm: must be one of aes-cmac, x9.9, x9.19, sm4-cbc-mac, cup-xor-ecb",
        ),
        ({"over": "all"}, "mac.over: must be one of message"),
        ({"over": [200]}, r"mac.over\[0\]: must be a whole number from 0 to 128"),
        ({"bytes": 3}, "mac.bytes: must be a whole number from 4 to 8"),
        (
            {"shown": "hex"},
            "mac.bytes: must be 4 with shown: hex, because 8 hex digits fill the element's 8 bytes",
        ),
        ({"key": "x"}, "mac.key: unknown key"),
    ],
)
def test_a_dialects_mac_that_cannot_be_made_is_refused(mac, reason):
    with pytest.raises(SchemaError, match=f"^partner.yaml: {reason}"):
        compiled(mac)
