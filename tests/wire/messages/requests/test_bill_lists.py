"""Payments of several bills that are a list in a partner's own layout."""

import hashlib

import pytest

from offline_collect.domain.answers import Answer
from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.commands import BillLine, PaymentAdvice
from offline_collect.wire.errors import SchemaError
from offline_collect.wire.messages.message import Message
from offline_collect.wire.messages.requests.reader import LinkTerms, RequestReader
from tests.messages.golden import changed, messages
from tests.messages.own import JAKARTA, NOW, compiled, small_values

PAYMENT = 1
TYPE = ["messages", PAYMENT]
LISTED = {"in": "48.rows", "most": 3, "bill_no": "bill", "amount": "due"}
BY_PERIOD = {"in": "48.rows", "most": 3, "period": "month", "amount": ["due", "late"]}


def values_of(bills, command="Payment"):
    """The small dialect with a list of bills in its payments."""
    values = small_values()
    rows = [{"bill": "ans10"}, {"month": "ans6"}, {"due": "ans6"}, {"late": "ans4"}]
    named = {"name": "rows", "times": "rest", "rows": rows}
    values["layouts"]["several"] = {"fixed": [{"payer": "ans8"}, {"paid": "ans1"}, named]}
    payment = values["messages"][PAYMENT]
    payment |= {"command": command, "bills": dict(bills), "answer": {}}
    payment["must"] = [4, 7, 11, 13, 32, 41, 42, 48, "48.payer", 49, "60.batch"]
    payment["layout"] = {"request": {48: "several", 60: "kind"}, "answer": {48: "several"}}
    payment["transaction"] = {"class": "P", "fingerprint": [4, "bills"]}
    if command == "PaymentAdvice":
        payment["fields"]["original_key"] = {"from": 90, "as": "completed_key"}
    if "period" in bills:
        payment["fields"]["bill_no"] = {"from": "48.payer", "as": "bill_number"}
    else:
        del payment["fields"]["bill_no"]
    return values


def read(rows, bills=LISTED, command="Payment", paid="9"):
    message = Message(
        "0200",
        {
            3: "500000",
            4: "000000000300",
            7: "1128070040",
            11: "000007",
            13: "1128",
            32: "00000000014",
            41: "TERM0001",
            42: "M1             ",
            48: f"{'PAYER':<8}{paid}{''.join(rows)}",
            49: "156",
            60: "01000012",
        },
    )
    terms = LinkTerms("fep-1", 10_000, JAKARTA, frozenset({"14"}))
    return RequestReader(messages(), compiled(values_of(bills, command)), terms).read(message, NOW)


def row(bill, due="100", month="", late=""):
    return f"{bill:<10}{month:<6}{due:<6}{late:<4}"


def test_bills_are_named_by_their_numbers_in_the_order_of_the_list():
    command = read([row("B2", "200"), row("B1")])
    assert command.lines == (BillLine("B2", 200), BillLine("B1", 100))
    digest = hashlib.sha256(b"B2=200\nB1=100").hexdigest()
    assert (command.bill_no, command.fingerprint) == ("B2", f"000000000300|{digest}")


def test_one_bill_has_its_number_in_the_fingerprint():
    assert read([row("B1", "300")]).fingerprint == "000000000300|B1"


def test_periods_name_bills_of_the_customer_of_a_bill():
    command = read([row("", "100", "202610", "5"), row("", "200", "202611")], BY_PERIOD)
    assert command.lines == (BillLine("PAYER", 105, "202610"), BillLine("PAYER", 200, "202611"))
    assert command.bill_no == "PAYER"


@pytest.mark.parametrize("month", ["", "000000", "0"])
def test_a_period_that_is_not_said_means_the_bill_that_names_the_customer(month):
    assert read([row("", "300", month)], BY_PERIOD).lines == (BillLine("PAYER", 300),)


@pytest.mark.parametrize(
    ("bills", "rows", "brief"),
    [
        (LISTED, [], "DE 48: rows no bills"),
        (LISTED, [row(f"B{n}") for n in range(4)], "DE 48: rows over 3 bills"),
        (LISTED, [row("B1"), row("B1", "5")], "DE 48: rows.bill twice"),
        (LISTED, [row("")], "DE 48: rows.bill not printable ASCII"),
        (LISTED, [row("B1", "0")], "DE 48: rows.due must be over 0"),
        (LISTED, [row("B1", "1.5")], "DE 48: rows.due digits only"),
        (LISTED, [row("B1", "")], "DE 48: rows.due must be over 0"),
        (BY_PERIOD, [row("", month="202610"), row("", month="202610")], "DE 48: rows.month twice"),
        (BY_PERIOD, [row("", month="OCT")], "DE 48: rows.month no year and month"),
        (LISTED | {"count": "48.paid"}, [row("B1")], "DE 48: paid not 1 to 1 bills"),
    ],
)
def test_a_list_that_cannot_be_read_is_named(bills, rows, brief):
    answer = read(rows, bills)
    assert isinstance(answer, Answer)
    assert (answer.code, answer.brief) == (ResponseCode.FORMAT_ERROR, brief)
    # An advice is not refused: all of its money goes to suspense.
    advice = read(rows, bills, "PaymentAdvice")
    assert isinstance(advice, PaymentAdvice)
    assert (advice.bill_no, advice.lines) == ("UNREADABLE", (BillLine("UNREADABLE", 0),))


def test_a_count_that_is_no_number_is_refused():
    assert read([row("B1")], LISTED | {"count": "48.paid"}, paid=" ").brief == "DE 48: paid not 1 to 1 bills"
    assert read([row("B1")], LISTED | {"count": "48.paid"}, paid="1").lines == (BillLine("B1", 100),)


def test_two_advices_that_cannot_be_read_are_told_apart():
    both = [read([row("B1", due)], command="PaymentAdvice").fingerprint for due in ("x", "y")]
    assert both[0] != both[1]


REFUSED = [
    (["bills", "in"], 48, "bills.in: must be a list in a layout of this message's requests"),
    (["bills", "in"], "48.payer", "bills.in: must be a list in a layout"),
    (["bills", "in"], "48.nothing", "bills.in: must be a list in a layout"),
    (["bills", "in"], "62.rows", "bills.in: must be a list in a layout"),
    (["bills", "bill_no"], None, "bills: must have bill_no or period"),
    (["bills", "period"], "month", "bills: must have bill_no or period"),
    (["bills", "bill_no"], "number", "bills.bill_no: must be a part of the records of rows"),
    (["bills", "amount"], ["due", 5], "bills.amount: must be a part of the records of rows"),
    (["bills", "amount"], [], "bills.amount: must be a part of the records of rows"),
    (["bills", "amount"], "due.minor", "bills.amount: must be a part of the records of rows"),
    (["bills", "most"], 0, "bills.most: must be a whole number from 1 to 99"),
    (["bills", "count"], "48.nothing", "48.nothing is not a value in a layout"),
    (["bills", "colour"], "red", "bills.colour: unknown key"),
    (["transaction", "fingerprint"], [4], "transaction.fingerprint: must have bills"),
    (["must"], [4, 7, 11, 13, 32, 41, 42, 49], "must: needs element 48, which has the list of bills"),
    (["fields", "bill_no"], {"from": "48.payer", "as": "bill_number"}, "fields.bill_no: the list has it"),
]


@pytest.mark.parametrize(("path", "value", "reason"), REFUSED)
def test_a_list_that_cannot_work_is_refused_with_its_place(path, value, reason):
    with pytest.raises(SchemaError) as caught:
        compiled(changed(values_of(LISTED), TYPE + path, value))
    assert reason in str(caught.value)


def test_parts_that_hold_others_are_no_values():
    values = values_of(LISTED)
    values["layouts"]["several"]["fixed"][2]["rows"].append({"group": [{"inner": "ans2"}]})
    with pytest.raises(SchemaError, match=r"bills\.amount: must be one value"):
        compiled(changed(values, [*TYPE, "bills", "amount"], "group"))


def test_periods_need_a_bill_of_their_customer():
    with pytest.raises(SchemaError, match=r"fields\.bill_no: needs a bill of the customer"):
        compiled(changed(values_of(BY_PERIOD), [*TYPE, "fields", "bill_no"], None))


def test_only_payments_have_bills():
    values = values_of(LISTED)
    lookup = values["messages"][0]
    lookup |= {"layout": {"request": {48: "several", 60: "kind"}}, "bills": dict(LISTED), "answer": {}}
    lookup["fields"]["bill_no"] = {"from": "48.payer", "as": "bill_number"}
    with pytest.raises(SchemaError, match=r"transaction\.fingerprint: must have bills if"):
        compiled(values)
    reversal = small_values()
    reversal["layouts"]["several"] = values["layouts"]["several"]
    back = reversal["messages"][2]
    back["bills"] = LISTED
    back["layout"] = {"request": {60: "kind", 48: "several"}}
    back["transaction"]["fingerprint"] = [4, "bills"]
    with pytest.raises(SchemaError, match=r"bills: Reversal has no bills"):
        compiled(reversal)


def test_a_fingerprint_has_bills_only_where_a_list_names_them():
    with pytest.raises(SchemaError, match=r"transaction\.fingerprint: must have bills if"):
        compiled(changed(small_values(), [*TYPE, "transaction", "fingerprint"], [4, "bills"]))
