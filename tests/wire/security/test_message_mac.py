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
    assert mac.replace(mac.encode(message, OTHER), KEY) == raw


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


@pytest.mark.parametrize(("missing", "places"), [(64, (64, 128)), (128, (64, 128)), (128, (128,))])
def test_a_dialect_without_an_element_of_its_macs_is_refused(missing, places):
    values = dialect_values()
    del values["elements"][missing]
    without = Codec(compile_dialect(values, "ascii.yaml"))
    with pytest.raises(SchemaError, match=rf"^ascii: elements\.{missing}: is missing: it holds the MAC"):
        MessageMac(MacSettings(places=places), without)


def test_a_dialect_with_a_single_bitmap_needs_no_second_mac_element():
    values = {
        "name": "small",
        "frame": {"length": "ascii4"},
        "identity": [11],
        "original": {"same": [11]},
        "elements": {7: "n10", 11: "n6", 39: "an2", 64: "b8"},
    }
    spoken = Codec(compile_dialect(values, "small.yaml"))
    mac = MessageMac(MacSettings(), spoken)
    raw = mac.encode(Message("0800", {11: "000001"}), KEY)
    assert mac.verify(raw, spoken.decode(raw), [KEY]) is KEY


ENCODINGS = [("hex", 16, "raw", 8), ("raw", 8, "hex", 16), ("binary", 8, "hex", 16)]


@pytest.mark.parametrize("over", [None, (0, 11)])
@pytest.mark.parametrize(("first", "first_size", "second", "second_size"), ENCODINGS)
def test_each_mac_element_has_an_encoding_of_its_own(first, first_size, second, second_size, over):
    values = changed(dialect_values(), ["elements", 64], {"is": "b8 MAC", "encoding": first})
    values = changed(values, ["elements", 128], {"is": "b8 MAC", "encoding": second})
    mixed = Codec(compile_dialect(values, "partner.yaml"))
    mac = MessageMac(MacSettings(over=over), mixed)
    for message, number, size in ((FORM, 64, first_size), (ECHO, 128, second_size)):
        raw = mac.encode(message, KEY)
        decoded = mixed.decode(raw)
        covered = raw[:-size] if over is None else b"0" + message.mti[1:].encode() + b"000002"
        content = mac_content(mac.settings, KEY.value, covered)
        assert decoded.elements == message.elements | {number: content.hex().upper()}
        assert raw[-size:] == (content if size == 8 else content.hex().upper().encode())
        assert mac.verify(raw, decoded, [KEY]) is KEY
        assert mac.replace(raw[:-size] + (b"0" * size if size == 16 else bytes(8)), KEY) == raw


@pytest.mark.parametrize("name", NAMES)
def test_a_dialect_may_have_its_mac_always_in_128(name):
    mac = of(name, places=(128,))
    for message in (FORM, ECHO):
        raw = mac.encode(message, KEY)
        decoded = codec(name).decode(raw)
        assert decoded.elements.keys() == message.elements.keys() | {128}
        assert mac.verify(raw, decoded, [KEY]) is KEY
    elsewhere = of(name).encode(FORM, KEY)
    assert mac.verify(elsewhere, codec(name).decode(elsewhere), [KEY]) is None
    assert not mac.carries_one(codec(name).decode(elsewhere))


def test_a_dialect_with_short_elements_for_a_mac_is_refused():
    with pytest.raises(SchemaError, match=r"elements\.64: must be b8: it holds the MAC"):
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
            "in": [128],
        }
    ) == MacSettings(
        MacAlgorithm.CUP_XOR_ECB, (0, 2, 3), b" ", MacPadding.ONE_AND_ZEROS, MacShown.HEX, 4, (128,)
    )
    assert compiled({"in": [64, 128]}) == MacSettings()


@pytest.mark.parametrize(
    ("mac", "reason"),
    [
        (
            {"algorithm": "md5"},
            "mac.algorithm: must be one of aes-cmac, x9.9, x9.19, sm4-cbc-mac, cup-xor-ecb",
        ),
        ({"over": "all"}, "mac.over: must be one of message"),
        ({"over": [200]}, r"mac.over\[0\]: must be a whole number from 0 to 128"),
        ({"in": [64]}, r"mac.in: must be \[64, 128\] or \[128\]: the MAC is the last element"),
        ({"in": [128, 64]}, r"mac.in: must be \[64, 128\] or \[128\]"),
        ({"in": [60]}, r"mac.in\[0\]: must be a whole number from 64 to 128"),
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
