"""Payments of several bills: a record a bill in 120-125."""

import hashlib

import pytest

from offline_collect.domain.answers import Answer
from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.commands import BillLine, Channel, PaymentAdvice
from offline_collect.wire.layouts.pds import build_pds, parse_pds
from tests.messages.golden import NAMES, NOW, golden, reader, respond, shipped

TWO = (BillLine("S2026-11-0001", 12_345), BillLine("S2026-10-0001", 10_000))
DIGEST = hashlib.sha256(b"S2026-11-0001=12345\nS2026-10-0001=10000").hexdigest()


def read(message, name="ascii"):
    return reader(shipped(name)).read(message, NOW)


def record(**tags):
    return build_pds([(tag[1:], value) for tag, value in tags.items()], "utf-8")


def with_records(*records, vector="payment_of_two"):
    """A golden message with other records, from DE 120 on."""
    message, _ = golden(vector)
    for number in range(120, 126):
        message.elements.pop(number, None)
    message.elements |= dict(enumerate(records, 120))
    return message


@pytest.mark.parametrize("name", NAMES)
def test_the_bills_are_read_in_the_order_of_their_elements(name):
    message, _ = golden("payment_of_two", name)
    command = read(message, name)
    assert (command.lines, command.bill_no, command.amount_minor) == (TWO, "S2026-11-0001", 22_345)
    assert command.fingerprint == f"500000|000000022345|SCHOOL01|156|{DIGEST}"
    assert "120=[0030=S2026-11-0001 0059=12345]" in command.journal


def test_one_bill_has_no_lines():
    assert read(golden("payment")[0]).lines == ()


def test_an_advice_completes_the_payment_with_the_same_content():
    payment, advice = (read(golden(name)[0]) for name in ("payment_of_two", "payment_of_two_advice"))
    assert isinstance(advice, PaymentAdvice)
    assert (advice.lines, advice.fingerprint) == (payment.lines, payment.fingerprint)
    assert advice.original_key == payment.key


def test_records_may_leave_elements_out_and_carry_other_tags():
    message = with_records()
    message.elements |= {
        121: record(t0030="B", t0059="7", t0050="November"),
        125: record(t0059="0008", t0030="A"),
    }
    assert read(message).lines == (BillLine("B", 7), BillLine("A", 8))


def test_another_order_is_another_content():
    message, _ = golden("payment_of_two")
    message.elements[120], message.elements[121] = message.elements[121], message.elements[120]
    command = read(message)
    assert command.lines == TWO[::-1]
    assert DIGEST not in command.fingerprint


def test_one_record_is_the_same_content_as_the_bill_in_de_48():
    message = with_records(record(t0030="S2026-11-0001", t0059="12345"), vector="payment_of_two")
    message.elements[4] = "000000012345"
    command = read(message)
    assert command.lines == (BillLine("S2026-11-0001", 12_345),)
    assert command.fingerprint == read(golden("payment")[0]).fingerprint


@pytest.mark.parametrize(
    ("records", "brief"),
    [
        ([record(t0059="7")], "DE 120: tag 0030 missing"),
        ([record(t0030="A")], "DE 120: tag 0059 missing"),
        ([record(t0030="A", t0059="7"), record(t0030="A", t0059="8")], "DE 121: tag 0030 twice"),
        ([record(t0030="A", t0059="0")], "DE 120: tag 0059 must be over 0"),
        ([record(t0030="A", t0059="1.5")], "DE 120: tag 0059 digits only"),
        ([record(t0030="A", t0059="²")], "DE 120: tag 0059 digits only"),
        ([record(t0030="A", t0059="1" * 13)], "DE 120: tag 0059 too long"),
        ([record(t0030="张", t0059="1")], "DE 120: tag 0030 not printable ASCII"),
        (["0030"], "DE 120: tag 0030 length no number"),
    ],
)
def test_a_record_that_cannot_be_read_is_named(records, brief):
    answer = read(with_records(*records))
    assert isinstance(answer, Answer)
    assert (answer.code, answer.brief) == (ResponseCode.FORMAT_ERROR, brief)
    # An advice is not refused: all of its money goes to suspense.
    advice = read(with_records(*records, vector="payment_of_two_advice"))
    assert (advice.bill_no, advice.lines) == ("UNREADABLE", (BillLine("UNREADABLE", 0),))
    assert advice.amount_minor == 22_345


def test_two_advices_that_cannot_be_read_are_told_apart():
    both = [read(with_records(text, vector="payment_of_two_advice")).fingerprint for text in ("0030", "0031")]
    assert both[0] != both[1]


@pytest.mark.parametrize("vector", ["payment_of_two", "payment_of_two_advice"])
def test_records_beside_a_bill_in_de_48_are_refused(vector):
    message, _ = golden(vector)
    message.elements[48] = record(t0030="A") + message.elements[48]
    answer = read(message)
    assert (answer.code, answer.brief) == (ResponseCode.FORMAT_ERROR, "DE 48: tag 0030 beside records")


def test_neither_is_a_missing_bill():
    assert read(with_records()).brief == "DE 48: tag 0030 missing"


def test_an_approved_advice_says_in_de_63_what_is_in_suspense():
    values = {"serial_number": "1", "suspended": "in suspense: A already paid", "original_state": "SUSPENSE"}
    answer = Answer(ResponseCode.APPROVED, values=values)
    response = respond("payment_of_two_advice", answer)
    assert response.elements[63] == "in suspense: A already paid"
    assert 44 not in response.elements
    assert parse_pds(response.elements[48], "utf-8")["0080"] == "SUSPENSE"
    assert not response.elements.keys() & set(range(120, 126))


def test_a_refusal_names_the_bill_in_de_48_too():
    answer = Answer(
        ResponseCode.ALREADY_PAID, None, "A already paid", "bill A is already paid", {"bill_no": "A"}
    )
    response = respond("payment_of_two", answer)
    assert parse_pds(response.elements[48], "utf-8") == {"0030": "A"}
    assert response.elements[44] == "A already paid"


def test_the_payers_fee_is_read_and_told():
    message, _ = golden("payment_of_two")
    message.elements[48] += record(t0065="6000")
    assert read(message).payer_fee_minor == 6_000
    assert read(golden("payment_of_two")[0]).payer_fee_minor == 0
    answer = Answer(ResponseCode.APPROVED, values={"payer_fee": 6_000})
    assert parse_pds(respond("payment", answer).elements[48], "utf-8") == {"0065": "6000"}


def test_a_lookup_may_say_its_channel():
    message, _ = golden("lookup_by_bill")
    assert read(message).channel is None
    message.elements[48] += record(t0062="KIOSK")
    assert read(message).channel is Channel.KIOSK
