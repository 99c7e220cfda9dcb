"""Invariants of settled days: their entries are those that were settled, and merchants' sums those of the ledger."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, case, cast, func, literal_column, or_, select

from offline_collect.domain.business_days.days import DayState
from offline_collect.domain.ledger.ledger import Account
from offline_collect.domain.reconciliation.classes import FollowUp
from offline_collect.domain.reconciliation.items import ItemEvent, ItemState
from offline_collect.store.schema.manual_posting_tables import office_postings
from offline_collect.store.schema.reconciliation_tables import recon_items, settled_days, settlements
from offline_collect.store.schema.tables import business_days, entries

_ZERO: ColumnElement[int] = literal_column("0")
_ONE: ColumnElement[int] = literal_column("1")


def changed_days() -> Select[Any]:
    """Find settled days whose entries are not those that were there when the day was settled."""
    debit = func.sum(case((entries.c.amount_minor > 0, entries.c.amount_minor), else_=_ZERO))
    now = (
        select(entries.c.business_date, func.count().label("entries"), debit.label("debits"))
        .group_by(entries.c.business_date)
        .subquery("now")
    )
    same = now.c.business_date == settled_days.c.business_date
    differs = or_(
        func.coalesce(now.c.entries, _ZERO) != settled_days.c.entries,
        func.coalesce(now.c.debits, _ZERO) != settled_days.c.debits_minor,
    )
    return (
        select(cast(settled_days.c.business_date, String(10)))
        .outerjoin_from(settled_days, now, same)
        .where(differs)
    )


def unsealed_days() -> Select[Any]:
    """Find days that are SETTLED without a settlement, and settlements of other days."""
    settled = business_days.c.state == DayState.SETTLED.value
    sealed = settled_days.c.business_date.is_not(None)
    differs = case((settled, _ONE), else_=_ZERO) != case((sealed, _ONE), else_=_ZERO)
    return (
        select(cast(business_days.c.business_date, String(10)))
        .outerjoin_from(
            business_days, settled_days, settled_days.c.business_date == business_days.c.business_date
        )
        .where(differs)
    )


def unlike_settlements() -> Select[Any]:
    """Find merchants' sums of settled days that are not what the ledger credits to them on the day."""
    owned = (
        select(
            entries.c.business_date,
            entries.c.owner,
            func.sum(
                case((entries.c.account == Account.PAYABLE.value, -entries.c.amount_minor), else_=_ZERO)
            ).label("owed"),
            func.sum(
                case((entries.c.account == Account.OUTSIDE.value, entries.c.amount_minor), else_=_ZERO)
            ).label("outside"),
        )
        .where(entries.c.account.in_([Account.PAYABLE.value, Account.OUTSIDE.value]))
        .group_by(entries.c.business_date, entries.c.owner)
        .subquery("owned")
    )
    own = settlements.c
    same = and_(own.business_date == owned.c.business_date, own.merchant_id == owned.c.owner)
    said = func.coalesce(own.gross_minor - own.reversals_minor, _ZERO)
    return (
        select(owned.c.owner)
        .join_from(owned, settled_days, settled_days.c.business_date == owned.c.business_date)
        .outerjoin(settlements, same)
        # What merchants collect themselves is owed to nobody.
        .where(owned.c.owed - owned.c.outside != said)
    )


def items_without_posting() -> Select[Any]:
    """Find items that were resolved by a posting that is not there, or are open and name one."""
    there = office_postings.c.serial_number == recon_items.c.posting
    posted = recon_items.c.event == ItemEvent.POSTED.value
    return (
        select(cast(recon_items.c.item_no, String(20)))
        .outerjoin_from(recon_items, office_postings, there)
        .where(
            or_(
                and_(posted, office_postings.c.serial_number.is_(None)),
                and_(recon_items.c.posting.is_not(None), recon_items.c.state != ItemState.RESOLVED.value),
                and_(posted, recon_items.c.resolved_as.in_([FollowUp.NOTE.value, FollowUp.NONE.value])),
            )
        )
    )
