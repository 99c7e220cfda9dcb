"""Tells what an import did with a file besides reading its rows: what it left out, altered, made, and whose bills changed."""

from __future__ import annotations

from collections.abc import Sequence

from offline_collect.app.cli.support.tables import say
from offline_collect.domain.imports.left_out import RowClass
from offline_collect.domain.money import format_major
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.files.columns.converters import Altered
from offline_collect.files.columns.title_places import PERIOD
from offline_collect.files.read.open import LeftOutSheet
from offline_collect.merchant.common.counts import (
    amounts_counted,
    dates_counted,
    rows_counted,
    sheets_counted,
    texts_counted,
    unpaid_bills_counted,
)
from offline_collect.merchant.imports.left_out import LeftOut
from offline_collect.merchant.imports.made_numbers import MadeNumbers
from offline_collect.merchant.imports.order import ImportOrder
from offline_collect.merchant.imports.result import HiddenPart, ImportResult
from offline_collect.store import ImportState

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


def tell(name: str, told: Phrase) -> None:
    """Report something of a file."""
    say(Phrase("{name}: {told}", name=name, told=told))


def tell_hidden(name: str, hidden: HiddenPart) -> None:
    """Report hidden rows and columns that were read; print nothing if there are none."""
    if hidden.rows == 1:
        tell(name, Phrase("1 of the rows is hidden in the sheet; it is imported too"))
    elif hidden.rows:
        rows = hidden.rows
        tell(name, Phrase("{rows} of the rows are hidden in the sheet; they are imported too", rows=rows))
    titles = ", ".join(hidden.columns)
    if len(hidden.columns) == 1:
        tell(name, Phrase("the column {title} is hidden in the sheet; it is imported too", title=titles))
    elif titles:
        tell(
            name, Phrase("the columns {titles} are hidden in the sheet; they are imported too", titles=titles)
        )


def tell_left_out(name: str, left: LeftOut) -> None:
    """Report what was left out of a file or altered; print nothing if that is nothing."""
    if len(left.read) > 1:
        sheets, names = sheets_counted(len(left.read)), ", ".join(left.read)
        tell(name, Phrase("read {sheets} as one file: {names}", sheets=sheets, names=names))
    for sheet in left.sheets:
        tell(name, Phrase("left out {what}", what=_sheet(sheet)))
    if left.sheets:
        tell(name, Phrase("--sheet NAME reads another sheet"))
    if left.above:
        tell(name, Phrase("left out {rows} above the table", rows=rows_counted(left.above)))
    _tell_stated(name, left)
    for row, day in left.last_days.items():
        told = Phrase(
            "row {row} says that the last day of payment is {day}, but another one was given for all bills: check it",
            row=str(row),
            day=day.isoformat(),
        )
        tell(name, told)
    if left.columns:
        tell(name, Phrase("left out what no column of ours takes: {titles}", titles=", ".join(left.columns)))
    if left.beside:
        columns = ", ".join(left.beside)
        tell(name, Phrase("left out what stands under no title: column {columns}", columns=columns))
    for row_class, number in left.rows.items():
        told = Phrase(
            "left out {rows}: {what} ({first})",
            rows=rows_counted(number),
            what=_LEFT_OUT[row_class],
            first=_first_rows(left.first[row_class], number),
        )
        tell(name, told)
    _tell_altered(name, left)
    for total in left.totals:
        stated, summed = (format_major(each or 0, left.currency) for each in (total.stated, total.summed))
        told = Phrase(
            "row {row} says {stated}, but the rows above it add up to {summed}: check them",
            row=str(total.row),
            stated=stated,
            summed=summed,
        )
        tell(name, told)
    _tell_row_sums(name, left)


def _tell_row_sums(name: str, left: LeftOut) -> None:
    """Report rows whose amount is not the sum of the other amounts in them."""
    for sums in [each for each in left.row_sums if each.is_sum]:
        for row in sums.first:
            told = Phrase(
                "row {row} says {stated}, but {words} is {summed}: check it",
                row=str(row.row),
                stated=format_major(row.stated, left.currency),
                words=row.words,
                summed=format_major(row.summed, left.currency),
            )
            tell(name, told)
        more = sums.differing - len(sums.first)
        if more:
            tell(name, Phrase("{rows} more have such an amount", rows=rows_counted(more)))


def _tell_stated(name: str, left: LeftOut) -> None:
    """Report values that no column has, and where they stand; what several sheets state alike once."""
    for each in {(each.column.key, each.text): each for each in reversed(left.stated)}.values():
        label, text = each.column.label, each.text
        if each.row:
            told = Phrase("{label}: {text}, as row {row} says", label=label, text=text, row=str(each.row))
        elif each.column.key == PERIOD:
            told = Phrase("{label}: {text}, as the name of its sheet says", label=label, text=text)
        else:
            told = Phrase("{label}: {text}, as the column of the amount is called", label=label, text=text)
        tell(name, told)


def _tell_altered(name: str, left: LeftOut) -> None:
    """Report cells that are read as something else than they hold."""
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
        else:
            told = Phrase(
                "{texts} cut, because too long: {label}, rows {rows}",
                texts=texts_counted(cells.count),
                label=label,
                rows=rows,
            )
        tell(name, told)


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


def tell_made(name: str, made: MadeNumbers | None) -> None:
    """Report that the numbers of bills were made; print nothing if they were not."""
    if made is None:
        return
    tell(name, Phrase("no column holds bill numbers: made as {example}", example=made.example))
    if made.unlisted:
        told = Phrase(
            "not in this file: {bills} of the same periods or days: a corrected item, period or day makes another bill,"
            " and the old one stays; --withdraw-missing withdraws those of the file's periods,"
            " `offline-collect bills withdraw` a single one",
            bills=unpaid_bills_counted(made.unlisted),
        )
        tell(name, told)


def tell_identity(order: ImportOrder, result: ImportResult) -> None:
    """Report meant changes of identity, and new customers whose numbers count the rows; print nothing if there are none."""
    name = order.file.name
    if result.identity.stop:
        changes = result.identity.words()
        if result.record.state is ImportState.WAITING:
            tell(name, Phrase("it would bring {changes}", changes=changes))
        else:
            tell(name, Phrase("it brought {changes}", changes=changes))
    elif result.identity.payers.count:
        tell(name, result.identity.payers_told)
    if result.row_numbers is not None and result.record.counts.new and not order.identity_changes:
        tell(name, result.row_numbers.words())


def tell_ended_mandates(order: ImportOrder, rows: int) -> None:
    """Report rows with a mandate that has ended; print nothing if there are none."""
    if rows:
        tell(
            order.file.name,
            Phrase(
                "{rows} with a mandate that is CANCELLED or EXPIRED: it stays so, and only a new reference allows debits"
                " again; `offline-collect mandates list {merchant_id} --state cancelled,expired` lists such mandates",
                rows=rows_counted(rows),
                merchant_id=order.merchant_id,
            ),
        )
