"""Classes of jPOS fields as elements of dialects: `IFB_LLNUM` is `n..` with packed digits."""

from __future__ import annotations

import re
from dataclasses import dataclass

from offline_collect.wire.elements.notation import parse_notation

_TRACKS = (35, 36)
_SETS = {"A": "ascii", "B": "bcd", "E": "ebcdic"}
_CLASS = re.compile(
    r"IF(?P<set>[ABE]?)_(?P<prefix>L{0,6})(?P<binary>H?)(?P<ebcdic>E?)"
    r"(?P<kind>NUMERIC|NUM|CHAR|BINARY|ABINARY|AMOUNT)"
)
_ODD = {"IF_ECHAR": "IFE_CHAR", "IFA_LITERAL": "", "IF_CHAR": "IFA_CHAR"}


@dataclass(frozen=True, slots=True)
class Field:
    """An element in a dialect's words.

    Attributes:
        shape: such as `n..19`.
        word: the word of `encoding` that is for its kind.
        encoding: its own.
        prefix: the encoding of its length prefix; None without one.
    """

    shape: str
    word: str
    encoding: str
    prefix: str | None

    @property
    def most(self) -> int:
        """Its length, or the greatest."""
        return parse_notation(self.shape).length

    def says(self, word: str) -> str | None:
        """Return what it says of a word of `encoding`; None if nothing."""
        if word == "prefix":
            return self.prefix
        return self.encoding if word == self.word else None


def translated(number: int, kind: str, length: int, *, padded: bool) -> Field | None:
    """Return the element that is like a class of jPOS; None if none is.

    Args:
        number: the element: tracks hold more than digits.
        kind: the class, without its package.
        length: as the packager has it; an amount's counts its sign.
        padded: whether an odd number of packed digits has its zero on the left.
    """
    found = _CLASS.fullmatch(_ODD.get(kind, kind))
    if found is None or not length:
        return None
    digits = len(found["prefix"])
    if bool(digits) != (found["kind"] == "NUM" or (found["kind"] != "NUMERIC" and bool(digits))):
        return None
    if digits:
        length = min(length, 10**digits - 1)
    word, encoding, letters = _content(found, number, padded=padded)
    if letters == "x+n":
        length -= 1
    return Field(f"{letters}{'.' * digits}{length}", word, encoding, _prefix(found) if digits else None)


def _content(found: re.Match[str], number: int, *, padded: bool) -> tuple[str, str, str]:
    """Return the word of `encoding`, the encoding, and the letters of a class."""
    charset = "ebcdic" if found["ebcdic"] or found["set"] == "E" else "ascii"
    kind = found["kind"]
    if kind in {"BINARY", "ABINARY"}:
        # After a length, jPOS writes the bytes themselves, unless the class says A.
        as_hex = kind == "ABINARY" or (found["set"] == "A" and not found["prefix"])
        return "binary", "hex" if as_hex else "raw", "b"
    if kind in {"NUM", "NUMERIC"}:
        packed = "bcd" if padded else "bcd-right"
        return "numeric", packed if found["set"] == "B" else charset, "z" if number in _TRACKS else "n"
    if kind == "AMOUNT":
        return "numeric", "bcd" if found["set"] == "B" else charset, "x+n"
    return "characters", charset, "ans"


def _prefix(found: re.Match[str]) -> str:
    return "binary" if found["binary"] else _SETS[found["set"] or "A"]
