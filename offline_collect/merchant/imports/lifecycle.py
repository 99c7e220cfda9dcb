"""Releases, rejects and undoes imports after their file was read (docs/merchants.md, Imports)."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from typing import Any, TypeVar

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.access.audit import Subject, SubjectType
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.imports.life import ImportEnd, ImportEvent, ImportRefusal, refusal
from offline_collect.domain.ports import ConflictError
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.merchant.imports.order import Watch
from offline_collect.merchant.imports.result import (
    OBSTACLES_TOLD,
    OwnImportError,
    ReleaseRefusedError,
    UndoRefusedError,
)
from offline_collect.store import (
    Import,
    ImportCounts,
    ImportState,
    Obstacle,
    SqlStore,
    StoreTransaction,
    append_audit,
    begin_undo,
    cancel_undo,
    discard_staged,
    finish_undo,
    get_import,
    imports_to_tidy,
    later_imports,
    mark_undo,
    reject_import,
    release_clashes,
    release_import,
    tidy_import,
)
from offline_collect.store.imports.lifecycle import end_staging, require_event

PAGE = 1_000
"""Rows that one transaction tidies; two pages would take locks in another order than the lanes do."""

ATTEMPTS = 10
"""How often a chunk is retried while a payment holds its rows."""

T = TypeVar("T")


def patiently(store: SqlStore, work: Callable[[StoreTransaction], T]) -> T:
    """Do work in a separate transaction, then pause so that payments are not delayed.

    If a lock is not released in time, retry up to a limit.
    """
    begun = time.monotonic()
    for attempt in range(ATTEMPTS):
        try:
            with store.transaction() as tx:
                done = work(tx)
            break
        except ConflictError:
            if attempt == ATTEMPTS - 1:
                raise
    store.throttle(time.monotonic() - begun)
    return done


def release(store: SqlStore, import_id: int, actor: Actor, now: dt.datetime, watch: Watch) -> Import:
    """Put a waiting import into effect.

    Raises:
        NotPermittedError: the actor may not release.
        NotFoundError: no import has this number.
        OwnImportError: the actor imported it, so another user must release it.
        ReleaseRefusedError: some customers would now have the same inputs as others.
        WrongStateError: it is not waiting.
    """
    actor.require(Permission.RELEASE)
    _refuse_clashes(store, import_id, actor)

    def work(tx: StoreTransaction) -> None:
        before = get_import(tx, import_id)
        if refusal(ImportEvent.RELEASED, before.standing, actor.name) is ImportRefusal.OWN_IMPORT:
            raise OwnImportError(import_id, actor.name)
        _audit(tx, "release", before, release_import(tx, import_id, actor.name, now), actor, now)

    patiently(store, work)
    tidy_one(store, import_id, watch)
    return _now(store, import_id)


def _refuse_clashes(store: SqlStore, import_id: int, actor: Actor) -> None:
    with store.snapshot() as reading:
        before = get_import(reading, import_id)
        if refusal(ImportEvent.RELEASED, before.standing, actor.name) is not None:
            return
        told, count = [], 0
        for clash in release_clashes(reading, import_id):
            count += 1
            if count <= OBSTACLES_TOLD:
                told.append(clash)
    if told:
        raise ReleaseRefusedError(import_id, told, count)


def reject(
    store: SqlStore, import_id: int, actor: Actor, now: dt.datetime, reason: str | None = None
) -> Import:
    """Reject an import that is not in effect yet, and delete its rows.

    The user who imported it may do so too.

    Raises:
        NotPermittedError: the actor may not reject it.
        NotFoundError: no import has this number.
        WrongStateError: it is in effect or already rejected.
    """

    def work(tx: StoreTransaction) -> None:
        before = get_import(tx, import_id)
        own = before.who == actor.name and actor.may(Permission.IMPORT)
        actor.require(Permission.IMPORT if own else Permission.RELEASE)
        _audit(tx, "reject", before, reject_import(tx, import_id, actor.name, now), actor, now, reason)

    patiently(store, work)
    _discard(store, import_id)
    return _now(store, import_id)


def undo(
    store: SqlStore, import_id: int, actor: Actor, now: dt.datetime, watch: Watch, reason: str | None = None
) -> Import:
    """Undo an import whose rows have not changed since: what it replaced takes effect again.

    Raises:
        NotPermittedError: the actor may not undo.
        NotFoundError: no import has this number.
        WrongStateError: it is not in effect.
        UndoRefusedError: a row was changed or used; the whole import stays.
    """
    actor.require(Permission.RELEASE)
    tidy_one(store, import_id, watch)
    before = _undoable(store, import_id)
    patiently(store, lambda tx: begin_undo(tx, import_id))
    try:
        complete, obstacles = _look_through(store, import_id, watch)
    except BaseException:
        _cancel(store, import_id, watch)
        raise
    if obstacles:
        _cancel(store, import_id, watch)
        _refuse_if_changed_since(store, import_id)
        raise UndoRefusedError(import_id, obstacles, complete=complete)

    def work(tx: StoreTransaction) -> None:
        _audit(tx, "undo", before, finish_undo(tx, import_id, actor.name, now), actor, now, reason)

    patiently(store, work)
    _discard(store, import_id)
    return _now(store, import_id)


def look_at_undo(store: SqlStore, import_id: int, actor: Actor) -> Import:
    """Return an import that :func:`undo` may undo, as far as can be known before its rows are looked through.

    Raises:
        NotPermittedError, NotFoundError, WrongStateError: as :func:`undo` does.
        UndoRefusedError: a later import has changed some of its rows.
    """
    actor.require(Permission.RELEASE)
    found = _undoable(store, import_id)
    require_event(found, ImportEvent.UNDO_BEGUN)
    return found


def _undoable(store: SqlStore, import_id: int) -> Import:
    found = _now(store, import_id)
    if found.state is ImportState.RELEASED:
        # Rows that a later import left untidied no longer take effect, or prevent the undo.
        tidy(store, found.merchant_id)
        _refuse_if_changed_since(store, import_id)
    return found


def tidy(store: SqlStore, merchant_id: str | None = None) -> None:
    """Finish the tidying that killed processes left; nothing visible changes."""
    with store.snapshot() as reading:
        left = imports_to_tidy(reading, merchant_id)
    for found in left:
        if found.state in {ImportState.REJECTED, ImportState.UNDONE}:
            _discard(store, found.import_id)
        elif found.state is ImportState.RELEASED:
            tidy_one(store, found.import_id)


def tidy_one(store: SqlStore, import_id: int, watch: Watch | None = None) -> None:
    """Tidy the rows of an import in effect; leave a waiting one alone."""
    current = _now(store, import_id)
    if current.state is not ImportState.RELEASED or current.tidied:
        return
    done, total = 0, max(current.counts.new + current.counts.changed + current.counts.withdrawn, 1)
    while not patiently(store, lambda tx: tidy_import(tx, import_id, PAGE)):
        done += PAGE
        if watch is not None:
            watch(Phrase("tidying"), current.counts.read, min(done / total, 1.0))


def throw_away(
    store: SqlStore, import_id: int, ended: ImportEnd, counts: ImportCounts, now: dt.datetime
) -> None:
    """Abandon an import that ended during staging, without an entry in the audit trail."""

    def work(tx: StoreTransaction) -> bool:
        found = get_import(tx, import_id)
        if found.state is not ImportState.STAGING:
            return False
        end_staging(tx, import_id, ended, counts, found.who, now)
        return True

    if patiently(store, work):
        _discard(store, import_id)


def import_subject(found: Import) -> Subject:
    """Return what the audit trail calls an import."""
    return Subject(SubjectType.IMPORT, str(found.import_id), found.merchant_id)


def audit_document(found: Import) -> dict[str, Any]:
    """Return what the audit trail records of an import, without contents of its rows."""
    counts = found.counts
    told = {
        "new": counts.new,
        "changed": counts.changed,
        "unchanged": counts.unchanged,
        "withdrawn": counts.withdrawn,
        "refused": counts.refused,
    }
    return {
        "import": found.import_id,
        "state": found.state.value,
        "file": found.name,
        "sha256": found.sha256,
        "size": found.size_bytes,
        **told,
        **found.asked,
    }


def _audit(
    tx: StoreTransaction,
    verb: str,
    before: Import,
    after: Import,
    actor: Actor,
    now: dt.datetime,
    reason: str | None = None,
) -> None:
    told = audit_document(after)
    if reason is not None:
        told["reason"] = reason
    append_audit(tx, actor, f"imports {verb}", import_subject(before), audit_document(before), told, now)


def _look_through(store: SqlStore, import_id: int, watch: Watch) -> tuple[bool, list[Obstacle]]:
    """Return whether all rows were checked, and the obstacles to an undo; stop at the first page with any."""
    looked = 0
    while True:
        done, obstacles = patiently(store, lambda tx: mark_undo(tx, import_id, PAGE))
        looked += PAGE
        watch(Phrase("looking through"), looked, None)
        if done or obstacles:
            return done, list(obstacles)


def _refuse_if_changed_since(store: SqlStore, import_id: int) -> None:
    """Refuse an undo before any row is marked; name the later imports and how many rows each changed.

    Raises:
        UndoRefusedError: there is such an import.
    """
    with store.snapshot() as reading:
        later = later_imports(reading, import_id, OBSTACLES_TOLD)
    if later:
        raise UndoRefusedError(import_id, later=later)


def _cancel(store: SqlStore, import_id: int, watch: Watch) -> None:
    patiently(store, lambda tx: cancel_undo(tx, import_id))
    tidy_one(store, import_id, watch)


def _discard(store: SqlStore, import_id: int) -> None:
    while not patiently(store, lambda tx: discard_staged(tx, import_id, PAGE)):
        pass


def _now(store: SqlStore, import_id: int) -> Import:
    with store.snapshot() as reading:
        return get_import(reading, import_id)
