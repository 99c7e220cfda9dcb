"""Finds a table's header among its first rows: titles of a sheet may stand above it, and it may have two rows."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from offline_collect.domain.imports.left_out import is_total

LOOKED_AT = 30
"""How many rows that are not blank may hold the header."""

_TITLES_MIN = 3
_MERGED_MIN = 2
_TITLE_MOST = 20
"""Characters of a title of a row that is only likely to be a header."""

_NUMBER = re.compile(r"-?[0-9][0-9,]*(?:\.[0-9]+)?")

Texts = Sequence[str | None]
"""A row's cells as texts in one line: '' for a blank cell, None for one under a merged cell."""


class HeaderRows(NamedTuple):
    """A header: the places of its first and last row among the rows, and its titles."""

    first: int
    last: int
    titles: tuple[str, ...]


NO_HEADER = HeaderRows(-1, -1, ())
"""Says that all rows are of the table: its columns are called by their letters."""


def find_header(rows: Sequence[Texts], known: Callable[[Sequence[str]], int]) -> HeaderRows:
    """Return the header of a table: the row, or the two rows, that is understood best, the first of equals.

    Args:
        rows: the first rows that are not blank; at least one.
        known: how well some titles are understood: the number of columns that they mean, or more; 0 for not at all.
    """
    best, most = HeaderRows(0, 0, _single(rows[0])), 0
    for place, upper in enumerate(rows[:LOOKED_AT]):
        count = known(_single(upper))
        if count > most:
            best, most = HeaderRows(place, place, _single(upper)), count
        lower = rows[place + 1] if place + 1 < len(rows) else ()
        if not _may_go_on(upper, lower):
            continue
        both, alone = known(_joined(upper, lower)), known(_single(lower))
        # Titles below this very row say more than it does, even if it is understood as well without them.
        if (both > alone > 0 or (both and _divides(upper, lower))) and (
            both > most or (both == most and best.last == place)
        ):
            best, most = HeaderRows(place, place + 1, _joined(upper, lower)), both
    return _below_merged(rows, best)


def _below_merged(rows: Sequence[Texts], best: HeaderRows) -> HeaderRows:
    """Return a header with the row above it, if its titles repeat below merged ones: 金额 below 第一期 and 第二期."""
    titles = [title for title in best.titles if title]
    if best.first == 0 or best.first != best.last or len(set(titles)) == len(titles):
        return best
    upper, lower = rows[best.first - 1], rows[best.first]
    named = [place for place, text in enumerate(upper) if text]
    divided = any(place >= len(lower) or not lower[place] for place in named)
    if None not in upper or len(named) < _MERGED_MIN or not (divided or _groups_differ(upper, lower)):
        return best
    return HeaderRows(best.first - 1, best.last, _joined(upper, lower))


def _groups_differ(upper: Texts, lower: Texts) -> bool:
    """Whether merged titles have other titles below them each, as 学生 and 监护人 have; tables side by side have the same."""
    groups: dict[str, set[str]] = {}
    for group, title in zip(_spread(upper), lower, strict=False):
        groups.setdefault(group, set()).add(title or "")
    return len(set(map(frozenset, groups.values()))) > 1


def likely_header(rows: Sequence[Texts]) -> HeaderRows | None:
    """Return the first row that looks like a header, if no title is known: short texts above a row with numbers.

    Args:
        rows: as for :func:`find_header`.
    """
    for place, (upper, lower) in enumerate(pairwise(rows[:LOOKED_AT])):
        titles = [text for text in upper if text]
        short = len(titles) >= _TITLES_MIN and all(
            len(text) <= _TITLE_MOST and not _NUMBER.fullmatch(text) for text in titles
        )
        if short and any(text and _NUMBER.fullmatch(text) for text in lower):
            return HeaderRows(place, place, _single(upper))
    return None


def is_row_of_sums(row: Sequence[str]) -> bool:
    """Whether a row is a total with its sums: the word 合计 in it is no title."""
    filled = [text for text in row if text]
    return bool(filled) and is_total(filled[0]) and any(map(_NUMBER.fullmatch, filled[1:]))


def header_candidates(rows: Sequence[Texts]) -> Iterator[HeaderRows]:
    """Yield each of the first rows, then each two rows, that may be a header.

    Args:
        rows: as for :func:`find_header`.
    """
    first = rows[:LOOKED_AT]
    for place, row in enumerate(first):
        yield HeaderRows(place, place, _single(row))
    for place, (upper, lower) in enumerate(pairwise(first)):
        if _may_go_on(upper, lower):
            yield HeaderRows(place, place + 1, _joined(upper, lower))


def _single(row: Texts) -> tuple[str, ...]:
    return _stripped([text or "" for text in row])


def _stripped(titles: list[str]) -> tuple[str, ...]:
    while titles and not titles[-1]:
        titles.pop()
    return tuple(titles)


def _may_go_on(upper: Texts, lower: Texts) -> bool:
    """Whether a row can be the second of a header: it divides a merged title, or names a column without one."""
    filled = [place for place, text in enumerate(lower) if text]
    return any(place >= len(upper) or not upper[place] for place in filled)


def _divides(upper: Texts, lower: Texts) -> bool:
    """Whether a row has texts below the merged titles of another, and only there: 学费 above 应缴, 已缴, 欠缴.

    The other has further titles: one that is merged over the whole table is the table's.
    """
    under = {place for place, text in enumerate(upper) if text is None}
    under |= {place - 1 for place in under}
    alone = any(text for place, text in enumerate(upper) if place not in under)
    return alone and bool(under) and {place for place, text in enumerate(lower) if text} == under


def _joined(upper: Texts, lower: Texts) -> tuple[str, ...]:
    """Return titles of two rows: the lower one, with the upper one before it where the lower is there twice."""
    width = max(len(upper), len(lower))
    above = [*upper, *[""] * (width - len(upper))]
    below = [text or "" for text in (*lower, *[""] * (width - len(lower)))]
    return _stripped(
        [
            (f"{over} {title}" if title and below.count(title) > 1 else title) or own or ""
            for own, over, title in zip(above, _spread(above), below, strict=True)
        ]
    )


def _spread(row: Texts) -> list[str]:
    """Return a row in which a merged title stands over all of its columns."""
    spread: list[str] = []
    for text in row:
        spread.append((spread[-1] if spread else "") if text is None else text)
    return spread
