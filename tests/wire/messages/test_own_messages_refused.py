"""A dialect's own messages that are refused at start."""

import pytest

from offline_collect.wire.errors import SchemaError
from offline_collect.wire.messages.message_set.routing import Router
from tests.messages.golden import changed, messages
from tests.messages.own import compiled, small_values

LOOKUP, PAYMENT = range(2)
REFUSED = [
    (
        ["identity"],
        [11, 48.5],
        "identity[1]: must be an element's number, 2 to 128, or a part such as 48.amount; quote it",
    ),
    (["identity"], [11, "129.x"], "identity[1]: must be an element's number"),
    (["identity"], [11, 11], "identity[1]: 11 is there twice"),
    (["identity"], [11, "65.x"], "identity[1]: element 65"),
    (["echo"], [11, 11], "echo[1]: 11 is there twice"),
    (["echo"], [1], "echo[0]: must be a whole number"),
    (["masking"], {"48.nothing": "show"}, "masking.48.nothing: no layout has a part nothing"),
    (["masking"], {2: "show"}, "masking.2: data of cards and keys is never shown"),
    (["masking"], {"35.bill": "show"}, "masking.35.bill: data of cards and keys is never shown"),
    (["masking"], {"60.batch": "all"}, "masking.60.batch: must be one of show, tail, name"),
    (
        ["decline"],
        {"48.note": "settlement_date"},
        "decline.48.note: must be one of response_code, brief, reason",
    ),
    (["layouts", "kind"], {"fixed": []}, "layouts.kind.fixed: must be a list of parts"),
    (["messages", LOOKUP, "when", "60.colour"], "1", "messages[0]: 60.colour is not a value in a layout"),
    (["messages", PAYMENT, "requests"], [], "messages[1].requests: must have an MTI"),
    (
        ["messages", LOOKUP, "layout", "request", 48],
        "other",
        "layout.request.48: must be one of kind, bill, bills",
    ),
    (
        ["messages", LOOKUP, "answer", "put", "48.colour"],
        "title",
        "48.colour: 48.colour is no part of a layout",
    ),
    (
        ["messages", LOOKUP, "answer", "put", "61.x"],
        "title",
        "61.x is no part of a layout of this message's answers",
    ),
    (["messages", LOOKUP, "answer", "put", "48.bills.bill"], "title", "48.bills.bill: is not one value"),
    (["messages", LOOKUP, "answer", "records", "in"], 48, "records.in: must be a list in a layout"),
    (["messages", LOOKUP, "answer", "records", "in"], "48.note", "records.in: must be a list in a layout"),
    (["messages", LOOKUP, "answer", "records", "put", "x"], "title", "records.put.x: 48.bills has no part x"),
    (
        ["messages", LOOKUP, "answer", "records", "put", "bill"],
        None,
        "answer.put: nothing is put in 48.bills.bill",
    ),
    (["messages", LOOKUP, "answer", "put", "48.customer"], None, "answer.put: nothing is put in 48.customer"),
    (["messages", PAYMENT, "fields", "tender"], {"is": "GOLD"}, "fields.tender.is: must be one of CASH"),
    (["messages", PAYMENT, "must"], [4, 7, 11, 41], "messages[1].must: needs element 32"),
    (
        ["identity"],
        [32, 41, 11, "48.bill"],
        "small.yaml: identity[3]: 48.bill is no value of a layout of reversal's requests",
    ),
    (["identity"], [11, "60.colour"], "identity[1]: 60.colour is no value of a layout of payment's requests"),
    (
        ["original"],
        {"same": [11, "60.colour"]},
        "original.same[1]: 60.colour is no value of a layout of any message's requests",
    ),
    (["original"], {"in": "60.colour", "fixed": []}, "messages[2]: 60.colour is not a value in a layout"),
    (
        ["original"],
        {"in": 90, "fixed": [{11: "n6"}, {"48.bills": "n6"}]},
        "original.fixed[1]: 48.bills is no value of a layout of any message's requests",
    ),
    (["products"], {"in": "60.colour", "1": "M1"}, "products.in: 60.colour is no value of a layout"),
    (
        ["always"],
        {39: "response_code", "60.type": "response_code"},
        "always.60.type: 60.type is no value of a layout of any message's answers",
    ),
    (["decline"], {"48.colour": "brief"}, "decline.48.colour: 48.colour is no value of a layout"),
    (
        ["messages", LOOKUP, "answer", "put", "48.customer"],
        "customer_no",
        "answer.put.48.customer: customer_no has up to 32 characters, but 8 fit there; say `most` beside it",
    ),
    (
        ["messages", LOOKUP, "answer", "put", "48.customer"],
        {"value": "first_bill_no", "most": 9},
        "answer.put.48.customer: first_bill_no has up to 9 characters, but 8 fit there",
    ),
    (
        ["messages", LOOKUP, "answer", "put", "48.customer"],
        {"value": "first_period", "as": "YYYYMM", "most": 9},
        "answer.put.48.customer.most: is for approval_code, bill_no, customer_no",
    ),
    (
        ["messages", LOOKUP, "answer", "put", "48.note"],
        {"is": "constant"},
        "answer.put.48.note: the constant has up to 8 characters, but 6 fit there",
    ),
    (
        ["messages", LOOKUP, "answer", "records", "put", "amount"],
        {"is": "none"},
        "answer.records.put.amount: digits only",
    ),
    (
        ["messages", LOOKUP, "answer", "records", "put", "bill"],
        "bill_no",
        "answer.records.put.bill: bill_no has up to 32 characters, but 10 fit there; say `most`",
    ),
    (
        ["messages", PAYMENT, "answer", "put", 38],
        "serial_number",
        "messages[1].answer: element 38: serial_number has up to 20 characters, but 6 fit there",
    ),
]


def test_a_place_of_originals_is_checked_where_no_message_reads_it():
    values = changed(small_values(), ["original"], {"in": "60.colour", "fixed": []})
    del values["messages"][2]
    with pytest.raises(
        SchemaError, match=r"original\.in: 60\.colour is no value of a layout of any message's requests"
    ):
        compiled(values)


def test_parts_are_for_dialects_with_messages_of_their_own():
    values = small_values()
    del values["messages"]
    with pytest.raises(SchemaError) as caught:
        compiled(values)
    reason = "60.batch is no value of a layout of any message's requests"
    assert str(caught.value) == f"small.yaml: identity[3]: {reason}"


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (["answer", "put", "48.note"], {"value": "first_period", "as": "YYYYMM"}),
        (["answer", "put", "48.note"], {"value": "first_extra", "column": "tariff"}),
        (["answer", "put", "48.note"], {"value": "first_bill_status", "as": "response_code"}),
        (["answer", "put", "48.note"], {"is": "closed"}),
        (["answer", "put", "48.note"], "customer_name"),
        (["answer", "records", "put", "amount"], "late_fee"),
        (["answer", "put", 61], "first_bill_no"),
        (["answer", "put", 65], "first_bill_no"),
    ],
)
def test_values_that_fit_or_may_be_cut_or_that_nobody_can_know_are_taken(path, value):
    assert compiled(changed(small_values(), ["messages", LOOKUP, *path], value)).messages


def test_a_layout_that_does_not_say_the_shape_of_a_value_takes_any():
    values = changed(small_values(), ["layouts", "bills"], {"tagged": {"tag": "n4", "length": "n3"}})
    values["decline"] = {}
    values["messages"][LOOKUP]["answer"] = {"put": {"48.0030": "first_bill_no"}}
    assert compiled(values).messages


@pytest.mark.parametrize(("path", "value", "reason"), REFUSED)
def test_messages_that_cannot_work_are_refused_with_their_place(path, value, reason):
    with pytest.raises(SchemaError) as caught:
        compiled(changed(small_values(), path, value))
    assert reason in str(caught.value)


def test_echo_is_for_dialects_with_messages():
    values = small_values()
    del values["messages"]
    values["echo"] = [11]
    with pytest.raises(SchemaError) as caught:
        compiled(values)
    assert str(caught.value) == "small.yaml: echo: is for dialects with messages of their own"


def test_an_element_that_the_dialect_lacks_is_named():
    values = small_values()
    values["elements"][62] = None
    values["messages"][PAYMENT]["answer"]["put"] = {62: "receipt"}
    with pytest.raises(SchemaError) as caught:
        Router(messages(), compiled(values))
    assert (
        str(caught.value) == "small.yaml: messages[1]: dialect small has no element 62, which payment needs"
    )


@pytest.mark.parametrize(
    ("gone", "answer"),
    [
        (48, {"tags": {"0001": "customer_name"}}),
        (121, {"records": {"elements": [120, 121], "tags": {"0030": "bill_no"}}}),
    ],
)
def test_so_are_those_of_tags_and_of_records(gone, answer):
    values = small_values()
    values["elements"][gone] = None
    kind = values["messages"][LOOKUP]
    del kind["layout"]["answer"]
    kind["answer"] = answer
    kind["layout"]["request"].pop(48)
    kind["fields"] = {
        "merchant_id": kind["fields"]["merchant_id"],
        "bill_no": {"from": 62, "as": "bill_number"},
    }
    values["messages"] = [kind]
    values["masking"] = {}
    values["decline"] = {44: "brief"}
    with pytest.raises(SchemaError, match=f"has no element {gone}, which lookup needs"):
        Router(messages(), compiled(values))
