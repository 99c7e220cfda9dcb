"""After a release, a rejection or an undo: rows are tidied in chunks, so that lanes need not read the import.

Tidying never changes which rows are in effect: the import's state has already decided it. Rows are locked before
the import's own row, in the order of a payment that ends an undo.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, null, select, update

from offline_collect.domain.effects import NoticeKind
from offline_collect.domain.imports.life import ImportState
from offline_collect.domain.imports.rows import Standing
from offline_collect.store.backoffice.lookup_keys import drop_keys
from offline_collect.store.backoffice.merchants import require_merchant
from offline_collect.store.database.bulk_write import bulk_update
from offline_collect.store.database.list_parameter import wanted
from offline_collect.store.database.raw_select import read_rows
from offline_collect.store.imports.lifecycle import change_import, require_state
from offline_collect.store.imports.record import Import, ImportKind
from offline_collect.store.notices.changed_terms import tell_changed_terms
from offline_collect.store.notices.events import write_imported
from offline_collect.store.schema.tables import bills, imports
from offline_collect.store.sql.statements import PAIRS
from offline_collect.store.sql.transaction import StoreTransaction
from offline_collect.store.sql.visibility import PLACES, VERSIONED, Row, Versioned

_SUPERSEDED_BY = -1
"""The position of the column in the rows of both tables."""


@dataclass(frozen=True, slots=True)
class StagedPage:
    """A page of an import's rows, in the order of their ids.

    Attributes:
        rows: id, number, id of the superseded row, and standing of each.
        last: whether it is the import's last page.
    """

    found: Import
    versioned: Versioned
    rows: Sequence[Any]
    last: bool

    @property
    def own(self) -> ColumnElement[bool]:
        """Whether a row is on this page, or of the same import and removed meanwhile."""
        table, row_id = self.versioned.table, self.versioned.row_id
        through = self.rows[-1].row_id if self.rows else 0
        first = self.rows[0].row_id if self.rows else 0
        return and_(table.c.import_id == self.found.import_id, row_id >= first, row_id <= through)

    @property
    def staged(self) -> list[Any]:
        """The rows about which the import still decides."""
        return [row for row in self.rows if row.standing == Standing.STAGED]

    @property
    def through(self) -> int | None:
        """The import's ``rows_through`` after this page."""
        return None if self.last else int(self.rows[-1].row_id)


def tidy_import(tx: StoreTransaction, import_id: int, most: int) -> bool:
    """Tidy at most ``most`` rows of a RELEASED import; return True when none is left.

    Rows that do not take effect, since their bill was paid, marked or changed before the release, are
    removed and counted as ``overtaken``. The rule is :func:`offline_collect.domain.imports.versions.tidied`.

    Raises:
        WrongStateError: it is not RELEASED.
    """
    page = staged_page(tx, require_state(tx, import_id, ImportState.RELEASED), most)
    if page is None:
        return True
    versions = lock_versions(tx, page)
    originals = marked_originals(page, versions)
    overtaken = [
        row.row_id for row in page.staged if row.supersedes is not None and row.supersedes not in originals
    ]
    _remove(tx, page, overtaken)
    _make_former(tx, page, originals)
    _tell_of_terms(tx, page, _replaced(page, versions, originals))
    table = page.versioned.table
    staged = and_(page.own, table.c.standing == Standing.STAGED.value)
    _tell_payers(tx, page, staged)
    tx.connection.execute(update(table).where(staged).values(standing=null()))
    counted = {"rows_overtaken": imports.c.rows_overtaken + len(overtaken)}
    step_on(tx, page, ImportState.RELEASED, counted)
    return page.last


def _tell_payers(tx: StoreTransaction, page: StagedPage, staged: ColumnElement[bool]) -> None:
    """Write the notices of a page's new bills; each page is tidied once, so each bill has one."""
    found = page.found
    if found.kind is not ImportKind.BILLS or found.decided_at is None:
        return
    if require_merchant(tx, found.merchant_id).tells(NoticeKind.BILL_IMPORTED):
        write_imported(tx, and_(staged, bills.c.supersedes.is_(None)), found.decided_at)


def _replaced(
    page: StagedPage, versions: Mapping[int, Row], originals: Mapping[int, Row]
) -> list[tuple[Row, Row]]:
    """Return the versions that a page's rows replace, each with the page's own."""
    return [
        (originals[row.supersedes], versions[row.row_id])
        for row in page.staged
        if row.supersedes in originals
    ]


def _tell_of_terms(tx: StoreTransaction, page: StagedPage, changed: Sequence[tuple[Row, Row]]) -> None:
    """Write the notices of mandates that have other terms by a page of customers, or have the former ones again.

    Args:
        changed: versions of a customer, as he was and as he is from now on.
    """
    found = page.found
    if found.kind is ImportKind.CUSTOMERS and found.decided_at is not None:
        merchant = require_merchant(tx, found.merchant_id)
        by = f"{found.state.value} {found.import_id}"
        tell_changed_terms(tx, merchant, changed, by, found.decided_at)


def discard_staged(tx: StoreTransaction, import_id: int, most: int) -> bool:
    """Remove at most ``most`` rows of a REJECTED or UNDONE import; return True when none is left.

    A bill that was paid and reversed stays as a former version, since payments name it. So does a version
    that another import would have replaced: ``verify`` reports a row without the version that it replaces.
    The rule is :func:`offline_collect.domain.imports.versions.discarded`.

    Raises:
        WrongStateError: it is neither.
    """
    found = require_state(tx, import_id, ImportState.REJECTED, ImportState.UNDONE)
    page = staged_page(tx, found, most)
    if page is None:
        return True
    versions = lock_versions(tx, page)
    originals = marked_originals(page, versions)
    if found.state is ImportState.UNDONE:
        again = [(after, before) for before, after in _replaced(page, versions, originals)]
        _tell_of_terms(tx, page, again)
    marked = [(row_id,) for row_id in originals]
    key = (str(page.versioned.row_id.key),)
    bulk_update(tx.connection, page.versioned.table, (), key, marked, cleared=("superseded_by",))
    if page.found.kind is ImportKind.BILLS:
        paid_once = and_(
            page.own, bills.c.standing == Standing.STAGED.value, bills.c.fee_through.is_not(None)
        )
        tx.connection.execute(update(bills).where(paid_once).values(standing=Standing.FORMER.value))
    named = _named_by_others(page, versions)
    _make_former(tx, page, named)
    _remove(tx, page, [row.row_id for row in page.staged if row.row_id not in named])
    step_on(tx, page, found.state, {})
    return page.last


def staged_page(tx: StoreTransaction, found: Import, most: int) -> StagedPage | None:
    """Return the next rows of an import for its present step; None after the last one."""
    versioned = VERSIONED[found.kind]
    table, row_id = versioned.table, versioned.row_id
    seen = select(imports.c.rows_through).where(imports.c.import_id == found.import_id)
    through = tx.connection.execute(seen).scalar_one()
    if through is None:
        return None
    page = (
        select(row_id.label("row_id"), versioned.number.label("number"), table.c.supersedes, table.c.standing)
        .where(table.c.import_id == found.import_id, row_id > through)
        .order_by(row_id)
        .limit(most)
    )
    rows = tx.connection.execute(page).all()
    return StagedPage(found, versioned, rows, last=len(rows) < most)


def lock_versions(tx: StoreTransaction, page: StagedPage) -> dict[int, Row]:
    """Lock all versions of the bills or customers on a page; return them by id.

    Bills are locked in the lanes' order, since payments continue meanwhile; only the back office changes
    customers.
    """
    is_bills = page.found.kind is ImportKind.BILLS
    statement = "bill_versions_locked" if is_bills else "customer_versions"
    asked = {(page.found.merchant_id, row.number) for row in page.rows}
    found = read_rows(tx.connection, tx.statements.select(statement), wanted(tuple(PAIRS), asked))
    return {row[0]: row for row in found}


def marked_originals(page: StagedPage, versions: Mapping[int, Row]) -> dict[int, Row]:
    """Return, by id, the rows that a page's rows supersede and that are still marked as superseded."""
    superseded = (row.supersedes for row in page.rows if row.supersedes is not None)
    return {
        row_id: versions[row_id]
        for row_id in superseded
        if row_id in versions and versions[row_id][_SUPERSEDED_BY] == page.found.import_id
    }


def step_on(tx: StoreTransaction, page: StagedPage, state: ImportState, changed: dict[str, Any]) -> None:
    """Record that a page is done, if the import is still in ``state``.

    Raises:
        WrongStateError: it is not; roll the transaction back.
    """
    change_import(tx, page.found.import_id, (state,), {"rows_through": page.through, **changed})


def _named_by_others(page: StagedPage, versions: Mapping[int, Row]) -> list[int]:
    """Return a page's staged rows that rows of other imports were to replace."""
    at = PLACES[page.found.kind]
    named = {row[at.supersedes] for row in versions.values() if row[at.import_id] != page.found.import_id}
    return [row.row_id for row in page.staged if row.row_id in named]


def _make_former(tx: StoreTransaction, page: StagedPage, row_ids: Iterable[int]) -> None:
    if page.found.kind is ImportKind.CUSTOMERS:
        drop_keys(tx, list(row_ids))
    former = [(Standing.FORMER.value, row_id) for row_id in row_ids]
    key = (str(page.versioned.row_id.key),)
    bulk_update(tx.connection, page.versioned.table, ("standing",), key, former)


def _remove(tx: StoreTransaction, page: StagedPage, row_ids: Sequence[int]) -> None:
    """Delete staged rows."""
    if not row_ids:
        return
    if page.found.kind is ImportKind.CUSTOMERS:
        drop_keys(tx, row_ids)
    table, key = page.versioned.table, page.versioned.row_id
    staged = and_(page.own, table.c.standing == Standing.STAGED.value)
    if len(row_ids) < len(page.rows):
        staged = and_(staged, key.in_(row_ids))
    tx.connection.execute(delete(table).where(staged))
