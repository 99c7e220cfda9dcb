"""Cutover by command: asks to confirm unusual cases and prints the result."""

from __future__ import annotations

import datetime as dt

from offline_collect.app.cli.support.confirm import Confirm
from offline_collect.app.config.calendar import read_calendar
from offline_collect.app.errors import UsageError
from offline_collect.app.wiring.backoffice_session import Office
from offline_collect.domain.business_days.cutover import PlannedCutover, unusual_words
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.errors import OpeningError
from offline_collect.domain.texts.phrases import Phrase, words_of
from offline_collect.settlement.cutover import close_day, plan


def cut_day(
    office: Office, closing: dt.date | None, opening: dt.date | None, confirm: Confirm, ask: Confirm
) -> Phrase:
    """Close a business day and open another; return the result in words.

    Args:
        closing: the day to close; None for the open one.
        opening: the day to open; None for the next one of the business calendar.
        confirm: asks the user before an unusual day is opened.
        ask: asks before the usual one is.

    Raises:
        CutoverError: ``closing`` is later than the open day.
        UsageError: ``opening`` is not later than ``closing``.
        AppError: the user did not confirm.
    """
    calendar = read_calendar(office.configuration.settings)
    named, chosen = (None if day is None else BusinessDate.of(day) for day in (closing, opening))
    try:
        planned = plan(office.store, office.actor, calendar, named, chosen)
    except OpeningError as error:
        raise UsageError(Phrase("--next {error}", error=words_of(error) or str(error))) from None
    if planned is not None:
        _ask_first(planned, confirm, ask)
        if close_day(office.store, office.actor, planned, office.clock.now()):
            return Phrase(
                "business day {closing} is closed; {opening} is open",
                closing=str(planned.closing),
                opening=str(planned.opening),
            )
        named = planned.closing
    return Phrase(
        "business day {named} is closed already; {date} is open",
        named=str(named),
        date=str(office.store.open_day().date),
    )


def _ask_first(planned: PlannedCutover, confirm: Confirm, ask: Confirm) -> None:
    closing, opening = str(planned.closing), str(planned.opening)
    if planned.unusual is None:
        ask(
            Phrase(
                "business day {closing} will be closed and {opening} opened; no command opens a day again",
                closing=closing,
                opening=opening,
            )
        )
        return
    confirm(
        Phrase(
            "business day {opening} would be opened after {closing}, but {why}",
            opening=opening,
            closing=closing,
            why=unusual_words(planned.unusual, planned.opening, planned.following),
        )
    )
