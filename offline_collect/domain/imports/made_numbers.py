"""Bill numbers made of what a row says, where no column holds any (design page on files, From merchants).

The same row gets the same number in every file. Terminals and partners carry printable ASCII only, so a part with other
characters is shortened to its ASCII characters and a digest of the whole part.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Mapping

from offline_collect.domain.imports.titles import year_month
from offline_collect.domain.texts.names import usual_characters, usual_spaces
from offline_collect.domain.values import value

NUMBER_MAX = 32
"""The most characters of a bill number."""

_PERIOD = "period"
_CUT = "~"
_DIGITS = 6
_PART = re.compile(r"\{([^{}]*)\}")


@value
class Lacking:
    """A row lacks a part of its number.

    Attributes:
        key: of the part.
    """

    key: str


@value
class TooLong:
    """A row's number would have more characters than bill numbers may have, however short its item is."""

    number: str


@value
class Composition:
    """How numbers are made.

    Attributes:
        template: the text with the keys of its parts in braces.
        instead: keys of the parts that stand for others that a row lacks.
        item: key of the part that a row may lack, and that is cut if the number is too long.
    """

    template: str
    instead: Mapping[str, str]
    item: str

    @property
    def keys(self) -> list[str]:
        """The keys of the parts, in their order."""
        return _PART.findall(self.template)

    def number(self, parts: Mapping[str, str]) -> str | Lacking | TooLong:
        """Return the number of a row.

        Args:
            parts: what the row says, by key; without what it lacks.
        """
        texts: dict[str, str] = {}
        for key in self.keys:
            own = parts.get(key)
            text = own or parts.get(self.instead.get(key, ""))
            if text:
                # 2030年12月 this month and 2030-12 in the next file are one period.
                texts[key] = ascii_part((year_month(text) if own and key == _PERIOD else None) or text)
            elif key != self.item:
                return Lacking(key)
        made = self._joined(texts)
        item = texts.get(self.item)
        if len(made) > NUMBER_MAX and item is not None:
            room = NUMBER_MAX - len(made) + len(item)
            texts[self.item] = _shortened(_usual(parts[self.item]), room)
            made = self._joined(texts)
        if len(made) > NUMBER_MAX and _CUT in texts.get(_PERIOD, ""):
            # 2030-2031学年第一学期: of what is a digest anyway fewer characters say as much.
            room = NUMBER_MAX - len(made) + len(texts[_PERIOD])
            made = self._joined({**texts, _PERIOD: _shortened(_usual(parts[_PERIOD]), room)})
        if len(made) > NUMBER_MAX and item is not None and _CUT in texts.get(_PERIOD, ""):
            # Beside a long number of the customer, period and item share one digest.
            del texts[self.item]
            both = f"{_usual(parts[_PERIOD])}\n{_usual(parts[self.item])}"
            made = self._joined({**texts, _PERIOD: _shortened(both, _DIGITS + len(_CUT))})
        return TooLong(made) if len(made) > NUMBER_MAX else made

    def _joined(self, texts: Mapping[str, str]) -> str:
        """Join parts; one that is not there is left out with the text before it, or after it if it is the first."""
        *pieces, last = _PART.split(self.template)
        joined = ""
        for before, key in zip(pieces[::2], pieces[1::2], strict=True):
            if key in texts:
                joined += (before if joined or pieces[1] in texts else "") + texts[key]
        return joined + last


def ascii_part(text: str) -> str:
    """Return a part as numbers can have it: of other characters than ASCII a digest."""
    usual = _usual(text)
    return usual if usual.isascii() and usual.isprintable() else _shortened(usual, NUMBER_MAX)


def unknown_parts(template: str, known: Collection[str]) -> list[str]:
    """Return the parts of a template that are none of the known keys."""
    return [key for key in _PART.findall(template) if key not in known]


def is_composition(text: str) -> bool:
    """Whether a text in a mapping is a composition, and not a title."""
    return _PART.search(text) is not None


def _usual(text: str) -> str:
    """Return a text as it is compared: the same item may be written with other widths and spaces next month."""
    return usual_spaces(usual_characters(text))


def _shortened(text: str, room: int) -> str:
    """Return the ASCII characters of a text as far as there is room, with a digest of all of it."""
    digest = hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]
    kept = "".join(each for each in text if each.isascii() and each.isprintable()).strip()
    return f"{kept[: max(room - _DIGITS - 1, 0)]}{_CUT}{digest}"
