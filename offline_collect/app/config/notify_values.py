"""Values that several settings of notices have."""

from __future__ import annotations

import re
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator

_QUIET = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]-(?:[01][0-9]|2[0-3]):[0-5][0-9]")


def _quiet_hours(text: str) -> str:
    if not _QUIET.fullmatch(text):
        raise ValueError('must be two times in quotes, such as "21:00-08:00"')
    return text


def receiver_url(text: str) -> str:
    """Return a URL that can be called.

    Raises:
        ValueError: it cannot.
    """
    parts = urlsplit(text)
    if (
        parts.scheme not in {"http", "https"}
        or not parts.hostname
        or not text.isascii()
        or not text.isprintable()
    ):
        raise ValueError("must begin with https:// or http://, and name a host in ASCII")
    if parts.username is not None or parts.password is not None:
        raise ValueError("must not have a user or password in it")
    return text


Quiet = Annotated[str, AfterValidator(_quiet_hours)]
