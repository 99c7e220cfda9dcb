"""Compiles what a dialect file says about transactions: when sent, who, amounts, originals, products, responses."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from offline_collect.domain.currencies import CURRENCIES
from offline_collect.wire.dialects.dialect import (
    BRIEF,
    REASON,
    RESPONSE_CODE,
    SETTLEMENT_DATE,
    STANDARD_RECORDS,
    Sent,
)
from offline_collect.wire.dialects.places import element_of, place_at, place_keys, places_at
from offline_collect.wire.elements.element import LAST_ELEMENT
from offline_collect.wire.elements.notation import Kind, parse_notation
from offline_collect.wire.errors import ContentError
from offline_collect.wire.messages.amounts import Amounts
from offline_collect.wire.messages.requests.originals import STANDARD_ORIGINAL, NamedOriginal, OriginalRow

if TYPE_CHECKING:
    from collections.abc import Mapping

    from offline_collect.domain.commands import ReversalReason
    from offline_collect.wire.dialects.places import Place
    from offline_collect.wire.dialects.schema import Section
    from offline_collect.wire.elements.element import Element

FORMS = ("MMDDhhmmss", "YYMMDDhhmmss")
NOTHING = "none"
DECIMALS_MAX = 4
ALWAYS: Mapping[Place, str] = MappingProxyType({15: SETTLEMENT_DATE, 39: RESPONSE_CODE})
DECLINE: Mapping[Place, str] = MappingProxyType({44: BRIEF, 63: REASON})
PLACED = (SETTLEMENT_DATE, RESPONSE_CODE, BRIEF, REASON)
PLACED_IN_PARTS = (RESPONSE_CODE, BRIEF, REASON)
MTI = "mti"
REPLACED = (12, 13, 32, 37, 39, 49)
"""Elements that requests may lack: what they would say is known otherwise, or is not needed."""
_TRANSMISSION = 7
_LOCAL = 12
_REASON, _CURRENCY = 39, 49


def compile_sent(root: Section, elements: Mapping[int, Element]) -> Sent:
    """Return where messages say when they were sent: DE 7 in UTC, unless the file says otherwise."""
    if not root.has("sent"):
        return Sent()
    section = root.section("sent")
    if section.values.get("from") == NOTHING:
        section.take("from")
        section.finish()
        return Sent(0)
    number = section.integer("from", 2, LAST_ELEMENT) if section.has("from") else _TRANSMISSION
    zone = section.choice("zone", ("utc", "local"), "utc" if number == _TRANSMISSION else "local")
    form = section.choice("as", FORMS, FORMS[number != _TRANSMISSION])
    section.finish()
    if number in elements and elements[number].shape != f"n{len(form)}":
        section.fail(f"{form} does not fit element {number}, which is {elements[number].shape}", "as")
    return Sent(number, zone == "local", form)


def identity(root: Section, elements: Mapping[int, Element], sent: Sent) -> tuple[Place, ...]:
    """Return the places that, after the class, make up a transaction's key."""
    if not root.has("identity"):
        if not sent.element:
            root.fail("is needed where no element says when a message was sent", "identity")
        return (32, 41, 11, sent.element)
    places = places_at(root, "identity")
    for index, place in enumerate(places):
        if element_of(place) not in elements:
            root.fail(f"element {element_of(place)} is not one of this dialect", f"identity[{index}]")
    if not {11, 37} & set(places):
        root.fail("needs element 11 or 37, else all messages of a terminal are one", "identity")
    return places


def compile_amounts(root: Section) -> Amounts:
    """Return how amounts are written: in minor units, unless the file says otherwise."""
    if not root.has("amounts"):
        return Amounts()
    section = root.section("amounts")
    decimals = section.integer("decimals", 0, DECIMALS_MAX) if section.has("decimals") else None
    currency = section.choice("currency", tuple(CURRENCIES)) if section.has("currency") else None
    section.finish()
    return Amounts(decimals, currency)


def compile_original(root: Section, elements: Mapping[int, Element]) -> NamedOriginal:
    """Return how a message names an original: in DE 90 as the standard has it, unless the file says otherwise."""
    if not root.has("original"):
        return STANDARD_ORIGINAL
    section = root.section("original")
    if section.has("same"):
        places = places_at(section, "same")
        section.finish()
        return NamedOriginal(0, tuple(OriginalRow(place, 0) for place in places))
    place = place_at(section, "in", section.take("in"))
    rows = tuple(_original_row(row) for row in section.sections("fixed"))
    section.finish()
    number = element_of(place)
    length = elements[number].length if number in elements else 0
    most = sum(row.prefix + row.length for row in rows)
    if most > length:
        section.fail(f"the rows have {most} characters, element {number} at most {length}", "fixed")
    return NamedOriginal(place, rows)


def _original_row(section: Section) -> OriginalRow:
    """A row is one pair: an element's number, or a word for what is not looked at, and a shape."""
    if len(section.values) != 1:
        section.fail("must be one pair such as 11: n6")
    (key,) = section.values
    try:
        shape = parse_notation(section.text(key))
    except ContentError as error:
        section.fail(str(error), key)
    if isinstance(key, int) and not 2 <= key <= LAST_ELEMENT:  # noqa: PLR2004 - the first element of content
        section.fail(f"the key must be an element's number, 2 to {LAST_ELEMENT}, a part, or a word", key)
    named = isinstance(key, int) or "." in key
    return OriginalRow(place_at(section, key, key) if named else None, shape.length, shape.prefix)


def compile_products(root: Section, elements: Mapping[int, Element]) -> tuple[Place, Mapping[str, str]]:
    """Return the place that names a product, and our merchant of each."""
    if not root.has("products"):
        return 0, MappingProxyType({})
    section = root.section("products")
    place = place_at(section, "in", section.take("in"))
    if element_of(place) not in elements:
        section.fail(f"element {element_of(place)} is not one of this dialect", "in")
    products = {name: section.text(name) for name in section.keys() if name != "in"}  # noqa: SIM118
    section.finish()
    return place, MappingProxyType(products)


def optional(root: Section, amounts: Amounts, reason: ReversalReason | None) -> frozenset[int]:
    """Return the elements of the message set that requests need not have."""
    if not root.has("optional"):
        return frozenset()
    numbers = root.integers("optional", 2, LAST_ELEMENT)
    for index, number in enumerate(numbers):
        if number not in REPLACED:
            root.fail(f"must be one of {', '.join(map(str, REPLACED))}", f"optional[{index}]")
    if _CURRENCY in numbers and amounts.currency is None:
        root.fail(f"without element {_CURRENCY} it must say which currency it is", "amounts.currency")
    if _REASON in numbers and reason is None:
        root.fail(f"without element {_REASON} it must say why", "reversal_reasons.default")
    return frozenset(numbers)


def records(root: Section, elements: Mapping[int, Element]) -> tuple[int, ...]:
    """Return the elements that hold a record each: 120 to 125, unless the file says otherwise."""
    if not root.has("records"):
        return STANDARD_RECORDS
    numbers = root.integers("records", 2, LAST_ELEMENT)
    if len(numbers) != len(STANDARD_RECORDS):
        root.fail(f"must be {len(STANDARD_RECORDS)} elements, in place of 120 to 125", "records")
    for index, number in enumerate(numbers):
        if number not in elements or elements[number].kind is not Kind.TEXT:
            root.fail(f"element {number} must be a text element of this dialect", f"records[{index}]")
    return numbers


def compile_simulator(root: Section, elements: Mapping[int, Element]) -> Mapping[int, str]:
    """Return what our terminal simulator says in elements that the message set does not know."""
    if not root.has("simulator"):
        return MappingProxyType({})
    section = root.section("simulator")
    says = {number: section.text(number) for number in section.numbers()}
    for number in says:
        if number not in elements:
            section.fail(f"element {number} is not one of this dialect", number)
    return MappingProxyType(says)


def own_places(
    root: Section, key: str, default: Mapping[Place, str], elements: Mapping[int, Element]
) -> Mapping[Place, str]:
    """Return which places get a value that the platform puts in by itself."""
    if not root.has(key):
        return default
    section = root.section(key)
    places: dict[Place, str] = {}
    for place in place_keys(section):
        if element_of(place) not in elements:
            section.fail(f"element {element_of(place)} is not one of this dialect", place)
        words = PLACED if isinstance(place, int) else PLACED_IN_PARTS
        places[place] = section.choice(place, words)
    return MappingProxyType(places)
