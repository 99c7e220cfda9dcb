"""One message of ISO 8583, independent of its dialect."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from offline_collect.domain.texts.cards import MASK
from offline_collect.wire.dialects.schema import Section
from offline_collect.wire.masking import masked_line

_NAMING = frozenset({3, 7, 11, 39, 70})
"""Elements that say which message it is, and hold nothing else in any dialect."""


@dataclass(slots=True, repr=False)
class Message:
    """An MTI and elements.

    Attributes:
        mti: four digits.
        elements: contents by element number (2 to 128), without the bitmap; n elements as digits, binary
            ones as hex.
        encoded: the received bytes of a decoded message's elements, length prefix and contents, by number. The
            answer repeats elements with these bytes.
        parts: private data that was taken apart already, by element number: its layout, and its parts by that.
    """

    mti: str
    elements: dict[int, str] = field(default_factory=dict)
    encoded: Mapping[int, bytes] = field(default_factory=dict, compare=False)
    parts: Mapping[int, Any] | None = field(default=None, compare=False)

    def __repr__(self) -> str:
        shown = {number: value if number in _NAMING else MASK for number, value in self.elements.items()}
        return f"<Message {masked_line(self.mti, shown, shown=frozenset(shown))}>"

    def to_plain(self) -> dict[str, object]:
        """`{"mti": "0800", "elements": {7: "1122093000"}}`, as YAML and JSON files carry it; not masked."""
        return {"mti": self.mti, "elements": dict(self.elements)}

    @classmethod
    def from_plain(cls, values: object, file: str = "message") -> Message:
        """Read the form that `to_plain` makes; other keys of the mapping (a name, a note) are ignored.

        Raises:
            SchemaError: something is missing or is not a string; `file` is named in it.
        """
        root = Section(values, file)
        mti = root.text("mti")
        contents = root.take("elements")
        if not isinstance(contents, Mapping):
            root.fail("must be a mapping of element numbers to quoted strings", "elements")
        elements: dict[int, str] = {}
        for key, value in contents.items():
            if not str(key).isdecimal():
                root.fail("must be the number of an element", f"elements.{key}")
            if not isinstance(value, str):
                root.fail("must be a quoted string", f"elements.{key}")
            elements[int(key)] = value
        return cls(mti, dict(sorted(elements.items())))
