"""Loads in dialects that differ from the platform's own: each request is composed by the dialect's rules."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from offline_collect.domain.codes import ResponseCode
from offline_collect.wire.messages.message import Message
from offline_collect.wire.messages.requests.reader import LinkTerms, RequestReader
from offline_collect_terminal.errors import LoadError
from offline_collect_terminal.load.bills import Bill, BillRange
from offline_collect_terminal.load.composed_requests import ComposedRequests, is_patchable
from offline_collect_terminal.load.loop import Load
from offline_collect_terminal.load.patched_frames import Digits, Sender, encode_bill
from offline_collect_terminal.load.settings import Kind, LoadSettings
from offline_collect_terminal.wire.dialects import load_codec
from tests.messages.golden import messages
from tests.simulators.peer import answer, serving

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = dt.datetime(2026, 11, 28, 7, 0, 45, tzinfo=dt.UTC)
MERCHANT = "M0000000000001"
DIFFERENT = ("iso93", "cuppos", "ppob-postpaid", "sulteng")
CURRENCIES = {"ppob-postpaid": "360", "sulteng": "360"}


def composed(name, kind, bill, **sender):
    codec = load_codec(name)
    currency = CURRENCIES.get(name, "156")
    requests = ComposedRequests(codec, SHANGHAI, lambda: NOW)
    return requests.request(kind, Sender("14", "LD000001", currency=currency, **sender), bill, 42)


def load(name, kind, bills, port=1):
    currency = CURRENCIES.get(name, "156")
    settings = LoadSettings(
        "127.0.0.1", port, kind, 2, 3, "14", "LD{:06d}", SHANGHAI, currency=currency, connect_s=0.1
    )
    return Load(settings, load_codec(name), bills, lambda *_: None)


def test_only_the_platforms_own_dialects_are_patched():
    assert is_patchable(load_codec("ascii").dialect)
    assert is_patchable(load_codec("bcd").dialect)
    assert not any(is_patchable(load_codec(name).dialect) for name in DIFFERENT)


@pytest.mark.parametrize("name", ["iso93", "cuppos", "ppob-postpaid", "sulteng", "jpos-iso87ascii"])
@pytest.mark.parametrize("kind", [Kind.LOOKUP, Kind.PAYMENT])
def test_the_platform_understands_what_is_composed(name, kind):
    dialect = load_codec(name).dialect
    message = composed(name, kind, Bill(MERCHANT, "535012345678", 6_400_000)).message
    reader = RequestReader(messages(), dialect, LinkTerms("fep-1", 10_000, SHANGHAI, frozenset({"14"})))
    command = reader.read(load_codec(name).decode(load_codec(name).encode(message)), NOW)
    assert type(command).__name__ == {Kind.LOOKUP: "Lookup", Kind.PAYMENT: "Payment"}[kind], command
    if kind is Kind.PAYMENT:
        assert (command.bill_no, command.amount_minor, command.merchant_id) == (
            "535012345678",
            6_400_000,
            MERCHANT,
        )


def test_a_lookup_may_be_by_what_is_typed():
    message = composed("iso93", Kind.LOOKUP, Bill("M", "C-1", 1), by_input=True).message
    assert message.elements[48] == "0021003C-1"


@pytest.mark.parametrize(
    ("name", "kind", "bill", "reason"),
    [
        (
            "ppob-postpaid",
            Kind.PAYMENT,
            Bill("OTHER", "1", 100),
            "dialect ppob-postpaid has no product of merchant OTHER",
        ),
        ("ppob-postpaid", Kind.PAYMENT, Bill(MERCHANT, "1", 150), "bill 1: an amount has more decimals"),
        (
            "ppob-postpaid",
            Kind.LOOKUP,
            Bill(MERCHANT, "B1", 100),
            "a lookup of bill B1 cannot be written in dialect ppob-postpaid: DE 48: subscriber digits only",
        ),
        ("iso93", Kind.PAYMENT, Bill("M" * 16, "1", 100), "cannot be written in dialect iso93: DE 42: "),
    ],
)
def test_what_a_dialect_cannot_say_is_told_in_one_sentence(name, kind, bill, reason):
    with pytest.raises(LoadError, match=reason):
        composed(name, kind, bill)


def test_a_load_that_cannot_be_written_ends_before_it_connects():
    with pytest.raises(LoadError, match="has no product of merchant OTHER"):
        load("ppob-postpaid", Kind.PAYMENT, iter([Bill("OTHER", "1", 100)]))


def test_a_load_without_bills_sends_nothing():
    assert load("iso93", Kind.PAYMENT, iter(())).tally.sent == 0


@pytest.mark.parametrize("name", DIFFERENT)
def test_each_bill_is_looked_up_and_then_paid(name):
    codec = load_codec(name)
    approved = codec.dialect.response_codes[ResponseCode.APPROVED]
    bills = BillRange(MERCHANT, "5350{:08d}", 6_400_000, 1, 100).bills()
    with serving(codec, lambda _, request: told(request, approved)) as peer:
        figures = load(name, Kind.MIXED, bills, peer.port).run()
    assert [kind.codes for kind in figures.kinds] == [{approved: 100}] * 2
    assert (figures.answered, figures.verified, figures.problems) == (200, 2, ())
    # Each connection has signed on.
    assert len(peer.requests) == 202


def told(request, code):
    """An answer that repeats all of its request."""
    return Message(answer(request).mti, dict(sorted({**request.elements, 39: code}.items())))


def test_an_answer_that_repeats_something_else_is_a_problem():
    codec = load_codec("iso93")

    def other(_, request):
        said = told(request, "000")
        said.elements[41] = said.elements.get(41) and "OTHER   "
        return Message(said.mti, {number: text for number, text in said.elements.items() if text})

    with serving(codec, other) as peer:
        figures = load("iso93", Kind.PAYMENT, BillRange("M", "B{}", 100, 1, 97).bills(), peer.port).run()
    assert figures.problems == ("an answer to a payment does not repeat DE 41 of its request",)


def test_a_bill_that_the_charset_lacks_is_named():
    dialect = load_codec("ppob-postpaid").dialect
    with pytest.raises(LoadError, match="bill 电1 has a character that latin-1 lacks"):
        encode_bill(Bill("M", "电1", 1), Digits(dialect), dialect.charset)
