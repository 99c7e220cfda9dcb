"""Views of payments: their whole story, and searches that read a bounded part of the store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.payment_story import SEARCH_DAYS_MAX, FoundMessage, PaymentCriteria, PaymentStory
from offline_collect.domain.texts.near import nearest
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.merchant.common.errors import MerchantError, UnknownBillError, UnknownPaymentError
from offline_collect.store import (
    SqlStore,
    StoreTransaction,
    bill_details,
    find_paid,
    find_sent,
    payment_story,
    require_merchant,
)
from offline_collect.store.backoffice.bills import bills_near
from offline_collect.store.backoffice.payment_stories import last_paid_to_read

READ_MOST = 20_000
"""How many payments of business days one page reads, if it takes their messages to see whether they match."""

READ_MOST_ALONE = 100_000
"""Likewise, if the payments alone say it."""


class UnboundedSearchError(MerchantError):
    """A search of payments that would read the whole store."""

    def __init__(self) -> None:
        super().__init__(
            Phrase(
                "this search would read every payment: name a merchant and a bill or a customer, an institution and a"
                " terminal, or up to {days} business days",
                days=SEARCH_DAYS_MAX,
            )
        )


@dataclass(frozen=True, slots=True)
class PaymentPage:
    """Payments or messages that match.

    Attributes:
        following: the place after which the next page starts: a serial number and its line, or a message's key and 0;
            None on the last page.
        read_to: serial number at which the page ended without being full, as it had read enough; None otherwise.
    """

    found: Sequence[FoundMessage]
    following: tuple[str, int] | None
    read_to: str | None = None

    @property
    def more(self) -> bool:
        """Whether there are further ones."""
        return self.following is not None


def view_payment(store: SqlStore, serial_number: str, actor: Actor) -> PaymentStory:
    """Return a payment's story, by its serial number or its reversal's.

    Raises:
        NotPermittedError: the actor may not look.
        UnknownPaymentError: no payment that he sees has this number.
    """
    actor.require(Permission.VIEW)
    with store.snapshot() as reading:
        story = payment_story(reading, serial_number)
    if story is None:
        raise UnknownPaymentError(serial_number)
    return story


def search_payments(
    store: SqlStore,
    criteria: PaymentCriteria,
    actor: Actor,
    most: int,
    after: tuple[str, int] | None = None,
    *,
    ends: bool = False,
) -> PaymentPage:
    """Return a page of payments; of one terminal also its refused messages, if the actor sees the whole store.

    Args:
        ends: end the page once it has read many payments of business days, full or not.

    Raises:
        NotPermittedError: the actor may not look.
        NotFoundError: there is no such merchant.
        UnknownBillError: the merchant has no such bill, and no payment of one.
        UnboundedSearchError: the search would read the whole store.
    """
    actor.require(Permission.VIEW)
    institution = None if criteria.institution is None else criteria.institution.lstrip("0")
    asked = replace(criteria, institution=institution)
    if not asked.bounded:
        raise UnboundedSearchError
    with store.snapshot() as reading:
        if asked.merchant_id is not None:
            require_merchant(reading, asked.merchant_id)
        if by_key := bool(institution and asked.terminal and not asked.of_bills):
            key = None if after is None else after[0]
            found = find_sent(reading, *_terminal(asked), asked, most + 1, after=key)
            until = None
        else:
            until = _last_to_read(reading, asked, after) if ends else None
            found = find_paid(reading, asked, most + 1, after=after, until=until)
        if not found and after is None and until is None:
            _check_bill(reading, asked)
    if len(found) > most:
        return PaymentPage(found[:most], _place(found[most - 1], by_key=by_key))
    return PaymentPage(found, until, None if until is None else until[0])


def _terminal(asked: PaymentCriteria) -> tuple[str, str]:
    assert asked.institution, "a terminal is one of an institution"
    assert asked.terminal, "likewise"
    return asked.institution, asked.terminal


def _last_to_read(
    reading: StoreTransaction, asked: PaymentCriteria, after: tuple[str, int] | None
) -> tuple[str, int] | None:
    """Return the place of the last payment that a page reads; None if an index bounds it, or every payment matches."""
    if asked.of_bills or (not asked.narrows and reading.scope.whole):
        return None
    most = READ_MOST if asked.of_messages else READ_MOST_ALONE
    return last_paid_to_read(reading, asked, after, most)


def _place(found: FoundMessage, *, by_key: bool) -> tuple[str, int]:
    if by_key or found.payment is None:
        return found.message.key, 0
    return found.payment.serial_number, found.payment.line


def _check_bill(reading: StoreTransaction, asked: PaymentCriteria) -> None:
    """Refuse a search for payments of a bill that does not exist: its number may be mistyped."""
    merchant_id, bill_no = asked.merchant_id, asked.bill_no
    if merchant_id is None or bill_no is None or bill_details(reading, merchant_id, bill_no) is not None:
        return
    raise UnknownBillError(merchant_id, bill_no, nearest(bill_no, bills_near(reading, merchant_id, bill_no)))
