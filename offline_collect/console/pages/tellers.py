"""The tellers' close of a business day: what each should have, and what was counted."""

from __future__ import annotations

from collections.abc import Mapping

from offline_collect.console.code_words import code_word
from offline_collect.console.day_end import DayEndParts, day_in_path
from offline_collect.console.notices import chosen
from offline_collect.console.page import Answer, Page, Redirect, Shown
from offline_collect.console.teller_sums_kept import TellerSumsKept
from offline_collect.console.visit import Visit
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.business_days.teller_close import (
    COUNTED_TENDERS,
    ClosedDrawer,
    Counted,
    Drawer,
    close_drawers,
)
from offline_collect.domain.commands import Tender
from offline_collect.domain.currencies import CURRENCIES, CURRENCY_CODES
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.merchant.postings.search_terms import SearchTermError, read_amount
from offline_collect.settlement.teller_close import count_drawer, view_counts

TITLE = Phrase("Tellers' close")


def show(visit: Visit) -> Answer:
    """Show what each teller should have of a business day, and what was counted."""
    date = day_in_path(visit.parts_of_path["date"])
    counts = view_counts(visit.store, visit.actor, date)
    sums = visit.part(TellerSumsKept).of(visit.store, visit.actor, date)
    return Shown(
        "tellers.html",
        {
            "date": date,
            "read_at": None if sums is None else sums.read_at,
            "drawers": [] if sums is None else list(close_drawers(sums.taken, counts)),
            "tenders": [(each.value, code_word("tender", each.value)) for each in COUNTED_TENDERS],
            "seen": _seen(counts),
            "currency": CURRENCIES[visit.part(DayEndParts).currency].code,
        },
    )


def _seen(counts: Mapping[Drawer, Counted]) -> dict[str, int]:
    """Return what was counted when the form was opened; payments of an open day go on."""
    return {
        f"{each.institution} {each.teller} {each.tender.value} {each.currency}": counted.amount_minor
        for each, counted in sorted(counts.items(), key=str)
    }


def count(visit: Visit) -> Answer:
    """Enter what a teller's money was counted at."""
    date, form = day_in_path(visit.parts_of_path["date"]), visit.form
    form.refuse_stale(_seen(view_counts(visit.store, visit.actor, date)))
    code = form.get("currency").upper()
    if code not in CURRENCY_CODES:
        raise SearchTermError(Phrase("{text} is no currency of ISO 4217", text=code[:10]))
    tender = chosen(Tender, form.get("tender"))
    if tender not in COUNTED_TENDERS:
        raise SearchTermError(Phrase("tellers take CASH, CARD or ACCT"))
    institution, teller = form.get("institution").lstrip("0"), form.get("teller")
    if not institution or not teller:
        raise SearchTermError(Phrase("name the teller and his institution"))
    number = CURRENCY_CODES[code].number
    counted = Counted(read_amount(form.get("amount"), number), visit.actor.name, visit.now)
    drawer = Drawer(institution, teller, tender, number)
    line = count_drawer(visit.store, visit.actor, date, drawer, counted)
    return Redirect(f"/day-end/{date}/tellers", _said(line))


def _said(line: ClosedDrawer) -> Phrase:
    if not line.difference_minor:
        return Phrase("counted: it agrees")
    if line.difference_minor < 0:
        return Phrase("counted: there is too little")
    return Phrase("counted: there is too much")


PAGES = (
    Page(path="/day-end/{date}/tellers", title=TITLE, handler=show),
    Page(
        path="/day-end/{date}/tellers",
        title=TITLE,
        handler=count,
        permission=Permission.CUTOVER,
        method="POST",
        again=show,
    ),
)
