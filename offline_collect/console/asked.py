"""What a page says after a change that may have needed a second person."""

from __future__ import annotations

from typing import Any

from offline_collect.console.page import Redirect
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.merchant.access.requests import Asked


def done_or_asked(result: Any, to: str, done: Phrase) -> Redirect:
    """Return the way on: to a page that says what was done, or that it waits for another user.

    Args:
        result: of the use case; an ``Asked`` if another user must approve.
        to: the page to show.
        done: said if the change was made.
    """
    if isinstance(result, Asked):
        return Redirect(to, Phrase("request {number} waits for another user", number=result.number))
    return Redirect(to, done)


def done_or_request(result: Any, to: str, done: Phrase) -> Redirect:
    """Return the way on as :func:`done_or_asked`, but to the page of the request if another user must approve."""
    return done_or_asked(result, f"/approvals/{result.number}" if isinstance(result, Asked) else to, done)
