"""Selects among message types with the same MTI, by the values of several places."""

from __future__ import annotations

from typing import TYPE_CHECKING

from offline_collect.domain.codes import ResponseCode
from offline_collect.wire.dialects.places import element_of, part_of
from offline_collect.wire.errors import DecodeError, RequestError, place_of
from offline_collect.wire.messages.requests.parts import read_parts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from offline_collect.wire.dialects.places import Place
    from offline_collect.wire.elements.element import Element
    from offline_collect.wire.messages.message import Message
    from offline_collect.wire.messages.message_set.types import Condition, MessageType

KEPT_MAX = 1000
"""Maximum number of value combinations in the cache."""

Rule = tuple["MessageType", "dict[Place, tuple[Condition, ...]]"]
"""A type and its conditions by place; at each place one of the conditions must hold."""


class Choice:
    """The types of one MTI.

    For any two of them there is a place where no value meets the conditions of both.

    Args:
        mti: the MTI, for error messages.
        rules: the types with their conditions.
        elements: the dialect's.
    """

    def __init__(self, mti: str, rules: Sequence[Rule], elements: Mapping[int, Element]) -> None:
        self._mti = mti
        self._rules = tuple(rules)
        self._elements = elements
        places = dict.fromkeys(place for _, conditions in rules for place in conditions)
        # Whole elements first: each type has its own layout, so a part is parsed once for each type still left.
        self._numbers = tuple(element_of(place) for place in places if not part_of(place))
        self._parts = tuple(place for place in places if part_of(place))
        self._cache: dict[tuple[str | None, ...], tuple[Rule, ...]] = {}

    def find(self, message: Message) -> MessageType:
        """Return the type of a message.

        Raises:
            RequestError: no type matches; it names the place that excluded the last one.
        """
        values = tuple(map(message.elements.get, self._numbers))
        left = self._cache.get(values)
        if left is None:
            left = self._cached(values, self._matching(message, self._numbers, self._rules))
        return self._matching(message, self._parts, left)[0][0] if self._parts else left[0][0]

    def _cached(self, values: tuple[str | None, ...], left: tuple[Rule, ...]) -> tuple[Rule, ...]:
        if len(self._cache) >= KEPT_MAX:
            self._cache.clear()
        self._cache[values] = left
        return left

    def _matching(
        self, message: Message, places: Sequence[Place], left: tuple[Rule, ...]
    ) -> tuple[Rule, ...]:
        """Return the rules that match at all places."""
        for place in places:
            left = self._fitting(message, place, left)
        return left

    def _fitting(self, message: Message, place: Place, rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
        """Return the rules that match at a place."""
        fitting: list[Rule] = []
        missing, unreadable = True, ""
        for rule in rules:
            kind, conditions = rule
            try:
                value = self._value(message, place, kind) if place in conditions else ""
            except DecodeError as error:
                unreadable = unreadable or str(error)
                continue
            missing = missing and value is None
            if place not in conditions or _any_holds(conditions[place], value):
                fitting.append(rule)
        if fitting:
            return tuple(fitting)
        if unreadable:
            raise RequestError(ResponseCode.FORMAT_ERROR, unreadable)
        if missing:
            raise RequestError.of_format(place_of(place), "missing")
        brief = f"{place_of(place)} not supported"
        raise RequestError(ResponseCode.UNSUPPORTED, brief, f"{brief} with MTI {self._mti}")

    def _value(self, message: Message, place: Place, kind: MessageType) -> str | None:
        number = element_of(place)
        if number == place or number not in message.elements:
            return message.elements.get(number)
        layout = kind.layouts[number]
        parts = read_parts(message, number, layout, self._elements[number])
        return layout.place(part_of(place)).value(parts)


def _any_holds(conditions: tuple[Condition, ...], value: str | None) -> bool:
    return value is not None and any(each.holds(value) for each in conditions)


def overlap(one: Rule, other: Rule) -> bool:
    """Whether one message could match both rules."""
    return all(
        any(first.meets(second) for first in one[1][place] for second in other[1][place])
        for place in one[1].keys() & other[1].keys()
    )
