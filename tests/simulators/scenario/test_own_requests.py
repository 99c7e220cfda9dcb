"""Requests that the simulator makes from a dialect's own rules."""

from offline_collect_terminal.scenario.own_requests import own_templates
from offline_collect_terminal.wire.dialects import load_codec


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
