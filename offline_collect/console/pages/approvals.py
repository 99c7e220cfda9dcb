"""Approvals: what needs two people, released, refused or withdrawn."""

from __future__ import annotations

from offline_collect.console.listing import ROWS, listing, place_of
from offline_collect.console.page import Answer, Page, Redirect, Shown
from offline_collect.console.parts import KeyCustody
from offline_collect.console.visit import Visit
from offline_collect.domain.access.approvals import ApprovalEvent, ApprovalState, refusal
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.merchant.access import approvals

TITLE = Phrase("Approvals")
_ALL = "ALL"


def find(visit: Visit) -> Answer:
    """List requests, the latest first: those that wait, or those in another state."""
    chosen = visit.query.get("state", ApprovalState.PENDING.value)
    state = ApprovalState(chosen) if chosen in set(ApprovalState) else None
    merchant_id = visit.query.get("merchant", "").strip() or None
    before = place_of(visit, 0) or None
    found = approvals.find(visit.store, visit.actor, visit.now, state, merchant_id, ROWS + 1, before=before)
    return Shown(
        "approvals.html",
        {
            "found": listing(visit, found, lambda each: each.approval_id, ROWS),
            "states": list(ApprovalState),
            "chosen": _ALL if state is None else state.value,
            "all": _ALL,
        },
    )


def show(visit: Visit) -> Answer:
    """Show a request, with what the user may do about it."""
    asked = approvals.show(visit.store, visit.number("number"), visit.actor)
    may = {
        event
        for event in (ApprovalEvent.APPROVED, ApprovalEvent.WITHDRAWN)
        if refusal(event, asked.standing, visit.actor, visit.now) is None
    }
    return Shown(
        "approval.html",
        {
            "asked": asked,
            "state": asked.standing.state_at(visit.now),
            "document": approvals.asked_document(asked),
            "decides": ApprovalEvent.APPROVED in may and visit.actor.may(Permission.APPROVE),
            "withdraws": ApprovalEvent.WITHDRAWN in may,
        },
    )


def approve(visit: Visit) -> Answer:
    """Approve a request: its change is made at once."""
    number = visit.number("number")
    approvals.approve(visit.store, number, visit.actor, visit.now, visit.part(KeyCustody).open)
    return Redirect(f"/approvals/{number}", Phrase("the request is approved, and what it asks for is done"))


def reject(visit: Visit) -> Answer:
    """Reject a request: nothing is done."""
    number, reason = visit.number("number"), visit.form.get("reason") or None
    approvals.reject(visit.store, number, visit.actor, visit.now, reason)
    return Redirect(f"/approvals/{number}", Phrase("the request is rejected: nothing was done"))


def withdraw(visit: Visit) -> Answer:
    """Withdraw one's own request."""
    number, reason = visit.number("number"), visit.form.get("reason") or None
    approvals.withdraw(visit.store, number, visit.actor, visit.now, reason)
    return Redirect(f"/approvals/{number}", Phrase("the request is withdrawn: nothing was done"))


_ONE = Phrase("Request")

PAGES = (
    Page(path="/approvals", title=TITLE, handler=find, menu=60),
    Page(path="/approvals/{number}", title=_ONE, handler=show),
    Page(
        path="/approvals/{number}/approve",
        title=_ONE,
        handler=approve,
        permission=Permission.APPROVE,
        method="POST",
        again=show,
        confirms=True,
    ),
    Page(
        path="/approvals/{number}/reject",
        title=_ONE,
        handler=reject,
        permission=Permission.APPROVE,
        method="POST",
        again=show,
    ),
    Page(path="/approvals/{number}/withdraw", title=_ONE, handler=withdraw, method="POST", again=show),
)
