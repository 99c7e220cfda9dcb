"""Payouts: written and changed many at once, read as a stream."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Row, Select, case, func, select, update

from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.merchants import Merchant
from offline_collect.domain.reconciliation.items import PAYOUT_FAILED, PAYOUT_LEFT_OUT, ItemState
from offline_collect.domain.settlement.payouts import (
    PAYOUT_LIFE,
    Payout,
    PayoutAccount,
    PayoutEvent,
    PayoutKind,
    PayoutState,
    Run,
    place_of,
)
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.store.database.bulk_write import bulk_insert, bulk_update
from offline_collect.store.database.errors import NotFoundError
from offline_collect.store.schema.payout_tables import payout_runs, payouts
from offline_collect.store.schema.reconciliation_tables import recon_items
from offline_collect.store.schema.tables import merchants
from offline_collect.store.sql.merchant_rows import merchant_from_row
from offline_collect.store.sql.row_mapping import business_date
from offline_collect.store.sql.scope import in_scope
from offline_collect.store.sql.transaction import StoreTransaction

AT_ONCE = 1_000
"""Payouts that are read or written together."""

_OWN = payouts.c
_NO_RESULT = (None,) * 7


def add_payouts(tx: StoreTransaction, found: Sequence[Payout]) -> None:
    """Store the payouts of a run."""
    rows = [
        (
            each.run_no,
            each.sequence,
            each.merchant_id,
            each.kind.value,
            each.amount_minor,
            each.account.number,
            each.account.bank,
            each.account.name,
            each.remark,
            each.posting,
            each.state.value,
            *_NO_RESULT,
            *(each.again or (None, None)),
        )
        for each in found
    ]
    bulk_insert(tx.connection, payouts, rows)


def answer_payouts(tx: StoreTransaction, found: Sequence[Payout]) -> None:
    """Write what a result says of payouts."""
    # In the order of the table's columns: a statement of SQLite is filled by place.
    changed = ("state", "return_code", "core_serial", "reason", "failed_posting")
    rows = [
        (
            each.state.value,
            each.return_code,
            each.core_serial,
            each.reason,
            each.failed_posting,
            each.run_no,
            each.sequence,
        )
        for each in found
    ]
    bulk_update(tx.connection, payouts, changed, ("run_no", "sequence"), rows)


def replace_payouts(tx: StoreTransaction, found: Sequence[Payout]) -> None:
    """Write that the next run has the money of payouts that waited for it."""
    state = PAYOUT_LIFE[PayoutEvent.REPLACED].target.value
    rows = [(state, each.run_no, each.sequence) for each in found]
    bulk_update(tx.connection, payouts, ("state",), ("run_no", "sequence"), rows)


def retry_payout(tx: StoreTransaction, payout: Payout, account: PayoutAccount | None) -> None:
    """Write that the next run pays a payout again, to an account; None for the merchant's own."""
    values = {
        "state": PAYOUT_LIFE[PayoutEvent.RETRIED].target.value,
        "retry_account": None if account is None else account.number,
        "retry_bank": None if account is None else account.bank,
        "retry_name": None if account is None else account.name,
    }
    own = (_OWN.run_no == payout.run_no, _OWN.sequence == payout.sequence)
    tx.connection.execute(update(payouts).where(*own).values(values))


def payouts_of(tx: StoreTransaction, run_no: str) -> Iterator[Payout]:
    """Yield the payouts of a run in scope, in their order; memory does not grow with it."""
    asked = select(payouts).where(_OWN.run_no == run_no, in_scope(_OWN.merchant_id, tx.scope))
    for row in tx.connection.execute(asked.order_by(_OWN.sequence).execution_options(yield_per=AT_ONCE)):
        yield _payout(row)


def first_payouts(tx: StoreTransaction, run_no: str, most: int) -> list[Payout]:
    """Return the first payouts of a run in scope, those first that are not booked."""
    booked = case((_OWN.state == PayoutState.BOOKED.value, 1), else_=0)
    asked = select(payouts).where(_OWN.run_no == run_no, in_scope(_OWN.merchant_id, tx.scope))
    return [_payout(row) for row in tx.connection.execute(asked.order_by(booked, _OWN.sequence).limit(most))]


def payouts_at(tx: StoreTransaction, run_no: str, sequences: Sequence[int]) -> dict[int, Payout]:
    """Return the payouts of a run in scope, by their sequence; those that do not exist are missing."""
    own = (_OWN.run_no == run_no, _OWN.sequence.in_(sequences), in_scope(_OWN.merchant_id, tx.scope))
    return {row.sequence: _payout(row) for row in tx.connection.execute(select(payouts).where(*own))}


def waiting_payouts(tx: StoreTransaction) -> list[Payout]:
    """Lock and return the failed payouts that go into the next run."""
    asked = select(payouts).where(_OWN.state == PayoutState.WAITING.value)
    ordered = asked.order_by(_OWN.run_no, _OWN.sequence).with_for_update()
    return [_payout(row) for row in tx.connection.execute(ordered)]


def get_payout(tx: StoreTransaction, reference: str, *, lock: bool = False) -> tuple[Payout, str, str]:
    """Return a payout in scope by its name, with its bank and currency.

    Args:
        lock: lock it until the transaction ends.

    Raises:
        NotFoundError: there is none.
    """
    place = place_of(reference)
    row = None
    if place is not None:
        asked: Select[Any] = (
            select(payouts, payout_runs.c.organisation_id, payout_runs.c.currency)
            .join_from(payouts, payout_runs, payout_runs.c.run_no == _OWN.run_no)
            .where(_OWN.run_no == place[0], _OWN.sequence == place[1], in_scope(_OWN.merchant_id, tx.scope))
        )
        row = tx.connection.execute(asked.with_for_update(of=payouts) if lock else asked).first()
    if row is None:
        raise NotFoundError(
            Phrase(
                "there is no payout {reference}; `offline-collect settle show RUN` lists those of a run",
                reference=reference,
            )
        )
    return _payout(row), row.organisation_id, row.currency


def open_item_of(tx: StoreTransaction, reference: str) -> int | None:
    """Return the number of the open item of a payout that failed; None if it has none."""
    own = recon_items.c
    asked = select(own.item_no).where(
        own.match_key == reference,
        own.difference == PAYOUT_FAILED,
        own.state == ItemState.OPEN.value,
    )
    return tx.connection.execute(asked).scalar()


def left_out_items(tx: StoreTransaction) -> dict[str, int]:
    """Return the open items of merchants of all banks that no run pays, by merchant."""
    own = recon_items.c
    asked = select(own.match_key, own.item_no).where(
        own.difference == PAYOUT_LEFT_OUT, own.state == ItemState.OPEN.value
    )
    return {row.match_key: row.item_no for row in tx.connection.execute(asked)}


def left_out_merchants(
    tx: StoreTransaction, run: Run | None, most: int
) -> list[tuple[BusinessDate, str, int, Merchant]]:
    """Return merchants in scope that are left out of runs: since which day, of which bank, its amount, and the merchant.

    Args:
        run: only those that this run has left out; None for all.
    """
    own = recon_items.c
    asked = (
        select(own.business_date, own.institution, own.ours_minor, merchants)
        .join_from(recon_items, merchants, merchants.c.merchant_id == own.match_key)
        .where(own.difference == PAYOUT_LEFT_OUT, own.state == ItemState.OPEN.value)
        .where(in_scope(own.match_key, tx.scope))
        .order_by(own.business_date, own.item_no)
        .limit(most)
    )
    if run is not None:
        same = (own.institution == run.bank_number, merchants.c.currency == run.currency)
        asked = asked.where(*same, own.business_date <= run.business_date)
    return [
        (business_date(day), bank_number, int(minor), merchant_from_row(row))
        for day, bank_number, minor, *row in tx.connection.execute(asked)
    ]


def states_of(tx: StoreTransaction, run_no: str) -> list[tuple[PayoutState, str | None, int, int]]:
    """Return the number and sum of a run's payouts in scope by state and return code."""
    asked = (
        select(_OWN.state, _OWN.return_code, func.count(), func.sum(_OWN.amount_minor))
        .where(_OWN.run_no == run_no, in_scope(_OWN.merchant_id, tx.scope))
        .group_by(_OWN.state, _OWN.return_code)
        .order_by(_OWN.state, _OWN.return_code)
    )
    return [
        (PayoutState(state), code, count, int(minor))
        for state, code, count, minor in tx.connection.execute(asked)
    ]


def _payout(row: Row[Any]) -> Payout:
    retry = None
    if row.retry_account is not None:
        retry = PayoutAccount(row.retry_account, row.retry_name, row.retry_bank)
    return Payout(
        run_no=row.run_no,
        sequence=row.sequence,
        merchant_id=row.merchant_id,
        kind=PayoutKind(row.kind),
        amount_minor=row.amount_minor,
        account=PayoutAccount(row.account, row.account_name, row.account_bank),
        remark=row.remark,
        posting=row.posting,
        state=PayoutState(row.state),
        return_code=row.return_code,
        core_serial=row.core_serial,
        reason=row.reason,
        failed_posting=row.failed_posting,
        retry=retry,
        again=None if row.again_run is None else (row.again_run, row.again_sequence),
    )
