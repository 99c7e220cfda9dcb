"""The `sulteng` dialect: the subscriber at a fixed place of DE 61, our bill number in DE 63, spaces in DE 90."""

import pytest

from offline_collect.domain.answers import Answer, Record, decline
from offline_collect.domain.codes import ResponseCode
from offline_collect.wire.dialects.dialect_file import compile_dialect
from offline_collect.wire.errors import SchemaError
from offline_collect.wire.messages.message import Message
from tests.messages.golden import read_dialect
from tests.messages.own import DAY, NOW, frame, golden, golden_frame, reader, writer

SULTENG = "sulteng"
NUMBERS = f"{'0812345678901':<13}{'AC1':<14}{'5350123456789':<13}"
REQUEST = {
    3: "380000",
    7: "1128140040",
    11: "000007",
    12: "140040",
    13: "1128",
    32: "014",
    37: "000000000007",
    41: "TERM0001",
    42: "M1             ",
    61: NUMBERS,
}
PAYING = REQUEST | {3: "500000", 4: "000006400000", 49: "360", 63: "B777"}


def request(mti, elements):
    return Message(mti, dict(sorted(elements.items())))


GOLDEN_BILL = Record({"bill_no": "B2026-10-000777", "total_payable": 6_400_000}, "next", 6_400_000)
GOLDEN = {
    "sign_on": (Answer(ResponseCode.APPROVED), "sign_on_answer"),
    "inquiry": (
        Answer(ResponseCode.APPROVED, values={"customer_name": "B*** S******"}, records=(GOLDEN_BILL,)),
        "inquiry_answer",
    ),
    "decline": (decline(ResponseCode.UNKNOWN_CUSTOMER, "no customer with these inputs"), "decline_inquiry"),
    "payment": (Answer(ResponseCode.APPROVED, values={"approval_code": "A00001"}), "payment_answer"),
    "reversal": (Answer(ResponseCode.APPROVED), "reversal_answer"),
}


@pytest.mark.parametrize("vector", GOLDEN)
def test_an_answer_is_the_golden_bytes(vector):
    answer, expected = GOLDEN[vector]
    asked = golden(SULTENG, f"{vector}_request")
    assert frame(SULTENG, writer(SULTENG).write(asked, answer, DAY), asked) == golden_frame(SULTENG, expected)


def test_golden_requests_are_understood():
    read = {
        name: reader(SULTENG).read(golden(SULTENG, name), NOW)
        for name in ("payment_request", "payment_repeat")
    }
    payment = read["payment_request"]
    assert (payment.bill_no, payment.amount_minor, payment.repeat) == ("B2026-10-000777", 6_400_000, False)
    assert (read["payment_repeat"].key, read["payment_repeat"].repeat) == (payment.key, True)
    for name, advice in (("reversal_request", False), ("reversal_advice", True)):
        back = reader(SULTENG).read(golden(SULTENG, name), NOW)
        assert (back.original_key, back.advice) == (payment.key, advice)


def test_an_inquiry_gives_the_subscriber():
    lookup = reader(SULTENG).read(request("0200", REQUEST), NOW)
    assert (lookup.merchant_id, lookup.inputs) == ("M1", ("5350123456789",))


def test_its_answer_repeats_the_numbers_and_adds_name_reference_and_amount():
    record = Record({"bill_no": "B777", "total_payable": 6_400_000}, "next", 6_400_000)
    answer = Answer(
        ResponseCode.APPROVED, DAY, values={"customer_name": "B*** S******"}, records=(record, record)
    )
    elements = writer(SULTENG).write(request("0200", REQUEST), answer, DAY).elements
    assert (elements[4], elements[61], elements[63]) == ("000006400000", f"{NUMBERS}B*** S******", "B777")


@pytest.mark.parametrize(("name", "sent"), [("王*明", "?*?"), ("Zoë", "Zo?")])
def test_a_name_that_the_element_cannot_say_does_not_cost_the_answer(name, sent):
    record = Record({"bill_no": "B777", "total_payable": 6_400_000}, "next", 6_400_000)
    answer = Answer(ResponseCode.APPROVED, DAY, values={"customer_name": name}, records=(record,))
    elements = writer(SULTENG).write(request("0200", REQUEST), answer, DAY).elements
    assert (elements[61], elements[63]) == (f"{NUMBERS}{sent}", "B777")


def test_an_answer_without_a_bill_has_neither():
    elements = (
        writer(SULTENG).write(request("0200", REQUEST), Answer(ResponseCode.APPROVED, DAY), DAY).elements
    )
    assert (elements[61], 4 in elements, 63 in elements) == (NUMBERS, False, False)


def test_a_payment_gives_the_reference_back():
    payment = reader(SULTENG).read(request("0200", PAYING), NOW)
    assert (payment.bill_no, payment.amount_minor) == ("B777", 6_400_000)
    assert "61=[phone=***8901 account=*** subscriber=***6789]" in payment.journal


@pytest.mark.parametrize("institutions", [f"{'014':<11}{'':<11}", "0000000001400000000000"])
def test_a_reversal_names_institutions_with_spaces_or_zeros(institutions):
    back = reader(SULTENG).read(request("0400", PAYING | {90: f"02000000071128140040{institutions}"}), NOW)
    assert back.original_key == reader(SULTENG).read(request("0200", PAYING), NOW).key
    assert back.original_institution == "14"


def test_private_data_that_cannot_be_read_is_a_format_error_and_comes_back():
    short = request("0200", REQUEST | {61: NUMBERS[:30]})
    assert reader(SULTENG).read(short, NOW).brief == "DE 61: subscriber cut short"
    refusal = writer(SULTENG).write(short, decline(ResponseCode.FORMAT_ERROR, "x"), DAY)
    assert refusal.elements[61] == NUMBERS[:30]


def variant(**more):
    return compile_dialect({"name": "variant", "like": SULTENG, **more}, "variant.yaml", read_dialect)


@pytest.mark.parametrize("length", ["binary2-little", "hex4", "ascii4", "none"])
def test_sister_links_have_a_trailer_and_lengths_of_other_kinds(length):
    assert variant(frame={"length": length, "trailer": "03"}).messages is not None


def test_a_terminator_without_a_length_is_refused_with_raw_bitmaps():
    with pytest.raises(SchemaError) as caught:
        variant(frame={"length": "none", "trailer": "03"}, encoding={"bitmap": "raw"})
    assert caught.value.path.startswith("frame")
