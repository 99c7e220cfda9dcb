"""Cancels a debit batch that the bank has not debited: its bills are open again."""

from __future__ import annotations

import datetime as dt

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.access.audit import Subject, SubjectType
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.debits.batches import BATCH_LIFE, Batch, BatchEvent, RecordState
from offline_collect.domain.errors import DebitError
from offline_collect.domain.texts.counts import debits_counted
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.store import SqlStore, append_audit
from offline_collect.store.debits.batches import get_batch, set_batch
from offline_collect.store.debits.counts import count_in
from offline_collect.store.debits.records import cancel_records

_CANCELLED = BATCH_LIFE[BatchEvent.CANCELLED]


def cancel_batch(store: SqlStore, batch_no: str, actor: Actor, now: dt.datetime) -> Batch:
    """Cancel a batch that waits for its result; return it as it was.

    Raises:
        NotPermittedError: the actor may not cancel one.
        NotFoundError: there is no such batch.
        DebitError: it is cancelled or taken already, or reports have ended some of its records.
    """
    actor.require(Permission.DEBIT)
    with store.transaction() as tx:
        batch = get_batch(tx, batch_no, lock=True).batch
        if batch.state not in _CANCELLED.sources:
            raise DebitError(
                Phrase(
                    "batch {batch_no} is {state}: it cannot be cancelled",
                    batch_no=batch_no,
                    state=batch.state.value,
                )
            )
        ended = batch.record_count - count_in(tx, batch_no, RecordState.OUT)
        if ended:
            raise DebitError(
                Phrase(
                    "batch {batch_no}: the bank has settled or rejected {debits} of it: it cannot be"
                    " cancelled",
                    batch_no=batch_no,
                    debits=debits_counted(ended),
                )
            )
        cancel_records(tx, batch_no)
        target = _CANCELLED.target.value
        set_batch(tx, batch_no, {"state": target, "ended_by": actor.name, "ended_at": now})
        subject = Subject(SubjectType.DEBIT_BATCH, batch_no, batch.merchant_id)
        before, after = {"state": batch.state.value}, {"state": target, "records": batch.record_count}
        append_audit(tx, actor, "debit cancel", subject, before, after, now)
    return batch
