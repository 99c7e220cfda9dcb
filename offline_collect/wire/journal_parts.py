"""The parts of a masked request, as the journal keeps it on one line, for people."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from offline_collect.wire.layouts.pds import TAG_NAMES

if TYPE_CHECKING:
    from collections.abc import Mapping

_ELEMENT = re.compile(r" ([0-9]{1,3})=(\[.*?\]|.*?)(?= [0-9]{1,3}=|$)")
_TAG = re.compile(r"(?:^| )([0-9]{4})=(.*?)(?= [0-9]{4}=|$)")


class JournalPart(NamedTuple):
    """An element or a PDS tag.

    Attributes:
        label: ``DE 4``, ``0030``.
        name: what it is; '' if that is not known.
        value: masked.
    """

    label: str
    name: str
    value: str


def journal_parts(journal: str, names: Mapping[int, str]) -> list[JournalPart]:
    """Return the parts of a line of the journal, its MTI first; the end of a line that was cut is as it is.

    Args:
        journal: the line, as :func:`offline_collect.wire.masking.masked_line` writes it.
        names: of elements, by number.
    """
    mti, _, _ = journal.partition(" ")
    parts = [JournalPart("MTI", "", mti)]
    for number, value in _ELEMENT.findall(journal):
        name = names.get(int(number), "")
        tags = _TAG.findall(value[1:-1]) if value.startswith("[") and value.endswith("]") else []
        parts.append(JournalPart(f"DE {number}", name, "" if tags else value))
        parts += [JournalPart(tag, TAG_NAMES.get(tag, ""), content) for tag, content in tags]
    return parts
