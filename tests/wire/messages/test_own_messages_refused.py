"""A dialect's own messages that are refused at start."""

import pytest

from offline_collect.wire.errors import SchemaError
from offline_collect.wire.messages.routing import Router
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
    (["messages", LOOKUP, "when", "60.colour"], "1", "messages[0]: 60.colour is no value of a layout"),
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
]


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
