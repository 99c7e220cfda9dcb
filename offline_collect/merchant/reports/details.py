"""What a merchant gets of its postings one by one: the details sheet, and its summary by kind.

Amounts have a sign: what was taken is above zero, what was given back below. Principal and late fee are the
merchant's, money in suspense is nobody's yet, and the total is both; so each column adds up to what its
accounts in the ledger moved, and a payment that is applied out of suspense is not counted twice.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from offline_collect.domain.commands import Tender
from offline_collect.domain.dates import BusinessDate
from offline_collect.domain.merchants import Merchant
from offline_collect.domain.text import mask_name
from offline_collect.files.write.sheet import Kind, Sheet, SheetCell, SheetColumn
from offline_collect.merchant.common.errors import LedgerDiffersError
from offline_collect.merchant.reports.day_figures import DayFigures, fee_of
from offline_collect.merchant.reports.labels import (
    CHANNELS,
    KINDS,
    REASONS,
    STATES,
    TENDERS,
    Language,
    Words,
)
from offline_collect.store import StoreTransaction
from offline_collect.store.reports.day_details import PostingDetails, stream_details
from offline_collect.store.reports.ledger_postings import PostingKind

TITLE = Words("明细", "Details")
TOTAL = Words("合计", "Total")

_COLUMNS: tuple[tuple[Words, Kind, int | None], ...] = (
    (Words("业务日期", "Business date"), Kind.DATE, 13),
    (Words("流水号", "Serial number"), Kind.IDENTIFIER, 23),
    (Words("入账时间", "Posted at"), Kind.INSTANT, 20),
    (Words("类型", "Type"), Kind.TEXT, None),
    (Words("账单编号", "Bill number"), Kind.IDENTIFIER, None),
    (Words("客户编号", "Customer number"), Kind.IDENTIFIER, None),
    (Words("姓名", "Name"), Kind.TEXT, None),
    (Words("项目", "Description"), Kind.TEXT, None),
    (Words("账期", "Period"), Kind.IDENTIFIER, None),
    (Words("本金", "Principal"), Kind.MONEY, None),
    (Words("滞纳金", "Late fee"), Kind.MONEY, None),
    (Words("挂账", "Suspense"), Kind.MONEY, None),
    (TOTAL, Kind.MONEY, None),
    (Words("手续费（预计）", "Fee (expected)"), Kind.MONEY, None),
    (Words("渠道", "Channel"), Kind.TEXT, None),
    (Words("支付方式", "Tender"), Kind.TEXT, None),
    (Words("柜员", "Teller"), Kind.IDENTIFIER, None),
    (Words("当前状态", "State now"), Kind.TEXT, None),
    (Words("原流水号", "Original"), Kind.IDENTIFIER, 23),
    (Words("原业务日期", "Original business date"), Kind.DATE, 13),
    (Words("备注", "Remark"), Kind.TEXT, None),
)


@dataclass(frozen=True, slots=True)
class Reader:
    """Who a sheet is for.

    Attributes:
        full_names: whether customers' names are shown whole.
        zone: in which times are shown.
    """

    language: Language
    full_names: bool
    zone: dt.tzinfo


def details_sheet(
    tx: StoreTransaction, merchant: Merchant, days: Sequence[DayFigures], reader: Reader
) -> Sheet:
    """Return the sheet of a merchant's postings; its rows are read in ``tx`` as they are written.

    Args:
        days: the business days' figures of the same snapshot, which the rows must come to.

    Raises:
        LedgerDiffersError: while the rows are taken: they are not what the ledger says.
    """
    columns = [
        SheetColumn(words.said(reader.language), kind, width, total=kind is Kind.MONEY)
        for words, kind, width in _COLUMNS
    ]
    postings = stream_details(tx, merchant.merchant_id, days[0].date, days[-1].date)
    rows = (_row(details, merchant, reader) for details in _proved(postings, merchant, days))
    title, total = TITLE.said(reader.language), TOTAL.said(reader.language)
    return Sheet(title, columns, rows, merchant.currency, reader.zone, totals_label=total)


def summary_sheet(
    merchant: Merchant, days: Sequence[DayFigures], reader: Reader, notes: Sequence[str]
) -> Sheet:
    """Return how many postings of each kind there were, and what they came to."""
    language = reader.language
    columns = [
        SheetColumn(Words("类型", "Type").said(language)),
        SheetColumn(Words("笔数", "Count").said(language), Kind.COUNT),
        SheetColumn(Words("金额", "Amount").said(language), Kind.MONEY),
    ]
    rows = _summary_rows(days, language)
    return Sheet(Words("汇总", "Summary").said(language), columns, rows, merchant.currency, notes=notes)


def _summary_rows(days: Sequence[DayFigures], language: Language) -> Iterator[Sequence[SheetCell]]:
    for kind, words in KINDS.items():
        tallies = [day.of(kind) for day in days]
        count = sum(tally.count for tally in tallies)
        yield words.said(language), count, sum(tally.amount_minor for tally in tallies)
    yield Words("手续费（预计）", "Fees (expected)").said(language), None, sum(day.fees_minor for day in days)
    yield (
        Words("应付商户净额", "Net to the merchant").said(language),
        None,
        sum(day.net_minor for day in days),
    )


def _row(details: PostingDetails, merchant: Merchant, reader: Reader) -> Sequence[SheetCell]:
    language = reader.language
    principal, late_fee = _parts(details)
    own = details.serial_number == details.payment_serial
    outside = details.tender is Tender.OUTSIDE
    name = details.customer_name
    return (
        details.business_date,
        details.serial_number,
        details.posted_at,
        KINDS[details.kind].said(language),
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
        None if outside else CHANNELS[details.channel].said(language),
        TENDERS[details.tender].said(language),
        details.teller,
        STATES[details.state].said(language),
        None if own else details.payment_serial,
        None if own else details.paid_on,
        details.remark if details.reason is None else REASONS[details.reason].said(language),
    )


def _parts(details: PostingDetails) -> tuple[int, int]:
    """Return the principal and the late fee that a posting brought the merchant; below 0 what it took back."""
    sign = (details.credited_minor > 0) - (details.credited_minor < 0)
    return sign * details.principal_minor, sign * details.late_fee_minor


def _proved(
    postings: Iterable[PostingDetails], merchant: Merchant, days: Sequence[DayFigures]
) -> Iterator[PostingDetails]:
    """Give the postings on; at the end see that none is missing."""
    seen: Counter[tuple[BusinessDate, PostingKind]] = Counter()
    for details in postings:
        if sum(_parts(details)) != details.credited_minor:
            difference = f"posting {details.serial_number} is not what its payment says"
            raise LedgerDiffersError(merchant.merchant_id, details.business_date, difference)
        seen[details.business_date, details.kind] += 1
        yield details
    for day in days:
        for kind in PostingKind:
            if seen[day.date, kind] != day.of(kind).count:
                difference = f"{seen[day.date, kind]} {kind.value} of {day.of(kind).count} were found"
                raise LedgerDiffersError(merchant.merchant_id, day.date, difference)
