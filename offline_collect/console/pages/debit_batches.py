"""Debit batches: where each stands, and what became of its debits."""

from __future__ import annotations

from offline_collect.console.day_end import DayEndParts
from offline_collect.console.listing import ROWS, Listing, place_of
from offline_collect.console.page import Answer, Page, Shown
from offline_collect.console.visit import Visit
from offline_collect.domain.debits.batches import BatchState
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.settlement.debit.view import view_batch, view_batches
from offline_collect.translations import Language

TITLE = Phrase("Debit batches")


def show_all(visit: Visit) -> Answer:
    """Show the batches of the user's merchants, the latest first."""
    named = visit.query.get("state", "")
    state = BatchState(named) if named in set(BatchState) else None
    place = place_of(visit, "") or None
    found, following = view_batches(
        visit.store, visit.actor, visit.query.get("merchant") or None, state, (place, ROWS)
    )
    shown = Listing(
        found,
        visit.address_with(after=None) if "after" in visit.query else None,
        None if following is None else visit.address_with(after=f'"{following}"'),
    )
    return Shown("debit_batches.html", {"found": shown, "states": list(BatchState)})


def show(visit: Visit) -> Answer:
    """Show one batch."""
    view = view_batch(visit.store, visit.actor, visit.parts_of_path["number"])
    codes = visit.part(DayEndParts).codes
    chinese = visit.language is Language.ZH
    meanings = {
        each.code: codes.of(each.code).says_zh if chinese else codes.of(each.code).says
        for each in view.counts
        if each.code is not None
    }
    return Shown("debit_batch.html", {"view": view, "batch": view.stored.batch, "meanings": meanings})


PAGES = (
    Page(path="/debit-batches", title=TITLE, handler=show_all),
    Page(path="/debit-batches/{number}", title=TITLE, handler=show),
)
