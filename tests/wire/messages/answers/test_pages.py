"""Pages: as many records as the elements and the frame can hold; forms whole or not at all."""

from dataclasses import replace

import pytest

from offline_collect.domain.answers import Answer, Record
from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.decisions.forms import form_answer
from offline_collect.domain.forms import Input, InputType, PaymentForm
from offline_collect.wire.errors import EncodeError
from offline_collect.wire.layouts.pds import parse_pds
from tests.messages.golden import codec, page, respond, shipped


def framed(length_max):
    """The ascii dialect with frames of at most this many bytes."""
    return replace(shipped(), frame=replace(shipped().frame, length_max=length_max))


def test_as_many_records_go_out_as_there_are_elements():
    response = respond("lookup_by_inputs", page(8))
    assert {number for number in response.elements if number >= 120} == {120, 121, 122, 123, 124, 125}
    assert response.elements[4] == f"{6 * 12345:012d}"
    assert parse_pds(response.elements[48], "utf-8")["0040"] == "20261130S2026-11-0007"


def test_the_page_after_all_records_begins_beyond_them():
    response = respond("lookup_by_inputs", replace(page(6), beyond="20261201S2026-11-0007"))
    assert parse_pds(response.elements[48], "utf-8")["0040"] == "20261201S2026-11-0007"


def test_the_last_page_has_no_cursor():
    assert "0040" not in parse_pds(respond("lookup_by_inputs", page(2)).elements[48], "utf-8")


def test_no_open_bills_is_a_page_too():
    response = respond("lookup_by_inputs", page(0))
    assert response.elements[4] == "000000000000"
    assert parse_pds(response.elements[48], "utf-8")["0041"] == "0"


@pytest.mark.parametrize(("room", "count"), [(1500, 1), (2500, 2), (4500, 4), (8192, 6)])
def test_as_many_records_go_out_as_the_frame_holds(room, count):
    dialect = framed(room)
    response = respond("lookup_by_inputs", page(6, extra="x" * 2000), dialect)
    assert len([number for number in response.elements if number >= 120]) == count
    assert len(codec().encode(response)) <= room
    assert response.elements[4] == f"{count * 12345:012d}"
    if count < 6:
        assert parse_pds(response.elements[48], "utf-8")["0040"] == f"20261130S2026-11-{count + 1:04d}"


def test_a_frame_is_filled_to_its_last_byte():
    whole = respond("lookup_by_inputs", page(2))
    size = len(codec().encode(whole))
    exact = framed(size)
    assert respond("lookup_by_inputs", page(2), exact) == whole
    short = framed(size - 1)
    assert 121 not in respond("lookup_by_inputs", page(2), short).elements


def test_a_frame_too_small_for_one_record_is_an_error():
    dialect = framed(200)
    with pytest.raises(EncodeError, match="DE 120: too long for the frame's length_max"):
        respond("lookup_by_inputs", page(2), dialect)


def test_a_long_description_is_cut_and_the_amounts_are_not():
    record = parse_pds(respond("lookup_by_inputs", page(1, description="餐" * 500)).elements[120], "utf-8")
    assert record["0055"] == "12345"
    assert record["0050"].startswith("餐餐")


def test_a_directory_has_a_record_a_merchant():
    records = (Record({"title": "阳光小学", "trade": "school", "merchant_id": "SCHOOL01"}, "SCHOOL01"),)
    answer = Answer(ResponseCode.APPROVED, values={"open_count": 3}, records=records, beyond="WATER001")
    elements = respond("merchant_directory", answer).elements
    assert elements[120] == "0002012阳光小学0003006school0005008SCHOOL01"
    assert elements[48] == "0040008WATER0010041001" + "3"


def form(count, **values):
    inputs = tuple(
        Input(**{"key": f"key{n}", "label": "学号", "prompt": "请输入", "type": InputType.NUMERIC, **values})
        for n in range(count)
    )
    return form_answer(PaymentForm(3, "学费缴纳", inputs, "在学生证上"))


def test_a_form_has_a_record_an_input():
    response = respond("form_download", form(1, least=10, most=10, example="2026030117", pattern="[0-9]{10}"))
    assert parse_pds(response.elements[48], "utf-8") == {
        "0001": "3",
        "0002": "学费缴纳",
        "0003": "在学生证上",
        "0004": "1",
    }
    assert parse_pds(response.elements[120], "utf-8") == {
        "0001": "key0",
        "0002": "学号",
        "0003": "请输入",
        "0004": "NUMERIC",
        "0005": "10",
        "0006": "10",
        "0007": "Y",
        "0008": "[0-9]{10}",
        "0009": "2026030117",
    }
    assert 121 not in response.elements


def test_a_form_of_five_inputs_fits():
    assert {120, 124} <= respond("form_download", form(5)).elements.keys()


@pytest.mark.parametrize("prompt", ["请" * 400, "p" * 900])
def test_a_form_that_does_not_fit_is_not_cut(prompt):
    answer = form(5, prompt=prompt)
    with pytest.raises(EncodeError, match="DE 120"):
        respond("form_download", answer, framed(4000))


def test_a_page_of_more_forms_than_elements_is_an_error():
    answer = form(1)
    with pytest.raises(EncodeError, match="DE 120: too long"):
        respond("form_download", replace(answer, records=answer.records * 6))
