"""Keys, traces and fingerprints of requests as plans; `identity` says what they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from offline_collect.domain.texts.cards import CARD_DIGITS
from offline_collect.wire.dialects.places import element_of
from offline_collect.wire.elements.notation import Kind
from offline_collect.wire.messages.identity import (
    DATED,
    INSTITUTIONS,
    PAYING,
    escaped,
    joined,
    printed,
    undated_part,
)
from offline_collect.wire.messages.requests.journals import literal
from offline_collect.wire.messages.requests.times import Remembered

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from offline_collect.wire.dialects.dialect import Dialect
    from offline_collect.wire.dialects.places import Place
    from offline_collect.wire.messages.identity import TransactionPlan
    from offline_collect.wire.messages.requests.times import RequestTimes

    Row = list[str]
    Read = Callable[[str], str]

STAN, INSTITUTION, TERMINAL, RRN, MERCHANT = 11, 32, 41, 37, 42
AGAIN = frozenset({TERMINAL, MERCHANT})
"""Elements of which many messages have the same values, but a link has many of them."""
_LOCAL = (13, 12)


class Head(NamedTuple):
    """What the identities of many requests have in common.

    Attributes:
        key: the beginning of the key.
        trace: the beginning of the trace; None for requests without one.
        template: the fingerprint with a place for each value that does not come again.
    """

    key: str
    trace: str | None
    template: str


NO_HEAD = Head("", None, "")


class Places(NamedTuple):
    """Where the values of a message are in its row.

    Attributes:
        at: each, by place or tag.
        repeated: those that come again and again.
        cards: those in which card numbers are masked already.
    """

    at: Mapping[Any, int]
    repeated: frozenset[int]
    cards: frozenset[int]


class IdentityPlan:
    """How transactions of one message type are identified.

    Args:
        transaction: the type's.
        dialect: of the link.
        times: of the link.

    Attributes:
        letter: the class.
        sender_first: whether keys begin with institution and terminal.
        key: the other places of keys, each with what gives a value the form that it has there; None if it has it.
        elements: the places of fingerprints likewise.
        tags: of fingerprints.
        terminal: gives a terminal the form that it has in keys and traces.
    """

    def __init__(self, transaction: TransactionPlan, dialect: Dialect, times: RequestTimes) -> None:
        self.letter = transaction.letter
        identity = dialect.identity
        self.sender_first = identity[:2] == (INSTITUTION, TERMINAL)
        self.key = [(place, _in_key(place, dialect, times)) for place in identity[2 * self.sender_first :]]
        self.elements = [(place, _in_print(place, dialect)) for place in transaction.elements]
        self.tags = transaction.tags
        self.terminal: Read = Remembered(_printed_place).__getitem__


class IdentityForm:
    """How requests of one message type are identified whose values have the same names.

    Args:
        plan: the type's.
        places: of the values.
    """

    def __init__(self, plan: IdentityPlan, places: Places) -> None:
        at, repeated, cards = places
        self._plan = plan
        self._read_terminal, self._sender_first = plan.terminal, plan.sender_first
        self._institution, self._terminal, self._stan = at[INSTITUTION], at[TERMINAL], at[STAN]
        self._key = [(at[place], read) for place, read in plan.key]
        self._rrn = at.get(RRN)
        self._local = [at[number] for number in _LOCAL if number in at]
        self._print: list[tuple[int | None, Read | None]] = [
            *((at.get(place), read) for place, read in plan.elements),
            *((at[tag], escaped if at[tag] in cards else _printed_tag) for tag in plan.tags),
        ]
        self._repeated = repeated
        self._taken = [
            (place, read) for place, read in self._print if place is not None and place not in repeated
        ]

    def head(self, row: Row) -> Head:
        """Return what a message has in common with others of its institution."""
        letter = self._plan.letter
        sender = f"{letter}|{row[self._institution].lstrip('0')}"
        return Head(
            sender if self._sender_first else letter,
            sender if letter == PAYING else None,
            "|".join([self._piece(row, *each) for each in self._print]),
        )

    def _piece(self, row: Row, at: int | None, read: Read | None) -> str:
        """A value in the fingerprint, or its place."""
        if at is None:
            return ""
        if at not in self._repeated:
            return "%s"
        return literal(row[at] if read is None else read(row[at]))

    def identity(self, head: Head, row: Row) -> tuple[str, str | None, str]:
        """Return key, trace and fingerprint of a message."""
        terminal = self._read_terminal(row[self._terminal])
        first = f"{head.key}|{terminal}" if self._sender_first else head.key
        key = "|".join([first, *[row[at] if read is None else read(row[at]) for at, read in self._key]])
        taken = [row[at] if read is None else read(row[at]) for at, read in self._taken]
        trace = None if head.trace is None else self._trace(f"{head.trace}|{terminal}", row)
        return key, trace, head.template % tuple(taken)

    def rrn(self, row: Row) -> str | None:
        """Return DE 37."""
        return None if self._rrn is None else row[self._rrn]

    def _trace(self, head: str, row: Row) -> str | None:
        if self._rrn is not None:
            rrn = row[self._rrn].rstrip()
            if rrn:
                return f"{head}|{joined([row[self._stan], rrn])}"
        if len(self._local) < len(_LOCAL):
            return None
        return f"{head}|{joined([row[self._stan], *[row[at] for at in self._local]])}"


def _in_key(place: Place, dialect: Dialect, times: RequestTimes) -> Read | None:
    """Return what gives a value the form that it has in keys; None if it has it."""
    if place in DATED:
        return times.parts[place].__getitem__
    element = dialect.elements[element_of(place)]
    if element.kind is Kind.N and element.length < CARD_DIGITS and place not in INSTITUTIONS:
        return None
    return lambda text: escaped(undated_part(place, text))


def _in_print(place: Place, dialect: Dialect) -> Read | None:
    """Return what gives a value the form that it has in fingerprints; None if it has it."""
    element = dialect.elements.get(place) if isinstance(place, int) else None
    if element is not None and element.kind is Kind.N and element.length < CARD_DIGITS:
        return None
    return Remembered(_printed_place).__getitem__ if place in AGAIN else _printed_place


def _printed_place(text: str) -> str:
    return escaped(printed(text.rstrip()))


def _printed_tag(text: str) -> str:
    return escaped(printed(text))
