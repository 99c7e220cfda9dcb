"""Responses: what is echoed, where an answer's values go, what is cut, and how many records fit."""

from dataclasses import replace

import pytest

from offline_collect.domain.answers import Answer, Record, decline
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.commands import FormDownload
from offline_collect.wire.errors import DecodeError
from offline_collect.wire.layouts.pds import encoded_size, parse_pds
from offline_collect.wire.messages.message import Message
from tests.messages.golden import (
    NAMES,
    NOW,
    TODAY,
    bill,
    codec,
    golden,
    page,
    reader,
    respond,
    shipped,
    writer,
)

RECEIPT = "十一月餐费 2026-11"
APPROVED = Answer(
    ResponseCode.APPROVED,
    TODAY,
    values={
        "approval_code": "A00001",
        "bill_no": "S2026-11-0001",
        "serial_number": "20261122000000000001",
        "posted_at": "2026-11-22T17:30:11+08:00",
        "receipt": RECEIPT,
    },
)


def test_an_approved_payment_is_answered_as_the_golden_one():
    assert respond("payment", APPROVED) == golden("payment_answer")[0]


def test_a_repeat_gets_the_response_of_its_original():
    assert respond("payment_repeat", APPROVED) == golden("payment_answer")[0]


def test_a_declined_payment_is_answered_as_the_golden_one():
    expected, _ = golden("payment_declined")
    answer = decline(
        ResponseCode.ALREADY_PAID,
        "already paid",
        "bill S2026-11-0001 is already paid",
        business_date=TODAY,
    )
    assert respond("payment", answer, e11="000014", e37="632609300014") == expected


def test_a_reversal_is_answered_as_the_golden_one():
    values = {"serial_number": "20261122000000000010", "reversal_did": "APPLIED"}
    answer = Answer(ResponseCode.APPROVED, TODAY, values=values)
    expected, _ = golden("reversal_answer")
    response = respond("reversal_write_off", answer)
    assert parse_pds(response.elements.pop(48), "utf-8") == {
        "0070": "20261122000000000010",
        "0082": "APPLIED",
    }
    del expected.elements[48]
    assert response == expected


@pytest.mark.parametrize("name", NAMES)
def test_a_lookup_is_answered_as_the_golden_one(name):
    expected, raw = golden("lookup_answer", name)
    count = len([number for number in expected.elements if number >= 120])
    records = (
        Record(bill(1).values | ({"period": "2026-11"} if name == "ascii" else {}), None, 12345),
        Record(
            bill(2, description="校车费").values
            | {"period": "2026-11", "due_date": "20261115", "late_fee": 150, "total_payable": 12495},
            None,
            12495,
        ),
    )
    answer = replace(page(count), records=records[:count])
    request, _ = golden("lookup_by_inputs")
    response = writer(shipped(name)).write(request, answer, TODAY)
    assert response == expected
    assert len(codec(name).encode(response)) == len(raw)


def test_what_the_request_had_is_echoed():
    response = respond("payment", APPROVED, e2="6225880100001234", e33="00000000999", e64="0123456789ABCDEF")
    request, _ = golden("payment")
    echoed = {3, 4, 7, 11, 12, 13, 32, 37, 41, 42, 49}
    assert {number: response.elements[number] for number in echoed} == {
        number: request.elements[number] for number in echoed
    }
    assert response.elements[33] == "00000000999"
    assert not {2, 64} & response.elements.keys()


def test_the_answer_s_own_day_goes_before_the_open_one():
    answer = Answer(ResponseCode.APPROVED, BusinessDate(2026, 11, 21))
    assert respond("payment", answer).elements[15] == "1121"
    assert respond("payment", Answer(ResponseCode.APPROVED)).elements[15] == "1122"


def test_a_decline_has_its_reason_cut_in_short_and_whole():
    reason = "学号 must have 10 digits\n" + "学" * 400
    response = respond(
        "lookup_by_inputs", decline(ResponseCode.UNKNOWN_CUSTOMER, "学号学号学号学号学号", reason)
    )
    assert response.elements[39] == "14"
    assert response.elements[44] == "学号学号学号学号"
    assert encoded_size(response.elements[63], "utf-8") <= 999
    assert response.elements[63].startswith("学号 must have 10 digits 学")
    assert codec().decode(codec().encode(response)) == response


def test_a_decline_without_words_says_its_name():
    response = respond("payment", Answer(ResponseCode.OVER_LIMIT))
    assert (response.elements[44], response.elements[63]) == ("over limit", "over limit")


def test_a_wrong_amount_names_the_right_one():
    answer = decline(ResponseCode.WRONG_AMOUNT, "wrong amount", total_payable=12495, least_payable=1000)
    assert respond("payment", answer).elements[48] == "0055005124950057004" + "1000"


def test_a_dialect_may_answer_a_repeat_otherwise():
    dialect = replace(shipped(), answer_mtis={"0201": "0211"})
    assert respond("payment_repeat", APPROVED, dialect).mti == "0211"


@pytest.mark.parametrize(
    ("mti", "response"),
    [
        ("0300", "0310"),
        ("0301", "0310"),
        ("0620", "0630"),
        ("0621", "0630"),
        ("0602", "0612"),
        ("0603", "0612"),
    ],
)
def test_a_request_that_nobody_knows_is_answered_by_its_class(mti, response):
    answer = reader().read(Message(mti, {11: "000001"}), NOW)
    written = writer().write(Message(mti, {11: "000001", 5: "1"}), answer, TODAY)
    assert written.mti == response
    assert written.elements[39] == "12"
    assert set(written.elements) == {11, 15, 39, 44, 63}


@pytest.mark.parametrize("mti", ["0210", "0110", "0130", "0150", "0170", "0190"])
def test_an_answer_gets_none(mti):
    assert writer().write(Message(mti), Answer(ResponseCode.APPROVED), TODAY) is None


def test_what_could_be_read_of_a_bad_message_is_echoed():
    _, raw = golden("payment")
    with pytest.raises(DecodeError) as caught:
        codec().decode(raw.replace(b"TERM0001", b"TERM\x01001"))
    broken = Message(caught.value.mti, caught.value.elements)
    answer = decline(ResponseCode.FORMAT_ERROR, str(caught.value))
    response = writer().write(broken, answer, TODAY)
    assert (response.mti, response.elements[39]) == ("0210", "30")
    assert response.elements[44] == "DE 41: printable ASCII on"
    assert response.elements[63] == "DE 41: printable ASCII only"
    assert response.elements[11] == "000008"
    assert 41 not in response.elements


def test_a_status_names_the_code_of_the_original_in_the_dialect():
    values = {"original_state": "DECLINED", "original_code": "ALREADY_PAID"}
    response = respond("payment_status", Answer(ResponseCode.APPROVED, values=values))
    assert parse_pds(response.elements[48], "utf-8") == {"0080": "DECLINED", "0081": "U1"}


def test_totals_are_filled_up_and_signed():
    values = {
        "credits": 3,
        "credit_reversals": 1,
        "debits": 0,
        "debit_reversals": 0,
        "credits_minor": 37035,
        "credit_reversals_minor": 12345,
        "debits_minor": 0,
        "debit_reversals_minor": 0,
        "net_minor": -24690,
        "settlement_code": 2,
    }
    answer = decline(ResponseCode.OUT_OF_BALANCE, "out of balance", business_date=TODAY, **values)
    elements = respond("totals", answer).elements
    assert (elements[50], elements[66], elements[74], elements[86]) == (
        "156",
        "2",
        "0000000003",
        "0000000000037035",
    )
    assert elements[97] == "D0000000000024690"
    assert (
        respond("totals", Answer(ResponseCode.APPROVED, values={"net_minor": 5})).elements[97]
        == "C0000000000000005"
    )


def test_network_management_echoes_its_function():
    assert respond("echo_test", Answer(ResponseCode.APPROVED)).elements == {
        7: "1122093001",
        11: "000002",
        15: "1122",
        39: "00",
        70: "301",
    }


def test_a_receipt_is_cut_and_has_no_control_characters():
    answer = replace(APPROVED, values=APPROVED.values | {"receipt": "一\n" + "收" * 400})
    private = respond("payment", answer).elements[48]
    assert encoded_size(private, "utf-8") in {997, 998, 999}
    tags = parse_pds(private, "utf-8")
    assert tags["0072"].startswith("一 收收")
    assert tags["0071"] == "2026-11-22T17:30:11+08:00"


def test_every_request_that_is_read_can_be_answered():
    assert type(reader().read(golden("form_download")[0], NOW)) is FormDownload
    for vector in ("sign_on", "merchant_directory", "lookup_by_bill", "payment_advice", "totals"):
        response = respond(vector, decline(ResponseCode.UNAVAILABLE, "unavailable"))
        assert codec().decode(codec().encode(response)) == response
