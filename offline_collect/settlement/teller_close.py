"""The tellers' close of a business day: what each should have, and what was counted (docs/day-end.md)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.access.audit import Subject, SubjectType
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.business_days.days import BusinessDay
from offline_collect.domain.business_days.teller_close import ClosedDrawer, Counted, Drawer, may_count
from offline_collect.domain.currencies import CURRENCIES
from offline_collect.domain.errors import TellerCloseError
from offline_collect.domain.money import format_major
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.store import SqlStore, StoreTransaction, append_audit
from offline_collect.store.reports.teller_closes import closed_drawers, counted_drawers, put_count
from offline_collect.store.sql.business_days import get_day

_SEE, _COUNT = "see the tellers' close", "enter what a teller has counted"


def view_drawers(store: SqlStore, actor: Actor, date: BusinessDate) -> Sequence[ClosedDrawer]:
    """Return the drawers of a business day.

    Raises:
        NotPermittedError, ScopeError: the actor may not look, or sees only part of what tellers took.
        TellerCloseError: there is no such business day.
    """
    actor.require(Permission.VIEW)
    actor.require_whole(_SEE)
    with store.snapshot() as reading:
        _day(reading, date)
        return list(closed_drawers(reading, date))


def view_counts(store: SqlStore, actor: Actor, date: BusinessDate) -> Mapping[Drawer, Counted]:
    """Return only what was counted of a business day, for who has what was taken already.

    Raises:
        As view_drawers does.
    """
    actor.require(Permission.VIEW)
    actor.require_whole(_SEE)
    with store.snapshot() as reading:
        _day(reading, date)
        return counted_drawers(reading, date)


def count_drawer(
    store: SqlStore, actor: Actor, date: BusinessDate, drawer: Drawer, counted: Counted
) -> ClosedDrawer:
    """Enter what a drawer was counted at, in place of what was entered before; return its line.

    Raises:
        NotPermittedError, ScopeError: the actor may not count, or sees only part of what tellers took.
        TellerCloseError: there is no such business day, it is settled, or the amount is negative.
    """
    actor.require(Permission.CUTOVER)
    actor.require_whole(_COUNT)
    if counted.amount_minor < 0:
        raise TellerCloseError(Phrase("what is counted is 0 or more"))
    with store.transaction() as tx:
        if not may_count(_day(tx, date).state):
            raise TellerCloseError(
                Phrase("business day {date} is settled: its drawers are not counted again", date=str(date))
            )
        earlier = put_count(tx, date, drawer, counted)
        subject = Subject(SubjectType.DAY, str(date))
        before = None if earlier is None else _document(drawer, earlier)
        append_audit(tx, actor, "day count", subject, before, _document(drawer, counted), counted.at)
    # A day's payments are added up once the change is committed: they take long, and would hold up payments.
    with store.snapshot() as reading:
        line = next(line for line in closed_drawers(reading, date) if line.drawer == drawer)
    return replace(line, counted=counted)


def _day(tx: StoreTransaction, date: BusinessDate) -> BusinessDay:
    day = get_day(tx, date)
    if day is None:
        raise TellerCloseError(
            Phrase("there is no business day {date}; `day show` lists them", date=str(date))
        )
    return day


def _document(drawer: Drawer, counted: Counted) -> dict[str, str]:
    return {
        "institution": drawer.institution,
        "teller": drawer.teller,
        "tender": drawer.tender.value,
        "counted": format_major(counted.amount_minor, drawer.currency),
        "currency": CURRENCIES[drawer.currency].code,
    }
