"""Requests that the simulator makes from a dialect's own rules."""

from offline_collect.wire.dialects.dialect_file import compile_dialect
from offline_collect_terminal.scenario.own_requests import own_templates
from offline_collect_terminal.wire.dialects import load_codec
from tests.messages.golden import dialect_values


def test_a_dialect_without_messages_of_its_own_has_none():
    assert own_templates(load_codec("ascii").dialect) == {}


def test_a_request_has_what_its_type_must_have():
    templates = own_templates(load_codec("ppob-postpaid").dialect)
    lookup = templates["lookup"]
    assert templates["bill-inquiry"] is lookup
    assert (lookup.mti, lookup.elements[2], lookup.elements[3]) == ("0200", "{product}", "380000")
    assert lookup.elements[48] == {"subscriber": "{input}"}
    assert templates["payment"].elements[48]["bills.reference"] == "{bill}"
    assert templates["echo"].elements == {7: "{transmission_time}", 11: "{stan}", 70: "301"}


def test_a_reversal_repeats_what_its_original_had():
    reversal = own_templates(load_codec("ppob-postpaid").dialect)["reversal"]
    assert {number: reversal.elements[number] for number in (4, 41, 48, 90)} == {
        4: "{of.4}",
        41: "{of.41}",
        48: "{of.48}",
        90: "{of.original}",
    }
    assert "reversal_advice" in own_templates(load_codec("sulteng").dialect)


def test_a_type_that_is_told_by_names_of_codes_gets_the_codes():
    values = dialect_values("iso87") | {
        "processing_codes": {"BILL_LOOKUP": "31...."},
        "messages": [
            {
                "name": "inquiry",
                "command": "Lookup",
                "requests": ["0200"],
                "processing": "BILL_LOOKUP",
                "must": [7, 11, 32, 41, 42, 62],
                "fields": {
                    "merchant_id": {"from": 42, "as": "identifier"},
                    "inputs": {"from": [62], "as": "inputs"},
                },
            },
            {
                "name": "network",
                "command": "NetworkManagement",
                "requests": ["0800"],
                "network": ["SIGN_ON", "ECHO"],
                "must": [7, 11, 70],
                "fields": {"function": {"from": 70, "as": "network_function"}},
            },
        ],
    }
    templates = own_templates(compile_dialect(values, "own.yaml"))
    assert templates["lookup"].elements[3] == "310000"
    assert [templates[name].elements[70] for name in ("sign_on", "echo")] == ["001", "301"]
    assert "sign_off" not in templates
