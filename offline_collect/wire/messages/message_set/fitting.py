"""Adapts the shared message set to a dialect.

schemas/messages.yaml uses the element numbers of ISO 8583:1987. A dialect may use other elements for the time of
sending, the original and the network function. A message is left out if it needs an element that the dialect does not
have, or has with another kind of content.
"""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from offline_collect.domain.commands import Payment, PaymentAdvice, Reversal
from offline_collect.wire.dialects.dialect import NETWORK_MTIS, STANDARD_RECORDS
from offline_collect.wire.dialects.places import element_of
from offline_collect.wire.elements.notation import Kind
from offline_collect.wire.messages.message_set.types import ManyField, MessageSet

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from offline_collect.wire.dialects.dialect import Dialect
    from offline_collect.wire.dialects.places import Place
    from offline_collect.wire.messages.message_set.types import MessageType, OneField

TRANSMISSION, TIME, DATE = 7, 12, 13
REASON, PRIVATE, CURRENCY, NETWORK, ORIGINAL = 39, 48, 49, 70, 90
COMPLETED_FIELDS = frozenset({"original_key", "original_institution"})
"""Fields of an advice that name the request that it completes."""

_NUMBERS = frozenset({66, *range(74, 78), *range(86, 90)})
"""Elements that must be numbers; a dialect with another kind has another meaning for the number."""


def fitted(messages: MessageSet, dialect: Dialect) -> MessageSet:
    """Return the messages that a dialect can carry, with its own elements."""
    echo = (*messages.echo, *dialect.identity, dialect.original.element)
    types = tuple(_fitted(kind, dialect) for kind in messages.types)
    return MessageSet(
        messages.file,
        tuple(dict.fromkeys(element_of(place) for place in echo if place)),
        tuple(kind for kind in types if not lacking(kind, dialect)),
    )


def lacking(kind: MessageType, dialect: Dialect) -> list[Place]:
    """Return the elements that an adapted message type needs and the dialect does not have."""
    return [place for place in _needs(kind) if not _has(dialect, element_of(place))]


def places(number: Place, dialect: Dialect) -> tuple[Place, ...]:
    """Return the places in a dialect's requests for an element of the standard; empty if requests do not carry it.

    A dialect with its own messages names the places in them, so the element is not moved.
    """
    if dialect.messages is not None:
        return (number,)
    sent = dialect.sent
    with_year = bool(sent.element) and sent.element != TRANSMISSION and not sent.form.startswith("MM")
    if number == TRANSMISSION or (number in {TIME, DATE} and with_year):
        return (sent.element,) if sent.element else ()
    if number == ORIGINAL:
        named = dialect.original
        return (named.element,) if named.element else tuple(row.element for row in named.rows if row.element)
    moved: dict[Place, Place] = {NETWORK: dialect.network_element, REASON: dialect.reason_element}
    moved |= zip(STANDARD_RECORDS, dialect.records, strict=True)
    return (moved.get(number, number),)


def _fitted(kind: MessageType, dialect: Dialect) -> MessageType:
    optional = dialect.optional
    must = [place for number in kind.must if number not in optional for place in places(number, dialect)]
    fields = [field for field in kind.fields if not _completes(kind, field.name, dialect)]
    return replace(
        kind,
        **_network(kind, dialect),
        must=tuple(dict.fromkeys(must)),
        checks=tuple(_moved(check, dialect) for check in kind.checks),
        fields=tuple(field if isinstance(field, ManyField) else _moved(field, dialect) for field in fields),
        constants=MappingProxyType({**kind.constants, **_defaults(kind, dialect)}),
        transaction=kind.transaction
        and replace(kind.transaction, elements=_fingerprint(kind.transaction.elements, dialect)),
        bills=kind.bills and replace(kind.bills, elements=_records(kind.bills.elements, dialect)),
        answer=replace(
            kind.answer,
            echo=tuple(element_of(place) for number in kind.answer.echo for place in places(number, dialect)),
            records=kind.answer.records
            and replace(kind.answer.records, elements=_records(kind.answer.records.elements, dialect)),
        ),
    )


def _records(numbers: Iterable[int], dialect: Dialect) -> tuple[int, ...]:
    """The elements of records, where the dialect has them."""
    return tuple(element_of(place) for number in numbers for place in places(number, dialect))


def _network(kind: MessageType, dialect: Dialect) -> dict[str, Any]:
    """Return the dialect's MTIs of a network message; its answers have the MTIs that follow from them."""
    if not kind.network or dialect.network_mtis == NETWORK_MTIS:
        return {}
    return {"requests": dialect.network_mtis, "response": ""}


def _completes(kind: MessageType, name: str, dialect: Dialect) -> bool:
    """Whether a field names the request that an advice completes, in a dialect where both have the same key."""
    return not dialect.original.element and kind.command is PaymentAdvice and name in COMPLETED_FIELDS


def _moved(field: OneField, dialect: Dialect) -> OneField:
    where = places(field.element, dialect)
    return replace(field, element=where[0]) if where else field


def _fingerprint(elements: Iterable[Place], dialect: Dialect) -> tuple[Place, ...]:
    """Return the elements of a fingerprint, without those that are in the key already."""
    same = not dialect.original.element
    kept = [number for number in elements if not (same and number == ORIGINAL)]
    return tuple(place for number in kept for place in places(number, dialect))


def _defaults(kind: MessageType, dialect: Dialect) -> dict[str, object]:
    """Return the values of a command's fields that messages of this dialect may lack."""
    if issubclass(kind.command, Payment) and CURRENCY in dialect.optional:
        return {"currency": dialect.amounts.currency}
    if issubclass(kind.command, Reversal) and dialect.reason is not None:
        return {"reason": dialect.reason}
    return {}


def _needs(kind: MessageType) -> Iterator[Place]:
    yield from kind.must
    yield from kind.answer.elements
    if kind.answer.tags:
        yield PRIVATE
    if kind.answer.records:
        yield from kind.answer.records.elements


def _has(dialect: Dialect, number: int) -> bool:
    element = dialect.elements.get(number)
    return element is not None and (number not in _NUMBERS or element.kind is Kind.N)
