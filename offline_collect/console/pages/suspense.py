"""Money in suspense: one payment, which is refunded or applied to a bill; another user approves it."""

from __future__ import annotations

from offline_collect.console.asked import done_or_asked
from offline_collect.console.page import Answer, Page, Shown
from offline_collect.console.visit import Visit
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.decisions.suspense import Application, Refund
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.domain.transactions import PaymentState, PostedPayment
from offline_collect.merchant.postings import suspense

TITLE = Phrase("Money in suspense")


def show(visit: Visit) -> Answer:
    """Show a payment in suspense, and what can be done with it."""
    payment = _seen(visit)
    return Shown(
        "suspense.html",
        {
            "payment": payment,
            "in_suspense": payment.state is PaymentState.SUSPENSE,
            "document": _document(payment),
            "address": _address(payment),
        },
    )


def refund(visit: Visit) -> Answer:
    """Post that it was refunded, or ask another user to."""
    payment, form = _opened(visit), visit.form
    order = Refund(payment.name, form.get("reason"), visit.actor.name, form.get("reference") or None)
    done = suspense.refund(visit.store, order, visit.actor, visit.now, visit.control)
    return done_or_asked(done, _address(payment), Phrase("the refund is posted"))


def apply(visit: Visit) -> Answer:
    """Apply it to a bill, or ask another user to."""
    payment, form = _opened(visit), visit.form
    order = Application(payment.name, form.get("bill_no"), form.get("why"), visit.actor.name)
    done = suspense.apply(visit.store, order, visit.actor, visit.now, visit.control)
    return done_or_asked(done, _address(payment), Phrase("it is applied to the bill"))


def _seen(visit: Visit) -> PostedPayment:
    return suspense.require_payment(visit.store, visit.parts_of_path["name"])


def _opened(visit: Visit) -> PostedPayment:
    payment = _seen(visit)
    visit.form.refuse_stale(_document(payment))
    return payment


def _document(payment: PostedPayment) -> dict[str, str]:
    return {"state": payment.state.value}


def _address(payment: PostedPayment) -> str:
    return f"/suspense/{payment.name}"


_NAME = "{name:path}"

PAGES = (
    Page(
        path=f"/suspense-refund/{_NAME}",
        title=TITLE,
        handler=refund,
        permission=Permission.SUSPENSE,
        method="POST",
        again=show,
        confirms=True,
    ),
    Page(
        path=f"/suspense-apply/{_NAME}",
        title=TITLE,
        handler=apply,
        permission=Permission.SUSPENSE,
        method="POST",
        again=show,
        confirms=True,
    ),
    Page(path=f"/suspense/{_NAME}", title=TITLE, handler=show, permission=Permission.SUSPENSE),
)
