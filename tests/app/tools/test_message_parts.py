"""Messages by hand in a dialect with layouts: parts are shown one by one, and given as a mapping."""

import pytest

from offline_collect.app.errors import MessageError
from offline_collect.app.tools.message_codec import decode_input as decoded
from offline_collect.app.tools.message_codec import described
from offline_collect.app.tools.message_encoding import encode_messages
from tests.messages.golden import shipped
from tests.messages.own import golden_frame


def decode_input(content, dialect, framed, **shown):
    return [described(message, dialect, **shown) for message in decoded(content, dialect, framed)]


def encoded(document, dialect):
    (line,) = encode_messages(document, "m.yaml", dialect, framed=True, tpdu=None)
    return line


PPOB = shipped("ppob-postpaid")
PAYING = {
    "pay": "1",
    "bills.subscriber": "535012345678",
    "bills.open": "2",
    "bills.reference": "B2026-10-000777",
    "bills.name": "BUDI SANTOSO",
    "bills.fee": "0",
    "bills.bills[0].period": "202610",
    "bills.bills[0].amount": "61000",
    "bills.bills[0].penalty": "3000",
}
PAYMENT = {"mti": "0200", "elements": {3: "170000", 4: "000000064000", 48: PAYING}}


def rows(shown):
    return {line.split()[0]: line.split()[-1] for line in shown.splitlines() if line.startswith("  ")}


def test_parts_of_layouts_are_shown_one_by_one_and_masked():
    (shown,) = decode_input(golden_frame("ppob-postpaid", "inquiry_answer").encode(), PPOB, None)
    parts = rows(shown)
    assert parts["subscriber"] == "***5678"
    assert parts["bills[1].amount"] == "00000062500"
    assert parts["tariff"] == "***"
    assert "BUDI" not in shown


def test_unmasked_parts_show_people():
    frame = golden_frame("ppob-postpaid", "inquiry_answer").encode()
    (shown,) = decode_input(frame, PPOB, None, unmask=True)
    assert rows(shown)["subscriber"] == "535012345678"
    assert "BUDI SANTOSO" in shown


def test_a_layout_that_does_not_fit_says_where_and_the_rest_is_shown():
    document = {"mti": "0200", "elements": {3: "170000", 48: "1535012345678102B", 49: "360"}}
    (shown,) = decode_input(bytes.fromhex(encoded(document, PPOB)), PPOB, None)
    assert list(rows(shown)) == ["pay", "bills.subscriber", "bills.count", "bills.open", "DE"]
    assert "  DE 48: bills.reference cut short\n" in shown
    assert "360 (IDR)" in shown


def test_parts_may_be_a_mapping_as_they_are_shown():
    content = bytes.fromhex(encoded(PAYMENT, PPOB))
    (shown,) = decode_input(content, PPOB, None, unmask=True)
    assert rows(shown) | {"bills.name": "BUDI SANTOSO"} == {
        **PAYING,
        "bills.count": "1",
        "bills.open": "02",
        "bills.tariff": "ans4",
        "bills.fee": "000000000",
        "bills.bills[0].due": "00000000",
        "bills.bills[0].amount": "00000061000",
        "bills.bills[0].penalty": "000003000",
    }
    again = {**PAYMENT, "elements": {**PAYMENT["elements"], 48: {**PAYING, "bills.bills[0].due": "00000000"}}}
    assert bytes.fromhex(encoded(again, PPOB)) == content


def test_parts_of_answers_may_be_a_mapping():
    bills = {
        "subscriber": "535012345678",
        "open": "0",
        "fee": "0",
        "bills[0].amount": "1",
        "bills[0].penalty": "0",
    }
    for code, parts in (("00", bills), ("14", {"subscriber": "535012345678"}), ("14", bills)):
        document = {"mti": "0210", "elements": {3: "380000", 39: code, 48: parts}}
        (shown,) = decode_input(bytes.fromhex(encoded(document, PPOB)), PPOB, None)
        assert rows(shown)["subscriber"] == "***5678"
        assert ("count" in rows(shown)) == (parts is bills)


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ({"colour": "red"}, r"m\.yaml: elements\.48: DE 48: colour not in this layout \(layout paying\)"),
        ({"pay": "1"}, r"m\.yaml: elements\.48: DE 48: bills missing"),
        ({1: "1"}, "m.yaml: elements.48: 1 must be the address of a part, quoted"),
        ({"pay": 1}, "m.yaml: elements.48.pay: must be a quoted string"),
        ({"bills[0]": "1"}, r"m\.yaml: bills\[0\]: must be one value"),
    ],
)
def test_wrong_parts_are_refused_with_their_place(parts, reason):
    with pytest.raises(MessageError, match=reason):
        encoded({"mti": "0200", "elements": {3: "170000", "48": parts}}, PPOB)
