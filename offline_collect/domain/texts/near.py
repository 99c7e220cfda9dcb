"""Which known name a mistyped one is near to."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from offline_collect.domain.texts.phrases import Phrase
from offline_collect.domain.texts.similar_numbers import same_but_zeros


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that a mistyped one is nearest to; None if it is like none. Case does not matter.

    A number that differs only in leading zeros is nearer than any other: 00000042 for 42.
    """
    by_case = {each.casefold(): each for each in known}
    zeros = next((each for each in same_but_zeros(name) if each in by_case), None)
    if zeros is not None:
        return by_case[zeros]
    near = get_close_matches(name.casefold(), by_case, n=1, cutoff=0.7)
    return by_case[near[0]] if near else None


def did_you_mean(name: str, known: Iterable[str]) -> Phrase | str:
    """Return a question for a name that is near a known one, to follow a sentence; '' if it is like none."""
    near = nearest(name, known)
    return "" if near is None else Phrase("; did you mean {near}?", near=near)
