"""Pays bills of a merchant's customers, one or several at once, with protection against paying twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from offline_collect.domain.commands import Tender
from offline_collect_terminal.teller.journal.entries import State
from offline_collect_terminal.teller.link.answers import Downloaded, Listed, Owed
from offline_collect_terminal.teller.link.requests import PaidBill
from offline_collect_terminal.teller.screen.model import Tone
from offline_collect_terminal.teller.screen.steps import Back, Steps
from offline_collect_terminal.teller.tasks.ask_amounts import (
    TENDER_NAMES,
    ask_payment,
    bill_amount,
    payers_fee,
)
from offline_collect_terminal.teller.tasks.choose_merchant import choose_merchant, download_form
from offline_collect_terminal.teller.tasks.fill_form import fill_form, head_form
from offline_collect_terminal.teller.tasks.lookup import Found, Lookup
from offline_collect_terminal.teller.tasks.payment_rules import (
    new_entry,
    selection_problem,
    sum_problem,
    taken_payments,
    unanswered_payment,
)
from offline_collect_terminal.teller.tasks.resolve_unanswered import resolve
from offline_collect_terminal.teller.tasks.send_and_keep import send_payment
from offline_collect_terminal.teller.tasks.session import Session
from offline_collect_terminal.teller.tasks.tell_outcome import tell


def collect(session: Session) -> Steps[None]:
    """Take payments: choose a merchant, then serve one customer after the other.

    Raises:
        Back, Leave, ToMenu: the teller wants to.
    """
    while True:
        merchant = yield from choose_merchant(session)
        downloaded = yield from download_form(session, merchant)
        if downloaded is None:
            continue
        yield from head_form(session, downloaded)
        try:
            while True:
                yield from _serve_customer(session, merchant, downloaded)
        except Back:
            continue


def warn_of_others(session: Session, merchant_id: str, bill_no: str) -> Steps[None]:
    """Warn if this terminal has already taken a payment for a bill."""
    for entry in taken_payments(session.journal, merchant_id, bill_no):
        yield from session.say(
            "Note: this terminal has taken {amount} for this bill before (STAN {stan}).",
            tone=Tone.WARNING,
            amount=session.money(entry.amount_of(bill_no), entry.currency),
            stan=entry.stan,
        )


def may_begin(session: Session, merchant_id: str, bill_no: str) -> Steps[bool]:
    """Whether a new payment of a bill may be sent; if not, show why, and offer to resolve an earlier one."""
    earlier = unanswered_payment(session.journal, merchant_id, bill_no)
    if earlier is not None:
        yield from tell(session, earlier)
        yield from session.say("Resolve it first: a new payment could be a second one.", tone=Tone.WARNING)
        yield from resolve(session, earlier)
        return False
    if session.journal.full:
        yield from session.say(
            "Too many payments have no answer: resolve some of them first (3 in the menu).", tone=Tone.BAD
        )
        return False
    return True


def _serve_customer(session: Session, merchant: Listed, downloaded: Downloaded) -> Steps[None]:
    """Find one customer and take payments until no bill is open or the teller goes back."""
    filled = yield from fill_form(session, downloaded)
    lookup = Lookup(merchant, downloaded, filled)
    found = yield from lookup.first_page(session)
    while found is not None:
        try:
            bills = yield from lookup.choose_bills(session, found)
        except Back:
            return
        try:
            done = yield from _pay(session, merchant, bills)
        except Back:
            done = False
        if done:
            found = (yield from lookup.first_page(session)) if _more_to_pay(found, bills) else None


def _more_to_pay(found: Found, bills: Sequence[Owed]) -> bool:
    """Whether the customer may still owe something after a payment of ``bills``."""
    return found.open_count > len(bills) or any(bill.least_minor is not None for bill in bills)


def _pay(session: Session, merchant: Listed, bills: Sequence[Owed]) -> Steps[bool]:
    """Take a payment of one bill, or of several in full; False if none was sent."""
    problem = selection_problem(bills)
    if problem is not None:
        yield from session.show_text(session.words.reason(problem), Tone.BAD)
        return False
    for bill in bills:
        if not (yield from may_begin(session, merchant.merchant_id, bill.bill_no)):
            return False
    paid = yield from _amounts(session, bills)
    whole = [each.amount_minor for each in paid] == [bill.payable_minor for bill in bills]
    fee = yield from payers_fee(session, bills, whole=whole)
    problem = sum_problem(paid, fee)
    if problem is not None:
        yield from session.show_text(session.words.reason(problem), Tone.BAD)
        return False
    total = sum(each.amount_minor for each in paid) + fee
    tender, received = yield from ask_payment(session, total)
    if not (yield from _agreed(session, merchant, paid, fee, tender, bills[0].description)):
        yield from session.say("Nothing was sent.", tone=Tone.QUIET)
        return False
    request = session.requests.payment(merchant.merchant_id, paid, tender, fee, bills)
    entry = new_entry(session, merchant, request, State.SENT, paid, bills[0].description, fee)
    entry = replace(entry, received_minor=received)
    entry = yield from send_payment(session, entry)
    yield from resolve(session, entry)
    return True


def _amounts(session: Session, bills: Sequence[Owed]) -> Steps[list[PaidBill]]:
    """Return the amount of each bill; of one alone it may be a part."""
    if len(bills) > 1:
        return [PaidBill(bill.bill_no, bill.payable_minor) for bill in bills]
    amount = yield from bill_amount(session, bills[0])
    return [PaidBill(bills[0].bill_no, amount)]


def _agreed(
    session: Session, merchant: Listed, paid: Sequence[PaidBill], fee: int, tender: Tender, description: str
) -> Steps[bool]:
    """Show what is paid, and ask to confirm the payment."""
    for bill in paid:
        yield from warn_of_others(session, merchant.merchant_id, bill.bill_no)
    if len(paid) > 1:
        for bill in paid:
            yield from session.show_text(f"{bill.bill_no}  {session.money(bill.amount_minor)}")
    if fee:
        yield from session.say("Payer's fee: {fee}", fee=session.money(fee))
    amount = session.money(sum(bill.amount_minor for bill in paid) + fee)
    if len(paid) > 1:
        return (
            yield from session.confirm(
                "Pay {amount} {tender} for {count} bills (y/n)",
                amount=amount,
                tender=session.words(TENDER_NAMES[tender]),
                count=len(paid),
            )
        )
    return (
        yield from session.confirm(
            "Pay {amount} {tender} for {bill} {description} (y/n)",
            amount=amount,
            tender=session.words(TENDER_NAMES[tender]),
            bill=paid[0].bill_no,
            description=description,
        )
    )
