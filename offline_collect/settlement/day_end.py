"""The view of one business day at its end: what each institution has, what differs, and what the next step misses."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.business_days.days import BusinessDay
from offline_collect.domain.business_days.life import DayStanding
from offline_collect.domain.reconciliation.items import ItemState
from offline_collect.domain.reconciliation.records import DayFile
from offline_collect.domain.reconciliation.settlement import MerchantDay
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.settlement.reconciliation.days import standing_of
from offline_collect.store import NotFoundError, SqlStore
from offline_collect.store.reconciliation.agreed_totals import Agreement, agreements
from offline_collect.store.reconciliation.files import files_of
from offline_collect.store.reconciliation.items import ItemCount, count_items
from offline_collect.store.reconciliation.settling import settled_by, settlements_of
from offline_collect.store.reports.day_hours import HourSum
from offline_collect.store.sql.business_days import get_day


@dataclass(frozen=True, slots=True)
class InstitutionSum:
    """The payments of an institution on a day, in one currency.

    Attributes:
        count: payments; one of several bills counts once.
        amount_minor: of all of them, reversed ones too.
        reversed_count, reversed_minor: of those that were reversed since.
    """

    institution: str
    currency: str
    count: int = 0
    amount_minor: int = 0
    reversed_count: int = 0
    reversed_minor: int = 0

    def more(self, found: HourSum) -> InstitutionSum:
        """Return these figures with further payments."""
        return replace(
            self,
            count=self.count + found.count,
            amount_minor=self.amount_minor + found.amount_minor,
            reversed_count=self.reversed_count + found.reversed_count,
            reversed_minor=self.reversed_minor + found.reversed_minor,
        )


@dataclass(frozen=True, slots=True)
class ClassCount:
    """How many items of a day have a class.

    Attributes:
        open: of them, those that somebody must resolve.
    """

    difference: str
    count: int
    open: int


@dataclass(frozen=True, slots=True)
class SharedDay:
    """What all banks share of a day.

    Attributes:
        standing: what its next step depends on.
        files: of institutions, those in force.
        agreed: institutions' totals in balance.
        classes: its items by class.
        settled_by: None before it is settled.
        sums: of its merchants once it is settled, as many as were asked for.
    """

    standing: DayStanding
    files: Sequence[DayFile]
    agreed: Sequence[Agreement]
    classes: Sequence[ClassCount]
    settled_by: str | None
    sums: Sequence[MerchantDay]


@dataclass(frozen=True, slots=True)
class DayEnd:
    """A business day at its end.

    Attributes:
        institutions: of the merchants that the acting user sees; None while they are being added up.
        shared: None for a user who sees only part of the store.
    """

    day: BusinessDay
    institutions: Sequence[InstitutionSum] | None
    shared: SharedDay | None


def view_day_end(
    store: SqlStore,
    actor: Actor,
    date: BusinessDate,
    sums: Sequence[HourSum] | None,
    by_totals: frozenset[str] = frozenset(),
    *,
    most: int | None = None,
) -> DayEnd:
    """Return a business day at its end.

    Args:
        sums: of its payments, of the merchants that the actor sees; None while they are being added up.
        most: how many merchants of a settled day at most; None for all.
        by_totals: institutions whose totals in balance stand for a file.

    Raises:
        NotPermittedError: the actor may not look.
        NotFoundError: there is no such day.
    """
    actor.require(Permission.VIEW)
    with store.snapshot() as reading:
        day = get_day(reading, date)
        if day is None:
            raise NotFoundError(Phrase("there is no business day {date}", date=str(date)))
        institutions = None if sums is None else _by_institution(sums)
        if not actor.scope.whole:
            return DayEnd(day, institutions, None)
        who = settled_by(reading, date)
        shared = SharedDay(
            standing=standing_of(reading, date, by_totals),
            files=files_of(reading, date),
            agreed=agreements(reading, [date]),
            classes=_by_class(count_items(reading, date)),
            settled_by=who,
            sums=() if who is None else settlements_of(reading, date, most=most),
        )
    return DayEnd(day, institutions, shared)


def _by_institution(hours: Iterable[HourSum]) -> list[InstitutionSum]:
    found: dict[tuple[str, str], InstitutionSum] = {}
    for each in hours:
        key = each.institution, each.currency
        known = found.get(key) or InstitutionSum(each.institution, each.currency)
        found[key] = known.more(each)
    return [found[key] for key in sorted(found)]


def _by_class(counted: Iterable[ItemCount]) -> list[ClassCount]:
    found: dict[str, ClassCount] = {}
    for each in counted:
        known = found.get(each.difference) or ClassCount(each.difference, 0, 0)
        waits = each.count if each.state is ItemState.OPEN else 0
        found[each.difference] = ClassCount(each.difference, known.count + each.count, known.open + waits)
    return [found[name] for name in sorted(found)]
