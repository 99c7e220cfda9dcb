"""A message as it leaves the platform; docs/notices.md has its document."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Any

from offline_collect.domain.currencies import CURRENCIES
from offline_collect.domain.effects import Notice
from offline_collect.domain.money import format_major
from offline_collect.domain.notices.classes import NoticeClass
from offline_collect.domain.notices.recipients import Recipient
from offline_collect.domain.notices.wording import named_about
from offline_collect.domain.values import value

MESSAGE_TYPE = "notice"
"""The type of every message, for receivers of several things."""


@value
class ApprovedText:
    """A merchant's template that an SMS gateway has approved.

    Attributes:
        template_id: the gateway's.
        names: its placeholders, each once, in the order of the text.
    """

    template_id: str
    names: Sequence[str]


@value
class OutgoingMessage:
    """A message to a payer: one notice, or several of one customer.

    Attributes:
        message_id: stable over all attempts; receivers know by it what they have already.
        told: its notices.
        words: the values of the placeholders of its first notice, for gateways, which have texts of their own.
        approved: the merchant's own template at the gateway; None if it goes out in the bank's.
        merchant_name: as payers know it.
        notice_class: COMMERCIAL if one of its notices is in words that advertise.
    """

    message_id: str
    created_at: dt.datetime
    to: Recipient
    merchant_id: str
    language: str
    text: str = field(repr=False)
    told: Sequence[Notice] = ()
    words: Mapping[str, str] = field(default_factory=dict, repr=False)
    approved: ApprovedText | None = None
    merchant_name: str = ""
    notice_class: NoticeClass = NoticeClass.SERVICE


def message_document(message: OutgoingMessage) -> dict[str, Any]:
    """Return a message as receivers get it."""
    return {
        "id": message.message_id,
        "type": MESSAGE_TYPE,
        "timestamp": message.created_at.isoformat(timespec="milliseconds"),
        "data": {
            "merchant": message.merchant_id,
            "to": message.to.address,
            "language": message.language,
            "text": message.text,
            "notices": [_told(each) for each in message.told],
        },
    }


def _told(notice: Notice) -> dict[str, str]:
    return {
        "id": notice.notice_id,
        "kind": notice.kind.value,
        "bill": named_about(notice),
        "amount": format_major(notice.amount_minor, notice.currency),
        "currency": CURRENCIES[notice.currency].code,
        "at": notice.created_at.isoformat(timespec="milliseconds"),
    }
