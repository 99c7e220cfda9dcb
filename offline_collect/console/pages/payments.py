"""Payments: the search, one payment's whole story, and money that may have moved."""

from __future__ import annotations

from urllib.parse import quote

from offline_collect.console.listing import ROWS, Listing, listing_to, place_of
from offline_collect.console.page import Answer, Page, Redirect, Shown
from offline_collect.console.pages.payment_timeline import steps
from offline_collect.console.parts import TradeTerms
from offline_collect.console.refusals import words_on_page
from offline_collect.console.visit import Visit
from offline_collect.domain.codes import NOT_STORED, ResponseCode
from offline_collect.domain.effects import ItemKind
from offline_collect.domain.payment_story import FoundMessage, PaymentCriteria
from offline_collect.domain.reconciliation.classes import DifferenceClass
from offline_collect.domain.reconciliation.items import PAYOUT_FAILED, PAYOUT_LEFT_OUT
from offline_collect.domain.reconciliation.records import ItemFilter
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.domain.transactions import PaymentState
from offline_collect.merchant.postings.search_terms import SearchTermError, read_criteria
from offline_collect.merchant.postings.view import view_suspense
from offline_collect.merchant.postings.view_payments import (
    UnboundedSearchError,
    search_payments,
    view_payment,
)
from offline_collect.notify.view import view_notices_of
from offline_collect.settlement.reconciliation.view import view_items
from offline_collect.settlement.view import view_days

TITLE = Phrase("Payments")
DOUBTS = Phrase("Money that may have moved")
TERMS = ("merchant", "bill", "customer", "institution", "terminal", "stan", "rrn", "amount", "code")
DAYS = ("from", "to")
ITEMS_MOST = 100

STATE_NEXT = {
    PaymentState.SUSPENSE: Phrase(
        "the money is here, and no bill has it: apply it to a bill of the merchant, or refund it"
    ),
}
"""What to do next about a payment, by its state."""

DIFFERENCE_NEXT: dict[str, Phrase] = {
    DifferenceClass.PLATFORM_ONLY: Phrase(
        "only we count it: ask the institution whether its customer has paid; if not, take the payment back"
    ),
    DifferenceClass.FEP_ONLY_UNKNOWN: Phrase(
        "the institution counts a payment that never reached us: take its money into suspense, and find the bill"
    ),
    DifferenceClass.FEP_ONLY_REFUSED: Phrase(
        "the institution counts a payment that we have refused: post it, or take its money into suspense"
    ),
    DifferenceClass.AMOUNT_DIFFERS: Phrase("the two amounts differ: ask the institution what it has taken"),
    DifferenceClass.STATE_DIFFERS: Phrase(
        "only one side has reversed the payment: ask the institution whether the payer has his money back"
    ),
    DifferenceClass.DAY_DIFFERS: Phrase("the two sides count it on days far apart: note what was found"),
    DifferenceClass.DUPLICATE_ROW: Phrase("the file has the row twice: ask whether money moved twice"),
    ItemKind.REVERSAL_OF_SETTLED: Phrase(
        "the payment was reversed after its day was settled: its money is with the merchant already"
    ),
    ItemKind.REVERSAL_OF_REFUNDED: Phrase(
        "the payment was reversed after it was refunded: ask whether the payer got his money twice"
    ),
    ItemKind.DEBIT_DISPUTED: Phrase("the payer disputes the debit: ask his bank what it has given back"),
    ItemKind.DEBIT_IN_DOUBT: Phrase(
        "the bank has not said whether it has debited: ask it, and resolve the debit by what it says"
    ),
    PAYOUT_FAILED: Phrase("the bank has not booked a payout: correct the account, and pay it out again"),
    PAYOUT_LEFT_OUT: Phrase("no payout has the merchant's money: correct its account or its name"),
}
"""What to do next about an open difference, by its class."""


def find(visit: Visit) -> Answer:
    """Search for payments; without any term, show those of the open business day."""
    serial, _, _ = visit.query.get("serial", "").strip().partition("/")
    if serial:
        return Redirect(f"/payments/{quote(serial, safe='')}")
    texts = {name: visit.query.get(name, "") for name in (*TERMS, *DAYS)}
    if not any(texts.values()):
        texts["from"] = _open_day(visit)
    found, sent = _page(visit, texts)
    codes = [code.value for code in ResponseCode if code not in NOT_STORED]
    return Shown(
        "payments.html",
        {"texts": texts, "found": found, "codes": codes, "sent": sent},
        status=422 if visit.refused else 200,
    )


def _open_day(visit: Visit) -> str:
    days = view_days(visit.store, visit.actor, 1)
    return str(days[0].date) if days else ""


def _page(visit: Visit, texts: dict[str, str]) -> tuple[Listing[FoundMessage], bool]:
    """Return the page of what was found, and whether refused messages are among it."""
    try:
        criteria = read_criteria(texts, visit.part(TradeTerms).currency)
        return _search(visit, criteria), criteria.of_terminal and not criteria.of_bills
    except (SearchTermError, UnboundedSearchError) as error:
        visit.refused = words_on_page(error)
        return Listing((), None, None), False


def _search(visit: Visit, criteria: PaymentCriteria) -> Listing[FoundMessage]:
    serial_number, line = place_of(visit, ["", 0])
    after = (serial_number, line) if serial_number else None
    page = search_payments(visit.store, criteria, visit.actor, ROWS, after, ends=True)
    return listing_to(visit, page.found, page.following, page.read_to)


def show(visit: Visit) -> Answer:
    """Show all that is stored about a payment."""
    story = view_payment(visit.store, visit.parts_of_path["serial"], visit.actor)
    notices = view_notices_of(visit.store, visit.actor, story)
    lines = story.lines
    return Shown(
        "payment.html",
        {
            "payment": lines[0],
            "total": sum(line.amount_minor for line in lines),
            "lines": lines,
            "day": story.days.get(lines[0].business_date),
            "steps": steps(story, notices, visit.part(TradeTerms).elements),
            "following": STATE_NEXT.get(lines[0].state),
        },
    )


def doubts(visit: Visit) -> Answer:
    """Show money that may have moved: in suspense, or counted by one side only."""
    after = place_of(visit, "") or None
    suspense = view_suspense(visit.store, visit.actor, None, after, ROWS)
    items, more = None, False
    if visit.actor.scope.whole:
        wanted = ItemFilter(open_only=True, most=ITEMS_MOST + 1)
        found = view_items(visit.store, visit.actor, wanted, visit.now).items
        items, more = found[:ITEMS_MOST], len(found) > ITEMS_MOST
    return Shown(
        "doubts.html",
        {
            "suspense": listing_to(visit, suspense.payments, suspense.following),
            "states": suspense.states,
            "items": items,
            "more_items": more,
            "following": DIFFERENCE_NEXT,
            "suspense_next": STATE_NEXT[PaymentState.SUSPENSE],
        },
    )


PAGES = (
    Page(path="/payments", title=TITLE, handler=find, menu=20),
    Page(path="/payments/doubts", title=DOUBTS, handler=doubts),
    Page(path="/payments/{serial}", title=Phrase("Payment"), handler=show),
)
