"""Valid content of a layout is read as it was written; any other content raises only DecodeError."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline_collect.wire.elements.notation import Kind
from offline_collect.wire.errors import DecodeError
from offline_collect.wire.layouts.values.encodings import content_problem
from tests.wire.layouts.partner_layouts import BILLS, LAYOUTS, compiled, partner

CHARSETS = ("utf-8", "gb18030", "latin-1")
TEXTS = st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"])
PRINTABLE = st.characters(min_codepoint=0x20, max_codepoint=0x7E)


def digits(size):
    return st.text("0123456789", min_size=size, max_size=size)


def printable(most):
    """Characters that no filler hides."""
    return st.text(PRINTABLE, max_size=most).map(lambda text: text.rstrip(" "))


def texts(charset, most):
    def fits(text):
        try:
            return len(text.encode(charset)) <= most
        except UnicodeEncodeError:
            return False

    latin = st.characters(max_codepoint=0xFF, exclude_categories=["Cc"])
    return (
        st.text(latin if charset == "latin-1" else TEXTS, max_size=most)
        .map(lambda text: text.rstrip(" "))
        .filter(fits)
    )


def record(rows):
    return st.fixed_dictionaries(
        {name: digits(int(shape[1:])) for row in rows for name, shape in row.items()}
    )


@st.composite
def switchs_bills(draw):
    count = draw(st.integers(0, 9))
    parts = {
        name: draw(digits(int(shape[1:])) if shape.startswith("n") else printable(int(shape[3:])))
        for row in BILLS[:-1]
        for name, shape in row.items()
    }
    bills = draw(st.lists(record(BILLS[-1]["rows"]), min_size=count, max_size=count))
    return {**parts, "count": str(count), "bills": bills}


@given(switchs_bills(), digits(1))
def test_bills_of_a_switch_come_back(bills, pay):
    assert partner("bills").read(partner("bills").write(bills)) == bills
    paying = {"pay": pay, "bills": bills}
    assert partner("paying").read(partner("paying").write(paying)) == paying


VARIED = {
    "fixed": [
        {"a": {"is": "n7", "encoding": "bcd"}},
        {"b": {"is": "n5", "encoding": "bcd-right"}},
        {"c": {"is": "n9", "encoding": "binary"}},
        {"d": "text20"},
        {"e": "text...200"},
        {"f": "b3"},
        {"g": {"is": "b..9", "encoding": "hex"}},
        {"h": {"is": "ans..15", "encoding": "ebcdic"}},
        {"i": {"is": "x+n5", "encoding": "bcd"}},
        {"j": {"is": "z..37", "encoding": "bcd-right"}},
        {"times": "rest", "name": "rows", "rows": [{"n": "n..3"}, {"t": "text..30"}]},
    ],
}


@given(st.data(), st.sampled_from(CHARSETS))
def test_every_encoding_comes_back(data, charset):
    hexes = st.binary(max_size=9).map(lambda value: value.hex().upper())
    rows = st.fixed_dictionaries({"n": st.text("0123456789", max_size=3), "t": texts(charset, 30)})
    parts = data.draw(
        st.fixed_dictionaries(
            {
                "a": digits(7),
                "b": digits(5),
                "c": digits(9),
                "d": texts(charset, 20),
                "e": texts(charset, 200),
                "f": st.binary(min_size=3, max_size=3).map(lambda value: value.hex().upper()),
                "g": hexes,
                "h": st.text(PRINTABLE, max_size=15),
                "i": st.tuples(st.sampled_from("CD"), digits(5)).map("".join),
                "j": st.text("0123456789=", max_size=37),
                "rows": st.lists(rows, max_size=5),
            },
        ),
    )
    layout = compiled(VARIED, text=charset)
    content = layout.write(parts)
    assert layout.read(content) == parts
    assert layout.size_least <= len(content) <= layout.size_most


@given(st.data(), st.sampled_from(CHARSETS))
def test_parts_between_delimiters_come_back(data, charset):
    free = texts(charset, 20).filter(lambda text: not set("|=^") & set(text))
    pairs = data.draw(st.dictionaries(free.filter(bool), free, max_size=6))
    assert partner("columns", text=charset).read(partner("columns", text=charset).write(pairs)) == pairs
    parts = data.draw(
        st.fixed_dictionaries(
            {"subscriber": st.text("0123456789", max_size=12), "name": free},
            optional={"note": st.text(PRINTABLE.filter(lambda character: character != "^"), max_size=20)},
        ),
    )
    statement = partner("statement", text=charset)
    assert statement.read(statement.write(parts)) == parts


@given(st.data(), st.sampled_from(CHARSETS))
def test_values_under_tags_and_bits_come_back(data, charset):
    tag = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=2, max_size=2)
    value = texts(charset, 60).filter(bool)
    tokens = data.draw(st.dictionaries(tag, value, max_size=6))
    assert partner("tokens", text=charset).read(partner("tokens", text=charset).write(tokens)) == tokens
    parts = data.draw(
        st.fixed_dictionaries(
            {},
            optional={
                "2": st.text("0123456789", max_size=32),
                "3": printable(48),
                "12": st.text(PRINTABLE, max_size=25),
                "20": digits(8),
                "25": texts(charset, 100),
            },
        ),
    )
    postilion = partner("postilion", text=charset)
    assert postilion.read(postilion.write(parts)) == parts


@given(
    st.dictionaries(
        st.sampled_from(["9F26", "5F2A", "95", "82", "DF8129", "9F8101"]),
        st.binary(max_size=300).map(lambda value: value.hex().upper()),
    ),
)
def test_chip_data_comes_back(parts):
    assert partner("chip").read(partner("chip").write(parts)) == parts


def samples():
    """A content of each kind of layout, to be cut and turned."""
    bills = {name: "1" for row in BILLS[:-1] for name in row}
    one = {"period": "1", "due": "1", "amount": "1", "penalty": "1"}
    group = {**bills, "bills": [one]}
    written = {
        "pds": {"0030": "王", "0061": "CASH"},
        "tokens": {"Q1": "abc"},
        "chip": {"9F26": "AABB", "95": "00" * 130},
        "subscriber": {"subscriber": "1"},
        "bills": group,
        "paying": {"pay": "1", "bills": group},
        "kind": {"type": "1", "batch": "1", "network": "1"},
        "sulteng": {"phone": "1", "account": "1", "subscriber": "1"},
        "original": {"mti": "1", "11": "1", "7": "1", "32": "1", "33": "1"},
        "postilion": {"2": "12", "25": "王"},
        "columns": {"a": "b", "c": "d"},
        "statement": {"subscriber": "1", "name": "王"},
        "lounge": {
            "group": "1",
            "reference": "1",
            "product": "1",
            "identifier": "1",
            "total": "000000000001",
            "seal": "00" * 4,
        },
    }
    return [
        (name, partner(name, text="gb18030"), partner(name, text="gb18030").write(parts))
        for name, parts in written.items()
    ]


SAMPLES = samples()


def test_there_is_a_sample_of_every_layout():
    assert {name for name, _, _ in SAMPLES} == LAYOUTS.keys()


def read_or_refuse(layout, content):
    """The parts of a content; None if it is refused, with an error that shows nothing of it."""
    try:
        return layout.read(content, "DE 48")
    except DecodeError as error:
        refused = error
    assert str(refused).startswith("DE 48: ")
    assert refused.__context__ is None
    return None


@pytest.mark.parametrize(("name", "layout", "content"), SAMPLES, ids=LAYOUTS)
def test_a_content_cut_short_is_refused_or_is_a_shorter_one(name, layout, content):
    whole = layout.read(content)
    for end in range(len(content)):
        assert read_or_refuse(layout, content[:end]) != whole, (name, end)


@given(st.sampled_from(SAMPLES), st.data())
def test_a_content_with_bytes_turned_is_refused_or_means_what_it_says(sample, data):
    _, layout, content = sample
    turned = bytearray(content)
    places = st.tuples(st.integers(0, len(content) - 1), st.integers(0, 255))
    for at, byte in data.draw(st.lists(places, max_size=4)):
        turned[at] = byte
    parts = read_or_refuse(layout, bytes(turned))
    assert parts is None or layout.read(layout.write(parts)) == parts


@given(st.sampled_from(SAMPLES), st.binary(max_size=200))
def test_any_bytes_are_refused_or_mean_what_they_say(sample, content):
    parts = read_or_refuse(sample[1], content)
    assert parts is None or sample[1].read(sample[1].write(parts)) == parts


@given(st.sampled_from([kind for kind in Kind if kind is not Kind.TEXT]), st.text(max_size=10))
def test_only_texts_hold_more_than_ascii(kind, value):
    assert content_problem(kind, value) is not None or value.isascii()
