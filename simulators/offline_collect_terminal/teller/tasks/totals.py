"""Totals: this terminal's by business date, and the platform's of a closed date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.commands import TotalsFigures
from offline_collect.domain.money import format_major
from offline_collect_terminal.teller.journal.entries import Entry, State
from offline_collect_terminal.teller.link.answers import Told, minor
from offline_collect_terminal.teller.screen.model import Column, Grid, Tone
from offline_collect_terminal.teller.screen.steps import Answered, Steps, send
from offline_collect_terminal.teller.screen.words import msgid
from offline_collect_terminal.teller.tasks.session import Session

_POSTED = frozenset({State.APPROVED, State.SUSPENSE, State.APPLIED, State.REFUNDED})
_ANSWERED_WITH_FIGURES = frozenset({ResponseCode.APPROVED, ResponseCode.OUT_OF_BALANCE})


def figures_of(entries: Iterable[Entry], on: dt.date, currency: str) -> TotalsFigures:
    """Return counts and sums of a business date as the platform counts them."""
    mine = [entry for entry in entries if entry.currency == currency]
    paid = [entry for entry in mine if entry.business_date == on and _was_posted(entry)]
    undone = [entry for entry in mine if entry.reversed_on == on]
    return TotalsFigures(
        credits=len(paid),
        credit_reversals=len(undone),
        debits=0,
        debit_reversals=0,
        credits_minor=sum(entry.amount_minor for entry in paid),
        credit_reversals_minor=sum(entry.amount_minor for entry in undone),
        debits_minor=0,
        debit_reversals_minor=0,
    )


def show_totals(session: Session) -> Steps[None]:
    """Show this terminal's totals by business date: of this session, and of all that the journal holds."""
    everything = list(session.journal.entries.values())
    own = [entry for entry in everything if entry.session == session.terminal.session]
    yield from _show(session, msgid("This session"), own)
    if len(own) < len(everything):
        yield from _show(session, msgid("This terminal, as far as its journal goes back"), everything)
    open_ones = session.journal.unresolved
    if open_ones:
        yield from session.say(
            "Not counted, for want of an answer: {count}, {amount}.",
            tone=Tone.WARNING,
            count=len(open_ones),
            amount=session.money(sum(entry.amount_minor for entry in open_ones)),
        )


def compare_totals(session: Session, on: dt.date) -> Steps[None]:
    """Compare this terminal's totals of a closed date with the platform's of the whole institution."""
    ours = figures_of(session.journal.entries.values(), on, session.requests.sender.currency)
    delivery = yield from send(session.requests.totals(on, ours))
    session.answered = isinstance(delivery, Answered)
    if not isinstance(delivery, Answered):
        yield from session.not_answered(delivery)
        return
    told = session.answers.told(delivery.message)
    if told.code not in _ANSWERED_WITH_FIGURES:
        yield from session.refused(told)
        return
    words = session.words
    theirs = _figures_told(told)
    rows = (_row(session, words("this terminal"), ours), _row(session, words("the institution"), theirs))
    yield from session.show(Grid(_columns(session, words("Whose")), rows))
    if told.approved:
        yield from session.say("In balance.", tone=Tone.GOOD)
        return
    yield from session.show_text(session.reason_of(told.digits, told.reason), Tone.WARNING)
    yield from session.say("Other terminals of the institution may have taken the rest.", tone=Tone.QUIET)


def business_dates(entries: Iterable[Entry]) -> list[dt.date]:
    """Return the business dates of entries, oldest first."""
    dates = {date for entry in entries for date in (entry.business_date, entry.reversed_on) if date}
    return sorted(dates)


def _was_posted(entry: Entry) -> bool:
    """Whether it was posted on its business date, even if it has been or is being reversed."""
    return entry.state in _POSTED or (
        entry.state in {State.REVERSED, State.REVERSING} and entry.business_date is not None
    )


def _show(session: Session, title: str, entries: list[Entry]) -> Steps[None]:
    yield from session.say(title, tone=Tone.TITLE)
    currency = session.requests.sender.currency
    dates = business_dates(entries)
    rows = tuple(_row(session, str(date), figures_of(entries, date, currency)) for date in dates)
    if rows:
        yield from session.show(Grid(_columns(session, session.words("Business date")), rows))
    else:
        yield from session.say("Nothing was taken.")


def _columns(session: Session, first: str) -> tuple[Column, ...]:
    words = session.words
    figures = (words("Payments"), words("Amount"), words("Reversals"), words("Amount"), words("Net"))
    return (Column(first), *(Column(name, figures=True) for name in figures))


def _row(session: Session, name: str, figures: TotalsFigures) -> tuple[str, ...]:
    currency = session.requests.sender.currency
    return (
        name,
        str(figures.credits),
        format_major(figures.credits_minor, currency),
        str(figures.credit_reversals),
        format_major(figures.credit_reversals_minor, currency),
        format_major(figures.net_minor, currency),
    )


_FIGURES = (
    "credits",
    "credit_reversals",
    "debits",
    "debit_reversals",
    "credits_minor",
    "credit_reversals_minor",
    "debits_minor",
    "debit_reversals_minor",
)
"""The figures of totals, in the order of their elements: DE 74 to 77, then 86 to 89."""


def _figures_told(told: Told) -> TotalsFigures:
    counts = [minor(told.elements.get(number, "0"), f"DE {number}") for number in range(74, 78)]
    sums = [minor(told.elements.get(number, "0"), f"DE {number}") for number in range(86, 90)]
    return TotalsFigures(**dict(zip(_FIGURES, (*counts, *sums), strict=True)))
