"""Days whose figures an institution has agreed to by its totals message, which may stand for its file of the day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import and_, select, union

from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.transactions import ReversalOutcome
from offline_collect.store.schema.reconciliation_tables import agreed_totals
from offline_collect.store.schema.tables import payments, reversals
from offline_collect.store.sql.row_mapping import business_date
from offline_collect.store.sql.transaction import StoreTransaction


@dataclass(frozen=True, slots=True)
class Agreement:
    """An institution's totals of a day in one currency, in balance.

    Attributes:
        link: which brought them.
    """

    business_date: BusinessDate
    institution: str
    currency: str
    link: str
    at: dt.datetime


def agreements(tx: StoreTransaction, days: Collection[BusinessDate]) -> list[Agreement]:
    """Return what institutions have agreed to, by day, institution and currency."""
    own = agreed_totals.c
    asked = select(own.business_date, own.institution, own.currency, own.link, own.agreed_at).where(
        own.business_date.in_(list(days))
    )
    found = tx.connection.execute(asked.order_by(own.business_date, own.institution, own.currency))
    return [Agreement(business_date(day), *rest) for day, *rest in found]


def without_agreement(
    tx: StoreTransaction, day: BusinessDate, institutions: Sequence[str], by_totals: Collection[str]
) -> list[str]:
    """Return the institutions whose day is not agreed to in each currency that it has traffic in.

    Args:
        institutions: those without a file of the day.
        by_totals: those whose totals may stand for a file.
    """
    agreed = {(each.institution, each.currency) for each in agreements(tx, [day])}
    return [
        each
        for each in institutions
        if each not in by_totals
        or not _currencies(tx, day, each) <= {own for at, own in agreed if at == each}
    ]


def _currencies(tx: StoreTransaction, day: BusinessDate, institution: str) -> set[str]:
    paid, back = payments.c, reversals.c
    own = and_(paid.business_date == day, paid.institution == institution, paid.in_totals == 1)
    undone = and_(
        back.business_date == day,
        back.institution == institution,
        back.outcome == ReversalOutcome.APPLIED.value,
    )
    asked = union(select(paid.currency).where(own), select(back.currency).where(undone))
    return set(tx.connection.execute(asked).scalars())
