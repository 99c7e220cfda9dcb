"""SMS by a gateway that sends approved templates; its format is data (docs/notices.md)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from offline_collect.domain.notices.gateway_templates import template_of
from offline_collect.domain.notices.messages import OutgoingMessage
from offline_collect.domain.notices.results import Result, Verdict
from offline_collect.domain.ports import Clock
from offline_collect.notify.channels.http_batch import HttpBatch
from offline_collect.notify.channels.http_exchange import HttpAnswer, HttpRequest
from offline_collect.notify.channels.retry_after import asked_pause_s
from offline_collect.notify.channels.terms import GatewayTerms
from offline_collect.notify.gateway.answers import gateway_result
from offline_collect.notify.gateway.request import gateway_request


class GatewayChannel:
    """Sends messages by one gateway; see :class:`~offline_collect.notify.channels.port.NoticePort`."""

    def __init__(self, reactor: Any, clock: Clock, terms: GatewayTerms, nonce: Callable[[], str]) -> None:
        """Make the channel.

        Args:
            reactor: runs in another thread than the sender.
            nonce: returns another text for each request.
        """
        self._clock, self._terms, self._nonce = clock, terms, nonce
        self._batch = HttpBatch(reactor, terms.http)

    def send(self, messages: Sequence[OutgoingMessage]) -> Sequence[Result]:
        """See :class:`~offline_collect.notify.channels.port.NoticePort`."""
        return self._batch.send(messages, self._request, self._result)

    def _request(self, message: OutgoingMessage) -> HttpRequest | Result:
        terms = self._terms
        template = template_of(message, terms.templates)
        if isinstance(template, Result):
            return template
        return gateway_request(
            terms.form, terms.account, message, template, now=self._clock.now(), nonce=self._nonce()
        )

    def _result(self, answer: HttpAnswer) -> Result:
        result = gateway_result(self._terms.form.answers, answer)
        if result.verdict is not Verdict.TRY_AGAIN:
            return result
        return replace(result, pause_s=asked_pause_s(answer.status, answer.retry_after, self._clock.now()))
