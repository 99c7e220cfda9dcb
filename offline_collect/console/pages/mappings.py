"""Remembered columns of a merchant's files: the list, one of them, and forgetting it."""

from __future__ import annotations

from offline_collect.console.page import Answer, Page, Redirect, Shown
from offline_collect.console.visit import Visit
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.merchant.mappings.remember import forget_mapping, view_mapping, view_mappings

TITLE = Phrase("Remembered columns")


def show_all(visit: Visit) -> Answer:
    """Show the mappings that are remembered for a merchant's files."""
    merchant_id = visit.parts_of_path["merchant"]
    found = view_mappings(visit.store, merchant_id, visit.actor)
    return Shown("mappings.html", {"merchant": merchant_id, "found": found})


def show(visit: Visit) -> Answer:
    """Show one mapping."""
    merchant_id = visit.parts_of_path["merchant"]
    found = view_mapping(visit.store, merchant_id, visit.number("number"), visit.actor)
    return Shown("mapping.html", {"found": found})


def forget(visit: Visit) -> Answer:
    """Forget a mapping."""
    merchant_id = visit.parts_of_path["merchant"]
    gone = forget_mapping(visit.store, merchant_id, visit.number("number"), visit.actor, visit.now)
    said = Phrase("mapping {number} is forgotten", number=gone.mapping_id)
    return Redirect(f"/mappings/{merchant_id}", said)


PAGES = (
    Page(path="/mappings/{merchant}", title=TITLE, handler=show_all),
    Page(path="/mappings/{merchant}/{number}", title=TITLE, handler=show),
    Page(
        path="/mappings/{merchant}/{number}/forget",
        title=TITLE,
        handler=forget,
        permission=Permission.IMPORT,
        method="POST",
        again=show,
    ),
)
