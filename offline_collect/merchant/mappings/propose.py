"""Proposes a mapping of a merchant's file from its titles and first rows; nothing is imported."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.imports.header_rows import HeaderRows
from offline_collect.domain.imports.proposal import (
    CUSTOMER_NO,
    PERIOD,
    Proposal,
    SeenTable,
    Stated,
    WantedColumn,
)
from offline_collect.domain.imports.proposal_text import Say, column_name, proposal_text
from offline_collect.domain.imports.seen_columns import SeenColumn
from offline_collect.domain.imports.stated_period import stated_season
from offline_collect.domain.imports.suggestion import suggest
from offline_collect.domain.imports.ticked import stated_price
from offline_collect.domain.texts.cards import MASK, mask_long_numbers
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.files.cells import Cell, Row
from offline_collect.files.columns.body_rows import body_and_others, cell_text
from offline_collect.files.columns.by_titles import ByTitles, by_titles
from offline_collect.files.columns.dates import date
from offline_collect.files.columns.header import header_finder
from offline_collect.files.columns.layout import Column, Layout
from offline_collect.files.columns.stated import period_of, stated_texts
from offline_collect.files.columns.stated_dates import month_made, stated_due_date, stated_year
from offline_collect.files.columns.values import amount
from offline_collect.files.read.open import Table, open_table
from offline_collect.merchant.access.masking import sees_personal
from offline_collect.merchant.imports.kinds import KINDS
from offline_collect.merchant.imports.order import ImportOrder, Kind, find_target
from offline_collect.merchant.mappings.looking import Looking, joined_periods, reads
from offline_collect.merchant.mappings.sheets import likeliest_sheet
from offline_collect.store import ImportKind, SqlStore

ROWS_LOOKED_AT = 200
SAMPLES_SHOWN = 3
SAMPLE_LENGTH = 20
_HEADER_MIN = 2


@dataclass(frozen=True, slots=True)
class Proposed:
    """A proposed mapping of a file.

    Attributes:
        table: the file, as far as it was looked at.
        proposal: what the mapping may say.
        titles: of the header; none if the file has none.
        header_row: to be named in the mapping; None if an import finds the header.
        rows: how many rows were looked at.
        sheet: the name of the sheet that they are of; None if the file has one.
        above: how many rows stand above the table.
        others: numbers of the rows that are totals, signatures, notes or headings, of those that were looked at.
    """

    about: Phrase
    table: SeenTable = field(repr=False)
    proposal: Proposal
    titles: Sequence[str]
    header_row: int | None
    rows: int
    sheet: str | None = None
    above: int = 0
    others: Sequence[int] = ()

    def text(self, say: Say = str) -> str:
        """Return the mapping as YAML, with its reasons as ``say`` says them."""
        return proposal_text(
            self.proposal,
            self.table,
            about=self.about,
            header_row=self.header_row,
            rows=self.rows,
            say=say,
        )


def propose_mapping(store: SqlStore, order: ImportOrder, kind: Kind) -> Proposed:
    """Return a proposed mapping of a file.

    Raises:
        NotPermittedError: the actor may not import.
        NotFoundError: there is no such merchant.
        StatusError: it is closed.
        NoFormError: it has no form yet.
        FileError: the file cannot be read.
    """
    order.actor.require(Permission.IMPORT)
    with store.snapshot() as reading:
        target = find_target(reading, order)
    start = _Start(target.layout)
    sheet = order.sheet or likeliest_sheet(order.file, target.layout)
    with open_table(order.file, sheet=sheet, find=start.find) as table:
        rows = [*start.rows, *islice(table, start.left, start.left + ROWS_LOOKED_AT)][:ROWS_LOOKED_AT]
        titles = table.header if start.has_header else ()
        period = period_of(table)
    body, others = body_and_others(rows, titles)
    with store.snapshot() as reading:
        looking = Looking(reading, target, body, period)
        columns = looking.columns(titles, table.hidden.first_column)
        made, parts = looking.made(columns, needs_own=kind.key_column == CUSTOMER_NO)
    period_made = joined_periods([*columns, *made], target.layout)
    seen = SeenTable(
        key=kind.key_column,
        columns=[*columns, *made, *period_made],
        parts=parts,
        price=_price([*start.above, *others]),
        wanted=_all_wanted(titles, target.layout, period_made),
        groups=[frozenset(column.key for column in group) for group in target.layout.groups],
        has_header=start.has_header,
        year=start.year,
        period=period,
        due_date=stated_due_date([*start.above, *others], _of_days(table)),
        made=month_made([*start.above, *others]),
    )
    proposal = _with_constants(suggest(seen), order)
    return Proposed(
        about=_about(order, kind),
        table=seen,
        proposal=proposal,
        titles=titles,
        header_row=start.header_row(proposal, seen) if titles else 0,
        rows=len(body),
        sheet=sheet,
        above=len(start.above),
        others=[row.number for row in others],
    )


def _of_days(table: Table) -> str | None:
    """Return what tells the year of days without one: the period that a table states, or its season."""
    return period_of(table) or stated_season(stated_texts(table))


def _price(outside: Sequence[Row]) -> Stated | None:
    """Return the one price that the rows outside a table state for each payer, and the first row that states it."""
    texts = {row.number: [cell_text(cell) for cell in row.cells] for row in outside}
    price = stated_price(text for row in texts.values() for text in row)
    if price is None:
        return None
    return Stated(price, next(number for number, row in texts.items() if stated_price(row) == price))


def _about(order: ImportOrder, kind: Kind) -> Phrase:
    return Phrase(
        "{kind} of {merchant_id}: {name}",
        kind=KINDS[ImportKind(kind.name)],
        merchant_id=order.merchant_id,
        name=order.file.name,
    )


def _with_constants(proposal: Proposal, order: ImportOrder) -> Proposal:
    doubts = [doubt for doubt in proposal.doubts if doubt.key not in order.constants]
    choices = [choice for choice in proposal.choices if choice.key not in order.constants]
    constants = {**proposal.constants, **order.constants}
    reasons = {key: why for key, why in proposal.reasons.items() if key not in order.constants}
    return replace(proposal, choices=choices, doubts=doubts, constants=constants, reasons=reasons)


def _all_wanted(titles: Sequence[str], layout: Layout, period: Sequence[SeenColumn]) -> list[WantedColumn]:
    """Return our columns and the form's inputs, and where an import finds them; the period may be made of two."""
    columns, inputs = by_titles(titles, layout)
    wanted = [_wanted(each, is_input=False) for each in columns]
    for made in period:
        wanted = [replace(each, places=(made.place,)) if each.key == PERIOD else each for each in wanted]
    return [*wanted, *(_wanted(each, is_input=True) for each in inputs)]


def _wanted(found: ByTitles, *, is_input: bool) -> WantedColumn:
    return WantedColumn(
        key=found.column.key,
        label=found.column.label,
        required=found.column.required,
        places=found.places,
        doubts=found.doubts,
        guessed=found.guessed,
        is_input=is_input,
        also=frozenset(found.column.also),
    )


class _Start:
    """Finds where a table starts, and keeps its first rows.

    Attributes:
        has_header: whether a row names the columns.
        rows: below the header, of those that were looked at to find it.
        left: how many of the rows that follow are among these.
        year: that the rows above the table name.
        above: these rows.
    """

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._first: Sequence[Row] = ()
        self._found = HeaderRows(0, 0, ())
        self.has_header = True
        self.rows: list[Row] = []
        self.left = 0
        self.year: int | None = None
        self.above: Sequence[Row] = ()

    def find(self, rows: Sequence[Row]) -> HeaderRows:
        """Return the header, as ``open_table`` asks for it."""
        found = header_finder(self._layout)(rows)
        columns, inputs = by_titles(found.titles, self._layout)
        known = sum(bool(each.places) for each in (*columns, *inputs))
        place = next((at for at, row in enumerate(rows) if _filled(row) >= _HEADER_MIN), 0)
        # One known title further down may be what a total is called.
        above = place < found.first and _filled(rows[place]) >= _filled(rows[found.first])
        if not known or (known < _HEADER_MIN and above):
            found = HeaderRows(place, place, tuple(cell_text(cell) for cell in rows[place].cells))
            self.has_header = not _is_data(rows[place : place + 2])
        self._first, self._found = rows, found
        self.rows = list(rows[found.last + 1 if self.has_header else found.first :])
        self.left = len(rows) - found.last - 1
        self.above = rows[: found.first]
        self.year = stated_year(self.above)
        return found

    def _payer(self, titles: Mapping[str, str]) -> Column | None:
        payer = self._layout.payer
        return payer and replace(payer, title=titles.get(payer.key))

    def header_row(self, proposal: Proposal, table: SeenTable) -> int | None:
        """Return the header's row if an import would not find it by the titles of the mapping."""
        titles = {choice.key: column_name(table.columns[choice.place], table) for choice in proposal.choices}
        mapped = replace(
            self._layout,
            columns=tuple(replace(each, title=titles.get(each.key)) for each in self._layout.columns),
            inputs=tuple(replace(each, title=titles.get(each.key)) for each in self._layout.inputs),
            payer=self._payer(titles),
        )
        found = header_finder(mapped)(self._first)
        return None if found == self._found else self._first[self._found.last].number


def _is_data(rows: Sequence[Row]) -> bool:
    """Whether the first of two rows has values below which the second has values of the same kind."""
    kinds = [[_kind(cell) for cell in row.cells] for row in rows]
    return len(kinds) == _HEADER_MIN and any(one == other != "" for one, other in zip(*kinds, strict=False))


def _kind(cell: Cell) -> str:
    if reads(date, cell):
        return "date"
    return "amount" if reads(amount, cell) else ""


def _filled(row: Row) -> int:
    return sum(bool(cell_text(cell)) for cell in row.cells)


def samples_shown(column: SeenColumn, actor: Actor) -> list[str]:
    """Return the first values of a column as a user may see them: on a terminal, never in a file or log."""
    first = list(dict.fromkeys(column.values))[:SAMPLES_SHOWN]
    return [mask_long_numbers(each[:SAMPLE_LENGTH]) if sees_personal(actor) else MASK for each in first]
