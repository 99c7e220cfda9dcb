"""A merchant's statement as figures to look at: those of its file, proved alike."""

from __future__ import annotations

from dataclasses import dataclass

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.merchants import Merchant
from offline_collect.merchant.reports.balances import DayBalance, day_balances
from offline_collect.store import SqlStore, require_merchant

PERIOD_MAX = 366
"""Days of a statement."""


@dataclass(frozen=True, slots=True)
class StatementView:
    """The figures of a period.

    Attributes:
        days: the business days, the earliest first.
    """

    merchant: Merchant
    days: tuple[DayBalance, ...]


def view_statement(
    store: SqlStore, merchant_id: str, first: BusinessDate, last: BusinessDate, actor: Actor
) -> StatementView:
    """Return a merchant's figures of each business day from ``first`` to ``last``.

    Raises:
        NotPermittedError: the actor may not see them.
        NotFoundError: there is no such merchant.
        NoBusinessDayError, LedgerDiffersError: there are no figures, or they cannot be trusted.
    """
    actor.require(Permission.VIEW)
    with store.snapshot() as reading:
        merchant = require_merchant(reading, merchant_id)
        return StatementView(merchant, tuple(day_balances(reading, merchant, first, last)))
