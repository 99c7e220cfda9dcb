"""The usual requests of one message type as a plan: what is the same for many messages is worked out once.

A plan reads correct messages only, whose private data is PDS. Whatever it does not read, `requests` reads in the general
way, which also says what is wrong. Both give the same command.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from offline_collect.wire.errors import ContentError, DecodeError, RequestError
from offline_collect.wire.layouts.pds import parse_pds
from offline_collect.wire.masking import PRIVATE, LineForm, TagsForm, line_form, tags_form
from offline_collect.wire.messages.conversions import ONE, Scope
from offline_collect.wire.messages.identity import DATED, fingerprint, joined, trace, undated_part
from offline_collect.wire.messages.message_types import ManyField, OneField
from offline_collect.wire.messages.request_times import keep

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping

    from offline_collect.domain.commands import Command
    from offline_collect.wire.dialects.dialect import Dialect
    from offline_collect.wire.dialects.places import ByPlace
    from offline_collect.wire.messages.conversions import OneConverter
    from offline_collect.wire.messages.masked_parts import Maskers
    from offline_collect.wire.messages.message import Message
    from offline_collect.wire.messages.message_types import MessageType, TagCondition
    from offline_collect.wire.messages.request_times import RequestTimes

JOURNAL_MAX = 1000
"""Most characters of the masked request in the journal."""

SENDER = ("institution", "terminal", "stan", "sent_at", "received_at")
IDENTITY = ("key", "trace", "fingerprint", "repeat", "rrn")
"""Fields that commands have one behind the other, so that they are set in one go."""

_STAN, _INSTITUTION, _TERMINAL, _RRN, _LOCAL_DATE = 11, 32, 41, 37, 13
_NO_TAGS: Mapping[str, str] = {}
_DATE = ONE["date"]
_OFTEN = frozenset(
    ONE[name] for name in ("channel", "currency", "identifier", "reversal_reason", "teller", "tender", "time")
)
"""Conversions of values that come again and again; they depend on the value and the dialect alone."""
_ALONE = _OFTEN | {ONE[name] for name in ("bill_cursor", "bill_number", "cursor", "product", "whole_number")}
"""Conversions that do not look at the rest of the message."""
_AMOUNT = ONE["amount"]


class _Shape(NamedTuple):
    """What the numbers of a message's elements say about it."""

    private: bool
    line: LineForm


class _Tags(NamedTuple):
    """What the names of a message's tags say about it.

    Attributes:
        conditions: those whose tag is not there; the message is not correct if one of them holds.
    """

    form: TagsForm
    conditions: tuple[TagCondition, ...]


class _Field(NamedTuple):
    """A field of the command, or an element that is only checked.

    Attributes:
        at: its place among the command's fields; of checks, the place behind the last one.
        source: its element or tag.
        known: results by value; None where values hardly ever come again.
    """

    at: int
    source: Any
    known: dict[str, Any] | None
    convert: OneConverter


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
        masked: shows elements that the dialect has a say in; false if there are none.
        silent: the institution of messages that do not name theirs; None where they must.
    """

    def __init__(
        self,
        kind: MessageType,
        origin: Origin,
        blank: Mapping[str, Any],
        masked: Maskers,
        silent: str | None,
    ) -> None:
        self._kind = kind
        self._dialect, self._institutions, self._times = origin
        self._blank = [*blank.values(), None]
        self._at = {name: at for at, name in enumerate(blank)}
        self._sender = _together(blank, SENDER)
        self._identity = _together(blank, IDENTITY) if kind.transaction else slice(0)
        self._journal_at = self._at.get("journal")
        self._masked = masked
        self._added = {} if silent is None else {_INSTITUTION: silent}
        self._undated = "local_date" in blank and _LOCAL_DATE in self._dialect.optional
        self._sent = self._dialect.sent.element
        self._tagged = self._dialect.tagged
        self._charset = self._dialect.charset_of(PRIVATE)
        self._must = _must(kind, self._dialect)
        self._key_parts = [(number, number in DATED) for number in self._dialect.identity]
        self._records = frozenset() if kind.bills is None else frozenset(kind.bills.elements)
        fields = [self._field(field) for field in (*kind.checks, *kind.fields) if isinstance(field, OneField)]
        self._of_elements = [field for field in fields if isinstance(field.source, int)]
        self._of_tags = [field for field in fields if isinstance(field.source, str)]
        self._many = [field for field in kind.fields if isinstance(field, ManyField)]
        self._alone = Scope({}, _NO_TAGS, self._times.moment(), self._dialect, {})
        self._looks_around = not all(self._is_alone(field.convert) for field in fields)
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

    def _field(self, field: OneField) -> _Field:
        at = self._at.get(field.name, len(self._at))
        source = field.element if field.tag is None else field.tag
        if field.convert is _DATE:
            return _Field(at, source, None, self._times.date)
        if field.convert is _AMOUNT and self._dialect.amounts.decimals is None:
            return _Field(at, source, None, _minor_units)
        return _Field(at, source, {} if field.convert in _OFTEN else None, field.convert)

    def _is_alone(self, convert: OneConverter) -> bool:
        """Whether a conversion looks at nothing but its text and the dialect."""
        return convert in _ALONE or convert in {_minor_units, self._times.date}

    def _shape(self, numbers: tuple[int, ...]) -> _Shape | None:
        line = line_form(numbers, False, True, frozenset(), self._tagged)
        usual = self._must <= {*numbers, *self._added} and self._records.isdisjoint(numbers)
        if not usual or any(number != PRIVATE for _, number in line.private):
            return None
        return keep(self._shapes, numbers, _Shape(PRIVATE in numbers, line))

    def _read(
        self, message: Message, shape: _Shape, received_at: dt.datetime, now: dt.datetime
    ) -> Command | None:
        elements: ByPlace = message.elements
        if self._added and _INSTITUTION not in elements:
            elements = {**elements, **self._added}
        institution, terminal = elements[_INSTITUTION].lstrip("0"), elements[_TERMINAL].rstrip()
        tags = parse_pds(elements[PRIVATE], self._charset) if shape.private else _NO_TAGS
        names = tuple(tags)
        named = self._tags.get(names) or self._named(names)
        if named is None or institution not in self._institutions or not terminal:
            return None
        for condition in named.conditions:
            if tags.get(condition.tag) == condition.says:
                return None
        times = self._times
        times.turn_to(received_at, now)
        sent_at = times.sent_at(elements[self._sent]) if self._sent else received_at
        values = self._blank.copy()
        values[self._sender] = institution, terminal, elements[_STAN], sent_at, received_at
        if self._undated:
            values[self._at["local_date"]] = times.received_on()
        self._read_fields(elements, tags, values)
        plan = self._kind.transaction
        if plan is not None:
            values[self._identity] = (
                self._key(plan.letter, elements),
                trace(plan.letter, elements),
                fingerprint(plan, elements, tags),
                message.mti[3] == "1",
                elements.get(_RRN),
            )
        if self._journal_at is not None:
            values[self._journal_at] = self._journal(message, shape, tags, named.form)[:JOURNAL_MAX]
        del values[-1]
        return self._kind.command(*values)

    def _named(self, names: tuple[str, ...]) -> _Tags | None:
        kind = self._kind
        complete = {*kind.must_tags} <= {*names}
        if kind.must_any:
            complete = complete and not {*kind.must_any}.isdisjoint(names)
        if not complete:
            return None
        conditions = tuple(each for each in kind.must_when if each.must not in names)
        return keep(self._tags, names, _Tags(tags_form(names), conditions))

    def _read_fields(self, elements: ByPlace, tags: Mapping[str, str], values: list[Any]) -> None:
        scope = self._alone
        if self._looks_around:
            scope = Scope(elements, tags, self._times.moment(), self._dialect, {})
        _convert(self._of_elements, elements, scope, values)
        _convert(self._of_tags, tags, scope, values)
        for many in self._many:
            parts = [elements.get(number) for number in many.elements]
            parts += [tags.get(tag) for tag in many.tags]
            values[self._at[many.name]] = many.convert(parts, scope)

    def _key(self, letter: str, elements: ByPlace) -> str:
        parts = [letter]
        for number, dated in self._key_parts:
            text = elements[number]
            parts.append(self._times.part(number, text) if dated else undated_part(number, text))
        return joined(parts)

    def _journal(self, message: Message, shape: _Shape, tags: Mapping[str, str], form: TagsForm) -> str:
        if self._masked:
            return self._masked.line(message, self._charset, tags)
        private = {PRIVATE: form.filled(tags)} if shape.private else {}
        return shape.line.filled(message.mti, message.elements, private)


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


def _minor_units(text: str, _: Scope) -> int:
    """An amount that has its currency's decimals."""
    amount = int(text)
    if amount <= 0:
        raise ContentError("must be over 0")
    return amount


def _convert(fields: list[_Field], texts: Mapping[Any, str], scope: Scope, values: list[Any]) -> None:
    for at, source, known, convert in fields:
        text = texts.get(source)
        if text is None:
            continue
        if known is None:
            values[at] = convert(text, scope)
        elif text in known:
            values[at] = known[text]
        else:
            values[at] = keep(known, text, convert(text, scope))


def plannable(kind: MessageType, silent: str | None = None) -> bool:
    """Whether a message type can have a plan: it has PDS alone, and is of an institution and a terminal.

    Args:
        silent: the institution of messages that do not name theirs; None where they must.
    """
    named = kind.must if silent is None else (*kind.must, _INSTITUTION)
    return kind.reads_tags and not kind.layouts and not kind.network and {_INSTITUTION, _TERMINAL} <= {*named}
