"""What the pages of notices need of the configuration, and their words."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from offline_collect.domain.effects import NoticeKind
from offline_collect.domain.notices.addresses import AddressKind
from offline_collect.domain.notices.classes import NoticeClass
from offline_collect.domain.notices.deliveries import NoticeChannel
from offline_collect.domain.notices.life import NoticeState
from offline_collect.domain.notices.opt_out import AddressFault, OptOutSource
from offline_collect.domain.notices.reminders import ReminderTerms
from offline_collect.domain.notices.replies import ReplyWords
from offline_collect.domain.notices.templates import TemplateState
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.notify.rendering import Words

Choice = TypeVar("Choice", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class NoticeParts:
    """What the pages of notices depend on.

    Attributes:
        words: in which notices go out.
        replies: the words by which answers of payers are understood.
        failed_max: messages that may fail for good before their address counts as bad.
        part_price: of one part of an SMS; None if the bank has not set it.
        channels: on which notices go out.
    """

    words: Words
    replies: ReplyWords
    reminders: ReminderTerms
    failed_max: int
    part_price: Decimal | None = None
    channels: frozenset[NoticeChannel] = frozenset(NoticeChannel)


OUTBOX = "OUTBOX"
"""Stands for the state of notices that no sender has taken yet."""

STATES = {
    OUTBOX: Phrase("not yet taken by a sender"),
    NoticeState.WAITING.value: Phrase("waits to be sent"),
    NoticeState.CLAIMED.value: Phrase("is being sent"),
    NoticeState.MERGED.value: Phrase("in the message of another notice"),
    NoticeState.SENT.value: Phrase("sent"),
    NoticeState.DELIVERED.value: Phrase("has arrived"),
    NoticeState.FAILED.value: Phrase("sent, but has not arrived"),
    NoticeState.DEAD.value: Phrase("given up"),
    NoticeState.CANCELLED.value: Phrase("cancelled"),
    NoticeState.SUPPRESSED.value: Phrase("not wanted, or no address"),
}
"""What each state means."""

EVENTS = {
    NoticeKind.PAID.value: Phrase("a bill is paid"),
    NoticeKind.REVERSED.value: Phrase("a payment is reversed"),
    NoticeKind.DEBIT_FAILED.value: Phrase("a debit has failed"),
    NoticeKind.BILL_IMPORTED.value: Phrase("there is a new bill"),
    NoticeKind.DUE_SOON.value: Phrase("a bill is due soon"),
    NoticeKind.OVERDUE.value: Phrase("a bill is overdue"),
    NoticeKind.DEBIT_DUE.value: Phrase("a debit is announced"),
    NoticeKind.MANDATE_CHANGED.value: Phrase("a mandate has changed"),
    NoticeKind.STATEMENT_READY.value: Phrase("the merchant's own statement is ready"),
}
"""The events that notices tell of."""

CHANNELS = {
    NoticeChannel.FILE.value: Phrase("file"),
    NoticeChannel.WEBHOOK.value: Phrase("the bank's app"),
    NoticeChannel.KANNEL.value: Phrase("SMS by Kannel"),
    NoticeChannel.GATEWAY.value: Phrase("SMS by a gateway"),
    NoticeChannel.SMTP.value: Phrase("e-mail"),
}
"""The channels on which notices go out."""

TEMPLATE_STATES = {
    TemplateState.DRAFT.value: Phrase("a draft"),
    TemplateState.SUBMITTED.value: Phrase("waits for another user"),
    TemplateState.APPROVED.value: Phrase("approved"),
    TemplateState.REJECTED.value: Phrase("rejected"),
}
"""What each state of a template means."""

CLASSES = {
    NoticeClass.SERVICE.value: Phrase("tells of the payer's own bills and payments"),
    NoticeClass.COMMERCIAL.value: Phrase("advertises: only with a kept consent"),
}
"""What the classes of notices are for."""

FAULTS = {
    AddressFault.REFUSED.value: Phrase(
        "who has it says that he is not the customer: the number must be corrected"
    ),
    AddressFault.BAD.value: Phrase("messages to it fail for good: correct it, or confirm that it is right"),
    AddressFault.SHARED.value: Phrase("customers of different names have it: confirm that it is right"),
}
"""Why nothing goes to an address, and what to do."""

SOURCES = {
    OptOutSource.SMS.value: Phrase("an answer by SMS"),
    OptOutSource.EMAIL.value: Phrase("the link of a mail"),
    OptOutSource.APP.value: Phrase("the bank's app"),
    OptOutSource.OPERATOR.value: Phrase("an operator"),
}
"""How a payer said that he wants no more."""

ADDRESSES = {
    AddressKind.MOBILE.value: Phrase("mobile number"),
    AddressKind.EMAIL.value: Phrase("e-mail address"),
    AddressKind.APP.value: Phrase("user of the bank's app"),
}
"""Kinds of addresses."""

LANGUAGES = {"zh": Phrase("Chinese"), "en": Phrase("English")}
"""The languages of templates."""


def chosen(choices: type[Choice], text: str) -> Choice | None:
    """Return the choice that an address names; None if it names none."""
    return choices(text) if text in {each.value for each in choices} else None
