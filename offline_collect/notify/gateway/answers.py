"""Reads the answers and the delivery reports of a gateway."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from offline_collect.domain.notices.deliveries import NoticeChannel
from offline_collect.domain.notices.reasons import Reason, reason_of
from offline_collect.domain.notices.reports import Outcome, Report
from offline_collect.domain.notices.results import Result, Verdict
from offline_collect.notify.channels.http_exchange import HttpAnswer
from offline_collect.notify.gateway.documents import document_of, entries_of, text_at
from offline_collect.notify.gateway.format import Answers, Reports

_CODE = re.compile(r"[A-Za-z0-9_.:-]{1,60}")
"""What is kept of a gateway's code: words that come with it may have a number in them."""

_RECEIPT = re.compile(r"[!-~]{1,64}")


def gateway_result(answers: Answers, answer: HttpAnswer) -> Result:
    """Return what an answer means: its code decides, whatever its status."""
    document = document_of(answer.body)
    codes = [found for place in answers.code if (found := text_at(document, place)) is not None]
    if not codes:
        return Result(Verdict.TRY_AGAIN, reason_of(Reason.GATEWAY_NO_CODE, status=answer.status))
    code = codes[0]
    if _among(code, answers.accepted):
        receipt = None if answers.receipt is None else text_at(document, answers.receipt)
        return Result(Verdict.ACCEPTED, receipt=receipt if receipt and _RECEIPT.fullmatch(receipt) else None)
    shown = shown_code(code)
    reason = reason_of(Reason.GATEWAY_BAD_CODE)
    if shown is not None:
        reason = reason_of(Reason.GATEWAY_ANSWERED, code=shown)
    final = _among(code, answers.stop) and not _among(code, answers.again)
    if not final:
        return Result(Verdict.TRY_AGAIN, reason)
    return Result(Verdict.STOP, reason, bad_address=_among(code, answers.bad_number))


def gateway_reports(reports: Reports) -> Callable[[bytes, bytes], Sequence[Report]]:
    """Return what reads a request with reports; it raises ValueError for what is none."""

    def read(_query: bytes, body: bytes) -> Sequence[Report]:
        entries = entries_of(body, reports.form_field, reports.within)
        return [_report(each, reports) for each in entries]

    return read


def _report(document: Any, reports: Reports) -> Report:
    said = text_at(document, reports.outcome)
    message_id, receipt, code = (
        None if place is None else text_at(document, place)
        for place in (reports.message_id, reports.receipt, reports.code)
    )
    if said is None or not (message_id or receipt):
        raise ValueError("has no outcome, or no message")
    outcome = Outcome.UNDER_WAY
    if _among(said, reports.delivered):
        outcome = Outcome.DELIVERED
    elif _among(said, reports.undelivered):
        outcome = Outcome.UNDELIVERED
    return Report(
        NoticeChannel.GATEWAY,
        outcome,
        message_id=message_id or None,
        receipt=receipt or None,
        code=None if code is None else shown_code(code),
        bad_number=code is not None and _among(code, reports.bad_number),
    )


def shown_code(text: str) -> str | None:
    """Return a gateway's code as it may be kept and shown; None if it is no code."""
    return text if _CODE.fullmatch(text) else None


def _among(code: str, listed: Sequence[str]) -> bool:
    return any(code.startswith(each[:-1]) if each.endswith("*") else code == each for each in listed)
