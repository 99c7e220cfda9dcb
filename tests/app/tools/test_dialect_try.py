"""Samples read with a dialect: each element with its bytes, masked, up to what is wrong."""

import pytest

from offline_collect.app.config.schemas import Schemas
from offline_collect.app.tools.dialect_try import render, try_readings, try_sample
from offline_collect.app.tools.message_codec import readings
from offline_collect.wire.elements.codec import Codec
from offline_collect.wire.errors import EncodeError
from offline_collect.wire.frame.frames import encode_frame
from offline_collect.wire.messages.message import Message
from tests.messages.golden import shipped
from tests.messages.own import golden_frame

ELEMENTS = {
    2: "6225880100001234",
    3: "500000",
    4: "000000008970",
    7: "1122093000",
    11: "000002",
    41: "TERM0001",
    48: "0030013S2026-11-00010032006张伟",
    70: "301",
}


def sample(dialect, elements=None):
    codec = Codec(dialect)
    chosen = {}
    for number, value in (elements or ELEMENTS).items():
        try:
            codec.encode(Message("0200", {number: value}))
        except EncodeError:
            continue
        chosen[number] = value
    return codec.encode(Message("0200", chosen)), chosen


@pytest.mark.parametrize("name", Schemas().dialect_names())
@pytest.mark.parametrize("framed", [True, False])
def test_pieces_follow_each_other_and_cover_the_whole_sample(name, framed):
    dialect = Schemas().dialect(name)
    raw, chosen = sample(dialect)
    given = encode_frame(dialect.frame, raw) if framed else raw
    tried = try_sample(given, dialect, framed=framed)
    assert tried.problem is None
    whole = [piece for piece in tried.pieces if not piece.place.startswith(" ")]
    assert [piece.start for piece in whole] == [0, *(piece.end for piece in whole[:-1])]
    assert whole[-1].end == tried.size == len(given)
    assert [piece.place for piece in whole if piece.place.startswith("DE")] == [
        f"DE {n}" for n in sorted(chosen)
    ]


def test_values_are_masked_and_parts_have_their_bytes():
    dialect = Schemas().dialect("ascii")
    raw, _ = sample(dialect, {**ELEMENTS, 48: "0030013S2026-11-00010032006张伟"})
    lines = render(try_sample(raw, dialect, framed=None))
    text = "\n".join(lines)
    assert "622588******1234" in text
    assert "6225880100001234" not in text
    assert "张伟" not in text
    bill, name = (line for line in lines if "Bill number" in line or "Customer name" in line)
    assert bill.split()[-1] == "S2026-11-0001"
    start, end = map(int, bill.split()[0].split("-"))
    assert raw[start : end + 1] == b"0030013S2026-11-0001"
    assert name.split()[0] == f"{end + 1}-{end + 13}"


def test_what_cannot_be_read_ends_the_list_and_is_named():
    dialect = Schemas().dialect("ascii")
    raw, _ = sample(dialect)
    tried = try_sample(raw[:60], dialect, framed=None)
    assert tried.problem.startswith("DE ")
    assert tried.pieces[-1].value == "cannot be read"
    assert tried.pieces[-1].place == tried.problem.partition(":")[0]


def test_a_frame_that_was_promised_must_be_whole():
    dialect = Schemas().dialect("ascii")
    tried = try_sample(sample(dialect)[0], dialect, framed=True)
    assert (tried.pieces, tried.problem.endswith("(--raw takes a message without)")) == ((), True)


def test_no_mti_no_pieces():
    tried = try_sample(b"xx", Schemas().dialect("ascii"), framed=False)
    assert (tried.pieces, tried.problem) == ((), "MTI: 4 digits only")


def test_text_that_looks_like_hex_is_read_as_what_makes_sense():
    dialect = Schemas().dialect("ascii")
    raw, _ = sample(dialect, {7: "1122093000", 11: "000002"})
    for given in (raw, raw.hex().encode(), raw + b"\n"):
        tried = try_readings(readings(given), dialect, framed=None)
        assert (tried.problem, tried.size) == (None, len(raw))


PPOB = shipped("ppob-postpaid")
PAID = bytes.fromhex(golden_frame("ppob-postpaid", "payment_request"))


def pieces_of(tried):
    return {piece.place.strip(): piece for piece in tried.pieces}


def test_parts_of_layouts_have_their_bytes():
    tried = try_sample(PAID, PPOB, framed=None)
    assert tried.problem is None
    pieces = pieces_of(tried)
    amount, name = pieces["bills.bills[0].amount"], pieces["bills.name"]
    assert (amount.name, amount.value, PAID[amount.start : amount.end]) == (
        "n11",
        "00000061000",
        b"00000061000",
    )
    assert PAID[name.start : name.end].decode().strip() == "BUDI SANTOSO"
    assert name.value == "B*** S******"
    parts = [piece for piece in tried.pieces if piece.place.startswith(" ")]
    assert [part.start for part in parts[1:]] == [part.end for part in parts[:-1]]
    assert parts[-1].end == pieces["DE 48"].end


def test_a_layout_that_does_not_fit_says_where_and_the_rest_is_shown():
    codec = Codec(PPOB)
    elements = codec.decode(PAID[2:-1]).elements
    tried = try_sample(codec.encode(Message("0200", {**elements, 48: elements[48][:30]})), PPOB, framed=False)
    assert tried.problem == "DE 48: bills.reference cut short"
    places = [piece.place for piece in tried.pieces]
    assert places[-6:] == ["  pay", "  bills.subscriber", "  bills.count", "  bills.open", "DE 48", "DE 49"]
    wrong = tried.pieces[-2]
    assert (wrong.start, wrong.value) == (tried.pieces[-3].end, tried.problem)


def test_a_message_that_ends_too_soon_is_told_beside_a_layout_that_does_not_fit():
    codec = Codec(PPOB)
    elements = codec.decode(PAID[2:-1]).elements
    raw = codec.encode(Message("0200", {**elements, 48: elements[48][:30]}))
    assert try_sample(raw[:-1], PPOB, framed=False).problem.startswith(
        "DE 48: bills.reference cut short; DE 49: "
    )


def test_private_data_of_a_dialect_with_messages_of_its_own_is_not_taken_for_tags():
    raw = Codec(PPOB).encode(Message("0220", {3: "170000", 48: "0030002B1"}))
    (private,) = [piece for piece in try_sample(raw, PPOB, framed=False).pieces if piece.place == "DE 48"]
    assert private.value == "***"
