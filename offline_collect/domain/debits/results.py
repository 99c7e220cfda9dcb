"""What follows from a bank's result for one record: payment, bill, mandate, and another attempt."""

from __future__ import annotations

import datetime as dt

from offline_collect.domain.bills import Bill, BillMark, Dues, Parts, split
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.commands import Channel, Tender
from offline_collect.domain.debits.batches import Batch, DebitRecord, RecordState
from offline_collect.domain.debits.return_codes import BillEffect, MandateEffect, ReturnCode
from offline_collect.domain.decisions.collecting import NOTHING_OWED
from offline_collect.domain.decisions.deciding import Context
from offline_collect.domain.decisions.taking import notices
from offline_collect.domain.decisions.without_message import transaction_without_message
from offline_collect.domain.effects import (
    NO_EFFECTS,
    Effects,
    ItemKind,
    Notice,
    NoticeKind,
    ReconciliationItem,
)
from offline_collect.domain.facts import Facts
from offline_collect.domain.ledger.ledger import payment_entries
from offline_collect.domain.merchants import AmountRule
from offline_collect.domain.transactions import PaymentState, PostedPayment, Transaction, TransactionKind
from offline_collect.domain.values import value

TERMINAL = "BATCH"
"""The terminal of a payment that no terminal has taken."""


@value
class RecordResult:
    """A bank's result for one record.

    Attributes:
        core_serial: the number of the debit at the bank; None if it gives none.
        reason: the bank's own words.
    """

    code: ReturnCode
    settled_minor: int
    core_serial: str | None = None
    reason: str | None = None


@value
class RecordOutcome:
    """What follows from a result.

    Attributes:
        state: the record's new state.
        opens: whether its bill leaves the batch.
        retry_on: the first day on which `debit retry` takes the bill; None if it may not.
    """

    state: RecordState
    opens: bool
    effects: Effects
    mandate: MandateEffect
    payment_serial: str | None = None
    retry_on: dt.date | None = None


def decide_result(
    batch: Batch, record: DebitRecord, result: RecordResult, facts: Facts, context: Context
) -> RecordOutcome:
    """Apply a bank's result to a record.

    Args:
        facts: with the batch's merchant and the record's bill, locked.
        context: its number is used if money moved.
    """
    code = result.code
    if code.bill is BillEffect.LOCKED:
        doubt = _in_doubt(batch, record, facts, context) if code.disputed else NO_EFFECTS
        return RecordOutcome(RecordState.LOCKED, opens=False, effects=doubt, mandate=code.mandate)
    if code.bill is BillEffect.OPEN:
        retry_on = None if code.again_after is None else facts.day.date + dt.timedelta(days=code.again_after)
        failed = _failed(batch, record, facts, context) if code.notice else NO_EFFECTS
        return RecordOutcome(
            RecordState.REFUSED, opens=True, effects=failed, mandate=code.mandate, retry_on=retry_on
        )
    payment, effects = _settled(batch, record, result, facts, context)
    return RecordOutcome(
        RecordState.SETTLED,
        opens=True,
        effects=effects,
        mandate=code.mandate,
        payment_serial=payment.serial_number,
    )


def doubt_key(batch_no: str, sequence: int) -> str:
    """Return the key of the item of a debit in doubt."""
    return f"DL|{batch_no}|{sequence}"


def asked_up_to(batch: Batch, day: BusinessDate) -> BusinessDate:
    """Return the day up to which late fee counts when a result comes on ``day``: the collection date may be later."""
    return day if day >= batch.collection_date else BusinessDate.of(batch.collection_date)


def payment_key(batch_no: str, sequence: int) -> str:
    """Return the key of the payment of a debit."""
    return f"B|{batch_no}|{sequence}"


def order_of(amount_minor: int, merchant_id: str, bill_no: str) -> str:
    """Return the fingerprint of the order to debit a bill."""
    return f"BATCH|{amount_minor:012d}|{merchant_id}|{bill_no}"


def journal_of(code: str, core_serial: str | None) -> str:
    """Return what the journal tells of a settled debit."""
    return f"batch debit, {code}, core serial {core_serial or 'not given'}"


def _in_doubt(batch: Batch, record: DebitRecord, facts: Facts, context: Context) -> Effects:
    """Return an item for a debit of which nobody knows yet whether money moved."""
    item = ReconciliationItem(
        key=doubt_key(record.batch_no, record.sequence),
        kind=ItemKind.DEBIT_IN_DOUBT,
        payment_serial=None,
        institution=batch.institution,
        amount_minor=record.asked.payable_minor,
        currency=batch.currency,
        business_date=facts.day.date,
        opened_at=context.now,
    )
    return Effects(items=(item,))


def _failed(batch: Batch, record: DebitRecord, facts: Facts, context: Context) -> Effects:
    """Return the notice of a debit that failed, if the merchant has such notices on."""
    merchant = facts.merchants[record.merchant_id]
    kind = NoticeKind.DEBIT_FAILED
    if merchant is None or not merchant.notices or kind in merchant.untold:
        return NO_EFFECTS
    notice = Notice(
        notice_id=f"{kind.value}:{record.batch_no}/{record.sequence}",
        kind=kind,
        merchant_id=record.merchant_id,
        customer_no=record.customer_no,
        bill_no=record.bill_no,
        payment_serial=None,
        amount_minor=record.asked.payable_minor,
        currency=batch.currency,
        created_at=context.now,
    )
    return Effects(notices=(notice,))


def parts_settled(settled_minor: int, asked: Dues, owed: Dues, rule: AmountRule) -> Parts | None:
    """Return the parts of a bill that a settled amount covers; None if the merchant's rule does not allow the amount.

    The amount that was asked for always pays what it was asked for: late fee since the collection date is waived, as
    it is not the payer's doing. Should the bill owe other principal now, as an earlier payment of it was reversed
    meanwhile, the amount covers late fee first, as any part does.
    """
    if settled_minor != asked.payable_minor:
        return split(settled_minor, owed, None, rule)
    if owed.principal_minor == asked.principal_minor and owed.late_fee_minor >= asked.late_fee_minor:
        return Parts(asked.principal_minor, asked.late_fee_minor, owed.late_fee_minor - asked.late_fee_minor)
    late = min(settled_minor, owed.late_fee_minor)
    principal = settled_minor - late
    return Parts(principal, late) if principal <= owed.principal_minor else None


def _settled(
    batch: Batch, record: DebitRecord, result: RecordResult, facts: Facts, context: Context
) -> tuple[PostedPayment, Effects]:
    """Return the payment, on its bill or, if this cannot take the amount, in suspense."""
    merchant = facts.merchants[record.merchant_id]
    assert merchant is not None, "a batch has its merchant"
    bill = facts.bills[record.merchant_id, record.bill_no]
    day = facts.day.date
    owed, parts = NOTHING_OWED, None
    paid: tuple[Bill, ...] = ()
    if bill is not None and bill.mark is BillMark.IN_BATCH:
        on = asked_up_to(batch, day)
        owed = bill.dues(merchant.late_fee, on)
        parts = parts_settled(result.settled_minor, record.asked, owed, merchant.amount_rule)
        if parts is not None:
            paid = (bill.paid(parts, merchant.late_fee, on),)
    payment = _payment(batch, record, result.settled_minor, parts, owed, day=day, context=context)
    told = notices(payment, merchant, NoticeKind.PAID, payment.serial_number, context.now)
    return payment, Effects(
        transactions=(_transaction(payment, result, context),),
        payments=(payment,),
        bills=paid,
        entries=payment_entries(payment, payment.state),
        notices=() if parts is None else told,
    )


def _payment(
    batch: Batch,
    record: DebitRecord,
    settled_minor: int,
    parts: Parts | None,
    owed: Dues,
    *,
    day: BusinessDate,
    context: Context,
) -> PostedPayment:
    """Return the payment; without parts it is in suspense, and covers nothing of what was owed."""
    serial = context.serial(day)
    covered, of = (_NO_PARTS, NOTHING_OWED) if parts is None else (parts, owed)
    return PostedPayment(
        serial_number=serial,
        key=payment_key(record.batch_no, record.sequence),
        merchant_id=record.merchant_id,
        bill_no=record.bill_no,
        customer_no=record.customer_no,
        amount_minor=settled_minor,
        currency=batch.currency,
        principal_minor=covered.principal_minor,
        late_fee_minor=covered.late_fee_minor,
        waived_minor=covered.waived_minor,
        owed_principal_minor=of.principal_minor,
        owed_late_fee_minor=of.late_fee_minor,
        channel=Channel.ONLINE,
        tender=Tender.BATCH,
        teller=None,
        institution=batch.institution,
        terminal=TERMINAL,
        business_date=day,
        posted_at=context.now,
        approval_code=context.approval_code(),
        state=PaymentState.SUSPENSE if parts is None else PaymentState.APPROVED,
        state_by=serial,
        in_totals=False,
    )


_NO_PARTS = Parts(0, 0)


def _transaction(payment: PostedPayment, result: RecordResult, context: Context) -> Transaction:
    return transaction_without_message(
        payment,
        TransactionKind.BATCH,
        order_of(payment.amount_minor, payment.merchant_id, payment.bill_no),
        journal_of(result.code.code, result.core_serial),
        context,
    )
