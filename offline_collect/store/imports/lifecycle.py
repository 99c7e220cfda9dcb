"""Imports: rows of files are staged in short transactions and take effect by one row's state (docs/architecture.md).

A life: ``begin_import`` (STAGING), chunk by chunk ``stage_bills`` or ``stage_customers``
(:mod:`offline_collect.store.imports.stage`), ``finish_staging`` (WAITING), ``release_import`` (RELEASED: all rows
are in effect at once), then ``tidy_import`` chunk by chunk until it returns True
(:mod:`offline_collect.store.imports.tidy`); it also counts the rows that a payment overtook. Or ``reject_import``
(REJECTED), then ``discard_staged`` chunk by chunk. :mod:`offline_collect.store.imports.undo` undoes it.

Every function works in the caller's transaction, which should be short: one chunk, then commit. A killed process leaves
whole chunks, and the import continues from its state.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import astuple
from typing import Any

from sqlalchemy import Select, and_, func, insert, select, update

from offline_collect.domain.imports.life import (
    IN_FORCE,
    LIFE,
    STATES,
    ImportEnd,
    ImportEvent,
    ImportRefusal,
    ImportState,
    refusal,
)
from offline_collect.domain.texts.phrases import Phrase, either
from offline_collect.store.backoffice.mandate_expiry import keep_expired
from offline_collect.store.backoffice.merchants import require_merchant
from offline_collect.store.database.errors import AlreadyExistsError, NotFoundError, WrongStateError
from offline_collect.store.database.json import to_json
from offline_collect.store.imports.record import (
    COUNTED,
    ENDED,
    Import,
    ImportCounts,
    ImportFile,
    ImportKind,
    import_of,
)
from offline_collect.store.schema.tables import customers, imports
from offline_collect.store.sql.scope import in_scope
from offline_collect.store.sql.transaction import StoreTransaction

IMPORT_NUMBERS = "imports"
"""Name of the counter that numbers imports."""

_BARS = (ImportState.WAITING, *sorted(IN_FORCE))
"""States in which an import blocks another import of the same file."""

_REFUSED = {
    ImportRefusal.STILL_TAKING_EFFECT: Phrase("is still taking effect: try again when it is done"),
    ImportRefusal.NOTHING_TO_UNDO: Phrase("changed nothing that could be undone, or is older than undoing"),
    ImportRefusal.NOT_ALL_LOOKED_AT: Phrase("is UNDOING, but not all of its rows have been checked yet"),
}


def begin_import(tx: StoreTransaction, file: ImportFile, now: dt.datetime, *, again: bool = False) -> int:
    """Begin staging a file and return the import's number; the merchant stays locked until the transaction ends.

    An import of the same file that another run left in STAGING is rejected. :func:`imports_to_tidy` then returns
    it, and the other run, if it is still alive, gets an error for its next chunk.

    Args:
        again: accept the file although an import of it waits or is in effect.

    Raises:
        NotFoundError: there is no such merchant.
        AlreadyExistsError: an import of the merchant's same file waits or is in effect; the message names it.
    """
    require_merchant(tx, file.merchant_id, lock=True)
    earlier = find_import(tx, file.merchant_id, file.kind, file.sha256)
    if earlier is not None and not again:
        raise AlreadyExistsError(
            Phrase(
                "{name} was imported before: it is import {import_id}, {state}",
                name=file.name,
                import_id=earlier.import_id,
                state=earlier.state,
            )
        )
    _give_up_staging(tx, file, now)
    number = _next_number(tx)
    row = {
        "import_id": number,
        "merchant_id": file.merchant_id,
        "kind": file.kind,
        "sha256": file.sha256,
        "name": file.name,
        "size_bytes": file.size_bytes,
        "options": to_json(dict(file.options)),
        "who": file.who,
        "began_at": now,
        "state": ImportState.STAGING.value,
        **_counted(ImportCounts()),
    }
    tx.connection.execute(insert(imports), row)
    return number


def finish_staging(tx: StoreTransaction, import_id: int, counts: ImportCounts) -> None:
    """Move a STAGING import to WAITING, with its counts.

    Raises:
        WrongStateError: it was rejected meanwhile.
    """
    move_import(tx, import_id, ImportEvent.STAGED, _counted(counts))


def release_import(tx: StoreTransaction, import_id: int, who: str, now: dt.datetime) -> Import:
    """Put all rows of a WAITING import into effect at once; return it as released, not tidied yet.

    Raises:
        NotFoundError: there is no such import.
        WrongStateError: it is not WAITING.
    """
    found = decide_import(tx, import_id, ImportEvent.RELEASED, who, now)
    if found.kind is ImportKind.CUSTOMERS:
        # These rows may have later last days: what has expired by now stays so.
        keep_expired(tx, customers.c.merchant_id == found.merchant_id, customers.c.superseded_by == import_id)
    return found


def count_staged(tx: StoreTransaction, import_id: int, counts: ImportCounts) -> None:
    """Store what a STAGING import has done so far, which its process may not live to tell.

    Raises:
        WrongStateError: it was rejected meanwhile.
    """
    change_import(tx, import_id, (ImportState.STAGING,), _counted(counts))


def end_staging(
    tx: StoreTransaction, import_id: int, ended: ImportEnd, counts: ImportCounts, who: str, now: dt.datetime
) -> None:
    """Reject a STAGING import that failed or was interrupted, with what it had done.

    Raises:
        NotFoundError: there is no such import.
        WrongStateError: it is not STAGING.
    """
    found = reject_import(tx, import_id, who, now)
    options = to_json({**found.options, ENDED: ended.value})
    change_import(tx, import_id, (ImportState.REJECTED,), {"options": options, **_counted(counts)})


def reject_import(tx: StoreTransaction, import_id: int, who: str, now: dt.datetime) -> Import:
    """Reject a STAGING or WAITING import; return it as rejected, with rows still to discard.

    Raises:
        NotFoundError: there is no such import.
        WrongStateError: it is neither.
    """
    # Staging locks the merchant: the chunk in progress is either written before, or fails after the rejection.
    require_merchant(tx, get_import(tx, import_id).merchant_id, lock=True)
    return decide_import(tx, import_id, ImportEvent.REJECTED, who, now)


def find_import(tx: StoreTransaction, merchant_id: str, kind: str, sha256: str) -> Import | None:
    """Return the latest import that blocks the same file: WAITING, RELEASED or UNDOING."""
    same = (imports.c.merchant_id == merchant_id, imports.c.kind == kind, imports.c.sha256 == sha256)
    barring = select(imports).where(*same, imports.c.state.in_(_BARS))
    found = _read(tx, barring.order_by(imports.c.import_id.desc()).limit(1))
    return found[0] if found else None


def get_import(tx: StoreTransaction, import_id: int) -> Import:
    """Return an import.

    Raises:
        NotFoundError: no import in the transaction's scope has this number.
    """
    seen = in_scope(imports.c.merchant_id, tx.scope)
    found = _read(tx, select(imports).where(imports.c.import_id == import_id, seen))
    if not found:
        raise NotFoundError(
            Phrase(
                "there is no import {number}; offline-collect imports list shows them all", number=import_id
            )
        )
    return found[0]


def list_imports(
    tx: StoreTransaction,
    merchant_id: str | None = None,
    state: ImportState | None = None,
    kind: ImportKind | None = None,
    most: int = 100,
    *,
    before: int | None = None,
) -> list[Import]:
    """Return imports, the latest first; ``before`` leaves out this number and those above it."""
    asked = ((imports.c.merchant_id, merchant_id), (imports.c.state, state), (imports.c.kind, kind))
    seen = in_scope(imports.c.merchant_id, tx.scope)
    wanted = select(imports).where(seen).order_by(imports.c.import_id.desc()).limit(most)
    if before is not None:
        wanted = wanted.where(imports.c.import_id < before)
    return _read(tx, wanted.where(*(column == value for column, value in asked if value is not None)))


def count_imports(tx: StoreTransaction) -> dict[ImportState, int]:
    """Return how many imports are in each state; the states of none are left out."""
    counted = select(imports.c.state, func.count()).where(in_scope(imports.c.merchant_id, tx.scope))
    rows = tx.connection.execute(counted.group_by(imports.c.state))
    return {ImportState(state): count for state, count in rows}


def imports_to_tidy(tx: StoreTransaction, merchant_id: str | None = None) -> list[Import]:
    """Return imports that a process left unfinished, the oldest first.

    REJECTED and UNDONE ones continue with ``discard_staged``, RELEASED ones with ``tidy_import``.
    """
    left = and_(imports.c.rows_through.is_not(None), imports.c.state != ImportState.UNDOING.value)
    seen = in_scope(imports.c.merchant_id, tx.scope)
    wanted = select(imports).where(left, seen).order_by(imports.c.import_id)
    return _read(tx, wanted if merchant_id is None else wanted.where(imports.c.merchant_id == merchant_id))


def change_import(
    tx: StoreTransaction,
    import_id: int,
    states: Iterable[ImportState],
    changed: Mapping[str, Any],
    *also: Any,
) -> None:
    """Change an import that is in one of ``states`` and meets the other conditions.

    Raises:
        NotFoundError: there is no such import.
        WrongStateError: it is not.
    """
    expected = sorted(states)
    seen = in_scope(imports.c.merchant_id, tx.scope)
    wanted = (imports.c.import_id == import_id, imports.c.state.in_(expected), seen, *also)
    if tx.connection.execute(update(imports).where(*wanted).values(changed)).rowcount:
        return
    found = get_import(tx, import_id)
    if found.state not in expected:
        raise wrong_state(found, expected)
    raise _refused(import_id, ImportRefusal.NOT_ALL_LOOKED_AT)


def require_state(tx: StoreTransaction, import_id: int, *states: ImportState) -> Import:
    """Return an import that is in one of ``states`` at this moment; it is not locked.

    Raises:
        NotFoundError: there is no such import.
        WrongStateError: it is not.
    """
    found = get_import(tx, import_id)
    if found.state not in states:
        raise wrong_state(found, states)
    return found


def require_event(found: Import, event: ImportEvent) -> None:
    """Refuse an event that the import's standing does not allow, with a message; the actor is not checked.

    Raises:
        WrongStateError: as :func:`offline_collect.domain.imports.life.refusal` says.
    """
    match refusal(event, found.standing, who=""):
        case None:
            return
        case ImportRefusal.WRONG_STATE:
            raise wrong_state(found, LIFE[event].sources)
        case why:
            raise _refused(found.import_id, why)


def _refused(import_id: int, why: ImportRefusal) -> WrongStateError:
    return WrongStateError(Phrase("import {number} {refused}", number=import_id, refused=_REFUSED[why]))


def wrong_state(found: Import, states: Iterable[ImportState]) -> WrongStateError:
    """Return the error that names the required states of an import."""
    return WrongStateError(
        Phrase(
            "import {number} is {state}, not {expected}",
            number=found.import_id,
            state=STATES[found.state],
            expected=either([STATES[state] for state in sorted(states)]),
        )
    )


def move_import(
    tx: StoreTransaction, import_id: int, event: ImportEvent, changed: Mapping[str, Any], *also: Any
) -> Import:
    """Move an import by an event of :data:`LIFE`, with other changes, and return it.

    Raises:
        NotFoundError: there is no such import.
        WrongStateError: the event does not start from its state, or ``also`` does not hold.
    """
    step = LIFE[event]
    change_import(tx, import_id, step.sources, {"state": step.target.value, **changed}, *also)
    return get_import(tx, import_id)


def decide_import(
    tx: StoreTransaction, import_id: int, event: ImportEvent, who: str, now: dt.datetime, *also: Any
) -> Import:
    """Move an import by a user's decision; its next step starts from the first row."""
    decided = {"rows_through": 0, "decided_by": who, "decided_at": now}
    return move_import(tx, import_id, event, decided, *also)


def _give_up_staging(tx: StoreTransaction, file: ImportFile, now: dt.datetime) -> None:
    same = (
        imports.c.merchant_id == file.merchant_id,
        imports.c.kind == file.kind,
        imports.c.sha256 == file.sha256,
        imports.c.state.in_(sorted(LIFE[ImportEvent.GIVEN_UP].sources)),
    )
    given_up = {
        "state": LIFE[ImportEvent.GIVEN_UP].target.value,
        "rows_through": 0,
        "decided_by": file.who,
        "decided_at": now,
    }
    for found in _read(tx, select(imports).where(*same)):
        options = to_json({**found.options, ENDED: ImportEnd.INTERRUPTED.value})
        this = update(imports).where(imports.c.import_id == found.import_id)
        tx.connection.execute(this.values(**given_up, options=options))


def _next_number(tx: StoreTransaction) -> int:
    counter = {"counter": IMPORT_NUMBERS}
    number = int(tx.connection.execute(tx.statements.next_number, counter).scalar_one())
    tx.connection.execute(tx.statements.take_numbers, {**counter, "next": number + 1})
    return number


def _counted(counts: ImportCounts) -> dict[str, int]:
    return {f"rows_{name}": count for name, count in zip(COUNTED, astuple(counts), strict=True)}


def _read(tx: StoreTransaction, wanted: Select[Any]) -> list[Import]:
    return [import_of(row) for row in tx.connection.execute(wanted)]
