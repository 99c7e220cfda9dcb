"""Paid at the merchant's own office: posted for one bill, and undone; another user approves either."""

from __future__ import annotations

from urllib.parse import quote

from offline_collect.console.asked import done_or_asked
from offline_collect.console.errors import ChoiceError
from offline_collect.console.page import Answer, Page, Shown
from offline_collect.console.visit import Visit
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.decisions.outside import OutsidePayment, UndoOutside
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.merchant.entry.view_bills import BillView, view_bill
from offline_collect.merchant.postings.paid_at_office import settle_outside, undo_outside
from offline_collect.merchant.postings.search_terms import read_amount, read_day

TITLE = Phrase("Paid at the merchant's office")
_ADDRESS = "{merchant}/{number:path}"


def ask(visit: Visit) -> Answer:
    """Show the form that posts a payment at the office."""
    seen = _seen(visit)
    dues = seen.bill.dues(seen.merchant.late_fee, seen.on)
    values = {"bill": seen.bill, "dues": dues, "address": _address(seen), "document": _document(seen)}
    return Shown("paid_at_office.html", values)


def post(visit: Visit) -> Answer:
    """Post a payment at the office, or ask another user to."""
    seen, form = _seen(visit), visit.form
    form.refuse_stale(_document(seen))
    bill = seen.bill
    amount, paid_on = form.get("amount"), form.get("paid_on")
    order = OutsidePayment(
        merchant_id=bill.merchant_id,
        bill_no=bill.bill_no,
        amount_minor=read_amount(amount, bill.currency) if amount else None,
        reference=form.get("reference"),
        who=visit.actor.name,
        waives_late_fee=bool(form.get("waive_late_fee")),
        paid_on=read_day(paid_on) if paid_on else None,
    )
    done = settle_outside(visit.store, order, visit.actor, visit.now, visit.control)
    return done_or_asked(done, f"/bill/{_address(seen)}", Phrase("the payment at the office is posted"))


def undo(visit: Visit) -> Answer:
    """Undo a payment at the office of this bill, or ask another user to."""
    seen, form = _seen(visit), visit.form
    serial_number = form.get("serial")
    if serial_number not in {each.serial_number for each in seen.by_hand}:
        raise ChoiceError(Phrase("name the payment at the office that is undone: it stands under the bill"))
    order = UndoOutside(serial_number, form.get("why"), visit.actor.name)
    done = undo_outside(visit.store, order, visit.actor, visit.now, visit.control)
    return done_or_asked(done, f"/bill/{_address(seen)}", Phrase("the payment at the office is undone"))


def _seen(visit: Visit) -> BillView:
    merchant_id, bill_no = visit.parts_of_path["merchant"], visit.parts_of_path["number"]
    return view_bill(visit.store, merchant_id, bill_no, visit.actor)


def _address(seen: BillView) -> str:
    return f"{seen.bill.merchant_id}/{quote(seen.bill.bill_no, safe='')}"


def _document(seen: BillView) -> dict[str, str | int]:
    return {
        "state": seen.bill.state(seen.on).value,
        "version": seen.bill.version,
        "payments": len(seen.by_hand),
    }


PAGES = (
    Page(
        path=f"/bill-paid/{_ADDRESS}",
        title=TITLE,
        handler=ask,
        permission=Permission.PAID_AT_OFFICE,
    ),
    *(
        Page(
            path=f"/{name}/{_ADDRESS}",
            title=TITLE,
            handler=handler,
            permission=Permission.PAID_AT_OFFICE,
            method="POST",
            again=ask,
            confirms=True,
        )
        for name, handler in (("bill-paid", post), ("bill-paid-undo", undo))
    ),
)
