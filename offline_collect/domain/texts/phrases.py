"""English texts for people that can be translated: each keeps its template and the parts that fill it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol, Self


class Translation(Protocol):
    """The texts of a language by their English templates, as in gettext's catalogues."""

    def gettext(self, message: str, /) -> str:
        """Return the text for a template; the template itself if there is none."""
        ...

    def pgettext(self, context: str, message: str, /) -> str:
        """Return the text for a template that has another meaning in other contexts."""
        ...


class Phrase(str):
    """An English text that keeps its template, by which its translation is found.

    It can be used as any other str: in messages, in comparisons, on the wire. Code that requires this type accepts
    only texts that can be translated.

    Attributes:
        template: the English text, with the names of its parts in braces.
        parts: the values of these parts; a phrase among them is translated too.
        context: distinguishes phrases with the same English text; '' if there is only one.
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
        """Fill a template whose English text has another meaning in other contexts."""
        made = cls(template, **parts)
        made.context = context
        return made

    def filled(self, parts: Mapping[str, str | int]) -> Self:
        """Return the phrase with other values of its parts."""
        made = type(self)(self.template, **parts)
        made.context = self.context
        return made

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, Any]]:
        """Return the arguments that build a copy: template and parts, because the filled text may contain braces."""
        return (self.template,), dict(self.parts)

    def said(self, translation: Translation) -> str:
        """Return the text in the language of a translation; in English if that has no text for it."""
        parts = {
            name: part.said(translation) if isinstance(part, Phrase) else part
            for name, part in self.parts.items()
        }
        if self.context:
            return translation.pgettext(self.context, self.template).format(**parts)
        return translation.gettext(self.template).format(**parts)


def words_of(error: BaseException) -> Phrase | None:
    """Return the words of an error if they can be translated; None for an error with a plain text."""
    words = error.args[0] if error.args else None
    return words if isinstance(words, Phrase) else None


def listed(phrases: Sequence[Phrase]) -> Phrase:
    """Return phrases as one, with semicolons between them."""
    first, *others = phrases
    return Phrase("{first}; {others}", first=first, others=listed(others)) if others else first


def side_by_side(phrases: Sequence[Phrase]) -> Phrase:
    """Return phrases as one, with commas between them."""
    first, *others = phrases
    return Phrase("{first}, {others}", first=first, others=side_by_side(others)) if others else first


def as_phrase(text: str) -> Phrase:
    """Return a text as a phrase; one that is none is data, and is the same in every language."""
    return text if isinstance(text, Phrase) else Phrase("{text}", text=text)


def in_lines(texts: Sequence[str]) -> Phrase:
    """Return phrases and data as one phrase, each in a line of its own."""
    first, *others = texts
    if not others:
        return as_phrase(first)
    return Phrase("{first}\n{others}", first=first, others=in_lines(others))


def either(phrases: Sequence[str]) -> Phrase:
    """Return phrases, names or codes as one, with "or" between them."""
    first, *others = phrases
    if others:
        return Phrase("{first} or {others}", first=first, others=either(others))
    return as_phrase(first)
