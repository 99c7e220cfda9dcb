"""The cookie of a session: what the browser has, and no script can read."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping

from starlette.responses import Response

from offline_collect.console.languages import LANGUAGE_COOKIE

_SESSION = "session"
_SAID = "said"
_SAID_S = 60
_KEY = re.compile(r"[A-Za-z0-9_-]{43}")
_YEAR_S = 365 * 24 * 3600


def session_cookie(*, secure: bool) -> str:
    """Return the cookie's name: browsers take one that begins with ``__Host-`` over https only."""
    return f"__Host-{_SESSION}" if secure else _SESSION


def key_in(cookies: Mapping[str, str], *, secure: bool) -> str | None:
    """Return what the browser has; None if it has nothing, or nothing that the console gave."""
    key = cookies.get(session_cookie(secure=secure), "")
    return key if _KEY.fullmatch(key) else None


def new_key() -> str:
    """Return a key for a browser without one, so that its forms have a token."""
    return secrets.token_urlsafe(32)


def give_key(response: Response, key: str, *, secure: bool) -> None:
    """Give the browser a key; it forgets it when it is closed."""
    response.set_cookie(
        session_cookie(secure=secure), key, path="/", httponly=True, secure=secure, samesite="strict"
    )


def give_language(response: Response, language: str, *, secure: bool) -> None:
    """Have the browser remember a language."""
    response.set_cookie(
        LANGUAGE_COOKIE,
        language,
        max_age=_YEAR_S,
        path="/",
        httponly=True,
        secure=secure,
        samesite="strict",
    )


def give_said(response: Response, text: str, *, secure: bool) -> None:
    """Have the next page say what was done."""
    response.set_cookie(
        _SAID,
        text.encode().hex(),
        max_age=_SAID_S,
        path="/",
        httponly=True,
        secure=secure,
        samesite="strict",
    )


def said_in(cookies: Mapping[str, str]) -> str:
    """Return what the page before has done; '' if nothing."""
    try:
        return bytes.fromhex(cookies.get(_SAID, "")).decode()
    except ValueError:
        return ""


def forget_said(response: Response, *, secure: bool) -> None:
    """Have no further page say it."""
    response.delete_cookie(_SAID, path="/", httponly=True, secure=secure, samesite="strict")
