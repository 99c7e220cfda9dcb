"""What follows from a debit that comes back after it was settled, also on a day that is settled already."""

from __future__ import annotations

from offline_collect.domain.debits.batches import DebitRecord
from offline_collect.domain.debits.return_codes import ReturnCode
from offline_collect.domain.decisions.deciding import Context
from offline_collect.domain.decisions.reversal_effects import taken_back
from offline_collect.domain.decisions.taking import notices
from offline_collect.domain.effects import Effects, ItemKind, NoticeKind, ReconciliationItem, StateChange
from offline_collect.domain.facts import Facts
from offline_collect.domain.ledger.ledger import contra_entries
from offline_collect.domain.merchants import Merchant
from offline_collect.domain.transactions import ADVANCES, PaymentState, PostedPayment


def can_come_back(payment: PostedPayment) -> bool:
    """Whether a payment's money can be taken back: that of a refunded or reversed one has gone already."""
    return PaymentState.REVERSED in ADVANCES[payment.state]


def decide_return(
    record: DebitRecord, payment: PostedPayment, code: ReturnCode, facts: Facts, context: Context
) -> Effects:
    """Reverse the payment of a record on the open day: its exact parts, its entries, its state.

    Args:
        payment: as it counts; one that was applied from suspense has the parts of that.
        facts: with the payment's merchant and bill, locked.
    """
    day = facts.day.date
    serial = context.serial(day)
    merchant = facts.merchants[payment.merchant_id]
    items: tuple[ReconciliationItem, ...] = ()
    if code.disputed:
        items = (
            ReconciliationItem(
                key=f"DX|{record.batch_no}|{record.sequence}",
                kind=ItemKind.DEBIT_DISPUTED,
                payment_serial=payment.serial_number,
                institution=payment.institution,
                amount_minor=payment.amount_minor,
                currency=payment.currency,
                business_date=day,
                opened_at=context.now,
            ),
        )
    return Effects(
        states=(StateChange(payment.serial_number, PaymentState.REVERSED, serial, payment.line),),
        bills=taken_back((payment,), facts),
        entries=contra_entries(payment, serial, day, payment.state),
        notices=notices(payment, merchant, _told(merchant, code), serial, context.now),
        items=items,
    )


def _told(merchant: Merchant | None, code: ReturnCode) -> NoticeKind:
    """Return what the payer is told: that the debit failed, so that he pays otherwise, or else that his payment is reversed."""
    failed = NoticeKind.DEBIT_FAILED
    return failed if code.notice and merchant is not None and merchant.tells(failed) else NoticeKind.REVERSED
