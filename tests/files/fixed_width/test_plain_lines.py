"""Most lines are read by a shorter way, all fields together, to the same values."""

import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline_collect.files.errors import FixedFieldError
from offline_collect.files.fixed_width.read import FixedProblem, read_fixed_width
from tests.files.fixed_width.layouts import NAMES, layout

FIELDS = [
    (name, record.name, field.key)
    for name in NAMES
    for record in layout(name).records
    for field in record.fields
]


def read(function, content):
    try:
        return function(content)
    except FixedFieldError:
        return "refused"


def read_together(plain, raw):
    """Read a field as its line is read; ``refused`` where it is left to the longer way."""
    text = raw.decode("latin-1")
    if re.fullmatch(plain.pattern, text) is None:
        return "refused"
    return text if plain.read is None else read(plain.read, text)


def field_of(name, record, key):
    return next(each for each in getattr(layout(name), record).fields if each.key == key)


@pytest.mark.hypothesis
@given(data=st.data())
def test_every_field_reads_the_same_both_ways(data):
    field = field_of(*data.draw(st.sampled_from(FIELDS)))
    words = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=field.width)
    numbers = st.text(st.sampled_from("0123456789"), max_size=field.width)
    constants = st.just((field.constant or b"").decode())
    fill = data.draw(
        st.sampled_from([lambda some: some.ljust(field.width), lambda some: some.rjust(field.width, "0")])
    )
    raw = fill(data.draw(words | numbers | constants)).encode("ascii")
    converter = field.converter
    wanted = read(converter.parse, raw)
    assert read_together(converter.plain, raw) == wanted
    assert read_together(converter.wide or converter.plain, raw) == wanted


@pytest.mark.hypothesis
@given(data=st.data())
def test_fields_with_any_bytes_are_left_to_the_longer_way_or_read_alike(data):
    field = field_of(*data.draw(st.sampled_from(FIELDS)))
    words = st.text(st.sampled_from("王明 Ab1\u3000é\u200b"), max_size=field.width).map(
        lambda some: some.encode("gb18030")
    )
    raw = data.draw(words | st.binary(max_size=field.width))[: field.width].ljust(field.width)
    converter = field.converter
    found = read_together(converter.wide or converter.plain, raw)
    assert found in ("refused", read(converter.parse, raw))


def test_a_reason_in_chinese_does_not_send_its_line_the_longer_way():
    reason = field_of("debit-result", "detail", "reason")
    raw = "余额不足".encode("gb18030").ljust(reason.width)
    assert read_together(reason.converter.wide, raw) == "余额不足"


@pytest.mark.parametrize(
    "moment", ["20261122235959", "20261122240000", "20261122236000", "20261122235960", "20261322000000"]
)
def test_moments_are_times_of_a_day(moment):
    converter = field_of("fep-detail", "detail", "transmission_time").converter
    wanted = moment if moment == "20261122235959" else "refused"
    found = [read_together(converter.plain, moment.encode()), read(converter.parse, moment.encode())]
    assert found == [wanted, wanted]


def test_what_does_not_fit_in_such_a_line_is_told_by_its_field():
    header = b"H" + b"FD01" + b"12345678".ljust(11) + b"2026X122" + b"%010d" % 0
    problem = next(read_fixed_width(io.BytesIO(header + b"\n"), layout("fep-detail")))
    assert isinstance(problem, FixedProblem)
    assert (problem.field, problem.value) == ("settlement_date", "2026X122")
