"""The simulator's MACs: on every message, required in every answer, with a key that is never shown."""

import pytest

from offline_collect.wire.errors import DecodeError
from offline_collect.wire.messages.message import Message
from offline_collect.wire.security.mac_settings import MacAlgorithm, MacPadding, MacSettings
from offline_collect.wire.security.message_mac import MacKey, MessageMac
from offline_collect_terminal.cli.options import read_mac
from offline_collect_terminal.errors import KeyFileError
from offline_collect_terminal.load.bills import Bill
from offline_collect_terminal.load.patched_frames import Sender, make_template
from offline_collect_terminal.load.settings import Kind
from offline_collect_terminal.wire.dialects import load_codec
from offline_collect_terminal.wire.signing import KEY_VARIABLE, MacOptions, plain_of, read_key
from tests.messages.golden import NAMES, codec

VALUE = bytes(range(16))
OPTIONS = MacOptions(MacAlgorithm.X9_19, VALUE, MacPadding.ONE_AND_ZEROS)
ECHO = Message("0800", {7: "1122093001", 11: "000002", 70: "301"})


def platforms(name):
    """The platform's MACs."""
    return MessageMac(MacSettings(MacAlgorithm.X9_19, padding=MacPadding.ONE_AND_ZEROS), codec(name))


@pytest.mark.parametrize("name", NAMES)
def test_messages_carry_the_mac_that_the_platform_makes(name):
    signing = load_codec(name, OPTIONS)
    raw = signing.encode(ECHO)
    assert raw == platforms(name).encode(ECHO, MacKey(1, VALUE, ""))
    assert signing.decode(raw).elements.items() >= ECHO.elements.items()
    assert plain_of(signing).encode(ECHO) == codec(name).encode(ECHO)
    assert plain_of(codec(name)) is codec(name)


def refusal(words=None):
    return Message("0800", {**ECHO.elements, 39: "63", **(words or {})})


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (codec().encode(ECHO), "MAC: missing"),
        (codec().encode(refusal()), "MAC: missing; without one the platform answers 63"),
        (
            codec().encode(refusal({44: "MAC wrong"})),
            "MAC: missing; without one the platform answers 63, MAC wrong",
        ),
        (codec().encode(Message("0800", {**ECHO.elements, 128: "00" * 8})), "MAC: wrong"),
    ],
)
def test_an_answer_without_the_right_mac_is_not_read(answer, reason):
    with pytest.raises(DecodeError, match=f"^{reason}$") as caught:
        load_codec("ascii", OPTIONS).decode(answer)
    assert caught.value.mti == "0800"


def test_a_mac_that_is_given_is_sent_as_it_is():
    given = Message("0800", {**ECHO.elements, 128: "00" * 8})
    assert load_codec("ascii", OPTIONS).encode(given) == codec().encode(given)


@pytest.mark.parametrize("name", NAMES)
def test_a_load_puts_the_right_mac_on_what_it_patches(name):
    signing = load_codec(name, OPTIONS)
    template = make_template(
        signing, Kind.PAYMENT, Sender("12345678", "LD000001"), Bill("SCHOOL01", "B1", 100)
    )
    template.frame[template.merchant] = b"SCHOOL02".ljust(15)
    raw = bytes(template.frame[template.message_at :])
    with pytest.raises(DecodeError, match=r"^MAC: wrong$"):
        signing.decode(raw)
    signing.sign(template.frame, template.message_at)
    assert signing.decode(bytes(template.frame[template.message_at :])).elements[42].rstrip() == "SCHOOL02"


def test_the_key_comes_from_a_file_or_the_environment(tmp_path, monkeypatch):
    file = tmp_path / "working.key"
    file.write_text(f"{VALUE.hex()}\n")
    monkeypatch.setenv(KEY_VARIABLE, "00" * 16)
    assert read_key(file) == VALUE
    assert read_key(None) == bytes(16)
    assert read_mac(MacAlgorithm.AES_CMAC, file, None) == MacOptions(MacAlgorithm.AES_CMAC, VALUE)
    assert read_mac(None, None, None) is None


def test_a_key_that_cannot_be_used_is_refused_without_showing_it(tmp_path, monkeypatch):
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    file = tmp_path / "working.key"
    for content, reason in (
        (b"0g", "a key must be hex digits"),
        (b"", "has no key"),
        (b"\xff", "a key must be hex digits"),
    ):
        file.write_bytes(content)
        with pytest.raises(KeyFileError, match=reason):
            read_key(file)
    with pytest.raises(KeyFileError, match="cannot be read: No such file"):
        read_key(tmp_path / "none")
    with pytest.raises(KeyFileError, match=KEY_VARIABLE):
        read_key(None)
    with pytest.raises(KeyFileError, match=r"x9\.19 takes a key of 16 bytes, not 8"):
        load_codec("ascii", MacOptions(MacAlgorithm.X9_19, b"secret!!"))
    assert "secret" not in repr(MacOptions(MacAlgorithm.X9_19, b"secret!!"))
