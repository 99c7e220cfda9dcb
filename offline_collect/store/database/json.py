"""JSON as text: stored documents, and lists sent as one parameter."""

from __future__ import annotations

from operator import methodcaller
from typing import Any

import orjson

_as_iso_8601 = methodcaller("isoformat")
"""For business dates: orjson supports dates, but not their subclasses."""


def to_json(document: Any) -> str:
    """Return a document as stored text, with dates and moments in ISO 8601."""
    return orjson.dumps(document, default=_as_iso_8601).decode()


def from_json(text: str) -> Any:
    """Return a stored document."""
    return orjson.loads(text)
