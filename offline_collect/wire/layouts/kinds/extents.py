"""Where the values of a content of one length are, in layouts with a fixed order."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from offline_collect.wire.layouts.values.scalar import Scalar


class _Value(NamedTuple):
    """A value: its path, and where its bytes are."""

    path: str
    part: Scalar
    place: slice


class Extents:
    """Where the values of contents of one length are, as far as the length and the number of records say it.

    Attributes:
        size: the length.
        records: the number of records of the list.
        at: the end of the values so far.
        values: so far.
        counts: paths of parts that say the number of records.
        lists: number of lists with such a part, or without a fixed number.
        most: the most records.
        varies: whether something else than the length decides on places.
    """

    def __init__(self, size: int, records: int) -> None:
        self.size = size
        self.records = records
        self.at = 0
        self.values: list[_Value] = []
        self.counts: list[str] = []
        self.lists = 0
        self.most = 0
        self.varies = False

    def add(self, part: Scalar, size: int, path: str) -> None:
        """Add a value of so many bytes, behind the last one."""
        self.values.append(_Value(f"{path}{part.name}", part, slice(self.at, self.at + size)))
        self.at += size
