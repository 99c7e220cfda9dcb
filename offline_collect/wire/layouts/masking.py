"""Masked forms of parts. A part without a rule is hidden."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeAlias

from offline_collect.domain.texts.cards import MASK

if TYPE_CHECKING:
    from collections.abc import Callable

    from offline_collect.wire.layouts.parts import GivenParts, Span

    Rule: TypeAlias = Callable[[str], str]
    Rules: TypeAlias = Mapping[tuple[str, ...], Rule]

_INDEX = re.compile(r"\[[0-9]+\]$")


def masked_line(parts: GivenParts, rules: Rules, *, free_names: bool) -> str:
    """Return parts on one line: `subscriber=***5678 bills[0].amount=00000061000`.

    Args:
        parts: the parts that a layout has read.
        rules: the masking of values, by the names from the outermost part to the value.
        free_names: whether the sender chose the names; names without a rule are then hidden too.
    """
    pieces: list[str] = []
    _mask(pieces, parts, rules, ("", ()), free_names=free_names)
    return " ".join(pieces)


def _mask(
    pieces: list[str],
    parts: GivenParts,
    rules: Rules,
    above: tuple[str, tuple[str, ...]],
    *,
    free_names: bool,
) -> None:
    """Add the values of parts, given the path and the names of what they are in."""
    path, names = above
    for name, value in parts.items():
        inner = (*names, name)
        rule = rules.get(inner)
        place = f"{path}{MASK if free_names and rule is None else name}"
        if isinstance(value, str):
            pieces.append(f"{place}={MASK if rule is None else rule(value)}")
        elif isinstance(value, list):
            for index, record in enumerate(value):
                _mask(pieces, record, rules, (f"{place}[{index}].", inner), free_names=free_names)
        elif isinstance(value, Mapping):
            _mask(pieces, value, rules, (f"{place}.", inner), free_names=free_names)
        else:
            pieces.append(f"{place}={MASK}")


def masked_span(
    span: Span, rules: Rules, names: Callable[[str], tuple[str, ...]], *, free_names: bool
) -> Span:
    """A value with its bytes, masked as in `masked_line`; `names` gives the names of a path."""
    rule = rules.get(names(span.path))
    if rule is not None:
        return span._replace(value=rule(span.value))
    return span._replace(path=MASK if free_names else span.path, value=MASK)


def names_of(path: str, *, flat: bool) -> tuple[str, ...]:
    """Return the names of a value's path without record numbers: `bills`, `amount` of `bills[1].amount`.

    Args:
        path: its path.
        flat: whether the layout has no groups and lists; a path is then one name, whatever it looks like.
    """
    if flat:
        return (path,)
    return tuple(_INDEX.sub("", step) for step in path.split("."))
