"""Debit batches: where each stands, and what became of its debits."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

from offline_collect.console.bank_files import BankFileParts, given
from offline_collect.console.day_end import DayEndParts
from offline_collect.console.listing import ROWS, Listing, place_of
from offline_collect.console.page import Answer, Page, Redirect, Shown
from offline_collect.console.visit import Visit
from offline_collect.domain.access.audit import Subject, SubjectType
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.debits.batches import BATCH_LIFE, BatchEvent, BatchState
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.settlement.debit.cancel import cancel_batch
from offline_collect.settlement.debit.out_file import OUT_LAYOUT
from offline_collect.settlement.debit.view import batch_of, view_batch, view_batches
from offline_collect.settlement.debit.write_file import write_batch
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
    batch = view.stored.batch
    waits = {"written": BatchEvent.WRITTEN, "cancelled": BatchEvent.CANCELLED}
    may = {name: batch.state in BATCH_LIFE[event].sources for name, event in waits.items()}
    return Shown("debit_batch.html", {"view": view, "batch": batch, "meanings": meanings, "may_be": may})


def give_file(visit: Visit) -> Answer:
    """Give the file of a batch that waits for its result; asked for again, it is the same byte for byte."""
    batch = batch_of(visit.store, visit.actor, visit.parts_of_path["number"])
    layout = visit.part(BankFileParts).layouts[OUT_LAYOUT]
    about = Subject(SubjectType.DEBIT_BATCH, batch.batch_no, batch.merchant_id)

    def write(folder: Path) -> Path:
        return write_batch(visit.store, batch.batch_no, folder, layout, visit.actor, visit.now).path

    return given(write, about)


def cancel(visit: Visit) -> Answer:
    """Cancel a batch that the bank has not debited: its bills are open again."""
    number = visit.parts_of_path["number"]
    cancel_batch(visit.store, number, visit.actor, visit.now)
    return Redirect(
        f"/debit-batches/{quote(number)}", Phrase("the batch is cancelled; its bills can be paid again")
    )


PAGES = (
    Page(path="/debit-batches", title=TITLE, handler=show_all),
    Page(path="/debit-batches/{number}", title=TITLE, handler=show),
    *(
        Page(
            path=f"/debit-batches/{{number}}/{name}",
            title=TITLE,
            handler=handler,
            permission=Permission.DEBIT,
            method="POST",
            again=show,
            confirms=True,
        )
        for name, handler in (("file", give_file), ("cancel", cancel))
    ),
)
