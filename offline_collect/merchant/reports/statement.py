"""A merchant's statement: one row for each business day, with opening and closing balance."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from offline_collect.domain.merchants import Merchant
from offline_collect.domain.settlement.payouts import PayoutKind
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.files.write.sheet import Kind, Sheet, SheetCell, SheetColumn
from offline_collect.merchant.reports.balances import DayBalance
from offline_collect.merchant.reports.details import TOTAL, Reader
from offline_collect.merchant.reports.labels import (
    CHARGED_MONTHLY,
    DAY_STATES,
    KINDS,
    MONTHS_FEES,
    PAID_OUT,
    PAYOUTS_FAILED,
    fees_words,
)
from offline_collect.store.reports.ledger_postings import PostingKind
from offline_collect.store.reports.settled_sums import PayoutMove
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

    On settled days the closing balance is after fees and payouts. On others it is before the fees, which settlement books
    later.
    """
    languages = reader.languages
    money = partial(SheetColumn, kind=Kind.MONEY, total=True)
    columns = [
        SheetColumn(said(Phrase("Business date"), languages), Kind.DATE, 13),
        SheetColumn(said(Phrase("State"), languages)),
        SheetColumn(said(Phrase("Opening"), languages), Kind.MONEY),
        *_kind_columns(_BEFORE, languages),
        money(said(fees_words([day.settled for day in days]), languages)),
        money(said(CHARGED_MONTHLY, languages), optional=True),
        money(said(Phrase("Net"), languages)),
        money(said(PAID_OUT, languages), optional=True),
        money(said(PAYOUTS_FAILED, languages), optional=True),
        money(said(MONTHS_FEES, languages), optional=True),
        SheetColumn(said(Phrase("Runs"), languages), Kind.IDENTIFIER, optional=True),
        SheetColumn(said(Phrase("Closing"), languages), Kind.MONEY),
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
            day.fees_minor,
            day.monthly_fees_minor,
            day.net_minor,
            sum(move.amount_minor for move in day.moves if _is_payout(move) and not move.failed),
            -sum(move.amount_minor for move in day.moves if _is_payout(move) and move.failed),
            -day.moved_minor(PayoutKind.FEES),
            " ".join(sorted({move.run_no for move in day.moves})),
            day.closing_minor,
            *_kind_cells(day, _AFTER),
        )


def _is_payout(move: PayoutMove) -> bool:
    return move.kind is PayoutKind.PAYOUT


def _kind_cells(day: DayBalance, kinds: Sequence[PostingKind]) -> Iterator[int]:
    for kind in kinds:
        tally = day.of(kind)
        yield tally.count
        yield tally.amount_minor
