"""The message set in dialects that say things in other elements, or not at all."""

import datetime as dt
from dataclasses import replace

import pytest

from offline_collect.domain.answers import Answer, Record
from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.commands import (
    Lookup,
    NetworkFunction,
    NetworkManagement,
    Payment,
    PaymentAdvice,
    Reversal,
    ReversalReason,
    Totals,
)
from offline_collect.wire.dialects.dialect import Sent
from offline_collect.wire.dialects.dialect_file import compile_dialect
from offline_collect.wire.errors import ContentError, EncodeError, SchemaError
from offline_collect.wire.frame.frames import FrameDecoder, encode_frame
from offline_collect.wire.layouts.pds import parse_pds
from offline_collect.wire.messages.amounts import Amounts, to_minor
from offline_collect.wire.messages.answers.cutover_notices import CutoverNotices
from offline_collect.wire.messages.identity import Moment
from offline_collect.wire.messages.message_set.routing import Router
from offline_collect.wire.messages.requests.conversions import ONE
from offline_collect.wire.messages.requests.scope import Scope
from offline_collect.wire.pretty import pretty
from tests.messages.golden import (
    NAMES,
    NOW,
    SHANGHAI,
    TODAY,
    bill,
    codec,
    dialect_values,
    golden,
    messages,
    reader,
    shipped,
    vectors,
    writer,
)

ALONE = ("12345678",)
PAID_AT = dt.datetime(2026, 11, 22, 9, 30, 11, tzinfo=dt.UTC)


def read(name, vector, **elements):
    message, _ = golden(vector, name)
    message.elements.update({int(number[1:]): value for number, value in elements.items()})
    return reader(shipped(name), ALONE).read(message, NOW)


@pytest.mark.parametrize("name", NAMES)
def test_the_platforms_own_dialects_have_the_message_set_as_it_is(name):
    bound = Router(messages(), shipped(name)).messages
    assert bound == messages()


@pytest.mark.parametrize("name", ["iso93", "cuppos"])
def test_requests_of_partners_become_commands(name):
    assert type(read(name, "lookup_request")) is Lookup
    echo, payment, reversal = (read(name, f"{each}_request") for each in ("echo", "payment", "reversal"))
    assert isinstance(echo, NetworkManagement)
    assert echo.function is NetworkFunction.ECHO
    assert isinstance(payment, Payment)
    assert (payment.institution, payment.currency, payment.amount_minor) == ("12345678", "156", 12345)
    assert payment.local_date == dt.date(2026, 11, 22)
    assert isinstance(reversal, Reversal)
    assert reversal.original_key == payment.key
    assert (reversal.original_institution, reversal.reason) == ("12345678", ReversalReason.NO_ANSWER)
    again = read(name, "payment_repeat")
    assert (again.key, again.fingerprint, again.repeat) == (payment.key, payment.fingerprint, True)


def test_the_time_with_its_year_is_in_the_key_of_iso93():
    payment = read("iso93", "payment_request")
    assert payment.sent_at == PAID_AT
    assert payment.key == "P|12345678|TERM0001|000003|261122173011"
    assert read("iso93", "payment_request", e12="261322173011").brief == "DE 12: no such date"


def test_without_time_the_batch_is_in_the_key_of_cuppos():
    payment = read("cuppos", "payment_request")
    assert payment.sent_at == NOW
    assert payment.key == "P|12345678|TERM0001|000003|22000001000"
    assert payment.trace is None


ANSWERS = {
    "echo": Answer(ResponseCode.APPROVED),
    "lookup": Answer(
        ResponseCode.APPROVED,
        values={"customer_no": "2026030117", "customer_name": "王*明", "open_count": 1},
        records=(bill(1),),
    ),
    "payment": Answer(
        ResponseCode.APPROVED,
        values={
            "approval_code": "A00001",
            "bill_no": "S2026-11-0001",
            "serial_number": "20261122000000000001",
            "posted_at": "2026-11-22T17:30:12+08:00",
            "receipt": "阳光小学 十一月餐费",
        },
    ),
    "reversal": Answer(
        ResponseCode.APPROVED,
        values={"serial_number": "20261122000000000002", "reversal_did": "APPLIED"},
    ),
}
REFUSED = Answer(ResponseCode.NOT_FOUND, brief="no such bill")


def answered(name, vector, answer):
    """The bytes of the answer to a golden request, in a frame."""
    (entry,) = [entry for entry in vectors(name) if entry["name"] == vector]
    (frame,) = FrameDecoder(shipped(name).frame).feed(bytes.fromhex(entry["frame"]))
    request = codec(name).decode(frame.message)
    response = writer(shipped(name)).write(request, answer, TODAY)
    header = shipped(name).frame.reply_header(frame.header)
    return encode_frame(shipped(name).frame, codec(name).encode(response, request), header)


def message_in(name, frame):
    return FrameDecoder(shipped(name).frame).feed(frame)[0].message


@pytest.mark.parametrize("name", ["iso93", "cuppos"])
@pytest.mark.parametrize("kind", ANSWERS)
def test_answers_to_partners_are_the_golden_bytes(name, kind):
    sent = answered(name, f"{kind}_request", ANSWERS[kind])
    _, expected = golden(f"{kind}_answer", name)
    assert message_in(name, sent) == expected


@pytest.mark.parametrize("name", ["iso93", "cuppos"])
def test_refusals_to_partners_are_the_golden_bytes(name):
    _, expected = golden("payment_refused", name)
    assert message_in(name, answered(name, "payment_request", REFUSED)) == expected


def test_a_reply_goes_where_the_request_came_from():
    sent = answered("cuppos", "echo_request", ANSWERS["echo"])
    assert sent[2:7].hex() == "6000010003"


def test_what_a_dialect_need_not_say_may_be_said():
    payment = read("cuppos", "payment_request", e12="173011", e13="1121", e49="392")
    assert (payment.local_date, payment.currency) == (dt.date(2026, 11, 21), "392")
    assert read("cuppos", "payment_request", e32="99").code is ResponseCode.NOT_PERMITTED


def test_a_currency_in_letters_is_its_number_and_unknown_ones_are_refused():
    assert read("iso93", "payment_request", e49="JPY").currency == "392"
    assert read("iso93", "payment_request", e49="XXX").brief == "DE 49: unknown currency"


def test_a_reversal_without_a_reason_has_the_dialects():
    message, _ = golden("reversal_request", "cuppos")
    del message.elements[39]
    assert reader(shipped("cuppos"), ALONE).read(message, NOW).reason is ReversalReason.NO_ANSWER
    assert read("cuppos", "reversal_request", e39="A0").reason is ReversalReason.ERROR
    assert read("iso93", "reversal_request", e25="4000").reason is ReversalReason.WRITE_OFF


def test_an_advice_of_the_same_elements_names_no_other_request():
    message, _ = golden("payment_request", "cuppos")
    advice = reader(shipped("cuppos"), ALONE).read(replace(message, mti="0220"), NOW)
    assert isinstance(advice, PaymentAdvice)
    assert advice.original_key is None


def test_a_network_message_may_have_several_mtis():
    message, _ = golden("echo_request", "iso93")
    for mti, answer in (("0800", "0810"), ("0804", "0814"), ("0820", "0830")):
        read_ = reader(shipped("iso93"), ALONE).read(replace(message, mti=mti), NOW)
        assert isinstance(read_, NetworkManagement)
        assert writer(shipped("iso93")).write(replace(message, mti=mti), ANSWERS["echo"], TODAY).mti == answer
    assert read("cuppos", "echo_request", e60="00000001399").code is ResponseCode.UNSUPPORTED


def test_a_link_with_several_institutions_needs_theirs_in_each_message():
    with pytest.raises(SchemaError) as caught:
        reader(shipped("cuppos"), ("1", "2"))
    assert str(caught.value) == (
        "link fep-1: institutions: must be one: messages of dialect cuppos need not name theirs"
    )


@pytest.mark.parametrize("name", NAMES)
def test_a_sign_on_need_not_name_the_links_only_institution(name):
    message, _ = golden("sign_on", name)
    del message.elements[32]
    assert reader(shipped(name), ALONE).read(message, NOW).institution == "12345678"
    assert reader(shipped(name), ("12345678", "2")).read(message, NOW).brief == "DE 32: missing"


def test_account_digits_in_the_processing_code_are_any():
    dialect = compile_dialect(dialect_values() | {"processing_codes": {"PAYMENT": "50...."}}, "x.yaml")
    message, _ = golden("payment")
    message.elements[3] = "501020"
    assert isinstance(reader(dialect).read(message, NOW), Payment)
    message.elements[3] = "511020"
    assert reader(dialect).read(message, NOW).code is ResponseCode.UNSUPPORTED


def test_an_element_with_other_content_is_not_the_message_sets():
    values = dialect_values()
    values["elements"][66] = "ans...204 Something else"
    assert Router(messages(), compile_dialect(values, "x.yaml")).missing == ("totals", "totals-advice")


def test_a_business_date_may_have_its_year():
    values = dialect_values()
    values["elements"][15] = "n6 Date, settlement"
    message, _ = golden("totals")
    dialect = compile_dialect(values, "x.yaml")
    message.elements[15] = "261121"
    totals = reader(dialect).read(message, NOW)
    assert isinstance(totals, Totals)
    assert str(totals.business_date) == "2026-11-21"
    message.elements[15] = "261321"
    assert reader(dialect).read(message, NOW).brief == "DE 15: no such date"


@pytest.mark.parametrize(
    ("name", "mti", "elements"),
    [
        ("ascii", "0800", {7: "1122093012", 11: "000007", 15: "1123", 70: "201"}),
        ("iso93", "0804", {11: "000007", 12: "261122173012", 15: "261123", 24: "821"}),
        ("cuppos", "0800", {11: "000007", 15: "1123", 60: "00000000201"}),
    ],
)
def test_a_cutover_notice_is_in_the_dialects_elements(name, mti, elements):
    notice = CutoverNotices(shipped(name), SHANGHAI).notice(TODAY.replace(day=23), "000007", NOW)
    assert (notice.mti, notice.elements) == (mti, elements)
    assert CutoverNotices(shipped(name), SHANGHAI).missing == ()
    assert codec(name).decode(codec(name).encode(notice)) == notice


def test_records_are_where_the_dialect_has_them():
    dialect = shipped("moov-spec87ascii")
    message, _ = golden("lookup_by_bill")
    bills = tuple(Record({"bill_no": f"B{nth}"}, payable_minor=nth) for nth in range(8))
    response = writer(dialect).write(message, Answer(ResponseCode.APPROVED, records=bills), TODAY)
    assert {57: "0030002B0", 62: "0030002B5"}.items() <= response.elements.items()
    assert max(response.elements) == 62
    payment, _ = golden("payment")
    payment.elements[48] = "0061004CASH0062005KIOSK"
    payment.elements |= {57: "0030002B100590045000", 58: "0030002B200590046000", 4: "11000".zfill(12)}
    command = reader(dialect).read(payment, NOW)
    assert [line.bill_no for line in command.lines] == ["B1", "B2"]
    assert ("  0030", "B1") in [
        (line[:6], line.split()[-1]) for line in pretty("0200", payment.elements, dialect).splitlines()
    ]


def test_a_cutover_notice_needs_no_date_of_the_standards_width():
    values = dialect_values()
    del values["elements"][15]
    dialect = compile_dialect(values | {"always": {39: "response_code"}}, "x.yaml")
    notices = CutoverNotices(dialect, SHANGHAI)
    assert notices.notice(TODAY, "000007", NOW).elements[15] == "1122"
    assert notices.missing == (15,)


def test_a_cutover_notice_has_no_time_where_no_element_says_it():
    dialect = replace(shipped(), sent=Sent(0))
    notices = CutoverNotices(dialect, SHANGHAI)
    assert notices.missing == ()
    assert notices.notice(TODAY, "000007", NOW).elements == {11: "000007", 15: "1122", 70: "201"}


BAD = [
    ({"records": [120, 121]}, "records: must be 6 elements, in place of 120 to 125"),
    (
        {"records": [120, 121, 122, 123, 124, 2]},
        "records[5]: element 2 must be a text element of this dialect",
    ),
    ({"records": [120, 121, 122, 123, 124, 65]}, "records[5]: element 65 must be a text element"),
    ({"optional": [42]}, "optional[0]: must be one of 12, 13, 32, 37, 39, 49"),
    ({"optional": [49]}, "amounts.currency: without element 49 it must say which currency it is"),
    ({"optional": [39]}, "reversal_reasons.default: without element 39 it must say why"),
    ({"simulator": {1: "x"}}, "simulator.1: the key must be an element's number"),
    ({"network_codes": {"in": 65}}, "network_codes.in: element 65 is not one of this dialect"),
    ({"network_codes": {"in": 48, "ECHO": "x"}}, "network_codes.ECHO: must be at most 999 digits"),
    ({"network_codes": {"ECHO": "..1"}}, "network_codes.ECHO: '001' already means SIGN_ON"),
    ({"network_mtis": ["800"]}, "network_mtis: must be an MTI: 4 digits, quoted"),
    ({"reversal_reasons": {"default": "BORED"}}, "reversal_reasons.default: must be one of WRITE_OFF"),
    ({"reversal_reasons": {"ERROR": ["06", "A"]}}, "reversal_reasons.ERROR[1]: must be 2 letters or digits"),
    ({"reversal_reasons": {"ERROR": ["06", 7]}}, "reversal_reasons.ERROR[1]: must be 2 letters or digits"),
    ({"processing_codes": {"PAYMENT": "3....."}}, "PAYMENT_STATUS: '3.....' already means PAYMENT"),
]


@pytest.mark.parametrize(("more", "reason"), BAD)
def test_rules_that_cannot_work_are_refused_with_their_place(more, reason):
    with pytest.raises(SchemaError) as caught:
        compile_dialect(dialect_values() | more, "x.yaml")
    assert reason in str(caught.value)


def test_the_simulator_says_nothing_in_elements_that_are_not_there():
    values = dialect_values()
    del values["elements"][60]
    with pytest.raises(SchemaError, match="element 60 is not one of this dialect"):
        compile_dialect(values | {"simulator": {60: "22"}}, "x.yaml")


def test_of_several_codes_for_a_reason_the_first_is_sent():
    assert shipped("iso93").reason_codes[ReversalReason.NO_ANSWER] == "4021"
    assert shipped("cuppos").reason_codes[ReversalReason.ERROR] == "06"


def test_amounts_in_a_currency_in_letters_have_its_decimals():
    assert to_minor(Amounts(0), 5, {49: "JPY"}) == 5
    assert to_minor(Amounts(0), 5, {49: "CNY"}) == 500


def test_a_network_code_of_another_dialect_is_refused():
    scope = Scope({}, {}, Moment(NOW, NOW, SHANGHAI, dt.UTC), shipped(), {"301": NetworkFunction.ECHO})
    with pytest.raises(ContentError, match="unknown"):
        ONE["network_function"]("831", scope)


def narrow():
    """A dialect whose private data are in Latin-1."""
    values = dialect_values()
    values["elements"][48] = {"is": "text...999 Private data", "encoding": "latin-1"}
    return compile_dialect(values, "x.yaml")


def test_a_text_for_people_has_question_marks_for_what_its_element_cannot_say():
    message, _ = golden("payment")
    response = writer(narrow()).write(message, ANSWERS["payment"], TODAY)
    assert parse_pds(response.elements[48], "latin-1")["0072"] == "???? ?????"


def test_any_other_value_that_its_element_cannot_say_is_refused():
    message, _ = golden("payment")
    with pytest.raises(EncodeError, match="DE 48: tag 0030 has a character that latin-1 lacks"):
        writer(narrow()).write(message, Answer(ResponseCode.APPROVED, values={"bill_no": "十一"}), TODAY)
