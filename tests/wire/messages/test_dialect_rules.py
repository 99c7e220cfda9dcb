"""What a dialect says about times, amounts, originals, products and responses, on golden messages."""

import datetime as dt
from dataclasses import replace

import pytest

from offline_collect.domain.answers import Answer
from offline_collect.domain.codes import ResponseCode
from offline_collect.wire.dialects.dialect import Sent
from offline_collect.wire.elements.codec import Codec
from offline_collect.wire.errors import ContentError, EncodeError
from offline_collect.wire.messages.amounts import Amounts, on_wire, to_minor
from offline_collect.wire.messages.identity import Moment
from offline_collect.wire.messages.requests.conversions import ONE
from offline_collect.wire.messages.requests.originals import NamedOriginal, OriginalRow, read_original
from offline_collect.wire.messages.requests.scope import Scope
from offline_collect.wire.pretty import pretty_message
from tests.messages.golden import NOW, SHANGHAI, golden, page, reader, respond, shipped

WITH_YEAR = Sent(12, local=True, form="YYMMDDhhmmss")
WHOLE = replace(shipped(), amounts=Amounts(0))
FINE = replace(shipped(), amounts=Amounts(3))


def read(vector, dialect, **elements):
    message, _ = golden(vector)
    message.elements.update({int(name[1:]): value for name, value in elements.items()})
    return reader(dialect).read(message, NOW)


def test_a_time_with_its_year_is_taken_as_it_is():
    dialect = replace(shipped(), sent=WITH_YEAR, identity=(32, 41, 11, 12))
    payment = read("lookup_by_inputs", dialect, e12="261122173010")
    assert payment.sent_at == dt.datetime(2026, 11, 22, 9, 30, 10, tzinfo=dt.UTC)
    assert read("lookup_by_inputs", dialect, e12="251122173010").brief == "DE 12: over 30 days off"
    assert read("lookup_by_inputs", dialect, e12="261322173010").brief == "DE 12: no such date"


def test_an_element_that_says_when_it_was_sent_must_be_there():
    assert read("lookup_by_inputs", replace(shipped(), sent=WITH_YEAR)).brief == "DE 12: missing"


def test_without_such_an_element_a_message_was_sent_when_it_came():
    assert read("lookup_by_inputs", replace(shipped(), sent=Sent(0))).sent_at == NOW


def test_amounts_without_decimals_are_minor_units_all_the_same():
    assert read("payment", WHOLE, e4="000000000123").amount_minor == 12300
    assert read("payment", WHOLE, e4="000000000123", e49="392").amount_minor == 123
    assert read("payment", FINE, e4="000000123450").amount_minor == 12345
    assert read("payment", FINE, e4="000000123455").brief == "DE 4: less than a minor unit"


def test_amounts_of_an_answer_are_written_likewise():
    answer = page(1)
    record = replace(
        answer.records[0], values={**answer.records[0].values, "total_payable": 12300, "principal": 12300}
    )
    answer = replace(answer, records=(replace(record, payable_minor=12300),))
    assert respond("lookup_by_inputs", answer, WHOLE).elements[4] == "000000000123"
    assert respond("lookup_by_inputs", answer, FINE).elements[4] == "000000123000"
    with pytest.raises(EncodeError, match="more decimals than the dialect writes"):
        respond("lookup_by_inputs", page(1), WHOLE)


def test_amounts_of_several_bills_and_the_payers_fee_have_the_dialects_decimals():
    message, _ = golden("payment_of_two")
    message.elements[48] += "0065003600"
    payment = reader(WHOLE).read(message, NOW)
    assert [line.amount_minor for line in payment.lines] == [1_234_500, 1_000_000]
    assert (payment.amount_minor, payment.payer_fee_minor) == (2_234_500, 60_000)
    refused = reader(FINE).read(message, NOW)
    assert refused.brief == "DE 120: tag 0059 less than a minor unit"
    answer = Answer(ResponseCode.WRONG_AMOUNT, None, "x", "x", {"payer_fee": 300, "payable_step": 100})
    assert on_wire(Amounts(0), answer, {}).values == {"payer_fee": 3, "payable_step": 1}


def test_a_currency_of_the_dialect_counts_where_a_message_names_none():
    assert to_minor(Amounts(0, "392"), 5, {}) == 5
    assert to_minor(Amounts(0), 5, {}) == 500
    assert to_minor(Amounts(), 5, {}) == 5
    answer = Answer(ResponseCode.APPROVED, values={"net_minor": -500, "settlement_code": "1"})
    assert on_wire(Amounts(0), answer, {}).values == {"net_minor": -5, "settlement_code": "1"}
    assert on_wire(Amounts(), answer, {}) is answer


def test_figures_and_net_amount_have_the_dialects_decimals():
    totals = read("totals", WHOLE)
    before = read("totals", None)
    assert totals.figures.credits_minor == before.figures.credits_minor * 100
    assert totals.figures.credits == before.figures.credits
    assert totals.net_minor == before.net_minor * 100


ISO93 = NamedOriginal(
    56, (OriginalRow(None, 4), OriginalRow(11, 6), OriginalRow(12, 12), OriginalRow(32, 11, 2))
)


def test_an_original_is_named_in_rows_of_any_width():
    original = read_original(
        ISO93, "1200000009261122093011" + "0800012345", {41: "TERM0001", 7: "1", 11: "2"}
    )
    assert original.elements == {41: "TERM0001", 11: "000009", 12: "261122093011", 32: "12345"}
    assert (original.institution, original.date_time) == ("12345", "261122093011")


@pytest.mark.parametrize(
    "content",
    ["1200", "12000000092611220930110x", "1200000009261122093011" + "99", "1200000009261122093011" + "081"],
)
def test_an_original_that_cannot_be_read_is_refused(content):
    with pytest.raises(ContentError):
        read_original(ISO93, content, {})


def test_an_original_may_be_named_by_what_both_messages_have():
    same = NamedOriginal(0, (OriginalRow(11, 0), OriginalRow(41, 0), OriginalRow(60, 0)))
    original = read_original(same, "", {11: "000009", 41: "TERM0001", 7: "1122093011", 32: "0012345"})
    assert original.elements == {11: "000009", 41: "TERM0001", 32: "12345"}
    assert (original.institution, original.date_time) == ("12345", "")
    assert read_original(same, "", {}).elements == {}


def test_the_age_of_an_original_that_says_no_time_is_not_known():
    scope = Scope({11: "000009"}, {}, Moment(NOW, NOW, SHANGHAI, dt.UTC), shipped(), {})
    scope.dialect = replace(shipped(), original=NamedOriginal(0, (OriginalRow(11, 0),)))
    assert ONE["original_sent_at"]("000009", scope) == NOW
    scope.dialect = replace(shipped(), original=ISO93)
    assert ONE["original_sent_at"]("1200000009261122093011" + "0800012345", scope) == NOW.replace(second=11)


def test_a_product_is_one_of_our_merchants():
    scope = Scope(
        {}, {}, Moment(NOW, NOW, SHANGHAI, dt.UTC), replace(shipped(), products={"053501": "PLN"}), {}
    )
    assert ONE["product"]("053501", scope) == "PLN"
    with pytest.raises(ContentError, match="unknown product"):
        ONE["product"]("053502", scope)


def test_a_dialect_says_what_responses_carry():
    dialect = replace(shipped(), always={39: "response_code"}, decline={44: "brief"})
    declined = respond("payment", Answer(ResponseCode.TOO_LATE, brief="too late"), dialect).elements
    assert (declined[39], declined[44]) == ("68", "too late")
    assert declined.keys().isdisjoint({15, 63})


def test_a_reason_that_an_element_cannot_say_is_said_in_ascii():
    ans = replace(shipped().elements[44], kind=shipped().elements[41].kind)
    dialect = replace(shipped(), elements={**shipped().elements, 44: ans})
    answer = Answer(ResponseCode.UNKNOWN_CUSTOMER, brief="学号 missing")
    assert respond("payment", answer, dialect).elements[44] == "?? missing"


def test_the_settlement_date_is_as_wide_as_its_element():
    wide = replace(shipped().elements[15], length=6)
    dialect = replace(shipped(), elements={**shipped().elements, 15: wide})
    assert respond("payment", Answer(ResponseCode.APPROVED), dialect).elements[15] == "261122"


def test_mtis_of_another_version_are_the_same_messages():
    dialect = replace(shipped(), version=1)
    message, raw = golden("payment")
    assert Codec(dialect).encode(message) == b"1" + raw[1:]
    assert Codec(dialect).decode(b"1" + raw[1:]) == message
    assert Codec(dialect).decode(raw).mti == "1200"
    assert pretty_message(message, dialect).startswith("1200\n")
