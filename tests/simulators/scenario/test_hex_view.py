"""Bytes of messages for people: all are there, those of personal data hidden."""

import pytest
import yaml

from offline_collect.wire.elements.codec import Codec
from offline_collect.wire.frame.frames import encode_frame
from offline_collect.wire.messages.message import Message
from offline_collect_terminal.scenario.hex_view import hex_lines, hidden_bytes
from offline_collect_terminal.wire.dialects import load_codec
from tests.messages.own import golden, small_values

NAME = "张伟"
ELEMENTS = {
    2: "6225880100001234",
    3: "500000",
    11: "000002",
    48: f"0030013S2026-11-00010032006{NAME}",
    52: "0123456789ABCDEF",
    120: "0030002B1",
}


@pytest.fixture(params=["ascii", "bcd"])
def sent(request):
    codec: Codec = load_codec(request.param)
    tags = "0030013S2026-11-0001" + f"0032{len(NAME.encode(codec.dialect.charset)):03d}{NAME}"
    message = Message("0200", {**ELEMENTS, 48: tags})
    return codec.dialect, encode_frame(codec.dialect.frame, codec.encode(message)), message


def shown_bytes(lines):
    return [cell for line in lines for cell in line[6:53].split()]


def test_all_bytes_are_there_in_order(sent):
    _, stream, _ = sent
    lines = list(hex_lines(stream, ()))
    assert bytes.fromhex("".join(shown_bytes(lines))) == stream
    assert [int(line[:4], 16) for line in lines] == list(range(0, len(stream), 16))


def test_personal_data_is_hidden_and_nothing_else(sent):
    dialect, stream, message = sent
    cells = shown_bytes(hex_lines(stream, hidden_bytes(dialect, stream, message)))
    left = bytes(int(cell, 16) if cell != "**" else 0 for cell in cells)
    name = NAME.encode(dialect.charset)
    assert name in stream
    assert name not in left
    assert b"S2026-11-0001" in left
    card = b"6225880100001234" if dialect.name == "ascii" else bytes.fromhex("6225880100001234")
    pin = b"0123456789ABCDEF" if dialect.name == "ascii" else bytes.fromhex("0123456789ABCDEF")
    assert cells.count("**") == len(name) + len(card) + len(pin)
    for secret in (card, pin):
        assert secret in stream
        assert secret not in left


def test_bytes_that_are_no_message_are_hidden_whole(sent):
    dialect, stream, _ = sent
    assert set(shown_bytes(hex_lines(stream, hidden_bytes(dialect, stream, None)))) == {"**"}


def test_private_data_that_cannot_be_read_is_hidden_whole(sent):
    dialect, stream, message = sent
    broken = Message(message.mti, {**message.elements, 48: "9999"})
    cells = shown_bytes(hex_lines(stream, hidden_bytes(dialect, stream, broken)))
    assert b"S2026" not in bytes(int(cell, 16) if cell != "**" else 0 for cell in cells)


def left_of(name, message):
    codec = load_codec(name)
    stream = encode_frame(codec.dialect.frame, codec.encode(message))
    cells = shown_bytes(hex_lines(stream, hidden_bytes(codec.dialect, stream, message)))
    return stream, bytes(int(cell, 16) if cell != "**" else 42 for cell in cells)


def test_parts_of_layouts_are_hidden_as_the_dialect_says():
    stream, left = left_of("ppob-postpaid", golden("ppob-postpaid", "payment_request"))
    assert b"B2026-10-000777" in left
    assert b"00000061000" in left
    for hidden in (b"BUDI SANTOSO", b"535012345678", b"5678"):
        assert hidden in stream
        assert hidden not in left


def test_of_private_data_that_does_not_fit_only_what_was_read_is_shown():
    message = golden("ppob-postpaid", "payment_request")
    message.elements[48] = message.elements[48][:40]
    _, left = left_of("ppob-postpaid", message)
    assert b"B2026" not in left
    assert b"36010" not in left


def test_what_looks_like_tags_in_a_dialect_with_messages_of_its_own_is_hidden():
    _, left = left_of("ppob-postpaid", Message("0220", {3: "170000", 48: "0030002B1"}))
    assert b"B1" not in left


def test_a_byte_that_a_hidden_part_shares_is_hidden(tmp_path):
    values = small_values()
    values["elements"][60] = {"is": "n...17 Kind", "encoding": "bcd"}
    values["layouts"]["kind"] = {"fixed": [{"type": "n2"}, {"batch": "n5"}, {"secret": "n1"}]}
    file = tmp_path / "small.yaml"
    file.write_text(yaml.safe_dump(values), encoding="utf-8")
    message = Message("0100", {3: "380000", 60: "01123456"})
    codec = load_codec(str(file))
    stream = encode_frame(codec.dialect.frame, codec.encode(message))
    assert stream.endswith(bytes.fromhex("01123456"))
    hidden = hidden_bytes(codec.dialect, stream, message)
    assert [place in hidden for place in range(len(stream) - 4, len(stream))] == [True, False, False, True]
