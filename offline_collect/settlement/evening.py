"""Runs an evening: does one step after the other by the rule, until nothing is left or a person must decide.

What an evening still needs is read from the store before each step, so a run that was stopped, or killed, is simply
started again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.business_days.cutover import CutoverTimes, Verdict
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.business_days.days import DayState
from offline_collect.domain.business_days.evening import (
    Ended,
    EveningFacts,
    Question,
    Step,
    documents_of,
    next_step,
)
from offline_collect.domain.business_days.life import DayStanding
from offline_collect.domain.errors import ReconciliationError
from offline_collect.domain.reconciliation.records import ItemFilter
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.settlement.cutover import close_day, plan
from offline_collect.settlement.payouts.left_out import left_out_text
from offline_collect.settlement.payouts.make import PayoutTerms
from offline_collect.settlement.reconciliation.days import (
    PAY_AT_ONCE,
    SettledDay,
    reconcile_day,
    settle_day,
    standing_of,
)
from offline_collect.store import SqlStore, StoreTransaction, require_open_day
from offline_collect.store.reconciliation.day_documents import days_to_end, written_documents
from offline_collect.store.reconciliation.items import find_items, proposed_items
from offline_collect.store.settlement.runs import unwritten_runs

_ALL = "run the evening of a business day"
_ITEMS_MAX = 10_000
_RIGHTS = (Permission.VIEW, Permission.CUTOVER, Permission.RECONCILE, Permission.SETTLE)
_OWN = frozenset({Step.CUTOVER, Step.RECONCILE, Step.SETTLE})
"""The steps that are done here; all others are given."""
_ONCE = frozenset({Step.DEBITS, Step.INGEST})
"""The steps that a run does once, however many days it ends."""

Work = Callable[[BusinessDate], Iterable[str]]
"""Does a step for a business day; returns what was done, in lines for people."""


@dataclass(frozen=True, slots=True)
class Evening:
    """What an evening has.

    Attributes:
        times: when days end.
        date: the only day to end; None for every day that is to be ended.
        work: the steps beside cutover, reconciliation and settlement; a step without work is left out.
        payouts: what the runs of settled days depend on.
        by_totals: institutions whose totals in balance stand for a file.
    """

    times: CutoverTimes
    date: BusinessDate | None = None
    work: Mapping[Step, Work] = field(default_factory=dict)
    payouts: PayoutTerms = PAY_AT_ONCE
    by_totals: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Happened:
    """What an evening has done, or why it has ended.

    Attributes:
        what: the step that was done; a question is the last of an evening.
        lines: what the step did.
        standing: of the day, before the step.
    """

    date: BusinessDate
    what: Step | Question | Ended
    standing: DayStanding
    lines: tuple[str, ...] = ()


def run_evening(
    store: SqlStore, actor: Actor, evening: Evening, now: Callable[[], dt.datetime]
) -> Iterator[Happened]:
    """Do the steps of an evening; yield each when it is done, and at last why there is no further one.

    Raises:
        NotPermittedError, ScopeError: the actor may not do all of it.
        ReconciliationError: there is no such day.

    What a step raises is raised again; the next run begins with that step.
    """
    for permission in _RIGHTS:
        actor.require(permission)
    if Step.DEBITS in evening.work:
        actor.require(Permission.DEBIT)
    actor.require_whole(_ALL)
    return _Run(store, actor, evening, now).steps()


_GOES_ON = frozenset({Ended.DONE, Ended.FILES_LACK})
"""After these, a run goes on with the next day."""


class _Run:
    def __init__(
        self, store: SqlStore, actor: Actor, evening: Evening, now: Callable[[], dt.datetime]
    ) -> None:
        self._store = store
        self._actor = actor
        self._evening = evening
        self._now = now
        self._done: set[tuple[BusinessDate, Step]] = set()
        self._ended: set[BusinessDate] = set()

    def steps(self) -> Iterator[Happened]:
        last: tuple[BusinessDate, Step] | None = None
        while True:
            facts = self._look()
            found = next_step(facts)
            if not isinstance(found, Step):
                yield Happened(facts.date, found, facts.standing)
                if found not in _GOES_ON or self._evening.date is not None:
                    return
                self._ended.add(facts.date)
                continue
            if last == (facts.date, found):
                raise ReconciliationError(
                    Phrase(
                        "{found} of business day {date} has had no effect",
                        found=found.value,
                        date=str(facts.date),
                    )
                )
            lines = tuple(self._do(found, facts.date))
            last = facts.date, found
            self._done.add(last)
            yield Happened(facts.date, found, facts.standing, lines)

    def _look(self) -> EveningFacts:
        """Read what the next step depends on."""
        with self._store.snapshot() as reading:
            opened = require_open_day(reading)
            date = self._evening.date
            if date is None:
                left = [day for day in self._to_end(reading) if day not in self._ended]
                date = left[0] if left else opened.date
            standing = standing_of(reading, date, self._evening.by_totals)
            concerned = self._evening.date in {None, opened.date}
            cutover: Verdict | None = None
            if self._evening.times.at is not None:
                cutover = (
                    self._evening.times.judge_once(opened, self._now()) if concerned else Verdict.NOT_DUE
                )
            return EveningFacts(
                date=date,
                standing=standing,
                cutover=cutover,
                wanted=self._wanted(),
                done=frozenset(step for day, step in self._done if day == date or step in _ONCE),
                documents=written_documents(reading, date),
                proposed=_proposed(reading, date, self._now()) if standing.items else 0,
                payouts_wait=standing.state is DayState.SETTLED and bool(unwritten_runs(reading, date)),
            )

    def _wanted(self) -> frozenset[Step]:
        return _OWN | self._evening.work.keys()

    def _to_end(self, reading: StoreTransaction) -> list[BusinessDate]:
        wanted = self._wanted()
        return days_to_end(reading, documents_of(wanted), payouts=Step.PAYOUTS in wanted)

    def _do(self, step: Step, date: BusinessDate) -> Iterable[str]:
        match step:
            case Step.CUTOVER:
                return [self._cut()]
            case Step.RECONCILE:
                return self._moved(step, date, self._reconcile)
            case Step.SETTLE:
                return self._moved(step, date, partial(settle_day, terms=self._evening.payouts))
            case _:
                return self._evening.work[step](date)

    def _cut(self) -> Phrase:
        planned = plan(self._store, self._actor, self._evening.times.calendar, None, None)
        assert planned is not None, "it is the open day"
        if close_day(self._store, self._actor, planned, self._now()):
            return Phrase(
                "business day {closing} is closed; {opening} is open",
                closing=str(planned.closing),
                opening=str(planned.opening),
            )
        return Phrase(
            "business day {closing} was closed by another at this moment", closing=str(planned.closing)
        )

    def _reconcile(self, store: SqlStore, actor: Actor, date: BusinessDate, now: dt.datetime) -> None:
        reconcile_day(store, actor, date, now, self._evening.by_totals)

    def _moved(
        self,
        step: Step,
        date: BusinessDate,
        move: Callable[[SqlStore, Actor, BusinessDate, dt.datetime], object],
    ) -> Iterable[str]:
        """Move the day on; another user may have done so meanwhile, and then nothing is to be done."""
        try:
            done = move(self._store, self._actor, date, self._now())
        except ReconciliationError:
            if next_step(self._look()) is step:
                raise
            return [Phrase("another user was faster")]
        left_out = done.left_out if isinstance(done, SettledDay) else ()
        moved = (
            Phrase("business day {day} is RECONCILED", day=str(date))
            if step is Step.RECONCILE
            else Phrase("business day {day} is SETTLED", day=str(date))
        )
        return [moved, *map(left_out_text, left_out)]


def _proposed(tx: StoreTransaction, date: BusinessDate, now: dt.datetime) -> int:
    """Return how many open items of a day wait for a second person."""
    asked = proposed_items(tx, now)
    found = find_items(tx, ItemFilter(business_date=date, open_only=True, most=_ITEMS_MAX))
    return sum(item.item_no in asked for item in found)
