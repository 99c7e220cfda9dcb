"""One line of the log for each refused or unanswered message; at debug also for every approved one.

The identifiers of the message are fields of the line, so that they can be searched for; at debug the whole message is one
too, masked. Whatever is not declared harmless there is hidden.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from offline_collect.domain.answers import Answer
from offline_collect.server.connections.translator import Request

_log = logging.getLogger(__name__)

_FIELDS = {11: "stan", 37: "rrn", 41: "terminal", 32: "institution"}
_AMOUNT = 4


Masked = Callable[[Request], str]
"""Returns a request's message on one line, masked as the link's dialect says."""


def log_answer(
    link: str, peer: str, request: Request, answer: Answer, seconds: float, *, masked: Masked
) -> None:
    """Log an answer that is sent, if its level is logged."""
    level = logging.DEBUG if answer.approved else logging.INFO
    if not _log.isEnabledFor(level) or request.problem is not None:
        # A message that could not be decoded has its line already.
        return
    if answer.approved:
        _log.debug(
            "link %s, %s: %s approved", link, peer, request.name, extra=_fields(request, masked, seconds)
        )
        return
    _log.info(
        "link %s, %s: %s refused: %s (%s)",
        link,
        peer,
        request.name,
        answer.code.value,
        answer.brief or "no reason given",
        extra=_fields(request, masked, seconds),
    )


def log_silence(link: str, peer: str, request: Request, why: str, *, masked: Masked) -> None:
    """Log that a message gets no answer."""
    if _log.isEnabledFor(logging.INFO):
        fields = _fields(request, masked)
        _log.info("link %s, %s: %s gets no answer: %s", link, peer, request.name, why, extra=fields)


def _fields(request: Request, masked: Masked, seconds: float | None = None) -> dict[str, object]:
    fields: dict[str, object] = {} if seconds is None else {"seconds": round(seconds, 4)}
    message = request.message
    if message is None:
        return fields
    for number, name in _FIELDS.items():
        text = message.elements.get(number)
        if text is not None:
            fields[name] = text.strip()
    amount = message.elements.get(_AMOUNT, "")
    if amount.isdigit():
        fields["amount_minor"] = int(amount)
    if _log.isEnabledFor(logging.DEBUG):
        fields["masked"] = masked(request)
    return fields
