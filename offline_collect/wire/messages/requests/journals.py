"""The masked line of requests as plans: what is the same in many of them is filled in once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from offline_collect.wire.elements.cutting import cutter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from offline_collect.wire.layouts.masking import Rule

    Row = list[str]
    Slots = Sequence[tuple[int, Rule | None]]

SLOT = "\0"
"""Stands in a line for a value that is shown; no name of a value has it."""


class JournalForm:
    """The masked line of requests whose values have the same names.

    Args:
        line: with a `SLOT` for each value that is shown.
        slots: for each of them, its place among the values of a message, and its mask if it has one.
        repeated: places of values that come again and again.
    """

    def __init__(self, line: str, slots: Slots, repeated: frozenset[int]) -> None:
        first, *others = [literal(text) for text in line.split(SLOT)]
        self._pieces = [first]
        self._repeated: list[tuple[int, int, Rule | None]] = []
        places: list[int] = []
        for (at, mask), text in zip(slots, others, strict=True):
            if at in repeated:
                self._repeated.append((len(self._pieces), at, mask))
            else:
                places.append(at)
            self._pieces += ["%s", text]
        self._masks = [(at, mask) for at, mask in slots if mask is not None and at not in repeated]
        self._take = cutter(places) if places else tuple[str, ...]

    def template(self, row: Row) -> str:
        """Return the line with the values of a message that come again, and a place for each other one."""
        pieces = self._pieces.copy()
        for place, at, mask in self._repeated:
            pieces[place] = literal(row[at] if mask is None else mask(row[at]))
        return "".join(pieces)

    def filled(self, template: str, row: Row) -> str:
        """Return the line of a message, whose values are masked in their row."""
        for at, mask in self._masks:
            row[at] = mask(row[at])
        return template % tuple(self._take(row))


def literal(text: str) -> str:
    """Return a text as it stands in a template."""
    return text.replace("%", "%%")
