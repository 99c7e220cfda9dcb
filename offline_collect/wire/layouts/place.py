"""The address of a part, such as the `bills.amount` of `48.bills.amount`, found once and used for every message."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from offline_collect.wire.layouts.parts import Found, GivenParts, Parts


class Place:
    """Where one part of a layout is.

    Attributes:
        path: its address in the layout.
        notation: its shape if it is one value and the layout says it.
        is_value: whether it is one value; else it is a group or a list.
        is_list: whether it is a list of records.
        way: the names of the groups and lists that it stands in, and its own.
        first: its address in the first record of each list: `bills[0].amount`.
        repeated: whether it stands in a list, so that there are as many of it as records.
    """

    def __init__(self, path: str, found: Found) -> None:
        self.path = path
        self.notation = found.notation
        self.is_value = found.value
        self.is_list = not found.value and found.hops[-1].each
        self.repeated = any(hop.each for hop in found.hops[:-1])
        self.way = tuple(hop.name for hop in found.hops)
        self.first = ".".join(f"{hop.name}[0]" if hop.each else hop.name for hop in found.hops)
        self._hops = found.hops
        *self._groups, self._last = self.way

    def __repr__(self) -> str:
        return f"<Place {self.path}>"

    def value(self, parts: GivenParts) -> str | None:
        """The value that is there; None if there is none, or it is empty.

        Of a place that is repeated this is the only one; None if there are several.
        """
        if self.repeated:
            values = self.values(parts)
            return values[0] if len(values) == 1 else None
        found = parts
        for name in self._groups:
            group = found.get(name)
            if not isinstance(group, Mapping):
                return None
            found = group
        value = found.get(self._last)
        return value if isinstance(value, str) and value else None

    def values(self, parts: GivenParts) -> list[str]:
        """The values that are there, one a record; those that are empty as ''."""
        return [value for value in self._all(parts) if isinstance(value, str)]

    def records(self, parts: GivenParts) -> list[Parts]:
        """The records of the list that is there."""
        return [record for record in self._all(parts) if isinstance(record, dict)]

    def _all(self, parts: GivenParts) -> list[object]:
        found: list[object] = [parts]
        for name, each in self._hops:
            inner = [node[name] for node in found if isinstance(node, Mapping) and name in node]
            found = [record for records in inner for record in records] if each else inner
        return found

    def put(self, parts: Parts, value: str | Parts | list[Parts]) -> None:
        """Set what is there; groups on the way come into being.

        A place in a list is set record by record, with the places of its parts.
        """
        assert not self.repeated, f"{self.path} is in a list"
        for name in self._groups:
            group = parts.setdefault(name, {})
            assert isinstance(group, dict), f"{name} is no group"
            parts = group
        parts[self._last] = value
