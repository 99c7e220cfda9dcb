"""A customer's open bills, with a box to tick at each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from starlette.requests import Request
from starlette.responses import Response

from offline_collect.domain.texts.text import mask_name
from offline_collect_terminal.kiosk.kiosk import Kiosk, go
from offline_collect_terminal.kiosk.paying import order_problem
from offline_collect_terminal.kiosk.visits import Visit
from offline_collect_terminal.teller.link.answers import Owed
from offline_collect_terminal.teller.tasks.lookup import Found

MASK = "*"


@dataclass(frozen=True, slots=True)
class Row:
    """A bill as the page draws it."""

    bill_no: str
    description: str
    facts: tuple[tuple[str, str], ...]
    payable: str
    ticked: bool


async def show(kiosk: Kiosk, _: Request, visit: Visit) -> Response:
    """Show the bills."""
    if kiosk.waits(visit):
        return go("/payment")
    if visit.found is None or visit.merchant is None:
        return go("/")
    found = visit.found
    return kiosk.draw(
        visit,
        "bills",
        merchant=visit.merchant,
        payer=payer_of(found),
        bills=[row_of(kiosk, visit, bill, place in visit.ticked) for place, bill in enumerate(found.bills)],
        count=found.open_count,
        more=found.cursor is not None,
    )


async def read_more(kiosk: Kiosk, fields: Mapping[str, list[str]], visit: Visit) -> Response:
    """Read the next page of bills; what is ticked stays."""
    if visit.found is None or visit.lookup is None:
        return go("/")
    visit.ticked = _ticked(visit.found, fields)
    if visit.found.cursor is not None:
        await kiosk.run(visit, partial(visit.lookup.read, found=visit.found))
    return go("/bills")


async def choose(kiosk: Kiosk, fields: Mapping[str, list[str]], visit: Visit) -> Response:
    """Take the bills that are ticked, if they can be paid together."""
    if visit.found is None:
        return go("/")
    visit.ticked = _ticked(visit.found, fields)
    if not visit.ticked:
        kiosk.complain(visit, [kiosk.text(visit, "none_ticked")])
        return go("/bills")
    problem = order_problem(chosen_bills(visit))
    if problem is not None:
        kiosk.complain(visit, [kiosk.session(visit).words.reason(problem)])
        return go("/bills")
    return go("/pay")


def chosen_bills(visit: Visit) -> tuple[Owed, ...]:
    """Return the bills that the payer has ticked, in their order."""
    return () if visit.found is None else tuple(visit.found.bills[place] for place in sorted(visit.ticked))


def payer_of(found: Found) -> str:
    """Return who owes: the name, masked if the platform has not done so, and the number."""
    name = found.customer_name
    return " ".join(filter(None, (name if MASK in name else mask_name(name), found.customer_no)))


def row_of(kiosk: Kiosk, visit: Visit, bill: Owed, ticked: bool = False) -> Row:
    """Return a bill as pages draw it."""
    session = kiosk.session(visit)
    facts = [
        (kiosk.text(visit, "bill"), bill.bill_no if bill.description else ""),
        (kiosk.text(visit, "period"), bill.period),
        (kiosk.text(visit, "due"), bill.due),
        *bill.extra.items(),
    ]
    if bill.late_fee_minor:
        facts.append(("", kiosk.text(visit, "late_fee", amount=session.money(bill.late_fee_minor))))
    told = tuple((name, value) for name, value in facts if value)
    return Row(bill.bill_no, bill.description, told, session.money(bill.payable_minor), ticked)


def _ticked(found: Found, fields: Mapping[str, list[str]]) -> frozenset[int]:
    """Return the places that were ticked, and exist."""
    places = [
        text
        for text in fields.get("bill", [])
        if text.isascii() and text.isdigit() and len(text) <= len("9999")
    ]
    return frozenset(int(place) for place in places if int(place) < len(found.bills))
