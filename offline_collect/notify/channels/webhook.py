"""The bank's app by a webhook: each message is a JSON POST, signed as Standard Webhooks has it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import orjson

from offline_collect.domain.notices.messages import OutgoingMessage, message_document
from offline_collect.domain.notices.reasons import Reason, reason_of
from offline_collect.domain.notices.results import ACCEPTED, Result, Verdict
from offline_collect.domain.ports import Clock
from offline_collect.notify.channels.http_batch import HttpBatch
from offline_collect.notify.channels.http_exchange import HttpAnswer, HttpRequest, HttpTerms
from offline_collect.notify.channels.retry_after import asked_pause_s
from offline_collect.notify.channels.standard_webhooks import signature_headers
from offline_collect.notify.channels.terms import WebhookTerms

_OK, _REDIRECT, _NO_REDIRECT = 200, 300, 400
_GONE = 410


class WebhookChannel:
    """Sends messages to one URL; see :class:`~offline_collect.notify.channels.port.NoticePort`."""

    def __init__(self, reactor: Any, clock: Clock, terms: WebhookTerms) -> None:
        """Make the channel.

        Args:
            reactor: runs in another thread than the sender.
        """
        self._clock, self._terms = clock, terms
        self._batch = HttpBatch(reactor, HttpTerms(terms.timeout_s, terms.at_once, terms.private))

    def send(self, messages: Sequence[OutgoingMessage]) -> Sequence[Result]:
        """See :class:`~offline_collect.notify.channels.port.NoticePort`."""
        return self._batch.send(messages, self._request, self._result)

    def _request(self, message: OutgoingMessage) -> HttpRequest:
        body = orjson.dumps(message_document(message))
        headers = {"content-type": "application/json", "user-agent": "offline-collect"}
        headers |= signature_headers(self._terms.key, message.message_id, self._clock.now(), body)
        return HttpRequest("POST", self._terms.url, headers, body)

    def _result(self, answer: HttpAnswer) -> Result:
        return result_of(answer.status, answer.retry_after, self._clock.now())


def result_of(status: int, retry_after: str | None, now: dt.datetime) -> Result:
    """Return what an answer means: 2xx is accepted, 410 wants no more of it, all others are tried again.

    Args:
        retry_after: the header; seconds or a date. It counts for 429 and 503.
    """
    if _OK <= status < _REDIRECT:
        return ACCEPTED
    if status == _GONE:
        return Result(Verdict.STOP, reason_of(Reason.ANSWERED_GONE))
    code = Reason.REDIRECTED if _REDIRECT <= status < _NO_REDIRECT else Reason.ANSWERED
    return Result(Verdict.TRY_AGAIN, reason_of(code, status=status), asked_pause_s(status, retry_after, now))
