"""Today: what is paid on the open business day, and what waits for somebody."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from offline_collect.console.charts import Bars, bars
from offline_collect.console.languages import in_language
from offline_collect.console.page import Answer, Page, Shown
from offline_collect.console.visit import Visit
from offline_collect.domain.currencies import CURRENCIES
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.merchant.access.view_status import view_waiting
from offline_collect.merchant.reports.today import Figures, Today, view_today

TITLE = Phrase("Today")


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
class Waits:
    """What waits for somebody.

    Attributes:
        what: in words.
        number: how many; a text if there are more than were counted.
        to: the page that has them; None if there is none for this user.
    """

    what: Phrase
    number: int | str
    to: str | None


def show(visit: Visit) -> Answer:
    """Show the open day."""
    today = view_today(visit.store, visit.actor)
    return Shown(
        "today.html",
        {
            "today": today,
            "hours": _hours(today, visit.office.zone),
            "institutions": [
                Row(name, currency, each) for (name, currency), each in today.institutions.items()
            ],
            "totals": today.totals,
            "pictures": _pictures(visit, today),
            "waiting": _waiting(visit),
        },
    )


def _hours(today: Today, zone: dt.tzinfo) -> list[Row]:
    return [
        Row(hour.astimezone(zone).strftime("%H:%M"), currency, each)
        for (hour, currency), each in today.hours.items()
    ]


def _pictures(visit: Visit, today: Today) -> Sequence[tuple[Phrase, Markup]]:
    """Return the pictures: payments by hour, and for each currency its money by hour."""
    if not today.hours:
        return ()
    counts: dict[dt.datetime, float] = {}
    for (hour, _), each in today.hours.items():
        counts[hour] = counts.get(hour, 0) + each.count
    pictures = [(Phrase("Payments by hour"), counts)]
    for currency in today.totals:
        known = CURRENCIES[currency]
        money = {
            hour: each.amount_minor / 10**known.decimals
            for (hour, own), each in today.hours.items()
            if own == currency
        }
        pictures.append((Phrase("Money by hour, {currency}", currency=known.code), money))
    return [(title, _picture(visit, title, values)) for title, values in pictures]


def _picture(visit: Visit, title: Phrase, values: Mapping[dt.datetime, float]) -> Markup:
    first, last = min(values), max(values)
    hours = [first + dt.timedelta(hours=n) for n in range(round((last - first) / dt.timedelta(hours=1)) + 1)]
    labels = [hour.astimezone(visit.office.zone).strftime("%H") for hour in hours]
    return bars(Bars(in_language(title, visit.language), labels, [values.get(hour, 0) for hour in hours]))


def _waiting(visit: Visit) -> list[Waits]:
    seen = view_waiting(visit.store, visit.actor, visit.now)
    imports = f"{len(seen.imports)}+" if seen.more_imports else len(seen.imports)
    approvals = f"{seen.approvals}+" if seen.more_approvals else seen.approvals
    return [
        Waits(Phrase("imports to be released"), imports, None),
        Waits(Phrase("requests to be approved"), approvals, "/approvals"),
    ]


PAGES = (Page(path="/", title=TITLE, handler=show, menu=10),)
