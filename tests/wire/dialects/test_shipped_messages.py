"""The messages of every shipped dialect, built from its own rules: they come back, are understood and are answered."""

import re
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline_collect.app.config.schemas import Schemas
from offline_collect.domain.answers import Answer, Record
from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.commands import Command, Lookup, Payment
from offline_collect.wire.dialects.inheritance import whole
from offline_collect.wire.dialects.patterns import filled
from offline_collect.wire.dialects.places import element_of, part_of
from offline_collect.wire.elements.codec import Codec
from offline_collect.wire.errors import DecodeError
from offline_collect.wire.frame.frames import FrameDecoder, encode_frame
from offline_collect.wire.messages.answers.parts import CUTTABLE
from offline_collect.wire.messages.answers.writer import ResponseWriter
from offline_collect.wire.messages.message import Message
from offline_collect.wire.messages.message_set.routing import Router
from offline_collect.wire.messages.requests.parts import value_of
from offline_collect.wire.messages.requests.reader import RequestReader
from tests.messages.own import DAY, NOW, TERMS
from tests.wire.dialects.test_shipped import DIGITS, value

SCHEMAS = Schemas()
MESSAGES = SCHEMAS.message_set()
DIALECTS = SCHEMAS.dialects()
CODECS = {name: Codec(dialect) for name, dialect in DIALECTS.items()}
READERS = {name: RequestReader(MESSAGES, dialect, TERMS) for name, dialect in DIALECTS.items()}
WRITERS = {name: ResponseWriter(MESSAGES, dialect) for name, dialect in DIALECTS.items()}
KINDS = [
    pytest.param(name, kind, id=f"{name}-{kind.name}")
    for name, dialect in DIALECTS.items()
    for kind in Router(MESSAGES, dialect).messages.types
]
LAID_OUT = [
    pytest.param(name, number, layout, id=f"{name}-{number}-{layout.name}")
    for name, dialect in DIALECTS.items()
    if dialect.messages
    for number, layout in sorted(
        {
            (number, layout)
            for kind in dialect.messages.types
            for number, layout in (
                *kind.layouts.items(),
                *((number, plan.layout) for number, plan in kind.answer.layouts.items()),
            )
        },
        key=lambda pair: (pair[0], pair[1].name),
    )
]
SHAPE = re.compile(r"(n|ans|text)(\d+)")
REST_MAX = 40
PRINTABLE = st.characters(min_codepoint=0x20, max_codepoint=0x7E)
NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1, max_size=60)


@cache
def layout_values(name, layout):
    """What the dialect's file, with all that it is like, says of a layout."""
    return whole(*SCHEMAS.read(f"dialects/{name}"), SCHEMAS.other_dialect)["layouts"][layout]


def part(shape):
    kind, size = SHAPE.fullmatch(shape["is"] if isinstance(shape, dict) else shape).groups()
    if kind == "n":
        return st.text(DIGITS, min_size=int(size), max_size=int(size))
    return st.text(PRINTABLE, max_size=int(size)).map(lambda text: text.rstrip(" "))


@st.composite
def rows(draw, file_rows):
    """Parts of rows; a count before a list is that of the list."""
    parts = {}
    for row in file_rows:
        if "times" in row:
            records = draw(st.lists(rows(row["rows"]), max_size=9))
            parts |= {row["times"]: str(len(records)), row.get("name", "bills"): records}
            continue
        ((name, shape),) = row.items()
        parts[name] = draw(rows(shape) if isinstance(shape, list) else part(shape))
    return parts


@st.composite
def parts_of(draw, name, layout):
    values = layout_values(name, layout.name)
    parts = draw(rows(values["fixed"]))
    if values.get("rest"):
        rest = draw(st.text(PRINTABLE, max_size=REST_MAX))
        parts |= {"rest": rest} if rest else {}
    return parts


def test_every_shipped_dialect_has_messages_that_are_tested():
    folder = SCHEMAS.path("dialects/ascii").parent
    assert {case.values[0] for case in KINDS} == {path.stem for path in folder.glob("*.yaml")}
    own = {name for name, dialect in DIALECTS.items() if dialect.messages}
    assert {case.values[0] for case in LAID_OUT} == own


@pytest.mark.parametrize(("name", "number", "layout"), LAID_OUT)
@given(data=st.data())
def test_the_parts_of_a_layout_come_back(name, number, layout, data):
    parts = data.draw(parts_of(name, layout))
    assert layout.read(layout.write(parts), f"DE {number}") == parts


@pytest.mark.parametrize(("name", "number", "layout"), LAID_OUT)
@given(raw=st.binary(max_size=200))
def test_other_contents_are_parts_or_a_decode_error(name, number, layout, raw):
    try:
        parts = layout.read(raw, f"DE {number}")
    except DecodeError as error:
        parts = error
    place = parts.element if isinstance(parts, DecodeError) else f"DE {number}"
    assert place == f"DE {number}"


@st.composite
def requests(draw, name, kind):
    """A request with all that its kind must have, some more elements, and what tells it from others."""
    dialect = DIALECTS[name]
    elements = {}
    must = {element_of(place) for place in (*kind.must, *(each.place for each in kind.when))}
    more = draw(st.sets(st.sampled_from(sorted(dialect.elements)), max_size=4))
    for number in sorted(must | more):
        element = dialect.elements[number]
        elements[number] = draw(value(element, dialect.charset_of(number)))
    for number, layout in kind.layouts.items():
        if number in elements:
            content = layout.write(draw(parts_of(name, layout)))
            elements[number] = value_of(content, dialect.elements[number])
    for condition in kind.when:
        if not part_of(condition.place):
            elements[condition.place] = filled(condition.pattern)
    if not kind.when:
        codes = {3: dialect.processing_codes.get(kind.processing or "")}
        codes[dialect.network_element] = next((dialect.network_codes[each] for each in kind.network), None)
        elements |= {number: filled(code) for number, code in codes.items() if code and number in elements}
    return Message(draw(st.sampled_from(kind.requests)), dict(sorted(elements.items())))


WHOLE = 100_0000
"""An amount without a fraction in every currency, also in those of four decimals: any dialect can write it."""


def approval(name):
    """An approval whose texts for people are as they like, with what any answer may say."""
    texts = dict.fromkeys(CUTTABLE - {"reason", "brief"}, name)
    numbers = {"page_total": 100, "open_count": 1, "page_payer_fee": 0}
    bill = {"bill_no": "B1", "total_payable": WHOLE, "principal": WHOLE, "late_fee": 0}
    dates = {"period": "2026-10", "due_date": "20261020"}
    record = Record(texts | bill | dates, "next", WHOLE)
    return Answer(ResponseCode.APPROVED, DAY, values=texts | numbers, records=(record,))


@pytest.mark.parametrize(("name", "kind"), KINDS)
@given(data=st.data())
def test_a_message_comes_back_and_gets_a_command_or_an_answer(name, kind, data):
    request = data.draw(requests(name, kind))
    frame_format = DIALECTS[name].frame
    (frame,) = FrameDecoder(frame_format).feed(encode_frame(frame_format, CODECS[name].encode(request)))
    came = CODECS[name].decode(frame.message)
    assert came == request
    if kind.command in {Lookup, Payment}:
        response = WRITERS[name].write(came, approval(data.draw(NAMES)), DAY)
        assert CODECS[name].decode(CODECS[name].encode(response, came)).elements == response.elements
    read = READERS[name].read(came, NOW)
    assert isinstance(read, (Command, Answer))
    if isinstance(read, Answer):
        response = WRITERS[name].write(came, read, DAY)
        assert response is None or CODECS[name].decode(CODECS[name].encode(response, came)) == response


@pytest.mark.parametrize(("name", "kind"), [case for case in KINDS if case.values[1].layouts])
@given(data=st.data(), spoiled=st.text("09 AZ|", min_size=1, max_size=120))
def test_spoiled_private_data_is_answered(name, kind, data, spoiled):
    request = data.draw(requests(name, kind))
    request.elements |= dict.fromkeys(kind.layouts.keys() & request.elements.keys(), spoiled)
    assert isinstance(READERS[name].read(request, NOW), (Command, Answer))
