"""docs/integration.md: its frames are what our encoder writes, its values are all there are, its messages are whole."""

import re
from itertools import accumulate

import pytest

from offline_collect.app.tools.dialect_try import try_sample
from offline_collect.domain.bills import BillState
from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.commands import Channel, ReversalReason, Tender
from offline_collect.domain.forms import InputType
from offline_collect.domain.transactions import PaymentState, ReversalOutcome
from offline_collect.wire.elements.prefixes import prefix_size
from offline_collect.wire.frame.frames import FrameDecoder, encode_frame
from offline_collect.wire.layouts.pds import INPUT_TAG_NAMES, TAG_NAMES
from tests.messages.golden import codec, message_values, shipped
from tests.support.tree import ROOT

PAGE = (ROOT / "docs" / "integration.md").read_text(encoding="utf-8")
BLOCKS = [(name or "ascii", block) for name, block in re.findall(r"```hex ?(\w*)\n(.*?)```", PAGE, re.DOTALL)]
"""Each with its dialect."""

LINE = re.compile(r"([0-9a-f]+)(?: +(.+))?")
CLIENT, FOR_BCD = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
MUST = re.compile(r"^\| [^|]+ \| (\d{4}) \| (\d{4})? *\| ([\d, to]+) \| ([^|]*)\|$", re.MULTILINE)
ELEMENTS = PAGE.partition("| DE | kind and size |")[2].partition("\n\n")[0]
ELEMENT = re.compile(r"^\| (\d+)(?:-(\d+))? \| (\S+) \| [^|]+ \| [^|]+ \|$", re.MULTILINE)
WORDS = re.compile(r"DE (?P<number>\d+) [^:]+: (?P<value>.*)")
COUNT = re.compile(r"DE (?P<number>\d+): (?P<count>\d+) (?:bytes|digits) follow")
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


def words_of(told):
    return [words for _, words in told]


def numbers_of(text):
    """The numbers of a list such as `7, 11, 74 to 77`."""
    for part in text.split(", "):
        first, _, last = part.partition(" to ")
        yield from range(int(first), int(last or first) + 1)


def decoded(name, block):
    """The message of a block, its frame as a whole, and the frame's header."""
    data = b"".join(data for data, _ in parts_of(block))
    (received,) = FrameDecoder(shipped(name).frame).feed(data)
    return codec(name).decode(received.message), data, received.header


@pytest.mark.parametrize(("name", "block"), BLOCKS)
def test_a_frame_is_what_our_encoder_writes(name, block):
    message, frame, header = decoded(name, block)
    assert encode_frame(shipped(name).frame, codec(name).encode(message), header) == frame


@pytest.mark.parametrize(("name", "block"), BLOCKS)
def test_what_is_said_of_the_bytes_of_a_frame_is_what_they_are(name, block):
    message, frame, _ = decoded(name, block)
    told = list(parts_of(block))
    encoding, elements = shipped(name).encoding, shipped(name).elements
    pieces = [
        piece
        for piece in try_sample(frame, shipped(name), framed=True).pieces
        if not piece.place.startswith(" ")
    ]
    # Where the page begins a part: at an element's prefix too, and at a second bitmap.
    starts = {piece.start for piece in pieces}
    starts |= {
        piece.start + prefix_size(elements[int(piece.place[3:])], encoding)
        for piece in pieces
        if piece.place.startswith("DE ")
    }
    starts |= {
        (piece.start + piece.end) // 2
        for piece in pieces
        if piece.place == "bitmap" and max(message.elements) > 64
    }
    assert list(accumulate((len(data) for data, _ in told[:-1]), initial=0)) == sorted(starts)
    values = [WORDS.fullmatch(words) for _, words in told if words.startswith("DE ")]
    shown = {int(found["number"]): found["value"] for found in values if found}
    assert shown == {number: value.rstrip() for number, value in message.elements.items()}
    counted = {
        int(found["number"]): int(found["count"]) for found in map(COUNT.fullmatch, words_of(told)) if found
    }
    assert counted == {
        number: len(value) if elements[number].counts_digits else len(value.encode(shipped(name).charset))
        for number, value in message.elements.items()
        if elements[number].prefix
    }
    bitmaps = [words.partition(": ")[2] for words in words_of(told) if "bitmap" in words]
    bits = [int(bit) for bitmap in bitmaps for bit in bitmap.split(", ")]
    assert [bit for bit in bits if bit != 1] == sorted(message.elements)
    lengths = [int(words.split()[1]) for words in words_of(told) if words.startswith("length ")]
    assert lengths == [len(frame) - shipped(name).frame.length_size]


def test_every_message_is_shown_with_its_answer():
    shown = {decoded(name, block)[0].mti for name, block in BLOCKS if name == "ascii"}
    kinds = [kind for kind in message_values()["messages"] if kind["name"] != "totals-advice"]
    first = {kind["requests"][0] for kind in kinds if "requests" in kind}
    assert first | {f"{mti[:2]}{int(mti[2]) + 1}{mti[3]}" for mti in first} <= shown
    assert {decoded(name, block)[0].elements.get(3) for name, block in BLOCKS} >= set(
        shipped().processing_codes.values()
    )


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


def test_every_tag_is_there_with_its_format():
    rows = set(re.findall(r"^\| (\d{4}) \| [^|]+ \| [^|]+ \|$", PAGE, re.MULTILINE))
    assert rows | {"0021", "0022", "0023", "0024", "0025"} >= {*TAG_NAMES, *INPUT_TAG_NAMES}
    assert "| 0021-0025 |" in PAGE


def test_every_element_of_the_messages_is_there_with_its_shape():
    elements = shipped().elements
    rows = {
        number: found[3]
        for found in ELEMENT.finditer(ELEMENTS)
        for number in range(int(found[1]), int(found[2] or found[1]) + 1)
    }
    assert rows == {number: elements[number].shape for number in rows}
    kinds = [kind for kind in message_values()["messages"] if "must" in kind]
    assert set(rows) >= {
        number for kind in kinds for number in [*kind["must"], *kind["answer"].get("elements", {})]
    }
    assert set(rows) >= {15, 38, 39, 44, 63, 64, 128, *message_values()["echo"]}


def test_what_each_message_must_have_is_there():
    rows = {(found[1], tuple(numbers_of(found[3]))): found for found in MUST.finditer(PAGE)}
    # A message that DE 3 tells from others must have DE 3.
    kinds = [kind for kind in message_values()["messages"] if "must" in kind]
    wanted = {
        (kind["requests"][0], tuple(sorted(kind["must"] + [3] * ("processing" in kind)))): kind
        for kind in kinds
    }
    assert set(rows) == set(wanted)
    for each, kind in wanted.items():
        assert [rows[each][2]] == (kind["requests"][1:] or [None])
        assert set(kind.get("must_tags", [])) <= set(re.findall(r"\d{4}", rows[each][4]))


def test_the_client_uses_nothing_of_ours_and_stays_short():
    imported = set(re.findall(r"^(?:import|from) (\w+)", CLIENT, re.MULTILINE))
    assert imported == {"datetime", "itertools", "socket", "sys"}
    assert "import" not in FOR_BCD
    assert len([line for line in CLIENT.splitlines() if line]) <= 60
