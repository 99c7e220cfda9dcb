"""JSON as text: stored documents, and lists sent as one parameter."""

from __future__ import annotations

from operator import methodcaller
from typing import Any

import orjson

_as_iso_8601 = methodcaller("isoformat")
"""For business dates: orjson supports dates, but not their subclasses."""


def to_json(document: Any) -> str:
    """Return a document as stored text, with dates and moments in ISO 8601.

    Raises:
        ValueError: a text is not Unicode (half of a surrogate pair), a number has more than 64 bits.
    """
    return to_json_bytes(document).decode()


def to_json_bytes(document: Any) -> bytes:
    """Return the text of :func:`to_json`, encoded."""
    try:
        return orjson.dumps(document, default=_as_iso_8601)
    except orjson.JSONEncodeError as error:
        raise ValueError(str(error)) from None


def from_json(text: str) -> Any:
    """Return a stored document."""
    return orjson.loads(text)
