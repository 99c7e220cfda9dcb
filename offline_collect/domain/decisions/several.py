"""A payment of several bills of one customer: what each line covers, and the one posting of all lines.

Each line is judged as a payment of its own bill would be. A request is taken as a whole or refused as a whole; of
an advice, each line goes to its bill or to suspense.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from offline_collect.domain.answers import Answer, decline
from offline_collect.domain.bills import Bill
from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.commands import Payment
from offline_collect.domain.decisions.collecting import (
    Collectable,
    active_merchant,
    collect,
    fees_due,
    over_limit,
    wrong_fee,
)
from offline_collect.domain.decisions.deciding import Context
from offline_collect.domain.decisions.oldest_first import older_left
from offline_collect.domain.decisions.periods import bill_named
from offline_collect.domain.decisions.taking import notices, posted, receipt_value
from offline_collect.domain.effects import Effects, Notice, NoticeKind
from offline_collect.domain.facts import Facts
from offline_collect.domain.forms import fill_receipt
from offline_collect.domain.ledger.ledger import Entry, contra_entries, payment_entries
from offline_collect.domain.money import format_major
from offline_collect.domain.texts.cards import mask_cards
from offline_collect.domain.transactions import PaymentState, PostedPayment
from offline_collect.domain.values import value

_NOTHING_ELSE = "only bills of one customer and one currency can be paid together, each once"


@value
class Line:
    """One bill of the payment: its part of the command, and the bill that takes it or the reason why none does."""

    command: Payment
    found: Collectable | Answer

    @property
    def taken(self) -> Collectable | None:
        """The bill that takes the line's amount; None if it goes to suspense."""
        return self.found if isinstance(self.found, Collectable) else None


def judge(command: Payment, facts: Facts, context: Context) -> Sequence[Line] | Answer:
    """Return the lines of a request that all its bills accept, or the refusal of the whole.

    The first bill in the message's order that cannot be paid names the code. A limit, and a wrong sum, come before a
    bill's wrong amount: this is the order of the checks for one bill too.
    """
    merchant = active_merchant(command.merchant_id, facts)
    if isinstance(merchant, Answer):
        return merchant
    lines = judged(command, facts, context)
    refused = next((_naming(line, line.found) for line in lines if isinstance(line.found, Answer)), None)
    if refused is not None and refused.code is not ResponseCode.WRONG_AMOUNT:
        return refused
    refused = over_limit(command, merchant) or _wrong_sum(command, facts) or refused
    return refused or older_left([line.taken for line in lines if line.taken], facts) or lines


def judge_advice(command: Payment, facts: Facts, context: Context) -> Sequence[Line]:
    """Return the lines of an advice; if they do not sum to its amount, one line for all of it, which no bill takes."""
    wrong = _wrong_sum(command, facts)
    return [Line(replace(command, lines=()), wrong)] if wrong else judged(command, facts, context)


def judged(command: Payment, facts: Facts, context: Context) -> list[Line]:
    """Return each line with what its bill says, in the order of the message."""
    lines: list[Line] = []
    for bill, fee in zip(command.lines, _fees(command, facts), strict=True):
        named = bill_named(command.merchant_id, bill, facts)
        own = replace(
            command,
            bill_no=f"period {bill.period}" if isinstance(named, Answer) else named,
            amount_minor=bill.amount_minor + fee,
            payer_fee_minor=fee,
            lines=(),
        )
        lines.append(Line(own, named if isinstance(named, Answer) else _found(own, lines, facts, context)))
    return lines


def _found(own: Payment, before: Sequence[Line], facts: Facts, context: Context) -> Collectable | Answer:
    fee = own.payer_fee_minor
    return _foreign(own, before, facts) or collect(own, facts, context, limited=False, fee_due=fee)


def _fees(command: Payment, facts: Facts) -> tuple[int, ...]:
    """Return the payer's fee of each line; none at a merchant that is not known."""
    merchant = facts.merchants[command.merchant_id]
    if merchant is None:
        return (0,) * len(command.lines)
    return fees_due(command, merchant, [line.amount_minor for line in command.lines])


def _foreign(own: Payment, before: Sequence[Line], facts: Facts) -> Answer | None:
    """Return the refusal of a bill that cannot be paid together with the lines before it."""
    bill = facts.bills[own.merchant_id, own.bill_no]
    if bill is None:
        return None
    others = [line.found.bill for line in before if isinstance(line.found, Collectable)]
    if any(line.command.bill_no == own.bill_no for line in before):
        return _format_error(f"bill {own.bill_no} is named twice")
    if any(other.customer_no != bill.customer_no for other in others):
        return _format_error(f"bill {own.bill_no} is of another customer")
    if bill.currency != own.currency:
        return _format_error(f"bill {own.bill_no} is in another currency")
    return None


def _format_error(reason: str) -> Answer:
    return decline(ResponseCode.FORMAT_ERROR, "not payable together", f"{reason}: {_NOTHING_ELSE}")


def _naming(line: Line, refused: Answer) -> Answer:
    """Return a bill's refusal with the bill named, for people and for the front end (PDS 0030)."""
    bill_no = mask_cards(line.command.bill_no)
    return replace(refused, brief=f"{bill_no} {refused.brief}", values={**refused.values, "bill_no": bill_no})


def _wrong_sum(command: Payment, facts: Facts) -> Answer | None:
    amounts = [line.amount_minor for line in command.lines]
    total, fee = sum(amounts), sum(_fees(command, facts))
    if command.payer_fee_minor != fee:
        return wrong_fee(command, amounts, fee)
    if total + fee == command.amount_minor:
        return None
    sums = (format_major(minor, command.currency) for minor in (total + fee, command.amount_minor))
    reason = "the bills' amounts make {}, but the payment's amount is {}".format(*sums)
    return decline(ResponseCode.WRONG_AMOUNT, "wrong sum", reason, total_payable=total)


def posted_lines(
    lines: Sequence[Line], key: str, facts: Facts, context: Context, *, undone_by: str | None = None
) -> tuple[PostedPayment, ...]:
    """Return the payments that the lines post under ``key``: one serial number, lines 1 to n.

    Args:
        undone_by: the posting that takes them back at once, for an advice whose original was reversed.
    """
    payments = []
    for number, line in enumerate(lines, 1):
        state = PaymentState.SUSPENSE if line.taken is None else PaymentState.APPROVED
        if undone_by is not None:
            state = PaymentState.REVERSED
        payment = posted(line.command, key, line.taken, facts, context, state)
        payments.append(replace(payment, line=number, state_by=undone_by or payment.state_by))
    return tuple(payments)


def effects_of(
    lines: Sequence[Line], payments: Sequence[PostedPayment], facts: Facts, context: Context
) -> Effects:
    """Return the effects of posted lines: payments, bills, entries and notices."""
    merchant, day = facts.merchants[payments[0].merchant_id], facts.day.date
    bills: tuple[Bill, ...] = ()
    told: list[Notice] = []
    for line, payment in zip(lines, payments, strict=True):
        if line.taken is not None:
            bills += (line.taken.bill.paid(line.taken.parts, line.taken.merchant.late_fee, day),)
            told += notices(payment, merchant, NoticeKind.PAID, payment.serial_number, context.now)
    return Effects(
        payments=tuple(payments),
        bills=bills,
        entries=tuple(entry for payment in payments for entry in payment_entries(payment, payment.state)),
        notices=tuple(told),
    )


def undone_effects(
    lines: Sequence[Line], payments: Sequence[PostedPayment], contra: str, facts: Facts
) -> Effects:
    """Return the effects of lines that are posted and contra-posted together: no bill changes."""
    entries: list[Entry] = []
    for line, payment in zip(lines, payments, strict=True):
        would_be = PaymentState.SUSPENSE if line.taken is None else PaymentState.APPROVED
        entries += payment_entries(payment, would_be)
        entries += contra_entries(payment, contra, facts.day.date, would_be)
    return Effects(payments=tuple(payments), entries=tuple(entries))


def approval_of(
    lines: Sequence[Line], payments: Sequence[PostedPayment], facts: Facts, context: Context
) -> Answer:
    """Return the one answer of a payment of several bills."""
    first = payments[0]
    posted_at = first.posted_at.astimezone(context.terms.timezone).isoformat(timespec="seconds")
    values: dict[str, str | int] = {
        "approval_code": first.approval_code,
        "serial_number": first.serial_number,
        "posted_at": posted_at,
    }
    taken = [(line.taken, payment) for line, payment in zip(lines, payments, strict=True) if line.taken]
    fee = sum(payment.payer_fee_minor for payment in payments)
    if fee:
        values["payer_fee"] = fee
    receipt = _receipt(taken, facts, posted_at) if taken else None
    if receipt:
        values["receipt"] = receipt
    suspended = "; ".join(_why(line.command, line.found) for line in lines if isinstance(line.found, Answer))
    if suspended:
        values["suspended"] = f"in suspense: {suspended}"
    return Answer(ResponseCode.APPROVED, first.business_date, values=values)


def _why(command: Payment, refused: Answer) -> str:
    return f"{mask_cards(command.bill_no)} {refused.brief}"


def _receipt(taken: Sequence[tuple[Collectable, PostedPayment]], facts: Facts, posted_at: str) -> str | None:
    """Return one receipt: amounts are sums, other values are listed."""
    form = facts.current_forms[taken[0][1].merchant_id]
    if form is None:
        return None
    payments = [payment for _, payment in taken]
    total = replace(
        payments[0],
        amount_minor=sum(payment.amount_minor for payment in payments),
        payer_fee_minor=sum(payment.payer_fee_minor for payment in payments),
        principal_minor=sum(payment.principal_minor for payment in payments),
        late_fee_minor=sum(payment.late_fee_minor for payment in payments),
    )

    def listed(name: str) -> str | None:
        texts = (receipt_value(name, total, collected, posted_at) for collected, _ in taken)
        return ", ".join(dict.fromkeys(text for text in texts if text)) or None

    return fill_receipt(form, listed)
