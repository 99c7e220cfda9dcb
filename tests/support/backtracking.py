"""A regular expression engine as plain as can be, which counts the characters that it tries."""

import re
from collections.abc import Callable

from offline_collect.merchant.forms.pattern_syntax import Either, Node, One, Repeat, Sequence

Goal = Callable[[int], None]


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
            # What matched nothing would match nothing for ever.
            if least > 0 or end > at:
                self._repeat(part, max(least - 1, 0), fewer, end, then)

        if most is None or most > 0:
            self.match(part, at, again)
        if least == 0:
            then(at)
