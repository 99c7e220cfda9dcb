"""Cutover by command: names the day that it closes, and does nothing if that is closed already."""

from __future__ import annotations

import datetime as dt

from offline_collect.app.errors import UsageError
from offline_collect.app.office import Office
from offline_collect.app.wiring import cutover_times
from offline_collect.domain.dates import BusinessDate
from offline_collect.domain.errors import CutoverError
from offline_collect.store import StoreTransaction, append_audit, cutover, open_day


def cut_day(office: Office, closing: dt.date | None = None, opening: dt.date | None = None) -> str:
    """Close a business day and open the next.

    Args:
        office: the store and the clock.
        closing: the day to close; None takes the open one.
        opening: the day to open; None takes the next one.

    Returns:
        what was done, in words.

    Raises:
        CutoverError: ``closing`` is later than the open day.
        UsageError: ``opening`` is not later than ``closing``.
    """
    now = office.clock.now()
    with office.store.transaction() as tx:
        open_date = _open_date(tx)
        named = open_date if closing is None else BusinessDate.of(closing)
        if named > open_date:
            raise CutoverError(f"business day {named} cannot be closed: {open_date} is open")
        if named < open_date:
            return f"business day {named} is closed already; {open_date} is open"
        following = cutover_times(office.configuration.settings).next_date(named, now)
        chosen = following if opening is None else BusinessDate.of(opening)
        if chosen <= named:
            raise UsageError(f"--next {chosen}: must be later than {named}, the day that is closed")
        cutover(tx, named, chosen, now)
        before, after = {"open": str(named)}, {"open": str(chosen)}
        append_audit(tx, office.who, f"day cutover {named}", before, after, now)
    return f"business day {named} is closed; {chosen} is open"


def _open_date(tx: StoreTransaction) -> BusinessDate:
    day = open_day(tx)
    if day is None:
        raise CutoverError("no business day is open: run `offline-collect init`")
    return day.date
