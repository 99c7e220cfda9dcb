"""The notation of ISO 8583 for the shape of an element, or of a part of one: `n6`, `ans..25`, `x+n16`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from offline_collect.wire.errors import ContentError

PREFIX_MAX = 6
"""Digits of a length prefix at most: `b......999999`."""


class Kind(StrEnum):
    """What a value holds, in the standard's letters.

    a letters, n digits, s special characters, and their combinations, all of printable ASCII; x+n a sign and
    digits, z a track of a card, b bytes (shown as hex), text any language.
    """

    A = "a"
    N = "n"
    S = "s"
    AN = "an"
    AS = "as"
    NS = "ns"
    ANS = "ans"
    ANP = "anp"
    XN = "x+n"
    Z = "z"
    B = "b"
    TEXT = "text"


_NOTATION = re.compile(
    rf"(?P<kind>{'|'.join(re.escape(kind) for kind in sorted(Kind, key=len, reverse=True))})"
    rf"(?P<dots>\.{{0,{PREFIX_MAX}}})(?P<length>[1-9][0-9]{{0,5}})(?: +(?P<title>\S.*))?",
)


@dataclass(frozen=True, slots=True)
class Notation:
    """A shape that was read.

    Attributes:
        kind: what the value holds.
        length: exact length, or the greatest if there is a prefix. It counts digits (those after the sign of
            x+n), the bytes of b, and encoded bytes of everything else.
        prefix: digits of the length prefix (2 for `..`, 3 for `...`); 0 for a fixed length.
        title: what stands behind the shape, for people; may be empty.
    """

    kind: Kind
    length: int
    prefix: int = 0
    title: str = ""

    def __str__(self) -> str:
        return f"{self.kind}{'.' * self.prefix}{self.length}"


def parse_notation(text: str) -> Notation:
    """Read a shape and the title behind it: `n12 RRN`.

    Raises:
        ContentError: it is none, or its prefix cannot say its greatest length.
    """
    found = _NOTATION.fullmatch(text)
    if found is None:
        raise ContentError(
            f"must be a shape such as n6, ans..25 or b...999: one of {', '.join(Kind)}, a dot for each digit "
            f"of a length prefix ({PREFIX_MAX} at most), and the length"
        )
    length, prefix = int(found["length"]), len(found["dots"])
    if prefix and length >= 10**prefix:
        raise ContentError(f"{length} is wider than a prefix of {prefix} digits can say")
    return Notation(Kind(found["kind"]), length, prefix, found["title"] or "")
