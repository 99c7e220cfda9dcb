"""The shell in dialects with messages of their own: requests that repeat an inquiry's answer, and answers by the rules."""

import pytest

from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.commands import Channel, NetworkFunction, ReversalReason, Tender
from offline_collect.wire.errors import EncodeError
from offline_collect.wire.messages.message import Message
from offline_collect_terminal.teller.link.answers import Answers, UnreadableAnswerError
from offline_collect_terminal.teller.link.own_answers import OwnAnswers
from offline_collect_terminal.teller.link.own_requests import OwnRequests
from offline_collect_terminal.teller.link.requests import Feature, PaidBill, Requests, Sender
from offline_collect_terminal.wire.dialects import load_codec
from tests.messages.own import golden

PPOB, SULTENG, RUPIAH = "ppob-postpaid", "sulteng", "360"
STAMP = {
    "institution": "12345678", "terminal": "TERM0001", "stan": "000007", "rrn": "632609000007",
    "transmission_time": "1122093000", "local_time": "093000", "local_date": "1122",
}  # fmt: skip
MERCHANT = "M0000000000001"
SENDER = Sender("T001", Channel.TELLER, RUPIAH)


def requests(name):
    return OwnRequests(load_codec(name), lambda: STAMP, SENDER, 2026)


def answers(name):
    return OwnAnswers(load_codec(name).dialect, RUPIAH)


def owed():
    return answers(PPOB).bills(answers(PPOB).told(golden(PPOB, "inquiry_answer_with_fee"))).bills


def test_an_inquirys_answer_is_bills_with_their_part_of_the_fee():
    page = answers(PPOB).bills(answers(PPOB).told(golden(PPOB, "inquiry_answer_with_fee")))
    assert [(bill.payable_minor, bill.fee_minor) for bill in page.bills] == [
        (6_400_000, 300_000),
        (6_250_000, 300_000),
    ]
    assert page.open_count == 2
    assert all(bill.bill_no == f"{page.customer_no}/{bill.period}" for bill in page.bills)


def test_a_payment_of_both_bills_is_the_golden_one():
    paid = [PaidBill(bill.bill_no, bill.payable_minor) for bill in owed()]
    request = requests(PPOB).payment(MERCHANT, paid, Tender.CASH, 600_000, owed())
    expected = golden(PPOB, "payment_of_two_request")
    assert (request.elements[48], int(request.elements[4])) == (
        expected.elements[48],
        int(expected.elements[4]),
    )


def test_a_payment_of_the_newer_bill_counts_and_charges_one():
    newer = owed()[1]
    request = requests(PPOB).payment(
        MERCHANT, [PaidBill(newer.bill_no, newer.payable_minor)], Tender.CASH, 300_000, [newer]
    )
    private = request.elements[48]
    assert (private[0], private[13], private[77:86], len(private)) == ("1", "1", "000003000", 86 + 34)
    assert int(request.elements[4]) == 65_500


def test_a_reversal_says_again_what_the_payment_said():
    payment = requests(PPOB).payment(
        MERCHANT, [PaidBill("x", owed()[0].payable_minor)], Tender.CASH, 0, owed()[:1]
    )
    back = requests(PPOB).reversal(payment, ReversalReason.NO_ANSWER)
    assert [back.elements[number] for number in (2, 4, 48)] == [payment.elements[n] for n in (2, 4, 48)]
    assert back.elements[90].startswith(f"0200{STAMP['stan']}{STAMP['transmission_time']}")


def test_what_the_dialect_has_no_message_for_is_not_offered_and_refused():
    own = requests(PPOB)
    assert own.features == {Feature.SIGN_ON, Feature.ECHO}
    payment = Message("0200", {})
    for asked in (
        own.directory,
        own.form,
        own.bill,
        own.advice,
        own.completing,
        own.totals,
        lambda: own.status(payment),
        lambda: own.network(NetworkFunction.SIGN_OFF),
    ):
        with pytest.raises(EncodeError, match="dialect ppob-postpaid has no"):
            asked()


def test_a_merchant_without_a_product_is_refused():
    assert [each.merchant_id for each in requests(PPOB).merchants()] == [MERCHANT]
    with pytest.raises(EncodeError, match="no product of merchant OTHER"):
        requests(PPOB).lookup("OTHER", ("535012345678",), None)


def test_an_answer_without_a_list_is_its_first_bill_and_a_decline_says_why():
    own = answers(SULTENG)
    numbers = f"{'0' * 13}{'':<14}{'5350123456789'}"
    told = own.told(
        Message("0210", {3: "380000", 4: "000006400000", 39: "00", 61: f"{numbers}BUDI", 63: "B777"})
    )
    (bill,) = own.bills(told).bills
    assert (bill.bill_no, bill.own_number, bill.payable_minor, told.reason) == ("B777", "B777", 6_400_000, "")
    assert own.bills(own.told(Message("0210", {3: "380000", 39: "00", 61: numbers}))).bills == ()
    assert own.told(Message("0210", {3: "380000", 39: "14", 44: "no such"})).reason == "no such"


def test_a_reversal_of_what_is_not_known_says_that_nothing_will_be_paid():
    told = answers(PPOB).told(Message("0410", {3: "000200", 39: "14"}))
    assert (told.code, told.tags) == (ResponseCode.NOT_FOUND, {"0082": "TOMBSTONE"})
    assert answers(PPOB).told(Message("0810", {39: "00"})).tags == {}


def test_a_code_of_several_meanings_proves_nothing_about_an_earlier_message():
    own = answers(PPOB)
    assert own.told(Message("0210", {39: "06"})).code is not ResponseCode.APPROVED
    assert own.told(Message("0210", {39: "94"})).code is ResponseCode.ALREADY_REVERSED
    assert ResponseCode.MALFUNCTION in own.meanings("06")
    assert own.told(Message("0210", {39: "06"})).code in {
        ResponseCode.UNSUPPORTED, ResponseCode.NOT_PERMITTED, ResponseCode.SECURITY, ResponseCode.MALFUNCTION,
    }  # fmt: skip


def test_an_answer_that_cannot_be_read_is_refused():
    own = answers(PPOB)
    told = own.told(Message("0210", {3: "380000", 39: "00", 48: "short"}))
    with pytest.raises(UnreadableAnswerError, match="DE 48"):
        own.bills(told)


@pytest.mark.parametrize("name", ["iso93", "cuppos"])
def test_the_usual_requests_are_said_as_the_dialect_has_them(name):
    codec = load_codec(name)
    usual = Requests(codec.dialect, lambda: STAMP | {"transmission_time": "261122093000"}, SENDER)
    payment = usual.payment("SCHOOL01", [PaidBill("S-1", 100)], Tender.CASH)
    for request in (
        payment,
        usual.network(NetworkFunction.ECHO),
        usual.reversal(payment, ReversalReason.WRITE_OFF),
        usual.status(payment),
        usual.completing(payment),
    ):
        assert codec.decode(codec.encode(request)).mti == request.mti
    assert Answers(codec.dialect).meanings("nothing") == []
