"""Tells what an import did with a file besides reading its rows, and whose bills it changed."""

from __future__ import annotations

from offline_collect.app.cli.support.tables import say
from offline_collect.domain.texts.counts import rows_counted
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.merchant.imports.file_words import hidden_words, left_out_words, made_words
from offline_collect.merchant.imports.left_out import LeftOut
from offline_collect.merchant.imports.made_numbers import MadeNumbers
from offline_collect.merchant.imports.order import ImportOrder
from offline_collect.merchant.imports.result import HiddenPart, ImportResult
from offline_collect.store import ImportState


def tell(name: str, told: Phrase) -> None:
    """Report something of a file."""
    say(Phrase("{name}: {told}", name=name, told=told))


def tell_hidden(name: str, hidden: HiddenPart) -> None:
    """Report hidden rows and columns that were read; print nothing if there are none."""
    for told in hidden_words(hidden):
        tell(name, told)


def tell_left_out(name: str, left: LeftOut) -> None:
    """Report what was left out of a file or altered; print nothing if that is nothing."""
    for told in left_out_words(left, Phrase("--sheet NAME reads another sheet")):
        tell(name, told)


def tell_made(name: str, made: MadeNumbers | None) -> None:
    """Report that the numbers of bills were made; print nothing if they were not."""
    for told in made_words(made):
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
