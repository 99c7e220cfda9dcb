"""What single pages need of the configuration."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from offline_collect.domain.debits.batches import NO_PARTIES, BatchFormat, MessageParties
from offline_collect.merchant.common.target import LayoutSource
from offline_collect.merchant.keys.custody import Custody


@dataclass(frozen=True, slots=True)
class TradeTerms:
    """How amounts and messages are read.

    Attributes:
        currency: ISO 4217 number of amounts that are searched.
        elements: names of the elements of messages, by number.
    """

    currency: str
    elements: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class EntryLayouts:
    """The layouts that check what is typed, as they check files."""

    customers: LayoutSource
    bills: LayoutSource
    outside: LayoutSource


@dataclass(frozen=True, slots=True)
class KeyCustody:
    """The custody of keys; it is opened only for a request about keys."""

    open: Callable[[], Custody]


@dataclass(frozen=True, slots=True)
class DebitTerms:
    """How batches of debits go out, where a form says nothing else.

    Attributes:
        institution: that debits; None if each form names it.
        creditor_id: the creditor's number at the payers' banks; None if they need none.
        parties: whom a message of ISO 20022 names.
    """

    institution: str | None = None
    creditor_id: str | None = None
    format: BatchFormat = BatchFormat.FIXED
    parties: MessageParties = NO_PARTIES
