"""Masked forms of parts. Masking fails closed: a part that no rule names is hidden."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeAlias

from offline_collect.domain.texts.cards import MASK

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from offline_collect.wire.layouts.parts import GivenParts, Span

    Rule: TypeAlias = Callable[[str], str]
    Rules: TypeAlias = Mapping[tuple[str, ...], Rule]

_INDEX = re.compile(r"\[[0-9]+\]$")


def masked_line(parts: GivenParts, rules: Rules, *, free_names: bool) -> str:
    """Parts on one line: `subscriber=***5678 bills[0].amount=00000061000`.

    Args:
        parts: what a layout has read.
        rules: what is shown of a value, by the names on the way to it.
        free_names: whether names came from the sender; those without a rule are then hidden as well.
    """
    return " ".join(_masked(parts, rules, (), "", free_names=free_names))


def _masked(
    parts: GivenParts,
    rules: Rules,
    way: tuple[str, ...],
    path: str,
    *,
    free_names: bool,
) -> Iterator[str]:
    for name, value in parts.items():
        inner = (*way, name)
        rule = rules.get(inner)
        place = f"{path}{MASK if free_names and rule is None else name}"
        if isinstance(value, Mapping):
            yield from _masked(value, rules, inner, f"{place}.", free_names=free_names)
        elif isinstance(value, list):
            for index, record in enumerate(value):
                yield from _masked(record, rules, inner, f"{place}[{index}].", free_names=free_names)
        else:
            yield f"{place}={MASK if rule is None else rule(str(value))}"


def masked_span(span: Span, rules: Rules, *, free_names: bool) -> Span:
    """A value with its bytes, masked as in `masked_line`."""
    rule = rules.get(way_of(span.path, free_names=free_names))
    if rule is not None:
        return span._replace(value=rule(span.value))
    return span._replace(path=MASK if free_names else span.path, value=MASK)


def way_of(path: str, *, free_names: bool) -> tuple[str, ...]:
    """The names on the way to a value, of its place: `bills[1].amount` is in the part `amount` of `bills`.

    A name that the sender chose is one name, whatever it looks like; nothing stands in it.
    """
    if free_names:
        return (path,)
    return tuple(_INDEX.sub("", step) for step in path.split("."))
