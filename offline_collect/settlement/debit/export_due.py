"""Makes the debit batches of an evening: one of each merchant that has mandates, and the files of all that wait for theirs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.business_days.evening import DayDocument
from offline_collect.domain.debits.batches import BatchState
from offline_collect.domain.errors import DebitError
from offline_collect.files.fixed_width.layout import FixedLayout
from offline_collect.settlement.debit.export import DebitOrder, export_batch
from offline_collect.settlement.debit.write_file import WrittenFile, write_batch
from offline_collect.store import SqlStore
from offline_collect.store.debits.batches import list_batches
from offline_collect.store.debits.merchants import merchants_with_mandates
from offline_collect.store.reconciliation.day_documents import put_document

_BATCHES_MAX = 10_000


@dataclass(frozen=True, slots=True)
class EveningDebits:
    """How batches are made in an evening.

    Attributes:
        date: the day whose evening it is.
        order_of: makes the order of a merchant.
        layout: of files of fixed width.
    """

    date: BusinessDate
    order_of: Callable[[str], DebitOrder]
    folder: Path
    layout: FixedLayout
    actor: Actor


@dataclass(frozen=True, slots=True)
class NotExported:
    """A merchant of which no batch could be made, and why."""

    merchant_id: str
    why: str


def export_due(
    store: SqlStore, debits: EveningDebits, now: dt.datetime
) -> Iterator[WrittenFile | NotExported]:
    """Register the batches of all merchants, then write the files of all that are registered.

    A merchant of which none can be made does not keep the others from theirs; the evening's debits are then not done, so
    that the next run tries again.

    Raises:
        NotPermittedError: the actor may not do it.
        UnwritableError: the folder is missing or full; the batches stay registered, and the next run writes them.
    """
    debits.actor.require(Permission.DEBIT)
    with store.snapshot() as reading:
        merchants = merchants_with_mandates(reading)
    failed = 0
    for merchant_id in merchants:
        try:
            export_batch(store, debits.order_of(merchant_id), debits.layout, now)
        except DebitError as error:
            failed += 1
            yield NotExported(merchant_id, str(error))
    with store.snapshot() as reading:
        left = list_batches(reading, None, BatchState.REGISTERED, None, _BATCHES_MAX)
    for stored in reversed(left):
        yield write_batch(store, stored.batch.batch_no, debits.folder, debits.layout, debits.actor, now)
    if not failed:
        with store.transaction() as tx:
            put_document(tx, debits.date, DayDocument.DEBITS, len(left), debits.actor.name, now)
