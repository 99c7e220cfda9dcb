"""Effects: all changes of a decision. Facts apply them at once; the store writes them later."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from offline_collect.domain.bills import Bill
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.decisions.traces import Trace
from offline_collect.domain.ledger.ledger import Entry
from offline_collect.domain.transactions import (
    PaymentState,
    PostedPayment,
    PostedReversal,
    Transaction,
    line_name,
)
from offline_collect.domain.values import value


class NoticeKind(StrEnum):
    """Kinds of notices."""

    PAID = "PAID"
    REVERSED = "REVERSED"
    DEBIT_FAILED = "DEBIT_FAILED"
    BILL_IMPORTED = "BILL_IMPORTED"
    DUE_SOON = "DUE_SOON"
    OVERDUE = "OVERDUE"
    DEBIT_DUE = "DEBIT_DUE"
    MANDATE_CHANGED = "MANDATE_CHANGED"
    STATEMENT_READY = "STATEMENT_READY"


TO_MERCHANT = frozenset({NoticeKind.STATEMENT_READY})
"""Kinds that tell the merchant itself; all others tell its payers."""

NO_CUSTOMER = "-"
"""Stands for the customer of a notice to the merchant itself, in the store; a customer may be called so too."""


Addressee = tuple[str, str | None]
"""A merchant and the number of its customer; without one, the merchant itself."""


def notice_id_of(kind: NoticeKind, serial_number: str, line: int) -> str:
    """Return the id of the notice of a payment's line, or of its reversal.

    Args:
        serial_number: of the posting that causes it.
        line: of the payment.
    """
    return f"{kind.value}:{line_name(serial_number, line)}"


@value
class Notice:
    """A row of the outbox.

    Attributes:
        notice_id: stable: the kind and the serial number of the posting that causes it, with the line of the
            payment after the first; for a debit, its batch and place in this; for an imported bill its import and row, for a
            reminder with the days before (-) or after its due date; for a mandate the number of its decision; for a
            statement its merchant and business date.
        customer_no: :data:`NO_CUSTOMER` if it is to the merchant itself.
        bill_no: of the bill; of a notice about a mandate its reference, about a statement its business date.
        payment_serial: None if nothing was paid.
        payment_line: the payment's line in its transaction.
    """

    notice_id: str
    kind: NoticeKind
    merchant_id: str
    customer_no: str
    bill_no: str
    payment_serial: str | None
    amount_minor: int
    currency: str
    created_at: dt.datetime
    payment_line: int = 1

    @property
    def addressee(self) -> Addressee:
        """To whom it is."""
        return self.merchant_id, None if self.kind in TO_MERCHANT else self.customer_no


class ItemKind(StrEnum):
    """Why a payment or a debit needs attention when its day is reconciled."""

    REVERSAL_OF_SETTLED = "REVERSAL_OF_SETTLED"
    REVERSAL_OF_REFUNDED = "REVERSAL_OF_REFUNDED"
    DEBIT_DISPUTED = "DEBIT_DISPUTED"
    DEBIT_IN_DOUBT = "DEBIT_IN_DOUBT"


@value
class ReconciliationItem:
    """A reversal that could not simply be applied, or a debit whose result leaves doubt.

    Attributes:
        key: of the reversal, or of the debit.
        payment_serial: None if nothing was posted.
    """

    key: str
    kind: ItemKind
    payment_serial: str | None
    institution: str
    amount_minor: int
    currency: str
    business_date: BusinessDate
    opened_at: dt.datetime


@value
class AgreedTotals:
    """A closed day whose figures an institution has as the platform has them.

    Attributes:
        link: which brought the message.
        agreed_at: when it was first decided.
    """

    institution: str
    business_date: BusinessDate
    currency: str
    link: str
    agreed_at: dt.datetime


@value
class StateChange:
    """A payment's change of state, with the posting that caused it."""

    serial_number: str
    state: PaymentState
    state_by: str
    line: int = 1

    @property
    def name(self) -> str:
        """Return the payment's name."""
        return line_name(self.serial_number, self.line)


@value
class Effects:
    """The changes of one decision; most fields are empty.

    Attributes:
        transactions: new rows under keys that were free.
        replaced: rows that replace the row under the same key (a declined request or a tombstone that an
            advice completes).
            traces: rows for traces that this business date did not have.
        bills: bills with their new amounts.
    """

    transactions: tuple[Transaction, ...] = ()
    replaced: tuple[Transaction, ...] = ()
    traces: tuple[Trace, ...] = ()
    payments: tuple[PostedPayment, ...] = ()
    states: tuple[StateChange, ...] = ()
    reversals: tuple[PostedReversal, ...] = ()
    bills: tuple[Bill, ...] = ()
    entries: tuple[Entry, ...] = ()
    notices: tuple[Notice, ...] = ()
    items: tuple[ReconciliationItem, ...] = ()
    agreed: tuple[AgreedTotals, ...] = ()


NO_EFFECTS = Effects()
