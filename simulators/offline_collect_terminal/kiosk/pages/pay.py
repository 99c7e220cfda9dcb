"""What is paid and how, and the payment: on its way, without an answer, or with its receipt."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from offline_collect.domain.commands import Tender
from offline_collect.domain.errors import AmountError
from offline_collect.domain.money import format_major, parse_major
from offline_collect_terminal.errors import BusyError
from offline_collect_terminal.kiosk.kiosk import Kiosk, go
from offline_collect_terminal.kiosk.pages.bills import chosen_bills, row_of
from offline_collect_terminal.kiosk.paying import Order, pay
from offline_collect_terminal.kiosk.texts import TENDERS
from offline_collect_terminal.kiosk.visits import Visit
from offline_collect_terminal.teller.journal.entries import REVERSIBLE, Entry
from offline_collect_terminal.teller.link.answers import Owed
from offline_collect_terminal.teller.link.requests import PaidBill
from offline_collect_terminal.teller.screen.model import Tone
from offline_collect_terminal.teller.tasks.payment_rules import part_problem
from offline_collect_terminal.teller.tasks.tell_outcome import receipt_of, sentence

SENDING_S, ASKING_S = 2, 3
"""After how many seconds the pages of a payment without an answer load themselves again."""


async def show(kiosk: Kiosk, _: Request, visit: Visit) -> Response:
    """Show what will be paid, and ask how."""
    if visit.paying is not None:
        return go("/payment")
    bills = chosen_bills(visit)
    if not bills or visit.merchant is None:
        return go("/")
    session = kiosk.session(visit)
    fee = sum(bill.fee_minor for bill in bills)
    total = sum(bill.payable_minor for bill in bills) + fee
    return kiosk.draw(
        visit,
        "pay",
        merchant=visit.merchant,
        bills=[row_of(kiosk, visit, bill) for bill in bills],
        fee=session.money(fee) if fee else "",
        total=session.money(total),
        part=_part(session.requests.sender.currency, bills),
        tenders=[(tender.value, session.words(name)) for tender, name in TENDERS.items()],
    )


async def send(kiosk: Kiosk, fields: Mapping[str, list[str]], visit: Visit) -> Response:
    """Send the payment, once: a form that is sent again shows the same payment."""
    if visit.paying is not None:
        return go("/payment")
    bills = chosen_bills(visit)
    if not bills or visit.merchant is None:
        return go("/")
    paid = _amounts(kiosk, visit, bills, fields.get("amount", [""])[0].strip())
    if paid is None:
        return go("/pay")
    tenders = {tender.value: tender for tender in TENDERS}
    tender = tenders.get(fields.get("tender", [""])[0], Tender.CARD)
    visit.order = Order(visit.merchant, bills, paid, tender)
    try:
        task = partial(pay, order=visit.order, begun=visit.begin_payment)
        visit.paying = kiosk.terminal.start(visit.language, task)
    except BusyError:
        kiosk.complain(visit, [kiosk.text(visit, "too_busy")])
        return go("/pay")
    await kiosk.wait_a_little(visit)
    return go("/payment")


async def show_payment(kiosk: Kiosk, _: Request, visit: Visit) -> Response:
    """Show how far the payment is."""
    if visit.paying is None:
        return go("/")
    if not visit.paying.done():
        return kiosk.draw(
            visit, "payment", **_drawn("sending", kiosk.text(visit, "sending")), reload_s=SENDING_S
        )
    entry = kiosk.entry(visit)
    if entry is None:
        # Nothing was sent, or even written down: the reason is said where the payer can choose again.
        kiosk.tell(visit, visit.paying.result())
        visit.forget_payment()
        return go("/pay")
    if entry.unresolved:
        return _show_unknown(kiosk, visit, entry)
    if not visit.told:
        visit.told = True
        kiosk.visits.touch(visit)
    return _show_result(kiosk, visit, entry)


async def pay_another(_: Kiosk, __: Mapping[str, list[str]], visit: Visit) -> Response:
    """Begin again with the same merchant."""
    if visit.merchant is None:
        return go("/")
    visit.forget_payer()
    return go(visit.merchant_path)


def _show_unknown(kiosk: Kiosk, visit: Visit, entry: Entry) -> Response:
    session = kiosk.session(visit)
    known = {
        "terminal": session.terminal.terminal,
        "stan": entry.stan,
        "amount": session.money(entry.amount_minor, entry.currency),
    }
    drawn = _drawn("unknown", kiosk.text(visit, "asking"), "warning")
    return kiosk.draw(visit, "payment", **drawn | known, reload_s=ASKING_S)


def _show_result(kiosk: Kiosk, visit: Visit, entry: Entry) -> Response:
    session = kiosk.session(visit)
    line = sentence(session, entry)
    taken = entry.state in REVERSIBLE
    heading = kiosk.text(visit, "paid") if taken else kiosk.text(visit, "not_paid")
    tone = "good" if taken and line.tone is Tone.GOOD else "bad"
    drawn = _drawn("ended", heading, tone) | {
        "sentence": line.text,
        "slip": receipt_of(session, entry) if taken else None,
    }
    return kiosk.draw(visit, "payment", **drawn)


def _drawn(state: str, heading: str, tone: str = "plain") -> dict[str, Any]:
    return {"state": state, "heading": heading, "tone": tone, "slip": None, "sentence": ""}


def _part(currency: str, bills: tuple[Owed, ...]) -> dict[str, str] | None:
    """Return between which amounts the payer may choose; None if all must be paid."""
    least = bills[0].least_minor if len(bills) == 1 else None
    if least is None:
        return None
    most = format_major(bills[0].payable_minor, currency)
    return {"least": format_major(least, currency), "most": most, "typed": most}


def _amounts(kiosk: Kiosk, visit: Visit, bills: tuple[Owed, ...], typed: str) -> tuple[PaidBill, ...] | None:
    """Return how much is paid of each bill; None if that cannot be, which the page then says."""
    currency = kiosk.session(visit).requests.sender.currency
    part = _part(currency, bills)
    if part is None:
        return tuple(PaidBill(bill.bill_no, bill.payable_minor) for bill in bills)
    try:
        amount = parse_major(typed, currency)
    except AmountError:
        kiosk.complain(visit, [kiosk.text(visit, "write_amount", example=part["most"])])
        return None
    problem = part_problem(bills[0], amount, currency)
    if problem is not None:
        kiosk.complain(visit, [kiosk.session(visit).words.reason(problem)])
        return None
    return (PaidBill(bills[0].bill_no, amount),)
