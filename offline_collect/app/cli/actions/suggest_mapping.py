"""`customers|bills import FILE --suggest-mapping OUT.yaml`: proposes a mapping, asks what is in doubt, writes it.

Samples of rows are personal data: they are shown on a terminal only, and never written.
"""

from __future__ import annotations

import shlex
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import typer
from prompt_toolkit.shortcuts import choice

from offline_collect.app.cli.support.confirm import at_terminal
from offline_collect.app.cli.support.tables import say, show_table
from offline_collect.app.cli.support.terminal_safe import visible
from offline_collect.app.config.yaml import parse_yaml
from offline_collect.app.errors import DoubtfulMappingError
from offline_collect.app.wiring.backoffice_session import Office
from offline_collect.domain.imports.proposal import ALIKE, Answer, Choice, Doubt, settled
from offline_collect.domain.imports.proposal_text import asked_of
from offline_collect.domain.imports.seen_columns import SeenColumn
from offline_collect.domain.texts.text import counted
from offline_collect.files.columns.mapping import read_mapping
from offline_collect.files.write.atomic_file import destination
from offline_collect.merchant.imports.order import ImportOrder, Kind
from offline_collect.merchant.mappings.propose import Proposed, propose_mapping, samples_shown
from offline_collect.merchant.mappings.remember import remember_mapping
from offline_collect.store import ImportKind

_OTHER = -1
"""The answer that the column is another one than those that are likely."""

_VALUE = -2
"""The answer that all rows have one value."""

_NONE = -3


def suggest(office: Office, order: ImportOrder, kind: Kind, out: Path) -> None:
    """Propose a mapping and write it; ask on a terminal what is in doubt.

    Raises:
        DoubtfulMappingError: it is written, but must be completed.
    """
    proposed = propose_mapping(office.store, order, kind)
    asking = at_terminal() and sys.stdout.isatty()
    say(
        f"{order.file.name}: looked at {counted(proposed.rows, 'row')} and {len(proposed.table.columns)} columns"
    )
    _show(proposed, order if asking else None)
    if asking and proposed.proposal.doubts:
        answered = settled(proposed.proposal, _Asking(proposed, order).answer)
        proposed = replace(proposed, proposal=answered)
    with destination(out, overwrite=False) as stream:
        stream.write(proposed.text().encode())
    left = asked_of(proposed.proposal)
    command = [
        "offline-collect",
        kind.name,
        "import",
        order.merchant_id,
        str(order.file),
        "--mapping",
        str(out),
    ]
    command += ["--sheet", order.sheet] if order.sheet is not None else []
    then = f"`{shlex.join([*command, '--preview'])}` shows what it reads"
    if left:
        raise DoubtfulMappingError(out, left, then)
    say(f"{out.absolute()}: the proposed mapping; {then}")
    if asking and typer.confirm("Remember it for this merchant's files with these titles?", err=True):
        _remember(office, order, kind, proposed)


def _remember(office: Office, order: ImportOrder, kind: Kind, proposed: Proposed) -> None:
    mapping = read_mapping(parse_yaml(proposed.text(), "the proposal"), "the proposal")
    found = remember_mapping(
        office.store,
        order.merchant_id,
        ImportKind(kind.name),
        (proposed.titles, mapping),
        order.actor,
        order.clock(),
    )
    if found is None:
        say("nothing of it lasts: the file has no titles")
    else:
        say(f"remembered as mapping {found.mapping.mapping_id}")


def _show(proposed: Proposed, order: ImportOrder | None) -> None:
    """Print what each column is taken as; with samples if there is an order, whose user sees them."""
    taken: dict[int, list[str]] = {}
    for each in proposed.proposal.choices:
        for shift in (0, *proposed.proposal.shifts):
            taken.setdefault(each.place + shift, []).append(f"{each.key}: {each.why}")
    months = proposed.proposal.months
    for place in () if months is None else months.places:
        taken.setdefault(place, []).append("a month's amount")
    rows = []
    for column in proposed.table.columns:
        samples = () if order is None else samples_shown(column, order.actor)
        said = "; ".join(taken.get(column.place, ["unknown" if column.values else "blank"]))
        rows.append((column.letter, column.title, said, *([" | ".join(samples)] if order else [])))
    show_table(("Column", "Title", "Taken as", *(["Samples"] if order else [])), rows)
    if proposed.proposal.makes_numbers:
        say("no column holds the bills' numbers: an import makes them of period, customer and item")


class _Asking:
    """Asks on a terminal."""

    def __init__(self, proposed: Proposed, order: ImportOrder) -> None:
        self._proposed = proposed
        self._order = order
        self.answer: Answer = self._answer

    def _answer(self, doubt: Doubt) -> Choice | str | None:
        columns = self._proposed.table.columns
        likely = [columns[place] for place in doubt.places]
        others = [
            each for each in self._proposed.proposal.unknown(self._proposed.table) if each not in likely
        ]
        picked = self._ask(doubt, likely or others, other=bool(likely and others))
        if picked == _OTHER:
            picked = self._ask(doubt, others, other=False)
        if picked == _VALUE:
            text = typer.prompt(f"{doubt.label} ({doubt.key}) of all rows", err=True)
            return str(text).strip() or None
        return None if picked == _NONE else Choice(doubt.key, picked, "chosen by the user")

    def _ask(self, doubt: Doubt, columns: Sequence[SeenColumn], *, other: bool) -> int:
        """Return the place of a column, or what else was answered."""
        options = [(each.place, self._described(each)) for each in columns]
        if other:
            options.append((_OTHER, "another column"))
        if doubt.key in ALIKE:
            options.append((_VALUE, "none: all rows have the same value"))
        options.append((_NONE, "I do not know: leave it open"))
        question = f"Which column is {doubt.label} ({doubt.key})? {doubt.why}"
        return choice(visible(question), options=options)

    def _described(self, column: SeenColumn) -> str:
        samples = ", ".join(samples_shown(column, self._order.actor))
        return visible(f"{column.letter} {column.title}: {samples}")
