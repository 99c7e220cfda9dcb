"""Reads business days for users."""

from __future__ import annotations

from collections.abc import Collection

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.business_days.days import BusinessDay
from offline_collect.store import SqlStore, recent_days
from offline_collect.store.reconciliation.agreed_totals import Agreement, agreements


def view_agreements(store: SqlStore, actor: Actor, days: Collection[BusinessDate]) -> list[Agreement]:
    """Return which institutions have agreed to the figures of days by their totals messages.

    Raises:
        NotPermittedError: the actor may not see them.
    """
    actor.require(Permission.VIEW)
    with store.snapshot() as reading:
        return agreements(reading, days)


def view_days(store: SqlStore, actor: Actor, most: int) -> list[BusinessDay]:
    """Return the latest business days, the latest first.

    Raises:
        NotPermittedError: the actor may not see them.
    """
    actor.require(Permission.VIEW)
    with store.snapshot() as reading:
        return recent_days(reading, most)
