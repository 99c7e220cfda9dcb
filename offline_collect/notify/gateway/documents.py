"""Finds what a format names in the documents of a gateway."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qs

_FIELDS_MAX = 20
_DIGITS_MAX = 10
"""Digits of seconds since 1970: up to the year 2286."""


def document_of(body: bytes) -> Any:
    """Return a document of JSON; None if it is none."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def entries_of(body: bytes, form_field: str | None, within: str | None) -> Sequence[Any]:
    """Return what a request brings: one document, or several.

    Args:
        form_field: the field of a form that has the JSON; None if the body is JSON.
        within: the place of the list; None if the document is the list, or one entry.

    Raises:
        ValueError: the body is no form.
    """
    if form_field is not None:
        fields = parse_qs(body.decode("ascii"), max_num_fields=_FIELDS_MAX)
        body = fields.get(form_field, [""])[0].encode()
    document = document_of(body)
    found = document if within is None else _at(document, within)
    return found if isinstance(found, list) else [found]


def text_at(document: Any, place: str) -> str | None:
    """Return what is at a place as a text, such as ``true``; None if nothing is, or a list or an object."""
    found = _at(document, place)
    if isinstance(found, bool):
        return str(found).lower()
    return str(found) if isinstance(found, str | int) else None


def moment_of(text: str, zone: dt.tzinfo = dt.UTC) -> dt.datetime | None:
    """Return a moment that is written as seconds since 1970, or as date and time; None if it is none.

    Args:
        zone: of a date and time that name none.
    """
    if text.isascii() and text.isdigit():
        return dt.datetime.fromtimestamp(int(text), dt.UTC) if len(text) <= _DIGITS_MAX else None
    try:
        found = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None else found.replace(tzinfo=zone)


def _at(document: Any, place: str) -> Any:
    for key in place.split("."):
        if isinstance(document, dict):
            document = document.get(key)
        elif isinstance(document, list) and key.isascii() and key.isdigit():
            document = document[int(key)] if int(key) < len(document) else None
        else:
            return None
    return document
