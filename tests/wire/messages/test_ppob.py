"""The `ppob-postpaid` dialect on golden messages: requests become commands, and answers the golden bytes."""

import datetime as dt
import hashlib
from dataclasses import replace

import pytest

from offline_collect.domain.answers import Answer, Record, decline
from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.commands import (
    BillLine,
    Channel,
    Lookup,
    NetworkFunction,
    Payment,
    Reversal,
    ReversalReason,
    Tender,
)
from offline_collect.wire.layouts.layout import Layout
from offline_collect.wire.messages.requests.parts import content_of
from offline_collect.wire.pretty import pretty_message
from tests.messages.golden import shipped, vectors
from tests.messages.own import DAY, NOW, frame, golden, golden_frame, reader, writer

PPOB = "ppob-postpaid"
OCTOBER = {
    "bill_no": "B2026-10-000777",
    "period": "2026-10",
    "due_date": "20261020",
    "principal": 6_100_000,
    "late_fee": 300_000,
    "total_payable": 6_400_000,
    "extra": "power=900|tariff=R1",
}
NOVEMBER = {
    "bill_no": "B2026-11-000777",
    "period": "2026-11",
    "due_date": "20261120",
    "principal": 6_250_000,
    "late_fee": 0,
    "total_payable": 6_250_000,
}
HEADING = {"customer_no": "535012345678", "customer_name": "BUDI SANTOSO", "open_count": 2}
BILLS = (
    Record(OCTOBER, "20261020B2026-10-000777", 6_400_000),
    Record(NOVEMBER, "20261120B2026-11-000777", 6_250_000),
)
REFERENCE = "B2026-10-000777"


def read(vector):
    return reader(PPOB).read(golden(PPOB, vector), NOW)


def answered(vector, answer):
    request = golden(PPOB, vector)
    return frame(PPOB, writer(PPOB).write(request, answer, DAY), request)


@pytest.mark.parametrize("entry", vectors(PPOB), ids=lambda entry: entry["name"])
def test_a_golden_message_goes_both_ways(entry):
    message = golden(PPOB, entry["name"])
    assert message.elements == entry["elements"]
    assert frame(PPOB, message) == entry["frame"]


@pytest.mark.parametrize("entry", vectors(PPOB), ids=lambda entry: entry["name"])
def test_the_layouts_of_its_type_take_its_private_data_apart(entry):
    dialect = shipped(PPOB)
    (kind,) = [kind for kind in dialect.messages.types if kind.name == entry["kind"]]
    answers = {number: plan.layout for number, plan in kind.answer.layouts.items()}
    approved = entry["elements"].get(39) == "00"
    layouts = answers if approved else kind.layouts
    assert all(isinstance(layout, Layout) for layout in layouts.values())
    read = {
        number: layout.read(content_of(entry["elements"][number], dialect.elements[number]))
        for number, layout in layouts.items()
    }
    assert read == entry.get("parts", {})


def test_an_inquiry_is_a_lookup_of_the_product_s_merchant():
    lookup = read("inquiry_request")
    assert isinstance(lookup, Lookup)
    assert (lookup.merchant_id, lookup.inputs, lookup.bill_no) == ("M0000000000001", ("535012345678",), None)
    assert lookup.channel is Channel.TELLER
    assert lookup.sent_at == dt.datetime(2026, 11, 28, 7, 0, tzinfo=dt.UTC)


def test_a_payment_names_its_bill_in_its_private_data():
    payment = read("payment_request")
    assert isinstance(payment, Payment)
    assert (payment.bill_no, payment.amount_minor, payment.currency) == (REFERENCE, 6_400_000, "360")
    assert (payment.tender, payment.teller) == (Tender.CASH, "TRM00001")
    assert payment.key == "P|14|TRM00001|000124|20261128070040"
    assert payment.fingerprint == f"170000|000000064000|PPOB00000000001|360|{REFERENCE}"


def test_its_journal_hides_what_no_rule_shows():
    journal = read("payment_request").journal
    assert "bills.subscriber=***5678" in journal
    assert "bills.name=B*** S******" in journal
    assert "bills.tariff=***" in journal
    assert "535012345678" not in journal
    assert "BUDI" not in journal


def test_private_data_that_looks_like_tags_is_hidden_from_people():
    message = golden(PPOB, "inquiry_request")
    message.elements[48] = "0030003123"
    assert "123" not in pretty_message(message, shipped(PPOB)).partition("DE 48")[2].partition("\n")[0]


def test_a_reversal_names_the_payment_in_de_90():
    reversal = read("reversal_request")
    assert isinstance(reversal, Reversal)
    assert reversal.original_key == read("payment_request").key
    assert (reversal.reason, reversal.original_institution) == (ReversalReason.NO_ANSWER, "14")


def test_a_sign_on_comes_from_the_link_s_only_institution():
    sign_on = read("sign_on_request")
    assert (sign_on.function, sign_on.institution) == (NetworkFunction.SIGN_ON, "14")


def test_a_payment_of_several_bills_names_them_by_their_periods():
    payment = read("payment_of_two_request")
    lines = (BillLine(REFERENCE, 6_400_000, "202610"), BillLine(REFERENCE, 6_250_000, "202611"))
    assert (payment.bill_no, payment.lines) == (REFERENCE, lines)
    assert (payment.amount_minor, payment.payer_fee_minor) == (13_250_000, 600_000)
    text = f"{REFERENCE} 202610=6400000\n{REFERENCE} 202611=6250000"
    digest = hashlib.sha256(text.encode()).hexdigest()
    assert payment.fingerprint == f"170000|000000132500|PPOB00000000001|360|{digest}"


def test_one_bill_is_a_line_too_and_its_fee_is_read():
    payment = read("payment_request")
    assert payment.lines == (BillLine(REFERENCE, 6_400_000, "202610"),)
    assert payment.payer_fee_minor == 0


@pytest.mark.parametrize(
    ("pay", "count", "brief"),
    [
        ("0", 2, "DE 48: pay not 1 to 2 bills"),
        ("3", 2, "DE 48: pay not 1 to 2 bills"),
        ("1", 0, "DE 48: pay no bills"),
        ("5", 5, "DE 48: pay over 4 bills"),
    ],
)
def test_as_many_bills_are_paid_as_the_message_lists_and_at_most_four(pay, count, brief):
    message = golden(PPOB, "payment_of_two_request")
    head, records = message.elements[48][:86], message.elements[48][86:]
    many = "".join(f"{202601 + n}{records[6:34]}" for n in range(count))
    message.elements[48] = f"{pay}{head[1:13]}{count}{head[14:]}{many}"
    answer = reader(PPOB).read(message, NOW)
    assert (answer.code, answer.brief) == (ResponseCode.FORMAT_ERROR, brief)


def test_the_first_bills_of_the_list_are_paid():
    message = golden(PPOB, "payment_of_two_request")
    message.elements[48] = "1" + message.elements[48][1:]
    assert reader(PPOB).read(message, NOW).lines == (BillLine(REFERENCE, 6_400_000, "202610"),)


def test_a_reversal_of_several_bills_names_their_payment():
    reversal = read("reversal_of_two_request")
    assert (reversal.original_key, reversal.amount_minor) == (read("payment_of_two_request").key, 13_250_000)


def test_the_fee_of_all_bills_that_are_answered_is_a_part_of_their_sum():
    charged = tuple(replace(bill, payer_fee_minor=300_000) for bill in BILLS)
    answer = Answer(ResponseCode.APPROVED, DAY, values=HEADING, records=charged)
    assert answered("inquiry_request", answer) == golden_frame(PPOB, "inquiry_answer_with_fee")


def test_a_payment_of_several_bills_is_answered_byte_for_byte():
    answer = Answer(
        ResponseCode.APPROVED,
        DAY,
        values={"receipt": "TERIMA KASIH", "serial_number": "1", "payer_fee": 600_000},
    )
    assert answered("payment_of_two_request", answer) == golden_frame(PPOB, "payment_of_two_answer")


def test_a_refused_payment_repeats_its_bills():
    answer = decline(ResponseCode.ALREADY_PAID, "B1 already paid", bill_no="B1")
    request = golden(PPOB, "payment_of_two_request")
    response = writer(PPOB).write(request, answer, DAY)
    assert (response.elements[39], response.elements[48]) == ("88", request.elements[48])


def test_bills_are_answered_byte_for_byte():
    answer = Answer(ResponseCode.APPROVED, DAY, values=HEADING, records=BILLS)
    assert answered("inquiry_request", answer) == golden_frame(PPOB, "inquiry_answer")


def test_no_more_bills_are_answered_than_the_dialect_allows():
    answer = Answer(ResponseCode.APPROVED, DAY, values=HEADING, records=BILLS * 3)
    elements = writer(PPOB).write(golden(PPOB, "inquiry_request"), answer, DAY).elements
    assert elements[48][12] == "4"
    assert elements[4] == "000000253000"


def test_a_payment_s_answer_repeats_its_bills_and_adds_the_receipt():
    answer = Answer(ResponseCode.APPROVED, DAY, values={"receipt": f"{REFERENCE} TERIMA KASIH"})
    assert answered("payment_request", answer) == golden_frame(PPOB, "payment_answer")


def test_a_reversal_is_answered_byte_for_byte():
    assert answered("reversal_request", Answer(ResponseCode.APPROVED, DAY)) == golden_frame(
        PPOB, "reversal_answer"
    )


def test_a_refusal_has_the_partner_s_code_and_repeats_the_private_data():
    answer = decline(ResponseCode.UNKNOWN_CUSTOMER, "unknown customer")
    assert answered("inquiry_request", answer) == golden_frame(PPOB, "decline_inquiry")


@pytest.mark.parametrize(("receipt", "sent"), [("已收", "??"), ("x" * 1200, "x" * 999), ("a\tb", "a b")])
def test_a_receipt_that_the_element_cannot_say_does_not_cost_the_answer_of_a_payment(receipt, sent):
    request = golden(PPOB, "payment_request")
    answer = Answer(ResponseCode.APPROVED, DAY, values={"receipt": receipt})
    assert writer(PPOB).write(request, answer, DAY).elements[62] == sent
