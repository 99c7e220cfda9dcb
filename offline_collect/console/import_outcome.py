"""What a page says of a preview or an import: counts, the first rows of each class, what was left out, bad rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from offline_collect.console.refusals import words_on_page
from offline_collect.console.visit import Visit
from offline_collect.domain.texts.counts import rows_counted
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.merchant.imports.file_words import hidden_words, left_out_words, made_words
from offline_collect.merchant.imports.identity import IdentityError
from offline_collect.merchant.imports.left_out import LeftOut
from offline_collect.merchant.imports.problems import Problems
from offline_collect.merchant.imports.result import (
    ImportRefusedError,
    ImportResult,
    MappingsTold,
    NoRowsError,
    PreviewResult,
    Sample,
    SheetsError,
    likely_sheets_told,
)
from offline_collect.merchant.imports.row_numbers import RowNumbersError
from offline_collect.merchant.imports.view import ShownProblem, problems_shown, value_shown
from offline_collect.merchant.mappings.opened import RememberedMappingError
from offline_collect.store import Change

_ANOTHER_SHEET = Phrase("to read another sheet, choose the file again and name the sheet")


@dataclass(frozen=True, slots=True)
class SampleTable:
    """The first rows of one class.

    Attributes:
        caption: says which class.
        heads: titles of the columns after the row's number.
        rows: the number of the bill or customer, and the cells after it, as texts.
    """

    caption: Phrase
    heads: Sequence[str]
    rows: Sequence[Sequence[str]] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a page says.

    Attributes:
        counts: of rows by what is done with them, each with its name; none if nothing was counted.
        warnings: what would stop the import, or should be looked at first.
        told: what else was seen in the file: title rows, totals, hidden rows, altered cells.
        samples: the first rows of each class.
        changes: of the rows that would change, one line for each value.
        problems: why rows are refused.
        more: bad rows that these leave out.
    """

    counts: Sequence[tuple[Phrase, int]] = ()
    warnings: Sequence[Phrase] = ()
    told: Sequence[Phrase] = ()
    samples: Sequence[SampleTable] = ()
    changes: Sequence[tuple[str, str, str, str]] = field(default=(), repr=False)
    problems: Sequence[ShownProblem] = field(default=(), repr=False)
    more: int = 0


def outcome_of(
    visit: Visit,
    result: PreviewResult | ImportResult | None,
    error: Exception | None,
    problems: Problems | None,
) -> Outcome:
    """Return what a page says of a preview, an import, or a file that was refused.

    Args:
        visit: the request.
        result: of the work; None if it failed, or is not done.
        error: why it failed.
        problems: bad rows; None if there are none.
    """
    shown = [] if problems is None else problems_shown(problems, visit.actor, (visit.language,))
    more = 0 if problems is None else problems.count - sum(each.count for each in shown)
    if isinstance(result, PreviewResult):
        return Outcome(
            counts=_counts(result.rows, [(change, result.counts[change]) for change in Change]),
            warnings=[*_warnings(result)],
            told=[
                *_mappings(result.mappings),
                *hidden_words(result.hidden),
                *left_out_words(result.left, _ANOTHER_SHEET),
                *made_words(result.made),
            ],
            samples=[*_samples(result)],
            changes=[*_changes(result)],
            problems=shown,
            more=more,
        )
    if isinstance(result, ImportResult):
        return Outcome(told=[*_imported(result)], problems=shown, more=more)
    left = error.left if isinstance(error, ImportRefusedError | NoRowsError | SheetsError) else LeftOut()
    return Outcome(told=[*left_out_words(left, _ANOTHER_SHEET)], problems=shown, more=more)


def refusal_words(error: Exception) -> str:
    """Return why a file was not imported, as a page says it: without options of commands."""
    if isinstance(error, IdentityError):
        return Phrase(
            "nothing was imported, because it would bring {changes}; if this is meant, say so below",
            changes=error.changes.words(),
        )
    if isinstance(error, RowNumbersError):
        return Phrase(
            "nothing was imported: {numbers}; if they stay as they are in all files, say so below",
            numbers=error.numbers.words(),
        )
    if isinstance(error, RememberedMappingError) and error.asks:
        return Phrase(
            "the columns of these titles are remembered, but what was of one file is to be given for each:"
            " {keys}",
            keys=", ".join(error.asks),
        )
    return words_on_page(error)


_CALLED = {
    Change.NEW: Phrase("new"),
    Change.CHANGED: Phrase("changed"),
    Change.UNCHANGED: Phrase("unchanged"),
    Change.WITHDRAWN: Phrase("withdrawn"),
    Change.REFUSED: Phrase("refused"),
}


def _counts(rows: int, counts: Sequence[tuple[Change, int]]) -> list[tuple[Phrase, int]]:
    return [(Phrase("rows"), rows), *((_CALLED[change], count) for change, count in counts)]


def _warnings(found: PreviewResult) -> Iterator[Phrase]:
    if found.left.likely:
        reason = likely_sheets_told(found.left)
        yield Phrase("as it is, the import would be refused: {reason}", reason=reason)
    if found.identity.stop:
        yield Phrase(
            "as it is, the import would be refused, unless you say that this is meant: {why}",
            why=Phrase("it would bring {changes}", changes=found.identity.words()),
        )
    elif found.identity.payers.count:
        yield found.identity.payers_told
    if found.row_numbers is not None:
        yield found.row_numbers.words()
    if found.ended_mandates:
        yield Phrase(
            "{rows} with a mandate that is CANCELLED or EXPIRED: it stays so",
            rows=rows_counted(found.ended_mandates),
        )


def _mappings(told: MappingsTold) -> Iterator[Phrase]:
    if told.used is not None:
        yield Phrase(
            "read with the columns that are remembered for these titles (mapping {number})",
            number=told.used.mapping_id,
        )
    if told.near is not None:
        missing, further = (", ".join(titles) or Phrase("none") for titles in told.near.differs)
        yield Phrase(
            "read without mapping {number}, whose titles are nearly these: missing {missing}; new {further}",
            number=told.near.mapping.mapping_id,
            missing=missing,
            further=further,
        )
    if told.remembered is not None:
        yield Phrase(
            "the next file with these titles is read with this mapping (mapping {number})",
            number=told.remembered.mapping.mapping_id,
        )


def _imported(found: ImportResult) -> Iterator[Phrase]:
    if found.earlier:
        yield Phrase(
            "nothing was done: this very file was imported before; “Import again” below takes it all the same"
        )
        if found.read_otherwise:
            yield Phrase("it was read with other columns or values then: what they say now is not in effect")
        return
    yield from _mappings(found.mappings)
    yield from hidden_words(found.hidden)
    yield from left_out_words(found.left, _ANOTHER_SHEET)
    yield from made_words(found.made)


def _samples(found: PreviewResult) -> Iterator[SampleTable]:
    captions = {
        Change.NEW: Phrase("the first that would be new, of {count}:", count=found.counts[Change.NEW]),
        Change.WITHDRAWN: Phrase(
            "the first that would be withdrawn, of {count}:", count=found.counts[Change.WITHDRAWN]
        ),
    }
    for change, caption in captions.items():
        seen = [
            (each.key, each.after or each.before or {}) for each in found.samples if each.change is change
        ]
        keys = list(dict.fromkeys(key for _, values in seen for key, value in values.items() if value))
        if seen:
            yield SampleTable(
                caption,
                [found.titles.get(key, key) for key in keys],
                [
                    [number, *(value_shown(key, values.get(key), found.currency) for key in keys)]
                    for number, values in seen
                ],
            )


def _changes(found: PreviewResult) -> Iterator[tuple[str, str, str, str]]:
    for sample in found.samples:
        if sample.change is Change.CHANGED:
            yield from _changed(sample, found)


def _changed(sample: Sample, found: PreviewResult) -> Iterator[tuple[str, str, str, str]]:
    before, after = sample.before or {}, sample.after or {}
    for key in sample.differing:
        old, new = (value_shown(key, each.get(key), found.currency) for each in (before, after))
        yield (sample.key, found.titles.get(key, key), old, new)
