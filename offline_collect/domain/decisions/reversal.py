"""0400, 0401, 0420, 0421: undoing a payment in full."""

from __future__ import annotations

from offline_collect.domain.answers import Answer, decline
from offline_collect.domain.business_days.days import DayState
from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.commands import Reversal, ReversalReason, Tender
from offline_collect.domain.decisions.deciding import Context, Decision
from offline_collect.domain.decisions.repeats import (
    all_in_one,
    duplicate,
    lines_of,
    more_to_come,
    own_transaction,
    payment_of,
    want_day,
    want_own,
)
from offline_collect.domain.decisions.reversal_effects import ReversalResult, bury, keep, undo
from offline_collect.domain.effects import NO_EFFECTS, ItemKind
from offline_collect.domain.facts import Facts, Wants
from offline_collect.domain.ledger.manual_postings import as_it_counts
from offline_collect.domain.money import format_major
from offline_collect.domain.transactions import (
    PaymentState,
    PostedPayment,
    ReversalOutcome,
    Transaction,
    TransactionKind,
)

_NOT_FROM_A_TERMINAL = {Tender.BATCH: "debited in a batch", Tender.OUTSIDE: "paid at the merchant's office"}
_DONE = Answer(ResponseCode.APPROVED)
_NOTHING = ReversalResult(_DONE, ReversalOutcome.NOTHING)


def want(command: Reversal, facts: Facts, wants: Wants) -> bool:
    """Request both keys; then the merchant, bill and day of the payment that the original posted."""
    want_own(command, facts, wants)
    wants.keys.add(command.original_key)
    lines = _counted(facts.transactions.get(command.original_key), facts)
    if lines:
        want_day(lines[0], wants)
        wants.merchants.add(lines[0].merchant_id)
        wants.bills.update((line.merchant_id, line.bill_no) for line in lines)
    return more_to_come(command, facts)


def decide(command: Reversal, facts: Facts, context: Context) -> Decision:
    """Reverse the original, or answer why there is nothing to reverse."""
    own = own_transaction(command, facts, context)
    if own is not None:
        return duplicate(command, own) or own.answer, NO_EFFECTS
    if command.original_institution != command.institution:
        return _not_found("the original is of another institution"), NO_EFFECTS
    original = facts.transactions[command.original_key]
    if original is None or original.kind is TransactionKind.TOMBSTONE:
        return _absent(command, original, facts, context)
    lines = _counted(original, facts)
    outcome = _judge(command, original, lines, facts)
    if outcome.did is ReversalOutcome.APPLIED:
        return undo(command, lines, outcome, facts, context)
    return keep(command, lines[0] if lines else None, outcome, facts, context)


def _counted(original: Transaction | None, facts: Facts) -> tuple[PostedPayment, ...]:
    """Return the lines that an original posted; those applied from suspense with the parts on their bills."""
    payment = payment_of(original, facts)
    if payment is None:
        return ()
    return tuple(
        as_it_counts(line, facts.applied[line.name]) if line.state is PaymentState.APPLIED else line
        for line in lines_of(payment, facts)
    )


def _not_found(reason: str) -> Answer:
    return decline(ResponseCode.NOT_FOUND, "original not found", reason)


def _refused(answer: Answer, item: ItemKind | None = None) -> ReversalResult:
    return ReversalResult(answer, ReversalOutcome.DECLINED, item)


def _absent(command: Reversal, original: Transaction | None, facts: Facts, context: Context) -> Decision:
    if command.reason is ReversalReason.WRITE_OFF:
        refused = _refused(_not_found("the original is not known here"))
        return keep(command, None, refused, facts, context)
    never = "the original is not known here, and is refused if it still arrives"
    outcome = ReversalResult(_DONE if command.advice else _not_found(never), ReversalOutcome.TOMBSTONE)
    return (
        keep(command, None, outcome, facts, context) if original else bury(command, outcome, facts, context)
    )


def _judge(
    command: Reversal,
    original: Transaction,
    lines: tuple[PostedPayment, ...],
    facts: Facts,
) -> ReversalResult:
    """Return the table's cell: check the amount first, then the original's state."""
    if _amount_differs(command, original):
        return _refused(_amount_refused(original))
    if not lines:
        return _of_nothing(command, "the original was declined")
    payment, state = lines[0], all_in_one(lines)
    if payment.tender in _NOT_FROM_A_TERMINAL:
        return _refused(_not_found(f"the original was {_NOT_FROM_A_TERMINAL[payment.tender]}"))
    if state is PaymentState.REVERSED:
        return _NOTHING
    if state is PaymentState.REFUNDED:
        # Of several bills too: the money of the others stays, so that nothing is paid out twice.
        return _of_nothing(command, "the original was refunded", ItemKind.REVERSAL_OF_REFUNDED)
    if _settled(payment, facts):
        return _of_settled_day(command, payment)
    if command.reason is ReversalReason.WRITE_OFF and payment.business_date != facts.day.date:
        return _refused(_of_other_day(payment))
    return ReversalResult(_DONE, ReversalOutcome.APPLIED)


def _settled(payment: PostedPayment, facts: Facts) -> bool:
    """Whether the payment's day is settled; the open day, which new payments of this batch have, is not."""
    on = payment.business_date
    return on != facts.day.date and facts.days[on] is DayState.SETTLED


def _amount_differs(command: Reversal, original: Transaction) -> bool:
    other_currency = command.currency is not None and command.currency != original.currency
    return command.amount_minor != original.amount_minor or other_currency


def _amount_refused(original: Transaction) -> Answer:
    shown = format_major(original.amount_minor or 0, original.currency or "156")
    reason = f"the original's amount is {shown}, and only all of it can be reversed"
    return decline(ResponseCode.ORIGINAL_AMOUNT, "amount differs", reason)


def _of_nothing(command: Reversal, reason: str, item: ItemKind | None = None) -> ReversalResult:
    """Return the answer for an original without money in force: 25 to a teller, approved without effect to others."""
    if command.reason is ReversalReason.WRITE_OFF:
        return _refused(_not_found(reason), item)
    return ReversalResult(_DONE, ReversalOutcome.NOTHING, item)


def _of_settled_day(command: Reversal, payment: PostedPayment) -> ReversalResult:
    item = ItemKind.REVERSAL_OF_SETTLED
    if command.advice and command.reason is not ReversalReason.WRITE_OFF:
        return ReversalResult(_DONE, ReversalOutcome.NOTHING, item)
    reason = f"business day {payment.business_date} is settled: refund instead"
    return _refused(decline(ResponseCode.SETTLED, "day settled", reason), item)


def _of_other_day(payment: PostedPayment) -> Answer:
    reason = f"the payment is of business day {payment.business_date}: it can only be refunded"
    return decline(ResponseCode.OTHER_BUSINESS_DAY, "other business day", reason)
