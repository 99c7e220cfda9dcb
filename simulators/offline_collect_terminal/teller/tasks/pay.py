"""Pays bills of a merchant's customers: amount, tender, and protection against paying twice."""

from __future__ import annotations

from offline_collect.domain.commands import Tender
from offline_collect.domain.errors import AmountError
from offline_collect.domain.money import format_major, parse_major
from offline_collect.wire.messages.message import Message
from offline_collect_terminal.teller.journal.entries import REVERSIBLE, Entry, State
from offline_collect_terminal.teller.link.answers import Downloaded, Listed, Owed
from offline_collect_terminal.teller.screen.model import Tone
from offline_collect_terminal.teller.screen.steps import Back, Steps
from offline_collect_terminal.teller.tasks.choose_merchant import choose_merchant, download_form
from offline_collect_terminal.teller.tasks.fill_form import fill_form, head_form
from offline_collect_terminal.teller.tasks.lookup import Found, Lookup
from offline_collect_terminal.teller.tasks.resolve_unanswered import settle
from offline_collect_terminal.teller.tasks.send_and_keep import send_payment
from offline_collect_terminal.teller.tasks.session import Session, word
from offline_collect_terminal.teller.tasks.tell_outcome import tell

AMOUNT_MAX = 999_999_999_999
"""The largest amount of DE 4, in minor units."""

TENDERS = (Tender.CASH, Tender.CARD, Tender.ACCT)


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


def ask_tender(session: Session) -> Steps[Tender]:
    """Ask for the means of payment; Enter is cash."""
    names = {tender.value: tender for tender in TENDERS}
    listed = "  ".join(f"{place} {tender.value}" for place, tender in enumerate(TENDERS, 1))
    while True:
        typed = word((yield from session.ask("Tender ({listed}; Enter: 1)", listed=listed)))
        if not typed or typed in {"1", "2", "3"}:
            return TENDERS[int(typed or 1) - 1]
        if typed.upper() in names:
            return names[typed.upper()]
        yield from session.say("Type a number from 1 to {count}.", tone=Tone.BAD, count=len(TENDERS))


def ask_amount(session: Session, text: str, default: int | None = None, **values: object) -> Steps[int]:
    """Ask for an amount in major units; Enter takes the default."""
    currency = session.requests.sender.currency
    while True:
        typed = yield from session.read(session.words(text, **values))
        if not typed and default is not None:
            return default
        try:
            amount = parse_major(typed, currency)
        except AmountError as error:
            yield from session.show_text(str(error), Tone.BAD)
            continue
        if 0 < amount <= AMOUNT_MAX:
            return amount
        most = format_major(AMOUNT_MAX, currency)
        yield from session.say("An amount is over 0 and at most {most}.", tone=Tone.BAD, most=most)


def new_entry(
    session: Session, merchant: Listed, request: Message, state: State, bill_no: str, description: str = ""
) -> Entry:
    """Return the journal's entry of a payment or advice before it is sent."""
    return Entry(
        number=session.journal.next_number(),
        session=session.terminal.session,
        platform=session.terminal.platform,
        began_at=session.terminal.clock(),
        state=state,
        request=request,
        merchant_id=merchant.merchant_id,
        merchant_name=merchant.name,
        bill_no=bill_no,
        description=description,
        amount_minor=int(request.elements[4]),
        currency=request.elements[49],
    )


def warn_of_others(session: Session, merchant_id: str, bill_no: str) -> Steps[None]:
    """Warn if this terminal has already taken a payment for a bill."""
    for entry in session.journal.entries.values():
        if _same_bill(entry, merchant_id, bill_no) and entry.state in REVERSIBLE:
            yield from session.say(
                "Note: this terminal has taken {amount} for this bill before (STAN {stan}).",
                tone=Tone.WARNING,
                amount=session.money(entry.amount_minor, entry.currency),
                stan=entry.stan,
            )


def may_begin(session: Session, merchant_id: str, bill_no: str) -> Steps[bool]:
    """Whether a new payment of a bill may be sent; if not, show why, and offer to settle earlier ones."""
    for entry in session.journal.unsettled:
        if _same_bill(entry, merchant_id, bill_no):
            yield from tell(session, entry)
            yield from session.say("Settle it first: a new payment could be a second one.", tone=Tone.WARNING)
            yield from settle(session, entry)
            return False
    if session.journal.full:
        yield from session.say(
            "Too many payments have no answer: settle some of them first (3 in the menu).", tone=Tone.BAD
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
            bill = yield from lookup.choose_bill(session, found)
        except Back:
            return
        try:
            done = yield from _pay(session, merchant, bill)
        except Back:
            done = False
        if done:
            found = (yield from lookup.first_page(session)) if _more_to_pay(found, bill) else None


def _more_to_pay(found: Found, bill: Owed) -> bool:
    """Whether the customer may still owe something after a payment of ``bill``."""
    return found.open_count > 1 or bill.least_minor is not None


def _pay(session: Session, merchant: Listed, bill: Owed) -> Steps[bool]:
    """Take a payment of a bill; False if none was sent."""
    if not bill.payable_minor:
        yield from session.say("Nothing is payable of this bill.", tone=Tone.BAD)
        return False
    if not (yield from may_begin(session, merchant.merchant_id, bill.bill_no)):
        return False
    amount = yield from _amount(session, bill)
    tender = yield from ask_tender(session)
    if not (yield from _agreed(session, merchant, bill, amount, tender)):
        yield from session.say("Nothing was sent.", tone=Tone.QUIET)
        return False
    request = session.requests.payment(merchant.merchant_id, bill.bill_no, amount, tender)
    entry = new_entry(session, merchant, request, State.SENT, bill.bill_no, bill.description)
    entry = yield from send_payment(session, entry)
    yield from settle(session, entry)
    return True


def _agreed(session: Session, merchant: Listed, bill: Owed, amount: int, tender: Tender) -> Steps[bool]:
    """Ask to confirm the payment."""
    yield from warn_of_others(session, merchant.merchant_id, bill.bill_no)
    return (
        yield from session.confirm(
            "Pay {amount} {tender} for {bill} {description} (y/n)",
            amount=session.money(amount),
            tender=tender.value,
            bill=bill.bill_no,
            description=bill.description,
        )
    )


def _amount(session: Session, bill: Owed) -> Steps[int]:
    """Return the amount: all that is payable or, if partial payments are allowed, the teller's input."""
    payable, currency = bill.payable_minor, session.requests.sender.currency
    if bill.least_minor is None:
        return payable
    while True:
        amount = yield from ask_amount(
            session,
            "Amount ({least} to {payable}; Enter: {payable})",
            default=payable,
            least=format_major(bill.least_minor, currency),
            payable=format_major(payable, currency),
        )
        if not bill.least_minor <= amount <= payable:
            yield from session.say("That is less or more than may be paid of this bill.", tone=Tone.BAD)
        elif amount != payable and amount % bill.step_minor:
            step = format_major(bill.step_minor, currency)
            yield from session.say(
                "A part of this bill must be a multiple of {step}.", tone=Tone.BAD, step=step
            )
        else:
            return amount


def _same_bill(entry: Entry, merchant_id: str, bill_no: str) -> bool:
    return entry.merchant_id == merchant_id and entry.bill_no == bill_no
