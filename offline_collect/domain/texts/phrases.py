"""English texts for people that another language can be made of: a template, and what fills it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol, Self


class Translation(Protocol):
    """The texts of a language by their English templates, as gettext's catalogues give them."""

    def gettext(self, message: str, /) -> str:
        """Return the text for a template; the template itself where there is none."""
        ...

    def pgettext(self, context: str, message: str, /) -> str:
        """Return the text for a template that means something else elsewhere."""
        ...


class Phrase(str):
    """An English text that has kept its template, which is the key of what other languages say instead.

    It is a text like any other wherever one is wanted: in messages, in comparisons, on the wire. Where the type is
    asked for, no text comes by that could not be said otherwise.

    Attributes:
        template: with the names of its parts in braces.
        parts: what stands there; a phrase among them is said in the same language.
        context: tells it from another phrase of the same English text; '' where there is none.
    """

    __slots__ = ("context", "parts", "template")

    context: str
    template: str
    parts: Mapping[str, str | int]

    def __new__(cls, template: str, /, **parts: str | int) -> Self:
        """Fill a template."""
        made = super().__new__(cls, template.format(**parts))
        made.template = template
        made.parts = parts
        made.context = ""
        return made

    @classmethod
    def in_context(cls, context: str, template: str, /, **parts: str | int) -> Self:
        """Fill a template whose English text has another meaning elsewhere."""
        made = cls(template, **parts)
        made.context = context
        return made

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, Any]]:
        """Return what makes it anew when it is copied: its text may have braces of its own."""
        return (self.template,), dict(self.parts)

    def said(self, translation: Translation) -> str:
        """Return it in the language of a translation; in English where that lacks it."""
        parts = {
            name: part.said(translation) if isinstance(part, Phrase) else part
            for name, part in self.parts.items()
        }
        if self.context:
            return translation.pgettext(self.context, self.template).format(**parts)
        return translation.gettext(self.template).format(**parts)
