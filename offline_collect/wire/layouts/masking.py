"""Masked forms of parts. A part without a rule is hidden."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeAlias

from offline_collect.domain.texts.cards import MASK

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from offline_collect.wire.layouts.parts import GivenParts

    Rule: TypeAlias = Callable[[str], str]
    Rules: TypeAlias = Mapping[tuple[str, ...], Rule]


def masked_line(parts: GivenParts, rules: Rules, *, free_names: bool) -> str:
    """Return parts on one line: `subscriber=***5678 bills[0].amount=00000061000`.

    Args:
        parts: the parts that a layout has read.
        rules: the masking of values, by the names from the outermost part to the value.
        free_names: whether the sender chose the names; names without a rule are then hidden too.
    """
    return " ".join(_masked(parts, rules, (), "", free_names=free_names))


def _masked(
    parts: GivenParts,
    rules: Rules,
    names: tuple[str, ...],
    path: str,
    *,
    free_names: bool,
) -> Iterator[str]:
    for name, value in parts.items():
        inner = (*names, name)
        rule = rules.get(inner)
        place = f"{path}{MASK if free_names and rule is None else name}"
        if isinstance(value, Mapping):
            yield from _masked(value, rules, inner, f"{place}.", free_names=free_names)
        elif isinstance(value, list):
            for index, record in enumerate(value):
                yield from _masked(record, rules, inner, f"{place}[{index}].", free_names=free_names)
        else:
            yield f"{place}={MASK if rule is None else rule(str(value))}"
