"""Plans of private data in layouts and the general way give the same command, for layouts of each kind."""

import ast
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline_collect.wire.errors import EncodeError
from offline_collect.wire.messages.message import Message
from offline_collect.wire.messages.requests.parts import content_of, value_of
from offline_collect.wire.messages.requests.reader import LinkTerms, RequestReader
from tests.messages.golden import messages, shipped
from tests.messages.own import JAKARTA, NOW, TERMS, compiled, small_values
from tests.wire.messages.requests.private_kinds import BILLS, CARD, LAYOUTS, PAYERS, WIDE
from tests.wire.messages.requests.test_bill_lists import BY_PERIOD, LISTED, values_of

PAYMENT = 1
PAYING = {
    3: "500000",
    4: "000000000300",
    7: "1128140040",
    11: "000007",
    12: "140040",
    13: "1128",
    32: "014",
    37: "000000000007",
    41: "TERM0001",
    42: "M1             ",
    49: "156",
}


def values(kind):
    """The small dialect with a layout of a kind in its payments."""
    layout, shape, bill, _ = LAYOUTS[kind]
    made = small_values()
    made["elements"] |= {48: shape}
    made["layouts"] |= {"private": layout}
    made["masking"] = {f"48.{bill}": "show", 63: "show"}
    made["identity"] = [32, 41, 11, 7]
    del made["original"]
    payment = made["messages"][PAYMENT]
    payment["must"] = [4, 7, 11, 13, 32, 41, 42, f"48.{bill}", 49]
    payment["layout"] = {"request": {48: "private"}}
    payment["transaction"]["fingerprint"] = [4, f"48.{bill}"]
    payment["fields"]["bill_no"]["from"] = f"48.{bill}"
    payment["answer"] = {"put": {38: "approval_code"}}
    del made["decline"]
    return {**made, "messages": [payment]}


def readers(dialect, terms=TERMS):
    """Two readers, of which the second one has no plans."""
    planned, general = (RequestReader(messages(), dialect, terms) for _ in range(2))
    general._usual = {}
    return planned, general


@cache
def readers_of(kind):
    return readers(compiled(values(kind)))


def private(kind, bill, payer):
    dialect = readers_of(kind)[0]._dialect
    content = dialect.layouts["private"].write(LAYOUTS[kind][3](bill, payer))
    return value_of(content, dialect.elements[48])


def message(elements):
    return Message("0200", dict(sorted((PAYING | elements).items())))


@st.composite
def spoiled(draw, value, element):
    """A value of an element in which nothing, or a few bytes of it, are others."""
    content = bytearray(content_of(value, element))
    for _ in range(draw(st.integers(0, 2))):
        byte = draw(st.sampled_from(b"019 zA&\xe9"))
        content[draw(st.integers(0, len(content) - 1))] = byte
    content = content[: len(content) - draw(st.integers(0, 1))] + draw(st.sampled_from([b"", b"0", b"01"]))
    try:
        return value_of(bytes(content), element)
    except EncodeError:
        return value


@pytest.mark.parametrize("kind", LAYOUTS)
@given(data=st.data())
def test_private_data_is_read_and_masked_alike(kind, data):
    planned, general = readers_of(kind)
    wide = LAYOUTS[kind][1].startswith("text")
    value = private(kind, data.draw(BILLS.filter(str.strip)), data.draw(WIDE if wide else PAYERS))
    value = data.draw(spoiled(value, planned._dialect.elements[48]))
    request = message({48: value})
    assert planned.read(request, NOW) == general.read(request, NOW)


@pytest.mark.parametrize("kind", LAYOUTS)
def test_correct_private_data_is_read_by_a_plan(kind):
    planned, general = readers_of(kind)
    request = message({48: private(kind, "B1", "B. SANTOSO")})
    (plan,) = planned._usual.values()
    paid = plan.read(request, NOW, NOW)
    assert paid == general.read(request, NOW)
    assert "SANTOSO" not in paid.journal


OPTIONAL = {
    "teller": ("ans4", {"as": "teller"}, "T1"),
    "channel": ("ans6", {"as": "channel"}, "KIOSK"),
    "payer_fee_minor": ("ans4", {"as": "fee"}, "5"),
    "local_date": ("ans4", {"as": "date"}, "1128"),
    "original_key": ("ans42", {"as": "completed_key"}, "0" * 42),
}
"""Parts that may be blank, one of each kind of conversion: the shape, the field and a value."""


@pytest.mark.parametrize("blank", [None, *OPTIONAL])
def test_blank_parts_are_left_out_by_plans_too(blank):
    made = values("fixed")
    bill = made["layouts"]["private"]["fixed"]
    shapes = [{name: {"is": shape, "send": ""}} for name, (shape, _, _) in OPTIONAL.items()]
    made["layouts"]["private"] = {"fixed": [*bill, *shapes]}
    payment = made["messages"][0]
    payment["command"] = "PaymentAdvice"
    payment["fields"] |= {name: {"from": f"48.{name}", **field} for name, (_, field, _) in OPTIONAL.items()}
    planned, general = readers(compiled(made))
    said = {name: "" if name == blank else text for name, (_, _, text) in OPTIONAL.items()}
    content = planned._dialect.layouts["private"].write(LAYOUTS["fixed"][3]("B1", "") | said)
    request = message({48: content.decode()})
    advised = planned._usual["payment"].read(request, NOW, NOW)
    assert advised == general.read(request, NOW)
    assert (advised.teller is None, advised.payer_fee_minor == 0) == (
        blank == "teller",
        blank == "payer_fee_minor",
    )


def test_keys_that_no_file_lists_are_not_kept():
    planned, general = readers_of("pairs")
    request = message({48: private("pairs", "B1", CARD)})
    (plan,) = planned._usual.values()
    assert plan.read(request, NOW, NOW) is None
    assert planned.read(request, NOW) == general.read(request, NOW)


# DE 48 of a payment of the switch, with as many bills as it says, or not quite.
BILL = st.fixed_dictionaries(
    {
        "period": st.sampled_from(["202610", "202611", "202612", "000000", "209900"]),
        "due": st.just("20261020"),
        "amount": st.sampled_from(["00000061000", "00000000000"]),
        "penalty": st.sampled_from(["000003000", "000000000"]),
    }
)
HEAD = st.fixed_dictionaries(
    {
        "subscriber": st.just("535012345678"),
        "open": st.just("02"),
        "reference": st.sampled_from(["B2026-10-000777", "", CARD, f"x{CARD}"]),
        "name": st.sampled_from(["BUDI SANTOSO", "", "100%"]),
        "tariff": st.just("R1"),
        "fee": st.sampled_from(["000000000", "000003000"]),
    }
)


@st.composite
def switchs_payment(draw):
    bills = draw(st.lists(BILL, min_size=1, max_size=5))
    paying = {"pay": draw(st.sampled_from("12345"))}
    layout = shipped("ppob-postpaid").layouts["paying"]
    content = layout.write({**paying, "bills": {**draw(HEAD), "bills": bills}}).decode()
    return Message(
        draw(st.sampled_from(["0200", "0201"])),
        PAYING | {2: "053501", 3: "170000", 4: "000000064000", 42: "PPOB00000000001", 48: content, 49: "360"},
    )


@st.composite
def banks_payment(draw):
    numbers = f"{'0812345678901':<13}{'AC1':<14}{'5350123456789':<13}"
    name = draw(st.sampled_from(["", "BUDI SANTOSO", "JOSE  ", "x" * 60]))
    reference = draw(st.sampled_from(["B777", CARD, " "]))
    return message({3: "500000", 49: "360", 61: f"{numbers}{name}", 63: reference})


SHIPPED = {"ppob-postpaid": (switchs_payment, 48), "sulteng": (banks_payment, 61)}
readers_shipped = cache(lambda name: readers(shipped(name)))


@pytest.mark.parametrize("name", SHIPPED)
@given(data=st.data())
def test_payments_of_shipped_dialects_are_read_alike(name, data):
    planned, general = readers_shipped(name)
    composed, number = SHIPPED[name]
    request = data.draw(composed())
    assert planned.read(request, NOW) == general.read(request, NOW)
    element = planned._dialect.elements[number]
    request.elements[number] = data.draw(spoiled(request.elements[number], element))
    request.parts = None
    assert planned.read(request, NOW) == general.read(request, NOW)


@pytest.mark.parametrize("count", range(1, 5))
def test_a_payment_of_the_switch_has_a_plan_whatever_its_bills(count):
    planned, general = readers_shipped("ppob-postpaid")
    bills = [
        {"period": f"20261{at}", "due": "20261020", "amount": "61000", "penalty": "0"} for at in range(count)
    ]
    head = {"subscriber": "1", "open": "1", "reference": "B1", "name": "BUDI", "tariff": "R1", "fee": "0"}
    layout = shipped("ppob-postpaid").layouts["paying"]
    content = layout.write({"pay": str(count), "bills": {**head, "bills": bills}}).decode()
    request = message({2: "053501", 3: "170000", 48: content, 49: "360"})
    paid = planned._usual["payment"].read(request, NOW, NOW)
    assert len(paid.lines) == count
    assert paid == general.read(request, NOW)


@pytest.mark.parametrize("bills", [LISTED, BY_PERIOD, LISTED | {"amount": ["due", "late"]}], ids=str)
@pytest.mark.parametrize("command", ["Payment", "PaymentAdvice"])
@given(data=st.data())
def test_bills_of_a_list_are_read_alike(bills, command, data):
    planned, general = readers_of_bills(repr(bills), command)
    row = st.tuples(
        st.sampled_from(["B1", "B2", " "]),
        st.sampled_from(["202610", "202611", "x"]),
        st.sampled_from(["100", "0", "", "1e5"]),
        st.sampled_from(["5", "", "x"]),
    ).map(lambda row: f"{row[0]:<10}{row[1]:<6}{row[2]:<6}{row[3]:<4}")
    content = f"{data.draw(st.sampled_from(['PAYER', CARD[:8], ''])):<8}9{''.join(data.draw(st.lists(row, max_size=5)))}"
    original = data.draw(st.sampled_from([{}, {90: "0" * 42}]))
    request = message({48: content, 60: "01000012", **original})
    assert planned.read(request, NOW) == general.read(request, NOW)


@cache
def readers_of_bills(bills, command):
    terms = LinkTerms("fep-1", 10_000, JAKARTA, frozenset({"14"}))
    return readers(compiled(values_of(ast.literal_eval(bills), command)), terms)
