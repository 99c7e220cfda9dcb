"""Statements: a merchant's figures by business day, and their files to keep."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

from markupsafe import Markup

from offline_collect.console.charts import Bars, bars
from offline_collect.console.errors import MissingPageError
from offline_collect.console.handed_out import TYPES, handed_out, one_file
from offline_collect.console.languages import in_language
from offline_collect.console.notices import chosen
from offline_collect.console.page import Answer, Download, Page, Shown
from offline_collect.console.pages.entry_forms import merchant_asked, term
from offline_collect.console.refusals import words_on_page
from offline_collect.console.visit import Visit
from offline_collect.domain.access.audit import Subject, SubjectType
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.money import format_major
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.merchant.postings.search_terms import SearchTermError, read_day
from offline_collect.merchant.reports.errors import LedgerDiffersError, NoBusinessDayError
from offline_collect.merchant.reports.export import FileFormat, HandOutOrder, ReportKind, hand_out
from offline_collect.merchant.reports.labels import fees_words
from offline_collect.merchant.reports.view_statement import PERIOD_MAX, StatementView, view_statement
from offline_collect.settlement.view import view_days
from offline_collect.store.reports.ledger_postings import PostingKind
from offline_collect.translations import LANGUAGES

TITLE = Phrase("Statements")
DRAWN_MAX = 62
"""Business days of a picture."""

OWN_LANGUAGE = "own"
_LANGUAGES = {
    OWN_LANGUAGE: Phrase("the merchant's own"),
    "zh": Phrase("Chinese"),
    "en": Phrase("English"),
    "both": Phrase("both languages"),
}


def show(visit: Visit) -> Answer:
    """Show a merchant's figures of a period; without one, of the open business day's month."""
    merchant_id = merchant_asked(visit)
    values: dict[str, Any] = {"merchant": merchant_id, "found": None, "first": "", "last": ""}
    if merchant_id:
        try:
            first, last = _period(visit)
            found = view_statement(visit.store, merchant_id, first, last, visit.actor)
            fees = fees_words([day.settled for day in found.days])
            values |= {"found": found, "fees": fees, "picture": _picture(visit, found)}
            values |= {"first": str(first), "last": str(last)}
        except (SearchTermError, NoBusinessDayError, LedgerDiffersError) as error:
            visit.refused = words_on_page(error)
            values |= {"first": visit.query.get("from", ""), "last": visit.query.get("to", "")}
    return Shown(
        "statements.html",
        {**values, "paid": PostingKind.PAID, "reversed": PostingKind.REVERSED, "files_in": _LANGUAGES},
        status=422 if visit.refused else 200,
    )


def _period(visit: Visit) -> tuple[BusinessDate, BusinessDate]:
    """Return the days of the address.

    Raises:
        SearchTermError: they are none, go backwards, or are too many.
    """
    begins, ends = term(visit, "from"), term(visit, "to")
    last = read_day(ends or begins or str(view_days(visit.store, visit.actor, 1)[0].date))
    first = read_day(begins) if begins else BusinessDate(last.year, last.month, 1)
    days = (last - first).days + 1
    if days < 1:
        raise SearchTermError(Phrase("the last day is before the first; exchange the two"))
    if days > PERIOD_MAX:
        raise SearchTermError(
            Phrase("{days} days are too many; ask for at most {most} at a time", days=days, most=PERIOD_MAX)
        )
    return first, last


def _picture(visit: Visit, found: StatementView) -> Markup | None:
    """Return what was paid by business day; None for a long period, whose bars nobody could tell apart."""
    if len(found.days) > DRAWN_MAX:
        return None
    currency = found.merchant.currency
    paid = [float(format_major(day.of(PostingKind.PAID).amount_minor, currency)) for day in found.days]
    title = in_language(Phrase("Paid by business day"), visit.language)
    return bars(Bars(title, [f"{day.date:%d}" for day in found.days], paid))


def give_file(visit: Visit) -> Answer:
    """Give the file of a statement, or of one day's details; as CSV, a statement and its details are two files in one."""
    report = chosen(ReportKind, visit.parts_of_path["report"])
    file_format = chosen(FileFormat, visit.query.get("format", ""))
    language = visit.query.get("language", OWN_LANGUAGE)
    merchant_id = merchant_asked(visit)
    if report is None or file_format is None or language not in _LANGUAGES or not merchant_id:
        raise MissingPageError
    first, last = _period(visit)
    folder = Path(tempfile.mkdtemp())
    try:
        order = HandOutOrder(
            report=report,
            merchant_id=merchant_id,
            first=first,
            last=last,
            languages=LANGUAGES.get(language),
            zone=visit.office.zone,
            path=folder / f"{merchant_id}-{report.value}-{_dates(first, last)}.{file_format.value}",
            file_format=file_format,
            overwrite=True,
            actor=visit.actor,
            now=visit.now,
        )
        path = one_file([path for path, _ in hand_out(visit.store, order).files])
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    about = Subject(SubjectType.REPORT, f"{first}..{last}", merchant_id)
    return Download(path.name, handed_out(path), TYPES[path.suffix], about)


def _dates(first: BusinessDate, last: BusinessDate) -> str:
    return first.compact if first == last else f"{first.compact}-{last.compact}"


PAGES = (
    Page(path="/statements", title=TITLE, handler=show, menu=75),
    Page(path="/statements/files/{report}", title=TITLE, handler=give_file),
)
