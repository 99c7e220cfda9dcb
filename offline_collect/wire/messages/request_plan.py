"""The usual requests of one message type as a plan: what is the same for many messages is worked out once.

A plan reads correct messages only. Whatever it does not read, `requests` reads in the general way, which also says what
is wrong. Both give the same command.
"""

from __future__ import annotations

from functools import partial
from operator import methodcaller
from typing import TYPE_CHECKING, Any, NamedTuple

from offline_collect.domain.texts.cards import CARD_DIGITS
from offline_collect.wire.dialects.places import element_of, part_of
from offline_collect.wire.elements.notation import Kind
from offline_collect.wire.errors import ContentError, DecodeError, RequestError
from offline_collect.wire.layouts.pds import parse_pds
from offline_collect.wire.masking import PRIVATE, LineForm, TagsForm, line_form, tags_form
from offline_collect.wire.messages.identity import (
    DATED,
    INSTITUTIONS,
    joined,
    printed,
    trace_of,
    undated_part,
)
from offline_collect.wire.messages.masked_parts import part_rules, whole_rules
from offline_collect.wire.messages.private_plan import PrivatePlan
from offline_collect.wire.messages.request_fields import NO_TAGS, FieldsPlan
from offline_collect.wire.messages.request_parts import places_read
from offline_collect.wire.messages.request_times import keep

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable, Mapping

    from offline_collect.domain.commands import Command
    from offline_collect.wire.dialects.dialect import Dialect
    from offline_collect.wire.dialects.places import ByPlace, Place
    from offline_collect.wire.layouts.masking import Rule
    from offline_collect.wire.messages.bill_lists import BillList
    from offline_collect.wire.messages.message import Message
    from offline_collect.wire.messages.message_types import MessageType, TagCondition, TransactionPlan
    from offline_collect.wire.messages.private_plan import Bills
    from offline_collect.wire.messages.request_times import RequestTimes

JOURNAL_MAX = 1000
"""Most characters of the masked request in the journal."""

SENDER = ("institution", "terminal", "stan", "sent_at", "received_at")
IDENTITY = ("key", "trace", "fingerprint", "repeat", "rrn")
"""Fields that commands have one behind the other, so that they are set in one go."""

_STAN, _INSTITUTION, _TERMINAL, _RRN, _LOCAL_DATE = 11, 32, 41, 37, 13


class _Shape(NamedTuple):
    """What the numbers of a message's elements say about it.

    Attributes:
        tagged: whether it has tags in DE 48.
        layouts: its elements with layouts: place among the elements, number, plan.
        whole: places of elements that are masked as the dialect says.
    """

    tagged: bool
    line: LineForm
    layouts: tuple[tuple[int, int, PrivatePlan], ...]
    whole: tuple[tuple[int, Rule], ...]

    def journal(self, message: Message, masked: Mapping[int, str], private: Mapping[int, str]) -> str:
        """Return the masked line of a message.

        Args:
            message: the message.
            masked: lines of elements with layouts, by their places among the elements.
            private: masked private data that is PDS.
        """
        values = [*message.elements.values()]
        for at, rule in self.whole:
            values[at] = rule(values[at])
        for at, line in masked.items():
            values[at] = line
        return self.line.filled(message.mti, values, private)


class _Tags(NamedTuple):
    """What the names of a message's tags say about it.

    Attributes:
        conditions: those whose tag is not there; the message is not correct if one of them holds.
    """

    form: TagsForm
    conditions: tuple[TagCondition, ...]

    def any_holds(self, tags: Mapping[str, str]) -> bool:
        """Whether a tag is missing that must be there by what another says."""
        return any(tags.get(each.tag) == each.says for each in self.conditions)


class _Print(NamedTuple):
    """How a type's transactions are identified, as `identity.fingerprint` does it.

    Attributes:
        letter: the class.
        places: of the fingerprint.
        tags: of the fingerprint.
        free: where values stand that may have spaces at their end, or a card number.
    """

    letter: str
    places: tuple[Place, ...]
    tags: tuple[str, ...]
    free: tuple[int, ...]

    @classmethod
    def of(cls, plan: TransactionPlan, dialect: Dialect) -> _Print:
        """Return the plan of a type's fingerprint."""
        digits = [place for place in plan.elements if isinstance(place, int) and _is_short(place, dialect)]
        free = tuple(at for at, place in enumerate(plan.elements) if place not in digits)
        return cls(plan.letter, plan.elements, plan.tags, free)

    def fingerprint(self, elements: ByPlace, tags: Mapping[str, str]) -> str:
        """Return the fingerprint of a message."""
        parts = [elements.get(place, "") for place in self.places]
        for at in self.free:
            parts[at] = printed(parts[at].rstrip())
        if self.tags:
            parts += [printed(tags[tag]) for tag in self.tags]
        return joined(parts)


class Origin(NamedTuple):
    """What the plans of one link have in common.

    Attributes:
        institutions: those of the link, without leading zeros.
    """

    dialect: Dialect
    institutions: frozenset[str]
    times: RequestTimes


class RequestPlan:
    """The plan of one message type on one link.

    Args:
        kind: one that `plannable` takes.
        blank: the command's fields by name, in its order, with the values that every message has.
        bills: reads the list of bills in a layout; None for messages without one.
        silent: the institution of messages that do not name theirs; None where they must.
    """

    def __init__(
        self,
        kind: MessageType,
        origin: Origin,
        blank: Mapping[str, Any],
        bills: BillList | None,
        silent: str | None,
    ) -> None:
        self._kind = kind
        self._dialect, self._institutions, self._times = dialect, _, times = origin
        self._blank = [*blank.values(), None]
        self._at = {name: at for at, name in enumerate(blank)}
        self._sender = _together(blank, SENDER)
        self._identity = _together(blank, IDENTITY) if kind.transaction else slice(0)
        self._journal_at = self._at.get("journal")
        self._added = {} if silent is None else {_INSTITUTION: silent}
        self._undated = "local_date" in blank and _LOCAL_DATE in dialect.optional
        self._sent = dialect.sent.element
        self._charset = dialect.charset_of(PRIVATE) if kind.reads_tags else None
        must = _must(kind, dialect)
        self._must = frozenset(place for place in must if isinstance(place, int))
        self._must_parts = must - self._must
        self._private = _private_plans(kind, dialect)
        self._whole = whole_rules(dialect)
        self._tagged = dialect.tagged
        self._masked = frozenset(self._whole) | frozenset(kind.layouts)
        identity = dialect.identity
        self._sender_first = identity[:2] == (_INSTITUTION, _TERMINAL)
        self._key_parts = [
            (place, _key_part(place, dialect, times)) for place in identity[2 * self._sender_first :]
        ]
        self._print = None if kind.transaction is None else _Print.of(kind.transaction, dialect)
        self._records = frozenset() if kind.bills is None else frozenset(kind.bills.elements)
        self._fields = FieldsPlan(kind, self._at, dialect, times, bills)
        self._shapes: dict[tuple[int, ...], _Shape] = {}
        self._tags: dict[tuple[str, ...], _Tags] = {}

    def read(self, message: Message, received_at: dt.datetime, now: dt.datetime) -> Command | None:
        """Return a request's command; None if the request is not a usual one, or not a correct one.

        Args:
            message: of this type.
            received_at: when its frame was read; aware.
            now: the reference for completing years.
        """
        numbers = tuple(message.elements)
        shape = self._shapes.get(numbers) or self._shape(numbers)
        if shape is None:
            return None
        try:
            return self._read(message, shape, received_at, now)
        except (ContentError, DecodeError, RequestError):
            return None

    def _shape(self, numbers: tuple[int, ...]) -> _Shape | None:
        line = line_form(numbers, False, self._charset is not None, self._masked, self._tagged)
        usual = self._must <= {*numbers, *self._added} and self._records.isdisjoint(numbers)
        if not usual or any(number != PRIVATE for _, number in line.private):
            return None
        tagged = PRIVATE in numbers and self._charset is not None
        at = {number: place for place, number in enumerate(numbers)}
        whole = tuple((at[number], rule) for number, rule in self._whole.items() if number in at)
        layouts = tuple((at[number], number, plan) for number, plan in self._private.items() if number in at)
        return keep(self._shapes, numbers, _Shape(tagged, line, layouts, whole))

    def _read(
        self, message: Message, shape: _Shape, received_at: dt.datetime, now: dt.datetime
    ) -> Command | None:
        elements: dict[Any, str] = {**self._added, **message.elements}
        tags = parse_pds(elements[PRIVATE], self._charset or "") if shape.tagged else NO_TAGS
        names = tuple(tags)
        named = self._tags.get(names) or self._named(names)
        if named is None or (named.conditions and named.any_holds(tags)):
            return None
        masked: dict[int, str] = {}
        bills: Bills = ()
        for at, number, plan in shape.layouts:
            found = plan.read(elements[number], elements)
            if found is None:
                return None
            masked[at], listed = found
            bills = listed or bills
        times = self._times
        times.turn_to(received_at, now)
        values = self._blank.copy()
        institution, terminal = elements[_INSTITUTION].lstrip("0"), elements[_TERMINAL].rstrip()
        sent_at = times.sent_at(elements[self._sent]) if self._sent else received_at
        if not (institution in self._institutions and terminal and self._must_parts <= elements.keys()):
            return None
        values[self._sender] = institution, terminal, elements[_STAN], sent_at, received_at
        if self._undated:
            values[self._at["local_date"]] = times.received_on()
        self._fields.read(elements, tags, bills, values)
        if self._print is not None:
            values[self._identity] = self._identified(
                self._print, message, elements, tags, [institution, terminal]
            )
        if self._journal_at is not None:
            private = {PRIVATE: named.form.filled(tags)} if shape.tagged else {}
            values[self._journal_at] = shape.journal(message, masked, private)[:JOURNAL_MAX]
        del values[-1]
        return self._kind.command(*values)

    def _identified(
        self, plan: _Print, message: Message, elements: ByPlace, tags: Mapping[str, str], sender: list[str]
    ) -> tuple[Any, ...]:
        """Return key, trace, fingerprint, whether it is a repeat, and DE 37."""
        letter = plan.letter
        # Keys have institution and terminal in the form that commands have them, but never a card number.
        institution, terminal = sender
        sender = [institution, printed(terminal)]
        first = sender if self._sender_first else []
        return (
            joined([letter, *first, *[read(elements[place]) for place, read in self._key_parts]]),
            trace_of(letter, sender, elements),
            plan.fingerprint(elements, tags),
            message.mti[3] == "1",
            elements.get(_RRN),
        )

    def _named(self, names: tuple[str, ...]) -> _Tags | None:
        kind = self._kind
        complete = {*kind.must_tags} <= {*names}
        if kind.must_any:
            complete = complete and not {*kind.must_any}.isdisjoint(names)
        if not complete:
            return None
        conditions = tuple(each for each in kind.must_when if each.must not in names)
        return keep(self._tags, names, _Tags(tags_form(names), conditions))


def _together(blank: Iterable[str], names: tuple[str, ...]) -> slice:
    """Return where fields are that a command has one behind the other."""
    fields = list(blank)
    place = slice(fields.index(names[0]), fields.index(names[0]) + len(names))
    assert tuple(fields[place]) == names, f"{names} stand together in commands"
    return place


def _must(kind: MessageType, dialect: Dialect) -> frozenset[Any]:
    """The elements without which a message is not a usual one."""
    identity = dialect.identity if kind.transaction else ()
    return frozenset({*kind.must, _STAN, _INSTITUTION, _TERMINAL, *identity})


def _private_plans(kind: MessageType, dialect: Dialect) -> dict[int, PrivatePlan]:
    places = [place for place in places_read(kind, dialect) if part_of(place)]
    listed = kind.bill_list
    return {
        number: PrivatePlan(
            layout,
            dialect.elements[number],
            [place for place in places if element_of(place) == number],
            part_rules(number, layout, dialect),
            listed if listed is not None and listed.element == number else None,
        )
        for number, layout in kind.layouts.items()
    }


def _key_part(place: Place, dialect: Dialect, times: RequestTimes) -> Callable[[str], str]:
    """Return what gives an element the form that it has in keys."""
    if place in DATED:
        return partial(times.part, place)
    if place in INSTITUTIONS:
        return methodcaller("lstrip", "0")
    element = dialect.elements[element_of(place)]
    if element.length < CARD_DIGITS and element.kind is not Kind.B:
        return methodcaller("rstrip")
    return partial(undated_part, place)


def _is_short(number: int, dialect: Dialect) -> bool:
    """Whether an element has digits only, and fewer than card numbers; it may be missing in the dialect."""
    element = dialect.elements.get(number)
    return element is None or (element.kind is Kind.N and element.length < CARD_DIGITS)


def plannable(kind: MessageType, silent: str | None = None) -> bool:
    """Whether a message type can have a plan: it is of an institution and a terminal.

    Args:
        silent: the institution of messages that do not name theirs; None where they must.
    """
    named = kind.must if silent is None else (*kind.must, _INSTITUTION)
    return not kind.network and {_INSTITUTION, _TERMINAL} <= {*named}
