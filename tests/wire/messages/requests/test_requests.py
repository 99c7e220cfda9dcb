"""Requests: from messages to commands, and the answers to invalid messages."""

import datetime as dt

import pytest

from offline_collect.domain.answers import Answer
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.commands import (
    Channel,
    Directory,
    FormDownload,
    Lookup,
    NetworkFunction,
    NetworkManagement,
    Payment,
    PaymentAdvice,
    Reversal,
    ReversalReason,
    Status,
    Tender,
    Totals,
    TotalsFigures,
)
from offline_collect.wire.layouts.pds import build_pds, parse_pds
from offline_collect.wire.messages.identity import trace
from offline_collect.wire.messages.message import Message
from offline_collect.wire.messages.requests.reader import JOURNAL_MAX
from tests.messages.golden import NAMES, NOW, golden, reader, shipped

SENT = dt.datetime(2026, 11, 22, 9, 30, 11, tzinfo=dt.UTC)
SENDER = {
    "link": "fep-1",
    "institution": "12345678",
    "terminal": "TERM0001",
    "sent_at": SENT,
    "received_at": NOW,
    "allowed_ms": 10_000,
}
ORIGINAL = "P|12345678|TERM0001|000008|20261122093011"


def read(message, now=NOW):
    return reader().read(message, now)


def spoiled(vector, **elements):
    """A golden message with some elements replaced (`e4="..."`), or removed (None)."""
    message, _ = golden(vector)
    for name, value in elements.items():
        if value is None:
            del message.elements[int(name[1:])]
        else:
            message.elements[int(name[1:])] = value
    return message


def tagged(vector, **tags):
    """A golden message with some tags of DE 48 replaced (`t0030="..."`), or removed (None)."""
    message, _ = golden(vector)
    values = parse_pds(message.elements[48], "utf-8") | {name[1:]: value for name, value in tags.items()}
    message.elements[48] = build_pds([(tag, value) for tag, value in values.items() if value], "utf-8")
    return message


def refusal(message):
    answer = read(message)
    assert isinstance(answer, Answer)
    return answer.code, answer.brief


def test_a_payment_is_read_whole():
    message, _ = golden("payment")
    says = "500000|000000012345|SCHOOL01|156|S2026-11-0001"
    assert read(message) == Payment(
        **SENDER,
        stan="000008",
        key=ORIGINAL,
        trace="P|12345678|TERM0001|000008|632609300008",
        fingerprint=says,
        repeat=False,
        rrn="632609300008",
        journal=(
            "0200 3=500000 4=000000012345 7=1122093011 11=000008 12=093011 13=1122 32=12345678"
            " 37=632609300008 41=TERM0001 42=SCHOOL01       "
            " 48=[0030=S2026-11-0001 0060=T001 0061=CASH 0062=TELLER] 49=156"
        ),
        merchant_id="SCHOOL01",
        bill_no="S2026-11-0001",
        amount_minor=12345,
        currency="156",
        tender=Tender.CASH,
        channel=Channel.TELLER,
        teller="T001",
        local_date=dt.date(2026, 11, 22),
    )


def test_a_repeat_says_so_and_is_the_same_transaction():
    payment, repeat = read(golden("payment")[0]), read(golden("payment_repeat")[0])
    assert repeat.repeat
    assert (repeat.key, repeat.trace, repeat.fingerprint) == (
        payment.key,
        payment.trace,
        payment.fingerprint,
    )


def traced(name, **elements):
    """Return the trace of a golden message with other elements; None takes one out."""
    message, _ = golden(name)
    for number, content in elements.items():
        message.elements.pop(int(number[1:]))
        if content is not None:
            message.elements[int(number[1:])] = content
    return trace("P" if name.startswith("payment") else "R", message.elements)


def test_a_blank_rrn_counts_as_none_and_local_time_takes_its_place():
    by_time = "P|12345678|TERM0001|000008|1122|093011"
    assert traced("payment", _37=" " * 12) == by_time
    assert traced("payment", _37=None) == by_time


def test_without_rrn_and_local_time_there_is_no_trace():
    assert traced("payment", _37=None, _12=None) is None
    assert traced("payment", _37=None, _13=None) is None


def test_a_reversal_has_no_trace():
    assert traced("reversal_advice") is None
    assert read(golden("reversal_advice")[0]).trace is None


def test_an_advice_without_an_original_completes_nothing():
    advice = read(golden("payment_advice")[0])
    assert type(advice) is PaymentAdvice
    assert (advice.original_key, advice.original_institution, advice.teller) == (None, None, None)
    assert "2=622588******1234" in advice.journal


def test_an_advice_names_the_request_that_it_completes():
    original = "020000000811220930110001234567800000000000"
    advice = read(spoiled("payment_advice", e90=original))
    assert (advice.original_key, advice.original_institution) == (ORIGINAL, "12345678")


def test_an_original_of_zeros_is_none():
    advice = read(spoiled("payment_advice", e90="0" * 42))
    assert (advice.original_key, advice.original_institution) == (None, None)


@pytest.mark.parametrize(
    ("vector", "advice", "reason"),
    [
        ("reversal_write_off", False, ReversalReason.WRITE_OFF),
        ("reversal_advice", True, ReversalReason.NO_ANSWER),
    ],
)
def test_a_reversal_names_its_original(vector, advice, reason):
    message, _ = golden(vector)
    reversal = read(message)
    assert type(reversal) is Reversal
    assert (reversal.advice, reversal.reason) == (advice, reason)
    assert reversal.key == f"R|12345678|TERM0001|{message.elements[11]}|20261122093011"
    assert reversal.original_key.startswith("P|12345678|TERM0001|00000")
    assert reversal.original_institution == "12345678"
    assert (reversal.amount_minor, reversal.currency, reversal.rrn) == (12345, "156", None)
    assert reversal.fingerprint == f"000000012345|{reason}|SCHOOL01|{message.elements[90]}"


@pytest.mark.parametrize("named", ["00012345678", "00000000000", "12345678000"])
@pytest.mark.parametrize("own", ["12345678", "00012345678"])
@pytest.mark.parametrize("vector", ["reversal_advice", "payment_status"])
def test_an_original_of_ones_own_is_named_right_or_left_justified_or_with_zeros(vector, own, named):
    elements = {**golden(vector)[0].elements, 32: own}
    elements[90] = elements[90][:20] + named + elements[90][31:]
    command = read(Message(golden(vector)[0].mti, elements))
    assert command.original_institution == "12345678"
    assert command.original_key.startswith("P|12345678|TERM0001|")


def test_an_original_of_another_institution_stays_of_that_one():
    message, _ = golden("reversal_advice")
    message.elements[90] = message.elements[90][:20] + "00087654321" + message.elements[90][31:]
    assert read(message).original_institution == "87654321"


def test_a_reversal_may_leave_the_currency_out():
    assert read(spoiled("reversal_advice", e49=None)).currency is None


def test_a_status_asks_for_a_payment():
    message, _ = golden("payment_status")
    assert read(message) == Status(
        **SENDER,
        stan="000012",
        original_key=ORIGINAL,
        original_institution="12345678",
        original_sent_at=SENT,
        journal=(
            "0100 3=360000 7=1122093011 11=000012 32=12345678 41=TERM0001"
            " 90=020000000811220930110001234567800000000000"
        ),
    )


def test_a_lookup_has_its_inputs_in_order():
    assert read(golden("lookup_chinese_input")[0]) == Lookup(
        **SENDER,
        stan="000006",
        merchant_id="ESTATE01",
        inputs=("3幢-2单元-501", "王小明", None, None, None),
    )


def test_a_lookup_by_bill_with_version_and_cursor():
    lookup = read(tagged("lookup_by_bill", t0001="12", t0040="20261130S2026-11-0002"))
    assert (lookup.bill_no, lookup.form_version, lookup.cursor) == (
        "W202611000042",
        12,
        "20261130S2026-11-0002",
    )
    assert lookup.inputs == (None,) * 5


def test_forms_and_directories_are_asked_for():
    assert read(golden("form_download")[0]) == FormDownload(**SENDER, stan="000004", merchant_id="SCHOOL01")
    assert read(golden("merchant_directory")[0]) == Directory(**SENDER, stan="000003")
    page = read(spoiled("merchant_directory", e48="0040008SCHOOL01"))
    assert page.cursor == "SCHOOL01"


def test_totals_bring_the_other_side_s_figures():
    totals = read(golden("totals")[0])
    assert totals == Totals(
        link="fep-1",
        institution="12345678",
        terminal=None,
        stan="000013",
        sent_at=dt.datetime(2026, 11, 22, 23, 35, tzinfo=dt.UTC),
        received_at=NOW,
        allowed_ms=10_000,
        business_date=BusinessDate(2026, 11, 22),
        currency="156",
        figures=TotalsFigures(2, 1, 0, 0, 24690, 12345, 0, 0),
        net_minor=12345,
    )
    assert read(spoiled("totals", e97="D0000000000000005")).net_minor == -5


def test_network_management_names_its_function():
    sign_on, echo = read(golden("sign_on")[0]), read(golden("echo_test")[0])
    assert (type(sign_on), sign_on.function) == (NetworkManagement, NetworkFunction.SIGN_ON)
    assert (echo.function, echo.institution) == (NetworkFunction.ECHO, None)


@pytest.mark.parametrize("name", NAMES)
def test_both_dialects_make_the_same_command(name):
    message, _ = golden("lookup_chinese_input", name)
    command = reader(shipped(name)).read(message, NOW)
    assert command.inputs[:2] == ("3幢-2单元-501", "王小明")


def test_the_journal_is_bounded():
    tags = "".join(f"{tag}001x" for tag in range(1000, 1115))
    assert len(read(spoiled("payment_status", e48=tags)).journal) == JOURNAL_MAX


FORMAT = ResponseCode.FORMAT_ERROR


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (Message("0300", {7: "1122093011"}), (ResponseCode.UNSUPPORTED, "MTI not supported")),
        (Message("0200", {}), (FORMAT, "DE 3: missing")),
        (Message("0800", {}), (FORMAT, "DE 70: missing")),
        (spoiled("payment", e3="400000"), (ResponseCode.UNSUPPORTED, "DE 3: not supported")),
        (spoiled("sign_on", e70="201"), (ResponseCode.UNSUPPORTED, "DE 70: not supported")),
        (spoiled("payment", e32="87654321"), (ResponseCode.NOT_PERMITTED, "institution not permitted")),
        (spoiled("payment", e32="00"), (ResponseCode.NOT_PERMITTED, "institution not permitted")),
        (spoiled("echo_test", e32="87654321"), (ResponseCode.NOT_PERMITTED, "institution not permitted")),
        (spoiled("payment", e32=None), (FORMAT, "DE 32: missing")),
        (spoiled("payment", e42=None, e13=None), (FORMAT, "DE 13: missing")),
        (spoiled("payment", e48=None), (FORMAT, "DE 48: missing")),
        (spoiled("payment", e48="0030013S2026"), (FORMAT, "DE 48: tag 0030 truncated")),
        (spoiled("merchant_directory", e48="x"), (FORMAT, "DE 48: tag not 4 digits")),
        (tagged("payment", t0030=None), (FORMAT, "DE 48: tag 0030 missing")),
        (tagged("payment", t0060=None), (FORMAT, "DE 48: tag 0060 missing")),
        (tagged("payment", t0030="B" * 33), (FORMAT, "DE 48: tag 0030 too long")),
        (tagged("payment", t0030="账单"), (FORMAT, "DE 48: tag 0030 not printable ASCII")),
        (tagged("payment", t0030="  "), (FORMAT, "DE 48: tag 0030 not printable ASCII")),
        (tagged("payment", t0060="T" * 33), (FORMAT, "DE 48: tag 0060 too long")),
        (tagged("payment", t0061="BATCH"), (FORMAT, "DE 48: tag 0061 unknown")),
        (tagged("payment", t0061="OUTSIDE"), (FORMAT, "DE 48: tag 0061 unknown")),
        (tagged("payment", t0062="PHONE"), (FORMAT, "DE 48: tag 0062 unknown")),
        (spoiled("payment", e4="000000000000"), (FORMAT, "DE 4: must be over 0")),
        (spoiled("payment", e49="999"), (FORMAT, "DE 49: unknown currency")),
        (spoiled("payment", e41="        "), (FORMAT, "DE 41: blank")),
        (spoiled("payment", e42=" " * 15), (FORMAT, "DE 42: blank")),
        (spoiled("payment", e12="246060"), (FORMAT, "DE 12: no such time")),
        (spoiled("payment", e13="0230"), (FORMAT, "DE 13: no such date")),
        (spoiled("payment", e7="0230093011"), (FORMAT, "DE 7: no such date")),
        (spoiled("payment", e7="1122256011"), (FORMAT, "DE 7: no such date")),
        (spoiled("payment", e7="1023093011"), (FORMAT, "DE 7: over 30 days off")),
        (spoiled("payment", e7="1223093011"), (FORMAT, "DE 7: over 30 days off")),
        (spoiled("reversal_advice", e39="99"), (FORMAT, "DE 39: unknown")),
        (spoiled("reversal_advice", e90="0" * 42), (FORMAT, "DE 90: no such date")),
        (spoiled("payment_status", e90="0" * 42), (FORMAT, "DE 90: no such date")),
        (spoiled("totals", e15="1340"), (FORMAT, "DE 15: no such date")),
        (spoiled("totals", e50="999"), (FORMAT, "DE 50: unknown currency")),
        (spoiled("lookup_by_inputs", e48="0001001x"), (FORMAT, "DE 48: tag 0021 missing")),
        (tagged("lookup_by_inputs", t0001="x"), (FORMAT, "DE 48: tag 0001 digits only")),
        (tagged("lookup_by_inputs", t0001="²"), (FORMAT, "DE 48: tag 0001 digits only")),
        (tagged("lookup_by_inputs", t0001="1" * 10), (FORMAT, "DE 48: tag 0001 too long")),
        (tagged("lookup_by_inputs", t0040="x"), (FORMAT, "DE 48: tag 0040 no cursor of ours")),
        (tagged("lookup_by_inputs", t0040="20261130"), (FORMAT, "DE 48: tag 0040 no cursor of ours")),
        (tagged("lookup_by_inputs", t0040="20261340B1"), (FORMAT, "DE 48: tag 0040 no cursor of ours")),
        (tagged("lookup_by_inputs", t0040="2" * 49), (FORMAT, "DE 48: tag 0040 too long")),
    ],
)
def test_a_message_that_makes_no_sense_is_answered_with_its_place(message, expected):
    assert refusal(message) == expected


def test_the_institution_is_looked_at_before_the_format():
    assert refusal(spoiled("payment", e32="87654321", e4=None))[0] is ResponseCode.NOT_PERMITTED


def test_an_institution_may_have_leading_zeros():
    payment = read(spoiled("payment", e32="00012345678"))
    assert payment.institution == "12345678"
    assert payment.key == ORIGINAL


def test_a_kiosk_needs_no_teller():
    assert read(tagged("payment", t0060=None, t0062="KIOSK")).teller is None


def test_the_reason_says_more_than_the_brief():
    answer = read(spoiled("payment", e7="1023093011"))
    assert answer.reason == "DE 7: more than 30 days off the platform's clock"
    assert read(spoiled("payment", e3="400000")).reason == "DE 3: 400000 is not supported with MTI 0200"


def test_30_days_are_not_too_many():
    assert type(read(spoiled("payment", e7="1023093013"))) is Payment
