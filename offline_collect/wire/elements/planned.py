"""An element as plans see it, which read messages of one bitmap."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from offline_collect.wire.elements.codec_spec import Entry
    from offline_collect.wire.elements.notation import Kind


class Planned(NamedTuple):
    """An element as plans see it.

    Attributes:
        entry: pyiso8583's spec of it.
        check: what its value must pass.
    """

    number: int
    kind: Kind
    entry: Entry
    check: Callable[[str], bool]

    @property
    def packed(self) -> bool:
        """Whether its bytes are read as hex digits."""
        return self.entry["data_enc"] == "b"

    @property
    def nibbles(self) -> bool:
        """Whether its length counts hex digits."""
        return "len_count" in self.entry

    @property
    def left_padded(self) -> bool:
        """Whether a zero stands before an odd number of digits rather than after it."""
        return "left_pad" in self.entry

    @property
    def prefix(self) -> int:
        """The bytes of its length prefix."""
        return int(self.entry["len_type"])

    @property
    def most(self) -> int:
        """Its length, or the greatest."""
        return int(self.entry["max_len"])

    def size(self, length: int) -> int:
        """The bytes of so many units."""
        return (length + 1) // 2 if self.nibbles else length
