"""Masks names, normalises typed texts, and puts numbers of things into words."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from enum import StrEnum

from offline_collect.domain.texts.names import usual_characters, usual_dots, usual_spaces, without_ignored

_FIRST_HAN = "\u2e80"
"""The first character of the scripts that write a word in few characters; accented letters come before it."""


def mask_name(name: str) -> str:
    """Return a masked name that its owner recognises and a stranger cannot use.

    The first character of each word stays, and the last of a Chinese name of three or more:
    王小明 is 王*明, 王明 is 王*, ``Li Lei`` is ``L* L**``.
    """
    if name.isascii():
        # The same in one step: each payment in a partner's layout masks a name.
        return " ".join([word[0] + "*" * (len(word) - 1 or 1) for word in name.split()])
    return " ".join([_mask_word(word) for word in name.split()])


def _mask_word(word: str) -> str:
    hidden = len(word) - 1
    if hidden >= 2 and word[-1] >= _FIRST_HAN:  # noqa: PLR2004 - a name of three characters keeps its first and last
        return f"{word[0]}{'*' * (hidden - 1)}{word[-1]}"
    return word[0] + "*" * (hidden or 1)


def counted(number: int, thing: str) -> str:
    """Return a number with its noun: ``1 row``, ``2 rows``; the plural takes an s."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


class Normalisation(StrEnum):
    """The changes to an input before it is compared."""

    TRIM = "trim"
    HALF_WIDTH = "half_width"
    UPPER = "upper"
    LEADING_ZEROS = "leading_zeros"
    INVISIBLE = "invisible"
    COMPATIBILITY = "compatibility"
    SPACES = "spaces"
    DOTS = "dots"


OF_NAMES = (
    Normalisation.INVISIBLE,
    Normalisation.COMPATIBILITY,
    Normalisation.SPACES,
    Normalisation.DOTS,
)
"""The steps after which a name is the same however it was typed. Full stops become dots after spaces have gone."""


_STEPS: dict[Normalisation, Callable[[str, int], str]] = {
    Normalisation.TRIM: lambda text, _: text.strip(),
    Normalisation.HALF_WIDTH: lambda text, _: unicodedata.normalize("NFKC", text),
    Normalisation.UPPER: lambda text, _: text.upper(),
    Normalisation.LEADING_ZEROS: lambda text, width: text.zfill(width),
    Normalisation.INVISIBLE: lambda text, _: without_ignored(text),
    Normalisation.COMPATIBILITY: lambda text, _: usual_characters(text),
    Normalisation.SPACES: lambda text, _: usual_spaces(text),
    Normalisation.DOTS: lambda text, _: usual_dots(text),
}


def normalise(text: str, steps: tuple[Normalisation, ...], width: int) -> str:
    """Apply ``steps`` in their order; ``width`` is the length that leading zeros pad to."""
    for step in steps:
        text = _STEPS[step](text, width)
    return text
