r"""The patterns that a form's input may have: regular expressions that every engine reads alike, and fast.

A pattern is sent with the form, and terminals check inputs with their own engine: Python, Java,
.NET, JavaScript, RE2, PCRE. So a pattern consists of

- characters, ``.``, classes such as ``[0-9X]``, and the escapes ``\d \D \w \W \s \S``, ``\x41`` and ``\-``;
- repeats of one of these: ``*``, ``+``, ``?``, ``{3}``, ``{3,}``, ``{3,5}``, and the same followed by ``?``;
- groups ``(…)`` and ``(?:…)``, which may be optional (``(…)?``) but not repeated;
- alternatives, ``|``;
- ``^`` as its first character and ``$`` as its last: the whole text must always match.

A backtracking engine must not take long for any text. One way through the
alternatives has at most :data:`VARYING_MAX` repeats whose length varies. With v of them, an engine that tries
every length of each tries a text of n characters at most C(n + v + 2, v + 1) - 1 times: v = 3 and n = 60, the
longest that an input can be, make 677,039. Alternatives multiply. A repeat whose length varies counts like four of
them, and all are at most :data:`CHOICES_MAX`: that is four ways with three such repeats, which try 2,708,156
characters at most. The worst of twenty thousand random patterns of this grammar kept Python's ``re`` busy for a
fiftieth of a second.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from offline_collect.domain.texts.phrases import Phrase
from offline_collect.merchant.common.errors import PatternSyntaxError

VARYING_MAX = 3
"""Repeats whose length varies, along one way through the alternatives."""

CHOICES_MAX = 256
"""Ways through the alternatives, each counted four times for each of its repeats whose length varies."""

_CHOICES_OF_A_REPEAT = 4
_COUNT_MAX = 1000
"""The highest count that RE2 accepts."""

# .NET has no \_, and JavaScript and .NET count a character beyond U+FFFF as two.
_ESCAPE = r"\\(?:[dDwWsS]|x[0-9A-Fa-f]{2}|[!-/:-@\[-^`{-~ ])"
# In a class, engines differ about [, ], - between others, and doubled signs, which make sets.
_MEMBER = rf"(?:{_ESCAPE}|&(?!&)|\|(?!\|)|~(?!~)|[^\\\[\]&|~\-\U00010000-\U0010FFFF])"
_POSIX_CLASS = r"(?::[^\]]*:|\.[^\]]*\.|=[^\]]*=)\]"
_MEMBERS = rf"\[(?!{_POSIX_CLASS})\^?-?(?:{_MEMBER}(?:-{_MEMBER})?)"
_CLASS_START = re.compile(_MEMBERS + "*")
_CLASS = _MEMBERS + r"+-?\]"
_ONE = re.compile(rf"{_CLASS}|{_ESCAPE}|[^\\\[(){{^$|*+?\U00010000-\U0010FFFF]")
_REPEAT = re.compile(r"(?:\*|\+|\?|\{(?P<least>[0-9]+)(?P<to>,(?P<most>[0-9]*))?\})\??")
_GROUP = re.compile(r"\((?:\?:)?(?!\?)")
_UNKNOWN = re.compile(r"\(\?<?.|\\.|.", re.DOTALL)
_REMEDIES = {
    "(": Phrase("begin a group with ( or (?:"),
    "\\": Phrase("write the character itself, or a class such as [0-9]"),
    "{": Phrase("write a count such as {count}, or {sign} for the character", count="{0,5}", sign="\\{"),
    "^": Phrase("the whole text must match in any case: leave it out, or write \\^ for the character"),
    "$": Phrase("the whole text must match in any case: leave it out, or write \\$ for the character"),
    "+": Phrase("write one sign for each repeat"),
}
_SIGN_IN_CLASS = Phrase(
    "in a class, put a \\ before each sign that stands for itself, such as \\[, \\], \\- or \\&"
)
_LAST_OF_ONE_UNIT = "\uffff"


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a pattern: its count of ways, and the repeats of varying length along the worst way."""

    choices: int = 1
    varying: int = 0

    def then(self, other: _Part) -> _Part:
        return _Part(self.choices * other.choices, self.varying + other.varying)

    def alternatively(self, other: _Part) -> _Part:
        return _Part(self.choices + other.choices, max(self.varying, other.varying))


_NOTHING = _Part()
_VARYING = _Part(_CHOICES_OF_A_REPEAT, 1)


def check_pattern(pattern: str) -> None:
    """Refuse a pattern that some engine reads differently, cannot read, or may take long to match.

    Args:
        pattern: one that Python's ``re`` can compile.

    Raises:
        PatternSyntaxError: it does not follow this grammar.
    """
    _Reader(pattern).options()


class _Reader:
    """Reads a pattern from left to right."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._at = 1 if pattern.startswith("^") else 0

    def options(self) -> _Part:
        """Read alternatives up to the end of the pattern or of the group."""
        whole = self._sequence()
        while self._pattern[self._at : self._at + 1] == "|":
            self._at += 1
            start = self._at
            whole = _bounded(whole.alternatively(self._sequence()), start)
        return whole

    def _sequence(self) -> _Part:
        whole = _NOTHING
        while self._at < len(self._pattern) and self._pattern[self._at] not in "|)":
            if self._pattern[self._at :] == "$":
                self._at += 1
                break
            start = self._at
            whole = _bounded(whole.then(self._part()), start)
        return whole

    def _part(self) -> _Part:
        start = self._at
        if group := _GROUP.match(self._pattern, start):
            self._at = group.end()
            part = self.options()
            self._at += 1
            return part.alternatively(_NOTHING) if self._is_optional(start) else part
        one = _ONE.match(self._pattern, start)
        if one is None:
            raise self._unknown()
        self._at = one.end()
        least, most = self._repeat()
        return _NOTHING if least == most else _VARYING

    def _is_optional(self, group: int) -> bool:
        least, most = self._repeat()
        if most is None or most > 1:
            raise _refused(
                Phrase("repeats a group"),
                group,
                Phrase(
                    "a group may be left out, (…)?, but not repeated: write out what repeats,"
                    " or a class such as [0-9A-Z]*"
                ),
            )
        return least < most

    def _repeat(self) -> tuple[int, int | None]:
        """Read how often the part before may repeat; None means no upper bound."""
        found = _REPEAT.match(self._pattern, self._at)
        if found is None:
            return 1, 1
        self._at = found.end()
        if found["least"] is None:
            return {"*": (0, None), "+": (1, None), "?": (0, 1)}[found[0][0]]
        least = int(found["least"])
        most = least if found["to"] is None else int(found["most"]) if found["most"] else None
        if max(least, most or 0) > _COUNT_MAX:
            raise _refused(
                Phrase("counts to more than {most}", most=_COUNT_MAX),
                found.start(),
                Phrase("write a lower count"),
            )
        return least, most

    def _unknown(self) -> PatternSyntaxError:
        start = _CLASS_START.match(self._pattern, self._at)
        at = self._at if start is None else start.end()
        found = _UNKNOWN.match(self._pattern, at)
        assert found is not None  # a pattern that ends here would have been read
        remedy = _REMEDIES.get(found[0][0], _SIGN_IN_CLASS)
        if found[0] > _LAST_OF_ONE_UNIT:
            remedy = Phrase("write \\S+ for words with it")
        return _refused(Phrase("has {sign}, which not every terminal reads alike", sign=found[0]), at, remedy)


def _bounded(part: _Part, start: int) -> _Part:
    """Return a part, unless an engine may take long over it; an error points to ``start``."""
    if part.varying > VARYING_MAX:
        reason = Phrase("has more than {most} parts whose length varies", most=VARYING_MAX)
        raise _refused(reason, start, Phrase("give some a fixed length, such as {example}", example="{8}"))
    if part.choices > CHOICES_MAX:
        remedy = Phrase("write classes, such as [ABC] for (A|B|C), or have fewer parts whose length varies")
        raise _refused(Phrase("combines its alternatives in too many ways"), start, remedy)
    return part


def _refused(reason: Phrase, at: int, remedy: Phrase) -> PatternSyntaxError:
    return PatternSyntaxError(
        Phrase("{reason} (character {place}): {remedy}", reason=reason, place=at + 1, remedy=remedy)
    )
