"""A difference with a front-end processor is resolved: what was posted here is taken back, or what came is posted.

All postings are on the open day; no totals of that day count them, because the front-end processor has counted its
money on its own day. Whether the item may be resolved so is decided before (``domain/reconciliation``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.commands import Channel, Tender
from offline_collect.domain.decisions.collecting import NOTHING_OWED, Collectable
from offline_collect.domain.decisions.deciding import Context
from offline_collect.domain.decisions.manual_posting import ManualDecision, fitted, posting_of, taking_bill
from offline_collect.domain.decisions.reversal_effects import taken_back
from offline_collect.domain.decisions.taking import notices
from offline_collect.domain.decisions.without_message import transaction_without_message
from offline_collect.domain.effects import Effects, NoticeKind, StateChange
from offline_collect.domain.errors import PostingError
from offline_collect.domain.facts import Facts, Wants
from offline_collect.domain.ledger.ledger import contra_entries, payment_entries
from offline_collect.domain.ledger.manual_postings import ManualPostingKind, as_it_counts
from offline_collect.domain.reconciliation.classes import FollowUp
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.domain.transactions import (
    ON_BILL,
    PaymentState,
    PostedPayment,
    Transaction,
    TransactionKind,
)
from offline_collect.domain.values import value

SEVERAL = "several bills"
"""The bill number of a payment whose row names none."""

_TO_TAKE_BACK = frozenset({*ON_BILL, PaymentState.SUSPENSE})


@value
class Resolution:
    """How an item is resolved.

    Attributes:
        item_no: of the item; a part of the key of what is posted.
        taken_back: serial number of the payment that is taken back; None if none is.
        key: of the payment's message; it is used if we never had the message.
        received_minor: what came; None if nothing is posted.
        counted_on: the business day that the front-end processor counts it on.
        to_bill: whether the money goes to its bill if that takes it; otherwise it goes to suspense.
        may_come: whether we did not count the payment when the file was taken, so that its message may have come since.
    """

    item_no: int
    institution: str
    terminal: str
    key: str
    merchant_id: str
    bill_no: str | None
    currency: str
    counted_on: BusinessDate
    reason: str
    who: str
    taken_back: str | None = None
    received_minor: int | None = None
    to_bill: bool = False
    may_come: bool = False


def plan(follow_up: FollowUp, theirs_minor: int | None, ours_minor: int | None) -> tuple[bool, int | None]:
    """Return whether our payment is taken back, and what is posted; None if nothing is."""
    if follow_up is FollowUp.CONTRA:
        return True, None
    if follow_up is not FollowUp.DIFFERENCE:
        # A reversal that only we have: they count the payment as it was.
        return False, theirs_minor if theirs_minor is not None else ours_minor
    assert theirs_minor is not None, "both sides count it"
    assert ours_minor is not None, "both sides count it"
    if theirs_minor > ours_minor:
        return False, theirs_minor - ours_minor
    return True, theirs_minor or None


def want(order: Resolution, lines: Sequence[PostedPayment], bill_nos: Sequence[str], wants: Wants) -> None:
    """Request the message's key, the payment's lines with their bills, and the bill that may take the money.

    Args:
        lines: of the payment that is taken back, as read without a lock.
        bill_nos: bills that they were applied to, out of suspense.
    """
    wants.keys.add(order.key)
    wants.merchants.add(order.merchant_id)
    if order.bill_no is not None:
        wants.bills.add((order.merchant_id, order.bill_no))
    for line in lines:
        wants.keys.add(line.key)
        wants.merchants.add(line.merchant_id)
        wants.bills.add((line.merchant_id, line.bill_no))
        wants.bills.update((line.merchant_id, bill_no) for bill_no in bill_nos)


def decide(order: Resolution, facts: Facts, contexts: Sequence[Context]) -> list[ManualDecision]:
    """Decide all postings of a resolution.

    Args:
        contexts: one for each line that is taken back, and one more.

    Raises:
        PostingError: the payment is not in force any more, or its message has come meanwhile.
    """
    made = [] if order.taken_back is None else _take_back(order, facts, contexts)
    if order.received_minor is not None:
        made.append(_receive(order, facts, contexts[-1]))
    return made


def _take_back(order: Resolution, facts: Facts, contexts: Sequence[Context]) -> list[ManualDecision]:
    lines = sorted(
        (payment for payment in facts.payments.values() if payment.serial_number == order.taken_back),
        key=lambda payment: payment.line,
    )
    if not lines:
        raise PostingError(Phrase("there is no payment {taken_back}", taken_back=str(order.taken_back)))
    made = []
    for line, context in zip(lines, contexts, strict=False):
        made.append(_contra(order, line, facts, context))
        facts.apply(made[-1][1])
    return made


def _contra(order: Resolution, line: PostedPayment, facts: Facts, context: Context) -> ManualDecision:
    if line.state not in _TO_TAKE_BACK:
        raise PostingError(
            Phrase(
                "payment {name} is {state}, by {state_by}: there is nothing to take back",
                name=line.name,
                state=line.state,
                state_by=line.state_by,
            )
        )
    counted = as_it_counts(line, facts.applied[line.name]) if line.state is PaymentState.APPLIED else line
    day, merchant = facts.day.date, facts.merchants[line.merchant_id]
    serial = context.serial(day)
    posting = posting_of(ManualPostingKind.CONTRA, counted, serial, facts, context, order.who)
    told = notices(counted, merchant, NoticeKind.REVERSED, serial, context.now)
    return replace(posting, reason=order.reason), Effects(
        states=(StateChange(line.serial_number, PaymentState.REVERSED, serial, line.line),),
        bills=taken_back((counted,), facts),
        entries=contra_entries(counted, serial, day, line.state),
        notices=told,
    )


def _receive(order: Resolution, facts: Facts, context: Context) -> ManualDecision:
    if order.may_come and _has_come(order, facts):
        raise PostingError(
            Phrase("the payment's message has come meanwhile: take the day's file again, or the next day's")
        )
    collected = _collected(order, facts) if order.to_bill else None
    state = PaymentState.SUSPENSE if collected is None else PaymentState.APPROVED
    payment = _payment(order, collected, state, facts, context)
    merchant, day = facts.merchants[order.merchant_id], facts.day.date
    serial = payment.serial_number
    posting = posting_of(ManualPostingKind.RECEIVED, payment, serial, facts, context, order.who, collected)
    bills = (
        () if collected is None else (collected.bill.paid(collected.parts, collected.merchant.late_fee, day),)
    )
    # The payment itself has the parts.
    posting = replace(posting, reason=order.reason, principal_minor=0, late_fee_minor=0, waived_minor=0)
    return posting, Effects(
        transactions=(_transaction(order, payment, context),),
        payments=(payment,),
        bills=bills,
        entries=payment_entries(payment, state),
        notices=notices(payment, merchant, NoticeKind.PAID, serial, context.now),
    )


def _has_come(order: Resolution, facts: Facts) -> bool:
    """Whether a payment under the message's key counts here."""
    found = facts.transactions.get(order.key)
    if found is None or found.serial_number is None:
        return False
    counts = facts.payments[found.serial_number].in_totals
    return counts and order.received_minor == found.amount_minor


def _collected(order: Resolution, facts: Facts) -> Collectable | None:
    """Return the bill that takes the money; None if none does."""
    if order.bill_no is None or order.received_minor is None:
        return None
    try:
        merchant, bill = taking_bill((order.merchant_id, order.bill_no), facts)
        quoted = bill.dues(merchant.late_fee, order.counted_on)
        return fitted(merchant, bill, order.received_minor, order.currency, quoted, facts)
    except PostingError:
        return None


def _payment(
    order: Resolution, collected: Collectable | None, state: PaymentState, facts: Facts, context: Context
) -> PostedPayment:
    serial, day = context.serial(facts.day.date), facts.day.date
    owed = NOTHING_OWED if collected is None else collected.owed
    parts = None if collected is None else collected.parts
    never_seen = facts.transactions.get(order.key) is None
    return PostedPayment(
        serial_number=serial,
        # Under the message's own key, a message that comes after all finds it.
        key=order.key if never_seen else f"F|{order.item_no}",
        merchant_id=order.merchant_id,
        bill_no=order.bill_no or SEVERAL,
        customer_no=None if collected is None else collected.bill.customer_no,
        amount_minor=order.received_minor or 0,
        currency=order.currency,
        principal_minor=0 if parts is None else parts.principal_minor,
        late_fee_minor=0 if parts is None else parts.late_fee_minor,
        waived_minor=0 if parts is None else parts.waived_minor,
        owed_principal_minor=owed.principal_minor,
        owed_late_fee_minor=owed.late_fee_minor,
        # The file tells neither: no teller's cash is counted for it.
        channel=Channel.ONLINE,
        tender=Tender.ACCT,
        teller=None,
        institution=order.institution,
        terminal=order.terminal,
        business_date=day,
        posted_at=context.now,
        approval_code=context.approval_code(),
        state=state,
        state_by=serial,
        in_totals=False,
    )


def _transaction(order: Resolution, payment: PostedPayment, context: Context) -> Transaction:
    return transaction_without_message(
        payment,
        TransactionKind.OFFICE,
        f"RECONCILED|{payment.amount_minor:012d}|{order.item_no}",
        f"posted by reconciliation, item {order.item_no}",
        context,
    )
