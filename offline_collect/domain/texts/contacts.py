"""Masks the addresses of people: mobile numbers, e-mail addresses, users of an app."""

from __future__ import annotations

_LONG = 11
"""From this length on the middle hides four characters or more."""


def mask_contact(text: str) -> str:
    """Return a mobile number, an e-mail address or another name for a person with its middle hidden."""
    local, at, domain = text.partition("@")
    if at:
        return f"{local[:1]}***@{domain}"
    return f"{text[:3]}****{text[-4:]}" if len(text) >= _LONG else f"{text[:1]}***"
