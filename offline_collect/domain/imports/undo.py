"""Why a row keeps its import from being undone; an import is undone as a whole or not at all."""

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
    """A row of an import, as it is now.

    Attributes:
        former: whether another version has replaced it permanently.
        superseded_by: the import that has replaced it, or waits to.
        superseded_by_state: that import's state.
    """

    former: bool
    superseded_by: int | None
    superseded_by_state: ImportState | None


def bill_obstacle(row: ImportedRow, bill: BillInEffect) -> UndoObstacle | None:
    """Return why an imported bill cannot be undone; None if it can.

    Args:
        bill: if ``same``, the import did not change the bill's content but withdrew it.
    """
    return changed_since(row) or (None if bill.same else touched(bill))


def customer_obstacle(
    row: ImportedRow, customer_no: str, *, new: bool, has_bills: bool, holder: KeyHolder | None
) -> UndoObstacle | None:
    """Return why an imported customer cannot be undone; None if it can.

    Args:
        new: whether the import added the customer; otherwise it changed the customer.
        holder: the customer that now has a lookup key that the undo would restore.
    """
    changed = changed_since(row)
    if changed is not None:
        return changed
    if new and has_bills:
        return HasBills(customer_no)
    return None if holder is None else InputsTaken(holder)


def changed_since(row: ImportedRow) -> ChangedSince | None:
    """Return the import or user that has changed the row since, or waits to; None if there is none."""
    by = row.superseded_by
    if row.former or (by is not None and row.superseded_by_state in IN_FORCE):
        return ChangedSince(by)
    if by is not None and row.superseded_by_state in WAITS:
        return ChangedSince(by, waits=True)
    return None
