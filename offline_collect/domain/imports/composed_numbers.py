"""Customers' numbers that several columns make together: 楼号, 单元 and 房号 are 3-1-501 (docs/merchants.md, Mappings)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from offline_collect.domain.imports.titles import loose_title
from offline_collect.domain.values import value

_PART = re.compile(r"\{([^{}]+)\}")
_BUILDING = re.compile(r"楼?[栋幢座]号?|楼号?|楼宇号?|几[栋幢]")
_UNIT = re.compile(r"单元号?")
_ROOM = re.compile(r"房间?号?|室号?|门牌号?|房屋号")
_SPELLINGS = (
    ("{0}-{1}-{2}", "{0}-{2}"),
    ("{0}栋{1}单元{2}", "{0}栋{2}"),
    ("{0}栋{1}单元{2}室", "{0}栋{2}室"),
    ("{0}幢{1}单元{2}", "{0}幢{2}"),
    ("{0}幢{1}单元{2}室", "{0}幢{2}室"),
    ("{0}号楼{1}单元{2}", "{0}号楼{2}"),
    ("{0}号楼{1}单元{2}室", "{0}号楼{2}室"),
    ("{0}座{1}单元{2}", "{0}座{2}"),
    ("{0}#{1}-{2}", "{0}#{2}"),
    ("{0}#-{1}-{2}", "{0}#-{2}"),
    ("{0}/{1}/{2}", "{0}/{2}"),
    ("{0}{1}{2}", "{0}{2}"),
)
"""How people write a room, with a unit and without."""


@value
class Composed:
    """A number that several columns of a file make.

    Attributes:
        template: with the columns, as a mapping names them, in braces.
        places: of the columns.
    """

    template: str
    places: tuple[int, ...]

    def text(self, row: Sequence[str]) -> str:
        """Return the number of a row of texts; '' if it lacks a part."""
        return filled(self.template, [row[place] for place in self.places])


def is_template(text: str) -> bool:
    """Whether what a mapping says of a column is a number made of several columns, and no title."""
    return _PART.search(text) is not None


def parts_of(template: str) -> list[str]:
    """Return the columns that a number is made of, as a mapping names them."""
    return _PART.findall(template)


def filled(template: str, texts: Sequence[str]) -> str:
    """Return a template with texts for its parts; '' if one is blank."""
    given = iter(texts)
    return _PART.sub(lambda _: next(given), template) if all(texts) else ""


def rooms_of(titles: Sequence[str], letters: Sequence[str]) -> list[Composed]:
    """Return how the columns of building, unit and room may make a number; the most usual spelling first.

    Args:
        titles: of a table.
        letters: of its columns, which name those whose title has braces.
    """
    kinds = [_only(titles, pattern) for pattern in (_BUILDING, _UNIT, _ROOM)]
    building, unit, room = kinds
    if building is None or room is None:
        return []
    names = ["" if place is None else _name(titles[place], letters[place]) for place in kinds]
    places = tuple(place for place in kinds if place is not None)
    found = []
    for with_unit, without in _SPELLINGS:
        spelling = without if unit is None else with_unit
        found.append(Composed(spelling.format(*(f"{{{name}}}" for name in names)), places))
    return found


def _only(titles: Sequence[str], pattern: re.Pattern[str]) -> int | None:
    found = [place for place, title in enumerate(titles) if pattern.fullmatch(loose_title(title))]
    return found[0] if len(found) == 1 else None


def _name(title: str, letter: str) -> str:
    return letter if set(title) & set("{}") else title
