import pytest
import yaml

from offline_collect.wire.elements.notation import Kind
from offline_collect.wire.messages.message import Message
from offline_collect_terminal.wire.dialects import load_codec
from offline_collect_terminal.wire.element_offsets import head_size, locate
from tests.support.tree import ROOT

VECTORS = [
    (name, vector)
    for name in ("ascii", "bcd")
    for vector in yaml.safe_load((ROOT / f"tests/vectors/{name}.yaml").read_text(encoding="utf-8"))
]


def as_content(element, value, encoding):
    """An element's content as bytes, by the dialect and not by the codec."""
    if element.kind is Kind.XN and element.packed:
        return value[:1].encode() + bytes.fromhex(value[1:])
    if element.packed:
        return bytes.fromhex(value if len(value) % 2 == 0 else f"0{value}")
    return value.encode(encoding.charset)


@pytest.mark.parametrize(
    ("name", "vector"), VECTORS, ids=[f"{name}-{vector['name']}" for name, vector in VECTORS]
)
def test_every_element_of_the_golden_messages_is_found_where_it_lies(name, vector):
    dialect = load_codec(name).dialect
    frame = bytes.fromhex(vector["frame"])
    message = frame[dialect.frame.message_at :]
    places = locate(dialect, message)
    found = {number: message[place] for number, place in places.items()}
    assert found == {
        number: as_content(dialect.elements[number], value, dialect.encoding)
        for number, value in vector["elements"].items()
    }
    assert list(places.values())[-1].stop == len(message)


def test_one_bitmap_for_all_elements_is_always_whole():
    codec = load_codec("moov-spec87ascii")
    raw = codec.encode(Message("0800", {11: "000002"}))
    assert {number: raw[place] for number, place in locate(codec.dialect, raw).items()} == {11: b"000002"}


def test_a_walk_may_stop_early(codec):
    _, vector = VECTORS[0]
    message = bytes.fromhex(vector["frame"])[4:]
    assert max(locate(codec.dialect, message, last=11)) == 11


def test_the_head_is_message_type_and_first_bitmap(codec):
    assert head_size(codec.dialect) == 20
    assert head_size(load_codec("bcd").dialect) == 10
