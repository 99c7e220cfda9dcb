"""The form of a message for people, a line for each element, PDS tag or part, masked; wide characters line up."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from wcwidth import wcswidth

from offline_collect.domain.texts.cards import mask_cards
from offline_collect.wire.errors import DecodeError
from offline_collect.wire.layouts.pds import INPUT_TAG_NAMES, TAG_NAMES, parse_pds
from offline_collect.wire.masking import NEVER_UNMASKED, mask_tag
from offline_collect.wire.messages.private_data import PrivateData

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from offline_collect.wire.dialects.dialect import Dialect
    from offline_collect.wire.messages.message import Message

    Words = Callable[[int, str, str], str]
    """What a value means in words, by element, tag ('' without one) and value; element 0 is the MTI."""

Row = tuple[str, str, str]

NEVER_SHOWN_TAGS = frozenset({"0090"})
"""Keys, encrypted as they are."""
ACCOUNTS = frozenset({102, 103})
"""Accounts may look like card numbers."""


def pretty(
    mti: str,
    elements: Mapping[int, str],
    dialect: Dialect,
    words: Words | None = None,
    *,
    unmask: bool = False,
) -> str:
    """Return the lines of a message.

    Args:
        mti: its type, the first line.
        elements: its elements, by number.
        dialect: names the elements.
        words: says what codes mean; None leaves them as they are.
        unmask: show names, accounts and inputs. Cards, PINs and keys are never shown.
    """
    shown = _Shown(words, unmask, PrivateData(dialect, mti, elements))
    rows = [row for number, value in elements.items() for row in _rows(number, value, dialect, shown)]
    label = max((wcswidth(row[0]) for row in rows), default=0)
    name = max((wcswidth(row[1]) for row in rows), default=0)
    lines = [f"{_pad(row[0], label)}  {_pad(row[1], name)}  {row[2]}".rstrip() for row in rows]
    head = dialect.mti_on_wire(mti)
    return "\n".join([head if words is None else f"{head} {words(0, '', mti)}".rstrip(), *lines])


def pretty_message(message: Message, dialect: Dialect) -> str:
    """Return the lines of a message, masked; codes stay as they are."""
    return pretty(message.mti, message.elements, dialect)


class _Shown(NamedTuple):
    """How values are shown: with words, and with or without masks."""

    words: Words | None
    unmask: bool
    private: PrivateData

    def element(self, number: int, value: str) -> str:
        if self.unmask and number not in NEVER_UNMASKED and not self.private.about_keys:
            masked = value if number in ACCOUNTS else mask_cards(value)
        else:
            masked = self.private.shown(number)
        return self._with_words(masked, number, "", value)

    def tag(self, number: int, tag: str, value: str) -> str:
        masked = mask_cards(value) if self.unmask and tag not in NEVER_SHOWN_TAGS else mask_tag(tag, value)
        return self._with_words(masked, number, tag, value)

    def _with_words(self, masked: str, number: int, tag: str, value: str) -> str:
        said = "" if self.words is None else self.words(number, tag, value)
        return f"{masked} ({said})" if said else masked


def _rows(number: int, value: str, dialect: Dialect, shown: _Shown) -> Iterator[Row]:
    element = dialect.elements.get(number)
    name = element.name if element else "not of this dialect"
    taken = shown.private.taken_apart(number, unmask=shown.unmask)
    if taken is not None:
        yield f"DE {number}", name, ""
        yield from ((f"  {part.path}", part.shape, part.value) for part in taken.parts)
        if taken.problem is not None:
            yield "", "", taken.problem
        return
    # Private data of a dialect with messages of its own may look like tags and be something else.
    tags = _tags(value, dialect) if number in dialect.tagged and dialect.messages is None else None
    if tags is None:
        yield f"DE {number}", name, shown.element(number, value)
        return
    yield f"DE {number}", name, ""
    names = TAG_NAMES if number == 48 or "0006" not in tags else INPUT_TAG_NAMES  # noqa: PLR2004 - DE 48
    for tag, content in tags.items():
        yield f"  {tag}", names.get(tag, "unknown"), shown.tag(number, tag, content)


def _tags(value: str, dialect: Dialect) -> dict[str, str] | None:
    """The tags, or None if the sequence cannot be read; it is then hidden completely."""
    try:
        return parse_pds(value, dialect.charset)
    except DecodeError:
        return None


def _pad(text: str, width: int) -> str:
    return text + " " * (width - wcswidth(text))
