"""Masked forms of messages whose dialect has layouts or a `masking`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from offline_collect.domain.texts.cards import MASK
from offline_collect.wire.dialects.places import element_of, part_of
from offline_collect.wire.masking import masked_line
from offline_collect.wire.messages.request_parts import readable_parts

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from offline_collect.wire.dialects.dialect import Dialect, Element
    from offline_collect.wire.layouts.layout import Layout
    from offline_collect.wire.layouts.masking import Rule
    from offline_collect.wire.messages.message import Message


class Maskers:
    """Masks the elements of a message type for which the dialect has a layout or a rule; false if there are none.

    Args:
        layouts: the layout of an element and the function that masks its parts, by element number.
        whole: the masking of elements as a whole, by element number.
        elements: the dialect's.
    """

    def __init__(
        self,
        layouts: Mapping[int, tuple[Layout, Callable[..., str]]],
        whole: Mapping[int, Rule],
        elements: Mapping[int, Element],
    ) -> None:
        self._layouts = layouts
        self._whole = whole
        self._elements = elements
        self._numbers = frozenset(layouts) | frozenset(whole)

    def __bool__(self) -> bool:
        return bool(self._numbers)

    def line(self, message: Message, charset: str | None, tags: Mapping[str, str] | None = None) -> str:
        """Return a message on one line, as `offline_collect.wire.masking.masked_line` does."""
        shown = dict(message.elements)
        for number in self._numbers & shown.keys():
            shown[number] = self._masked(message, number)
        return masked_line(message.mti, shown, charset, tags, self._numbers)

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
        element_rules(dialect),
        dialect.elements,
    )


def element_rules(dialect: Dialect) -> dict[int, Rule]:
    """What the dialect shows of whole elements, by number."""
    return {place: rule for place, rule in dialect.masking.items() if isinstance(place, int)}


def part_rules(number: int, layout: Layout, dialect: Dialect) -> dict[str, Rule]:
    """What is shown of the parts of an element, by their addresses in a layout."""
    return {
        part_of(place): rule
        for place, rule in dialect.masking.items()
        if element_of(place) == number and part_of(place) and layout.has(part_of(place))
    }
