"""Runs of payouts: where each stands, and who did what with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, false, insert, select, true, update

from offline_collect.domain.access.organisation import Scope
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.settlement.payouts import Run, RunState
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.store.database.errors import NotFoundError
from offline_collect.store.schema.organisation_tables import organisations
from offline_collect.store.schema.payout_tables import payout_runs
from offline_collect.store.sql.by_name import row_reader
from offline_collect.store.sql.row_mapping import business_date
from offline_collect.store.sql.scope import in_subtree
from offline_collect.store.sql.transaction import StoreTransaction

_NAMES = payout_runs.columns.keys()


@dataclass(frozen=True, slots=True)
class RunStory:
    """Who did what with a run, and with which files.

    Attributes:
        file_sha256: of its file, the same each time; None before it was first written.
        result_sha256: of the result that was taken; None if none was.
    """

    made_by: str
    made_at: dt.datetime
    file_sha256: str | None
    file_bytes: int | None
    written_by: str | None
    written_at: dt.datetime | None
    result_sha256: str | None
    result_bytes: int | None
    booked_count: int | None
    booked_minor: int | None
    taken_by: str | None
    taken_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class StoredRun:
    """A run with its story."""

    run: Run
    story: RunStory


_run = row_reader(Run, _NAMES, {"business_date": business_date, "state": RunState})
_story = row_reader(RunStory, _NAMES, {})


def sees_run(scope: Scope) -> ColumnElement[bool]:
    """Return whether a run is in a scope: its sums are a bank's, so a branch or a merchant does not see it."""
    if scope.whole:
        return true()
    if scope.merchants is not None:
        return false()
    banks = select(organisations.c.organisation_id).where(in_subtree(scope))
    return payout_runs.c.organisation_id.in_(banks)


def add_run(tx: StoreTransaction, run: Run, who: str, now: dt.datetime) -> None:
    """Store a run whose payouts follow."""
    row = {
        "run_no": run.run_no,
        "organisation_id": run.organisation_id,
        "bank_number": run.bank_number,
        "business_date": run.business_date,
        "currency": run.currency,
        "payout_count": run.payout_count,
        "total_minor": run.total_minor,
        "state": run.state.value,
        "made_by": who,
        "made_at": now,
    }
    tx.connection.execute(insert(payout_runs), row)


def set_run(tx: StoreTransaction, run_no: str, values: Mapping[str, Any]) -> None:
    """Change columns of a run that the transaction has locked or added."""
    tx.connection.execute(update(payout_runs).where(payout_runs.c.run_no == run_no).values(values))


def find_run(tx: StoreTransaction, run_no: str, *, lock: bool = False) -> StoredRun | None:
    """Return a run that is in scope; None if there is none.

    Args:
        lock: lock it until the transaction ends.
    """
    asked = select(payout_runs).where(payout_runs.c.run_no == run_no, sees_run(tx.scope))
    row = tx.connection.execute(asked.with_for_update() if lock else asked).first()
    return None if row is None else _stored(row)


def get_run(tx: StoreTransaction, run_no: str, *, lock: bool = False) -> StoredRun:
    """Return a run that is in scope; see :func:`find_run`.

    Raises:
        NotFoundError: there is none of this number.
    """
    found = find_run(tx, run_no, lock=lock)
    if found is None:
        raise NotFoundError(
            Phrase("there is no run {run_no}; `offline-collect settle list` shows them all", run_no=run_no)
        )
    return found


def list_runs(
    tx: StoreTransaction, day: BusinessDate | None, before: str | None, most: int
) -> list[StoredRun]:
    """Return runs in scope, the latest first.

    Args:
        day: None for all days.
        before: the run before which the page begins; None for the first page.
    """
    page = select(payout_runs).where(sees_run(tx.scope))
    if day is not None:
        page = page.where(payout_runs.c.business_date == day)
    if before is not None:
        page = page.where(payout_runs.c.run_no < before)
    return [
        _stored(row) for row in tx.connection.execute(page.order_by(payout_runs.c.run_no.desc()).limit(most))
    ]


def unwritten_runs(tx: StoreTransaction, day: BusinessDate) -> list[str]:
    """Return the numbers of a day's runs, of all banks, whose files were never written."""
    row = payout_runs.c
    asked = select(row.run_no).where(row.business_date == day, row.state == RunState.MADE.value)
    return list(tx.connection.execute(asked.order_by(row.run_no)).scalars())


def run_by_result(tx: StoreTransaction, sha256: str) -> StoredRun | None:
    """Return the run in scope whose result a file was; None if it was taken for none."""
    asked = select(payout_runs).where(payout_runs.c.result_sha256 == sha256, sees_run(tx.scope))
    row = tx.connection.execute(asked).first()
    return None if row is None else _stored(row)


def _stored(row: Row[Any]) -> StoredRun:
    return StoredRun(_run(row), _story(row))
