"""A merchant's postings one by one: the details sheet, and its summary by kind.

Amounts received are positive, amounts returned negative. Principal and late fee belong to the merchant; money
in suspense is not assigned yet; the total includes both. So each column adds up to the movement of its ledger
accounts, and a payment that is applied out of suspense is not counted twice.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.commands import Tender
from offline_collect.domain.merchants import Merchant
from offline_collect.domain.settlement.payouts import PayoutKind
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.domain.texts.text import mask_name
from offline_collect.files.write.sheet import Kind, Sheet, SheetCell, SheetColumn
from offline_collect.merchant.reports.balances import DayBalance, fee_of
from offline_collect.merchant.reports.errors import LedgerDiffersError
from offline_collect.merchant.reports.labels import (
    CHANNELS,
    CHARGED_MONTHLY,
    FEE_EXPECTED,
    KINDS,
    MONTHS_FEES,
    PAID_OUT,
    PAYOUTS_FAILED,
    REASONS,
    STATES,
    TENDERS,
    fee_words,
    fees_words,
)
from offline_collect.store import StoreTransaction
from offline_collect.store.reports.day_details import PostingDetails, stream_details
from offline_collect.store.reports.ledger_postings import PostingKind
from offline_collect.store.reports.settled_sums import PayoutMove
from offline_collect.translations import Languages, said

TITLE = Phrase("Details")
TOTAL = Phrase("Total")

_OPTIONAL = frozenset(
    {
        "Name",
        "Description",
        "Period",
        "Late fee",
        "Suspense",
        "Fee (expected)",
        "Channel",
        "Teller",
        "Original",
        "Original business date",
        "Remark",
    }
)
"""Columns that many files leave blank."""

_COLUMNS: tuple[tuple[Phrase, Kind, int | None], ...] = (
    (Phrase("Business date"), Kind.DATE, 13),
    (Phrase("Serial number"), Kind.IDENTIFIER, 23),
    (Phrase("Posted at"), Kind.INSTANT, 20),
    (Phrase("Type"), Kind.TEXT, None),
    (Phrase("Bill number"), Kind.IDENTIFIER, None),
    (Phrase("Customer number"), Kind.IDENTIFIER, None),
    (Phrase("Name"), Kind.TEXT, None),
    (Phrase("Description"), Kind.TEXT, None),
    (Phrase("Period"), Kind.IDENTIFIER, None),
    (Phrase("Principal"), Kind.MONEY, None),
    (Phrase("Late fee"), Kind.MONEY, None),
    (Phrase("Suspense"), Kind.MONEY, None),
    (TOTAL, Kind.MONEY, None),
    (FEE_EXPECTED, Kind.MONEY, None),
    (Phrase("Channel"), Kind.TEXT, None),
    (Phrase("Tender"), Kind.TEXT, None),
    (Phrase("Teller"), Kind.IDENTIFIER, None),
    (Phrase("State now"), Kind.TEXT, None),
    # translators: the serial number of the payment that a reversal or refund belongs to
    (Phrase("Original"), Kind.IDENTIFIER, 23),
    (Phrase("Original business date"), Kind.DATE, 13),
    (Phrase("Remark"), Kind.TEXT, None),
)


_STATE_NOW = next(at for at, (words, _, _) in enumerate(_COLUMNS) if words == Phrase("State now"))

Shown = TypeVar("Shown")


@dataclass(frozen=True, slots=True)
class Reader:
    """The reader of a sheet.

    Attributes:
        full_names: whether customers' names are shown whole.
        zone: the time zone of the times shown.
        as_settled: whether what may change after the settlement is left out: payments' present states.
    """

    languages: Languages
    full_names: bool
    zone: dt.tzinfo
    as_settled: bool = False


def details_sheet(
    tx: StoreTransaction, merchant: Merchant, days: Sequence[DayBalance], reader: Reader
) -> Sheet:
    """Return the sheet of a merchant's postings; its rows are read in ``tx`` during writing.

    Args:
        days: the business days' figures of the same snapshot, which the rows must add up to.

    Raises:
        LedgerDiffersError: raised during reading, if the rows differ from the ledger.
    """
    fee = fee_words([day.settled for day in days])
    columns = [
        SheetColumn(
            said(fee if words == FEE_EXPECTED else words, reader.languages),
            kind,
            width,
            total=kind is Kind.MONEY,
            optional=words in _OPTIONAL,
        )
        for words, kind, width in _shown(_COLUMNS, reader)
    ]
    postings = stream_details(tx, merchant.merchant_id, days[0].date, days[-1].date)
    rows = (_shown(_row(details, merchant, reader), reader) for details in _proved(postings, merchant, days))
    title, total = said(TITLE, reader.languages), said(TOTAL, reader.languages)
    return Sheet(title, columns, rows, merchant.currency, reader.zone, totals_label=total)


def summary_sheet(
    merchant: Merchant, days: Sequence[DayBalance], reader: Reader, notes: Sequence[str]
) -> Sheet:
    """Return the count and the sums of the postings of each kind."""
    languages = reader.languages
    columns = [
        SheetColumn(said(Phrase("Type"), languages)),
        SheetColumn(said(Phrase("Count"), languages), Kind.COUNT),
        SheetColumn(said(Phrase("Amount"), languages), Kind.MONEY),
    ]
    rows = _summary_rows(days, languages)
    return Sheet(said(Phrase("Summary"), languages), columns, rows, merchant.currency, notes=notes)


def _summary_rows(days: Sequence[DayBalance], languages: Languages) -> Iterator[Sequence[SheetCell]]:
    for kind, words in KINDS.items():
        tallies = [day.of(kind) for day in days]
        count = sum(tally.count for tally in tallies)
        yield said(words, languages), count, sum(tally.amount_minor for tally in tallies)
    fees = fees_words([day.settled for day in days])
    yield said(fees, languages), None, sum(day.fees_minor for day in days)
    monthly = sum(day.monthly_fees_minor for day in days)
    if monthly:
        yield said(CHARGED_MONTHLY, languages), None, monthly
    yield (
        said(Phrase("Net to the merchant"), languages),
        None,
        sum(day.net_minor for day in days),
    )
    for move in (move for day in days for move in day.moves):
        words, sign = _moved(move)
        yield f"{said(words, languages)} {move.run_no}", None, sign * move.amount_minor


def _moved(move: PayoutMove) -> tuple[Phrase, int]:
    """Return what a payout is called, and the sign of its amount under that name."""
    if move.kind is PayoutKind.FEES:
        return MONTHS_FEES, -1
    return (PAYOUTS_FAILED, -1) if move.failed else (PAID_OUT, 1)


def _shown(cells: Sequence[Shown], reader: Reader) -> Sequence[Shown]:
    """Return what the reader sees of the columns, or of the cells of a row."""
    return [*cells[:_STATE_NOW], *cells[_STATE_NOW + 1 :]] if reader.as_settled else cells


def _row(details: PostingDetails, merchant: Merchant, reader: Reader) -> Sequence[SheetCell]:
    languages = reader.languages
    principal, late_fee = _parts(details)
    own = details.serial_number == details.payment_serial
    outside = details.tender is Tender.OUTSIDE
    name = details.customer_name
    return (
        details.business_date,
        details.name,
        details.posted_at,
        said(KINDS[details.kind], languages),
        details.bill_no,
        details.customer_no,
        name if name is None or reader.full_names else mask_name(name),
        details.description,
        details.period,
        principal,
        late_fee,
        details.suspended_minor,
        details.collected_minor,
        fee_of(merchant, details.kind, details.amount_minor, details.paid_on),
        None if outside else said(CHANNELS[details.channel], languages),
        said(TENDERS[details.tender], languages),
        details.teller,
        said(STATES[details.state], languages),
        None if own else details.payment,
        None if own else details.paid_on,
        details.remark if details.reason is None else said(REASONS[details.reason], languages),
    )


def _parts(details: PostingDetails) -> tuple[int, int]:
    """Return the principal and late fee that a posting brought the merchant; negative if returned."""
    sign = (details.credited_minor > 0) - (details.credited_minor < 0)
    return sign * details.principal_minor, sign * details.late_fee_minor


def _proved(
    postings: Iterable[PostingDetails], merchant: Merchant, days: Sequence[DayBalance]
) -> Iterator[PostingDetails]:
    """Pass the postings on; at the end check that none is missing."""
    seen: Counter[tuple[BusinessDate, PostingKind]] = Counter()
    for details in postings:
        if sum(_parts(details)) != details.credited_minor:
            difference = f"posting {details.name} is not what its payment says"
            raise LedgerDiffersError(merchant.merchant_id, details.business_date, difference)
        seen[details.business_date, details.kind] += 1
        yield details
    for day in days:
        for kind in PostingKind:
            if seen[day.date, kind] != day.of(kind).count:
                difference = f"{seen[day.date, kind]} {kind.value} of {day.of(kind).count} were found"
                raise LedgerDiffersError(merchant.merchant_id, day.date, difference)
