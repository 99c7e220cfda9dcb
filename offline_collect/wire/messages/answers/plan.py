"""The usual responses to one message type as a plan: what is the same for many of them is worked out once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from offline_collect.wire.elements.contents import without_controls
from offline_collect.wire.layouts.pds import CUTTABLE, HEADER_SIZE
from offline_collect.wire.messages.answers.parts import FIRST
from offline_collect.wire.messages.message_set.types import PAGE_VALUES
from offline_collect.wire.messages.requests.times import keep

if TYPE_CHECKING:
    from collections.abc import Mapping

    from offline_collect.wire.messages.message_set.types import AnswerPlan

    Values = Mapping[str, str | int]


EVERY_CHARACTER = frozenset({"utf-8", "gb18030"})
"""Charsets that lack no character."""


class ResponsePlan:
    """The plan of one message type, or of requests of no known type.

    Args:
        answer: where the answer's values go.
        echo: elements that are repeated.

    Attributes:
        is_plain: whether an approval has no value of a page, and no part that is put in a layout: its private data is
            repeated as it came.
    """

    def __init__(self, answer: AnswerPlan, echo: frozenset[int]) -> None:
        self.answer = answer
        self._echo = echo
        self._tags = tuple(
            (tag, value.value, tag in CUTTABLE) for tag, value in answer.tags.items() if value.convert is None
        )
        self._converts = len(self._tags) < len(answer.tags)
        self.is_plain = _is_plain(answer)
        self._dropped: dict[tuple[int, ...], tuple[int, ...]] = {}

    def repeated(self, request: dict[int, str]) -> dict[int, str]:
        """Return the elements of a request that its response repeats."""
        numbers = tuple(request)
        dropped = self._dropped.get(numbers)
        if dropped is None:
            dropped = tuple(number for number in numbers if number not in self._echo)
            keep(self._dropped, numbers, dropped)
        elements = request.copy()
        for number in dropped:
            del elements[number]
        return elements

    def private(self, values: Values, charset: str, room: int) -> str | None:
        """Return the tags of DE 48 with their lengths; None if they need more than putting one after the other.

        Args:
            values: the answer's.
            charset: of the element; lengths count bytes in it.
            room: bytes of the element.
        """
        if self._converts:
            return None
        parts, total = [], 0
        for tag, name, for_people in self._tags:
            value = values.get(name)
            if value is None:
                continue
            text = without_controls(value) if for_people and isinstance(value, str) else str(value)
            size = len(text) if text.isascii() else _size(text, charset)
            if size is None:
                return None
            if size:
                parts.append(f"{tag}{size:03d}{text}")
                total += HEADER_SIZE + size
        return "".join(parts) if total <= room else None


def _size(text: str, charset: str) -> int | None:
    """Return the bytes of a text; None if the charset may lack one of its characters."""
    if charset not in EVERY_CHARACTER:
        return None
    try:
        return len(text.encode(charset))
    except UnicodeEncodeError:
        return None


def _is_plain(answer: AnswerPlan) -> bool:
    values = [value.value for value in answer.elements.values()]
    paged = any(value.startswith(FIRST) or value in PAGE_VALUES for value in values)
    built = any(plan.put or plan.records for plan in answer.layouts.values())
    return not (paged or built)
