"""The rules of a payment on a terminal: what stands in its way, which amounts may be paid, its journal entry."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from offline_collect.domain.money import format_major
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.wire.messages.message import Message
from offline_collect_terminal.teller.journal.entries import REVERSIBLE, Entry, State
from offline_collect_terminal.teller.journal.journal import Journal
from offline_collect_terminal.teller.link.answers import Listed, Owed
from offline_collect_terminal.teller.link.requests import BILLS_MAX, PaidBill
from offline_collect_terminal.teller.tasks.session import Session

AMOUNT_MAX = 999_999_999_999
"""The largest amount of DE 4, in minor units."""


def unanswered_payment(journal: Journal, merchant_id: str, bill_no: str) -> Entry | None:
    """Return a payment of a bill whose result is unknown: a new one could be a second one. None if there is none."""
    return next(
        (entry for entry in journal.unresolved if _is_of_bill(entry, merchant_id, bill_no)),
        None,
    )


def taken_payments(journal: Journal, merchant_id: str, bill_no: str) -> Iterator[Entry]:
    """Return the payments of a bill that this terminal has taken."""
    for entry in journal.entries.values():
        if _is_of_bill(entry, merchant_id, bill_no) and entry.state in REVERSIBLE:
            yield entry


def too_many(bills: Sequence[Owed]) -> Phrase | None:
    """Return why these are more bills than one payment has room for; None if they are not."""
    return (
        Phrase("At most {most} bills can be paid together.", most=BILLS_MAX)
        if len(bills) > BILLS_MAX
        else None
    )


def selection_problem(bills: Sequence[Owed]) -> Phrase | None:
    """Return why nothing can be paid of one of these bills; None if something can of each."""
    for bill in bills:
        if not bill.payable_minor:
            return Phrase("Nothing is payable of bill {bill}.", bill=bill.bill_no)
    return None


def part_problem(bill: Owed, amount_minor: int, currency: str) -> Phrase | None:
    """Return why an amount may not be paid of a bill; None if it may.

    Args:
        currency: ISO 4217 number.
    """
    least = bill.payable_minor if bill.least_minor is None else bill.least_minor
    if not least <= amount_minor <= bill.payable_minor:
        return Phrase("That is less or more than may be paid of this bill.")
    if amount_minor != bill.payable_minor and amount_minor % bill.step_minor:
        step = format_major(bill.step_minor, currency)
        return Phrase("A part of this bill must be a multiple of {step}.", step=step)
    return None


def sum_problem(paid: Sequence[PaidBill], fee_minor: int) -> Phrase | None:
    """Return why one payment cannot carry these amounts; None if it can."""
    if sum(each.amount_minor for each in paid) + fee_minor > AMOUNT_MAX:
        return Phrase("That is more than one payment can be.")
    return None


def new_entry(
    session: Session,
    merchant: Listed,
    request: Message,
    state: State,
    bills: Sequence[PaidBill],
    description: str = "",
    fee_minor: int = 0,
) -> Entry:
    """Return the journal's entry of a payment or advice before it is sent."""
    amount, more = sum(bill.amount_minor for bill in bills) + fee_minor, len(bills) - 1
    return Entry(
        number=session.journal.next_number(),
        session=session.terminal.session,
        platform=session.terminal.platform,
        began_at=session.terminal.clock(),
        state=state,
        request=request,
        merchant_id=merchant.merchant_id,
        merchant_name=merchant.name,
        bill_no=f"{bills[0].bill_no} +{more}" if more else bills[0].bill_no,
        description=description,
        amount_minor=amount,
        currency=session.requests.sender.currency,
        bills=tuple(bills) if more else (),
        fee_minor=fee_minor,
    )


def _is_of_bill(entry: Entry, merchant_id: str, bill_no: str) -> bool:
    return entry.merchant_id == merchant_id and bill_no in entry.bill_numbers
