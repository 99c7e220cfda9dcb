"""What stands in the way of undoing an import, row by row: undone is all of it, or nothing."""

from __future__ import annotations

from offline_collect.domain.imports.life import IN_FORCE, WAITS, ImportState
from offline_collect.domain.imports.rows import BillInEffect, Twin, touched
from offline_collect.domain.phrases import Phrase
from offline_collect.domain.values import value


@value
class ImportedRow:
    """A row that an import brought, as it is now.

    Attributes:
        former: whether another version has taken its place for good.
        superseded_by: the import that has taken its place, or waits to.
        superseded_by_state: that import's state.
    """

    former: bool
    superseded_by: int | None
    superseded_by_state: ImportState | None


def changed_since(row: ImportedRow) -> str | None:
    """Return who has changed the row since, or waits to; None if nobody."""
    by = row.superseded_by
    if row.former and by is None:
        return "was changed by hand since"
    if row.former or row.superseded_by_state in IN_FORCE:
        return f"was changed by import {by} since: undo that first"
    if row.superseded_by_state in WAITS:
        return f"is to be changed by import {by}, which waits: reject that first"
    return None


def bill_touched_since(bill: BillInEffect) -> Phrase | None:
    """Return what was done to a bill since it was imported.

    Args:
        bill: ``same`` says that the import changed nothing of its content: then its withdrawal is what it did.
    """
    return None if bill.same else touched(bill)


def held_by(twin: Twin) -> str:
    """Return why a customer cannot have its former inputs again."""
    if twin.import_id is None:
        return f"customer {twin.customer_no} has its former inputs by now: change that one first"
    if twin.undoing:
        return f"import {twin.import_id}, which is just being undone, gives its inputs to {twin.customer_no}"
    return (
        f"import {twin.import_id}, which waits, gives its former inputs to customer {twin.customer_no}:"
        " reject that first"
    )
