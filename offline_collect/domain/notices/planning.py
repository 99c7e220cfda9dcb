"""What a sender does with a notice that is due, and with others of the same customer: the second look, as a plan."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from offline_collect.domain.bills import Bill
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.effects import TO_MERCHANT, Addressee, Notice
from offline_collect.domain.merchants import OPT_IN, Merchant
from offline_collect.domain.notices.deliveries import Delivery, NoticeChannel, moved
from offline_collect.domain.notices.life import NoticeEvent
from offline_collect.domain.notices.mandate_words import MandateNow
from offline_collect.domain.notices.opt_out import (
    UNKNOWN,
    AddressFault,
    AddressRecord,
    fault_of,
    may_advertise,
    opted_out,
    why_unused,
)
from offline_collect.domain.notices.reasons import Reason, reason_of
from offline_collect.domain.notices.recipients import Recipient, first_usable
from offline_collect.domain.notices.reminders import NO_REMINDERS, ReminderTerms
from offline_collect.domain.notices.second_look import (
    NotWanted,
    Overtaken,
    Payer,
    announcement_overtaken,
    not_wanted,
    overtaken,
)
from offline_collect.domain.notices.templates import OwnWords, Template, TemplateKey
from offline_collect.domain.notices.timing import Limits, QuietHours, Retries, postponed_to
from offline_collect.domain.transactions import PaymentState
from offline_collect.domain.values import value

NO_RESULT = reason_of(Reason.NO_RESULT)
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
        failed_max: messages that fail for good before their address counts as bad.
    """

    zone: dt.tzinfo
    channels: Mapping[NoticeChannel, ChannelTerms]
    retries: Retries
    merge_window: dt.timedelta
    merge_max: int
    claim: dt.timedelta
    reminders: ReminderTerms = NO_REMINDERS
    failed_max: int = 3


@dataclass(slots=True)
class Looked:
    """What the store says just before sending; each message that is planned counts in ``sent_today`` and ``left``.

    Attributes:
        payments: states by serial number and line.
        payers: to whom the notices are; those that are there.
        today: the open business day.
        mandates: by merchant and reference, those that notices are about.
        templates: merchants' own words, those that are in force, by merchant, kind and channel.
        debits: by merchant and bill number, the day of the debit for which a bill is in a batch.
        sent_today: messages by the digest of the recipient.
        left: what a channel may still send in this minute.
        ways: to them, on the channels of the sender; none to one whom no channel reaches.
        others: the digests of their addresses that no channel of the sender uses.
        addresses: what is known of an address, by merchant and digest; nothing of one that is missing.
        proved: the customers whose consent to advertising has a kept proof, by merchant and number.
    """

    merchants: Mapping[str, Merchant | None]
    bills: Mapping[tuple[str, str], Bill | None]
    payments: Mapping[tuple[str, int], PaymentState]
    payers: Mapping[Addressee, Payer]
    today: BusinessDate
    sent_today: dict[str, int]
    left: dict[NoticeChannel, int]
    debits: Mapping[tuple[str, str], dt.date] = field(default_factory=dict)
    mandates: Mapping[tuple[str, str], MandateNow] = field(default_factory=dict)
    templates: Mapping[TemplateKey, OwnWords] = field(default_factory=dict)
    ways: Mapping[Addressee, Sequence[Recipient]] = field(default_factory=dict)
    others: Mapping[Addressee, Sequence[str]] = field(default_factory=dict)
    addresses: Mapping[tuple[str, str], AddressRecord] = field(default_factory=dict)
    proved: Collection[Addressee] = frozenset()

    def known(self, merchant_id: str, digest: str) -> AddressRecord:
        """Return what is known of an address within a merchant."""
        return self.addresses.get((merchant_id, digest), UNKNOWN)

    def known_of(self, notice: Notice) -> Iterator[AddressRecord]:
        """Yield what is known of all addresses of whom a notice is to, also of those that no channel uses."""
        for way in self.ways.get(notice.addressee, ()):
            yield self.known(notice.merchant_id, way.digest)
        for digest in self.others.get(notice.addressee, ()):
            yield self.known(notice.merchant_id, digest)

    def words_for(self, notice: Notice, channel: NoticeChannel) -> Template | None:
        """Return the merchant's own words in which a payer gets a notice; None for the platform's."""
        words = self.templates.get((notice.merchant_id, notice.kind, channel))
        if words is None:
            return None
        advertised = may_advertise(self.known_of(notice), proved=notice.addressee in self.proved)
        return words.for_payer(advertised=advertised)


@value
class Claim:
    """A sender's taking of some notices, all in one transaction.

    Attributes:
        by: the sender's name and the number of its claim, which no other claim has.
    """

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


def longest_due(waiting: Iterable[Delivery], now: dt.datetime, most: int) -> list[Delivery]:
    """Return the notices that are due, the longest first.

    Args:
        most: of them at most.
    """
    due = [each for each in waiting if each.due_at <= now]
    return sorted(due, key=lambda each: (each.due_at, each.notice.notice_id))[:most]


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
    to, why_not = _recipient(lead, looked, terms)
    if to is None:
        unsent = [lead, *(each for each in told if each is not lead)]
        return Plan([*dropped, *(_refused(each, why_not) for each in unsent)])
    digest = to.digest
    sent_today = looked.sent_today.get(digest, 0)
    until = _waits_until(to.channel, sent_today, looked, terms, claim.at)
    if until is not None:
        return Plan([*dropped, moved(lead, NoticeEvent.POSTPONED, due_at=until)])
    looked.left[to.channel] -= 1
    looked.sent_today[digest] = sent_today + 1
    return _claimed(lead, told[: terms.merge_max], dropped, to, claim)


def _recipient(lead: Delivery, looked: Looked, terms: SendTerms) -> tuple[Recipient | None, NotWanted]:
    """Return to whom the message goes, or why to nobody."""
    notice = lead.notice
    own = notice.kind in TO_MERCHANT

    def fault(way: Recipient) -> AddressFault | None:
        return fault_of(looked.known(notice.merchant_id, way.digest), terms.failed_max, shared=own)

    to, first = first_usable(looked.ways.get(notice.addressee, ()), fault)
    return to, why_unused(first)


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
    return (
        _overtaken(notice, looked)
        or not_wanted(
            notice.kind, looked.merchants.get(notice.merchant_id), looked.payers.get(notice.addressee)
        )
        or opted_out(looked.known_of(notice))
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
    return moved(each, event, reason=reason_of(Reason[why.name]))


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
    claim: Claim,
) -> Plan:
    message_id = lead.notice.notice_id
    taken = moved(
        lead,
        NoticeEvent.CLAIMED,
        attempts=lead.attempts + 1,
        message_id=message_id,
        channel=to.channel,
        recipient=to.digest,
        claimed_by=claim.by,
        tried_at=claim.at,
    )
    joined = [
        moved(each, NoticeEvent.MERGED, message_id=message_id, channel=to.channel)
        for each in told
        if each is not lead and each.message_id is None
    ]
    return Plan([*dropped, taken, *joined], taken, told, to)
