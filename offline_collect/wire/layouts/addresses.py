"""Parts by their addresses, as people write them: `bills[0].amount`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from offline_collect.wire.errors import EncodeError

if TYPE_CHECKING:
    from collections.abc import Mapping

_STEP = re.compile(r"([^\[\]]+)(?:\[([0-9]{1,3})\])?")


def parts_by_name(texts: Mapping[str, str]) -> dict[str, Any]:
    """Return parts by name, as layouts write them, from parts by address.

    Args:
        texts: values by address; records are counted from 0.

    Raises:
        EncodeError: an address is none, or two contradict each other.
    """
    parts: dict[str, Any] = {}
    for address, text in texts.items():
        *way, last = address.split(".")
        place = parts
        for step in way:
            place = _inside(place, step, address)
        if _STEP.fullmatch(last) is None or last.endswith("]") or last in place:
            raise EncodeError("must be one value, such as bills[0].amount", element=address)
        place[last] = text
    return parts


def _inside(place: dict[str, Any], step: str, address: str) -> dict[str, Any]:
    """The group or the record that a step of an address leads to."""
    found = _STEP.fullmatch(step)
    if found is None:
        raise EncodeError("is no address, such as bills[0].amount", element=address)
    name, index = found[1], found[2]
    if index is None:
        group: dict[str, Any] = _of_type(place.setdefault(name, {}), dict, address)
        return group
    records: list[dict[str, Any]] = _of_type(place.setdefault(name, []), list, address)
    # What a record in between lacks, the layout says.
    records.extend({} for _ in range(int(index) + 1 - len(records)))
    return records[int(index)]


def _of_type(place: Any, wanted: type, address: str) -> Any:
    if not isinstance(place, wanted):
        raise EncodeError("contradicts an address before it", element=address)
    return place
