"""One difference of a business day: what each side counts, and its follow-up by two people."""

from __future__ import annotations

from typing import Any

from offline_collect.console.asked import done_or_asked
from offline_collect.console.day_end import CLASSES, FOLLOW_UPS, DayEndParts
from offline_collect.console.page import Answer, Page, Redirect, Shown
from offline_collect.console.visit import Visit
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.reconciliation.classes import FollowUp
from offline_collect.domain.reconciliation.items import OF_PAYOUTS, ItemState, possible_for
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.merchant.access import approvals
from offline_collect.merchant.postings.reconciliation import ResolveOrder, resolve
from offline_collect.settlement.reconciliation.view import SeenItem, view_item

TITLE = Phrase("Difference")


def show(visit: Visit) -> Answer:
    """Show one item, the request that waits for it, and the forms that resolve it."""
    seen = _seen(visit)
    item = seen.item
    asked = None if seen.proposed is None else approvals.show(visit.store, seen.proposed, visit.actor)
    opened = item.state is ItemState.OPEN and item.difference not in OF_PAYOUTS
    return Shown(
        "difference.html",
        {
            "seen": seen,
            "item": item,
            "asked": asked,
            "asked_follow_up": None if asked is None else FOLLOW_UPS[FollowUp(asked.payload["as"])],
            "own": asked is not None and asked.asked_by in visit.actor.names,
            "document": _document(seen),
            "possible": [each for each in FollowUp if each in possible_for(item.of_file)] if opened else (),
            "currency": item.currency or visit.part(DayEndParts).currency,
            "classes": CLASSES,
            "follow_ups": FOLLOW_UPS,
        },
    )


def propose(visit: Visit) -> Answer:
    """Resolve an item; what moves money waits for another user."""
    seen, form = _seen(visit), visit.form
    form.refuse_stale(_document(seen))
    named = form.get("follow_up")
    chosen = FollowUp(named) if named in set(FollowUp) else None
    order = ResolveOrder(seen.item.item_no, chosen, form.get("reason"), visit.part(DayEndParts).currency)
    done = resolve(visit.store, order, visit.actor, visit.now, visit.control)
    return done_or_asked(done, _address(seen), Phrase("the difference is resolved"))


def decide(visit: Visit) -> Answer:
    """Approve or reject the request that waits for an item: the one that the page has shown."""
    seen, form = _seen(visit), visit.form
    form.refuse_stale(_document(seen))
    if seen.proposed is None:
        return Redirect(_address(seen), Phrase("nothing waits here"))
    if form.get("decision") == "approve":
        approvals.approve(visit.store, seen.proposed, visit.actor, visit.now)
        return Redirect(_address(seen), Phrase("approved, and carried out"))
    reason = form.get("why") or None
    approvals.reject(visit.store, seen.proposed, visit.actor, visit.now, reason)
    return Redirect(_address(seen), Phrase("rejected: nothing was changed"))


def _seen(visit: Visit) -> SeenItem:
    return view_item(visit.store, visit.actor, visit.number("number"), visit.now)


def _document(seen: SeenItem) -> dict[str, Any]:
    return {"state": seen.item.state.value, "request": seen.proposed}


def _address(seen: SeenItem) -> str:
    return f"/differences/{seen.item.item_no}"


PAGES = (
    Page(path="/differences/{number}", title=TITLE, handler=show),
    Page(
        path="/differences/{number}",
        title=TITLE,
        handler=propose,
        permission=Permission.RECONCILE,
        method="POST",
        again=show,
        confirms=True,
    ),
    Page(
        path="/differences/{number}/decide",
        title=TITLE,
        handler=decide,
        permission=Permission.APPROVE,
        method="POST",
        again=show,
        confirms=True,
    ),
)
