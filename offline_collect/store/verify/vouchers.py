"""Invariants of vouchers: each account's sums are those of its entries of the day, and debits are credits."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, String, Subquery, cast, func, literal, or_, select, union_all

from offline_collect.store.reconciliation.vouchers import debits_and_credits, unbalanced_vouchers
from offline_collect.store.schema.payout_tables import settlement_entries
from offline_collect.store.schema.reconciliation_tables import settled_days
from offline_collect.store.schema.tables import entries
from offline_collect.store.schema.voucher_tables import voucher_lines

_ACCOUNT = ("business_date", "account", "owner", "currency")


def _posted() -> Subquery:
    """Return what both ledgers posted on settled days."""
    posted = []
    for ledger in (entries, settlement_entries):
        settled = settled_days.c.business_date == ledger.c.business_date
        own = select(*(ledger.c[name] for name in _ACCOUNT), ledger.c.amount_minor)
        posted.append(own.join_from(ledger, settled_days, settled))
    return union_all(*posted).subquery("posted")


def unlike_entries() -> Select[Any]:
    """Find accounts of settled days whose voucher lines are not the sums of their entries."""
    posted = _posted()
    own = voucher_lines.c
    both = union_all(
        select(*(posted.c[name] for name in _ACCOUNT), *debits_and_credits(posted)).group_by(
            *(posted.c[name] for name in _ACCOUNT)
        ),
        select(*(own[name] for name in _ACCOUNT), -own.debits_minor, -own.credits_minor),
    ).subquery("both")
    account = [both.c[name] for name in _ACCOUNT]
    differ = or_(func.sum(both.c.debits_minor) != 0, func.sum(both.c.credits_minor) != 0)
    return select(_named(*account)).group_by(*account).having(differ)


def unbalanced() -> Select[Any]:
    """Find vouchers whose debits are not their credits."""
    found = unbalanced_vouchers().subquery("unbalanced")
    return select(_named(found.c.business_date, found.c.organisation_id, found.c.currency))


def _named(day: Any, *others: Any) -> ColumnElement[str]:
    """Return the day and what is of it, with spaces between."""
    name: ColumnElement[str] = cast(day, String(10))
    for other in others:
        name = name + literal(" ") + other
    return name
