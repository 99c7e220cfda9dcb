"""Reads files and items of reconciliation for users."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.reconciliation.records import DayFile, Item, ItemFilter
from offline_collect.store import SqlStore, require_open_day
from offline_collect.store.reconciliation.files import files_of
from offline_collect.store.reconciliation.items import find_items, get_item, proposed_items

_WHAT = "see the differences of business days"


@dataclass(frozen=True, slots=True)
class SeenItem:
    """An item as it is shown.

    Attributes:
        proposed: number of the request that waits to resolve it; None without one.
        age_days: from its business day to the open one.
    """

    item: Item
    proposed: int | None
    age_days: int


@dataclass(frozen=True, slots=True)
class DayView:
    """Files and items.

    Attributes:
        date: None for items of all days.
    """

    date: BusinessDate | None
    files: list[DayFile]
    items: list[SeenItem]


def view_items(store: SqlStore, actor: Actor, wanted: ItemFilter, now: dt.datetime) -> DayView:
    """Return items, of the day before the open one if none is named and not only open ones are wanted.

    Raises:
        NotPermittedError, ScopeError: the actor may not see them; all banks share the day.
    """
    actor.require(Permission.VIEW)
    actor.require_whole(_WHAT)
    with store.snapshot() as reading:
        today = require_open_day(reading)
        date = wanted.business_date or (None if wanted.open_only else today.previous)
        asked = replace(wanted, business_date=date)
        proposed = proposed_items(reading, now)
        items = [
            SeenItem(item, proposed.get(item.item_no), (today.date - item.business_date).days)
            for item in find_items(reading, asked)
        ]
        files = [] if date is None else files_of(reading, date)
    return DayView(date, files, items)


def view_item(store: SqlStore, actor: Actor, item_no: int, now: dt.datetime) -> SeenItem:
    """Return one item.

    Raises:
        NotPermittedError, ScopeError: the actor may not see it; all banks share the day.
        NotFoundError: there is none of this number.
    """
    actor.require(Permission.VIEW)
    actor.require_whole(_WHAT)
    with store.snapshot() as reading:
        today = require_open_day(reading)
        item = get_item(reading, item_no)
        proposed = proposed_items(reading, now).get(item_no)
    return SeenItem(item, proposed, (today.date - item.business_date).days)
