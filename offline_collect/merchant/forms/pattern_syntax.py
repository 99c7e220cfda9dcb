r"""Patterns of form inputs, read as a tree: the part of regular expressions that every terminal reads alike.

A pattern goes out with the form, and terminals check inputs with whatever engine they have. What engines
write differently or lack (look-around, back references, named groups, flags) is refused by name. What is
taken is close to I-Regexp (RFC 9485), with `\d`, `\w`, `\s`, anchors and lazy repeats as everybody has them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from offline_collect.merchant.common.errors import PatternSyntaxError


@dataclass(frozen=True, slots=True)
class One:
    r"""One character.

    Attributes:
        source: a regular expression that matches just it: ``[0-9X]``, ``\d``, ``幢``.
    """

    source: str


@dataclass(frozen=True, slots=True)
class Sequence:
    """One part after the other; without parts it matches nothing at all."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """Any of its options."""

    options: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """A part again and again; ``most`` None has no bound."""

    part: Node
    least: int
    most: int | None


Node = One | Sequence | Either | Repeat

NOTHING = Sequence(())
_CLASS_ESCAPES = frozenset("dDwWsS")
_CODE_ESCAPES = {"x": 2, "u": 4}
_COUNT = re.compile(r"\{([0-9]+)(,?)([0-9]*)\}")


def read_pattern(pattern: str) -> Node:
    """Return the tree of a pattern that Python's ``re`` can compile.

    Raises:
        PatternSyntaxError: it uses what not every terminal reads.
    """
    return _Reader(pattern).whole()


class _Reader:
    """Reads a pattern from left to right."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._at = 0

    def whole(self) -> Node:
        """Return the tree of options up to the end of the pattern or group."""
        options = [self._sequence()]
        while self._next() == "|":
            self._at += 1
            options.append(self._sequence())
        return options[0] if len(options) == 1 else Either(tuple(options))

    def _next(self) -> str:
        return self._pattern[self._at : self._at + 1]

    def _take(self, count: int = 1) -> str:
        taken = self._pattern[self._at : self._at + count]
        self._at += count
        return taken

    def _sequence(self) -> Node:
        parts = []
        while self._next() not in {"", "|", ")"}:
            parts.append(self._repeated(self._part()))
        return parts[0] if len(parts) == 1 else Sequence(tuple(parts))

    def _part(self) -> Node:
        match taken := self._take():
            case "(":
                return self._group()
            case "[":
                return self._class()
            case "\\":
                return self._escape()
            case ".":
                return One(taken)
            case "^" | "$":
                return NOTHING
            case "{":
                raise PatternSyntaxError("has a { that counts nothing: write {0,5}, or \\{ for the character")
            case _:
                return One(re.escape(taken))

    def _group(self) -> Node:
        if self._next() == "?" and self._take(2) != "?:":
            mark = self._pattern[self._at - 3 : self._at]
            raise PatternSyntaxError(
                f"begins a group with {mark}: terminals need not know more than ( and (?:"
            )
        inner = self.whole()
        self._take()
        return inner

    def _class(self) -> Node:
        start = self._at - 1
        if self._next() == "^":
            self._at += 1
        # A ] that stands first is a character of the class.
        self._at += 2 if self._next() == "\\" else 1
        while self._next() != "]":
            self._at += 2 if self._next() == "\\" else 1
        self._at += 1
        return One(self._pattern[start : self._at])

    def _escape(self) -> Node:
        escaped = self._take()
        if escaped in _CODE_ESCAPES:
            return One(f"\\{escaped}{self._take(_CODE_ESCAPES[escaped])}")
        if escaped in _CLASS_ESCAPES or not (escaped.isascii() and escaped.isalnum()):
            return One(f"\\{escaped}")
        raise PatternSyntaxError(f"has \\{escaped}, which terminals need not know: write it with classes")

    def _repeated(self, part: Node) -> Node:
        bounds = self._bounds()
        if bounds is None:
            return part
        if self._next() == "+":
            raise PatternSyntaxError("has a possessive repeat (++, *+), which terminals need not know")
        if self._next() == "?":
            self._at += 1
        return Repeat(part, *bounds)

    def _bounds(self) -> tuple[int, int | None] | None:
        known = {"*": (0, None), "+": (1, None), "?": (0, 1)}
        if self._next() in known:
            return known[self._take()]
        counted = _COUNT.match(self._pattern, self._at)
        if counted is None:
            return None
        self._at = counted.end()
        least, comma, most = counted.groups()
        return int(least), (int(most) if most else None) if comma else int(least)
