"""Advises money that was taken while the platform was unreachable."""

from __future__ import annotations

import datetime as dt

from offline_collect_terminal.teller.journal.entries import State
from offline_collect_terminal.teller.link.requests import PaidBill
from offline_collect_terminal.teller.screen.model import Tone
from offline_collect_terminal.teller.screen.steps import Steps
from offline_collect_terminal.teller.tasks.ask_amounts import TENDER_NAMES, ask_amount, ask_tender
from offline_collect_terminal.teller.tasks.choose_merchant import choose_merchant
from offline_collect_terminal.teller.tasks.form_rules import bill_number
from offline_collect_terminal.teller.tasks.pay import may_begin, warn_of_others
from offline_collect_terminal.teller.tasks.payment_rules import new_entry
from offline_collect_terminal.teller.tasks.resolve_unanswered import resolve
from offline_collect_terminal.teller.tasks.send_and_keep import send_advice
from offline_collect_terminal.teller.tasks.session import Session

DAYS_BACK_MAX = 30


def advise(session: Session) -> Steps[None]:
    """Ask for the data of the payment, and advise the platform; keep an advice that cannot be sent now.

    Raises:
        Back, Leave, ToMenu: the teller leaves the task.
    """
    yield from session.say("Money that was taken while the platform could not be asked:", tone=Tone.TITLE)
    merchant = yield from choose_merchant(session)
    bill_no = yield from _ask_bill(session)
    if not (yield from may_begin(session, merchant.merchant_id, bill_no)):
        return
    amount = yield from ask_amount(session, "Amount that was taken")
    tender = yield from ask_tender(session)
    taken_on = yield from ask_date(session, "Taken on (YYYY-MM-DD; Enter: today)", session.today)
    yield from warn_of_others(session, merchant.merchant_id, bill_no)
    sure = yield from session.confirm(
        "Advise {amount} {tender} taken on {date} for {bill} of {merchant} (y/n)",
        amount=session.money(amount),
        tender=session.words(TENDER_NAMES[tender]),
        date=taken_on,
        bill=bill_no,
        merchant=merchant.name,
    )
    if sure:
        bill, other_day = PaidBill(bill_no, amount), None if taken_on == session.today else taken_on
        request = session.requests.advice(merchant.merchant_id, bill, tender, other_day)
        entry = yield from send_advice(session, new_entry(session, merchant, request, State.QUEUED, [bill]))
        yield from resolve(session, entry)


def ask_date(session: Session, text: str, default: dt.date) -> Steps[dt.date]:
    """Ask for a date of the last :data:`DAYS_BACK_MAX` days; Enter takes the default."""
    while True:
        typed = yield from session.ask(text, default=default)
        if not typed:
            return default
        try:
            date = dt.date.fromisoformat(typed)
        except ValueError:
            yield from session.say("Write a date like {example}.", tone=Tone.BAD, example=session.today)
            continue
        if 0 <= (session.today - date).days <= DAYS_BACK_MAX:
            return date
        yield from session.say(
            "The date must be one of the last {days} days.", tone=Tone.BAD, days=DAYS_BACK_MAX
        )


def _ask_bill(session: Session) -> Steps[str]:
    while True:
        bill_no = bill_number((yield from session.ask("Bill number")))
        if bill_no is not None:
            return bill_no
        yield from session.say("A bill number has 1 to 32 letters, digits and signs.", tone=Tone.BAD)
