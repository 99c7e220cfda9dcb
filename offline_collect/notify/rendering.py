"""Makes the message of a plan: each notice in the words of its template."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict

from offline_collect.domain.effects import Notice, NoticeKind
from offline_collect.domain.notices.messages import OutgoingMessage
from offline_collect.domain.notices.planning import Looked, Plan
from offline_collect.domain.notices.wording import Told, fill_template, signed, told
from offline_collect.domain.values import value

Templates = Mapping[NoticeKind, str]


@value
class Words:
    """The words of notices.

    Attributes:
        language: of the templates, as receivers get it.
        zone: of dates and times in them.
    """

    language: str
    zone: dt.tzinfo
    templates: Templates


def message_of(plan: Plan, looked: Looked, words: Words) -> OutgoingMessage | None:
    """Return the message of a plan; None if none goes out."""
    if plan.lead is None or plan.to is None:
        return None
    notices = [each.notice for each in plan.told]
    merchant = looked.merchants[plan.lead.notice.merchant_id]
    assert merchant is not None, "a plan sends nothing of a merchant that is not there"
    values = [_values(each, merchant.name, looked, words) for each in notices]
    lines = [
        fill_template(words.templates[each.kind], said) for each, said in zip(notices, values, strict=True)
    ]
    return OutgoingMessage(
        message_id=plan.lead.notice.notice_id,
        created_at=plan.lead.notice.created_at,
        to=plan.to,
        merchant_id=merchant.merchant_id,
        language=words.language,
        text=signed(merchant.name, lines),
        told=notices,
        words=asdict(values[0]),
    )


def _values(notice: Notice, merchant: str, looked: Looked, words: Words) -> Told:
    payer = looked.payers[notice.merchant_id, notice.customer_no]
    bill = looked.bills.get((notice.merchant_id, notice.bill_no))
    return told(notice, merchant, payer.name, bill, words.zone)
