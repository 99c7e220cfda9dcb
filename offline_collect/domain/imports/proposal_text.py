"""A proposed mapping as YAML, with the reason of each line as a comment; no value of a row is in it."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from offline_collect.domain.imports.instalments import Instalment
from offline_collect.domain.imports.proposal import (
    ALIKE,
    AMOUNT,
    BILL_NO,
    DESCRIPTION,
    DUE_DATE,
    PERIOD,
    Doubt,
    Months,
    Proposal,
    SeenTable,
)
from offline_collect.domain.imports.remembered import YEAR
from offline_collect.domain.imports.seen_columns import SeenColumn
from offline_collect.domain.imports.titles import plain_title
from offline_collect.domain.texts.phrases import Phrase

Say = Callable[[Phrase], str]
"""Returns a text in the language of its reader."""

_PLAIN = re.compile(r"[A-Za-z一-鿿][0-9A-Za-z_一-鿿]*")
_WORDS = frozenset({"y", "n", "yes", "no", "true", "false", "on", "off", "null"})
"""What YAML takes for other things than texts."""


def proposal_text(
    proposal: Proposal, table: SeenTable, *, about: Phrase, header_row: int | None, rows: int, say: Say = str
) -> str:
    """Return the text of a mapping.

    Args:
        proposal: what it says.
        table: the file that it is for.
        about: the file and its merchant.
        header_row: the row of the header if its titles alone do not show it; 0 if the file has none.
        rows: how many rows were looked at.
        say: returns what a comment says, in the reader's language.
    """
    return "\n".join([*_Text(proposal, table, say).lines(about, header_row, rows), ""])


def column_name(column: SeenColumn, table: SeenTable) -> str:
    """Return what a mapping calls a column: its title, or its letter if the title says less."""
    plain = Counter(plain_title(each.title) for each in table.columns)
    return column.title if column.title and plain[plain_title(column.title)] == 1 else column.letter


class _Text:
    """A mapping in the making."""

    def __init__(self, proposal: Proposal, table: SeenTable, say: Say) -> None:
        self._proposal = proposal
        self._table = table
        self._say = say

    def lines(self, about: Phrase, header_row: int | None, rows: int) -> Iterator[str]:
        """Yield the lines of the mapping."""
        proposal = self._proposal
        yield self._note(Phrase("proposed for {about}, from its first {rows} rows", about=about, rows=rows))
        if proposal.doubts:
            yield self._note(
                Phrase("CHECK: what is not certain is commented out; complete it before the import")
            )
        if header_row is not None:
            yield f"header_row: {header_row}" + (
                self._beside(Phrase("there is none")) if header_row == 0 else ""
            )
        yield from self._tables() if proposal.shifts else self._columns()
        constants = dict(proposal.constants)
        if proposal.instalments:
            yield from self._instalments(proposal.instalments)
        if proposal.marks is not None:
            said = self._beside(Phrase("only rows with a √ below it are bills"))
            yield f"marks: {_quoted(self._name(proposal.marks))}{said}"
        if proposal.months is not None:
            yield from self._months(proposal.months, constants.pop(YEAR, None))
        if proposal.dates:
            yield f"dates: {proposal.dates}" + self._beside(Phrase("what is over 12 in its days is no month"))
        if proposal.ignored:
            names = [_quoted(self._name(place)) for place in proposal.ignored]
            yield f"ignore: [{', '.join(names)}]"
        if constants:
            yield "constants:"
        for key, text in constants.items():
            why = proposal.reasons.get(key)
            yield f"  {_quoted(key)}: {_quoted(text)}" + ("" if why is None else self._beside(why))

    def _note(self, text: Phrase) -> str:
        return f"# {_comment(self._say(text))}"

    def _beside(self, text: Phrase) -> str:
        return f"  {self._note(text)}"

    def _name(self, place: int) -> str:
        return column_name(self._table.columns[place], self._table)

    def _columns(self) -> Iterator[str]:
        yield "columns:" if self._proposal.choices else "columns: {}"
        for choice in self._proposal.choices:
            yield f"  {_quoted(choice.key)}: {_quoted(self._name(choice.place))}{self._beside(choice.why)}"
        yield from self._not_columns()

    def _not_columns(self) -> Iterator[str]:
        if self._proposal.makes_numbers:
            yield self._beside(
                Phrase(
                    "{key}: no column holds it: an import makes it of period, customer and item", key=BILL_NO
                )
            )
        for doubt in self._proposal.doubts:
            yield from self._doubt(doubt)

    def _doubt(self, doubt: Doubt) -> Iterator[str]:
        yield self._beside(
            Phrase("CHECK {key} ({label}): {why}", key=doubt.key, label=doubt.label, why=doubt.why)
        )
        for place in doubt.places:
            yield f"  # {_quoted(doubt.key)}: {_quoted(self._name(place))}"
        if not doubt.places and doubt.key in ALIKE:
            yield self._beside(
                Phrase("if all rows have one value, give it: --constant {key}=VALUE", key=doubt.key)
            )

    def _tables(self) -> Iterator[str]:
        yield from self._not_columns()
        yield "tables:" + self._beside(Phrase("tables with the same titles stand side by side"))
        for shift in (0, *self._proposal.shifts):
            columns = [
                f"{_quoted(choice.key)}: {self._table.columns[choice.place + shift].letter}"
                for choice in self._proposal.choices
            ]
            yield f"  - columns: {{{', '.join(columns)}}}"

    def _instalments(self, instalments: Sequence[Instalment]) -> Iterator[str]:
        yield "tables:" + self._beside(Phrase("each instalment of a row is a bill"))
        for each in instalments:
            columns = {AMOUNT: each.amount, DUE_DATE: each.due_date}
            named = [
                f"{key}: {_quoted(self._name(place))}" for key, place in columns.items() if place is not None
            ]
            yield f"  - columns: {{{', '.join(named)}}}"
            constants = {PERIOD: each.period} if each.period else {DESCRIPTION: each.name}
            constants |= {DUE_DATE: each.day} if each.day else {}
            said = ", ".join(f"{key}: {_quoted(text)}" for key, text in constants.items())
            yield f"    constants: {{{said}}}"

    def _months(self, months: Months, year: str | None) -> Iterator[str]:
        names = [_quoted(self._name(place)) for place in months.places]
        yield "months:" + self._beside(Phrase("each amount below one of these is a bill"))
        yield f"  columns: [{', '.join(names)}]"
        yield '  period: "{year}-{month}"'
        if year is not None:
            yield f"  year: {year if year.isdecimal() else _quoted(year)}"
        elif months.year is not None:
            yield f"  year: {months.year}" + self._beside(Phrase("the rows above the table say so"))
        elif not months.titles_have_years:
            yield self._beside(Phrase("CHECK year: the titles have none; give it: --constant year=YYYY"))


def _quoted(text: str) -> str:
    if _PLAIN.fullmatch(text) and text.casefold() not in _WORDS:
        return text
    return json.dumps(text, ensure_ascii=not text.isprintable())


def _comment(text: str) -> str:
    return "".join(character if character.isprintable() else "?" for character in text)


def asked_of(proposal: Proposal) -> Sequence[Phrase]:
    """Return what must be checked before a mapping can be used, one text for each."""
    told = [
        Phrase("{key} ({label}): {why}", key=doubt.key, label=doubt.label, why=doubt.why)
        for doubt in proposal.doubts
    ]
    months = proposal.months
    if (
        months is not None
        and months.year is None
        and not months.titles_have_years
        and YEAR not in proposal.constants
    ):
        told.append(Phrase("year: the titles of the months have none"))
    return told
