"""Says what an import did with a file besides reading its rows: what it left out, altered and made."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from offline_collect.domain.imports.left_out import RowClass
from offline_collect.domain.money import format_major
from offline_collect.domain.texts.counts import (
    amounts_counted,
    dates_counted,
    months_counted,
    rows_counted,
    sheets_counted,
    texts_counted,
    unpaid_bills_counted,
)
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.files.columns.converters import Altered
from offline_collect.files.columns.title_places import PERIOD
from offline_collect.files.read.open import LeftOutSheet
from offline_collect.merchant.imports.left_out import LeftOut
from offline_collect.merchant.imports.made_numbers import MadeNumbers
from offline_collect.merchant.imports.result import HiddenPart

_LEFT_OUT = {
    RowClass.TOTAL: Phrase("totals"),
    RowClass.SIGNATURE: Phrase("signatures"),
    RowClass.NOTE: Phrase("notes"),
    RowClass.HEADING: Phrase("headings of groups"),
    RowClass.HEADER_AGAIN: Phrase("the header again"),
    RowClass.NUMBER_ONLY: Phrase("nothing but a number"),
    RowClass.NO_AMOUNT: Phrase("nothing to pay"),
    RowClass.PAID: Phrase("paid already"),
}


def hidden_words(hidden: HiddenPart) -> Iterator[Phrase]:
    """Yield what of hidden rows and columns was read."""
    if hidden.rows == 1:
        yield Phrase("1 of the rows is hidden in the sheet; it is imported too")
    elif hidden.rows:
        rows = hidden.rows
        yield Phrase("{rows} of the rows are hidden in the sheet; they are imported too", rows=rows)
    titles = ", ".join(hidden.columns)
    if len(hidden.columns) == 1:
        yield Phrase("the column {title} is hidden in the sheet; it is imported too", title=titles)
    elif titles:
        yield Phrase("the columns {titles} are hidden in the sheet; they are imported too", titles=titles)


def left_out_words(left: LeftOut, another_sheet: Phrase) -> Iterator[Phrase]:
    """Yield what was left out of a file or altered.

    Args:
        another_sheet: says how a sheet that was left out is read.
    """
    if len(left.read) > 1:
        sheets, names = sheets_counted(len(left.read)), ", ".join(left.read)
        yield Phrase("read {sheets} as one file: {names}", sheets=sheets, names=names)
    for sheet in left.sheets:
        yield Phrase("left out {what}", what=_sheet(sheet))
    if left.sheets:
        yield another_sheet
    if left.above:
        yield Phrase("left out {rows} above the table", rows=rows_counted(left.above))
    yield from _stated(left)
    for row, day in left.last_days.items():
        told = Phrase(
            "row {row} says that the last day of payment is {day}, but another one was given for all bills: check it",
            row=str(row),
            day=day.isoformat(),
        )
        yield told
    if left.columns:
        yield Phrase("left out what no column of ours takes: {titles}", titles=", ".join(left.columns))
    if left.beside:
        columns = ", ".join(left.beside)
        yield Phrase("left out what stands under no title: column {columns}", columns=columns)
    for row_class, number in left.rows.items():
        told = Phrase(
            "left out {rows}: {what} ({first})",
            rows=rows_counted(number),
            what=_LEFT_OUT[row_class],
            first=_first_rows(left.first[row_class], number),
        )
        yield told
    yield from _altered(left)
    for total in left.totals:
        stated, summed = (format_major(each or 0, left.currency) for each in (total.stated, total.summed))
        told = Phrase(
            "row {row} says {stated}, but the rows above it add up to {summed}: check them",
            row=str(total.row),
            stated=stated,
            summed=summed,
        )
        yield told
    yield from _row_sums(left)


def _row_sums(left: LeftOut) -> Iterator[Phrase]:
    """Yield rows whose amount is not the sum of the other amounts in them."""
    for sums in [each for each in left.row_sums if each.is_sum]:
        for row in sums.first:
            told = Phrase(
                "row {row} says {stated}, but {words} is {summed}: check it",
                row=str(row.row),
                stated=format_major(row.stated, left.currency),
                words=row.words,
                summed=format_major(row.summed, left.currency),
            )
            yield told
        more = sums.differing - len(sums.first)
        if more:
            yield Phrase("{rows} more have such an amount", rows=rows_counted(more))


def _stated(left: LeftOut) -> Iterator[Phrase]:
    """Yield values that no column has, and where they stand; what several sheets state alike once."""
    for each in {(each.column.key, each.text): each for each in reversed(left.stated)}.values():
        label, text = each.column.label, each.text
        if each.row:
            told = Phrase("{label}: {text}, as row {row} says", label=label, text=text, row=str(each.row))
        elif each.column.key == PERIOD:
            told = Phrase("{label}: {text}, as the name of its sheet says", label=label, text=text)
        else:
            told = Phrase("{label}: {text}, as the column of the amount is called", label=label, text=text)
        yield told


def _altered(left: LeftOut) -> Iterator[Phrase]:
    """Yield cells that are read as something else than they hold."""
    for (altered, label), cells in left.altered.items():
        rows = _first_rows(cells.first, cells.count)
        if altered is Altered.ROUNDED:
            told = Phrase(
                "{amounts} rounded as Excel shows them: {label}, rows {rows}",
                amounts=amounts_counted(cells.count),
                label=label,
                rows=rows,
            )
        elif altered is Altered.DATED:
            told = Phrase(
                "{dates} without a year, read as days of the period that is stated: {label}, rows {rows}",
                dates=dates_counted(cells.count),
                label=label,
                rows=rows,
            )
        elif altered is Altered.MONTH_DATED:
            told = Phrase(
                "{months} without a year: it is that of the list, or of the last day of payment: {label}, rows {rows}",
                months=months_counted(cells.count),
                label=label,
                rows=rows,
            )
        else:
            told = Phrase(
                "{texts} cut, because too long: {label}, rows {rows}",
                texts=texts_counted(cells.count),
                label=label,
                rows=rows,
            )
        yield told


def _first_rows(first: Sequence[int], count: int) -> str:
    return ", ".join(map(str, first)) + (", …" if count > len(first) else "")


def _sheet(sheet: LeftOutSheet) -> Phrase:
    if sheet.rows is None:
        return Phrase("the hidden sheet {sheet}", sheet=sheet.name)
    return Phrase(
        "the sheet {sheet}: {rows}: {reason}",
        sheet=sheet.name,
        rows=rows_counted(sheet.rows),
        reason=sheet.reason or "",
    )


def made_words(made: MadeNumbers | None) -> Iterator[Phrase]:
    """Yield that the numbers of bills were made; nothing if they were not."""
    if made is None:
        return
    yield Phrase("no column holds bill numbers: made as {example}", example=made.example)
    if made.unlisted:
        told = Phrase(
            "not in this file: {bills} of the same periods or days: a corrected item, period or day makes another bill,"
            " and the old one stays; --withdraw-missing withdraws those of the file's periods,"
            " `offline-collect bills withdraw` a single one",
            bills=unpaid_bills_counted(made.unlisted),
        )
        yield told
