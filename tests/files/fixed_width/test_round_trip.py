"""Every shipped layout: what is written is read again, byte for byte and value for value."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from offline_collect.files.fixed_width.layout import DIGEST_WIDTH
from offline_collect.files.fixed_width.read import FixedRecord, read_fixed_width
from offline_collect.files.fixed_width.totals import Totals
from offline_collect.files.fixed_width.write import FixedWidthWriter
from tests.files.fixed_width.layouts import NAMES, content, layout, records

pytestmark = pytest.mark.hypothesis

EXAMPLES = 20
"""A file has some fifty fields: an example takes ten times as long to make as elsewhere."""


def with_totals(compiled, header, details):
    """A header that states what the details have."""
    totals = Totals(compiled)
    totals.add_each(details)
    found = {field.key: totals.of(compiled.header, field) for field in compiled.header.fields}
    return header | {key: total for key, total in found.items() if total is not None}


def written(compiled, header, details):
    stream = io.BytesIO()
    writer = FixedWidthWriter(stream, compiled)
    writer.header(header)
    for detail in details:
        writer.detail(detail)
    writer.trailer({"type": "T"})
    return stream.getvalue()


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=EXAMPLES)
@given(data=st.data())
def test_what_is_written_is_read_again(name, data):
    compiled, fields = layout(name), content(name)
    details = data.draw(st.lists(records(fields["detail"]["fields"]), max_size=5))
    header = with_totals(compiled, data.draw(records(fields["header"]["fields"])), details)
    raw = written(compiled, header, details)

    read = list(read_fixed_width(io.BytesIO(raw), compiled))
    assert all(isinstance(each, FixedRecord) for each in read), read
    assert read[0].values == header
    assert [each.values for each in read[1:-1]] == details
    assert [each.line for each in read] == list(range(1, len(details) + 3))
    lengths = [compiled.header.length, *[compiled.detail.length] * len(details), compiled.trailer.length]
    assert [len(line) for line in raw.split(b"\n")] == [*lengths, 0]
    with_cr_lf = raw.replace(b"\n", b"\r\n") + b"\r\n"
    assert list(read_fixed_width(io.BytesIO(with_cr_lf), compiled)) == read
    at_once = data.draw(st.integers(1, 12)) * (compiled.detail.length + 1)
    assert list(read_fixed_width(io.BytesIO(raw), compiled, at_once)) == read
    assert list(read_fixed_width(io.BytesIO(with_cr_lf), compiled, at_once)) == read


def as_written(raw):
    """The file with the line ends and the digest's letters that we write; others mean the same."""
    lines = raw.replace(b"\r\n", b"\n").rstrip(b"\n")
    return lines[:-DIGEST_WIDTH] + lines[-DIGEST_WIDTH:].lower()


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=EXAMPLES)
@given(data=st.data())
def test_any_bytes_are_read_without_an_exception_and_never_pass_for_a_file(name, data):
    compiled, fields = layout(name), content(name)
    details = data.draw(st.lists(records(fields["detail"]["fields"]), min_size=1, max_size=2))
    raw = written(
        compiled, with_totals(compiled, data.draw(records(fields["header"]["fields"])), details), details
    )
    at = data.draw(st.integers(0, len(raw) - 2))
    changed = data.draw(
        st.binary(min_size=1, max_size=3).filter(lambda some: some != raw[at : at + len(some)])
    )
    broken = raw[:at] + changed + raw[at + len(changed) :]

    read = list(read_fixed_width(io.BytesIO(broken), compiled))
    problems = [each for each in read if not isinstance(each, FixedRecord)]
    assert problems or as_written(broken) == as_written(raw)
    at_once = data.draw(st.integers(1, 12)) * (compiled.detail.length + 1)
    assert list(read_fixed_width(io.BytesIO(broken), compiled, at_once)) == read
