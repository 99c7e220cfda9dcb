"""Day end: business days from their cutover to their settlement."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from offline_collect.console.charts import Bars, rows
from offline_collect.console.code_words import code_word
from offline_collect.console.day_end import CLASSES, FOLLOW_UPS, DayEndParts, day_in_path
from offline_collect.console.languages import in_language
from offline_collect.console.listing import ROWS, Listing, listing, place_of
from offline_collect.console.page import Answer, Handler, Page, Redirect, Shown
from offline_collect.console.visit import Visit
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.business_days.cutover import unusual_words
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.business_days.days import DayState
from offline_collect.domain.business_days.life import DayEvent, refusal
from offline_collect.domain.errors import OpeningError
from offline_collect.domain.reconciliation.classes import DifferenceClass
from offline_collect.domain.reconciliation.records import ItemFilter
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.merchant.reports.day_sums_kept import DaySumsKept
from offline_collect.settlement.cutover import close_day, plan
from offline_collect.settlement.day_end import DayEnd, view_day_end
from offline_collect.settlement.reconciliation.days import reconcile_day, settle_day, view_settlement
from offline_collect.settlement.reconciliation.view import SeenItem, view_items
from offline_collect.settlement.reconciliation.vouchers import has_books
from offline_collect.settlement.view import view_agreements, view_days

TITLE = Phrase("Day end")
DAYS_SHOWN = 31
_CLOSED_BEFORE = Phrase("that business day was closed already")


def show_all(visit: Visit) -> Answer:
    """Show the latest days, what is open of all days, and the cutover of the open one."""
    store, actor = visit.store, visit.actor
    days = view_days(store, actor, DAYS_SHOWN)
    agreed = view_agreements(store, actor, [day.date for day in days])
    whole = actor.scope.whole
    return Shown(
        "day_end.html",
        {
            "days": days,
            "agreed": {day.date: [each for each in agreed if each.business_date == day.date] for day in days},
            "whole": whole,
            "items": _items(visit, None) if whole else None,
            "following": visit.part(DayEndParts).calendar.next_after(days[0].date),
            **_shared(visit),
        },
    )


def cut(visit: Visit) -> Answer:
    """Close the open day; a day to open that is unusual is asked about first."""
    form = visit.form
    closing = _day(form.get("closing"))
    opening = _day(form.get("opening")) if form.get("opening") else None
    planned = plan(visit.store, visit.actor, visit.part(DayEndParts).calendar, closing, opening)
    if planned is None:
        return Redirect("/day-end", _CLOSED_BEFORE)
    if planned.unusual is not None and form.get("although") != str(planned.opening):
        why = unusual_words(planned.unusual, planned.opening, planned.following)
        return Shown("day_end_unusual.html", {"planned": planned, "why": why})
    if not close_day(visit.store, visit.actor, planned, visit.now):
        return Redirect("/day-end", _CLOSED_BEFORE)
    said = Phrase(
        "business day {closing} is closed; {opening} is open",
        closing=str(planned.closing),
        opening=str(planned.opening),
    )
    return Redirect("/day-end", said)


def _day(text: str) -> BusinessDate:
    try:
        return BusinessDate.parse(text)
    except ValueError:
        raise OpeningError(Phrase("{text}: write a date such as 2026-11-30", text=text[:20])) from None


def show(visit: Visit) -> Answer:
    """Show one day: totals by institution, differences by class, and its next step."""
    date = _date(visit)
    sums = visit.part(DaySumsKept).of(visit.store, visit.actor, date)
    by_totals = visit.part(DayEndParts).by_totals
    seen = view_day_end(visit.store, visit.actor, date, sums, by_totals, most=ROWS + 1)
    shared = seen.shared
    return Shown(
        "day_end_day.html",
        {
            "seen": seen,
            "picture": _picture(visit, seen),
            "items": _items(visit, date) if shared else None,
            "lacks": _lacks(seen),
            "books": seen.day.state is DayState.SETTLED and has_books(visit.actor),
            "merchants": shared.sums[:ROWS] if shared else (),
            "more_merchants": shared is not None and len(shared.sums) > ROWS,
            **_shared(visit),
        },
    )


def show_merchants(visit: Visit) -> Answer:
    """Show the sums of a settled day by merchant."""
    date = _date(visit)
    found = view_settlement(visit.store, visit.actor, date, place_of(visit, "") or None, ROWS + 1)
    return Shown(
        "day_end_merchants.html",
        {"date": date, "found": listing(visit, found, lambda each: each.merchant_id, ROWS)},
    )


def _lacks(seen: DayEnd) -> dict[str, Any]:
    """Return why the day is not reconciled, and not settled, by the rules of its life; None if nothing stands against it."""
    if seen.shared is None:
        return {}
    return {event.name: refusal(event, seen.shared.standing) for event in DayEvent}


def _picture(visit: Visit, seen: DayEnd) -> Markup | None:
    """Return the differences by class as a picture; rows that agree would hide them."""
    if seen.shared is None:
        return None
    differ = [each for each in seen.shared.classes if each.difference != DifferenceClass.MATCHED]
    if not differ:
        return None
    title = in_language(Phrase("Differences by class"), visit.language)
    names = [in_language(code_word("difference", each.difference), visit.language) for each in differ]
    return rows(Bars(title, names, [each.count for each in differ]))


def _items(visit: Visit, date: BusinessDate | None) -> Listing[SeenItem]:
    """Return a page of a day's items, or of those of all days that are open."""
    day, number = place_of(visit, ["", 0])
    wanted = ItemFilter(
        business_date=date,
        difference=visit.query.get("class") or None,
        open_only=date is None or "open" in visit.query,
        most=ROWS + 1,
        after=(day_in_path(day), number) if day else None,
    )
    found = view_items(visit.store, visit.actor, wanted, visit.now).items
    return listing(visit, found, lambda each: [str(each.item.business_date), each.item.item_no])


def _shared(visit: Visit) -> dict[str, Any]:
    """Return what tables of items need."""
    currency = visit.part(DayEndParts).currency
    return {"classes": CLASSES, "follow_ups": FOLLOW_UPS, "currency": currency}


def reconcile(visit: Visit) -> Answer:
    """Declare a day reconciled."""
    date = _date(visit)
    reconcile_day(visit.store, visit.actor, date, visit.now, visit.part(DayEndParts).by_totals)
    return Redirect(f"/day-end/{date}", Phrase("business day {date} is reconciled", date=str(date)))


def settle(visit: Visit) -> Answer:
    """Settle a reconciled day."""
    date = _date(visit)
    terms, begins = visit.part(DayEndParts).payouts, bool(visit.form.get("begins"))
    done = settle_day(visit.store, visit.actor, date, visit.now, terms, begins_here=begins)
    said = Phrase("business day {date} is settled", date=str(date))
    if done.left_out:
        said = Phrase(
            "business day {date} is settled; {count} merchants are left out of the payouts: see the open items",
            date=str(date),
            count=len(done.left_out),
        )
    return Redirect(f"/day-end/{date}", said)


def _date(visit: Visit) -> BusinessDate:
    return day_in_path(visit.parts_of_path["date"])


def _changing(
    path: str, handler: Handler, again: Handler, permission: Permission, *, confirms: bool = True
) -> Page:
    return Page(
        path=path,
        title=TITLE,
        handler=handler,
        permission=permission,
        method="POST",
        again=again,
        confirms=confirms,
    )


PAGES = (
    Page(path="/day-end", title=TITLE, handler=show_all, menu=65),
    _changing("/day-end/cutover", cut, show_all, Permission.CUTOVER),
    Page(path="/day-end/{date}", title=TITLE, handler=show),
    Page(path="/day-end/{date}/merchants", title=TITLE, handler=show_merchants),
    _changing("/day-end/{date}/reconcile", reconcile, show, Permission.RECONCILE, confirms=False),
    _changing("/day-end/{date}/settle", settle, show, Permission.SETTLE),
)
"""A cutover moves no money, but cannot be undone."""
