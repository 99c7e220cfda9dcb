"""The notice of a decision about a mandate, to its payer."""

from __future__ import annotations

import datetime as dt
import hashlib

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


def mandate_notice(merchant: Merchant, change: MandateChange) -> Notice | None:
    """Return the notice of a decision; None if the merchant sends none."""
    kind = NoticeKind.MANDATE_CHANGED
    if not merchant.tells(kind):
        return None
    named = f"{merchant.merchant_id}/{change.reference}".encode()
    digest = hashlib.sha256(named).hexdigest()[:_DIGITS]
    return Notice(
        notice_id=f"{kind.value}:{digest}/{change.version}",
        kind=kind,
        merchant_id=merchant.merchant_id,
        customer_no=change.customer_no,
        bill_no=change.reference,
        payment_serial=None,
        amount_minor=0,
        currency=merchant.currency,
        created_at=change.at,
    )
