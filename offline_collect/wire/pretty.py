"""The masked form of a message for people, one line for each element or PDS tag; wide characters line up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wcwidth import wcswidth

from offline_collect.wire.errors import DecodeError
from offline_collect.wire.layouts.pds import INPUT_TAG_NAMES, TAG_NAMES, parse_pds
from offline_collect.wire.masking import PDS_ELEMENTS, mask_element, mask_tag
from offline_collect.wire.messages.message_types import is_answer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from offline_collect.wire.dialects.dialect import Dialect

Row = tuple[str, str, str]


def pretty(mti: str, elements: Mapping[int, str], dialect: Dialect) -> str:
    """Return the lines of a message.

    Args:
        mti: its type, the first line.
        elements: its elements, by number.
        dialect: names the elements.
    """
    rows = [row for number, value in elements.items() for row in _rows(mti, number, value, dialect)]
    label = max((wcswidth(row[0]) for row in rows), default=0)
    name = max((wcswidth(row[1]) for row in rows), default=0)
    lines = [f"{_pad(row[0], label)}  {_pad(row[1], name)}  {row[2]}".rstrip() for row in rows]
    return "\n".join([dialect.mti_on_wire(mti), *lines])


def _rows(mti: str, number: int, value: str, dialect: Dialect) -> Iterator[Row]:
    element = dialect.elements.get(number)
    name = element.name if element else "not of this dialect"
    # Private data of a dialect with messages of its own may look like tags and be something else.
    tags = _tags(value, dialect) if number in PDS_ELEMENTS and dialect.messages is None else None
    if tags is None:
        yield f"DE {number}", name, mask_element(number, value, answer=is_answer(mti))
        return
    yield f"DE {number}", name, ""
    names = TAG_NAMES if number == 48 or "0006" not in tags else INPUT_TAG_NAMES  # noqa: PLR2004 - DE 48
    for tag, content in tags.items():
        yield f"  {tag}", names.get(tag, "unknown"), mask_tag(tag, content)


def _tags(value: str, dialect: Dialect) -> dict[str, str] | None:
    """The tags, or None if the sequence cannot be read; it is then hidden completely."""
    try:
        return parse_pds(value, dialect.charset)
    except DecodeError:
        return None


def _pad(text: str, width: int) -> str:
    return text + " " * (width - wcswidth(text))
