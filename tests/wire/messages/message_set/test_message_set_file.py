"""The message set: the shipped one is complete; one that cannot work is refused with the place of the fault."""

import datetime as dt

import pytest

from offline_collect.domain.commands import NetworkFunction, Payment, PaymentAdvice, Reversal
from offline_collect.wire.dialects.dialect_file import compile_dialect
from offline_collect.wire.errors import SchemaError
from offline_collect.wire.messages.message_set.file import compile_messages
from offline_collect.wire.messages.message_set.routing import Router
from offline_collect.wire.messages.requests.reader import LinkTerms, RequestReader
from tests.messages.golden import (
    NAMES,
    NOW,
    changed,
    dialect_values,
    golden,
    message_values,
    messages,
    shipped,
)

SIGN_ON, ECHO, DIRECTORY, FORM, LOOKUP, STATUS, PAYMENT, ADVICE, REVERSAL = range(9)


def refusal(path, value):
    with pytest.raises(SchemaError) as caught:
        compile_messages(changed(message_values(), path, value), "m.yaml")
    return str(caught.value)


def unbound(path, value, dialect=None):
    values = compile_messages(changed(message_values(), path, value), "m.yaml") if path else messages()
    with pytest.raises(SchemaError) as caught:
        Router(values, dialect or shipped())
    return str(caught.value)


def test_the_shipped_messages_are_those_of_the_contract():
    assert {(kind.requests, kind.processing or kind.network, kind.response) for kind in messages().types} == {
        (("0800",), (NetworkFunction.SIGN_ON, NetworkFunction.SIGN_OFF, NetworkFunction.NEW_KEY), "0810"),
        (("0800",), (NetworkFunction.ECHO,), "0810"),
        (("0100",), "MERCHANT_DIRECTORY", "0110"),
        (("0100",), "FORM_DOWNLOAD", "0110"),
        (("0100",), "BILL_LOOKUP", "0110"),
        (("0100",), "PAYMENT_STATUS", "0110"),
        (("0200", "0201"), "PAYMENT", "0210"),
        (("0220", "0221"), "PAYMENT", "0230"),
        (("0400", "0401"), "PAYMENT", "0410"),
        (("0420", "0421"), "PAYMENT", "0430"),
        (("0500",), (), "0510"),
        (("0520",), (), "0530"),
    }


@pytest.mark.parametrize("name", NAMES)
def test_the_shipped_messages_fit_the_shipped_dialects(name):
    assert Router(messages(), shipped(name)).response_mti("0200") == "0210"


def test_an_entry_like_another_adds_to_its_fields():
    payment, advice = messages().types[PAYMENT], messages().types[ADVICE]
    assert (payment.command, advice.command) == (Payment, PaymentAdvice)
    assert advice.must == payment.must
    assert advice.fields[: len(payment.fields)] == payment.fields
    assert [field.name for field in advice.fields[len(payment.fields) :]] == [
        "original_key",
        "original_institution",
    ]


@pytest.mark.parametrize(
    ("path", "value", "reason"),
    [
        (["echo"], [1], "m.yaml: echo[0]: must be a whole number from 2 to 128"),
        (["extra"], 1, "m.yaml: extra: unknown key"),
        (["messages", ECHO, "name"], "sign-on", "messages[1].name: sign-on is there twice"),
        (["messages", ADVICE, "like"], "nobody", "messages[7].like: must be one of sign-on"),
        (["messages", PAYMENT, "fields"], 7, "messages[6].fields: must be a mapping, not a number"),
        (["messages", ECHO, "command"], "Ping", "messages[1].command: must be one of Directory"),
        (["messages", ECHO, "requests"], [800], "messages[1].requests: must be an MTI: 4 digits, quoted"),
        (["messages", ECHO, "response"], "81x0", "messages[1].response: must be an MTI"),
        (["messages", ECHO, "network"], ["PING"], "messages[1].network: must be some of SIGN_ON"),
        (["messages", ECHO, "network"], [7], "messages[1].network: must be some of SIGN_ON"),
        (["messages", ECHO, "must"], [11, 70], "messages[1].must: needs element 7"),
        (["messages", ECHO, "colour"], 1, "messages[1].colour: unknown key"),
        (["messages", PAYMENT, "must"], [7, 11, 32, 48], "messages[6].must: needs element 41"),
        (
            ["messages", PAYMENT, "must"],
            [7, 11, 32, 41],
            "needs element 48, which carries the mandatory tags",
        ),
        (["messages", PAYMENT, "must_tags"], [30], "messages[6].must_tags: must be a tag: 4 digits, quoted"),
        (["messages", PAYMENT, "must_tags"], [], "must_tags: needs tag 0030, which is in the fingerprint"),
        (
            ["messages", PAYMENT, "bills", "tag"],
            "0031",
            "must_tags: needs tag 0031, which the records replace",
        ),
        (["messages", PAYMENT, "bills", "amount"], "59", "messages[6].bills.amount: must be a tag"),
        (["messages", PAYMENT, "bills", "of"], 1, "messages[6].bills.of: unknown key"),
        (
            ["messages", LOOKUP, "bills"],
            {"tag": "0030", "elements": [120], "bill_no": "0030", "amount": "0059"},
            "messages[4].bills: Lookup has no bills",
        ),
        (["messages", PAYMENT, "must_when", 0, "says"], None, "messages[6].must_when[0].says: missing"),
        (["messages", PAYMENT, "must_when", 0, "if"], 1, "messages[6].must_when[0].if: unknown key"),
        (["messages", PAYMENT, "check"], {12: "clock"}, "messages[6].check.12: must be one of amount"),
        (["messages", PAYMENT, "check"], {"12": "time"}, "check.12: must be an element's number"),
        (["messages", PAYMENT, "check"], {129: "time"}, "check.129: must be an element's number"),
        (["messages", PAYMENT, "transaction"], None, "messages[6].transaction: missing"),
        (["messages", PAYMENT, "transaction", "class"], "Q", "transaction.class: must be one of P, R"),
        (["messages", PAYMENT, "transaction", "key"], 1, "messages[6].transaction.key: unknown key"),
        (["messages", ECHO, "transaction"], {}, "messages[1].transaction: unknown key"),
        (["messages", PAYMENT, "fields", "bill_no"], None, "messages[6].fields: Payment needs bill_no"),
        (
            ["messages", PAYMENT, "fields"],
            {"currency": {"element": 49, "as": "currency"}},
            "messages[6].fields: Payment needs amount_minor, bill_no, channel, local_date, merchant_id, teller, tender",
        ),
        (
            ["messages", PAYMENT, "answer", "tags", "0070"],
            "serial",
            "messages[6].answer: answers to Payment have no serial",
        ),
        (
            ["messages", LOOKUP, "answer", "records", "tags", "0050"],
            "first_description",
            "messages[4].answer: answers to Lookup have no first_description",
        ),
        (["messages", PAYMENT, "fields", "bill"], {"value": 1}, "fields.bill: Payment has no such field"),
        (["messages", PAYMENT, "fields", "bill_no", "as"], "x", "fields.bill_no.as: must be one of amount"),
        (["messages", PAYMENT, "fields", "bill_no", "tag"], "30", "fields.bill_no.tag: must be a tag"),
        (["messages", PAYMENT, "fields", "bill_no", "of"], 1, "fields.bill_no.of: unknown key"),
        (
            ["messages", LOOKUP, "fields", "inputs", "as"],
            "x",
            "inputs.as: must be one of inputs, totals_figures",
        ),
        (
            ["messages", ECHO, "answer", "elements"],
            {1: "x"},
            "answer.elements.1: the key must be an element's",
        ),
        (["messages", ECHO, "answer", "tags"], {"1": "x"}, "answer.tags.1: must be a tag: 4 digits, quoted"),
        (["messages", ECHO, "answer", "tags"], {"0001": 1}, "answer.tags.0001: must be a mapping"),
        (
            ["messages", ECHO, "answer", "tags"],
            {"0001": {"value": "x", "as": "y"}},
            "as: must be one of response",
        ),
        (["messages", FORM, "answer", "records", "whole"], 1, "answer.records.whole: must be true or false"),
        (["messages", FORM, "answer", "page"], 1, "answer.page: unknown key"),
    ],
)
def test_a_message_set_that_cannot_work_is_refused_with_its_place(path, value, reason):
    assert reason in refusal(path, value)


def test_a_field_with_a_default_may_be_left_out():
    values = changed(message_values(), ["messages", LOOKUP, "fields", "cursor"], None)
    lookup = compile_messages(values, "m.yaml").types[LOOKUP]
    assert "cursor" not in {field.name for field in lookup.fields}


def test_a_check_of_an_element_that_may_be_left_out_is_made_where_it_is_there():
    values = changed(message_values(), ["messages", REVERSAL, "check"], {12: "time"})
    terms = LinkTerms("fep-1", 10_000, dt.UTC, frozenset({"12345678"}))
    reader = RequestReader(compile_messages(values, "m.yaml"), shipped(), terms)
    message, _ = golden("reversal_write_off")
    assert type(reader.read(message, NOW)) is Reversal
    message.elements[12] = "250000"
    assert reader.read(message, NOW).brief == "DE 12: no such time"


def test_a_dialect_without_a_code_that_is_needed_does_not_fit():
    reason = unbound(["messages", PAYMENT, "processing"], "PAY")
    assert reason == "m.yaml: messages[6].processing: dialect ascii has no processing code PAY"


def test_two_messages_that_look_the_same_do_not_fit():
    reason = unbound(["messages", FORM, "processing"], "MERCHANT_DIRECTORY")
    assert "0100 with code '391000' is already merchant-directory" in reason


def test_an_mti_is_told_apart_by_one_element_only():
    reason = unbound(["messages", FORM, "requests"], ["0800"])
    assert reason == "m.yaml: messages[3]: MTI 0800 is distinguished by another element in another message"


def test_messages_that_a_dialect_cannot_carry_are_not_in_its_set():
    values = dialect_values()
    del values["elements"][125]
    router = Router(messages(), compile_dialect(values, "x.yaml"))
    assert router.missing == ("merchant-directory", "bill-lookup")
    assert "merchant-directory" not in {kind.name for kind in router.messages.types}


def test_a_dialect_that_carries_no_message_does_not_fit():
    values = dialect_values() | {"elements": {15: "n4", 39: "an2"}, "decline": {}}
    reason = unbound(None, None, compile_dialect(values | {"identity": None, "sent": None}, "x.yaml", None))
    assert reason == "messages.yaml: messages: dialect ascii can carry none of them"


def test_a_dialect_without_an_element_that_all_answers_need_does_not_fit():
    values = dialect_values()
    del values["elements"][63]
    reason = unbound(None, None, compile_dialect(values, "x.yaml"))
    assert reason == "messages.yaml: dialect ascii has no element 63, which answers need"
