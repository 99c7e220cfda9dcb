"""What a sender does with a notice that is due, and with others of the same customer: the second look, as a plan."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from offline_collect.domain.bills import Bill
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.effects import Notice
from offline_collect.domain.merchants import OPT_IN, Merchant
from offline_collect.domain.notices.deliveries import Delivery, NoticeChannel, moved
from offline_collect.domain.notices.life import NoticeEvent
from offline_collect.domain.notices.recipients import Recipient, recipient_of
from offline_collect.domain.notices.reminders import NO_REMINDERS, ReminderTerms
from offline_collect.domain.notices.second_look import (
    NotWanted,
    Overtaken,
    Payer,
    announcement_overtaken,
    not_wanted,
    overtaken,
)
from offline_collect.domain.notices.templates import Template, TemplateKey
from offline_collect.domain.notices.timing import Limits, QuietHours, Retries, postponed_to
from offline_collect.domain.transactions import PaymentState
from offline_collect.domain.values import value

NO_RESULT = "the last attempt has no known result"
"""The reason of a notice whose sender died at the last attempt: it may have been delivered."""

FULL_MINUTE = dt.timedelta(seconds=5)
"""How long a message waits whose channel has sent enough in this minute."""


@value
class ChannelTerms:
    """When a channel may be used.

    Attributes:
        quiet: None if it may be used at any time.
    """

    quiet: QuietHours | None
    limits: Limits


@value
class SendTerms:
    """The terms of a sender.

    Attributes:
        zone: of quiet hours and days.
        channels: in the order in which they are tried; the first that reaches a payer is his.
        merge_window: how long a new notice waits for others of its customer.
        merge_max: notices in one message.
        claim: how long a sender has a notice for itself.
        reminders: when payers are reminded of bills.
    """

    zone: dt.tzinfo
    channels: Mapping[NoticeChannel, ChannelTerms]
    retries: Retries
    merge_window: dt.timedelta
    merge_max: int
    claim: dt.timedelta
    reminders: ReminderTerms = NO_REMINDERS


@dataclass(slots=True)
class Looked:
    """What the store says just before sending; each message that is planned counts in ``sent_today`` and ``left``.

    Attributes:
        payments: states by serial number and line.
        payers: by merchant and customer number; those that are there.
        today: the open business day.
        templates: merchants' own words, those that are in force.
        debits: by merchant and bill number, the day of the debit for which a bill is in a batch.
        sent_today: messages by the digest of the recipient.
        left: what a channel may still send in this minute.
    """

    merchants: Mapping[str, Merchant | None]
    bills: Mapping[tuple[str, str], Bill | None]
    payments: Mapping[tuple[str, int], PaymentState]
    payers: Mapping[tuple[str, str], Payer]
    today: BusinessDate
    sent_today: dict[str, int]
    left: dict[NoticeChannel, int]
    debits: Mapping[tuple[str, str], dt.date] = field(default_factory=dict)
    templates: Mapping[TemplateKey, Template] = field(default_factory=dict)


@value
class Claim:
    """Who takes a notice, and when."""

    by: str
    at: dt.datetime


@value
class Plan:
    """The result of a second look.

    Attributes:
        changed: notices as they are from now on.
        lead: the notice whose message goes out; None if none does.
        told: the notices in the message.
        to: None if none goes out.
    """

    changed: Sequence[Delivery]
    lead: Delivery | None = None
    told: Sequence[Delivery] = ()
    to: Recipient | None = None


def plan_message(
    lead: Delivery, others: Sequence[Delivery], looked: Looked, terms: SendTerms, claim: Claim
) -> Plan:
    """Decide about a notice that is due.

    A message that was tried before keeps its id and its notices, except those that are not true any more. So a
    receiver that knows the id misses nothing.

    Args:
        others: those of its message; if it has none yet, those of its customer that may join it.
    """
    if lead.attempts >= terms.retries.attempts_max:
        return Plan([moved(lead, NoticeEvent.GIVEN_UP, reason=NO_RESULT)])
    refused, told = _looked_at([lead, *others], looked)
    if not told:
        return Plan([_refused(each, why) for each, why in refused])
    fresh = lead.message_id is None
    if fresh:
        lead = told[0]
    dropped = [_refused(each, why) for each, why in refused if fresh or each is not lead]
    notice = lead.notice
    payer = looked.payers[notice.merchant_id, notice.customer_no]
    to = recipient_of(payer, terms.channels)
    if to is None:
        unsent = [lead, *(each for each in told if each is not lead)]
        return Plan([*dropped, *(_refused(each, NotWanted.NO_ADDRESS) for each in unsent)])
    digest = to.digest
    sent_today = looked.sent_today.get(digest, 0)
    until = _waits_until(to.channel, sent_today, looked, terms, claim.at)
    if until is not None:
        return Plan([*dropped, moved(lead, NoticeEvent.POSTPONED, due_at=until)])
    looked.left[to.channel] -= 1
    looked.sent_today[digest] = sent_today + 1
    return _claimed(lead, told[: terms.merge_max], dropped, to, (terms, claim))


def _looked_at(
    found: Sequence[Delivery], looked: Looked
) -> tuple[Sequence[tuple[Delivery, StrEnum]], Sequence[Delivery]]:
    """Return the notices that are not sent, each with its reason, and those that are."""
    refused, told = [], []
    for each in found:
        why = _reason(each, looked)
        if why is None:
            told.append(each)
        else:
            refused.append((each, why))
    return refused, told


def _reason(each: Delivery, looked: Looked) -> StrEnum | None:
    notice = each.notice
    return _overtaken(notice, looked) or not_wanted(
        notice.kind,
        looked.merchants.get(notice.merchant_id),
        looked.payers.get((notice.merchant_id, notice.customer_no)),
    )


def _overtaken(notice: Notice, looked: Looked) -> Overtaken | None:
    key = (notice.merchant_id, notice.bill_no)
    bill = looked.bills.get(key)
    if notice.kind in OPT_IN:
        return announcement_overtaken(notice.kind, bill, looked.today, looked.debits.get(key))
    payment = None
    if notice.payment_serial is not None:
        payment = looked.payments.get((notice.payment_serial, notice.payment_line))
    return overtaken(notice.kind, payment, None if bill is None else bill.state(looked.today))


def _refused(each: Delivery, why: StrEnum) -> Delivery:
    event = NoticeEvent.NOT_WANTED if isinstance(why, NotWanted) else NoticeEvent.OVERTAKEN
    return moved(each, event, reason=why.value)


def _waits_until(
    name: NoticeChannel, sent_today: int, looked: Looked, terms: SendTerms, now: dt.datetime
) -> dt.datetime | None:
    channel = terms.channels[name]
    until = postponed_to(now, terms.zone, channel.quiet, sent_today=sent_today, limits=channel.limits)
    if until is None and looked.left[name] <= 0:
        return now + FULL_MINUTE
    return until


def _claimed(
    lead: Delivery,
    told: Sequence[Delivery],
    dropped: Sequence[Delivery],
    to: Recipient,
    by: tuple[SendTerms, Claim],
) -> Plan:
    terms, claim = by
    message_id = lead.notice.notice_id
    taken = moved(
        lead,
        NoticeEvent.CLAIMED,
        attempts=lead.attempts + 1,
        message_id=message_id,
        channel=to.channel,
        recipient=to.digest,
        claimed_by=claim.by,
        claimed_until=claim.at + terms.claim,
    )
    joined = [
        moved(each, NoticeEvent.MERGED, message_id=message_id, channel=to.channel)
        for each in told
        if each is not lead and each.message_id is None
    ]
    return Plan([*dropped, taken, *joined], taken, told, to)
