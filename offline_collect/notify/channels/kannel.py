"""SMS by Kannel, the open gateway: each message is a request to its `sendsms`, which cuts it into parts.

The request is a POST of the text with headers, as Kannel's User Guide has it ("Using the HTTP interface"): so neither
the text nor the password stands in a URL, which Kannel writes to its log.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, quote

from offline_collect.domain.notices.deliveries import NoticeChannel
from offline_collect.domain.notices.messages import OutgoingMessage
from offline_collect.domain.notices.reasons import Reason, reason_of
from offline_collect.domain.notices.replies import UpstreamSms
from offline_collect.domain.notices.reports import Outcome, Report
from offline_collect.domain.notices.results import ACCEPTED, Result, Verdict
from offline_collect.domain.notices.sms import SmsEncoding, sms_parts
from offline_collect.domain.ports import Clock
from offline_collect.notify.channels.http_batch import HttpBatch
from offline_collect.notify.channels.http_exchange import HttpAnswer, HttpRequest, HttpTerms
from offline_collect.notify.channels.retry_after import asked_pause_s
from offline_collect.notify.channels.terms import KannelTerms
from offline_collect.notify.gateway.documents import moment_of

_CODING: Mapping[SmsEncoding, str] = {SmsEncoding.GSM_7_BIT: "0", SmsEncoding.UCS_2: "2"}
_MASK = str(1 | 2 | 16)
"""The reports that Kannel is asked for: delivered, not delivered, refused by the operator."""

_ACCEPTED, _BAD_REQUEST, _FORBIDDEN = 202, 400, 403
_DENIED, _NO_SENDER, _NOT_ROUTABLE = b"Number(s)", b"Sender missing", b"Not routable"
"""How its words begin."""

_OUTCOMES: Mapping[str, Outcome] = {
    "1": Outcome.DELIVERED,
    "2": Outcome.UNDELIVERED,
    "4": Outcome.UNDER_WAY,
    "8": Outcome.UNDER_WAY,
    "16": Outcome.UNDELIVERED,
}
"""Kannel's types of reports: delivered, not delivered, queued at the operator, taken by the operator, refused by it."""

_CODE = re.compile(r"stat:[A-Z]{2,10}|err:[0-9A-Za-z]{1,8}|NACK/0x[0-9a-fA-F]{1,8}|NACK/[0-9]{1,6}")
"""What is kept of an operator's receipt, which may have number and text in it: its state, error and refusal."""

_BAD_NUMBER = re.compile(r"NACK/(?:0x0*[bB]|11)(?![0-9A-Fa-f])")
"""The operator refuses the number: ESME_RINVDSTADR (0x0B) of SMPP. Other codes differ from operator to operator."""

_CHARSETS = frozenset({"UTF-8", "UTF-16BE", "WINDOWS-1252", "ISO-8859-1"})
"""What Kannel says for %C. In other ones, such as 8-BIT, there is no text."""

FIELDS_MAX = 10
"""Parameters of a URL that Kannel asks for."""


class KannelChannel:
    """Sends messages by one Kannel; see :class:`~offline_collect.notify.channels.port.NoticePort`."""

    def __init__(self, reactor: Any, clock: Clock, terms: KannelTerms) -> None:
        """Make the channel.

        Args:
            reactor: runs in another thread than the sender.
        """
        self._clock, self._terms = clock, terms
        # Kannel is the bank's own, and mostly on the same machine.
        self._batch = HttpBatch(reactor, HttpTerms(terms.timeout_s, terms.at_once, private=True))

    def send(self, messages: Sequence[OutgoingMessage]) -> Sequence[Result]:
        """See :class:`~offline_collect.notify.channels.port.NoticePort`."""
        return self._batch.send(messages, self._request, self._result)

    def _result(self, answer: HttpAnswer) -> Result:
        """Return what an answer means; what stands before Kannel, or keeps its load low, may ask for a pause."""
        result = kannel_result(answer)
        if result.verdict is not Verdict.TRY_AGAIN:
            return result
        return replace(result, pause_s=asked_pause_s(answer.status, answer.retry_after, self._clock.now()))

    def _request(self, message: OutgoingMessage) -> HttpRequest | Result:
        sms = sms_parts(message.text)
        most = self._terms.parts_max
        if sms.parts > most:
            reason = reason_of(Reason.TOO_MANY_PARTS, parts=sms.parts, most=most)
            return Result(Verdict.STOP, reason)
        headers = {
            "content-type": "text/plain; charset=UTF-8",
            "X-Kannel-Username": self._terms.username,
            "X-Kannel-Password": self._terms.password,
            "X-Kannel-To": message.to.address,
            "X-Kannel-Coding": _CODING[sms.encoding],
        }
        if self._terms.sender is not None:
            headers["X-Kannel-From"] = self._terms.sender + self._terms.extensions.get(
                message.merchant_id, ""
            )
        if self._terms.reports_url is not None:
            headers["X-Kannel-DLR-Mask"] = _MASK
            headers["X-Kannel-DLR-Url"] = _reports_url(self._terms.reports_url, message.message_id)
        return HttpRequest("POST", self._terms.url, headers, message.text.encode())


def _reports_url(base: str, message_id: str) -> str:
    """Return the URL that Kannel asks for: it puts its type for %d, and the operator's receipt for %A."""
    # A colon may stand as it is. Kannel would take a percent and a letter for one of its own signs.
    return f"{base}?id={quote(message_id, safe=':')}&type=%d&receipt=%A"


def kannel_result(answer: HttpAnswer) -> Result:
    """Return what Kannel's answer means.

    It answers 202 both for what it has handed on (``0: Accepted for delivery``) and for what it keeps until the operator
    is back (``3: Queued for later delivery``). What it refuses for the message's sake is not tried again; what it
    refuses for its or our configuration's sake is.
    """
    if answer.status == _ACCEPTED:
        return ACCEPTED
    if answer.status == _BAD_REQUEST and answer.body.startswith(_DENIED):
        return Result(Verdict.STOP, reason_of(Reason.KANNEL_NUMBER))
    if answer.status == _BAD_REQUEST and answer.body.startswith(_NO_SENDER):
        return Result(Verdict.TRY_AGAIN, reason_of(Reason.KANNEL_NO_SENDER))
    if answer.status == _FORBIDDEN and answer.body.startswith(_NOT_ROUTABLE):
        return Result(Verdict.STOP, reason_of(Reason.KANNEL_NO_OPERATOR))
    if answer.status == _FORBIDDEN:
        return Result(Verdict.TRY_AGAIN, reason_of(Reason.KANNEL_USER))
    return Result(Verdict.TRY_AGAIN, reason_of(Reason.KANNEL_ANSWERED, status=answer.status))


def kannel_reports(query: bytes, _body: bytes) -> Sequence[Report]:
    """Return the report in a request of Kannel.

    Args:
        query: of its URL; see :data:`FIELDS_MAX`.

    Raises:
        ValueError: there is none in it.
    """
    fields = parse_qs(query.decode("ascii"), max_num_fields=FIELDS_MAX, errors="replace")
    outcome = _OUTCOMES.get(fields.get("type", [""])[0])
    message_id = fields.get("id", [""])[0]
    if outcome is None or not message_id:
        raise ValueError("has no id or type of a report")
    code = " ".join(_CODE.findall(fields.get("receipt", [""])[0])[:3])
    bad_number = _BAD_NUMBER.search(code) is not None
    return [
        Report(NoticeChannel.KANNEL, outcome, message_id=message_id, code=code or None, bad_number=bad_number)
    ]


def kannel_upstream(query: bytes, body: bytes, *, sender: str | None = None) -> Sequence[UpstreamSms]:
    """Return the SMS of a payer in a request of Kannel's ``sms-service``.

    Args:
        query: of its ``get-url`` or ``post-url``: ``number=%p&to=%P&charset=%C&time=%T``, and ``text=%b`` of a
            ``get-url``.
        body: the text of a ``post-url``.
        sender: the number from which our messages come, without an extension; None if it is Kannel's.

    Raises:
        ValueError: it has no number.
    """
    # Each byte of a text is a character here: its charset is not known before.
    fields = parse_qs(query.decode("ascii"), max_num_fields=FIELDS_MAX, encoding="latin-1")
    number = fields.get("number", [""])[0]
    if not number:
        raise ValueError("has no number of an SMS")
    given = fields["text"][0].encode("latin-1") if "text" in fields else body
    charset = fields.get("charset", ["UTF-8"])[0].upper()
    text = given.decode(charset, "replace") if charset in _CHARSETS else ""
    time = moment_of(fields.get("time", [""])[0])
    return [UpstreamSms(number, text, time, _extension(fields.get("to", [""])[0], sender))]


def _extension(sent_to: str, sender: str | None) -> str | None:
    """Return what follows our number in the one that a payer wrote to; None if nothing does."""
    if sender is None or sender not in sent_to:
        return None
    # An operator may put the country's code before it.
    return sent_to.rpartition(sender)[2] or None
