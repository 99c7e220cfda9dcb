"""Addresses that a form names to go on to: only pages of the console, never another site."""

from __future__ import annotations

import re

_OWN = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]*")
HOME = "/"


def safe_path(text: str) -> str:
    """Return an address within the console; its first page if the text is not one."""
    return text if _OWN.fullmatch(text) else HOME
