"""Personal data, cards and keys in messages of every shipped dialect: journals, logs and `message decode` hide them.

Each place that may have them gets a marked value, in requests and answers; no seven characters of one may show.
"""

import dataclasses

import pytest

from offline_collect.app.config.schemas import Schemas
from offline_collect.domain import commands
from offline_collect.domain.answers import Answer, Record
from offline_collect.domain.codes import ResponseCode
from offline_collect.wire.dialects.dialect_file import compile_dialect
from offline_collect.wire.elements.notation import Kind
from offline_collect.wire.layouts.pds import build_pds
from offline_collect.wire.masking import SAFE_ELEMENTS, SAFE_TAGS, mask_element, masked_line
from offline_collect.wire.messages.answers.writer import ResponseWriter
from offline_collect.wire.messages.masked_parts import SHOWN_FIELDS, maskers
from offline_collect.wire.messages.message import Message
from offline_collect.wire.messages.message_set.routing import Router
from offline_collect.wire.messages.message_set.types import is_answer
from offline_collect.wire.messages.requests.reader import LinkTerms, RequestReader
from offline_collect.wire.pretty import pretty
from tests.messages.golden import (
    NOW,
    SHANGHAI,
    TODAY,
    changed,
    dialect_values,
    message_values,
    messages,
    shipped,
)
from tests.messages.own import compiled, small_values

NAMES = tuple(Schemas().dialect_names())
NAME, NUMBER, CARD, KEY = "Qwertzu Asdfghjkl", "99887766554433", "378282246310005", "AB12CD34" * 4
PERSONAL = {
    "customer_no": NUMBER,
    "customer_name": NAME,
    "receipt": f"{NAME} {NUMBER}",
    "extra": f"phone={NUMBER}|tariff=R1",
    "key_block": KEY,
}
PLAIN = {
    "bill_no": "B1",
    "period": "202611",
    "due_date": "20261130",
    "principal": 123400,
    "late_fee": 0,
    "total_payable": 123400,
    "payer_fee": 0,
    "approval_code": "123456",
    "serial_number": "20261122000000001",
    "open_count": 2,
    "key_check_value": "A1B2C3",
    "settlement_code": "1",
    "posted_at": "2026-11-22T09:30:12+08:00",
}
VALUES = PLAIN | PERSONAL
PRIVATE_DATA = {"sulteng": {61: "0" * 13 + " " * 14 + "0" * 13}, "ppob-postpaid": {48: "0" * 12}}
"""What inquiries need in their layouts."""

WINDOW = 7
"""A card number may show its first six digits."""


def hidden(text):
    """The pieces of the marked values that a text shows; none is right."""
    marked = (NAME, NUMBER, CARD, KEY, KEY.lower())
    pieces = (each[at : at + WINDOW] for each in marked for at in range(len(each) - WINDOW + 1))
    return [piece for piece in pieces if piece in text]


def forms(message, dialect):
    """What people and files may see of a message."""
    yield repr(message)
    yield pretty(message.mti, message.elements, dialect)
    if dialect.messages is None:
        yield masked_line(message.mti, message.elements, dialect.charset, tagged=dialect.tagged)
        return
    for kind in dialect.messages.types:
        answers = {number: plan.layout for number, plan in kind.answer.layouts.items()}
        yield maskers(answers if is_answer(message.mti) else kind.layouts, dialect).line(message, None)


def leaks(message, dialect):
    return [piece for form in forms(message, dialect) for piece in hidden(form)]


def of_type(kind, dialect):
    """The elements that make a message one of a type, as far as whole elements do."""
    elements = {7: "1122093000", 11: "000001", 24: "800", 32: "1234567", 41: "TERM0001", 49: "156"}
    elements |= {
        each.place: each.pattern.replace(".", "0") for each in kind.when if isinstance(each.place, int)
    }
    elements |= PRIVATE_DATA.get(dialect.name, {})
    if kind.processing:
        elements[3] = dialect.processing_codes[kind.processing].replace(".", "0")
    if kind.network:
        elements[dialect.network_element] = dialect.network_codes[kind.network[-1]].replace(".", "0")
    return {number: value for number, value in sorted(elements.items()) if number in dialect.elements}


@pytest.mark.parametrize("name", NAMES)
def test_answers_of_every_message_hide_personal_data_and_keys(name):
    dialect = shipped(name)
    writer, kinds = ResponseWriter(messages(), dialect), Router(messages(), dialect).messages.types
    answer = Answer(ResponseCode.APPROVED, values=VALUES, records=(Record(VALUES), Record(VALUES)))
    carried = 0
    for kind in kinds:
        message = Message(kind.requests[0], of_type(kind, dialect))
        if commands.Totals is kind.command:
            continue
        response = writer.write(message, answer, TODAY)
        carried += bool(hidden("".join(response.elements.values())))
        assert leaks(response, dialect) == [], kind.name
    assert carried, "some answer has personal data"


def marked(element):
    """A content of an element that is nothing but marked values."""
    if element.kind is Kind.B:
        return (KEY * element.length)[: 2 * element.length]
    if element.kind is Kind.XN:
        return "C" + (NUMBER * element.length)[: element.length]
    digits = element.kind in {Kind.N, Kind.Z}
    text = CARD if element.number in {2, 35, 42} else NUMBER if digits else NAME.replace(" ", "")
    return (text * element.length)[: element.length] if not element.prefix else text[: element.length]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("mti", ["0200", "0210", "0800", "0810"])
def test_every_element_that_is_not_known_to_be_safe_is_hidden(name, mti):
    dialect = shipped(name)
    shown = SAFE_ELEMENTS | {each for each in dialect.masking if isinstance(each, int)}
    # Reasons of answers are the platform's own words.
    shown |= {44, 63} if is_answer(mti) else set()
    elements = {n: marked(each) for n, each in sorted(dialect.elements.items()) if n not in shown and n > 1}
    assert hidden("".join(elements.values()))
    assert leaks(Message(mti, elements), dialect) == []


@pytest.mark.parametrize("name", [name for name in NAMES if shipped(name).messages is None])
@pytest.mark.parametrize("mti", ["0200", "0210"])
def test_tags_are_hidden_in_every_element_that_has_them(name, mti):
    dialect = shipped(name)
    tags = [(f"{tag:04d}", NAME) for tag in range(1, 100) if f"{tag:04d}" not in SAFE_TAGS]
    for number in dialect.tagged & dialect.elements.keys():
        for tag in tags:
            value = build_pds([tag], dialect.charset, 999)
            assert leaks(Message(mti, {number: value}), dialect) == [], (number, tag)
        # Tags that cannot be read hide all.
        broken = build_pds([("0030", NAME)], dialect.charset, 999) + NUMBER
        assert leaks(Message(mti, {number: broken}), dialect) == []


def moved(numbers):
    values = changed(dialect_values(), ["records"], numbers)
    elements = {number: f"text...999 Record {number}" for number in numbers}
    return compile_dialect(values | {"elements": values["elements"] | elements, "decline": {}}, "moved.yaml")


RECORD = build_pds([("0030", "B1"), ("0032", NAME), ("0059", "1234")], "utf-8", 999)


@pytest.mark.parametrize("number", [33, 37, 41, 42, 44, 57, 63, 102, 112])
@pytest.mark.parametrize("mti", ["0200", "0210"])
def test_records_that_a_dialect_has_elsewhere_are_masked_as_in_120(number, mti):
    free = [each for each in range(105, 125) if each != number]
    dialect = moved([number, *free[:5]])
    message = Message(mti, {11: "000001", number: RECORD})
    assert leaks(message, dialect) == []
    assert "Q***" in pretty(mti, message.elements, dialect), "tag by tag, as in 120"
    standard = masked_line(mti, {120: RECORD}, "utf-8")
    line = masked_line(mti, {number: RECORD}, "utf-8", tagged=dialect.tagged)
    assert line == standard.replace("120=", f"{number}=")
    assert masked_line(mti, {number: RECORD + "0"}, "utf-8", tagged=dialect.tagged) == f"{mti} {number}=[***]"
    assert mask_element(number, RECORD, answer=is_answer(mti), tagged=dialect.tagged) == "***"


@pytest.mark.parametrize("mti", ["0200", "0210"])
def test_where_records_were_moved_from_nothing_is_shown_tag_by_tag(mti):
    dialect = moved([112, 113, 114, 115, 116, 117])
    card_holder = build_pds([("0030", NAME)], "utf-8", 999)
    assert leaks(Message(mti, {120: card_holder, 121: NAME}), dialect) == []


@pytest.mark.parametrize("name", ["ascii", "moov-spec87ascii"])
def test_the_journal_of_a_payment_masks_its_records(name):
    dialect = shipped(name)
    terms = LinkTerms("fep-1", 10_000, SHANGHAI, frozenset({"1234567"}))
    records = {
        number: build_pds([("0030", f"B{nth}"), ("0059", "617"), ("0032", NAME)], dialect.charset, 999)
        for nth, number in enumerate(dialect.records[:2], 1)
    }
    (kind,) = (each for each in Router(messages(), dialect).messages.types if each.name == "payment")
    elements = of_type(kind, dialect) | {
        4: "000000001234",
        12: "173000",
        13: "1122",
        37: "632609300001",
        42: "SCHOOL01       ",
        48: build_pds([("0061", "CASH"), ("0062", "KIOSK"), ("0021", NUMBER)], dialect.charset, 999),
    }
    elements.pop(24, None)
    command = RequestReader(messages(), dialect, terms).read(
        Message("0200", dict(sorted((elements | records).items()))), NOW
    )
    assert isinstance(command, commands.Payment), command
    assert len(command.lines) == 2
    assert hidden(command.journal) == []
    for nth, number in enumerate(dialect.records[:2], 1):
        assert f"{number}=[0030=B{nth} 0059=617 0032=Q***" in command.journal


def whole_element_dialect(put):
    """A small dialect whose answers have a value in a whole element, and its requests an input."""
    values = small_values()
    number, value = put
    values["elements"] |= {number: "ans...999 Anything", 33: "ans...100 Anything"}
    lookup, payment = values["messages"][:2]
    lookup["fields"] = lookup["fields"] | {"inputs": {"from": [33], "as": "inputs"}}
    answer = payment["answer"] if value == "receipt" else lookup["answer"]
    answer["put"] = answer.get("put", {}) | {number: "first_extra" if value == "extra" else value}
    return values


@pytest.mark.parametrize("number", [37, 38, 44, 63, 102])
@pytest.mark.parametrize("value", sorted(PERSONAL.keys() - {"key_block"}))
def test_a_dialects_own_personal_elements_are_hidden_whatever_their_number(number, value):
    values = whole_element_dialect((number, value))
    values["masking"] = {}
    dialect = compiled(values)
    text = NAME if number == 102 else f"{NAME} {NUMBER}"
    for mti in ("0110", "0210"):
        assert leaks(Message(mti, {number: text, 33: NAME}), dialect) == []
    assert leaks(Message("0100", {33: f"{NAME} {NUMBER}"}), dialect) == []


def test_records_of_a_dialects_own_messages_have_their_tags_masked():
    values = dialect_values() | {"messages": message_values()["messages"], "decline": {}}
    for kind in values["messages"]:
        if "records" in kind.get("answer", {}):
            kind["answer"]["records"]["elements"] = [44, 63]
        if "bills" in kind:
            kind["bills"]["elements"] = [62, 63]
    values["elements"] |= {number: f"text...999 Record {number}" for number in (44, 62, 63)}
    dialect = compile_dialect(values, "own.yaml")
    assert {44, 48, 62, 63} < dialect.tagged
    for number in (44, 62, 63):
        assert leaks(Message("0210", {number: RECORD}), dialect) == []
    assert "62=[0030=B1 0032=Q***" in masked_line("0200", {62: RECORD}, "utf-8", tagged=dialect.tagged)


def test_a_dialect_may_say_how_much_of_them_is_shown():
    values = whole_element_dialect((38, "customer_name"))
    values["masking"] = {38: "name"}
    assert "Q***" in pretty("0110", {38: NAME}, compiled(values))


def test_every_field_of_a_command_is_known_as_shown_or_hidden():
    sender = {field.name for field in dataclasses.fields(commands.Command)}
    identity = {"key", "trace", "fingerprint", "repeat", "rrn", "journal"}
    own = {
        field.name
        for command in vars(commands).values()
        if isinstance(command, type) and issubclass(command, commands.Command)
        for field in dataclasses.fields(command)
    }
    assert own - sender - identity - SHOWN_FIELDS == {"inputs", "new_key"}
    assert own >= SHOWN_FIELDS
