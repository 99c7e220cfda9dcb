"""Prints imports for people: the result of one, a preview, a list."""

from __future__ import annotations

import datetime as dt
from typing import Any

import typer

from offline_collect.app.cli.support.tables import say, show_table
from offline_collect.app.wiring.backoffice import timezone
from offline_collect.app.wiring.backoffice_session import Office
from offline_collect.domain.access.actor import Actor
from offline_collect.domain.imports.left_out import RowClass
from offline_collect.domain.money import format_major
from offline_collect.domain.texts.text import counted
from offline_collect.files.columns.converters import Altered
from offline_collect.files.read.open import LeftOutSheet
from offline_collect.merchant.imports.left_out import LeftOut
from offline_collect.merchant.imports.made_numbers import MadeNumbers
from offline_collect.merchant.imports.order import ImportOrder
from offline_collect.merchant.imports.problems import Problems
from offline_collect.merchant.imports.process import state_shown
from offline_collect.merchant.imports.result import HiddenPart, ImportResult, PreviewResult
from offline_collect.merchant.imports.view import problems_shown
from offline_collect.store import Change, Import, ImportCounts, ImportState
from offline_collect.translations import Language, Languages

_AMOUNTS = frozenset({"amount", "mandate_limit"})
_LEFT_OUT = {
    RowClass.TOTAL: "totals",
    RowClass.SIGNATURE: "signatures",
    RowClass.NOTE: "notes",
    RowClass.HEADING: "headings of groups",
    RowClass.HEADER_AGAIN: "the header again",
    RowClass.NUMBER_ONLY: "nothing but a number",
    RowClass.NO_AMOUNT: "nothing to pay",
}
_PREVIEWED = (Change.NEW, Change.CHANGED, Change.WITHDRAWN, Change.UNCHANGED, Change.REFUSED)


def summary(office: Office, order: ImportOrder, result: ImportResult) -> str:
    """Return the result of an import in one or two lines."""
    found = result.record
    if result.earlier:
        return _earlier(office, order, found)
    counts = found.counts
    read = counted(counts.read, found.kind.value.removesuffix("s"))
    done = f"{order.file.name}: import {found.import_id}: {read} of {order.merchant_id}: {_by_change(counts)}"
    if found.state is ImportState.WAITING:
        done += (
            f"\nit waits: nothing is in effect until another user releases it with"
            f" `offline-collect imports release {found.import_id}`"
        )
    return done + overtaken(counts)


def overtaken(counts: ImportCounts) -> str:
    """Return a line on rows that came too late; '' if there are none."""
    if not counts.overtaken:
        return ""
    return (
        f"\n{counts.overtaken} of these did not take effect: their bill or customer was paid or changed"
        " before the release"
    )


def _by_change(counts: ImportCounts) -> str:
    parts = [
        f"{counts.new} new",
        f"{counts.changed} changed",
        f"{counts.unchanged} unchanged",
        f"{counts.refused} refused",
    ]
    return ", ".join(parts + ([f"{counts.withdrawn} withdrawn"] if counts.withdrawn else []))


def _earlier(office: Office, order: ImportOrder, found: Import) -> str:
    at = found.began_at.astimezone(timezone(office.configuration.settings))
    kept = "waits to be released" if found.state is ImportState.WAITING else "is in effect"
    return (
        f"{order.file.name}: unchanged: {order.merchant_id}'s {found.kind.value} were imported from this very"
        f" file on {at.isoformat(' ', 'minutes')} by {found.who}; import {found.import_id} {kept}, --again takes the"
        " file all the same"
    )


def tell_hidden(name: str, hidden: HiddenPart) -> None:
    """Report hidden rows and columns that were read; print nothing if there are none."""
    if hidden.rows == 1:
        say(f"{name}: 1 of the rows is hidden in the sheet; it is imported too")
    elif hidden.rows:
        say(f"{name}: {hidden.rows} of the rows are hidden in the sheet; they are imported too")
    titles = ", ".join(hidden.columns)
    if len(hidden.columns) == 1:
        say(f"{name}: the column {titles} is hidden in the sheet; it is imported too")
    elif titles:
        say(f"{name}: the columns {titles} are hidden in the sheet; they are imported too")


def tell_left_out(name: str, left: LeftOut) -> None:
    """Report what was left out of a file or altered; print nothing if that is nothing."""
    if len(left.read) > 1:
        say(f"{name}: read {len(left.read)} sheets as one file: {', '.join(left.read)}")
    for sheet in left.sheets:
        say(f"{name}: left out {_sheet(sheet)}")
    if left.sheets:
        say(f"{name}: --sheet NAME reads another sheet")
    if left.above:
        say(f"{name}: left out {counted(left.above, 'row')} above the table")
    if left.columns:
        say(f"{name}: left out what no column of ours takes: {', '.join(left.columns)}")
    if left.beside:
        say(f"{name}: left out what stands under no title: column {', '.join(left.beside)}")
    for row_class, number in left.rows.items():
        rows = _first_rows(left.first[row_class], number)
        say(f"{name}: left out {counted(number, 'row')}: {_LEFT_OUT[row_class]} ({rows})")
    _tell_altered(name, left)
    for total in left.totals:
        stated, summed = (format_major(each or 0, left.currency) for each in (total.stated, total.summed))
        say(f"{name}: row {total.row} says {stated}, but the rows above it add up to {summed}: check them")


def _tell_altered(name: str, left: LeftOut) -> None:
    """Report cells that are read as something else than they hold."""
    for (altered, label), cells in left.altered.items():
        rows = _first_rows(cells.first, cells.count)
        if altered is Altered.ROUNDED:
            say(f"{name}: {counted(cells.count, 'amount')} rounded as Excel shows them: {label}, rows {rows}")
        else:
            say(f"{name}: {counted(cells.count, 'text')} cut, because too long: {label}, rows {rows}")


def _first_rows(first: list[int], count: int) -> str:
    return ", ".join(map(str, first)) + (", …" if count > len(first) else "")


def _sheet(sheet: LeftOutSheet) -> str:
    if sheet.rows is None:
        return f"the hidden sheet {sheet.name}"
    return f"the sheet {sheet.name}: {counted(sheet.rows, 'row')}: {sheet.reason}"


def tell_made(name: str, made: MadeNumbers | None) -> None:
    """Report that the numbers of bills were made; print nothing if they were not."""
    if made is None:
        return
    say(f"{name}: no column holds bill numbers: made as {made.example}")
    if made.unlisted:
        say(
            f"{name}: not in this file: {counted(made.unlisted, 'unpaid bill')} of the same periods or days: a corrected"
            " item, period or day makes another bill, and the old one stays; --withdraw-missing withdraws those of the"
            " file's periods, `offline-collect bills withdraw` a single one"
        )


def tell_identity(order: ImportOrder, result: ImportResult) -> None:
    """Report meant changes of identity, and new customers whose numbers count the rows; print nothing if there are none."""
    waits = result.record.state is ImportState.WAITING
    if result.identity.stop:
        say(f"{order.file.name}: it {'would bring' if waits else 'brought'} {result.identity.words()}")
    if result.row_numbers is not None and result.record.counts.new and not order.identity_changes:
        say(f"{order.file.name}: {result.row_numbers.words()}")


def show_preview(order: ImportOrder, found: PreviewResult) -> None:
    """Print what an import would do: counts, then the first few rows before and after."""
    counts = ", ".join(f"{found.counts[change]} {change.value.lower()}" for change in _PREVIEWED)
    typer.echo(f"{order.file.name}: preview, nothing was done: {counted(found.rows, 'row')}: {counts}")
    tell_hidden(order.file.name, found.hidden)
    tell_left_out(order.file.name, found.left)
    tell_made(order.file.name, found.made)
    _show_changed(found)
    _show_whole(found, Change.NEW)
    _show_whole(found, Change.WITHDRAWN)
    if found.problems.count and not order.accept_valid:
        typer.echo("as it is, the import would be refused whole; --accept-valid would take the good rows")
    _show_identity(order, found)


def _show_identity(order: ImportOrder, found: PreviewResult) -> None:
    """Print whose bills or names would change, and that the numbers count the rows."""
    refused = "as it is, the import would be refused whole; --identity-changes would say that this is meant: "
    if found.identity.stop:
        typer.echo(f"{'' if order.identity_changes else refused}it would bring {found.identity.words()}")
    if found.row_numbers is not None and not order.identity_changes:
        typer.echo(f"{refused if found.row_numbers.refused else ''}{found.row_numbers.words()}")


def _show_changed(found: PreviewResult) -> None:
    """Print the first rows that would change, one line for each column."""
    rows = [
        (
            sample.key,
            found.titles.get(key, key),
            _shown(key, (sample.before or {}).get(key), found),
            _shown(key, (sample.after or {}).get(key), found),
        )
        for sample in found.samples
        if sample.change is Change.CHANGED
        for key in sample.differing
    ]
    if rows:
        typer.echo(f"\nthe first that would be changed, of {found.counts[Change.CHANGED]}:")
        show_table(("Number", "Column", "Before", "After"), rows)


def _show_whole(found: PreviewResult, change: Change) -> None:
    """Print the first rows that would be new or withdrawn, one line for each."""
    samples = [(each.key, each.after or each.before or {}) for each in found.samples if each.change is change]
    if not samples:
        return
    keys = list(dict.fromkeys(key for _, values in samples for key in values))
    typer.echo(f"\nthe first that would be {change.value.lower()}, of {found.counts[change]}:")
    rows = [(number, *(_shown(key, values.get(key), found) for key in keys)) for number, values in samples]
    show_table(("Number", *(found.titles.get(key, key) for key in keys)), rows)


def _shown(key: str, value: Any, found: PreviewResult) -> str:
    """Return a value for display: amounts in major units."""
    if value is None:
        return ""
    if key in _AMOUNTS:
        return format_major(value, found.currency)
    if isinstance(value, bool):
        return "Y" if value else "N"
    return str(value)


def show_problems(problems: Problems, actor: Actor, languages: Languages | None = None) -> None:
    """Show why rows are refused, as the user may see it: one line for each cause.

    Args:
        languages: of the words; None for the merchant's own, and English below it.
    """
    languages = languages or tuple(dict.fromkeys((*problems.own, Language.EN)))
    causes = problems_shown(problems, actor, languages)
    show_table(
        ("Rows", "First", "Column", "Value", "Reason", "Remedy"),
        [(each.count, each.rows, each.column, each.value, each.reason, each.remedy) for each in causes],
        right=["Rows"],
    )
    more = problems.count - sum(each.count for each in causes)
    if more:
        typer.echo(f"… and {more} more")


def describe_import(found: Import, zone: dt.tzinfo) -> dict[str, Any]:
    """Return an import as a document."""
    counts = found.counts
    described = {
        "import": found.import_id,
        "merchant": found.merchant_id,
        "kind": found.kind.value,
        "state": state_shown(found),
        "file": found.name,
        "size": found.size_bytes,
        "sha256": found.sha256,
        "imported_by": found.who,
        "imported_at": found.began_at.astimezone(zone).isoformat(" ", "seconds"),
        "decided_by": found.decided_by,
        "decided_at": found.decided_at and found.decided_at.astimezone(zone).isoformat(" ", "seconds"),
        "rows": {
            "read": counts.read,
            "new": counts.new,
            "changed": counts.changed,
            "unchanged": counts.unchanged,
            "withdrawn": counts.withdrawn,
            "refused": counts.refused,
            "overtaken": counts.overtaken,
        },
        "options": found.asked or None,
    }
    return {key: value for key, value in described.items() if value is not None}


def show_imports(found: list[Import], zone: dt.tzinfo) -> None:
    """Print imports as a table."""
    titles = ("Import", "Merchant", "Kind", "State", "File", "Rows", "New", "Changed", "Withdrawn", "Refused")
    show_table(
        (*titles, "By", "At", "Decided by"),
        [
            (
                each.import_id,
                each.merchant_id,
                each.kind.value,
                state_shown(each),
                each.name,
                each.counts.read,
                each.counts.new,
                each.counts.changed,
                each.counts.withdrawn,
                each.counts.refused,
                each.who,
                each.began_at.astimezone(zone).isoformat(" ", "minutes"),
                each.decided_by,
            )
            for each in found
        ],
        right=["Import", *titles[5:]],
        nothing="no import matches",
    )
