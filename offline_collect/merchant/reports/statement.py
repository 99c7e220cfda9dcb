"""A merchant's statement: one row for each business day, with opening and closing balance."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from offline_collect.domain.merchants import Merchant
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.files.write.sheet import Kind, Sheet, SheetCell, SheetColumn
from offline_collect.merchant.reports.balances import DayBalance
from offline_collect.merchant.reports.details import TOTAL, Reader
from offline_collect.merchant.reports.labels import DAY_STATES, KINDS
from offline_collect.store.reports.ledger_postings import PostingKind
from offline_collect.translations import Languages, said

TITLE = Phrase("Statement")

_BEFORE = (PostingKind.PAID, PostingKind.REVERSED, PostingKind.APPLIED)
_AFTER = (
    PostingKind.SUSPENSE,
    PostingKind.SUSPENSE_REVERSED,
    PostingKind.REFUNDED,
    PostingKind.OUTSIDE,
    PostingKind.OUTSIDE_REVERSED,
)


def statement_sheet(
    merchant: Merchant, days: Sequence[DayBalance], reader: Reader, notes: Sequence[str] = ()
) -> Sheet:
    """Return the statement of some business days.

    Amounts owed to the merchant are before fees, which settlement books later; ``net`` is less fees.
    """
    languages = reader.languages
    columns = [
        SheetColumn(said(Phrase("Business date"), languages), Kind.DATE, 13),
        SheetColumn(said(Phrase("State"), languages)),
        SheetColumn(said(Phrase("Opening"), languages), Kind.MONEY),
        *_kind_columns(_BEFORE, languages),
        SheetColumn(said(Phrase("Closing"), languages), Kind.MONEY),
        SheetColumn(said(Phrase("Fees (expected)"), languages), Kind.MONEY, total=True),
        SheetColumn(said(Phrase("Net"), languages), Kind.MONEY, total=True),
        *_kind_columns(_AFTER, languages),
    ]
    title, total = said(TITLE, languages), said(TOTAL, languages)
    return Sheet(
        title=title,
        columns=columns,
        rows=_rows(days, languages),
        currency=merchant.currency,
        zone=reader.zone,
        notes=notes,
        totals_label=total,
    )


def _kind_columns(kinds: Sequence[PostingKind], languages: Languages) -> Iterator[SheetColumn]:
    for kind in kinds:
        # translators: heading of a column: the count and the sum of the postings of a kind
        count, amount = Phrase("{kind}, count", kind=KINDS[kind]), Phrase("{kind}, amount", kind=KINDS[kind])
        yield SheetColumn(said(count, languages), Kind.COUNT, total=True, optional=True)
        yield SheetColumn(said(amount, languages), Kind.MONEY, total=True, optional=True)


def _rows(days: Sequence[DayBalance], languages: Languages) -> Iterator[Sequence[SheetCell]]:
    for day in days:
        yield (
            day.date,
            said(DAY_STATES[day.state], languages),
            day.opening_minor,
            *_kind_cells(day, _BEFORE),
            day.closing_minor,
            day.fees_minor,
            day.net_minor,
            *_kind_cells(day, _AFTER),
        )


def _kind_cells(day: DayBalance, kinds: Sequence[PostingKind]) -> Iterator[int]:
    for kind in kinds:
        tally = day.of(kind)
        yield tally.count
        yield tally.amount_minor
