"""Undoing a released import whose bills are all still open: all of it, or nothing.

Bills stay payable until it is done. A payment of one of them ends the undo (the import is RELEASED again),
so it is never a payer who is refused.

Marking turns settling back, chunk by chunk: the import's state decides about its rows again. Since every
lane then looks at the import, one change of its row takes all of them out of effect.

Rows that a later import in force has changed are never undone under it: its own rows would hang in the air, and
what both had replaced would be in effect again. Whether that later import is tidied makes no difference.
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
from offline_collect.domain.imports.rows import Twin
from offline_collect.domain.imports.undo import ImportedRow, bill_touched_since, changed_since, held_by
from offline_collect.domain.lookup_keys import lookup_keys
from offline_collect.store.backoffice.bills import CONTENT, bill_in_effect
from offline_collect.store.backoffice.lookup_keys import current_form, latest_forms, write_keys
from offline_collect.store.backoffice.merchants import require_merchant
from offline_collect.store.database.bulk_write import bulk_update
from offline_collect.store.database.json import from_json
from offline_collect.store.database.list_parameter import wanted, wanted_rows
from offline_collect.store.imports.apply_and_discard import (
    StagedPage,
    lock_versions,
    marked_originals,
    staged_page,
    step_on,
)
from offline_collect.store.imports.lifecycle import (
    decide_import,
    get_import,
    move_import,
    require_event,
    require_state,
)
from offline_collect.store.imports.lookup_clashes import key_holders
from offline_collect.store.imports.record import Import, ImportKind
from offline_collect.store.schema.tables import bills, customers, imports
from offline_collect.store.sql.statements import PAIRS
from offline_collect.store.sql.transaction import StoreTransaction
from offline_collect.store.sql.visibility import (
    CUSTOMER_PLACES,
    PLACES,
    VERSIONED,
    Places,
    Row,
    Standing,
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
    reason: str


@dataclass(frozen=True, slots=True)
class LaterImport:
    """A later import that has changed rows of one that is to be undone, or is to change them.

    Attributes:
        waits: whether it is not in effect yet.
        rows: how many of the earlier import's rows.
        numbers: of the first of those bills or customers.
    """

    import_id: int
    waits: bool
    rows: int
    numbers: Sequence[str]


def later_imports(tx: StoreTransaction, import_id: int, most: int) -> list[LaterImport]:
    """Return the later imports that stand in the way of an undo, the earliest first; a snapshot serves.

    Args:
        most: numbers that are returned with each.
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
    """Make a RELEASED and settled import UNDOING; one that is UNDOING already is looked through anew.

    Raises:
        NotThere: there is no such import.
        WrongState: it is neither, or not settled yet (settle it first).
    """
    require_event(get_import(tx, import_id), ImportEvent.UNDO_BEGUN)
    settled = or_(imports.c.state == ImportState.UNDOING.value, imports.c.rows_through.is_(None))
    return move_import(tx, import_id, ImportEvent.UNDO_BEGUN, {"rows_through": 0}, settled)


def mark_undo(tx: StoreTransaction, import_id: int, most: int) -> tuple[bool, Sequence[Obstacle]]:
    """Look at the next ``most`` rows at most; return whether all were seen, and what stands in the way.

    If something does, ``cancel_undo`` and settle.

    Raises:
        WrongState: a payment ended the undo meanwhile; settle.
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
    """Take all rows out of effect at once, and put the former versions back; rows are to be discarded.

    Raises:
        WrongState: a payment ended the undo meanwhile, or not all rows were seen.
    """
    require_event(get_import(tx, import_id), ImportEvent.UNDONE)
    return decide_import(tx, import_id, ImportEvent.UNDONE, who, now, imports.c.rows_through.is_(None))


def cancel_undo(tx: StoreTransaction, import_id: int) -> Import:
    """Make an UNDOING import RELEASED again, if a payment has not done so; to be settled."""
    tx.connection.execute(tx.statements.end_undo, {"number": import_id})
    return get_import(tx, import_id)


def _obstacles(tx: StoreTransaction, page: StagedPage, versions: Mapping[int, Row]) -> Iterator[Obstacle]:
    is_bills = page.found.kind is ImportKind.BILLS
    at = PLACES[page.found.kind]
    claims = {row[at.superseded_by] for row in versions.values()} - {None}
    states = import_states(tx.connection, tx.statements, claims)
    in_use = set() if is_bills else _with_bills(tx, page)
    twins = {} if is_bills else _twins(tx, page, versions)
    for row in page.rows:
        own = versions[row.row_id]
        reason = changed_since(_imported(own, at, states))
        if reason is None and is_bills:
            reason = _touched(own, versions.get(row.supersedes))
        if reason is None and row.supersedes is None and row.number in in_use:
            reason = "has bills by now"
        if reason is None and row.number in twins:
            reason = held_by(twins[row.number])
        if reason is not None:
            yield Obstacle(row.number, reason)


def _imported(row: Row, at: Places, states: States) -> ImportedRow:
    by = row[at.superseded_by]
    return ImportedRow(row[at.standing] == Standing.FORMER, by, None if by is None else states.get(by))


def _touched(row: Row, original: Row | None) -> str | None:
    same_as = None if original is None else tuple(original[CONTENT])
    return bill_touched_since(bill_in_effect(row, same_as))


def _with_bills(tx: StoreTransaction, page: StagedPage) -> set[str]:
    """Return which customers of a page have bills."""
    asked = wanted_rows(tx.connection.dialect.name, PAIRS)
    theirs = and_(bills.c.merchant_id == asked.c.m, bills.c.customer_no == asked.c.k)
    found = select(asked.c.k).distinct().join_from(asked, bills, theirs)
    numbers = wanted(tuple(PAIRS), {(page.found.merchant_id, row.number) for row in page.rows})
    return set(tx.connection.execute(found, numbers).scalars())


def _twins(tx: StoreTransaction, page: StagedPage, versions: Mapping[int, Row]) -> dict[str, Twin]:
    """Return, by number, who has the inputs by now that customers of a page would have again."""
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
        twins = [twin for key in keys_of_one for twin in holders.get(key, ()) if twin.customer_no != number]
        if twins:
            found[number] = twins[0]
    return found


def _mark(tx: StoreTransaction, page: StagedPage, originals: Mapping[int, Row]) -> None:
    """Have the import decide again about its rows and those that they replaced."""
    table = page.versioned.table
    certain = and_(page.own, table.c.standing.is_(None))
    tx.connection.execute(update(table).where(certain).values(standing=Standing.STAGED.value))
    if page.found.kind is ImportKind.CUSTOMERS:
        _write_keys_again(tx, page, originals)
    rows = [(row_id,) for row_id in originals]
    key = (str(page.versioned.row_id.key),)
    bulk_update(tx.connection, table, (), key, rows, cleared=("standing",))


def _write_keys_again(tx: StoreTransaction, page: StagedPage, originals: Mapping[int, Row]) -> None:
    """Write what former versions of customers were found by; one that has been marked before has it."""
    merchant_id, former = page.found.merchant_id, Standing.FORMER
    inputs = [
        (row_id, from_json(row[_INPUTS]))
        for row_id, row in originals.items()
        if row[CUSTOMER_PLACES.standing] == former
    ]
    write_keys(tx, merchant_id, latest_forms(tx, merchant_id), inputs)
