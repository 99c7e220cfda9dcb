import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from offline_collect.wire.dialects.dialect import Sent
from offline_collect.wire.messages.message import Message
from offline_collect_terminal.errors import UnknownVariableError
from offline_collect_terminal.scenario.own_requests import own_templates
from offline_collect_terminal.scenario.variables import Named, Variables, shift
from offline_collect_terminal.wire.dialects import load_codec
from offline_collect_terminal.wire.spoken import named_original
from offline_collect_terminal.wire.stamps import STANS, Stamps
from tests.messages.golden import shipped
from tests.messages.own import golden

PAYMENT = Message("0200", {7: "1122093011", 11: "000008", 32: "12345678", 48: "0030013S2026-11-0001"})
ANSWER = Message("0210", {38: "A00001", 39: "00"})


@pytest.fixture
def variables():
    values = {"bill": "S1", "deep": "{bill}-{stan}", "day": "1122"}
    return Variables(shipped(), 2026, values, {"first": Named(PAYMENT, ANSWER), "asked": Named(PAYMENT)})


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("no placeholder", "no placeholder"),
        ("{bill} and {stan}", "S1 and 000009"),
        ("{deep}", "S1-000009"),
        ("[0-9]{8}, {1,3}", "[0-9]{8}, {1,3}"),
        ("{first.11}", "000008"),
        ("{first.48.0030}", "S2026-11-0001"),
        ("{first.mti}", "0200"),
        ("{first.answer.38}", "A00001"),
        ("{of.32}", "12345678"),
        ("{day-1d}", "1121"),
        ("{first.7+31s}", "1122093042"),
        ("{first.original}", "020000000811220930110001234567800000000000"),
    ],
)
def test_placeholders_are_filled_in(text, filled, variables):
    assert variables.expand(text, {"stan": "000009", "of": "first"}) == filled


def test_parts_of_private_data_with_a_layout_are_named_by_their_addresses():
    dialect = load_codec("ppob-postpaid").dialect
    lookup = own_templates(dialect)["lookup"]
    asked = golden("ppob-postpaid", "inquiry_request")
    told = golden("ppob-postpaid", "inquiry_answer")
    named = Named(asked, told, lookup.layouts, lookup.answer_layouts)
    variables = Variables(dialect, 2026, named={"found": named})
    assert variables.expand("{found.answer.48.reference}", {}) == "B2026-10-000777"
    assert variables.expand("{found.answer.48.bills[0].amount}", {}) == "00000061000"
    assert variables.expand("{found.48.subscriber}", {}) == asked.elements[48]
    with pytest.raises(UnknownVariableError, match="the 0210 has no part colour in DE 48"):
        variables.expand("{found.answer.48.colour}", {})


def test_a_messages_own_variables_come_before_the_scenarios(variables):
    assert variables.expand("{bill}", {"bill": "S2"}) == "S2"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{nothing}", "nothing has set a variable nothing"),
        ("{nobody.11}", "nothing has set a variable nobody.11"),
        ("{first}", "nothing has set a variable first"),
        ("{first.99}", "the 0200 has no 99"),
        ("{first.48.0099}", "no tag 0099 in DE 48"),
        ("{first.11.0099}", "no tag 0099 in DE 11"),
        ("{first.colour}", "the 0200 has no colour"),
        ("{asked.answer.38}", "asked has no answer yet"),
        ("{bill-1d}", "is not MMDD or MMDDhhmmss"),
        ("{loop}", "loop names itself"),
    ],
)
def test_what_cannot_be_filled_in_says_why(text, reason, variables):
    variables.values["loop"] = "{loop}"
    with pytest.raises(UnknownVariableError, match=reason):
        variables.expand(text, {})


@pytest.mark.parametrize(
    ("value", "by", "moved"),
    [
        ("0101", "-1d", "1231"),
        ("0301", "-1d", "0228"),
        ("1231235959", "+1s", "0101000000"),
        ("1122093000", "-2h", "1122073000"),
        ("1122093000", "+45m", "1122101500"),
    ],
)
def test_times_are_moved_over_the_borders_of_days_and_years(value, by, moved):
    assert shift(value, by, 2026) == moved


def test_original_data_have_room_for_institutions_of_any_length():
    message = Message("0220", {7: "1122093011", 11: "9", 32: "1", 33: "12345678901"})
    assert (
        named_original(message, shipped()) == "0220" + "000009" + "1122093011" + "00000000001" + "12345678901"
    )


def stamps(first, *, local=False):
    return Stamps(
        institution="12345678",
        terminal="TERM0001",
        timezone=ZoneInfo("Asia/Shanghai"),
        sent=Sent(local=local),
        clock=lambda: dt.datetime(2026, 12, 31, 17, 30, 11, tzinfo=dt.UTC),
        first=first,
    )


def test_a_terminal_stamps_its_messages_with_numbers_and_both_times():
    assert stamps(7).next() == {
        "institution": "12345678",
        "terminal": "TERM0001",
        "stan": "000008",
        "rrn": "700101000008",
        "transmission_time": "1231173011",
        "local_time": "013011",
        "local_date": "0101",
    }
    assert stamps(7, local=True).next()["transmission_time"] == "0101013011"


def test_stans_begin_again_at_one():
    counting = stamps(STANS - 2)
    assert [counting.next()["stan"] for _ in range(2)] == ["999999", "000001"]


@pytest.mark.parametrize(
    ("value", "by", "moved"),
    [("2026-11", "+1M", "2026-12"), ("2026-11", "+2M", "2027-01"), ("2026-01", "-2M", "2025-11")],
)
def test_a_period_moves_by_months(value, by, moved):
    assert shift(value, by, 2026) == moved


def test_only_a_period_moves_by_months():
    with pytest.raises(UnknownVariableError, match="is not YYYY-MM"):
        shift("1122", "-1M", 2026)
