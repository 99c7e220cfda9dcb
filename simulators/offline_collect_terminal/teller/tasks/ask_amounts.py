"""Asks how a payment is made: tender, amount, payer's fee."""

from __future__ import annotations

from collections.abc import Sequence

from offline_collect.domain.commands import Tender
from offline_collect.domain.errors import AmountError
from offline_collect.domain.money import format_major, parse_major
from offline_collect_terminal.teller.link.answers import Owed
from offline_collect_terminal.teller.screen.model import Tone
from offline_collect_terminal.teller.screen.steps import Steps
from offline_collect_terminal.teller.screen.words import msgid
from offline_collect_terminal.teller.tasks.payment_rules import AMOUNT_MAX, part_problem
from offline_collect_terminal.teller.tasks.session import Session, word

TENDER_NAMES = {Tender.CASH: msgid("CASH"), Tender.CARD: msgid("CARD"), Tender.ACCT: msgid("ACCT")}
TENDERS = tuple(TENDER_NAMES)

_TENDER = msgid("Tender ({listed}; Enter: 1)")
_WITH_CASH = msgid("Tender ({listed}; Enter: 1; cash and change: 1 200)")


def ask_payment(session: Session, amount_minor: int) -> Steps[tuple[Tender, int]]:
    """Ask for the means of payment of an amount; cash may be followed by what the payer gives.

    Returns:
        the tender, and the cash received; 0 if the teller did not say.
    """
    while True:
        tender, given = yield from _ask_tender(session, _WITH_CASH)
        if not given:
            return tender, 0
        currency = session.requests.sender.currency
        try:
            received = parse_major(given, currency)
        except AmountError as error:
            yield from session.show_text(str(error), Tone.BAD)
            continue
        if tender is not Tender.CASH or not amount_minor <= received <= AMOUNT_MAX:
            amount = session.money(amount_minor)
            yield from session.say("Cash received must be at least {amount}.", tone=Tone.BAD, amount=amount)
            continue
        change = session.money(received - amount_minor)
        yield from session.say("Change: {change}", tone=Tone.WARNING, change=change)
        return tender, received


def ask_tender(session: Session) -> Steps[Tender]:
    """Ask for the means of payment; Enter is cash."""
    while True:
        tender, given = yield from _ask_tender(session, _TENDER)
        if not given:
            return tender
        yield from session.say("Type a number from 1 to {count}.", tone=Tone.BAD, count=len(TENDERS))


def _ask_tender(session: Session, text: str) -> Steps[tuple[Tender, str]]:
    """Ask for a tender; return it with what was typed behind it."""
    shown = [session.words(name) for name in TENDER_NAMES.values()]
    names = {tender.value: tender for tender in TENDERS} | dict(zip(shown, TENDERS, strict=True))
    listed = "  ".join(f"{place} {name}" for place, name in enumerate(shown, 1))
    while True:
        typed, _, given = word((yield from session.ask(text, listed=listed))).partition(" ")
        if not typed or typed in {"1", "2", "3"}:
            return TENDERS[int(typed or 1) - 1], given.strip()
        if typed.upper() in names:
            return names[typed.upper()], given.strip()
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


def bill_amount(session: Session, bill: Owed) -> Steps[int]:
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
        problem = part_problem(bill, amount, currency)
        if problem is None:
            return amount
        yield from session.show_text(session.words.reason(problem), Tone.BAD)


def payers_fee(session: Session, bills: Sequence[Owed], *, whole: bool) -> Steps[int]:
    """Return the payer's fee: what the platform has said of one bill that is paid in full, else as the teller agrees.

    The fee of several bills, or of a part, can differ from the sum: the platform refuses another one and says its own.
    """
    told = sum(bill.fee_minor for bill in bills)
    if not told or (whole and len(bills) == 1):
        return told
    fee = format_major(told, session.requests.sender.currency)
    return (yield from ask_amount(session, "Payer's fee (Enter: {fee})", default=told, fee=fee))
