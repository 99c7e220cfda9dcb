"""What stands in the way of undoing an import, row by row: undone is all of it, or nothing."""

from __future__ import annotations

from offline_collect.domain.imports.life import IN_FORCE, WAITS, ImportState
from offline_collect.domain.imports.refusals import (
    ChangedSince,
    HasBills,
    InputsTaken,
    KeyHolder,
    UndoObstacle,
)
from offline_collect.domain.imports.rows import BillInEffect, touched
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


def bill_obstacle(row: ImportedRow, bill: BillInEffect) -> UndoObstacle | None:
    """Return what keeps an imported bill from being undone; None if nothing does.

    Args:
        bill: ``same`` says that the import changed nothing of its content: then its withdrawal is what it did.
    """
    return changed_since(row) or (None if bill.same else touched(bill))


def customer_obstacle(
    row: ImportedRow, customer_no: str, *, new: bool, has_bills: bool, holder: KeyHolder | None
) -> UndoObstacle | None:
    """Return what keeps an imported customer from being undone; None if nothing does.

    Args:
        new: whether the import brought the customer, rather than changed it.
        holder: who has a lookup key by now that the customer would have again.
    """
    changed = changed_since(row)
    if changed is not None:
        return changed
    if new and has_bills:
        return HasBills(customer_no)
    return None if holder is None else InputsTaken(holder)


def changed_since(row: ImportedRow) -> ChangedSince | None:
    """Return who has changed the row since, or waits to; None if nobody."""
    by = row.superseded_by
    if row.former or (by is not None and row.superseded_by_state in IN_FORCE):
        return ChangedSince(by)
    if by is not None and row.superseded_by_state in WAITS:
        return ChangedSince(by, waits=True)
    return None
