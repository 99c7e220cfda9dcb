"""What a notice about a bill would read, and what it would take as an SMS."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.bills import Bill
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.effects import TO_MERCHANT, Notice, NoticeKind
from offline_collect.domain.errors import NoticeError
from offline_collect.domain.facts import Wants
from offline_collect.domain.merchants import Merchant
from offline_collect.domain.notices.deliveries import NoticeChannel
from offline_collect.domain.notices.gateway_templates import (
    FilledTemplate,
    filled_template,
    known_template,
    words_at_gateway,
)
from offline_collect.domain.notices.mandate_words import MandateNow
from offline_collect.domain.notices.messages import ApprovedText
from offline_collect.domain.notices.results import Result
from offline_collect.domain.notices.sms import SmsParts, sms_parts
from offline_collect.domain.notices.statements import statement_notice
from offline_collect.domain.notices.templates import Template, approved_text, words_in_force
from offline_collect.domain.notices.wording import (
    Told,
    by_placeholder,
    cut_in,
    fill_template,
    fill_words,
    missing_in,
    named_in,
    signed,
    told,
)
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.domain.values import value
from offline_collect.notify.rendering import Words, asked_now
from offline_collect.notify.templates import refuse_unusable, required_template
from offline_collect.store import (
    CustomerRecord,
    SqlStore,
    StoreTransaction,
    get_customer,
    read_facts,
    require_merchant,
)
from offline_collect.store.backoffice.mandates import get_mandate
from offline_collect.store.debits.candidates import collection_days
from offline_collect.store.notices.mandates import mandate_now
from offline_collect.store.notices.templates import approved_templates
from offline_collect.store.reconciliation.settling import settlement_of


@value
class PreviewOrder:
    """Which notice to show.

    Attributes:
        bill: merchant and number of the bill; of a statement, merchant and business date.
        channel: whose words; a merchant may have others on each.
        template_id: of the template whose words are shown, in whichever state; None for the words in force.
        text: words that nobody has stored yet, in place of both.
    """

    kind: NoticeKind
    bill: tuple[str, str]
    channel: NoticeChannel
    template_id: int | None = None
    text: str | None = None


@value
class Preview:
    """A message that is not sent.

    Attributes:
        template_id: the merchant's own template; None for the shipped words.
        missing: what the words name and the bill does not have.
        cut: what the words name and is longer than it may be in a message.
        gateway: what an SMS gateway would be told, or why it would not; None on other channels.
    """

    text: str
    sms: SmsParts
    template_id: int | None
    missing: Sequence[str]
    cut: Sequence[str]
    gateway: FilledTemplate | Result | None = None


def preview_notice(
    store: SqlStore, actor: Actor, words: Words, order: PreviewOrder, now: dt.datetime
) -> Preview:
    """Return a notice of the amount of a bill or statement, as if it happened now.

    Raises:
        NotPermittedError: the actor may not look.
        NotFoundError, NoticeError: there is no such merchant, bill, statement, mandate or template, or the words of the
            order cannot be told.
    """
    actor.require(Permission.VIEW)
    if order.text is not None:
        refuse_unusable(order.text, order.kind, with_url=words.payer_url is not None)
    with store.snapshot() as reading:
        merchant = require_merchant(reading, order.bill[0])
        values = (_of_statement if order.kind in TO_MERCHANT else _of_bill)(
            reading, merchant, order, words, now
        )
        own, text = _text(reading, words, order)
    number = None if own is None else own.template_id
    missing = missing_in(text, values)
    if order.channel is NoticeChannel.GATEWAY and words.gateway is not None:
        return replace(_at_gateway(words, order, values, own, text), template_id=number, missing=missing)
    message = signed(merchant.name, [fill_template(text, values)])
    return Preview(message, sms_parts(message), number, missing, cut_in(text, values))


def _at_gateway(words: Words, order: PreviewOrder, values: Told, own: Template | None, text: str) -> Preview:
    """Return what a gateway makes of it; words of the merchant that have no id there yet are taken as approved."""
    gateway = words.gateway
    assert gateway is not None, "asked for only if there is one"
    approved = approved_text(own)
    if approved is None and (own is not None or order.text is not None):
        approved = ApprovedText("", named_in(text))
    said = by_placeholder(values)
    about = (gateway.templates, order.kind.value, words.language)
    template = known_template(*about, approved)
    read = {} if template is None else words_at_gateway(template, said)
    cut = [name for name in named_in(text) if said[name] and read.get(name, said[name]) != said[name]]
    message = signed(gateway.signature, [fill_words(text, said | read)])
    filled = filled_template(*about, {**said, "count": "1"}, approved)
    return Preview(
        text=message, sms=sms_parts(message), template_id=None, missing=(), cut=cut, gateway=filled
    )


def _of_bill(
    reading: StoreTransaction, merchant: Merchant, order: PreviewOrder, words: Words, now: dt.datetime
) -> Told:
    facts = read_facts(reading, Wants(bills={order.bill}))
    bill = facts.bills[order.bill]
    if bill is None:
        merchant_id, bill_no = order.bill
        raise NoticeError(
            Phrase(
                "{merchant_id} has no bill {bill_no}: `offline-collect bills find` finds one",
                merchant_id=merchant_id,
                bill_no=bill_no,
            )
        )
    customer = get_customer(reading, merchant.merchant_id, bill.customer_no)
    notice = _notice(order, bill, customer, now)
    return told(
        asked_now(notice, merchant, bill, facts.day.date),
        merchant.name,
        "" if customer is None else customer.name,
        bill,
        words.zone,
        debit_date=collection_days(reading, [order.bill]).get(order.bill),
        payer_url=words.payer_url,
        mandate=_mandate(reading, notice, facts.day.date),
        language=words.language,
    )


def _mandate(reading: StoreTransaction, notice: Notice, day: dt.date) -> MandateNow | None:
    if notice.kind is not NoticeKind.MANDATE_CHANGED:
        return None
    found = get_mandate(reading, notice.merchant_id, notice.bill_no)
    assert found is not None, "its customer has it"
    return mandate_now(found, day)


def _of_statement(
    reading: StoreTransaction, merchant: Merchant, order: PreviewOrder, words: Words, now: dt.datetime
) -> Told:
    merchant_id, date = order.bill
    try:
        day = BusinessDate.parse(date)
    except ValueError:
        raise NoticeError(
            Phrase("{date} is no business date: a statement has one, such as 2026-11-30", date=repr(date))
        ) from None
    sums = settlement_of(reading, day, merchant_id)
    if sums is None:
        raise NoticeError(
            Phrase(
                "{merchant_id} has no sums of {day}: `offline-collect day settlement` shows those of"
                " a settled day",
                merchant_id=merchant_id,
                day=str(day),
            )
        )
    return told(statement_notice(sums, day, now), merchant.name, "", None, words.zone)


def _text(reading: StoreTransaction, words: Words, order: PreviewOrder) -> tuple[Template | None, str]:
    """Return the merchant's template, None for the shipped words, and the text."""
    merchant_id, _ = order.bill
    if order.text is not None:
        return None, order.text
    if order.template_id is not None:
        template = required_template(reading, order.template_id)
        if (template.merchant_id, template.kind) != (merchant_id, order.kind):
            raise NoticeError(
                Phrase(
                    "template {template_id} is for {kind} of {merchant_id}",
                    template_id=order.template_id,
                    kind=template.kind.value,
                    merchant_id=template.merchant_id,
                )
            )
        return template, template.text
    approved = approved_templates(reading, [merchant_id])
    in_force = words_in_force(approved, words.language, with_url=words.payer_url is not None)
    own = in_force.get((merchant_id, order.kind, order.channel))
    return (None, words.templates[order.kind]) if own is None else (own.last, own.last.text)


def _notice(order: PreviewOrder, bill: Bill, customer: CustomerRecord | None, now: dt.datetime) -> Notice:
    return Notice(
        notice_id="preview",
        kind=order.kind,
        merchant_id=bill.merchant_id,
        customer_no=bill.customer_no,
        bill_no=_about(order, bill, customer),
        payment_serial=None,
        amount_minor=bill.amount_minor,
        currency=bill.currency,
        created_at=now,
    )


def _about(order: PreviewOrder, bill: Bill, customer: CustomerRecord | None) -> str:
    """Return the bill's number, or the reference of its customer's mandate."""
    if order.kind is not NoticeKind.MANDATE_CHANGED:
        return bill.bill_no
    if customer is None or customer.mandate_ref is None:
        raise NoticeError(
            Phrase(
                "customer {customer_no} of {merchant_id} has no mandate",
                customer_no=bill.customer_no,
                merchant_id=bill.merchant_id,
            )
        )
    return customer.mandate_ref
