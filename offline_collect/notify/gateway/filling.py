"""Fills what a gateway's format says: texts with names in braces, each with filters, such as ``{body:sha256}``."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import quote

_PLACE = re.compile(r"\{([a-z0-9_.]+)((?::[a-z0-9]+)*)\}")

FILTERS: Mapping[str, Callable[[str], str]] = {
    "percent": lambda text: quote(text, safe="~"),
    "sha256": lambda text: hashlib.sha256(text.encode()).hexdigest(),
    "upper": str.upper,
}

OF_REQUEST = frozenset(
    {"key_id", "message_id", "national", "international", "template", "signature", "extension"}
    | {"timestamp", "utc_time", "utc_date", "nonce", "host", "path"}
)
"""Names that every part of a request may have; ``parameters.…`` are the channel's own besides."""

OF_SIGNING = OF_REQUEST | {"query", "body", "canonical"}
WORDS_AS_OBJECT, WORDS_AS_LIST, WORDS_AS_JSON = "{words:object}", "{words:list}", "{words:json}"
"""A whole value: the template's words by their names, in their order, or by their names as a text of JSON."""

WHOLE = frozenset({WORDS_AS_OBJECT, WORDS_AS_LIST, WORDS_AS_JSON})

EXTENSION = "{extension}"
"""A field with this alone is left out of the messages of a merchant that has no extension."""


def fill(text: str, values: Mapping[str, str]) -> str:
    """Return a text with its values; it was checked by :func:`problems`.

    Raises:
        KeyError: a parameter of the channel is missing.
    """

    def value_of(found: re.Match[str]) -> str:
        filled = values[found[1]]
        for name in found[2].split(":")[1:]:
            filled = FILTERS[name](filled)
        return filled

    return _PLACE.sub(value_of, text)


def problems(text: str, names: frozenset[str]) -> Iterator[str]:
    """Yield why a text cannot be filled."""
    for name, filters in _PLACE.findall(text):
        if name not in names and not name.startswith("parameters."):
            yield f"{{{name}}} is none of {', '.join(sorted(names))}, parameters.NAME"
        for each in filters.split(":")[1:]:
            if each not in FILTERS:
                yield f"{each} is none of the filters {', '.join(FILTERS)}"
    if "{" in _PLACE.sub("", text) or "}" in _PLACE.sub("", text):
        yield "a brace is not closed, or not opened"


def parameters_in(text: str) -> frozenset[str]:
    """Return the names of the channel's own parameters that a text needs."""
    return frozenset(
        name.partition(".")[2] for name, _ in _PLACE.findall(text) if name.startswith("parameters.")
    )


def texts_in(part: Any) -> Iterator[str]:
    """Yield the texts in a part of a format, however deep."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, Mapping):
        for each in part.values():
            yield from texts_in(each)
    elif isinstance(part, list | tuple):
        for each in part:
            yield from texts_in(each)
