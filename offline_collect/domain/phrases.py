"""English texts for people that another language can be made of: a template, and what fills it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self


class Phrase(str):
    """An English text that has kept its template, which is the key of what other languages say instead.

    It is a text like any other wherever one is wanted: in messages, in comparisons, on the wire. Where the type is
    asked for, no text comes by that could not be said otherwise.

    Attributes:
        template: with the names of its parts in braces.
        parts: what stands there; a phrase among them is said in the same language.
    """

    __slots__ = ("parts", "template")

    template: str
    parts: Mapping[str, str | int]

    def __new__(cls, template: str, /, **parts: str | int) -> Self:
        """Fill a template."""
        made = super().__new__(cls, template.format(**parts))
        made.template = template
        made.parts = parts
        return made

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, Any]]:
        """Return what makes it anew when it is copied: its text may have braces of its own."""
        return (self.template,), dict(self.parts)

    def said(self, table: Mapping[str, str]) -> str:
        """Return it in the language of a table of templates; in English where the table lacks its own."""
        parts = {
            name: part.said(table) if isinstance(part, Phrase) else part for name, part in self.parts.items()
        }
        return table.get(self.template, self.template).format(**parts)
