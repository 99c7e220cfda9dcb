"""Private data for people: its parts with their bytes, masked, whatever the message is."""

import pytest

from offline_collect.domain.texts.cards import MASK
from offline_collect.wire.messages.message import Message
from offline_collect.wire.messages.private_data import PrivateData
from offline_collect.wire.pretty import pretty_message
from tests.messages.golden import shipped, vectors
from tests.messages.own import compiled, golden, small_values

PPOB = "ppob-postpaid"


def of(name, vector):
    message = golden(name, vector)
    return PrivateData(shipped(name), message.mti, message.elements)


def shown(taken):
    return {part.path: part.value for part in taken.parts}


def small(change=None):
    values = small_values()
    if change is not None:
        change(values)
    return compiled(values)


def lookup(dialect, **elements):
    texts = {3: "380000", 60: "01123456", 48: "B1        Budi    "}
    texts |= {int(name[2:]): text for name, text in elements.items()}
    return PrivateData(dialect, "0100", texts)


def test_parts_of_a_request_are_masked_as_the_dialect_says():
    taken = of(PPOB, "payment_request").taken_apart(48)
    parts = shown(taken)
    assert taken.problem is None
    assert parts["bills.reference"] == "B2026-10-000777"
    assert parts["bills.subscriber"] == "***5678"
    assert parts["bills.bills[0].amount"] == "00000061000"
    assert parts["bills.tariff"] == MASK
    by_path = {part.path: part for part in taken.parts}
    assert (by_path["pay"].shape, by_path["pay"].start, by_path["pay"].end) == ("n1", 0, 1)
    assert by_path["pay"].whole
    assert not by_path["bills.subscriber"].whole


def test_parts_of_an_answer_are_those_of_the_answers_layout():
    taken = of(PPOB, "inquiry_answer").taken_apart(48)
    assert shown(taken)["bills[1].penalty"] == "000000000"
    assert shown(taken)["count"] == "2"


def test_a_decline_has_what_came():
    answer = Message("0210", {3: "380000", 39: "14", 48: "535012345678"})
    taken = PrivateData(shipped(PPOB), answer.mti, answer.elements).taken_apart(48)
    assert (shown(taken), taken.problem) == ({"subscriber": "***5678"}, None)
    approved = answer.elements | {39: "00"}
    assert PrivateData(shipped(PPOB), "0210", approved).taken_apart(48) == taken


def test_a_decline_that_says_something_in_a_part_has_the_layout_of_answers():
    dialect = small()
    declined = {3: "380000", 39: "14", 48: "C1      closed"}
    assert shown(PrivateData(dialect, "0110", declined).taken_apart(48)) == {"customer": MASK, "note": MASK}
    assert PrivateData(dialect, "0110", declined | {39: "00"}).taken_apart(48).problem is None


def test_every_golden_message_with_a_layout_is_taken_apart():
    taken = []
    for vector in vectors(PPOB):
        message = golden(PPOB, vector["name"])
        private = PrivateData(shipped(PPOB), message.mti, message.elements)
        taken += [each for number in message.elements if (each := private.taken_apart(number))]
    assert taken
    assert {each.problem for each in taken} == {None}


def test_what_does_not_fit_says_where_after_what_could_be_read():
    taken = PrivateData(shipped(PPOB), "0200", {3: "170000", 48: "1535012345678102B2026"}).taken_apart(48)
    assert taken.problem == "DE 48: bills.reference cut short"
    assert list(shown(taken)) == ["pay", "bills.subscriber", "bills.count", "bills.open"]


def test_an_answer_that_fits_nothing_is_measured_by_the_likely_layout():
    private = PrivateData(shipped(PPOB), "0210", {3: "380000", 39: "00", 48: "535012345678x"})
    assert private.taken_apart(48).problem == "DE 48: count digits only"


@pytest.mark.parametrize(
    ("mti", "elements"),
    [
        ("0200", {3: "999999", 48: "535012345678"}),
        ("0100", {3: "380000", 48: "535012345678"}),
        ("0200", {3: "380000"}),
    ],
)
def test_other_messages_have_no_parts(mti, elements):
    assert PrivateData(shipped(PPOB), mti, elements).taken_apart(48) is None


def test_a_dialect_without_messages_of_its_own_has_no_parts():
    private = PrivateData(shipped("ascii"), "0200", {3: "500000", 48: "0030002B1"})
    assert (private.kinds, private.taken_apart(48)) == ((), None)


def test_an_element_that_the_dialect_lacks_cannot_be_read():
    def without(values):
        values["elements"][48] = None
        values["decline"] = {}

    private = PrivateData(small(without), "0100", {3: "380000", 48: "B1        Budi    "})
    assert private.taken_apart(48) == ((), "DE 48: bill cut short")


def two_kinds_of_lookup(values):
    values["layouts"]["payer"] = {"fixed": [{"name": "ans18"}]}
    first = values["messages"][0]
    layouts = {**first["layout"], "request": {60: "kind", 48: "payer"}}
    fields = {**first["fields"], "bill_no": {"from": "48.name", "as": "bill_number"}}
    other = {
        **first,
        "name": "other",
        "layout": layouts,
        "fields": fields,
        "when": {3: "38....", "60.type": "02"},
    }
    values["messages"].append(other)


def test_of_several_layouts_that_fit_the_parts_of_the_message_choose():
    dialect = small(two_kinds_of_lookup)
    assert shown(lookup(dialect).taken_apart(48)) == {"bill": "***", "payer": MASK}
    assert shown(lookup(dialect, de60="02123456").taken_apart(48)) == {"name": MASK}


@pytest.mark.parametrize("kind", ["03123456", "0212", None])
def test_where_several_layouts_fit_and_nothing_chooses_all_is_hidden(kind):
    private = lookup(small(two_kinds_of_lookup), **({} if kind is None else {"de60": kind}))
    if kind is None:
        private = PrivateData(small(two_kinds_of_lookup), "0100", {3: "380000", 48: "B1        Budi    "})
    taken = private.taken_apart(48)
    assert taken == ((), "DE 48: the layouts of several messages fit it, so it is hidden")


def test_types_may_be_told_by_the_dialects_names_of_codes():
    def by_name(values):
        values["messages"][1] |= {"processing": "PAYMENT"}
        del values["messages"][1]["when"]
        values["messages"].append(
            {
                "name": "echo",
                "command": "NetworkManagement",
                "requests": ["0800"],
                "network": ["ECHO"],
                "must": [7, 11, 70],
                "layout": {"request": {60: "kind"}},
                "fields": {"function": {"is": "ECHO"}},
            }
        )

    dialect = small(by_name)
    assert (
        PrivateData(dialect, "0200", {3: "500000", 48: "B1        Budi    "}).taken_apart(48).problem is None
    )
    assert PrivateData(dialect, "0200", {3: "400000", 48: "B1        Budi    "}).taken_apart(48) is None
    assert (
        shown(PrivateData(dialect, "0800", {70: "301", 60: "01123456"}).taken_apart(60))["batch"] == "123456"
    )
    assert PrivateData(dialect, "0800", {70: "001", 60: "01123456"}).taken_apart(60) is None


def test_unmasked_parts_show_people_but_no_cards():
    dialect = small()
    elements = {3: "380000", 60: "01123456", 48: "B1        Budi    "}
    private = PrivateData(dialect, "0100", elements)
    assert shown(private.taken_apart(48, unmask=True)) == {"bill": "B1", "payer": "Budi"}
    card = PrivateData(shipped("sulteng"), "0200", {3: "380000", 61: f"{'0' * 27}{'1' * 13}4111111111111111"})
    assert shown(card.taken_apart(61, unmask=True))["rest"] == "411111******1111"


@pytest.mark.parametrize("number", [35, 52, 55, 96])
def test_parts_of_cards_pins_and_keys_are_never_unmasked(number):
    def inside(values):
        values["layouts"]["secret"] = {"fixed": [{"head": "ans4"}], "rest": True}
        values["elements"][number] = "ans...99 Secret"
        values["messages"][0]["layout"]["request"] = {60: "kind", 48: "bill", number: "secret"}

    private = PrivateData(small(inside), "0100", {3: "380000", 60: "01123456", number: "ABCDEF"})
    assert set(shown(private.taken_apart(number, unmask=True)).values()) == {MASK}


def of_keys(function):
    def change(values):
        values["layouts"]["key"] = {"fixed": [{"block": "ans16"}]}
        values["messages"].append(
            {
                "name": "key",
                "command": "NetworkManagement",
                "requests": ["0800"],
                "when": {70: "161"},
                "must": [7, 11, 70],
                "layout": {"request": {48: "key"}},
                "fields": {"function": function},
            }
        )

    return small(change)


@pytest.mark.parametrize("function", [{"is": "NEW_KEY"}, {"from": 70, "as": "network_function"}])
def test_messages_with_a_key_are_never_unmasked(function):
    private = PrivateData(of_keys(function), "0800", {70: "161", 48: "0123456789ABCDEF"})
    assert private.about_keys
    assert shown(private.taken_apart(48, unmask=True)) == {"block": MASK}


def test_an_element_without_a_layout_is_shown_as_the_dialect_says():
    private = PrivateData(shipped("sulteng"), "0200", {3: "500000", 62: "secret", 63: "B2026-10-000777"})
    assert (private.shown(63), private.shown(62)) == ("B2026-10-000777", MASK)


def test_layouts_of_an_answer_are_the_likely_ones_then_the_others():
    private = PrivateData(shipped(PPOB), "0210", {3: "380000", 39: "00"})
    assert [[layout.name for layout in each] for each in private.layouts(48)] == [["bills"], ["subscriber"]]
    declined = PrivateData(shipped(PPOB), "0210", {3: "380000", 39: "14"})
    assert [[layout.name for layout in each] for each in declined.layouts(48)] == [["subscriber"], ["bills"]]


def test_the_form_for_people_has_a_line_a_part_and_says_what_does_not_fit():
    lines = pretty_message(golden(PPOB, "inquiry_request"), shipped(PPOB)).splitlines()
    assert [line.split() for line in lines if line.startswith("  ")] == [["subscriber", "n12", "***5678"]]
    broken = pretty_message(Message("0200", {3: "170000", 48: "15"}), shipped(PPOB)).splitlines()
    assert [line.split() for line in broken[2:]] == [
        ["DE", "48", "Bills"],
        ["pay", "n1", "1"],
        ["DE", "48:", "bills.subscriber", "cut", "short"],
    ]
