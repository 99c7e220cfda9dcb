"""The place of one part in a layout, such as `bills.amount` of `48.bills.amount`; found at start, used for each message."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from offline_collect.wire.layouts.parts import Found, GivenParts, Parts


class Place:
    """The place of one part of a layout.

    Attributes:
        path: path of the part in the layout.
        notation: shape of the value; None for a group, a list, or a value of any shape.
        is_value: whether the part is a single value, not a group or a list.
        is_list: whether the part is a list of records.
        names: the names of the path, with the name of a list that the path leaves out.
        first: path of the part in the first record of each list: `bills[0].amount`.
        repeated: whether the part is in a list, so that each record has one.
    """

    def __init__(self, path: str, found: Found) -> None:
        self.path = path
        self.notation = found.notation
        self.is_value = found.value
        self.is_list = not found.value and found.hops[-1].each
        self.repeated = any(hop.each for hop in found.hops[:-1])
        self.names = tuple(hop.name for hop in found.hops)
        self.first = ".".join(f"{hop.name}[0]" if hop.each else hop.name for hop in found.hops)
        self._hops = found.hops
        *self._groups, self._last = self.names

    def __repr__(self) -> str:
        return f"<Place {self.path}>"

    def value(self, parts: GivenParts) -> str | None:
        """Return the value of the part; None if it is missing or empty.

        If the part is in a list of records, the list must have exactly one; otherwise the result is None.
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
        """Return the value in each record; '' for an empty one. Missing ones are left out."""
        return [value for value in self._all(parts) if isinstance(value, str)]

    def records(self, parts: GivenParts) -> list[Parts]:
        """Return the records of the list; none if it is missing."""
        return [record for record in self._all(parts) if isinstance(record, dict)]

    def _all(self, parts: GivenParts) -> list[object]:
        found: list[object] = [parts]
        for name, each in self._hops:
            inner = [node[name] for node in found if isinstance(node, Mapping) and name in node]
            found = [record for records in inner for record in records] if each else inner
        return found

    def put(self, parts: Parts, value: str | Parts | list[Parts]) -> None:
        """Set the value, group or list; missing groups on the path are created.

        The part must not be in a list: records are made one by one and put as a list.
        """
        assert not self.repeated, f"{self.path} is in a list"
        for name in self._groups:
            group = parts.setdefault(name, {})
            assert isinstance(group, dict), f"{name} is no group"
            parts = group
        parts[self._last] = value
