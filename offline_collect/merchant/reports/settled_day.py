"""Writes the statements of all merchants of a settled day: the same figures as its settlement, the same bytes each time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.access.audit import Subject, SubjectType
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.business_days.evening import DayDocument
from offline_collect.domain.errors import ReconciliationError
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.merchant.reports.errors import LedgerDiffersError
from offline_collect.merchant.reports.export import FileFormat, HandedOut, HandOutOrder, ReportKind, hand_out
from offline_collect.store import SqlStore, append_audit
from offline_collect.store.reconciliation.day_documents import Settled, put_document, settled
from offline_collect.store.reports.day_merchants import merchants_of_day


@dataclass(frozen=True, slots=True)
class StatementsOrder:
    """The order to write the statements of a settled day.

    Attributes:
        folder: where each gets its usual name; a former file of it is replaced.
        zone: the time zone of the times shown.
    """

    date: BusinessDate
    folder: Path
    file_format: FileFormat
    zone: dt.tzinfo
    actor: Actor
    now: dt.datetime


@dataclass(frozen=True, slots=True)
class NotWritten:
    """A merchant whose statement cannot be trusted, and why; it has no file."""

    merchant_id: str
    why: str


def write_statements(store: SqlStore, order: StatementsOrder) -> Iterator[HandedOut | NotWritten]:
    """Write each merchant's statement with its details; yield each when its files are there, or why they are not.

    Memory does not grow with the day. One that stops in between is begun again from the start. One that lacks a merchant's
    is not recorded as written.

    Raises:
        NotPermittedError, ScopeError: the actor may not do it; all banks share the day.
        ReconciliationError: the day is not settled.
        UnwritableError: a file cannot be written.
    """
    order.actor.require(Permission.VIEW)
    order.actor.require(Permission.SETTLE)
    order.actor.require_whole("write the statements of business days")
    with store.snapshot() as reading:
        made = settled(reading, order.date)
        if made is None:
            raise ReconciliationError(
                Phrase("business day {date} has no statements before it is settled", date=str(order.date))
            )
        merchants = merchants_of_day(reading, order.date)
    files, whole = 0, True
    for merchant_id in merchants:
        try:
            done = hand_out(store, _wish(order, merchant_id, made))
        except LedgerDiffersError as error:
            whole = False
            yield NotWritten(merchant_id, str(error))
            continue
        files += len(done.files)
        yield done
    if whole:
        _register(store, order, files)


def _wish(order: StatementsOrder, merchant_id: str, made: Settled) -> HandOutOrder:
    name = f"{merchant_id}-statement-{order.date.compact}.{order.file_format.value}"
    return HandOutOrder(
        report=ReportKind.STATEMENT,
        merchant_id=merchant_id,
        first=order.date,
        last=order.date,
        languages=None,
        zone=order.zone,
        path=order.folder / name,
        file_format=order.file_format,
        overwrite=True,
        actor=order.actor,
        now=order.now,
        settled=made,
    )


def _register(store: SqlStore, order: StatementsOrder, files: int) -> None:
    with store.transaction() as tx:
        put_document(tx, order.date, DayDocument.STATEMENTS, files, order.actor.name, order.now)
        subject = Subject(SubjectType.DAY, str(order.date))
        after = {"files": files, "format": order.file_format.value}
        append_audit(tx, order.actor, "day statements", subject, None, after, order.now)
