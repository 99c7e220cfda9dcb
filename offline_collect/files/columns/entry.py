"""Checks an entry typed by hand by the same layout as the rows of a file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from offline_collect.domain.texts.phrases import Phrase
from offline_collect.files.cells import one_line
from offline_collect.files.columns.converters import converter
from offline_collect.files.columns.layout import Column, Extras, Layout
from offline_collect.files.columns.records import VALUE_SHOWN_MAX, Record
from offline_collect.files.columns.values import PARSERS, check_title
from offline_collect.files.errors import CellProblemError, RowProblem

_ROW = 1
"""Records and problems name a row; a typed entry is row one."""


def read_typed(
    layout: Layout, given: Mapping[str, str], inputs: Mapping[str, str], extras: Mapping[str, str]
) -> tuple[Record, list[RowProblem]]:
    """Return an entry as a record, and its problems; blank texts count as missing.

    Args:
        layout: the columns, and which of them are required.
        given: texts by the keys of the layout's columns.
        inputs: texts by the keys of the form's inputs.
        extras: further columns by their titles, as many as the layout allows.
    """
    bounds = layout.extras or Extras(0, 0, 0)
    extras = {one_line(title): text for title, text in extras.items()}
    further = [Column(title, title, PARSERS["text"], most=bounds.value_most) for title in extras]
    problems: list[RowProblem] = []
    record = Record(
        _ROW,
        _values(layout.columns, given, layout.currency, problems),
        _values(layout.inputs, inputs, layout.currency, problems),
        _values(further, extras, layout.currency, problems),
    )
    problems += _whose(layout, record)
    problems += _beyond_bounds(extras, bounds)
    problems += _bad_titles(extras)
    return record, problems


def _values(
    columns: Iterable[Column], given: Mapping[str, str], currency: str, problems: list[RowProblem]
) -> dict[str, Any]:
    values = {}
    for column in columns:
        text = given.get(column.key, "")
        try:
            value = converter(column, currency)(text)
        except CellProblemError as error:
            # The typed text is already on the screen; an account must not appear there twice.
            shown = "" if column.account else text.strip()[:VALUE_SHOWN_MAX]
            problems.append(RowProblem(_ROW, column.label, shown, error.reason, error.remedy))
            continue
        if value is not None:
            values[column.key] = value
    return values


def _whose(layout: Layout, record: Record) -> Iterable[RowProblem]:
    """Yield a problem if neither a complete group of inputs nor the substitute column names the customer."""
    substitute, groups = layout.stands_for_inputs, layout.groups
    if not (substitute or groups) or substitute in record.values:
        return
    lacking = [[column for column in group if column.key not in record.inputs] for group in groups]
    if all(lacking):
        label = lacking[0][0].label if lacking else str(substitute)
        yield RowProblem(_ROW, label, "", Phrase("is blank"), Phrase("say whose it is"))


def _beyond_bounds(extras: Mapping[str, str], bounds: Extras) -> Iterable[RowProblem]:
    if len(extras) > bounds.most:
        title = next(iter(extras))
        reason = Phrase("is one of more than {most} further columns", most=bounds.most)
        yield RowProblem(_ROW, title[:VALUE_SHOWN_MAX], "", reason, Phrase("give fewer"))
    for title in extras:
        if not title or len(title) > bounds.label_most:
            reason = Phrase("is not a name of 1 to {most} characters", most=bounds.label_most)
            yield RowProblem(_ROW, title[:VALUE_SHOWN_MAX], "", reason, Phrase("correct it"))


def _bad_titles(extras: Iterable[str]) -> Iterable[RowProblem]:
    """Yield invalid names of further columns, as for a file."""
    for title in extras:
        try:
            check_title(title)
        except CellProblemError as error:
            yield RowProblem(_ROW, title[:VALUE_SHOWN_MAX], "", error.reason, error.remedy)
