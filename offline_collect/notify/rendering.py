"""Makes the message of a plan: each notice in the words of its template."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace

from offline_collect.domain.bills import Bill
from offline_collect.domain.effects import Notice, NoticeKind
from offline_collect.domain.merchants import Merchant
from offline_collect.domain.notices.classes import NoticeClass
from offline_collect.domain.notices.deliveries import NoticeChannel
from offline_collect.domain.notices.gateway_templates import Templates as GatewayTemplates
from offline_collect.domain.notices.messages import OutgoingMessage
from offline_collect.domain.notices.planning import Looked, Plan
from offline_collect.domain.notices.templates import Template, approved_text
from offline_collect.domain.notices.wording import Told, by_placeholder, fill_template, signed, told
from offline_collect.domain.values import value

Templates = Mapping[NoticeKind, str]


@value
class GatewayWords:
    """What an SMS gateway sends for the bank.

    Attributes:
        signature: as the gateway has approved it, without brackets.
    """

    signature: str
    templates: GatewayTemplates


@value
class Words:
    """The words of notices.

    Attributes:
        language: of the templates, as receivers get it.
        zone: of dates and times in them.
        payer_url: the bank's setting of links to its app; None without one.
        gateway: what an SMS gateway sends for the bank; None without one.
    """

    language: str
    zone: dt.tzinfo
    templates: Templates
    payer_url: str | None = None
    gateway: GatewayWords | None = None


_ASKING = frozenset({NoticeKind.BILL_IMPORTED, NoticeKind.DUE_SOON, NoticeKind.OVERDUE})
"""Kinds that name what the bill owes when they are sent, with its late fee."""


def message_of(plan: Plan, looked: Looked, words: Words) -> OutgoingMessage | None:
    """Return the message of a plan; None if none goes out."""
    if plan.lead is None or plan.to is None:
        return None
    merchant = looked.merchants[plan.lead.notice.merchant_id]
    assert merchant is not None, "a plan sends nothing of a merchant that is not there"
    notices = [
        asked_now(each.notice, merchant, _bill(each.notice, looked), looked.today) for each in plan.told
    ]
    values = [_values(each, merchant.name, looked, words) for each in notices]
    templates = [looked.words_for(each, plan.to.channel) for each in notices]
    lines = [
        fill_template(words.templates[each.kind] if own is None else own.text, said)
        for each, own, said in zip(notices, templates, values, strict=True)
    ]
    to_gateway = plan.to.channel is NoticeChannel.GATEWAY
    return OutgoingMessage(
        message_id=plan.lead.notice.notice_id,
        created_at=plan.lead.notice.created_at,
        to=plan.to,
        merchant_id=merchant.merchant_id,
        language=words.language,
        text=signed(merchant.name, lines),
        merchant_name=merchant.name,
        notice_class=_class_of(templates),
        told=notices,
        words=by_placeholder(values[0]) if to_gateway else {},
        approved=approved_text(templates[0]) if to_gateway and len(notices) == 1 else None,
    )


def _class_of(templates: Sequence[Template | None]) -> NoticeClass:
    classes = {each.notice_class for each in templates if each is not None}
    return NoticeClass.COMMERCIAL if NoticeClass.COMMERCIAL in classes else NoticeClass.SERVICE


def asked_now(notice: Notice, merchant: Merchant, bill: Bill | None, today: dt.date) -> Notice:
    """Return a notice that asks for a bill with what this owes today, with its late fee; others as they are."""
    if notice.kind not in _ASKING or bill is None:
        return notice
    return replace(notice, amount_minor=bill.dues(merchant.late_fee, today).payable_minor)


def _bill(notice: Notice, looked: Looked) -> Bill | None:
    return looked.bills.get((notice.merchant_id, notice.bill_no))


def _values(notice: Notice, merchant: str, looked: Looked, words: Words) -> Told:
    payer = looked.payers[notice.addressee]
    return told(
        notice,
        merchant,
        payer.name,
        _bill(notice, looked),
        words.zone,
        debit_date=looked.debits.get((notice.merchant_id, notice.bill_no)),
        payer_url=words.payer_url,
        mandate=looked.mandates.get((notice.merchant_id, notice.bill_no)),
        language=words.language,
    )
