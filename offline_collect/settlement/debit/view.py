"""Reads debit batches for users."""

from __future__ import annotations

from dataclasses import dataclass

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.access.approvals import DualAction
from offline_collect.domain.access.audit import SubjectType
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.debits.batches import Batch, BatchState, DebitRecord, RecordState
from offline_collect.domain.debits.report_standings import Standing
from offline_collect.store import AuditFilter, AuditRow, SqlStore, audit_rows, require_merchant
from offline_collect.store.debits.batches import StoredBatch, get_batch, list_batches
from offline_collect.store.debits.counts import counts_by_code, settled_sums
from offline_collect.store.debits.read_records import records_in

RECORDS_SHOWN = 100


@dataclass(frozen=True, slots=True)
class CodeCount:
    """The records of a batch in one state with one return code.

    Attributes:
        reported: how far they are by the bank's own reports of them (ISO 20022).
        code: None before the result.
        count: how many there are.
        asked_minor: what was asked for.
        settled_minor: what the bank says it has debited.
    """

    state: RecordState
    reported: Standing
    code: str | None
    count: int
    asked_minor: int
    settled_minor: int


@dataclass(frozen=True, slots=True)
class ListedBatch:
    """A batch in a list.

    Attributes:
        settled_minor: what is settled of it now; None before any result.
        returned_minor: what came back after it was settled.
    """

    batch: Batch
    settled_minor: int | None
    returned_minor: int


@dataclass(frozen=True, slots=True)
class BatchView:
    """A batch with what became of its records.

    Attributes:
        locked: the first records that wait for an operator.
        resolved: the latest that operators have settled or refused, as the audit trail has it.
    """

    stored: StoredBatch
    counts: tuple[CodeCount, ...]
    locked: tuple[DebitRecord, ...]
    resolved: tuple[AuditRow, ...]

    @property
    def listed(self) -> ListedBatch:
        """The batch as a list has it."""
        settled, returned = (
            sum(each.settled_minor for each in self.counts if each.state is state)
            for state in (RecordState.SETTLED, RecordState.RETURNED)
        )
        return _listed(self.stored, (settled, returned))


def view_batches(
    store: SqlStore,
    actor: Actor,
    merchant_id: str | None,
    state: BatchState | None,
    page: tuple[str | None, int],
) -> tuple[list[ListedBatch], str | None]:
    """Return a page of batches, the latest first, and the cursor of the next one; None on the last.

    Args:
        page: the cursor of the page before it, if any, and how many a page has.

    Raises:
        NotPermittedError: the actor may not see them.
        NotFoundError: there is no such merchant.
    """
    actor.require(Permission.VIEW)
    before, most = page
    with store.snapshot() as reading:
        if merchant_id is not None:
            require_merchant(reading, merchant_id)
        found = list_batches(reading, merchant_id, state, before, most + 1)
        sums = settled_sums(reading, [each.batch.batch_no for each in found[:most]])
    shown = [_listed(each, sums.get(each.batch.batch_no, (0, 0))) for each in found[:most]]
    return shown, shown[-1].batch.batch_no if len(found) > most else None


def _listed(stored: StoredBatch, sums: tuple[int, int]) -> ListedBatch:
    settled, returned = sums
    return ListedBatch(stored.batch, None if stored.story.settled_minor is None else settled, returned)


def view_batch(store: SqlStore, actor: Actor, batch_no: str) -> BatchView:
    """Return a batch with what became of its records.

    Raises:
        NotPermittedError: the actor may not see it.
        NotFoundError: there is none of this number.
    """
    actor.require(Permission.VIEW)
    with store.snapshot() as reading:
        stored = get_batch(reading, batch_no)
        counts = tuple(
            CodeCount(
                state=state,
                reported=reported,
                code=code,
                count=count,
                asked_minor=asked,
                settled_minor=settled,
            )
            for state, reported, code, count, asked, settled in counts_by_code(reading, batch_no)
        )
        locked = tuple(records_in(reading, batch_no, RecordState.LOCKED, RECORDS_SHOWN))
        told = AuditFilter(
            merchant_id=stored.batch.merchant_id,
            action=DualAction.DEBIT_RESOLVE.value,
            subject_type=SubjectType.DEBIT_BATCH,
            subject_id=batch_no,
            most=RECORDS_SHOWN,
        )
        resolved = tuple(audit_rows(reading, told))
    return BatchView(stored, counts, locked, resolved)


def batch_of(store: SqlStore, actor: Actor, batch_no: str) -> Batch:
    """Return a batch before somebody changes it.

    Raises:
        NotPermittedError: the actor may not see it.
        NotFoundError: there is none of this number.
    """
    return view_batch(store, actor, batch_no).stored.batch
