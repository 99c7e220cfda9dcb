"""A merchant's statement: a row a business day, with what it was owed before and after."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from offline_collect.domain.merchants import Merchant
from offline_collect.files.write.sheet import Kind, Sheet, SheetCell, SheetColumn
from offline_collect.merchant.reports.day_figures import DayFigures
from offline_collect.merchant.reports.details import TOTAL, Reader
from offline_collect.merchant.reports.labels import DAY_STATES, KINDS, Language, Words
from offline_collect.store.reports.ledger_postings import PostingKind

TITLE = Words("对账单", "Statement")

_COUNT = Words("笔数", "count")
_SUM = Words("金额", "amount")
_BEFORE = (PostingKind.PAID, PostingKind.REVERSED, PostingKind.APPLIED)
_AFTER = (
    PostingKind.SUSPENSE,
    PostingKind.SUSPENSE_REVERSED,
    PostingKind.REFUNDED,
    PostingKind.OUTSIDE,
    PostingKind.OUTSIDE_REVERSED,
)


def statement_sheet(
    merchant: Merchant, days: Sequence[DayFigures], reader: Reader, notes: Sequence[str]
) -> Sheet:
    """Return the statement of some business days.

    What the merchant is owed is told before fees, since settlement books these later; ``net`` is less fees.
    """
    language = reader.language
    columns = [
        SheetColumn(Words("业务日期", "Business date").said(language), Kind.DATE, 13),
        SheetColumn(Words("日终状态", "State").said(language)),
        SheetColumn(Words("期初应付", "Opening").said(language), Kind.MONEY),
        *_kind_columns(_BEFORE, language),
        SheetColumn(Words("期末应付", "Closing").said(language), Kind.MONEY),
        SheetColumn(Words("手续费（预计）", "Fees (expected)").said(language), Kind.MONEY, total=True),
        SheetColumn(Words("净额", "Net").said(language), Kind.MONEY, total=True),
        *_kind_columns(_AFTER, language),
    ]
    title, total = TITLE.said(language), TOTAL.said(language)
    return Sheet(
        title, columns, _rows(days, language), merchant.currency, reader.zone, notes, totals_label=total
    )


def _kind_columns(kinds: Sequence[PostingKind], language: Language) -> Iterator[SheetColumn]:
    for kind in kinds:
        chinese, english = KINDS[kind]
        for words, holds in ((_COUNT, Kind.COUNT), (_SUM, Kind.MONEY)):
            heading = Words(f"{chinese}{words.chinese}", f"{english}, {words.english}")
            yield SheetColumn(heading.said(language), holds, total=True)


def _rows(days: Sequence[DayFigures], language: Language) -> Iterator[Sequence[SheetCell]]:
    for day in days:
        yield (
            day.date,
            DAY_STATES[day.state].said(language),
            day.opening_minor,
            *_kind_cells(day, _BEFORE),
            day.closing_minor,
            day.fees_minor,
            day.net_minor,
            *_kind_cells(day, _AFTER),
        )


def _kind_cells(day: DayFigures, kinds: Sequence[PostingKind]) -> Iterator[int]:
    for kind in kinds:
        tally = day.of(kind)
        yield tally.count
        yield tally.amount_minor
