"""Staging: writes rows of an import into the live tables, hidden until the import is released."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence

from sqlalchemy import and_, or_, select

from offline_collect.domain.bills import BillMark
from offline_collect.domain.imports.life import ImportState
from offline_collect.domain.imports.rows import Change, RowOutcome, judge_withdrawal
from offline_collect.domain.imports.taken_keys import SeenLookups
from offline_collect.store.backoffice.bills import (
    BillRecord,
    bill_in_effect,
    judge_bills,
    known_customers,
    named_content_of,
    new_version,
    replace_bills,
    write_bills,
)
from offline_collect.store.backoffice.customers import (
    CHUNK_MAX,
    CustomerRecord,
    judge_customers,
    write_customers,
)
from offline_collect.store.backoffice.lookup_keys import ChunkKeys, latest_forms
from offline_collect.store.backoffice.merchants import require_merchant
from offline_collect.store.database.bulk_write import bulk_insert
from offline_collect.store.imports.key_holders import refuse_taken_keys
from offline_collect.store.imports.lifecycle import require_state
from offline_collect.store.imports.mandate_rows import judge_mandates
from offline_collect.store.imports.record import Import
from offline_collect.store.schema.tables import bills
from offline_collect.store.sql.transaction import StoreTransaction
from offline_collect.store.sql.visibility import in_effect
from offline_collect.store.versioning.present import ABSENT, Present, present_bills, present_customers


def stage_bills(tx: StoreTransaction, import_id: int, chunk: Sequence[BillRecord]) -> list[RowOutcome]:
    """Stage new and changed bills; return the outcome of each.

    Args:
        chunk: at most CHUNK_MAX, no number twice in the whole file.

    Raises:
        WrongStateError: the import is no longer STAGING (another run of the file or a user has rejected it).
        ConflictError: a bill was locked too long; roll back and stage the chunk again.
    """
    merchant_id = _staging(tx, import_id, chunk).merchant_id
    present = present_bills(tx, merchant_id, [record.bill_no for record in chunk], lock=True)
    known = known_customers(tx, merchant_id, chunk)
    outcomes = judge_bills(chunk, present, known, staged=True)
    write_bills(tx, merchant_id, chunk, outcomes, present, import_id=import_id)
    return outcomes


def stage_customers(
    tx: StoreTransaction, import_id: int, chunk: Sequence[CustomerRecord]
) -> list[RowOutcome]:
    """Stage new and changed customers with their lookup keys; see :func:`stage_bills`."""
    merchant_id = _staging(tx, import_id, chunk).merchant_id
    keys = _chunk_keys(tx, merchant_id)
    outcomes, present = _judge_customers(tx, merchant_id, chunk, keys, import_id, None)
    write_customers(tx, merchant_id, chunk, outcomes, present, keys, import_id=import_id)
    return outcomes


def stage_withdrawals(tx: StoreTransaction, import_id: int, numbers: Collection[str]) -> list[RowOutcome]:
    """Stage the withdrawal of bills, in the order of ``numbers``: WITHDRAWN, or REFUSED with the reason.

    Args:
        numbers: at most CHUNK_MAX, of bills that :func:`withdrawable_bills` named.

    Raises:
        WrongStateError, ConflictError: as :func:`stage_bills`.
    """
    merchant_id = _staging(tx, import_id, numbers).merchant_id
    present = present_bills(tx, merchant_id, numbers, lock=True)
    outcomes = [_judge_withdrawal(number, present.get(number, ABSENT)) for number in numbers]
    withdrawn = [
        present[number]
        for number, outcome in zip(numbers, outcomes, strict=True)
        if outcome.change is Change.WITHDRAWN
    ]
    rows = [each.row for each in withdrawn if each.row is not None]
    replace_bills(tx, rows, import_id)
    versions = [
        new_version(named_content_of(row), each, import_id, BillMark.WITHDRAWN.value)
        for each, row in zip(withdrawn, rows, strict=True)
    ]
    bulk_insert(tx.connection, bills, versions)
    return outcomes


def withdrawable_bills(
    tx: StoreTransaction,
    merchant_id: str,
    periods: Collection[str],
    after: str | None,
    most: int,
    *,
    days: Collection[dt.date] = (),
) -> tuple[list[str], str | None]:
    """Return numbers of untouched open bills of ``periods``, by number, and where to continue; None at the end.

    Bills without a period count if they are due on one of ``days``. At most ``most`` bills are looked at, whatever their period, so that a transaction stays short. A snapshot
    serves as well. Bills that the file holds too are among them: the caller takes those out. The rules are
    :func:`offline_collect.domain.imports.versions.in_effect` and :func:`offline_collect.domain.imports.rows.touched`.
    """
    own = bills.c.merchant_id == merchant_id
    # Every number comes after a space; '' is not text to Oracle.
    page = select(bills.c.bill_no).where(own, bills.c.bill_no > (after or " ")).distinct()
    looked_at = tx.connection.execute(page.order_by(bills.c.bill_no).limit(most)).scalars().all()
    if not looked_at:
        return [], None
    untouched = and_(
        bills.c.mark.is_(None), bills.c.paid_principal_minor == 0, bills.c.paid_late_fee_minor == 0
    )
    within = and_(bills.c.bill_no > (after or " "), bills.c.bill_no <= looked_at[-1])
    asked = [bills.c.period == period for period in periods]
    asked += [and_(bills.c.period.is_(None), bills.c.due_date == day) for day in days]
    found = select(bills.c.bill_no).where(own, within, or_(*asked), untouched, in_effect(bills))
    numbers = tx.connection.execute(found.order_by(bills.c.bill_no)).scalars().all()
    return list(numbers), looked_at[-1] if len(looked_at) == most else None


def preview_bills(tx: StoreTransaction, merchant_id: str, chunk: Sequence[BillRecord]) -> list[RowOutcome]:
    """Return what staging would do with each bill; changes nothing, a snapshot is sufficient."""
    present = present_bills(tx, merchant_id, [record.bill_no for record in chunk], lock=False)
    known = known_customers(tx, merchant_id, chunk)
    return judge_bills(chunk, present, known, staged=True)


def preview_withdrawals(tx: StoreTransaction, merchant_id: str, numbers: Collection[str]) -> list[RowOutcome]:
    """Return what :func:`stage_withdrawals` would do with each bill; changes nothing, a snapshot is sufficient."""
    present = present_bills(tx, merchant_id, numbers, lock=False)
    return [_judge_withdrawal(number, present.get(number, ABSENT)) for number in numbers]


def preview_customers(
    tx: StoreTransaction,
    merchant_id: str,
    chunk: Sequence[CustomerRecord],
    import_id: int | None = None,
    seen: SeenLookups | None = None,
) -> list[RowOutcome]:
    """Return what staging would do with each customer; changes nothing, a snapshot is sufficient.

    Args:
        import_id: the import that has staged rows of the same file.
        seen: the file's customers that were only previewed.
    """
    return _judge_customers(tx, merchant_id, chunk, _chunk_keys(tx, merchant_id), import_id, seen)[0]


def _chunk_keys(tx: StoreTransaction, merchant_id: str) -> ChunkKeys:
    return ChunkKeys(latest_forms(tx, merchant_id), require_merchant(tx, merchant_id).form_version)


def _judge_customers(
    tx: StoreTransaction,
    merchant_id: str,
    chunk: Sequence[CustomerRecord],
    keys: ChunkKeys,
    import_id: int | None,
    seen: SeenLookups | None,
) -> tuple[list[RowOutcome], dict[str, Present]]:
    present = present_customers(tx, merchant_id, [record.customer_no for record in chunk])
    judged = judge_customers(chunk, present, staged=True)
    judged = judge_mandates(tx, merchant_id, chunk, judged, present, own=import_id, seen=seen)
    return refuse_taken_keys(tx, merchant_id, keys, chunk, judged, present, own=import_id, seen=seen), present


def _staging(tx: StoreTransaction, import_id: int, chunk: Collection[object]) -> Import:
    """Return an import that may be staged; no other transaction can reject it until this one ends."""
    assert len(chunk) <= CHUNK_MAX, "rows are staged in chunks"
    merchant_id = require_state(tx, import_id, ImportState.STAGING).merchant_id
    require_merchant(tx, merchant_id, lock=True)
    return require_state(tx, import_id, ImportState.STAGING)


def _judge_withdrawal(number: str, present: Present) -> RowOutcome:
    now = None if present.row is None else bill_in_effect(present.row)
    return judge_withdrawal(number, now, present.claims)
