"""Masked forms of messages whose dialect has layouts or a `masking`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from offline_collect.domain.texts.cards import MASK
from offline_collect.wire.dialects.places import element_of, part_of
from offline_collect.wire.masking import hide, masked_line
from offline_collect.wire.messages.answers.parts import FIRST
from offline_collect.wire.messages.message_set.types import OneField
from offline_collect.wire.messages.requests.parts import readable_parts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from offline_collect.wire.dialects.dialect import Dialect
    from offline_collect.wire.dialects.places import Place
    from offline_collect.wire.elements.element import Element
    from offline_collect.wire.layouts.layout import Layout
    from offline_collect.wire.layouts.masking import Rule
    from offline_collect.wire.messages.message import Message
    from offline_collect.wire.messages.message_set.types import MessageType

SHOWN_FIELDS = frozenset(
    {
        *("advice", "amount_minor", "bill_no", "business_date", "channel", "currency", "cursor", "figures"),
        *("form_version", "function", "key_check_value", "key_set", "lines", "local_date", "merchant_id"),
        *("net_minor", "original_institution", "original_key", "original_sent_at", "payer_fee_minor"),
        *("reason", "teller", "tender"),
    }
)
"""Fields of commands that are neither personal data nor keys."""

SHOWN_VALUES = frozenset(
    {
        *("approval_code", "bill_no", "bill_status", "credit_reversals", "credit_reversals_minor", "credits"),
        *("credits_minor", "debit_reversals", "debit_reversals_minor", "debits", "debits_minor"),
        *(
            "description",
            "due_date",
            "form_version",
            "inputs_count",
            "key_check_value",
            "key_number",
            "late_fee",
        ),
        *("least_payable", "merchant_id", "net_minor", "open_count", "original_code", "original_state"),
        *(
            "page_cursor",
            "page_payable",
            "page_payer_fee",
            "page_total",
            "payable_step",
            "payer_fee",
            "period",
        ),
        *("posted_at", "principal", "reversal_did", "serial_number", "settlement_code", "suspended", "title"),
        *("total_payable", "trade"),
    }
)
"""Values of answers that are neither personal data nor keys."""


class Maskers:
    """Masks the elements of a message type for which the dialect has a layout or a rule; false if there are none.

    Args:
        layouts: the layout of an element and the function that masks its parts, by element number.
        whole: the masking of elements as a whole, by element number.
        elements: the dialect's.
        tagged: the elements that hold PDS.
    """

    def __init__(
        self,
        layouts: Mapping[int, tuple[Layout, Callable[..., str]]],
        whole: Mapping[int, Rule],
        elements: Mapping[int, Element],
        tagged: frozenset[int],
    ) -> None:
        self._layouts = layouts
        self._whole = whole
        self._elements = elements
        self._tagged = tagged
        self._numbers = frozenset(layouts) | frozenset(whole)

    def __bool__(self) -> bool:
        return bool(self._numbers)

    def line(self, message: Message, charset: str | None, tags: Mapping[str, str] | None = None) -> str:
        """Return a message on one line, as `offline_collect.wire.masking.masked_line` does."""
        shown = dict(message.elements)
        for number in self._numbers & shown.keys():
            shown[number] = self._masked(message, number)
        return masked_line(message.mti, shown, charset, tags, self._numbers, self._tagged)

    def _masked(self, message: Message, number: int) -> str:
        if number in self._layouts:
            layout, masked = self._layouts[number]
            parts = readable_parts(message, number, layout, self._elements)
            return MASK if parts is None else f"[{masked(parts)}]"
        return self._whole[number](message.elements[number])


def maskers(layouts: Mapping[int, Layout], dialect: Dialect) -> Maskers:
    """Return the masking of a message type.

    Args:
        layouts: the layouts of the type's requests, or of its answers, by element number.
        dialect: its `masking` has the rules.
    """
    return Maskers(
        {
            number: (layout, layout.masker(part_rules(number, layout, dialect)))
            for number, layout in layouts.items()
        },
        whole_rules(dialect),
        dialect.elements,
        dialect.tagged,
    )


def whole_rules(dialect: Dialect) -> dict[int, Rule]:
    """What is shown of elements as a whole, by their numbers.

    Elements in which the dialect's own messages have personal data or keys are hidden, also those that are shown in
    other dialects; but what `masking` says takes precedence.
    """
    types = () if dialect.messages is None else dialect.messages.types
    hidden = {number: hide for kind in types for number in _personal(kind)}
    return hidden | {place: rule for place, rule in dialect.masking.items() if isinstance(place, int)}


def _personal(kind: MessageType) -> Iterator[int]:
    """The elements of a message type, requests and answers, that may have personal data or keys as a whole."""
    for field in kind.fields:
        if isinstance(field, OneField):
            places: tuple[Place, ...] = (field.element,) if field.tag is None else ()
        else:
            places = field.elements
        if field.name not in SHOWN_FIELDS:
            yield from (place for place in places if isinstance(place, int))
    answers = kind.answer.elements
    yield from (number for number, plan in answers.items() if plan.value and not _is_shown(plan.value))


def _is_shown(value: str) -> bool:
    return value.removeprefix(FIRST) in SHOWN_VALUES


def part_rules(number: int, layout: Layout, dialect: Dialect) -> dict[str, Rule]:
    """What is shown of the parts of an element, by their addresses in a layout."""
    return {
        part_of(place): rule
        for place, rule in dialect.masking.items()
        if element_of(place) == number and part_of(place) and layout.has(part_of(place))
    }
