"""The golden messages: both ways, and fed in pieces of any size."""

import pytest

from offline_collect.wire.frame.frames import FrameDecoder, encode_frame
from offline_collect.wire.messages.message import Message
from tests.messages.golden import VECTORS, codec, shipped, vectors
from tests.support.tree import ROOT

ALL = (*VECTORS, "ppob-postpaid", "sulteng")
EACH = [pytest.param(name, entry, id=f"{name}-{entry['name']}") for name in ALL for entry in vectors(name)]


def test_every_golden_message_is_tested():
    assert set(ALL) == {path.stem for path in (ROOT / "tests" / "vectors").glob("*.yaml")}


@pytest.mark.parametrize(("name", "entry"), EACH)
def test_a_golden_message_decodes_to_what_it_holds(name, entry):
    (frame,) = FrameDecoder(shipped(name).frame).feed(bytes.fromhex(entry["frame"]))
    assert codec(name).decode(frame.message) == Message(entry["mti"], entry["elements"])


@pytest.mark.parametrize(("name", "entry"), EACH)
def test_a_golden_message_is_encoded_to_the_same_bytes(name, entry):
    message = Message.from_plain(entry)
    (frame,) = FrameDecoder(shipped(name).frame).feed(bytes.fromhex(entry["frame"]))
    sent = encode_frame(shipped(name).frame, codec(name).encode(message), frame.header)
    assert sent.hex() == entry["frame"]


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("size", [1, 2, 3, 7, 100, 100_000])
def test_golden_frames_may_come_in_pieces_of_any_size(name, size):
    stream = b"".join(bytes.fromhex(entry["frame"]) for entry in vectors(name))
    decoder = FrameDecoder(shipped(name).frame)
    frames = [frame for at in range(0, len(stream), size) for frame in decoder.feed(stream[at : at + size])]
    assert [codec(name).decode(frame.message).mti for frame in frames] == [
        entry["mti"] for entry in vectors(name)
    ]


@pytest.mark.parametrize(("name", "entry"), EACH)
def test_a_golden_frame_with_more_behind_it_is_read_alone(name, entry):
    decoder = FrameDecoder(shipped(name).frame)
    whole = bytes.fromhex(entry["frame"])
    first = decoder.feed(whole + whole[:-1])
    assert len(first) == 1
    assert decoder.feed(whole[-1:]) == first
