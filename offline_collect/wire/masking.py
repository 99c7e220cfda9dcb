"""Masked forms for journals, logs and people. Masking fails closed: values not known to be safe are hidden."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from offline_collect.domain.texts.cards import CARD_DIGITS, MASK, mask_cards, mask_pan
from offline_collect.domain.texts.text import mask_name
from offline_collect.wire.errors import DecodeError
from offline_collect.wire.layouts.pds import parse_pds
from offline_collect.wire.messages.message_set.types import is_answer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Mask = Callable[[str], str]

PRIVATE = 48
PDS_ELEMENTS = frozenset({PRIVATE, *range(120, 126)})
REASON_ELEMENTS = frozenset({44, 63})
SAFE_ELEMENTS = frozenset(
    {3, 4, 7, 11, 12, 13, 15, 32, 33, 37, 38, 39, 41, 49, 50, 66, 70, *range(74, 78), *range(86, 91), 97},
)
SAFE_TAGS = frozenset(
    {
        *(f"{tag:04d}" for tag in range(1, 12)),
        *("0030", "0040", "0041"),
        *("0050", "0051", "0052", "0053", "0054", "0055", "0056", "0057", "0059"),
        *("0060", "0061", "0062", "0065", "0066"),
        *("0070", "0071", "0080", "0081", "0082"),
    },
)
"""Not the inputs, the merchant's extra columns, receipts and keys."""

NEVER_UNMASKED = frozenset({2, 14, 34, 35, 36, 45, 52, 55, 96})
"""Data of cards, PINs and keys, which no permission shows."""

_FORMS_KEPT = 1024
_NONE = frozenset[int]()
_TAIL = 4
_SHORTEST_WITH_TAIL = 9


def mask_tail(value: str) -> str:
    """The last 4 characters of an account or a customer number, if enough others stay hidden."""
    return f"{MASK}{value[-_TAIL:]}" if len(value) >= _SHORTEST_WITH_TAIL else MASK


_MASKED_ELEMENTS: Mapping[int, Mask] = {
    2: mask_pan,
    # A merchant's id, unless the sender has put a card number there.
    42: mask_cards,
    102: mask_tail,
    103: mask_tail,
}
_MASKED_TAGS: Mapping[str, Mask] = {"0031": mask_tail, "0032": mask_name}


def mask_element(
    number: int, value: str, *, answer: bool = False, tagged: frozenset[int] = PDS_ELEMENTS
) -> str:
    """The masked form of an element as a whole.

    Args:
        number: the element.
        value: its content.
        answer: whether it belongs to a response, whose reasons (44, 63) the platform wrote itself.
        tagged: the elements of the dialect that hold PDS; as a whole they are hidden.
    """
    return (hide if number in tagged else _element_mask(number, answer=answer))(value)


def mask_tag(tag: str, value: str) -> str:
    """The masked form of one PDS value."""
    return _tag_mask(tag)(value)


def _element_mask(number: int, *, answer: bool) -> Mask:
    if number in SAFE_ELEMENTS:
        return str
    if answer and number in REASON_ELEMENTS:
        return mask_cards
    return _MASKED_ELEMENTS.get(number, hide)


def _tag_mask(tag: str) -> Mask:
    return mask_cards if tag in SAFE_TAGS else _MASKED_TAGS.get(tag, hide)


def hide(_: str) -> str:
    """Show nothing of a value."""
    return MASK


def mask_private(tags: Mapping[str, str]) -> str:
    """The masked form of a PDS sequence on one line: `0030=S2026-11-0001 0061=CASH`."""
    return tags_form(tuple(tags)).filled(tags)


def masked_line(
    mti: str,
    elements: Mapping[int, str],
    charset: str | None = None,
    tags: Mapping[str, str] | None = None,
    shown: frozenset[int] = _NONE,
    tagged: frozenset[int] = PDS_ELEMENTS,
) -> str:
    """A message on one line, for logs and for the journal's masked request.

    Args:
        mti: the message's type.
        elements: its elements, by number.
        charset: the dialect's; without it, PDS elements are hidden whole.
        tags: of DE 48, if they are parsed already.
        shown: elements whose values are masked already.
        tagged: the elements of the dialect that hold PDS.
    """
    form = line_form(tuple(elements), is_answer(mti), charset is not None, shown, tagged)
    private = {
        number: _masked_pds(elements[number], charset or "", tags if number == PRIVATE else None)
        for _, number in form.private
    }
    return form.filled(mti, list(elements.values()), private)


class TagsForm(NamedTuple):
    """The masked line of certain tags.

    Attributes:
        text: the line with a place for each value.
        masks: how each value is masked.
    """

    text: str
    masks: tuple[Mask, ...]

    def filled(self, tags: Mapping[str, str]) -> str:
        """Return the line of a message's tags."""
        shown = [
            value if len(value) < CARD_DIGITS and mask is mask_cards else mask(value)
            for mask, value in zip(self.masks, tags.values())  # noqa: B905 - the same tags, and faster
        ]
        return self.text % tuple(shown)


class LineForm(NamedTuple):
    """The masked line of certain elements.

    Attributes:
        text: the line with a place for each value.
        masks: the places of values that are masked whole, with their masks.
        private: the places of private data that is shown tag by tag, with the elements' numbers.
    """

    text: str
    masks: tuple[tuple[int, Mask], ...]
    private: tuple[tuple[int, int], ...]

    def filled(self, mti: str, values: list[str], private: Mapping[int, str]) -> str:
        """Return the line of a message.

        Args:
            mti: its type.
            values: of its elements, in the form's order; changed.
            private: masked private data by element number.
        """
        for place, mask in self.masks:
            values[place] = mask(values[place])
        for place, number in self.private:
            values[place] = private[number]
        return f"{mti} {self.text % tuple(values)}"


@lru_cache(_FORMS_KEPT)
def tags_form(tags: tuple[str, ...]) -> TagsForm:
    """Return the form of certain tags, in their order."""
    return TagsForm(" ".join(f"{_literal(tag)}=%s" for tag in tags), tuple(map(_tag_mask, tags)))


@lru_cache(_FORMS_KEPT)
def line_form(
    numbers: tuple[int, ...],
    answer: bool,
    parsed: bool,
    masked: frozenset[int],
    tagged: frozenset[int] = PDS_ELEMENTS,
) -> LineForm:
    """Return the form of certain elements, in their order.

    Args:
        numbers: of the elements.
        answer: whether the message is a response.
        parsed: whether private data is shown tag by tag.
        masked: elements whose values are masked already.
        tagged: elements that hold PDS.
    """
    safe = (SAFE_ELEMENTS - tagged) | masked
    places = [(place, number) for place, number in enumerate(numbers) if number not in safe]
    private = tuple((place, number) for place, number in places if parsed and number in tagged)
    masks = tuple(
        (place, hide if number in tagged else _element_mask(number, answer=answer))
        for place, number in places
        if (place, number) not in private
    )
    shown = {number for _, number in private}
    text = " ".join(f"{number}=[%s]" if number in shown else f"{number}=%s" for number in numbers)
    return LineForm(text, masks, private)


def _literal(tag: str) -> str:
    return tag.replace("%", "%%")


def _masked_pds(value: str, charset: str, tags: Mapping[str, str] | None) -> str:
    try:
        return mask_private(parse_pds(value, charset) if tags is None else tags)
    except DecodeError:
        return MASK
