"""Undoes a released import whose bills are all still open: as a whole, or not at all.

Bills stay payable until the undo is done. A payment of one of them ends the undo (the import is RELEASED
again), so a payer is never refused.

``begin_undo`` (UNDOING), ``mark_undo`` chunk by chunk, ``finish_undo`` (UNDONE: all former versions are in effect again
at once), then ``discard_staged``; or ``cancel_undo``, then ``tidy_import``.

Marking reverses settling, chunk by chunk: the import's state decides about its rows again. Every lane then
reads the import's state, so one change of its row takes all of them out of effect.

Rows that a later import in force has changed are never undone: the later rows would replace missing rows, and the
rows that both imports replaced would be in effect again. This holds whether or not the later import is tidied.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import and_, func, or_, select, update

from offline_collect.domain.imports.life import (
    IN_FORCE,
    WAITS,
    ImportEvent,
    ImportState,
)
from offline_collect.domain.imports.refusals import KeyHolder, UndoObstacle
from offline_collect.domain.imports.rows import Standing
from offline_collect.domain.imports.undo import ImportedRow, bill_obstacle, customer_obstacle
from offline_collect.domain.lookup_keys import lookup_keys
from offline_collect.store.backoffice.bills import bill_in_effect, content_of
from offline_collect.store.backoffice.lookup_keys import current_form, latest_forms, write_keys
from offline_collect.store.backoffice.merchants import require_merchant
from offline_collect.store.database.bulk_write import bulk_update
from offline_collect.store.database.json import from_json
from offline_collect.store.database.list_parameter import wanted, wanted_rows
from offline_collect.store.imports.key_holders import key_holders
from offline_collect.store.imports.lifecycle import (
    decide_import,
    get_import,
    move_import,
    require_event,
    require_state,
)
from offline_collect.store.imports.mandate_rows import mandates_taken_again
from offline_collect.store.imports.record import Import, ImportKind
from offline_collect.store.imports.tidy import (
    StagedPage,
    lock_versions,
    marked_originals,
    staged_page,
    step_on,
)
from offline_collect.store.schema.tables import bills, customers, imports
from offline_collect.store.sql.statements import PAIRS
from offline_collect.store.sql.transaction import StoreTransaction
from offline_collect.store.sql.visibility import (
    BILL_PLACES,
    CUSTOMER_PLACES,
    PLACES,
    VERSIONED,
    Places,
    Row,
    States,
)
from offline_collect.store.versioning.bills_in_effect import import_states

_INPUTS = customers.columns.keys().index("inputs")


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why an import cannot be undone.

    Attributes:
        number: of the bill or customer.
    """

    number: str
    reason: UndoObstacle


@dataclass(frozen=True, slots=True)
class LaterImport:
    """A later import that has changed, or will change, rows of the import to undo.

    Attributes:
        waits: whether it still waits to take effect.
        rows: the number of affected rows of the earlier import.
        numbers: of the first affected bills or customers.
    """

    import_id: int
    waits: bool
    rows: int
    numbers: Sequence[str]


def later_imports(tx: StoreTransaction, import_id: int, most: int) -> list[LaterImport]:
    """Return the later imports that prevent an undo, the earliest first; a snapshot is sufficient.

    The rule is :func:`offline_collect.domain.imports.undo.changed_since`, where a row still names a later import.

    Args:
        most: how many numbers are returned with each.
    """
    versioned = VERSIONED[get_import(tx, import_id).kind]
    by = versioned.table.c.superseded_by
    own = versioned.table.c.import_id == import_id
    concerned = imports.c.state.in_(sorted(IN_FORCE | WAITS))
    counted = (
        select(by, imports.c.state, func.count())
        .join_from(versioned.table, imports, imports.c.import_id == by)
        .where(own, concerned)
        .group_by(by, imports.c.state)
        .order_by(by)
    )
    found = []
    for later, state, rows in tx.connection.execute(counted).all():
        first = select(versioned.number).where(own, by == later).order_by(versioned.row_id).limit(most)
        numbers = tuple(tx.connection.execute(first).scalars())
        found.append(LaterImport(later, ImportState(state) in WAITS, rows, numbers))
    return found


def begin_undo(tx: StoreTransaction, import_id: int) -> Import:
    """Move a RELEASED and tidied import to UNDOING; one that is already UNDOING starts from its first row again.

    Raises:
        NotFoundError: there is no such import.
        WrongStateError: it is in neither state, or not tidied yet (tidy it first).
    """
    require_event(get_import(tx, import_id), ImportEvent.UNDO_BEGUN)
    tidied = or_(imports.c.state == ImportState.UNDOING.value, imports.c.rows_through.is_(None))
    return move_import(tx, import_id, ImportEvent.UNDO_BEGUN, {"rows_through": 0}, tidied)


def mark_undo(tx: StoreTransaction, import_id: int, most: int) -> tuple[bool, Sequence[Obstacle]]:
    """Check at most the next ``most`` rows; return whether all are checked, and the obstacles.

    If there are obstacles, ``cancel_undo`` and tidy.

    Raises:
        WrongStateError: a payment ended the undo meanwhile; tidy.
    """
    found = require_state(tx, import_id, ImportState.UNDOING)
    require_merchant(tx, found.merchant_id, lock=True)
    page = staged_page(tx, found, most)
    if page is None:
        return True, ()
    versions = lock_versions(tx, page)
    obstacles = tuple(_obstacles(tx, page, versions))
    if not obstacles:
        _mark(tx, page, marked_originals(page, versions))
    step_on(tx, page, ImportState.UNDOING, {})
    return page.last, obstacles


def finish_undo(tx: StoreTransaction, import_id: int, who: str, now: dt.datetime) -> Import:
    """Take all rows out of effect at once and restore the former versions; the rows are then to be discarded.

    Raises:
        WrongStateError: a payment ended the undo meanwhile, or not all rows are checked.
    """
    require_event(get_import(tx, import_id), ImportEvent.UNDONE)
    return decide_import(tx, import_id, ImportEvent.UNDONE, who, now, imports.c.rows_through.is_(None))


def cancel_undo(tx: StoreTransaction, import_id: int) -> Import:
    """Move an UNDOING import back to RELEASED, if a payment has not done so; it must then be tidied."""
    tx.connection.execute(tx.statements.end_undo, {"number": import_id})
    return get_import(tx, import_id)


def _obstacles(tx: StoreTransaction, page: StagedPage, versions: Mapping[int, Row]) -> Iterator[Obstacle]:
    at = PLACES[page.found.kind]
    claims = {row[at.superseded_by] for row in versions.values()} - {None}
    states = import_states(tx.connection, tx.statements, claims)
    look = _bill_obstacles if page.found.kind is ImportKind.BILLS else _customer_obstacles
    for number, reason in look(tx, page, versions, states):
        if reason is not None:
            yield Obstacle(number, reason)


Found = Iterator[tuple[str, UndoObstacle | None]]


def _bill_obstacles(
    _: StoreTransaction, page: StagedPage, versions: Mapping[int, Row], states: States
) -> Found:
    for row in page.rows:
        own, original = versions[row.row_id], versions.get(row.supersedes)
        same_as = None if original is None else content_of(original)
        yield row.number, bill_obstacle(_imported(own, BILL_PLACES, states), bill_in_effect(own, same_as))


def _customer_obstacles(
    tx: StoreTransaction, page: StagedPage, versions: Mapping[int, Row], states: States
) -> Found:
    in_use = _with_bills(tx, page)
    holders = _holders_again(tx, page, versions)
    pairs = (
        (row.number, versions[row.supersedes], versions[row.row_id])
        for row in page.rows
        if row.supersedes in versions
    )
    taken = mandates_taken_again(tx, page.found.merchant_id, pairs, page.found.import_id)
    for row in page.rows:
        imported = _imported(versions[row.row_id], CUSTOMER_PLACES, states)
        obstacle = customer_obstacle(
            imported,
            row.number,
            new=row.supersedes is None,
            has_bills=row.number in in_use,
            holder=holders.get(row.number),
        )
        yield row.number, obstacle or taken.get(row.number)


def _imported(row: Row, at: Places, states: States) -> ImportedRow:
    by = row[at.superseded_by]
    return ImportedRow(row[at.standing] == Standing.FORMER, by, None if by is None else states.get(by))


def _with_bills(tx: StoreTransaction, page: StagedPage) -> set[str]:
    """Return the customers of a page that have bills."""
    asked = wanted_rows(tx.connection.dialect.name, PAIRS)
    theirs = and_(bills.c.merchant_id == asked.c.m, bills.c.customer_no == asked.c.k)
    found = select(asked.c.k).distinct().join_from(asked, bills, theirs)
    numbers = wanted(tuple(PAIRS), {(page.found.merchant_id, row.number) for row in page.rows})
    return set(tx.connection.execute(found, numbers).scalars())


def _holders_again(
    tx: StoreTransaction, page: StagedPage, versions: Mapping[int, Row]
) -> dict[str, KeyHolder]:
    """Return, by number, the present holders of inputs that customers of a page would have again."""
    forms = latest_forms(tx, page.found.merchant_id)
    form = current_form(forms, require_merchant(tx, page.found.merchant_id).form_version)
    if form is None:
        return {}
    regained: dict[str, list[str]] = {}
    for row in page.rows:
        if row.supersedes in versions:
            before, after = (from_json(versions[each][_INPUTS]) for each in (row.supersedes, row.row_id))
            kept = lookup_keys(form, after)
            regained[row.number] = [key for key in lookup_keys(form, before) if key not in kept]
    keys = {key for keys in regained.values() for key in keys}
    holders = key_holders(tx, page.found.merchant_id, keys, undoing=page.found.import_id)
    found = {}
    for number, keys_of_one in regained.items():
        others = [each for key in keys_of_one for each in holders.get(key, ()) if each.customer_no != number]
        if others:
            found[number] = others[0]
    return found


def _mark(tx: StoreTransaction, page: StagedPage, originals: Mapping[int, Row]) -> None:
    """Have the import decide again about its rows and those that they replaced.

    The rule is :func:`offline_collect.domain.imports.versions.marked_to_undo`.
    """
    table = page.versioned.table
    certain = and_(page.own, table.c.standing.is_(None))
    tx.connection.execute(update(table).where(certain).values(standing=Standing.STAGED.value))
    if page.found.kind is ImportKind.CUSTOMERS:
        _write_keys_again(tx, page, originals)
    rows = [(row_id,) for row_id in originals]
    key = (str(page.versioned.row_id.key),)
    bulk_update(tx.connection, table, (), key, rows, cleared=("standing",))


def _write_keys_again(tx: StoreTransaction, page: StagedPage, originals: Mapping[int, Row]) -> None:
    """Write the lookup keys of former versions of customers; versions marked before already have them."""
    merchant_id, former = page.found.merchant_id, Standing.FORMER
    inputs = [
        (row_id, from_json(row[_INPUTS]))
        for row_id, row in originals.items()
        if row[CUSTOMER_PLACES.standing] == former
    ]
    write_keys(tx, merchant_id, latest_forms(tx, merchant_id), inputs)
