"""Plans of requests and the general way give the same command, on every dialect with golden messages."""

import datetime as dt
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline_collect.domain.answers import Answer
from offline_collect.wire.dialects.dialect_file import compile_dialect
from offline_collect.wire.errors import DecodeError, EncodeError
from offline_collect.wire.layouts.pds import build_pds, parse_pds
from offline_collect.wire.messages.message import Message
from offline_collect.wire.messages.message_set.file import compile_messages
from offline_collect.wire.messages.message_set.types import is_answer
from offline_collect.wire.messages.requests.plan import plannable
from offline_collect.wire.messages.requests.reader import LinkTerms, RequestReader
from offline_collect.wire.messages.requests.times import KEPT_MAX, RequestTimes, keep
from tests.messages.golden import (
    NOW,
    SHANGHAI,
    VECTORS,
    changed,
    codec,
    dialect_values,
    golden,
    message_values,
    messages,
    shipped,
    vectors,
)

KATHMANDU = dt.timezone(dt.timedelta(hours=5, minutes=45))
MORE = {
    "jpos-iso87ascii": "ascii",
    "jpos-iso87binary": "ascii",
    "moov-spec87ascii": "ascii",
    "cups128": "ascii",
    "base24": "ascii",
}
"""Dialects without golden messages, and those whose requests are tried on them."""

VALUES = st.one_of(
    st.text("0123456789", min_size=1, max_size=14),
    st.sampled_from(
        ["4111111111111111", "1122093011", "0230", "0000", "000000000000", " ", "x|y", "100%", "CASH"]
    ),
    st.text(min_size=1, max_size=40),
)
MINUTES = st.sampled_from([0, 1, 14, 15, 44, 60 * 24 * 14, -60 * 24 * 29, 60 * 24 * 31, 60 * 24 * 200])


def made(name, zone=SHANGHAI, **changes):
    """Two readers, of which the second one has no plans."""
    dialect = compile_dialect(dialect_values(name) | changes, f"{name}.yaml") if changes else shipped(name)
    institutions = {"12345678"} if 32 in dialect.optional else {"12345678", "1234567"}
    terms = LinkTerms("fep-1", 10_000, zone, frozenset(institutions))
    planned, general = (RequestReader(messages(), dialect, terms) for _ in range(2))
    general._usual = {}
    return planned, general


readers = cache(made)


@cache
def requests(name):
    source = MORE.get(name, name)
    entries = [entry for entry in vectors(source) if not is_answer(entry["mti"])]
    found = [golden(entry["name"], source)[0] for entry in entries]
    return [message for message in found if carried(name, message) is not None]


@st.composite
def spoiled(draw, name):
    """A golden request in which nothing, or a few elements and tags, are others, missing or in another order."""
    message = draw(st.sampled_from(requests(name)))
    elements = dict(message.elements)
    for _ in range(draw(st.integers(0, 2))):
        number = draw(st.sampled_from([*elements, 37, 49, 90, 120]))
        value = draw(st.none() | VALUES)
        if value is None:
            elements.pop(number, None)
        else:
            elements[number] = value
    if 48 in elements and draw(st.booleans()):
        elements[48] = draw(tags_of(elements[48]))
    return carried(name, Message(message.mti, elements)) or carried(name, message)


def carried(name, message):
    """A message as it comes out of its bytes, in another order of its elements; None if it has none."""
    try:
        read = codec(name).decode(codec(name).encode(message))
    except (EncodeError, DecodeError):
        return None
    return Message(read.mti, {number: read.elements[number] for number in message.elements})


@st.composite
def tags_of(draw, private):
    try:
        tags = parse_pds(private, "utf-8")
        tag = draw(st.sampled_from([*tags, "0060", "0065", "9999"]))
        kept = {**tags, tag: draw(st.none() | VALUES)}
        return build_pds([(name, text) for name, text in kept.items() if text], "utf-8")
    except (DecodeError, EncodeError):
        return private


@pytest.mark.parametrize("name", [*VECTORS, *MORE])
@given(data=st.data())
def test_a_request_is_read_alike(name, data):
    planned, general = readers(name)
    for _ in range(2):
        message = data.draw(spoiled(name))
        received_at = NOW + dt.timedelta(minutes=data.draw(MINUTES))
        now = data.draw(st.sampled_from([received_at, NOW]))
        assert planned.read(message, received_at, now) == general.read(message, received_at, now)


@pytest.mark.parametrize(
    "changes",
    [
        {"amounts": {"decimals": 0}},
        {"amounts": {"decimals": 3}},
        {"sent": {"from": 7, "zone": "local"}},
        {"masking": {37: "tail"}},
        {"identity": [32, 41, 11, 13, 12]},
    ],
    ids=str,
)
@given(data=st.data())
def test_so_it_is_by_other_rules_of_a_dialect(changes, data):
    planned, general = alike(**changes)
    message = data.draw(spoiled("ascii"))
    received_at = NOW + dt.timedelta(minutes=data.draw(MINUTES))
    assert planned.read(message, received_at) == general.read(message, received_at)


_READERS = {}


def alike(**changes):
    key = repr(changes)
    if key not in _READERS:
        _READERS[key] = made("ascii", KATHMANDU, **changes)
    return _READERS[key]


@pytest.mark.parametrize("name", [*VECTORS, *MORE])
def test_usual_requests_are_read_by_plans(name):
    planned, general = readers(name)
    by_plan = {}
    for message in requests(name):
        kind = planned._router.find(message).name
        plan = planned._usual.get(kind)
        found = plan and plan.read(message, NOW, NOW)
        if found:
            by_plan[kind] = found
            assert plan.read(message, NOW, NOW) == found == general.read(message, NOW)
    assert {"bill-lookup", "payment"} <= by_plan.keys()
    assert {"reversal", "reversal-advice"} & by_plan.keys()


def test_what_has_no_terminal_or_no_pds_has_none():
    assert {kind.name for kind in messages().types if not plannable(kind)} == {
        "sign-on",
        "echo-test",
        "totals",
        "totals-advice",
    }


def test_a_message_that_is_not_usual_is_left_to_the_general_way():
    planned, _ = readers("ascii")
    message, _ = golden("payment")
    del message.elements[49]
    assert planned._usual["payment"].read(message, NOW, NOW) is None
    assert isinstance(planned.read(message, NOW), Answer)


def test_a_quarter_of_an_hour_is_forgotten_when_another_begins():
    times = RequestTimes(SHANGHAI, dt.UTC, dt.UTC)
    late = dt.datetime(2026, 11, 22, 15, 59, 59, tzinfo=dt.UTC)
    times.turn_to(late, late)
    assert times.dates["1122"] == dt.date(2026, 11, 22)
    assert times.parts[13]["1122"] == "20261122"
    times.turn_to(late, late + dt.timedelta(seconds=1))
    assert not any((times.sent, times.dates, *times.parts.values()))


def test_no_more_is_remembered_than_a_bound():
    known = {}
    for number in range(KEPT_MAX + 3):
        assert keep(known, number, "x") == "x"
    assert len(known) == 3


def test_a_fingerprint_may_have_any_tag():
    values = message_values()
    at = next(at for at, kind in enumerate(values["messages"]) if kind["name"] == "payment")
    fingerprint = [3, 4, 18, "0030", "0061", "0060"]
    changed(values, ["messages", at, "transaction", "fingerprint"], fingerprint)
    changed(values, ["messages", at, "must_tags"], ["0030", "0061", "0062", "0060"])
    terms = LinkTerms("fep-1", 10_000, SHANGHAI, frozenset({"12345678"}))
    reader = RequestReader(compile_messages(values, "messages.yaml"), shipped(), terms)
    message, _ = golden("payment")
    paid = reader._usual["payment"].read(message, NOW, NOW)
    assert paid.fingerprint == "500000|000000012345||S2026-11-0001|CASH|T001"
    reader._usual = {}
    assert paid == reader.read(message, NOW)


def test_a_payment_with_a_blank_reference_is_traced_by_its_local_time():
    planned, general = readers("jpos-iso87ascii")
    message, _ = golden("payment")
    message.elements[37] = " " * 12
    paid = planned._usual["payment"].read(message, NOW, NOW)
    assert paid.trace == "P|12345678|TERM0001|000008|1122|093011"
    assert paid == general.read(message, NOW)


def test_no_more_lists_of_tags_are_remembered_than_a_bound():
    planned, general = made("ascii")
    plan = planned._usual["payment"]
    message, _ = golden("payment")
    private = message.elements[48]
    for number in range(KEPT_MAX // 2 + 5):
        message.elements[48] = f"{private}{number + 1000:04d}001x"
        assert plan.read(message, NOW, NOW) == general.read(message, NOW)
    assert 0 < plan._kept < KEPT_MAX


def test_tags_that_are_not_complete_are_left_to_the_general_way_each_time():
    planned, general = readers("ascii")
    message, _ = golden("payment")
    for private in ("0030001B0061004CASH", "0030001B0061004CASH0062006TELLER", "0061004CASH0062005KIOSK"):
        message.elements[48] = private
        for _ in range(2):
            assert planned._usual["payment"].read(message, NOW, NOW) is None
            assert planned.read(message, NOW) == general.read(message, NOW)


def test_a_card_number_sent_as_a_terminal_is_in_no_key_and_no_trace():
    card, seen = "4111111111111111", 0
    for sent in requests("base24"):
        if 41 not in sent.elements or sent.mti[1] == "8":
            continue
        message = Message(sent.mti, {**sent.elements, 41: card})
        for reader in readers("base24"):
            command = reader.read(message, NOW, NOW)
            assert card not in f"{getattr(command, 'key', '')}{getattr(command, 'trace', '')}"
            seen += "|411111******1111|" in str(getattr(command, "key", ""))
    assert seen
