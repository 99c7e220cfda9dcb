"""JSON as text: documents that are stored, and lists that travel as one parameter."""

from __future__ import annotations

from operator import methodcaller
from typing import Any

import orjson

_as_iso_8601 = methodcaller("isoformat")
"""For business dates: orjson knows dates, but not classes made of them."""


def to_json(document: Any) -> str:
    """Return a document as it is stored; dates and moments as ISO 8601 writes them."""
    return orjson.dumps(document, default=_as_iso_8601).decode()


def from_json(text: str) -> Any:
    """Return a stored document."""
    return orjson.loads(text)
