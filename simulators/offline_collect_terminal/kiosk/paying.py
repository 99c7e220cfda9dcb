"""What a payer has the terminal do: find a merchant, look bills up, pay them. The rules are the shell's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from offline_collect.domain.commands import Tender
from offline_collect.domain.texts.phrases import Phrase
from offline_collect_terminal.teller.journal.entries import Entry, State
from offline_collect_terminal.teller.link.answers import Downloaded, Listed, Owed
from offline_collect_terminal.teller.link.requests import PaidBill
from offline_collect_terminal.teller.screen.model import Tone
from offline_collect_terminal.teller.screen.steps import Steps
from offline_collect_terminal.teller.tasks.choose_merchant import Directory, download_form, open_directory
from offline_collect_terminal.teller.tasks.payment_rules import (
    new_entry,
    selection_problem,
    sum_problem,
    too_many,
    unanswered_payment,
)
from offline_collect_terminal.teller.tasks.send_and_keep import send_payment
from offline_collect_terminal.teller.tasks.session import Session

MERCHANTS_SHOWN_MAX = 60
"""The most merchants on a page; a search finds the others."""


@dataclass(frozen=True, slots=True)
class Order:
    """A payment as a payer wants it, amounts in minor units.

    Attributes:
        bills: as the lookup found them.
        paid: how much of each.
    """

    merchant: Listed
    bills: tuple[Owed, ...]
    paid: tuple[PaidBill, ...]
    tender: Tender

    @property
    def fee_minor(self) -> int:
        """The payer's fee, as the lookup has said it."""
        return sum(bill.fee_minor for bill in self.bills)


def find_merchants(session: Session, text: str) -> Steps[list[Listed]]:
    """Return the merchants that contain a text, or those of the first page if it is empty.

    Without a directory an id is taken as it is.
    """
    directory = yield from open_directory(session)
    if not text:
        return directory.merchants[:MERCHANTS_SHOWN_MAX]
    return (yield from _search(session, directory, text))[:MERCHANTS_SHOWN_MAX]


def _search(session: Session, directory: Directory, text: str) -> Steps[list[Listed]]:
    if not directory.usable and text.isascii() and text.isprintable():
        return [Listed(text, text, "")]
    yield from directory.read_all(session)
    return directory.found(text)


def open_form(session: Session, merchant_id: str) -> Steps[tuple[Listed, Downloaded] | None]:
    """Return a merchant and its form; None after showing why there is none."""
    directory = yield from open_directory(session)
    listed = next((each for each in directory.merchants if each.merchant_id == merchant_id), None)
    merchant = listed or Listed(merchant_id, merchant_id, "")
    downloaded = yield from download_form(session, merchant)
    if downloaded is None:
        return None
    # A merchant beyond the first page is called by the title of its form.
    named = merchant if listed else Listed(merchant_id, downloaded.form.title or merchant_id, "")
    return named, downloaded


def order_problem(bills: tuple[Owed, ...]) -> Phrase | None:
    """Return why these bills cannot be paid together; None if they can."""
    return too_many(bills) or selection_problem(bills)


def pay(session: Session, order: Order, begun: Callable[[int], None]) -> Steps[Entry | None]:
    """Send a payment, unless another one of its bills has no answer; return it as far as it is known.

    Args:
        order: the bills and amounts.
        begun: is told the number of the journal's entry before anything is sent.

    Raises:
        JournalError: it could not be written down, so it was not sent.
    """
    problem = _hindrance(session, order)
    if problem is not None:
        yield from session.show_text(session.words.reason(problem), Tone.BAD)
        return None
    request = session.requests.payment(
        order.merchant.merchant_id, order.paid, order.tender, order.fee_minor, order.bills
    )
    first = order.bills[0]
    entry = new_entry(
        session, order.merchant, request, State.SENT, order.paid, first.description, order.fee_minor
    )
    begun(entry.number)
    return (yield from send_payment(session, entry))


def _hindrance(session: Session, order: Order) -> Phrase | None:
    problem = order_problem(order.bills) or sum_problem(order.paid, order.fee_minor)
    if problem is not None:
        return problem
    merchant_id = order.merchant.merchant_id
    if any(unanswered_payment(session.journal, merchant_id, bill.bill_no) for bill in order.bills):
        return Phrase(
            "A payment of this bill has no answer yet: do not pay again; we are asking the bank about it."
        )
    if session.journal.full:
        return Phrase("Too many payments have no answer: this terminal takes no more until they have.")
    return None
