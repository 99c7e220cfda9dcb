"""Reads runs and payouts for users."""

from __future__ import annotations

from dataclasses import dataclass

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.settlement.payouts import Payout, PayoutState, Run
from offline_collect.files.fixed_width.layout import FixedLayout
from offline_collect.settlement.payouts.fit import merchant_misfit
from offline_collect.store import SqlStore
from offline_collect.store.settlement.payouts import first_payouts, left_out_merchants, states_of
from offline_collect.store.settlement.runs import StoredRun, get_run, list_runs

PAYOUTS_SHOWN = 100
UNPAID_SHOWN = 100


@dataclass(frozen=True, slots=True)
class PayoutCount:
    """The payouts of a run in one state with one return code.

    Attributes:
        code: None before the result.
        minor: their sum; debits count as negative.
    """

    state: PayoutState
    code: str | None
    count: int
    minor: int


@dataclass(frozen=True, slots=True)
class RunView:
    """A run with what became of its payouts.

    Attributes:
        payouts: the first, those first that are not booked.
    """

    stored: StoredRun
    counts: tuple[PayoutCount, ...]
    payouts: tuple[Payout, ...]


@dataclass(frozen=True, slots=True)
class Unpaid:
    """A merchant that is left out of runs.

    Attributes:
        bank_number: of the bank whose runs leave it out.
        since: the first day whose run had to leave it out.
        amount_minor: what it would have been paid on that day.
        why: why its account, as it was set last, does not fit; None if it fits now.
    """

    merchant_id: str
    bank_number: str
    since: BusinessDate
    amount_minor: int
    currency: str
    why: str | None


def view_unpaid(store: SqlStore, actor: Actor, layout: FixedLayout, run: Run | None = None) -> list[Unpaid]:
    """Return the merchants that are left out of runs, those first that have waited longest, up to a bound.

    Args:
        layout: of the file of a run.
        run: only those that it has left out and that are not paid since; None for all.

    Raises:
        NotPermittedError: the actor may not see them.
    """
    actor.require(Permission.VIEW)
    with store.snapshot() as reading:
        found = left_out_merchants(reading, run, UNPAID_SHOWN)
    return [
        Unpaid(
            merchant_id=merchant.merchant_id,
            bank_number=bank_number,
            since=since,
            amount_minor=minor,
            currency=merchant.currency,
            why=merchant_misfit(layout, merchant),
        )
        for since, bank_number, minor, merchant in found
    ]


def view_runs(
    store: SqlStore, actor: Actor, day: BusinessDate | None, page: tuple[str | None, int]
) -> tuple[list[StoredRun], str | None]:
    """Return a page of runs, the latest first, and the cursor of the next one; None on the last.

    Args:
        day: None for all days.
        page: the cursor of the page before it, if any, and how many a page has.

    Raises:
        NotPermittedError: the actor may not see them.
    """
    actor.require(Permission.VIEW)
    before, most = page
    with store.snapshot() as reading:
        found = list_runs(reading, day, before, most + 1)
    shown = found[:most]
    return shown, shown[-1].run.run_no if len(found) > most else None


def view_run(store: SqlStore, actor: Actor, run_no: str) -> RunView:
    """Return a run with what became of its payouts.

    Raises:
        NotPermittedError: the actor may not see it.
        NotFoundError: there is none of this number.
    """
    actor.require(Permission.VIEW)
    with store.snapshot() as reading:
        stored = get_run(reading, run_no)
        counts = tuple(
            PayoutCount(state, code, count, minor) for state, code, count, minor in states_of(reading, run_no)
        )
        payouts = tuple(first_payouts(reading, run_no, PAYOUTS_SHOWN))
    return RunView(stored, counts, payouts)
