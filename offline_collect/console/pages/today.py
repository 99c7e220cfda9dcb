"""Today: what is paid on the open business day, and what waits for somebody."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from markupsafe import Markup

from offline_collect.console.charts import Bars, bars, rows
from offline_collect.console.languages import in_language
from offline_collect.console.page import Answer, Page, Shown
from offline_collect.console.server_figures import answer_times, answers_by_code
from offline_collect.console.server_kept import ServerKept
from offline_collect.console.visit import Visit
from offline_collect.domain.currencies import CURRENCIES
from offline_collect.domain.notices.deliveries import NoticeFilter
from offline_collect.domain.notices.life import NoticeState
from offline_collect.domain.reconciliation.records import ItemFilter
from offline_collect.domain.texts.counts import other_merchants_counted
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.merchant.access.view_status import Waiting, view_waiting
from offline_collect.merchant.postings.view import view_suspense
from offline_collect.merchant.reports.day_sums_kept import DaySumsKept
from offline_collect.merchant.reports.paid_merchants_kept import PaidMerchantsKept
from offline_collect.merchant.reports.today import Figures, Today, view_today
from offline_collect.notify.view import view_notices
from offline_collect.settlement.reconciliation.view import view_items

TITLE = Phrase("Today")
_NAME_SHOWN_MAX = 16
"""Characters of a merchant's name in a picture; the table beside it has all of it."""

_COUNTED_MAX = 100
"""How many of a kind are counted: each look at the page counts them."""


@dataclass(frozen=True, slots=True)
class Row:
    """Figures in one currency.

    Attributes:
        name: the hour or the institution.
    """

    name: str
    currency: str
    figures: Figures


@dataclass(frozen=True, slots=True)
class PaidRow:
    """A merchant's payments in one currency, or those of the merchants that are not named.

    Attributes:
        merchant_id: None for the others.
        name: a merchant's, or how many others there are; None for a merchant that is not registered.
        to: the page with the payments; None for the others.
    """

    merchant_id: str | None
    name: str | Phrase | None
    to: str | None
    currency: str
    figures: Figures


@dataclass(frozen=True, slots=True)
class Waits:
    """What waits for somebody.

    Attributes:
        what: in words.
        number: how many; with a plus if there are more than were counted.
        to: the page that has them; it is a link if the user may open that page.
    """

    what: Phrase
    number: str
    to: str


def show(visit: Visit) -> Answer:
    """Show the open day."""
    today = view_today(visit.store, visit.actor, visit.part(DaySumsKept), visit.part(PaidMerchantsKept))
    seen = view_waiting(visit.store, visit.actor, visit.now)
    server = visit.part(ServerKept).last() if seen.sees_server else None
    return Shown(
        "today.html",
        {
            "today": today,
            "hours": _hours(today, visit.office.zone),
            "institutions": [
                Row(name, currency, each) for (name, currency), each in today.institutions.items()
            ],
            "totals": today.totals,
            "merchants": list(_paid(today)),
            "pictures": _pictures(visit, today),
            "of_merchants": [_of_merchants(visit, today, currency) for currency in _paid_in(today)],
            "waiting": _waiting(visit, seen),
            "sees_server": seen.sees_server,
            "server": server,
            "answers": answers_by_code(server),
            "times": answer_times(server),
        },
    )


def _hours(today: Today, zone: dt.tzinfo) -> list[Row]:
    return [
        Row(hour.astimezone(zone).strftime("%H:%M"), currency, each)
        for (hour, currency), each in today.hours.items()
    ]


def _paid_in(today: Today) -> Sequence[str]:
    """Return the currencies of the merchants that are named."""
    return sorted({each.currency for each in today.merchants})


def _paid(today: Today) -> Iterator[PaidRow]:
    """Yield the merchants with the most money in each currency, and what the others have."""
    date = today.day.date
    for currency in _paid_in(today):
        for each in today.merchants:
            if each.currency == currency:
                asked = urlencode({"merchant": each.merchant_id, "from": str(date), "to": str(date)})
                yield PaidRow(each.merchant_id, each.name, f"/payments?{asked}", currency, each.figures)
        if currency in today.others:
            number, figures = today.others[currency]
            yield PaidRow(None, other_merchants_counted(number), None, currency, figures)


def _pictures(visit: Visit, today: Today) -> Sequence[tuple[Phrase, Markup]]:
    """Return the pictures: payments by hour, and for each currency its money by hour."""
    if not today.hours:
        return ()
    counts: dict[dt.datetime, int] = {}
    for (hour, _), each in today.hours.items():
        counts[hour] = counts.get(hour, 0) + each.count
    by_hour: list[tuple[Phrase, Mapping[dt.datetime, int | float]]] = [(Phrase("Payments by hour"), counts)]
    for currency in today.totals:
        known = CURRENCIES[currency]
        money = {
            hour: each.amount_minor / 10**known.decimals
            for (hour, own), each in today.hours.items()
            if own == currency
        }
        by_hour.append((Phrase("Money by hour, {currency}", currency=known.code), money))
    return [(title, _picture(visit, title, values)) for title, values in by_hour]


def _picture(visit: Visit, title: Phrase, values: Mapping[dt.datetime, int | float]) -> Markup:
    first, last = min(values), max(values)
    hours = [first + dt.timedelta(hours=n) for n in range(round((last - first) / dt.timedelta(hours=1)) + 1)]
    labels = [hour.astimezone(visit.office.zone).strftime("%H") for hour in hours]
    return bars(Bars(in_language(title, visit.language), labels, [values.get(hour, 0) for hour in hours]))


def _of_merchants(visit: Visit, today: Today, currency: str) -> tuple[Phrase, Markup]:
    """Return the picture of a currency's money by merchant, the others last."""
    known = CURRENCIES[currency]
    # Not by name: two merchants may have one.
    paid = [
        (each.name or each.merchant_id, each.figures.amount_minor)
        for each in today.merchants
        if each.currency == currency
    ]
    if currency in today.others:
        number, others = today.others[currency]
        paid.append((in_language(other_merchants_counted(number), visit.language), others.amount_minor))
    title = Phrase("Money by merchant, {currency}", currency=known.code)
    labels = [f"{name[:_NAME_SHOWN_MAX]}…" if len(name) > _NAME_SHOWN_MAX else name for name, _ in paid]
    values = [minor / 10**known.decimals for _, minor in paid]
    return title, rows(Bars(in_language(title, visit.language), labels, values))


def _waiting(visit: Visit, seen: Waiting) -> list[Waits]:
    """Return what waits for somebody among what the user sees; differences of days concern all banks."""
    store, actor = visit.store, visit.actor
    suspended = view_suspense(store, actor, None, None, _COUNTED_MAX + 1).payments
    dead = view_notices(
        store, actor, NoticeFilter(state=NoticeState.DEAD), (None, _COUNTED_MAX + 1)
    ).documents
    found = [
        Waits(Phrase("imports to be released"), _plus(len(seen.imports), more=seen.more_imports), "/imports"),
        Waits(
            Phrase("requests to be approved"), _plus(seen.approvals, more=seen.more_approvals), "/approvals"
        ),
        Waits(Phrase("payments in suspense"), _counted(suspended), "/payments/doubts"),
        Waits(Phrase("notices that could not be delivered"), _counted(dead), "/notices?state=DEAD"),
    ]
    if seen.sees_server:
        items = view_items(store, actor, ItemFilter(open_only=True, most=_COUNTED_MAX + 1), visit.now).items
        found.append(Waits(Phrase("differences of business days"), _counted(items), "/day-end"))
    return found


def _counted(found: Sequence[object]) -> str:
    return _plus(min(len(found), _COUNTED_MAX), more=len(found) > _COUNTED_MAX)


def _plus(number: int, *, more: bool) -> str:
    return f"{number}+" if more else str(number)


PAGES = (Page(path="/", title=TITLE, handler=show, menu=10),)
