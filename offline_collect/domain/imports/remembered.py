"""Remembering mappings: which part of one lasts, and for which titles (docs/merchants.md, Remembered mappings)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from offline_collect.domain.imports.column_names import lettered_column, range_ends
from offline_collect.domain.imports.titles import plain_title

YEAR = "year"
"""The key of the year of a mapping's months, which is of one file like a constant."""


class Digests(NamedTuple):
    """Digests of a header: of the set of its titles, and of its titles each at its place."""

    of_set: str
    in_order: str


def title_digests(titles: Sequence[str], left_out: Collection[str] = ()) -> Digests:
    """Return the digests of a header; width, case and spaces of a title make no difference.

    Args:
        titles: of the header, '' for a column without one.
        left_out: plain titles that do not count.
    """
    plain = [title for title in map(plain_title, titles) if title not in left_out or not title]
    while plain and not plain[-1]:
        plain.pop()
    return Digests(_digest("set", sorted(set(plain) - {""})), _digest("list", plain))


def _digest(manner: str, titles: Iterable[str]) -> str:
    return hashlib.sha256("\n".join([manner, *titles]).encode()).hexdigest()


class Lasting(NamedTuple):
    """The part of a mapping that is remembered.

    Attributes:
        mapping: without what is of one file: its constants, the row of its header, the year of its months.
        asks: keys of what was of one file: the next file needs values for them again.
        by_place: whether it names columns by their letters, so that they must stand in the same order.
    """

    mapping: Mapping[str, Any]
    asks: tuple[str, ...]
    by_place: bool


def lasting(document: Mapping[str, Any], titles: Sequence[str]) -> Lasting | None:
    """Return the part of a mapping that is remembered for the next file with these titles; None if nothing is.

    Args:
        document: the mapping, as YAML has it, and valid.
        titles: of the header of the file that was read with it.
    """
    if document.get("header_row") == 0 or not any(titles):
        return None
    kept = {key: value for key, value in document.items() if key not in {"constants", "header_row"}}
    asks = sorted(document.get("constants") or ())
    months = kept.get("months")
    if isinstance(months, Mapping) and YEAR in months:
        kept["months"] = {key: value for key, value in months.items() if key != YEAR}
        asks.append(YEAR)
    if not any(kept.values()):
        return None
    known = set(map(plain_title, titles))
    places = [
        name for name in _named(kept) if lettered_column(name) is not None and plain_title(name) not in known
    ]
    return Lasting(kept, tuple(asks), bool(places or kept.get("tables")))


def _named(document: Mapping[str, Any]) -> Iterator[str]:
    """Yield what a mapping calls columns of the file."""
    yield from (document.get("columns") or {}).values()
    months = document.get("months") or {}
    columns = months.get("columns") or ()
    names = [columns] if isinstance(columns, str) else list(columns)
    # A range is one text; letters may stand at its ends.
    ends = range_ends(names[0]) if len(names) == 1 else None
    yield from ends or names


def with_constants(document: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return a mapping in which values of one file are filled in.

    Args:
        document: the mapping, as YAML has it.
        given: values by our key; ``year`` is the year of its months, if it has months.
    """
    filled, constants = dict(document), dict(given)
    months = filled.get("months")
    if isinstance(months, Mapping) and YEAR in constants:
        year = str(constants.pop(YEAR))
        filled["months"] = {**months, YEAR: int(year) if year.isdecimal() else year}
    if constants:
        filled["constants"] = {**(filled.get("constants") or {}), **constants}
    return filled


def mapping_digest(document: Mapping[str, Any]) -> str:
    """Return a digest of what a mapping says, with its constants; where the header stands makes no difference."""
    said = {key: value for key, value in document.items() if key != "header_row" and value}
    return _digest("mapping", [json.dumps(said, ensure_ascii=False, sort_keys=True, default=str)])


class Likeness(NamedTuple):
    """How a header differs from the titles of a mapping: titles that it lacks, and further ones."""

    missing: tuple[str, ...]
    further: tuple[str, ...]


def likeness(remembered: Sequence[str], titles: Sequence[str]) -> Likeness | None:
    """Return how a header differs from remembered titles; None if it is another table: under half are the same."""
    ours, theirs = ({plain_title(title): title for title in each if title} for each in (remembered, titles))
    if 2 * len(ours.keys() & theirs.keys()) < len(ours.keys() | theirs.keys()):
        return None
    return Likeness(
        tuple(title for plain, title in ours.items() if plain not in theirs),
        tuple(title for plain, title in theirs.items() if plain not in ours),
    )
