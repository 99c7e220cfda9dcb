"""Says in a dialect's own elements what the message set says in those of the standard.

Requests and scenarios name elements as schemas/messages.yaml does; the dialect's rules say where each one is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from offline_collect.wire.dialects.dialect import Dialect
from offline_collect.wire.dialects.places import element_of
from offline_collect.wire.elements.notation import Kind
from offline_collect.wire.messages.message import Message
from offline_collect.wire.messages.message_set.fitting import ORIGINAL, REASON, places
from offline_collect.wire.messages.requests.originals import OriginalRow

Content = TypeVar("Content")

PROCESSING = 3
TRANSMISSION, TIME, DATE = 7, 12, 13
MTI_DIGITS = 4


def place(number: int, dialect: Dialect, *, answer: bool = False) -> int:
    """Return the element in which a dialect says what the message set says in ``number``."""
    if answer and number == REASON:
        return number  # why a reversal is sent has an element of its own, the response code has not
    return next(map(element_of, places(number, dialect)), number)


def spoken(elements: Mapping[int, Content], dialect: Dialect) -> dict[int, Content]:
    """Return a request's elements as the dialect has them: without those that it need not have.

    An original that is named by the message's own elements is not in one of its own: see :func:`same_as_original`.
    """
    if dialect.messages is not None:
        return dict(elements)
    found: dict[int, Content] = {}
    for number, content in elements.items():
        optional = number in dialect.optional and number != REASON
        where = (
            ()
            if optional or (number == ORIGINAL and not dialect.original.element)
            else places(number, dialect)
        )
        for one in where:
            found.setdefault(element_of(one), content)
    return found


def same_as_original(elements: Mapping[int, object], dialect: Dialect) -> tuple[int, ...]:
    """Return the elements that a request must have as its original has them."""
    if ORIGINAL not in elements or dialect.original.element or dialect.messages is not None:
        return ()
    return tuple(map(element_of, places(ORIGINAL, dialect)))


def named_original(message: Message, dialect: Dialect) -> str:
    """Return what names a message as an original, in the dialect's rows; '' where no element names it."""
    if not dialect.original.element:
        return ""
    return "".join(_row(row, message, dialect) for row in dialect.original.rows)


def _row(row: OriginalRow, message: Message, dialect: Dialect) -> str:
    if row.element is None:
        return (
            f"{dialect.mti_on_wire(message.mti):0>{row.length}}"
            if row.length == MTI_DIGITS
            else "0" * row.length
        )
    number = element_of(row.element)
    value = _part(number, message, dialect)
    if row.prefix:
        return f"{len(value):0{row.prefix}d}{value}"
    element = dialect.elements.get(number)
    packed = element is None or element.kind is Kind.N
    return value.rjust(row.length, "0") if packed else value.ljust(row.length)


def _part(number: int, message: Message, dialect: Dialect) -> str:
    part = message.elements.get
    if number == TRANSMISSION and TRANSMISSION not in dialect.identity and TIME in dialect.identity:
        # Where keys have DE 12 and 13 but not 7, these stand in its place.
        return f"{part(DATE, ''):>04}{part(TIME, ''):>06}"
    return part(number, "")
