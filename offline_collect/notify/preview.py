"""What a notice about a bill would read, and what it would take as an SMS."""

from __future__ import annotations

import datetime as dt

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.effects import Notice, NoticeKind
from offline_collect.domain.errors import NoticeError
from offline_collect.domain.facts import Wants
from offline_collect.domain.notices.sms import SmsParts, sms_parts
from offline_collect.domain.notices.wording import fill_template, signed, told
from offline_collect.domain.values import value
from offline_collect.notify.rendering import Words
from offline_collect.store import SqlStore, get_customer, read_facts, require_merchant


@value
class Preview:
    """A message that is not sent."""

    text: str
    sms: SmsParts


def preview_notice(
    store: SqlStore,
    actor: Actor,
    words: Words,
    kind: NoticeKind,
    bill_of: tuple[str, str],
    now: dt.datetime,
) -> Preview:
    """Return a notice of the amount of a bill, as if it happened now.

    Args:
        bill_of: its merchant and number.

    Raises:
        NotPermittedError: the actor may not look.
        NotFoundError, NoticeError: there is no such merchant or bill.
    """
    actor.require(Permission.VIEW)
    merchant_id, bill_no = bill_of
    with store.snapshot() as reading:
        merchant = require_merchant(reading, merchant_id)
        bill = read_facts(reading, Wants(bills={bill_of})).bills[bill_of]
        if bill is None:
            raise NoticeError(f"{merchant_id} has no bill {bill_no}: `offline-collect bills find` finds one")
        customer = get_customer(reading, merchant_id, bill.customer_no)
    notice = Notice(
        notice_id="preview",
        kind=kind,
        merchant_id=merchant_id,
        customer_no=bill.customer_no,
        bill_no=bill_no,
        payment_serial=None,
        amount_minor=bill.amount_minor,
        currency=bill.currency,
        created_at=now,
    )
    name = "" if customer is None else customer.name
    line = fill_template(words.templates[kind], told(notice, merchant.name, name, bill, words.zone))
    text = signed(merchant.name, [line])
    return Preview(text, sms_parts(text))
