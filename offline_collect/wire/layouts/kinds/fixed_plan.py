"""Contents of a fixed layout as plans: where its values are is worked out once for each length of a content.

A plan cuts all values in one call, and checks digits that follow each other, and characters, as one. It reads correct
contents only.
"""

from __future__ import annotations

from functools import partial
from operator import methodcaller
from typing import TYPE_CHECKING, Protocol

from offline_collect.wire.elements.cutting import cutter, joined_places
from offline_collect.wire.elements.notation import Kind
from offline_collect.wire.errors import DecodeError
from offline_collect.wire.layouts.kinds.extents import Extents
from offline_collect.wire.layouts.kinds.steps import quick_kind

if TYPE_CHECKING:
    from collections.abc import Callable

    from offline_collect.wire.layouts.parts import Cut
    from offline_collect.wire.layouts.values.scalar import Scalar

KEPT_MAX = 256
"""Most lengths of contents of which a layout keeps a plan; when there are more, all are forgotten."""

_without_spaces = methodcaller("rstrip", " ")


class _Rows(Protocol):
    """The parts of a layout."""

    def lay_out(self, extents: Extents, path: str) -> None:
        """Add their values to those of a content."""


class _LengthPlan:
    """Reads contents of one length."""

    def __init__(self, extents: Extents) -> None:
        values = extents.values
        self._paths = tuple(value.path for value in values)
        self._cut = cutter([value.place for value in values])
        kinds = [quick_kind(value.part) for value in values]
        places = [value.place for value in values]
        self._digits = tuple(joined_places(places, [kind is Kind.N for kind in kinds]))
        self._characters = tuple(joined_places(places, [kind is Kind.ANS for kind in kinds]))
        self._completed = tuple(
            (at, _without_spaces if kinds[at] is Kind.ANS else _decoder(value.part))
            for at, value in enumerate(values)
            if kinds[at] is not Kind.N
        )
        self._counts = tuple(self._paths.index(path) for path in extents.counts)
        self._records = extents.records

    def read(self, text: str) -> Cut | None:
        """Return the values; None if one of them is not as it must be."""
        for run in self._digits:
            if not text[run].isdecimal():
                return None
        for run in self._characters:
            characters = text[run]
            if not (characters.isascii() and characters.isprintable()):
                return None
        values: list[str] = [*self._cut(text)]
        for at, complete in self._completed:
            values[at] = complete(values[at])
        for at in self._counts:
            if int(values[at]) != self._records:
                return None
        return self._paths, values


class LengthPlans:
    """The plans of one layout, by the length of contents.

    Args:
        rows: its parts.
    """

    def __init__(self, rows: _Rows) -> None:
        self._rows = rows
        without, one = self._extents(0, 0), self._extents(0, 1)
        self._list = one.lists > 0
        self._size, self._record, self._most = without.at, one.at - without.at, one.most
        self.usable = not one.varies and one.lists <= 1
        """Whether the length of a content, and what counts its records, say where the values are."""
        self._plans: dict[int, _LengthPlan | None] = {}

    def read(self, text: str) -> Cut | None:
        """Return the values of a content; None if it is not a correct one. The layout must be usable."""
        size = len(text)
        try:
            plan = self._plans[size] if size in self._plans else self._plan(size)
            return None if plan is None else plan.read(text)
        except DecodeError:
            return None

    def _extents(self, size: int, records: int) -> Extents:
        extents = Extents(size, records)
        self._rows.lay_out(extents, "")
        return extents

    def _plan(self, size: int) -> _LengthPlan | None:
        records = (size - self._size) // self._record if self._list else 0
        # A list is not laid out for more records than it may have.
        extents = self._extents(size, min(max(records, 0), self._most))
        plan = _LengthPlan(extents) if size and extents.at == size else None
        if len(self._plans) >= KEPT_MAX:
            self._plans.clear()
        self._plans[size] = plan
        return plan


def _decoder(part: Scalar) -> Callable[[str], str]:
    return partial(part.decode, count=part.notation.length)
