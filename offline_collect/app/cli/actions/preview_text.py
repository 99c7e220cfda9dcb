"""Prints the preview of an import: counts, then the first few rows before and after."""

from __future__ import annotations

from offline_collect.app.cli.actions.left_out_text import (
    tell,
    tell_ended_mandates,
    tell_hidden,
    tell_left_out,
    tell_made,
)
from offline_collect.app.cli.support.tables import say, show_line, show_table
from offline_collect.domain.texts.counts import rows_counted
from offline_collect.domain.texts.phrases import Phrase, as_phrase
from offline_collect.merchant.imports.order import ImportOrder
from offline_collect.merchant.imports.result import PreviewResult
from offline_collect.merchant.imports.view import value_shown
from offline_collect.store import Change

_NUMBER = Phrase("Number")


def show_preview(order: ImportOrder, found: PreviewResult) -> None:
    """Print what an import would do."""
    name, counts = order.file.name, found.counts
    told = Phrase(
        "preview, nothing was done: {rows}: {new} new, {changed} changed, {withdrawn} withdrawn, {unchanged} unchanged,"
        " {refused} refused",
        rows=rows_counted(found.rows),
        new=counts[Change.NEW],
        changed=counts[Change.CHANGED],
        withdrawn=counts[Change.WITHDRAWN],
        unchanged=counts[Change.UNCHANGED],
        refused=counts[Change.REFUSED],
    )
    tell(name, told)
    tell_hidden(name, found.hidden)
    tell_left_out(name, found.left)
    tell_made(name, found.made)
    tell_ended_mandates(order, found.ended_mandates)
    _show_changed(found)
    new = Phrase("the first that would be new, of {count}:", count=counts[Change.NEW])
    _show_whole(found, Change.NEW, new)
    withdrawn = Phrase("the first that would be withdrawn, of {count}:", count=counts[Change.WITHDRAWN])
    _show_whole(found, Change.WITHDRAWN, withdrawn)
    if found.problems.count and not order.accept_valid:
        say(Phrase("as it is, the import would be refused whole; --accept-valid would take the good rows"))
    _show_identity(order, found)


def _show_identity(order: ImportOrder, found: PreviewResult) -> None:
    """Print whose bills or names would change, and that the numbers count the rows."""
    if found.identity.stop:
        would = Phrase("it would bring {changes}", changes=found.identity.words())
        say(would if order.identity_changes else _refused(would))
    elif found.identity.payers.count:
        say(found.identity.payers_told)
    if found.row_numbers is not None and not order.identity_changes:
        words = found.row_numbers.words()
        say(_refused(words) if found.row_numbers.refused else words)


def _refused(why: Phrase) -> Phrase:
    return Phrase(
        "as it is, the import would be refused whole; --identity-changes would say that this is meant: {why}",
        why=why,
    )


def _show_changed(found: PreviewResult) -> None:
    """Print the first rows that would change, one line for each column."""
    rows = [
        (
            sample.key,
            found.titles.get(key, key),
            value_shown(key, (sample.before or {}).get(key), found.currency),
            value_shown(key, (sample.after or {}).get(key), found.currency),
        )
        for sample in found.samples
        if sample.change is Change.CHANGED
        for key in sample.differing
    ]
    if rows:
        show_line("")
        say(Phrase("the first that would be changed, of {count}:", count=found.counts[Change.CHANGED]))
        show_table((_NUMBER, Phrase("Column"), Phrase("Before"), Phrase("After")), rows)


def _show_whole(found: PreviewResult, change: Change, title: Phrase) -> None:
    """Print the first rows that would be new or withdrawn, one line for each."""
    samples = [(each.key, each.after or each.before or {}) for each in found.samples if each.change is change]
    if not samples:
        return
    keys = list(dict.fromkeys(key for _, values in samples for key in values))
    show_line("")
    say(title)
    rows = [
        (number, *(value_shown(key, values.get(key), found.currency) for key in keys))
        for number, values in samples
    ]
    show_table((_NUMBER, *(as_phrase(found.titles.get(key, key)) for key in keys)), rows)
