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

from offline_collect.app.cli.actions.left_out_text import tell
from offline_collect.app.cli.support.confirm import at_terminal
from offline_collect.app.cli.support.said import in_words, on_one_line
from offline_collect.app.cli.support.tables import say, show_table
from offline_collect.app.cli.support.terminal_safe import visible
from offline_collect.app.config.yaml import parse_yaml
from offline_collect.app.errors import DoubtfulMappingError
from offline_collect.app.wiring.backoffice_session import Office
from offline_collect.domain.imports.proposal import ALIKE, AMOUNT, DUE_DATE, Answer, Choice, Doubt, settled
from offline_collect.domain.imports.proposal_text import asked_of
from offline_collect.domain.imports.seen_columns import SeenColumn
from offline_collect.domain.texts.counts import columns_counted, rows_counted
from offline_collect.domain.texts.phrases import Phrase, listed
from offline_collect.files.columns.mapping import read_mapping
from offline_collect.files.write.atomic_file import destination
from offline_collect.merchant.imports.order import ImportOrder, Kind
from offline_collect.merchant.mappings.propose import Proposed, propose_mapping, samples_shown
from offline_collect.merchant.mappings.remember import ToRemember, remember_mapping
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
    looked_at = Phrase(
        "looked at {rows} and {columns}",
        rows=rows_counted(proposed.rows),
        columns=columns_counted(len(proposed.table.columns)),
    )
    if proposed.sheet is not None:
        looked_at = Phrase("sheet {sheet}: {looked_at}", sheet=proposed.sheet, looked_at=looked_at)
    tell(order.file.name, looked_at)
    _show(proposed, order if asking else None)
    if asking and proposed.proposal.doubts:
        answered = settled(proposed.proposal, _Asking(proposed, order).answer)
        proposed = replace(proposed, proposal=answered)
    with destination(out, overwrite=False) as stream:
        stream.write(proposed.text(on_one_line).encode())
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
    then = Phrase("`{command}` shows what it reads", command=shlex.join([*command, "--preview"]))
    if left:
        raise DoubtfulMappingError(out, left, then)
    say(Phrase("{path}: the proposed mapping; {then}", path=str(out.absolute()), then=then))
    question = Phrase("Remember it for this merchant's files with these titles?")
    if asking and typer.confirm(in_words(question), err=True):
        _remember(office, order, kind, proposed)


def _remember(office: Office, order: ImportOrder, kind: Kind, proposed: Proposed) -> None:
    mapping = read_mapping(parse_yaml(proposed.text(), "the proposal"), "the proposal")
    found = remember_mapping(
        office.store,
        ToRemember(
            merchant_id=order.merchant_id,
            kind=ImportKind(kind.name),
            titles=proposed.titles,
            mapping=mapping,
            actor=order.actor,
            now=order.clock(),
        ),
    )
    if found is None:
        say(Phrase("nothing of it lasts: the file has no titles"))
    else:
        say(Phrase("remembered as mapping {number}", number=found.mapping.mapping_id))


def _show(proposed: Proposed, order: ImportOrder | None) -> None:
    """Print what each column is taken as; with samples if there is an order, whose user sees them."""
    taken: dict[int, list[Phrase]] = {}
    for each in proposed.proposal.choices:
        for shift in (0, *proposed.proposal.shifts):
            why = Phrase("{key}: {why}", key=each.key, why=each.why)
            taken.setdefault(each.place + shift, []).append(why)
    months = proposed.proposal.months
    for place in () if months is None else months.places:
        taken.setdefault(place, []).append(Phrase("a month's amount"))
    rows = []
    for column in proposed.table.columns:
        samples = () if order is None else samples_shown(column, order.actor)
        said = taken.get(column.place) or [Phrase("unknown") if column.values else Phrase("blank")]
        rows.append((column.letter, column.title, listed(said), *([" | ".join(samples)] if order else [])))
    titles = [Phrase("Column"), Phrase("Title"), Phrase("Taken as"), *([Phrase("Samples")] if order else [])]
    show_table(titles, rows)
    for key, reason in proposed.proposal.reasons.items():
        text = proposed.proposal.constants[key]
        say(Phrase("{key} of all rows: {text}: {why}", key=key, text=text, why=reason))
    if proposed.proposal.makes_numbers:
        say(Phrase("no column holds the bills' numbers: an import makes them of period, customer and item"))


class _Asking:
    """Asks on a terminal."""

    def __init__(self, proposed: Proposed, order: ImportOrder) -> None:
        self._proposed = proposed
        self._order = order
        self._used: set[int] = set()
        self.answer: Answer = self._answer

    def _answer(self, doubt: Doubt) -> Choice | str | None:
        columns = self._proposed.table.columns
        likely = [columns[place] for place in doubt.places if place not in self._used]
        free = self._proposed.proposal.unknown(self._proposed.table)
        others = [
            each
            for each in free
            if each not in likely and each.place not in self._used and (each.dates or doubt.key != DUE_DATE)
        ]
        unsure = (
            not likely
            or (doubt.key == AMOUNT and (not likely[0].says_amount() or likely[0].says_special()))
            or (doubt.key == DUE_DATE and not likely[0].says_last_day())
        )
        picked = self._ask(doubt, likely or others, other=bool(likely and others), unsure=unsure)
        if picked == _OTHER:
            picked = self._ask(doubt, others, other=False, unsure=True)
        self._used.add(picked)
        if picked == _VALUE:
            question = Phrase("{label} ({key}) of all rows", label=doubt.label, key=doubt.key)
            text = typer.prompt(in_words(question), err=True)
            return str(text).strip() or None
        return None if picked == _NONE else Choice(doubt.key, picked, Phrase("chosen by the user"))

    def _ask(self, doubt: Doubt, columns: Sequence[SeenColumn], *, other: bool, unsure: bool) -> int:
        """Return the place of a column, or what else was answered.

        Args:
            other: whether another column may be asked for.
            unsure: whether no column is likely: the cursor then stands on the answer that nobody knows.
        """
        options = [(each.place, self._described(each)) for each in columns]
        if other:
            options.append((_OTHER, in_words(Phrase("another column"))))
        if doubt.key in ALIKE:
            options.append((_VALUE, in_words(Phrase("none: all rows have the same value"))))
        options.append((_NONE, in_words(Phrase("I do not know: leave it open"))))
        question = Phrase(
            "Which column is {label} ({key})? {why}", label=doubt.label, key=doubt.key, why=doubt.why
        )
        return choice(
            visible(in_words(question)), options=options, default=_NONE if unsure and columns else None
        )

    def _described(self, column: SeenColumn) -> str:
        samples = ", ".join(samples_shown(column, self._order.actor))
        return visible(f"{column.letter} {column.title}: {samples}")
