"""Reads what payers answer, as a gateway hands it on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from offline_collect.domain.notices.replies import UpstreamSms
from offline_collect.notify.gateway.documents import entries_of, moment_of, text_at
from offline_collect.notify.gateway.format import Replies


def gateway_upstream(replies: Replies) -> Callable[[bytes, bytes], Sequence[UpstreamSms]]:
    """Return what reads a request with SMS of payers; it raises ValueError for what is none."""

    def read(_query: bytes, body: bytes) -> Sequence[UpstreamSms]:
        entries = entries_of(body, replies.form_field, replies.within)
        return [_sms(each, replies) for each in entries]

    return read


def _sms(document: Any, replies: Replies) -> UpstreamSms:
    number, text = text_at(document, replies.number), text_at(document, replies.text)
    if not number or text is None:
        raise ValueError("has no number, or no text")
    code = None if replies.calling_code is None else text_at(document, replies.calling_code)
    time = None if replies.time is None else text_at(document, replies.time)
    zone = dt.timezone(dt.timedelta(hours=replies.hours_from_utc))
    extension = None if replies.extension is None else text_at(document, replies.extension)
    at = None if time is None else moment_of(time, zone)
    return UpstreamSms(f"{code or ''}{number}", text, at, extension or None)
