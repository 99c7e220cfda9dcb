"""The fields of one message type's commands, by what their values depend on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from offline_collect.wire.messages.message_set.types import ManyField, OneField
from offline_collect.wire.messages.requests.conversions import ONE, bill_number, over_0, whole_number
from offline_collect.wire.messages.requests.scope import Scope
from offline_collect.wire.messages.requests.times import Remembered

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from offline_collect.wire.dialects.dialect import Dialect
    from offline_collect.wire.messages.message_set.types import MessageType
    from offline_collect.wire.messages.requests.scope import OneConverter
    from offline_collect.wire.messages.requests.times import RequestTimes

NO_TAGS: Mapping[str, str] = {}

_REPEATED = frozenset(ONE[name] for name in ("channel", "currency", "product", "reversal_reason", "tender"))
"""Conversions of the few values that most messages have; they depend on the value and the dialect alone."""
_AGAIN = frozenset(ONE[name] for name in ("identifier", "teller", "time"))
"""Likewise, of values that come again, but are many."""
_ALONE: Mapping[OneConverter, Callable[[str], object] | None] = {
    ONE["bill_cursor"]: None,
    ONE["bill_number"]: bill_number,
    ONE["cursor"]: None,
    ONE["whole_number"]: whole_number,
}
"""Other conversions that depend on no more; some are functions of the value."""


def _paid(text: str, factor: int) -> int:
    return over_0(int(text) * factor)


def _fee(text: str, factor: int) -> int:
    return whole_number(text) * factor


_AMOUNTS = {ONE["amount"]: _paid, ONE["fee"]: _fee}
"""Conversions of amounts, with that of a message whose amounts are multiplied."""


class Field(NamedTuple):
    """A field of the command, or a value that is only checked.

    Attributes:
        at: its place among the command's fields; of checks, the place behind the last one.
        source: where its value is in the row of a message.
        blank: whether an empty value counts as one.
        convert: its conversion.
    """

    at: int
    source: int
    blank: bool
    convert: Callable[..., Any]


class FormFields(NamedTuple):
    """The fields of requests whose values have the same names.

    Attributes:
        repeated: those of the few values that most messages have.
        alone: those of other values that say all themselves.
        amounts: those that are multiplied; their conversions take the factor too.
        around: those that depend on the rest of the message; their conversions take the scope too.
    """

    repeated: list[Field]
    alone: list[Field]
    amounts: list[Field]
    around: list[Field]


class FieldsPlan:
    """The fields of one message type.

    Args:
        kind: the type.
        at: the place of each field among those of the command.
        dialect: of the link.
        times: of the link.

    Attributes:
        many: fields of several values, with their places.
    """

    def __init__(
        self, kind: MessageType, at: Mapping[str, int], dialect: Dialect, times: RequestTimes
    ) -> None:
        self.many = [(at[field.name], field) for field in kind.fields if isinstance(field, ManyField)]
        self._times = times
        self._scope = Scope({}, NO_TAGS, times.moment(), dialect, {})
        fields = [field for field in (*kind.checks, *kind.fields) if isinstance(field, OneField)]
        self._fields = [
            (
                at.get(field.name, len(at)),
                field.element if field.tag is None else field.tag,
                *self._kind(field),
            )
            for field in fields
        ]

    def form(self, places: Mapping[Any, int], empty: frozenset[int]) -> FormFields:
        """Return the fields of requests.

        Args:
            places: where their values are in a row, by place or tag.
            empty: where values are that count only if they are not empty.
        """
        form = FormFields([], [], [], [])
        for at, source, group, convert in self._fields:
            if source in places:
                row_at = places[source]
                form[group].append(Field(at, row_at, row_at not in empty, convert))
        return form

    def _kind(self, field: OneField) -> tuple[int, Callable[..., Any]]:
        """Return the number of a field's group, and its conversion there."""
        convert, scope = field.convert, self._scope
        if convert in _REPEATED:
            return 0, lambda text: convert(text, scope)
        if convert in _AGAIN:
            return 1, Remembered(lambda text: convert(text, scope)).__getitem__
        if convert is ONE["date"]:
            return 1, self._times.dates.__getitem__
        if convert in _ALONE:
            return 1, _ALONE[convert] or (lambda text: convert(text, scope))
        return (2, _AMOUNTS[convert]) if convert in _AMOUNTS else (3, convert)
