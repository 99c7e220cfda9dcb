import pytest

from offline_collect.domain.codes import ResponseCode
from offline_collect.wire.messages.message import Message
from offline_collect_terminal.scenario.compose import Composed
from offline_collect_terminal.scenario.expect import answer_mti, answers, check
from offline_collect_terminal.scenario.model import Expected
from offline_collect_terminal.scenario.variables import Variables

REQUEST = Message(
    "0200",
    {4: "000000012345", 7: "1122093011", 11: "000008", 32: "12345678", 41: "TERM0001", 42: "SCHOOL01"},
)
APPROVED = Message(
    "0210",
    {
        **REQUEST.elements,
        15: "1122",
        38: "A00001",
        39: "00",
        42: "SCHOOL01       ",
        48: "0030012S1.11-000001",
    },
)


def failed(expected, answer, codec, *, broken=False, values=None):
    composed = Composed(b"", REQUEST, broken, {"stan": "000008"})
    variables = Variables(codec.dialect, 2026, values or {})
    return [
        looked for looked in check(expected, composed, answer, variables, codec.dialect) if not looked.passed
    ]


def without(message, *numbers):
    kept = {number: value for number, value in message.elements.items() if number not in numbers}
    return Message(message.mti, kept)


def changed(message, **elements):
    new = {int(name.removeprefix("de")): value for name, value in elements.items()}
    return Message(message.mti, {**message.elements, **new})


@pytest.mark.parametrize(
    ("request_mti", "answered"),
    [
        ("0800", "0810"),
        ("0100", "0110"),
        ("0201", "0210"),
        ("0221", "0230"),
        ("0421", "0430"),
        ("0520", "0530"),
    ],
)
def test_a_repeat_is_answered_like_its_original(request_mti, answered, codec):
    assert answer_mti(request_mti, codec.dialect) == answered


def test_an_answer_is_matched_by_class_time_stan_institution_and_terminal():
    assert answers(REQUEST, APPROVED)
    assert answers(REQUEST, changed(APPROVED, de41="TERM0001 "))
    assert not answers(REQUEST, changed(APPROVED, de11="000009"))
    assert not answers(REQUEST, changed(APPROVED, de7="1122093012"))
    assert not answers(REQUEST, Message("0110", APPROVED.elements))


def test_what_could_not_be_echoed_is_not_matched_by():
    assert answers(REQUEST, without(APPROVED, 11, 41))
    assert answers(None, APPROVED)


def test_an_answer_as_expected_passes_every_check(codec):
    elements = {
        4: "12345",
        38: "/^A[0-9]{5}$/",
        42: "SCHOOL01",
        44: "absent",
        15: "{day}",
        48: {"0030": "/^{prefix}-/", "0070": "absent"},
    }
    expected = Expected(code=ResponseCode.APPROVED, elements=elements)
    assert failed(expected, APPROVED, codec, values={"day": "1122", "prefix": "S1.11"}) == []


def test_a_value_inside_a_pattern_stands_for_itself(codec):
    expected = Expected(elements={48: {"0030": "/^{prefix}-/"}})
    (looked,) = failed(expected, APPROVED, codec, values={"prefix": "S1111"})
    assert looked.expected == "/^S1111-/"


@pytest.mark.parametrize(
    ("expected", "place", "got"),
    [
        (Expected(mti="0230"), "MTI", "0210"),
        (Expected(code=ResponseCode.ALREADY_PAID), "DE 39", "00"),
        (Expected(elements={38: "absent"}), "DE 38", "A00001"),
        (Expected(elements={44: "present"}), "DE 44", None),
        (Expected(elements={44: "/x/"}), "DE 44", None),
        (Expected(elements={4: "12346"}), "DE 4", "000000012345"),
        (Expected(elements={48: {"0030": "S2"}}), "DE 48.0030", "S1.11-000001"),
        (Expected(elements={120: {"0030": "present"}}), "DE 120.0030", None),
    ],
)
def test_what_differs_is_named_with_both_sides(expected, place, got, codec):
    (looked,) = failed(expected, APPROVED, codec)
    assert (looked.place, looked.got) == (place, got)
    assert not looked.by_contract


def test_every_answer_must_echo_and_carry_day_and_code(codec):
    answer = without(changed(APPROVED, de4="000000000001"), 15, 41)
    found = failed(Expected(), answer, codec)
    assert [looked.place for looked in found] == ["DE 4", "DE 41", "DE 15"]
    assert all(looked.by_contract for looked in found)


def test_every_decline_must_say_why(codec):
    found = failed(Expected(), changed(APPROVED, de39="U1"), codec)
    assert [looked.place for looked in found] == ["DE 44", "DE 63"]


def test_a_damaged_request_need_not_be_echoed(codec):
    assert failed(Expected(), without(APPROVED, 4, 11), codec, broken=True) == []


def test_private_data_that_cannot_be_read_have_no_tags(codec):
    (looked,) = failed(Expected(elements={48: {"0030": "present"}}), changed(APPROVED, de48="0030"), codec)
    assert looked.got is None


@pytest.mark.parametrize(
    ("processing", "number", "tag", "name"),
    [
        ("FORM_DOWNLOAD", 48, "0002", "Form title"),
        ("FORM_DOWNLOAD", 120, "0002", "Label"),
        ("MERCHANT_DIRECTORY", 120, "0002", "Merchant name"),
        ("MERCHANT_DIRECTORY", 120, "0005", "Merchant id"),
        ("BILL_LOOKUP", 120, "0055", "Total payable, in minor units"),
        ("BILL_LOOKUP", 120, "0099", ""),
    ],
)
def test_a_tag_has_the_name_that_it_has_in_that_answer(processing, number, tag, name, codec):
    request = Message("0100", {3: codec.dialect.processing_codes[processing], 11: "000008"})
    composed = Composed(b"", request, False, {})
    checks = check(
        Expected(elements={number: {tag: "x"}}),
        composed,
        Message("0110", {39: "00"}),
        Variables(codec.dialect, 2026, {}),
        codec.dialect,
    )
    assert [looked.name for looked in checks if looked.place == f"DE {number}.{tag}"] == [name]


def test_amounts_are_said_to_be_in_minor_units(codec):
    [looked] = failed(Expected(), changed(APPROVED, de4="000000012346"), codec)
    assert looked.name.endswith(", in minor units")
