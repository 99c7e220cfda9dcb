"""Notices of a changed mandate, to its payer: of each decision, and of other terms by a list or by hand."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import field

from offline_collect.domain.debits.mandates import ENDED, Cycle, MandateState
from offline_collect.domain.effects import Notice, NoticeKind
from offline_collect.domain.merchants import Merchant
from offline_collect.domain.values import value

_DIGITS = 16
"""Of the digest that names a mandate: with its reference whole, an id would be too long for the outbox."""


@value
class MandateChange:
    """A decision about a mandate.

    Attributes:
        version: the number of the decision.
        at: the moment of the decision, aware.
    """

    reference: str
    customer_no: str
    version: int
    at: dt.datetime


@value
class DebitTerms:
    """What a customer's list says of his debits; None where it says nothing.

    Attributes:
        reference: of his mandate.
        account: that is debited, and ``bank``, which keeps it.
    """

    reference: str | None
    account: str | None = field(repr=False)
    bank: str | None
    signed_on: dt.date | None
    first_day: dt.date | None
    last_day: dt.date | None
    limit_minor: int | None
    cycle: Cycle | None
    cycle_limit_minor: int | None


@value
class TermsChange:
    """Other terms of a customer's mandate.

    Attributes:
        by: what has changed them, as no other change of this customer is called: ``import 12``.
        at: the moment from which they hold, aware.
    """

    reference: str
    customer_no: str
    by: str
    at: dt.datetime


def terms_told(before: DebitTerms, after: DebitTerms, decided: MandateState | None) -> bool:
    """Whether the payer is told that his mandate has other terms.

    He is not told of the first mandate that a list brings, nor of one by which nothing can be debited: an unsigned or
    an ended one, or one that his list no longer has.

    Args:
        decided: the state to which the last decision about the mandate of ``after`` has led; None without one.
    """
    if before.reference is None or after.reference is None or before == after:
        return False
    return decided not in ENDED if decided is not None else after.signed_on is not None


def mandate_notice(merchant: Merchant, change: MandateChange) -> Notice | None:
    """Return the notice of a decision; None if the merchant sends none."""
    digest = _digest(merchant, change.reference)
    return _notice(merchant, f"{digest}/{change.version}", change)


def terms_notice(merchant: Merchant, change: TermsChange) -> Notice | None:
    """Return the notice of other terms, under an id that is the same for the same change; None if it sends none."""
    return _notice(merchant, _digest(merchant, change.reference, change.customer_no, change.by), change)


def _digest(merchant: Merchant, *named: str) -> str:
    text = "/".join((merchant.merchant_id, *named))
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]


def _notice(merchant: Merchant, name: str, change: MandateChange | TermsChange) -> Notice | None:
    kind = NoticeKind.MANDATE_CHANGED
    if not merchant.tells(kind):
        return None
    return Notice(
        notice_id=f"{kind.value}:{name}",
        kind=kind,
        merchant_id=merchant.merchant_id,
        customer_no=change.customer_no,
        bill_no=change.reference,
        payment_serial=None,
        amount_minor=0,
        currency=merchant.currency,
        created_at=change.at,
    )
