"""A simple regular expression engine that counts the characters that it tries."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

Goal = Callable[[int], None]


@dataclass(frozen=True)
class One:
    """One character, by a regular expression that matches just it."""

    source: str


@dataclass(frozen=True)
class Sequence:
    """Parts in sequence; without parts it matches the empty text."""

    parts: tuple[Node, ...]


@dataclass(frozen=True)
class Either:
    """One of several options."""

    options: tuple[Node, ...]


@dataclass(frozen=True)
class Repeat:
    """A repeated part; ``most`` None has no bound."""

    part: Node
    least: int
    most: int | None


Node = One | Sequence | Either | Repeat


_SIGNS = {(0, None): "*", (1, None): "+", (0, 1): "?", (1, 1): ""}


def written(tree: Node) -> str:
    """Return the pattern of a tree."""
    match tree:
        case One(source):
            return source
        case Sequence(parts):
            return "".join(
                f"({written(part)})" if isinstance(part, Either) else written(part) for part in parts
            )
        case Either(options):
            return "|".join(written(option) for option in options)
        case Repeat(part, least, most):
            once = written(part) if isinstance(part, One) else f"({written(part)})"
            return once + _SIGNS.get((least, most), f"{{{least},{'' if most is None else most}}}")


def tried_at_most(tree: Node, text: str) -> int:
    """Return how many characters of ``text`` are tried before every way through ``tree`` has failed."""
    engine = _Engine(text)
    engine.match(tree, 0, lambda _: None)
    return engine.tried


class _Engine:
    def __init__(self, text: str) -> None:
        self._text = text
        self.tried = 0

    def match(self, node: Node, at: int, then: Goal) -> None:
        """Go on with ``then`` from every place that ``node`` can end at."""
        match node:
            case One(source):
                self.tried += 1
                if at < len(self._text) and re.fullmatch(source, self._text[at]):
                    then(at + 1)
            case Sequence(()):
                then(at)
            case Sequence((first, *rest)):
                self.match(first, at, lambda end: self.match(Sequence(tuple(rest)), end, then))
            case Either(options):
                for option in options:
                    self.match(option, at, then)
            case Repeat(part, least, most):
                self._repeat(part, least, most, at, then)

    def _repeat(self, part: Node, least: int, most: int | None, at: int, then: Goal) -> None:
        fewer = None if most is None else most - 1

        def again(end: int) -> None:
            # A part that matches the empty text would repeat without end.
            if least > 0 or end > at:
                self._repeat(part, max(least - 1, 0), fewer, end, then)

        if most is None or most > 0:
            self.match(part, at, again)
        if least == 0:
            then(at)
