"""Looks up a customer's open bills, shows them page by page, and lets the teller choose among them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from offline_collect.domain.money import format_major
from offline_collect.wire.messages.message import Message
from offline_collect_terminal.teller.link.answers import BillPage, Downloaded, Listed, Owed
from offline_collect_terminal.teller.screen.model import Column, Grid, Tone
from offline_collect_terminal.teller.screen.steps import Steps
from offline_collect_terminal.teller.screen.words import msgid
from offline_collect_terminal.teller.tasks.form_rules import Filled
from offline_collect_terminal.teller.tasks.payment_rules import too_many
from offline_collect_terminal.teller.tasks.session import Session, numbered, word

_STATUSES = {"PARTIAL": msgid("partly paid")}

_MORE = frozenset({"n", "next", "更多"})

Cell = Callable[[Owed], str]


@dataclass(slots=True)
class Found:
    """The bills of one lookup.

    Attributes:
        bills: the bills read so far.
        cursor: requests the next page; None if there is none.
        open_count: the total number of open bills, if the platform has sent it.
    """

    merchant: Listed
    customer_no: str = ""
    customer_name: str = ""
    bills: list[Owed] = field(default_factory=list)
    cursor: str | None = None
    open_count: int = 0

    def take(self, page: BillPage) -> list[Owed]:
        """Add a page; return its new bills."""
        known = {bill.bill_no for bill in self.bills}
        fresh = [bill for bill in page.bills if bill.bill_no not in known]
        self.bills += fresh
        # A page without new bills would be requested repeatedly.
        self.cursor = page.cursor if fresh else None
        self.open_count = max(page.open_count or 0, len(self.bills))
        self.customer_no = page.customer_no or self.customer_no
        self.customer_name = page.customer_name or self.customer_name
        return fresh


class Lookup:
    """One lookup, which can be read page by page, and repeated.

    Args:
        filled: the values of the form.
    """

    def __init__(self, merchant: Listed, downloaded: Downloaded, filled: Filled) -> None:
        self.merchant = merchant
        self._version = downloaded.version
        self._filled = filled

    def first_page(self, session: Session) -> Steps[Found | None]:
        """Show the first page; None after showing why there is none."""
        found = Found(self.merchant)
        fresh = yield from self.read(session, found)
        if fresh is None:
            return None
        if not fresh:
            yield from session.say(
                "{name} owes nothing.", tone=Tone.GOOD, name=found.customer_name or found.customer_no
            )
            return None
        yield from _show(session, found, fresh)
        return found

    def choose_bills(self, session: Session, found: Found) -> Steps[list[Owed]]:
        """Let the teller choose a bill, or tick several that are paid together; read further pages on request.

        Raises:
            Back, Leave, ToMenu: the teller wants to.
        """
        while True:
            text = msgid("Bill (number; several: 1,3 or 1-3)")
            if found.cursor:
                text = msgid("Bill (number; several: 1,3 or 1-3; n: more)")
            elif len(found.bills) == 1:
                text = msgid("Bill (number; Enter: 1)")
            typed = yield from session.ask(text)
            count = len(found.bills)
            ticked = [1] if not typed and count == 1 else ticked_places(typed, count)
            if word(typed) in _MORE:
                yield from self._show_more(session, found)
            elif not ticked:
                yield from session.say("Type a number from 1 to {count}.", tone=Tone.BAD, count=count)
            else:
                bills = [found.bills[place - 1] for place in ticked]
                problem = too_many(bills)
                if problem is None:
                    return bills
                yield from session.show_text(session.words.reason(problem), Tone.BAD)

    def _show_more(self, session: Session, found: Found) -> Steps[None]:
        fresh = (yield from self.read(session, found)) if found.cursor else None
        if fresh:
            yield from _show(session, found, fresh)
        else:
            yield from session.say("There are no more.", tone=Tone.QUIET)

    def read(self, session: Session, found: Found) -> Steps[list[Owed] | None]:
        """Read the next page of a lookup into ``found``; return its new bills, or None after showing why there is none.

        Raises:
            UnreadableAnswerError: the answer lacks data that it must have.
        """
        told = yield from session.inquire(self._request(session, found.cursor))
        return None if told is None else found.take(session.answers.bills(told))

    def _request(self, session: Session, cursor: str | None) -> Message:
        merchant_id = self.merchant.merchant_id
        if self._filled.bill_no is not None:
            return session.requests.bill(merchant_id, self._filled.bill_no)
        return session.requests.lookup(merchant_id, self._filled.inputs, self._version, cursor)


def ticked_places(typed: str, count: int) -> list[int]:
    """Return the places that a line names, such as `2`, `1,3` or `1-3`; empty if one of them does not exist.

    Args:
        typed: what the teller typed.
        count: how many there are.
    """
    places: list[int] = []
    for part in word(typed).replace("，", ",").replace("、", ",").replace(",", " ").split():
        first, dash, last = part.partition("-")
        ends = numbered(first), numbered(last if dash else first)
        if ends[0] is None or ends[1] is None or not 1 <= ends[0] <= ends[1] <= count:
            return []
        places += range(ends[0], ends[1] + 1)
    return list(dict.fromkeys(places))


def _show(session: Session, found: Found, fresh: list[Owed]) -> Steps[None]:
    first = len(found.bills) - len(fresh) + 1
    name = " ".join(filter(None, (found.customer_name, found.customer_no)))
    yield from session.say(
        "{merchant} · {name} · open bills: {count}",
        tone=Tone.TITLE,
        merchant=found.merchant.name,
        name=name,
        count=found.open_count,
    )
    yield from session.show(_table(session, fresh, first))
    if found.cursor:
        yield from session.say("n: more bills", tone=Tone.QUIET)


def _table(session: Session, bills: list[Owed], first: int) -> Grid:
    """Return the bills as a table, without empty columns."""
    words, currency = session.words, session.requests.sender.currency
    texts: list[tuple[str, Cell]] = [
        (words("Bill"), lambda bill: bill.bill_no),
        (words("Description"), lambda bill: bill.description),
        (words("Period"), lambda bill: bill.period),
        (words("Due"), lambda bill: bill.due),
        (
            words("Status"),
            lambda bill: "" if bill.status == "OPEN" else words(_STATUSES.get(bill.status, bill.status)),
        ),
        *((label, _extra(label)) for label in dict.fromkeys(key for bill in bills for key in bill.extra)),
    ]
    late, least = any(bill.late_fee_minor for bill in bills), any(bill.least_minor for bill in bills)
    amounts: list[tuple[str, Cell]] = []
    if late:
        amounts.append((words("Principal"), lambda bill: format_major(bill.principal_minor, currency)))
        amounts.append((words("Late fee"), lambda bill: format_major(bill.late_fee_minor, currency)))
    amounts.append((words("Payable"), lambda bill: format_major(bill.payable_minor, currency)))
    if any(bill.fee_minor for bill in bills):
        amounts.append((words("Payer's fee"), lambda bill: format_major(bill.fee_minor, currency)))
    if least:
        amounts.append((words("At least"), lambda bill: _least(bill, currency)))
    texts = [(heading, cell) for heading, cell in texts if any(cell(bill) for bill in bills)]
    cells = [cell for _, cell in (*texts, *amounts)]
    whole = {words("Bill"), words("Due")}
    columns = (
        Column("", figures=True),
        *(Column(heading, wraps=heading not in whole) for heading, _ in texts),
        *(Column(heading, figures=True) for heading, _ in amounts),
    )
    rows = tuple((str(place), *(cell(bill) for cell in cells)) for place, bill in enumerate(bills, first))
    return Grid(columns, rows)


def _extra(label: str) -> Cell:
    return lambda bill: bill.extra.get(label, "")


def _least(bill: Owed, currency: str) -> str:
    return "" if bill.least_minor is None else format_major(bill.least_minor, currency)
