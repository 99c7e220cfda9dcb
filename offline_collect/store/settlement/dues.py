"""What merchants are owed for settled days, until a payout has it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import Select, and_, null, select, true, union, union_all

from offline_collect.domain.merchants import Merchant
from offline_collect.domain.settlement.entries import SettlementEntry
from offline_collect.domain.settlement.payouts import Due, Line, PayoutKind
from offline_collect.store.database.bulk_write import bulk_insert, bulk_update
from offline_collect.store.schema.organisation_tables import organisations
from offline_collect.store.schema.payout_tables import settlement_dues, settlement_entries
from offline_collect.store.schema.tables import merchants
from offline_collect.store.sql.merchant_rows import merchant_from_row
from offline_collect.store.sql.row_mapping import business_date
from offline_collect.store.sql.transaction import StoreTransaction

MERCHANTS_AT_ONCE = 200
"""Merchants whose dues are read together."""

_OWN = settlement_dues.c
_UNPAID = _OWN.paid_run.is_(None)
_UNCHARGED = and_(_OWN.charged_run.is_(None), _OWN.fees_minor.is_not(None))
_MARKS = {
    PayoutKind.PAYOUT: ("paid_run", "paid_sequence"),
    PayoutKind.FEES: ("charged_run", "charged_sequence"),
}


@dataclass(frozen=True, slots=True)
class Creditor:
    """A merchant with its bank."""

    merchant: Merchant
    bank: str


def creditors(tx: StoreTransaction, merchant_ids: Sequence[str]) -> dict[str, Creditor]:
    """Return merchants with their banks, by id: a branch's merchants are in the books of its bank."""
    asked = select(merchants, organisations.c.path).join_from(
        merchants, organisations, organisations.c.organisation_id == merchants.c.organisation_id
    )
    found = {}
    for *row, path in tx.connection.execute(asked.where(merchants.c.merchant_id.in_(merchant_ids))):
        merchant = merchant_from_row(row)
        found[merchant.merchant_id] = Creditor(merchant, path.split("/")[1])
    return found


def put_dues(tx: StoreTransaction, dues: Sequence[tuple[Creditor, Due]]) -> None:
    """Store what a day that is being settled owes."""
    rows = [
        (
            due.business_date,
            creditor.merchant.merchant_id,
            creditor.bank,
            creditor.merchant.currency,
            due.payable_minor,
            due.fees_minor,
            *_WAITING,
        )
        for creditor, due in dues
    ]
    bulk_insert(tx.connection, settlement_dues, rows)


_WAITING = (None,) * 4


def put_entries(tx: StoreTransaction, entries: Sequence[SettlementEntry]) -> None:
    """Store entries of settlements and payouts."""
    rows = [
        (
            each.posting,
            each.line,
            each.account.value,
            each.owner,
            each.amount_minor,
            each.currency,
            each.business_date,
        )
        for each in entries
    ]
    bulk_insert(tx.connection, settlement_entries, rows)


def open_dues(tx: StoreTransaction, after: str | None) -> list[tuple[str, list[Due]]]:
    """Return a page of merchants with their dues that no payout has, each by date; empty after the last merchant.

    Args:
        after: the merchant before the page; None for the first page.
    """
    later = true() if after is None else _OWN.merchant_id > after
    unpaid, uncharged = (select(_OWN.merchant_id).where(each, later) for each in (_UNPAID, _UNCHARGED))
    those = union(unpaid, uncharged).subquery("waiting")
    page = select(those.c.merchant_id).order_by(those.c.merchant_id).limit(MERCHANTS_AT_ONCE)
    ids = list(tx.connection.execute(page).scalars())
    if not ids:
        return []
    rows = tx.connection.execute(_dues(ids))
    return [
        (merchant_id, [Due(business_date(date), payable, fees) for _, date, payable, fees in group])
        for merchant_id, group in groupby(rows, lambda row: row[0])
    ]


def _dues(merchant_ids: Sequence[str]) -> Select[Any]:
    """Return what merchants wait for; the two kinds of amounts are looked for apart, each by its index."""
    among = _OWN.merchant_id.in_(merchant_ids)
    named = (_OWN.merchant_id, _OWN.business_date)
    payable = select(*named, _OWN.payable_minor, null().label("fees_minor")).where(among, _UNPAID)
    fees = select(*named, null().label("payable_minor"), _OWN.fees_minor).where(among, _UNCHARGED)
    both = union_all(payable, fees).subquery("both")
    return select(both).order_by(both.c.merchant_id, both.c.business_date)


def mark_dues(tx: StoreTransaction, lines: Sequence[tuple[str, Line, str, int]]) -> None:
    """Mark the dues that payouts have.

    Args:
        lines: merchant, line, run and sequence of each payout.
    """
    for kind, marks in _MARKS.items():
        rows = [
            (run_no, sequence, day, merchant_id)
            for merchant_id, line, run_no, sequence in lines
            if line.kind is kind
            for day in line.days
        ]
        bulk_update(tx.connection, settlement_dues, marks, ("business_date", "merchant_id"), rows)
