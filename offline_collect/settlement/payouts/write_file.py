"""Writes a run's file from the store: at any time, and always the same bytes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.access.audit import Subject, SubjectType
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.errors import PayoutError
from offline_collect.domain.settlement.payouts import RUN_LIFE, Run, RunEvent
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.files.digest import Digest
from offline_collect.files.fixed_width.layout import FixedLayout
from offline_collect.files.fixed_width.write import FixedWidthWriter
from offline_collect.files.write.atomic_file import destination
from offline_collect.files.write.hashing import HashingStream
from offline_collect.settlement.payouts.out_file import file_name, header_values, payout_values
from offline_collect.store import SqlStore, StoreTransaction, append_audit
from offline_collect.store.settlement.payouts import payouts_of
from offline_collect.store.settlement.runs import get_run, set_run, unwritten_runs

_WRITTEN = RUN_LIFE[RunEvent.WRITTEN]


@dataclass(frozen=True, slots=True)
class WrittenRun:
    """A run's file, as it is in its folder now."""

    path: Path
    run: Run
    digest: Digest


def write_run(
    store: SqlStore, run_no: str, folder: Path, layout: FixedLayout, acting: tuple[Actor, dt.datetime]
) -> WrittenRun:
    """Write the file of a run that waits for its result; one that is there already is replaced by the same bytes.

    Args:
        acting: who writes it, and when.

    Raises:
        NotPermittedError: the actor may not do it.
        NotFoundError: there is no such run.
        PayoutError: its result was taken, or the layout or a payout was changed since the file was first written.
        UnwritableError: the folder is missing or full; the run stays as it is.
    """
    actor, now = acting
    actor.require(Permission.SETTLE)
    with store.snapshot() as reading:
        found = get_run(reading, run_no)
        if found.run.state not in _WRITTEN.sources:
            raise PayoutError(
                Phrase(
                    "run {run_no} is {state}: its file is not written again",
                    run_no=run_no,
                    state=found.run.state.value,
                )
            )
        path = folder / file_name(run_no)
        with destination(path, overwrite=True) as stream:
            digest = _write(reading, found.run, layout, stream)
            first = found.story.file_sha256
            if first not in {None, digest.sha256}:
                raise PayoutError(
                    Phrase(
                        "run {run_no} would have other bytes than at first (SHA-256 {first}): put the former"
                        " layout {name} back, or a payout was changed",
                        run_no=run_no,
                        first=first,
                        name=layout.name,
                    )
                )
    with store.transaction() as tx:
        _mark(tx, run_no, digest, actor, now)
    return WrittenRun(path, found.run, digest)


def write_unwritten(
    store: SqlStore, date: BusinessDate, folder: Path, layout: FixedLayout, acting: tuple[Actor, dt.datetime]
) -> Iterator[WrittenRun]:
    """Write the files of a settled day's runs, of all banks, that were never written; see :func:`write_run`."""
    with store.snapshot() as reading:
        found = unwritten_runs(reading, date)
    for run_no in found:
        yield write_run(store, run_no, folder, layout, acting)


def _write(reading: StoreTransaction, run: Run, layout: FixedLayout, stream: BinaryIO) -> Digest:
    hashing = HashingStream(stream)
    writer = FixedWidthWriter(hashing, layout)  # type: ignore[arg-type] # it only writes
    writer.header(header_values(run))
    for payout in payouts_of(reading, run.run_no):
        writer.detail(payout_values(payout))
    writer.trailer({})
    return hashing.digest()


def _mark(tx: StoreTransaction, run_no: str, digest: Digest, actor: Actor, now: dt.datetime) -> None:
    """Record that the file is there, unless its result was taken meanwhile."""
    run = get_run(tx, run_no, lock=True).run
    if run.state not in _WRITTEN.sources:
        return
    state = _WRITTEN.target.value
    written = {
        "state": state,
        "file_sha256": digest.sha256,
        "file_bytes": digest.size,
        "written_by": actor.name,
        "written_at": now,
    }
    set_run(tx, run_no, written)
    after = {"state": state, "sha256": digest.sha256, "bytes": digest.size}
    subject = Subject(SubjectType.PAYOUT_RUN, run_no)
    append_audit(tx, actor, "settle write", subject, {"state": run.state.value}, after, now)
