"""Older words of dialect files: understood as they were, refused beside the new ones."""

import pytest

from offline_collect.wire.dialects.dialect_file import compile_dialect
from offline_collect.wire.elements.codec import Codec
from offline_collect.wire.errors import SchemaError
from offline_collect.wire.frame.frames import FrameDecoder, encode_frame
from offline_collect.wire.messages.message import Message
from tests.messages.golden import NAMES, older, vectors

ROW = {"number": 3, "kind": "n", "length": 6, "name": "Code"}


@pytest.mark.parametrize("name", NAMES)
def test_an_older_file_reads_and_writes_the_golden_messages(name):
    dialect = older(name)
    for entry in vectors(name):
        frame = bytes.fromhex(entry["frame"])
        (came,) = FrameDecoder(dialect.frame).feed(frame)
        message = Codec(dialect).decode(came.message)
        assert message == Message.from_plain(entry)
        assert encode_frame(dialect.frame, Codec(dialect).encode(message), came.header) == frame


def small(**values):
    return {"name": "small", "frame": {"length": "ascii4"}} | values


def test_a_length_that_includes_its_header_counts_both():
    dialect = compile_dialect(small(frame={"length": "ascii4", "length_includes_header": True}), "x.yaml")
    assert dialect.frame.length_includes == {"length", "header"}


BAD = [
    (small(transmission_time="gmt"), "transmission_time: must be one of utc, local"),
    (
        small(transmission_time="utc", sent={}),
        "transmission_time: is an older word for sent, which is there too",
    ),
    (
        small(encoding={"charset": "gbk", "text": "gbk"}),
        "encoding.charset: is an older word for encoding.text",
    ),
    (
        small(frame={"length": "ascii4", "tpdu": False, "header": []}),
        "frame.tpdu: is an older word for frame.header, which is there too; keep frame.header only",
    ),
    (small(frame={"length": "ascii4", "length_includes_header": 1}), "must be true or false"),
    (small(elements=["n6"]), "elements[0]: must be a mapping"),
    (small(elements=[ROW, ROW]), "elements[1].number: element 3 is there twice"),
    (small(elements=[ROW | {"number": 129}]), "elements[0].number: must be a whole number from 1 to 128"),
    (small(elements=[ROW | {"length": True}]), "elements[0].length: must be a whole number from 1 to 999"),
    (small(elements=[ROW | {"prefix": 4}]), "elements[0].prefix: must be a whole number from 1 to 3"),
    (small(elements=[ROW | {"colour": 4}]), "elements[0].colour: unknown key; known here: kind, length"),
    (small(elements=[{"number": 3}]), "elements[0].kind: missing"),
    (small(elements=[ROW | {"kind": "q"}]), "elements.3: must be a shape such as n6"),
    (small(encoding=5), "encoding: must be a mapping"),
]


@pytest.mark.parametrize(("values", "reason"), BAD)
def test_what_an_older_word_never_said_is_refused(values, reason):
    with pytest.raises(SchemaError) as caught:
        compile_dialect(values, "x.yaml")
    assert reason in str(caught.value)
