"""Writes a batch's file from the store: at any time, and always the same bytes."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.access.audit import Subject, SubjectType
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.debits.batches import BATCH_LIFE, Batch, BatchEvent
from offline_collect.domain.errors import DebitError
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.files.digest import Digest
from offline_collect.files.fixed_width.layout import FixedLayout
from offline_collect.files.write.atomic_file import destination
from offline_collect.files.write.hashing import HashingStream
from offline_collect.settlement.debit.out_formats import OutFormat, out_format
from offline_collect.store import SqlStore, StoreTransaction, append_audit
from offline_collect.store.debits.batches import StoredBatch, get_batch, set_batch
from offline_collect.store.debits.records import out_records

_WRITTEN = BATCH_LIFE[BatchEvent.WRITTEN]


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """A batch's file, as it is in its folder now."""

    path: Path
    batch: Batch
    digest: Digest


def write_batch(
    store: SqlStore, batch_no: str, folder: Path, layout: FixedLayout, actor: Actor, now: dt.datetime
) -> WrittenFile:
    """Write the file of a batch that waits for its result; one that is there already is replaced by the same bytes.

    Args:
        layout: of the file of fixed width; not used if the batch is a message.

    Raises:
        NotPermittedError: the actor may not do it.
        NotFoundError: there is no such batch.
        DebitError: it is cancelled or taken, or the layout has changed since the file was first written.
        UnwritableError: the folder is missing or full; the batch stays as it is.
    """
    actor.require(Permission.DEBIT)
    with store.snapshot() as reading:
        found = get_batch(reading, batch_no)
        if found.batch.state not in _WRITTEN.sources:
            raise DebitError(
                Phrase(
                    "batch {batch_no} is {state}: its file is not written any more",
                    batch_no=batch_no,
                    state=found.batch.state.value,
                )
            )
        out = out_format(found.batch.format, layout, found.parties)
        path = folder / out.file_name(batch_no)
        with destination(path, overwrite=True) as stream:
            digest = _write(reading, found, out, stream)
            first = found.story.file_sha256
            if first not in {None, digest.sha256}:
                raise DebitError(
                    Phrase(
                        "batch {batch_no} would not have the bytes that it had first (SHA-256 {first}):"
                        " {changed}, or cancel the batch and make it again",
                        batch_no=batch_no,
                        first=first,
                        changed=out.changed,
                    )
                )
    with store.transaction() as tx:
        _mark(tx, batch_no, digest, actor, now)
    return WrittenFile(path, found.batch, digest)


def _write(reading: StoreTransaction, found: StoredBatch, out: OutFormat, stream: BinaryIO) -> Digest:
    hashing = HashingStream(stream)
    pages = out_records(reading, found.batch.batch_no)
    out.write(hashing, found.batch, found.story.registered_at, pages)  # type: ignore[arg-type] # it only writes
    return hashing.digest()


def _mark(tx: StoreTransaction, batch_no: str, digest: Digest, actor: Actor, now: dt.datetime) -> None:
    """Record that the file is there, unless the batch was cancelled or taken meanwhile."""
    found = get_batch(tx, batch_no, lock=True)
    if found.batch.state not in _WRITTEN.sources:
        return
    written = {
        "state": _WRITTEN.target.value,
        "file_sha256": digest.sha256,
        "file_bytes": digest.size,
        "written_by": actor.name,
        "written_at": now,
    }
    set_batch(tx, batch_no, written)
    subject = Subject(SubjectType.DEBIT_BATCH, batch_no, found.batch.merchant_id)
    after = {"state": _WRITTEN.target.value, "sha256": digest.sha256, "bytes": digest.size}
    append_audit(tx, actor, "debit write", subject, {"state": found.batch.state.value}, after, now)
