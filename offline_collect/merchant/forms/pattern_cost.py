"""How long a pattern can take: the steps of a backtracking engine on the worst text, found without running it.

The platform's engine and most terminals' try one way through a pattern after the other, so a pattern such as
``(a+)+b`` takes hours on sixty a's. Refusing nested repeats is not enough (``a*a*a*a*a*a*b``, ``(a|a){30}b``)
and refuses what is harmless; running the pattern under a time limit needs the worst text to be guessed. So
the ways are counted: the pattern becomes an automaton with a state for each character that it can match
(Glushkov's), in which an edge is there as often as there are ways along it, and for each length the greatest
number of ways that one text leaves open is followed through sets of states.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from offline_collect.merchant.forms.pattern_syntax import Either, Node, One, Repeat, Sequence, read_pattern

STEPS_MAX = 20_000
"""Steps that one check may take: a millisecond."""

_PLACES_MAX = 1_000
"""Characters that a pattern may stand for when its repeats are written out."""

_SETS_MAX = 64
"""Sets of states that are told apart at one length; more are taken together, which counts too many ways."""

_CODE = re.compile(r"\\[xu]((?:[0-9A-Fa-f]{2}){1,2})")
"""A character that is written as its code; what is none, behind an escaped backslash, does no harm."""

_SAMPLES = frozenset(map(chr, range(128))) | frozenset("éß٣１Ａ　中一龥")
"""Characters of every kind that classes tell apart, beside those that a pattern names."""

Ways = Counter[int]
"""Places in the written-out pattern, each with the number of ways that lead there."""


class _TooLarge(Exception):
    """The pattern stands for more characters than anybody will read."""


@dataclass(frozen=True, slots=True)
class _Part:
    """What can begin and end a part of a pattern, and in how many ways it can match nothing."""

    empty: int
    first: Ways
    last: Ways


_EMPTY = _Part(1, Counter(), Counter())


def steps_of(pattern: str, most: int) -> int:
    """Return at most how many steps a backtracking engine takes to check a text of up to ``most`` characters.

    Args:
        pattern: one that Python's ``re`` can compile.
        most: the longest text that is checked.

    Returns:
        The bound; more than :data:`STEPS_MAX` as soon as that is passed.

    Raises:
        PatternSyntaxError: it uses what not every terminal reads.
    """
    automaton = _Automaton(most)
    try:
        whole = automaton.add(read_pattern(pattern))
    except _TooLarge:
        return STEPS_MAX + 1
    return automaton.count(whole, pattern)


class _Automaton:
    """A pattern written out: its places, what each matches, and the ways from one to the next."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._sources: list[str] = []
        self._next: list[Ways] = []

    def add(self, node: Node) -> _Part:
        """Write a part out."""
        match node:
            case One(source):
                return self._place(source)
            case Sequence(parts):
                return self._row(map(self.add, parts))
            case Either(options):
                return _either([self.add(option) for option in options])
            case Repeat():
                return self._repeat(node)

    def _place(self, source: str) -> _Part:
        if len(self._sources) == _PLACES_MAX:
            raise _TooLarge
        place = len(self._sources)
        self._sources.append(source)
        self._next.append(Counter())
        return _Part(0, Counter([place]), Counter([place]))

    def _row(self, parts: Iterable[_Part]) -> _Part:
        row = _EMPTY
        for part in parts:
            self._join(row.last, part.first)
            first = row.first + _times(part.first, row.empty)
            last = part.last + _times(row.last, part.empty)
            row = _Part(row.empty * part.empty, first, last)
        return row

    def _join(self, before: Ways, after: Ways) -> None:
        for place, ways in before.items():
            self._next[place].update(_times(after, ways))

    def _repeat(self, node: Repeat) -> _Part:
        # No text is longer: what a repeat can do beyond that, it cannot do at all.
        least = min(node.least, self._most + 1)
        copies = [self.add(node.part) for _ in range(least)]
        if node.most is None:
            rest = self._loop(node.part)
        else:
            rest = self._optional(node.part, min(node.most, self._most + 1) - least)
        return self._row([*copies, rest])

    def _loop(self, node: Node) -> _Part:
        part = self.add(node)
        self._join(part.last, part.first)
        return _Part(part.empty + 1, part.first, part.last)

    def _optional(self, node: Node, times: int) -> _Part:
        """Write out (node(node(…)?)?)?, as an engine takes a repeat with an upper bound."""
        rest = _EMPTY
        for _ in range(times):
            taken = self._row([self.add(node), rest])
            rest = _Part(taken.empty + 1, taken.first, taken.last)
        return rest

    def count(self, whole: _Part, pattern: str) -> int:
        """Return the steps on the worst text."""
        alphabet = self._alphabet(pattern)
        open_ways: dict[frozenset[int], Ways] = {}
        steps = _merge(whole.first, alphabet, open_ways)
        for _ in range(self._most):
            if steps > STEPS_MAX or not open_ways:
                break
            reached: dict[frozenset[int], Ways] = {}
            steps += max(_merge(self._onwards(ways), alphabet, reached) for ways in open_ways.values())
            open_ways = reached if len(reached) <= _SETS_MAX else _together(reached)
        return steps

    def _onwards(self, ways: Ways) -> Ways:
        onwards: Ways = Counter()
        for place, count in ways.items():
            onwards.update(_times(self._next[place], count))
        return onwards

    def _alphabet(self, pattern: str) -> list[frozenset[int]]:
        """Return, for each kind of character that the pattern tells apart, the places that match it."""
        named = {ord(char) for char in pattern} | {int(code, 16) for code in _CODE.findall(pattern)}
        beside = {code + shift for code in named for shift in (-1, 0, 1)}
        samples = _SAMPLES | {chr(code) for code in beside if 0 <= code <= 0x10FFFF}  # noqa: PLR2004 - Unicode's last
        compiled = {source: re.compile(source) for source in set(self._sources)}
        kinds = set()
        for sample in samples:
            matching = {source for source, one in compiled.items() if one.fullmatch(sample)}
            kinds.add(frozenset(at for at, source in enumerate(self._sources) if source in matching))
        return list(kinds)


def _either(options: list[_Part]) -> _Part:
    first, last = Ways(), Ways()
    for option in options:
        first.update(option.first)
        last.update(option.last)
    return _Part(sum(option.empty for option in options), first, last)


def _times(ways: Ways, factor: int) -> Ways:
    return Counter({place: count * factor for place, count in ways.items()} if factor else ())


def _merge(tried: Ways, alphabet: list[frozenset[int]], reached: dict[frozenset[int], Ways]) -> int:
    """Add what each kind of character leaves of the ways that are tried; return how many are tried."""
    for kind in alphabet:
        left = {place: count for place, count in tried.items() if place in kind}
        if left:
            ways = reached.setdefault(frozenset(left), Counter())
            for place, count in left.items():
                ways[place] = max(ways[place], count)
    return tried.total()


def _together(reached: dict[frozenset[int], Ways]) -> dict[frozenset[int], Ways]:
    ways: Ways = Counter()
    for each in reached.values():
        ways |= each
    return {frozenset(ways): ways}
