"""`day tellers` and `day count`: what tellers took on a business day, and what was counted."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import typer

from offline_collect.app.cli.support.options import ConfigFile, parse_date
from offline_collect.app.cli.support.options_paging import AsJson
from offline_collect.app.cli.support.paging import Page, show_page
from offline_collect.app.cli.support.tables import say
from offline_collect.app.errors import UsageError
from offline_collect.app.wiring.backoffice_session import Office, open_office
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.business_days.teller_close import (
    COUNTED_TENDERS,
    ClosedDrawer,
    Counted,
    Drawer,
)
from offline_collect.domain.commands import Tender
from offline_collect.domain.currencies import CURRENCIES, CURRENCY_CODES
from offline_collect.domain.money import format_major, parse_major
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.settlement.teller_close import count_drawer, view_drawers

Day = Annotated[
    dt.date,
    typer.Argument(parser=parse_date, metavar="DATE", help="The business day.", show_default=False),
]

_COLUMNS = {
    "institution": Phrase.in_context("list", "Institution"),
    "teller": Phrase.in_context("list", "Teller"),
    "tender": Phrase.in_context("list", "Tender"),
    "currency": Phrase.in_context("list", "Currency"),
    "payments": Phrase.in_context("list", "Payments"),
    "paid": Phrase.in_context("list", "Paid"),
    "reversals": Phrase.in_context("list", "Reversals"),
    "reversed": Phrase.in_context("list", "Reversed"),
    "expected": Phrase.in_context("list", "Expected"),
    "counted": Phrase.in_context("list", "Counted"),
    "difference": Phrase.in_context("list", "Difference"),
}
_NUMBERS = frozenset(list(_COLUMNS)[4:])


def tellers(date: Day, as_json: AsJson = False, config: ConfigFile = None) -> None:
    """Print what each teller should have of a business day, by tender, and what was counted.

    Payments count although they were reversed since; reversals count on the day on which they had effect.
    """
    with open_office(config) as office:
        lines = view_drawers(office.store, office.actor, BusinessDate.of(date))
        rows = [_row(office, line) for line in lines]
    nothing = Phrase("no teller took anything on {date}", date=str(date))
    show_page(Page("drawers", nothing, _COLUMNS, rows, right=_NUMBERS), as_json=as_json)


def count(
    date: Day,
    teller: Annotated[str, typer.Argument(metavar="TELLER", help="The teller.", show_default=False)],
    amount: Annotated[
        str, typer.Argument(metavar="AMOUNT", help="What was counted, such as 1234.50.", show_default=False)
    ],
    institution: Annotated[
        str, typer.Option("--institution", metavar="ID", help="His institution.", show_default=False)
    ],
    tender: Annotated[Tender, typer.Option("--tender", help="CASH, CARD or ACCT.")] = Tender.CASH,
    currency: Annotated[
        str | None,
        typer.Option(
            "--currency", metavar="CODE", help="Default: the configured currency.", show_default=False
        ),
    ] = None,
    config: ConfigFile = None,
) -> None:
    """Enter what a teller's money was counted at; what was entered before is replaced, and stays in the audit trail."""
    if tender not in COUNTED_TENDERS:
        raise UsageError(Phrase("--tender {tender}: tellers take CASH, CARD or ACCT", tender=tender.value))
    with open_office(config) as office:
        code = currency or office.configuration.settings.business.currency
        if code not in CURRENCY_CODES:
            raise UsageError(Phrase("--currency {code}: is no currency of ISO 4217", code=code))
        number = CURRENCY_CODES[code].number
        drawer = Drawer(institution.lstrip("0"), teller, tender, number)
        counted = Counted(parse_major(amount, number), office.who, office.clock.now())
        line = count_drawer(office.store, office.actor, BusinessDate.of(date), drawer, counted)
    row = _row(office, line)
    say(
        Phrase(
            "{teller} {tender}: expected {expected}, counted {counted} {code}: {words}",
            teller=teller,
            tender=tender.value,
            expected=str(row["expected"]),
            counted=str(row["counted"]),
            code=code,
            words=_words(line),
        )
    )


def _row(office: Office, line: ClosedDrawer) -> dict[str, object]:
    drawer, taken, counted = line.drawer, line.taken, line.counted
    difference = line.difference_minor

    def amount(minor: int) -> str:
        return format_major(minor, drawer.currency)

    return {
        "institution": drawer.institution,
        "teller": drawer.teller,
        "tender": drawer.tender.value,
        "currency": CURRENCIES[drawer.currency].code,
        "payments": taken.payments,
        "paid": amount(taken.paid_minor),
        "reversals": taken.reversals,
        "reversed": amount(taken.reversed_minor),
        "expected": amount(taken.expected_minor),
        "counted": None if counted is None else amount(counted.amount_minor),
        "difference": None if difference is None else amount(difference),
        "counted_by": None if counted is None else counted.who,
        "counted_at": None if counted is None else office.local_time(counted.at),
    }


def _words(line: ClosedDrawer) -> Phrase:
    difference = line.difference_minor or 0
    if not difference:
        return Phrase("agrees")
    amount = format_major(abs(difference), line.drawer.currency)
    return (
        Phrase("{amount} missing", amount=amount)
        if difference < 0
        else Phrase("{amount} too much", amount=amount)
    )
