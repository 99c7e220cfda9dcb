"""Lines that are written together have the bytes that they have one by one, or are left to be written so."""

import datetime as dt
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from offline_collect.files.errors import FixedFieldError
from offline_collect.files.fixed_width.layout import compile_fixed_layout
from offline_collect.files.fixed_width.write import FixedWidthWriter, all_fit, line
from tests.files.fixed_width.layouts import NAMES, content, layout, records

ODD = st.sampled_from(
    [
        None,
        "",
        " a",
        "a ",
        "a b",
        "%s",
        "a\nb",
        "王\u200b",
        "\ud800",
        "9" * 400,
        "００",
        -1,
        10**19,
        True,
        1.5,
    ]
)


def one_by_one(compiled, details):
    """The bytes of the details; None if one of them does not fit."""
    try:
        return b"".join(line(compiled.detail, each) + b"\n" for each in details)
    except FixedFieldError:
        return None


def together(compiled, details):
    """The same, written together."""
    stream = io.BytesIO()
    try:
        FixedWidthWriter(stream, compiled).details(columns(details), len(details))
    except FixedFieldError:
        return None
    return stream.getvalue()


def columns(details):
    return {key: [each[key] for each in details] for key in details[0]}


@pytest.mark.hypothesis
@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=20)
@given(data=st.data())
def test_details_that_fit_have_the_same_bytes(name, data):
    compiled, fields = layout(name), content(name)["detail"]["fields"]
    details = data.draw(st.lists(records(fields), min_size=1, max_size=5))
    assert all_fit(compiled, columns(details), len(details))
    assert together(compiled, details) == one_by_one(compiled, details)


@pytest.mark.hypothesis
@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=40)
@given(data=st.data())
def test_what_does_not_fit_never_passes_together(name, data):
    compiled, fields = layout(name), content(name)["detail"]["fields"]
    details = data.draw(st.lists(records(fields), min_size=1, max_size=3))
    odd = data.draw(st.sampled_from([field["key"] for field in fields]))
    data.draw(st.sampled_from(details))[odd] = data.draw(ODD)
    wanted = one_by_one(compiled, details)
    assert together(compiled, details) == wanted
    assert wanted is not None or not all_fit(compiled, columns(details), len(details))


def test_details_together_count_for_header_and_trailer():
    compiled = layout("debit-result")
    each = {"bill_no": "X-17", "amount": 500, "return_code": "0000", "settled_amount": 500, "reason": "余额"}
    details = [each | {"sequence": 1}, each | {"sequence": 2, "return_code": "1001", "settled_amount": 0}]
    head = {
        "institution": "12345678",
        "merchant_id": "SCHOOL01",
        "batch_no": "20301122000001",
        "business_date": None,
        "count": 2,
        "total": 1000,
        "settled_count": 1,
        "settled_total": 500,
        "currency": "156",
    }
    stated = {field.key for field in compiled.header.fields}
    streams = [io.BytesIO(), io.BytesIO()]
    header = {key: value for key, value in head.items() if key in stated}
    header["business_date"] = dt.date(2030, 11, 22)
    for stream, is_together in zip(streams, (True, False), strict=True):
        writer = FixedWidthWriter(stream, compiled)
        writer.header(header)
        if is_together:
            writer.details(columns(details), 2)
        else:
            for detail in details:
                writer.detail(detail)
        writer.trailer({})
    assert streams[0].getvalue() == streams[1].getvalue()


def test_a_layout_without_ascii_is_written_line_by_line():
    changed = content("debit-return")
    changed["encoding"] = "big5"
    compiled = compile_fixed_layout(changed, "debit-return.yaml")
    detail = {"sequence": 1, "batch_no": "1", "batch_sequence": 1, "bill_no": "X-17", "amount": 5}
    detail |= {"return_code": "1001", "core_serial": None, "reason": "餘額不足"}
    assert not all_fit(compiled, columns([detail]), 1)
    assert together(compiled, [detail]) == one_by_one(compiled, [detail])
