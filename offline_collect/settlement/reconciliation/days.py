"""Reconciles and settles business days: each once, and only when nothing is open."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.business_days.days import BusinessDay
from offline_collect.domain.business_days.life import DayEvent, DayRefusal, DayStanding, refusal
from offline_collect.domain.errors import ReconciliationError
from offline_collect.domain.merchants import Merchant
from offline_collect.domain.notices.statements import statement_notices
from offline_collect.domain.reconciliation.settlement import MerchantDay
from offline_collect.domain.settlement.payouts import LeftOut
from offline_collect.domain.texts.counts import items_counted
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.settlement.payouts.make import NAMED_MAX, PayoutTerms, settle_dues
from offline_collect.settlement.reconciliation.vouchers import make_voucher
from offline_collect.store import SqlStore, StoreTransaction, require_merchant
from offline_collect.store.notices.events import write_notices
from offline_collect.store.reconciliation.agreed_totals import agreements, without_agreement
from offline_collect.store.reconciliation.items import open_items
from offline_collect.store.reconciliation.settling import (
    earlier_unsettled,
    hold_days,
    is_first,
    missing_institutions,
    move_day,
    posted_sums,
    put_settlements,
    seal_day,
    settled_by,
    settlements_of,
)
from offline_collect.store.reports.day_merchants import merchants_booked
from offline_collect.store.reports.ledger_postings import PostingKind
from offline_collect.store.sql.business_days import get_day

_RECONCILE, _SETTLE = "reconcile business days", "settle business days"
PAY_AT_ONCE = PayoutTerms()
"""Every day is a business day, and everything fits the files."""


@dataclass(frozen=True, slots=True)
class SettledDay:
    """A day that was settled.

    Attributes:
        sums: of its merchants.
        left_out: payouts that do not fit their file: nobody has their money.
    """

    sums: list[MerchantDay]
    left_out: tuple[LeftOut, ...]


_CREDITED = frozenset({PostingKind.PAID, PostingKind.APPLIED})
_COMMAND = "`offline-collect recon show {date} --open`"


def reconcile_day(
    store: SqlStore,
    actor: Actor,
    date: BusinessDate,
    now: dt.datetime,
    by_totals: frozenset[str] = frozenset(),
) -> None:
    """Declare a day RECONCILED.

    Args:
        by_totals: institutions whose totals in balance stand for a file.

    Raises:
        NotPermittedError, ScopeError: the actor may not do it; all banks share the day.
        ReconciliationError: something is missing or open; the message says what.
    """
    actor.require(Permission.RECONCILE)
    actor.require_whole(_RECONCILE)
    with store.transaction() as tx:
        standing = _standing(tx, date, by_totals)
        _refuse(tx, date, DayEvent.RECONCILED, standing)
        agreed = [each.institution for each in agreements(tx, [date]) if each.institution in by_totals]
        after = {"state": "RECONCILED"} | ({"by_totals": sorted(set(agreed))} if agreed else {})
        assert move_day(tx, date, DayEvent.RECONCILED, actor, after, now), "the day is held"


def look_at_first_settled(store: SqlStore, actor: Actor, date: BusinessDate) -> None:
    """Refuse a day that :func:`settle_day` could not settle as the first, before a user is asked about it.

    Raises:
        NotPermittedError, ScopeError, ReconciliationError: as :func:`settle_day` does.
    """
    actor.require(Permission.SETTLE)
    actor.require_whole(_SETTLE)
    with store.snapshot() as reading:
        _refuse_settling(reading, date, standing_of(reading, date), begins=is_first(reading))


def settle_day(
    store: SqlStore,
    actor: Actor,
    date: BusinessDate,
    now: dt.datetime,
    terms: PayoutTerms = PAY_AT_ONCE,
    *,
    begins_here: bool = False,
) -> SettledDay:
    """Settle a day: fix each merchant's sums, and make the runs that pay them; the day never changes again.

    Args:
        terms: what the runs depend on.
        begins_here: settle this day as the first of all: what was posted before it is never settled.

    Raises:
        NotPermittedError, ScopeError: the actor may not do it; all banks share the day.
        ReconciliationError: an item is open, the day is not reconciled, or another operator has settled it.
    """
    actor.require(Permission.SETTLE)
    actor.require_whole(_SETTLE)
    with store.transaction() as tx:
        standing = _standing(tx, date)
        begins = begins_here and is_first(tx)
        _refuse_settling(tx, date, standing, begins=begins)
        settled = _settled(tx, date)
        sums = [each for _, each in settled]
        put_settlements(tx, date, sums)
        left_out = settle_dues(tx, date, sums, terms, (actor, now))
        write_notices(tx, list(statement_notices(_with_statement(tx, date, settled), date, now)))
        make_voucher(tx, date)
        seal_day(tx, date, actor.name, now)
        after: dict[str, object] = {
            "state": "SETTLED",
            "merchants": len(sums),
            "net_minor": sum(each.net_minor for each in sums),
        }
        if left_out:
            after["left_out"] = len(left_out)
            after["left_out_first"] = [each.merchant_id for each in left_out[:NAMED_MAX]]
        if begins and standing.earlier_unsettled:
            after["begins_here"] = True
        assert move_day(tx, date, DayEvent.SETTLED, actor, after, now), "the day is held"
    return SettledDay(sums, left_out)


def view_settlement(
    store: SqlStore, actor: Actor, date: BusinessDate, after: str | None = None, most: int | None = None
) -> list[MerchantDay]:
    """Return the sums of a settled day, by merchant.

    Args:
        after: the merchant that the first one comes after; None for the first of all.
        most: how many at most; None for all.

    Raises:
        NotPermittedError, ScopeError: the actor may not see them.
        ReconciliationError: the day is not settled.
    """
    actor.require(Permission.VIEW)
    actor.require_whole("see the settlement of business days")
    with store.snapshot() as reading:
        if settled_by(reading, date) is None:
            raise ReconciliationError(Phrase("business day {date} is not settled", date=str(date)))
        return settlements_of(reading, date, after, most)


def _standing(
    tx: StoreTransaction, date: BusinessDate, by_totals: frozenset[str] = frozenset()
) -> DayStanding:
    """Return what the day's next step depends on, and hold the days until the transaction ends."""
    hold_days(tx)
    return standing_of(tx, date, by_totals)


def day_of(tx: StoreTransaction, date: BusinessDate, *, lock: bool = False) -> BusinessDay:
    """Return a business day whose end is looked at or changed.

    Raises:
        ReconciliationError: there is no such day.
    """
    day = get_day(tx, date, lock=lock)
    if day is None:
        raise ReconciliationError(Phrase("there is no business day {date}", date=str(date)))
    return day


def standing_of(
    tx: StoreTransaction, date: BusinessDate, by_totals: frozenset[str] = frozenset()
) -> DayStanding:
    """Return what the day's next step depends on.

    Args:
        by_totals: institutions whose totals in balance stand for a file.

    Raises:
        ReconciliationError: there is no such day.
    """
    day = day_of(tx, date)
    items, differences = open_items(tx, date)
    return DayStanding(
        state=day.state,
        missing=tuple(without_agreement(tx, date, missing_institutions(tx, date), by_totals)),
        differences=differences,
        items=items,
        earlier_unsettled=earlier_unsettled(tx, date),
    )


def _refuse_settling(
    tx: StoreTransaction, date: BusinessDate, standing: DayStanding, *, begins: bool
) -> None:
    _refuse(tx, date, DayEvent.SETTLED, replace(standing, earlier_unsettled=False) if begins else standing)


def _refuse(tx: StoreTransaction, date: BusinessDate, event: DayEvent, standing: DayStanding) -> None:
    why = refusal(event, standing)
    if why is None:
        return
    if why is DayRefusal.WRONG_STATE:
        raise ReconciliationError(_wrong_state(date, event, standing, settled_by(tx, date)))
    raise ReconciliationError(_WHY[why](date, standing))


def _wrong_state(date: BusinessDate, event: DayEvent, standing: DayStanding, who: str | None) -> Phrase:
    day, state = str(date), standing.state
    if who is not None:
        return Phrase(
            "business day {date} is {state}, by {who}: nothing was done", date=day, state=state, who=who
        )
    if event is DayEvent.SETTLED:
        return Phrase("business day {date} is {state}: reconcile it first", date=day, state=state)
    return Phrase("business day {date} is {state}: nothing was done", date=day, state=state)


def _missing(date: BusinessDate, standing: DayStanding) -> Phrase:
    return Phrase(
        "business day {date} is not reconciled: no file of institution {institutions}; take it with recon ingest",
        date=str(date),
        institutions=", ".join(standing.missing),
    )


def _open(date: BusinessDate, standing: DayStanding) -> Phrase:
    items = items_counted(standing.items)
    return Phrase(
        "business day {date} has {items} open: resolve them; {command} lists them",
        date=str(date),
        items=items,
        command=_COMMAND.format(date=date),
    )


def _earlier(date: BusinessDate, _: DayStanding) -> Phrase:
    return Phrase(
        "a business day before {date} is not settled: settle the days in their order; the first one may be settled with"
        " --begin-here, if what was posted before it is settled elsewhere",
        date=str(date),
    )


_WHY = {
    DayRefusal.INSTITUTIONS_MISSING: _missing,
    DayRefusal.DIFFERENCES_OPEN: _open,
    DayRefusal.ITEMS_OPEN: _open,
    DayRefusal.EARLIER_DAY_UNSETTLED: _earlier,
}


def _with_statement(
    tx: StoreTransaction, date: BusinessDate, settled: Sequence[tuple[Merchant, MerchantDay]]
) -> Iterator[tuple[Merchant, MerchantDay]]:
    """Yield the merchants that have a statement of a day with their sums: also those that were only paid on it."""
    yield from settled
    known = {merchant.merchant_id for merchant, _ in settled}
    for merchant_id in merchants_booked(tx, date):
        if merchant_id not in known:
            merchant = require_merchant(tx, merchant_id)
            yield merchant, MerchantDay(merchant_id, merchant.currency)


def _settled(tx: StoreTransaction, date: BusinessDate) -> list[tuple[Merchant, MerchantDay]]:
    """Return the merchants with their sums, by id; money in suspense and at merchants' offices is none of them."""
    found: dict[str, MerchantDay] = {}
    merchants: dict[str, Merchant] = {}
    for posted in posted_sums(tx, date):
        if posted.kind not in _CREDITED and posted.kind is not PostingKind.REVERSED:
            continue
        if posted.merchant_id not in merchants:
            merchants[posted.merchant_id] = require_merchant(tx, posted.merchant_id)
        merchant = merchants[posted.merchant_id]
        day = found.get(posted.merchant_id) or MerchantDay(posted.merchant_id, merchant.currency)
        fee = merchant.fee.fee_of(posted.amount_minor, posted.paid_on)
        change = day.credited if posted.kind in _CREDITED else day.taken_back
        found[posted.merchant_id] = change(posted.times, posted.amount_minor, fee)
    return [(merchants[merchant_id], day) for merchant_id, day in found.items()]
