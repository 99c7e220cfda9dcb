"""Looking again just before sending: is a notice still true, and does anybody want it?"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from offline_collect.domain.bills import Bill, BillState
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.effects import NoticeKind
from offline_collect.domain.merchants import Merchant
from offline_collect.domain.transactions import PaymentState
from offline_collect.domain.values import value


class Overtaken(StrEnum):
    """Why a notice is not true any more."""

    PAYMENT_REVERSED = "its payment was reversed"
    PAYMENT_GONE = "its payment is not there"
    BILL_PAID = "its bill is paid"
    BILL_WITHDRAWN = "its bill is withdrawn"
    BILL_EXPIRED = "its bill has expired"
    BILL_IN_BATCH = "its bill is in a batch again"
    BILL_GONE = "its bill is not there"
    BILL_NOT_YET_OPEN = "its bill cannot be paid yet"
    DUE_DATE_PASSED = "its bill's due date has passed"
    NOT_OVERDUE = "its bill is not overdue any more"
    DEBIT_GONE = "its debit is in no batch any more, or its day has passed"


class NotWanted(StrEnum):
    """Why nobody wants a notice, or cannot be reached."""

    MERCHANT_SENDS_NONE = "the merchant has notices off"
    KIND_UNTOLD = "the merchant does not send this kind"
    CUSTOMER_GONE = "the customer is not there"
    NO_CONSENT = "the customer has not consented"
    NO_ADDRESS = "no channel reaches the customer"
    OPTED_OUT = "the payer wants no more of it"
    ADDRESS_REFUSED = "who has the address says that he is not the customer"
    ADDRESS_BAD = "too many messages to the address failed for good"
    ADDRESS_SHARED = "customers of different names have the address"


_SETTLED_BILLS = {
    BillState.PAID: Overtaken.BILL_PAID,
    BillState.WITHDRAWN: Overtaken.BILL_WITHDRAWN,
    BillState.EXPIRED: Overtaken.BILL_EXPIRED,
    BillState.IN_BATCH: Overtaken.BILL_IN_BATCH,
}
"""States of a bill in which nobody is asked to pay it."""


_ALWAYS_TRUE = frozenset({NoticeKind.MANDATE_CHANGED, NoticeKind.STATEMENT_READY})
"""A decision stays one, and a settled day never changes."""


def announcement_overtaken(
    kind: NoticeKind, bill: Bill | None, today: BusinessDate, collected_on: dt.date | None
) -> Overtaken | None:
    """Return why a notice of a kind that a merchant must ask for is not true any more; None if it is true.

    Args:
        today: the open business day.
        collected_on: the day of the debit for which its bill is in a batch; None without one.
    """
    if kind in _ALWAYS_TRUE:
        return None
    if kind is NoticeKind.DEBIT_DUE:
        return Overtaken.DEBIT_GONE if collected_on is None or collected_on < today else None
    if bill is None:
        return Overtaken.BILL_GONE
    return _SETTLED_BILLS.get(bill.state(today)) or _too_early_or_late(kind, bill, today)


def _too_early_or_late(kind: NoticeKind, bill: Bill, today: BusinessDate) -> Overtaken | None:
    if not bill.opened(today):
        return Overtaken.BILL_NOT_YET_OPEN
    if kind is NoticeKind.DUE_SOON and bill.due_date < today:
        return Overtaken.DUE_DATE_PASSED
    if kind is NoticeKind.OVERDUE and bill.due_date >= today:
        return Overtaken.NOT_OVERDUE
    return None


def overtaken(kind: NoticeKind, payment: PaymentState | None, bill: BillState | None) -> Overtaken | None:
    """Return why a notice is not true any more; None if it is true.

    A payment that was reversed has a notice of its own, which goes out; so its receipt need not.

    Args:
        payment: the state of the notice's payment; None without one.
        bill: the state of its bill on the open business day; None without one.
    """
    if kind is NoticeKind.DEBIT_FAILED:
        return Overtaken.BILL_GONE if bill is None else _SETTLED_BILLS.get(bill)
    if payment is None:
        return Overtaken.PAYMENT_GONE
    # What was refunded was never in force on the bill, as what was reversed is no more.
    gone = {PaymentState.REVERSED, PaymentState.REFUNDED}
    return Overtaken.PAYMENT_REVERSED if kind is NoticeKind.PAID and payment in gone else None


@value
class Payer:
    """What a notice needs of whom it is to: a customer, or the merchant itself.

    Attributes:
        consent: whether notices may be sent.
    """

    name: str
    consent: bool
    mobile: str | None
    email: str | None
    app_user: str | None

    def __repr__(self) -> str:
        """Return a text without name and addresses."""
        return f"Payer(consent={self.consent})"


def merchant_itself(merchant: Merchant) -> Payer:
    """Return the merchant as one to whom notices go; what it asks for, it has consented to."""
    own = merchant.contacts
    return Payer(merchant.name, consent=True, mobile=own.mobile, email=own.email, app_user=own.app_user)


def not_wanted(kind: NoticeKind, merchant: Merchant | None, payer: Payer | None) -> NotWanted | None:
    """Return why a notice is not wanted; None if it is."""
    if merchant is None or not merchant.notices:
        return NotWanted.MERCHANT_SENDS_NONE
    if not merchant.tells(kind):
        return NotWanted.KIND_UNTOLD
    if payer is None:
        return NotWanted.CUSTOMER_GONE
    return None if payer.consent else NotWanted.NO_CONSENT
