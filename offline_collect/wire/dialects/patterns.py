"""Codes with dots: a dot is any digit, so `50....` is every DE 3 that begins with 50."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping

    Meant = TypeVar("Meant")

ANY = "."
_FILL = "0"
_DIGITS = frozenset("0123456789")
_CODE_CHARACTERS = _DIGITS | {ANY}


def meaning_of(codes: Mapping[str, Meant], value: str) -> Meant | None:
    """Return what a value means by a table of codes; None if no code is like it."""
    found = codes.get(value)
    if found is not None:
        return found
    return next((meant for code, meant in codes.items() if ANY in code and is_like(code, value)), None)


def is_like(code: str, value: str) -> bool:
    """Whether a value is what a code says."""
    return len(code) == len(value) and all(
        said == wanted or (wanted == ANY and said in _DIGITS)
        for wanted, said in zip(code, value, strict=True)
    )


def overlap(one: str, other: str) -> bool:
    """Whether some value is like both codes."""
    return len(one) == len(other) and all(
        left == right or (ANY in {left, right} and {left, right} <= _CODE_CHARACTERS)
        for left, right in zip(one, other, strict=True)
    )


def filled(code: str) -> str:
    """Return a value that is like a code, as the platform and its simulator send it."""
    return code.replace(ANY, _FILL)
