"""Bills: the list of a merchant's, one bill with its payments and changes, and typing one by hand."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from offline_collect.console.listing import ROWS, listing_to, place_of
from offline_collect.console.page import Answer, Page, Redirect, Shown
from offline_collect.console.pages.entry_forms import (
    anywhere,
    changes,
    merchant_asked,
    reading_asked,
    term,
    typed_changes,
)
from offline_collect.console.parts import EntryLayouts
from offline_collect.console.visit import Visit
from offline_collect.domain.access.audit import Subject, SubjectType
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.bills import BillState
from offline_collect.domain.money import format_major
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.merchant.entry.bills import add_bill, restore_bill, set_bill, withdraw_bill
from offline_collect.merchant.entry.entry import Entry
from offline_collect.merchant.entry.search import CustomerSearch
from offline_collect.merchant.entry.view_bills import BillSearch, BillView, search_bills, view_bill
from offline_collect.merchant.postings.search_terms import read_day
from offline_collect.merchant.profile.view import currency_of

TITLE = Phrase("Bills")
FIELDS = ("customer_no", "amount", "due_date", "description", "period", "open_from", "expires_on")


def find(visit: Visit) -> Answer:
    """List a merchant's bills by number: all, or those that match every term."""
    merchant_id = merchant_asked(visit)
    values: dict[str, Any] = {"merchant": merchant_id, "states": list(BillState), "found": None}
    if merchant_id:
        after = place_of(visit, "") or None
        page = search_bills(
            visit.store, merchant_id, _search(visit), visit.actor, after, ROWS, reading=reading_asked(visit)
        )
        found = listing_to(visit, page.found, page.following, page.read_to)
        values |= {"found": found, "on": page.on, "late_fee": page.merchant.late_fee}
        values |= {"begins": page.begins, "anywhere": anywhere(visit)}
    return Shown("bills.html", values)


def _search(visit: Visit) -> BillSearch:
    state, first, last = (term(visit, name) for name in ("state", "due_from", "due_to"))
    return BillSearch(
        number=term(visit, "number"),
        customer=CustomerSearch(number=term(visit, "customer")),
        state=BillState(state) if state in set(BillState) else None,
        period=term(visit, "period"),
        due_from=None if first is None else read_day(first),
        due_to=None if last is None else read_day(last),
    )


def show(visit: Visit) -> Answer:
    """Show a bill, what it owes today, its payments and its changes."""
    seen = _seen(visit)
    bill = seen.bill
    subject = Subject(SubjectType.BILL, bill.bill_no, bill.merchant_id)
    return Shown(
        "bill.html",
        {
            "seen": seen,
            "bill": bill,
            "state": bill.state(seen.on),
            "dues": bill.dues(seen.merchant.late_fee, seen.on),
            "changes": changes(visit, subject),
            "address": _address(bill.merchant_id, bill.bill_no),
            "document": _document(seen),
        },
    )


def _document(seen: BillView) -> dict[str, str | None]:
    """Return what a withdrawal and its undoing are decided on."""
    return {**_fields(seen), "state": seen.bill.state(seen.on).value}


def _seen(visit: Visit) -> BillView:
    merchant_id, bill_no = _named(visit)
    return view_bill(visit.store, merchant_id, bill_no, visit.actor)


def _named(visit: Visit) -> tuple[str, str]:
    return visit.parts_of_path["merchant"], visit.parts_of_path["number"]


def _address(merchant_id: str, bill_no: str) -> str:
    return f"{merchant_id}/{quote(bill_no, safe='')}"


def _fields(seen: BillView) -> dict[str, str | None]:
    bill = seen.bill
    dates = {"due_date": bill.due_date, "open_from": bill.open_from, "expires_on": bill.expires_on}
    return {
        "customer_no": bill.customer_no,
        "amount": format_major(bill.amount_minor, bill.currency),
        "description": bill.description,
        "period": bill.period,
        **{name: None if date is None else date.isoformat() for name, date in dates.items()},
    }


def ask_change(visit: Visit) -> Answer:
    """Show the form that changes a bill."""
    seen = _seen(visit)
    merchant_id, bill_no = _named(visit)
    values = {"fields": _fields(seen), "merchant": merchant_id, "number": bill_no}
    return Shown(
        "bill_form.html", {**values, "action": f"/bill-change/{_address(merchant_id, bill_no)}", "new": False}
    )


def change(visit: Visit) -> Answer:
    """Change a bill on which nothing was paid."""
    merchant_id, bill_no = _named(visit)
    before = _fields(_seen(visit))
    visit.form.refuse_stale(before)
    typed = typed_changes(visit, before)
    entry = Entry(merchant_id, bill_no, visit.actor, typed.given, cleared=typed.cleared)
    changed = set_bill(visit.store, entry, visit.part(EntryLayouts).bills, visit.now)
    done = Phrase("the bill is changed") if changed else Phrase("the bill is as before")
    return Redirect(f"/bill/{_address(merchant_id, bill_no)}", done)


def ask_new(visit: Visit) -> Answer:
    """Show the form that adds a bill."""
    merchant_id = visit.parts_of_path["merchant"]
    currency_of(visit.store, merchant_id, visit.actor)
    fields = dict.fromkeys(FIELDS, None) | {"customer_no": term(visit, "customer")}
    values = {"fields": fields, "merchant": merchant_id, "number": None, "new": True}
    return Shown("bill_form.html", {**values, "action": f"/bill-new/{merchant_id}"})


def add(visit: Visit) -> Answer:
    """Add a bill."""
    merchant_id, bill_no = visit.parts_of_path["merchant"], visit.form.get("bill_no")
    given = typed_changes(visit, dict.fromkeys(FIELDS)).given | {"bill_no": bill_no}
    entry = Entry(merchant_id, bill_no, visit.actor, given)
    added = add_bill(visit.store, entry, visit.part(EntryLayouts).bills, visit.now)
    return Redirect(f"/bill/{_address(merchant_id, added.bill_no)}", Phrase("the bill is added"))


def withdraw(visit: Visit) -> Answer:
    """Withdraw a bill: it can no longer be paid."""
    visit.form.refuse_stale(_document(_seen(visit)))
    merchant_id, bill_no = _named(visit)
    withdraw_bill(visit.store, merchant_id, bill_no, visit.form.get("reason"), visit.actor, visit.now)
    return Redirect(f"/bill/{_address(merchant_id, bill_no)}", Phrase("the bill is withdrawn"))


def restore(visit: Visit) -> Answer:
    """Undo a withdrawal."""
    visit.form.refuse_stale(_document(_seen(visit)))
    merchant_id, bill_no = _named(visit)
    restore_bill(visit.store, merchant_id, bill_no, visit.form.get("reason"), visit.actor, visit.now)
    return Redirect(f"/bill/{_address(merchant_id, bill_no)}", Phrase("the bill can be paid again"))


_BILL, _CHANGE, _NEW = Phrase("Bill"), Phrase("Change a bill"), Phrase("New bill")
_MAY = Permission.MAINTAIN_BILLS
_ONE = "{merchant}/{number:path}"

PAGES = (
    Page(path="/bills", title=TITLE, handler=find, menu=40),
    Page(path=f"/bill/{_ONE}", title=_BILL, handler=show),
    Page(path=f"/bill-change/{_ONE}", title=_CHANGE, handler=ask_change, permission=_MAY),
    Page(
        path=f"/bill-change/{_ONE}",
        title=_CHANGE,
        handler=change,
        permission=_MAY,
        method="POST",
        again=ask_change,
    ),
    Page(path="/bill-new/{merchant}", title=_NEW, handler=ask_new, permission=_MAY),
    Page(path="/bill-new/{merchant}", title=_NEW, handler=add, permission=_MAY, method="POST", again=ask_new),
    Page(
        path=f"/bill-withdraw/{_ONE}",
        title=_BILL,
        handler=withdraw,
        permission=_MAY,
        method="POST",
        again=show,
    ),
    Page(
        path=f"/bill-restore/{_ONE}", title=_BILL, handler=restore, permission=_MAY, method="POST", again=show
    ),
)
