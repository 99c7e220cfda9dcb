"""The view of the open business day: what is paid in which hour, at which institution, and to which merchant."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.business_days.days import BusinessDay
from offline_collect.merchant.reports.day_sums_kept import DaySumsKept
from offline_collect.merchant.reports.paid_merchants_kept import PaidMerchants, PaidMerchantsKept
from offline_collect.store import SqlStore, require_open_day
from offline_collect.store.reports.day_hours import HourSum
from offline_collect.store.reports.paid_merchants import MerchantSum


@dataclass(frozen=True, slots=True)
class Figures:
    """Payments of one hour, institution, merchant or day, in one currency.

    Attributes:
        amount_minor: of all payments, reversed ones too.
        reversed_count, reversed_minor: of those that were reversed since.
    """

    count: int = 0
    amount_minor: int = 0
    reversed_count: int = 0
    reversed_minor: int = 0

    def more(self, found: HourSum | MerchantSum) -> Figures:
        """Return these figures with further payments."""
        return Figures(
            self.count + found.count,
            self.amount_minor + found.amount_minor,
            self.reversed_count + found.reversed_count,
            self.reversed_minor + found.reversed_minor,
        )

    def less(self, other: Figures) -> Figures:
        """Return these figures without those of some of their payments."""
        return Figures(
            self.count - other.count,
            self.amount_minor - other.amount_minor,
            self.reversed_count - other.reversed_count,
            self.reversed_minor - other.reversed_minor,
        )


@dataclass(frozen=True, slots=True)
class Paid:
    """A merchant's payments in one currency.

    Attributes:
        name: None for a merchant that is not registered: the payments are in suspense.
    """

    merchant_id: str
    name: str | None
    currency: str
    figures: Figures


@dataclass(frozen=True, slots=True)
class Today:
    """The open business day so far.

    Attributes:
        read: whether the figures were read; they are read beside whoever looks first.
        hours: by the hour's beginning and the currency, the first hour first.
        institutions: by institution and currency.
        totals: by currency.
        merchants: those with the most money in each currency, the first first.
        others: by currency, how many other merchants have payments, and their figures.
    """

    day: BusinessDay
    read: bool
    hours: Mapping[tuple[dt.datetime, str], Figures]
    institutions: Mapping[tuple[str, str], Figures]
    totals: Mapping[str, Figures]
    merchants: Sequence[Paid] = ()
    others: Mapping[str, tuple[int, Figures]] = field(default_factory=dict)


def view_today(store: SqlStore, actor: Actor, kept: DaySumsKept, paid: PaidMerchantsKept) -> Today:
    """Return the open day as the acting user sees it: of his merchants only.

    Raises:
        NotPermittedError: the actor may not look.
        StoreMissingError: no business day is open.
        StoreError: the store could not be read.
    """
    actor.require(Permission.VIEW)
    with store.snapshot() as reading:
        day = require_open_day(reading)
    sums, merchants = kept.of(store, actor, day.date), paid.of(store, actor, day.date)
    read = sums is not None and merchants is not None
    return _summed(day, sums or (), merchants or PaidMerchants(), read=read)


def _summed(day: BusinessDay, found: Sequence[HourSum], paid: PaidMerchants, *, read: bool) -> Today:
    hours: dict[tuple[dt.datetime, str], Figures] = defaultdict(Figures)
    institutions: dict[tuple[str, str], Figures] = defaultdict(Figures)
    for each in found:
        hour = each.first_at.replace(minute=0, second=0, microsecond=0), each.currency
        hours[hour] = hours[hour].more(each)
        institution = each.institution, each.currency
        institutions[institution] = institutions[institution].more(each)
    return Today(
        day=day,
        read=read,
        hours=dict(sorted(hours.items())),
        institutions=dict(sorted(institutions.items())),
        totals=_totals(found),
        merchants=[
            Paid(each.merchant_id, each.name, each.currency, Figures().more(each)) for each in paid.named
        ],
        others=_others(_totals(paid.hours), paid.named),
    )


def _totals(hours: Sequence[HourSum]) -> dict[str, Figures]:
    totals: dict[str, Figures] = defaultdict(Figures)
    for each in hours:
        totals[each.currency] = totals[each.currency].more(each)
    return totals


def _others(totals: Mapping[str, Figures], named: Sequence[MerchantSum]) -> dict[str, tuple[int, Figures]]:
    """Return what the merchants that are not named have, in each currency in which there are some."""
    counts = {each.currency: each.paid_merchants for each in named}
    rest = dict(totals)
    for each in named:
        counts[each.currency] -= 1
        rest[each.currency] = rest[each.currency].less(Figures().more(each))
    return {currency: (count, rest[currency]) for currency, count in counts.items() if count}
