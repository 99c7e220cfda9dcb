"""docs/integration.md: its frames are what our encoder writes, its values are all there are, its messages are whole."""

import re

import pytest

from offline_collect.domain.bills import BillState
from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.commands import Channel, ReversalReason, Tender
from offline_collect.domain.forms import InputType
from offline_collect.domain.transactions import PaymentState, ReversalOutcome
from offline_collect.wire.frame.frames import FrameDecoder, encode_frame
from tests.messages.golden import codec, message_values, shipped
from tests.support.tree import ROOT

PAGE = (ROOT / "docs" / "integration.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```hex\n(.*?)```", PAGE, re.DOTALL)
LINE = re.compile(r"([0-9a-f]+)(?: +(.+))?")
CLIENT = re.search(r"```python\n(.*?)```", PAGE, re.DOTALL)[1]
NEVER_ON_THE_WIRE = {Tender.OUTSIDE, Tender.BATCH, ReversalOutcome.DECLINED}


def parts_of(block):
    """The parts of a block: bytes, and what the page says of them."""
    data = ""
    for line in block.splitlines():
        found = LINE.fullmatch(line)
        data += found[1]
        if found[2]:
            yield bytes.fromhex(data), found[2]
            data = ""
    assert data == ""


def decoded(block):
    """The message of a block, and its whole frame."""
    frame = b"".join(data for data, _ in parts_of(block))
    (received,) = FrameDecoder(shipped().frame).feed(frame)
    return codec().decode(received.message), frame


@pytest.mark.parametrize("block", BLOCKS)
def test_a_frame_is_what_our_encoder_writes(block):
    message, frame = decoded(block)
    assert encode_frame(shipped().frame, codec().encode(message)) == frame


@pytest.mark.parametrize("block", BLOCKS)
def test_what_is_said_of_the_bytes_of_a_frame_is_what_they_are(block):
    message, _ = decoded(block)
    told = [(data.decode(), words) for data, words in parts_of(block)]
    values = {
        int(words[3:].split()[0]): (data, words.rpartition(": ")[2])
        for data, words in told
        if words.startswith("DE ") and not words.endswith("bytes follow")
    }
    assert {number: data for number, (data, _) in values.items()} == message.elements
    assert all(data.rstrip().endswith(shown) for data, shown in values.values())
    counted = [(data, words) for data, words in told if words.endswith("bytes follow")]
    assert all(f": {int(data)} bytes follow" in words for data, words in counted)
    bitmaps = [words.partition(": ")[2] for _, words in told if "bitmap" in words]
    bits = [int(bit) for bitmap in bitmaps for bit in bitmap.split(", ")]
    assert [bit for bit in bits if bit != 1] == sorted(message.elements)


def test_every_message_is_shown_with_its_answer():
    shown = {decoded(block)[0].mti for block in BLOCKS}
    kinds = [kind for kind in message_values()["messages"] if kind["name"] != "totals-advice"]
    first = {kind["requests"][0] for kind in kinds if "requests" in kind}
    assert first | {f"{mti[:2]}{int(mti[2]) + 1}{mti[3]}" for mti in first} <= shown
    assert {decoded(block)[0].elements.get(3) for block in BLOCKS} >= set(shipped().processing_codes.values())


@pytest.mark.parametrize(
    "kind", [BillState, Channel, InputType, PaymentState, ReversalOutcome, ReversalReason, Tender]
)
def test_every_value_of_a_coded_tag_is_there(kind):
    assert [
        each for each in kind if each not in NEVER_ON_THE_WIRE and f"| `{each.value}` |" not in PAGE
    ] == []


def test_every_code_of_the_dialect_is_there():
    dialect = shipped()
    codes = [*dialect.processing_codes.values(), *dialect.network_codes.values()]
    assert [code for code in codes if f"| `{code}` |" not in PAGE] == []


def test_every_response_code_is_there():
    codes = shipped().response_codes
    assert [name for name in ResponseCode if f"| {codes[name]} | {name} |" not in PAGE] == []


def test_the_client_uses_nothing_of_ours_and_stays_short():
    imported = set(re.findall(r"^(?:import|from) (\w+)", CLIENT, re.MULTILINE))
    assert imported == {"datetime", "itertools", "socket", "sys"}
    assert len([line for line in CLIENT.splitlines() if line]) <= 60
