"""A proposed mapping as YAML, with the reason of each line as a comment; no value of a row is in it."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from offline_collect.domain.imports.proposal import ALIKE, BILL_NO, Doubt, Months, Proposal, SeenTable
from offline_collect.domain.imports.remembered import YEAR
from offline_collect.domain.imports.seen_columns import SeenColumn
from offline_collect.domain.imports.titles import plain_title

_PLAIN = re.compile(r"[A-Za-z一-鿿][0-9A-Za-z_一-鿿]*")
_WORDS = frozenset({"y", "n", "yes", "no", "true", "false", "on", "off", "null"})
"""What YAML takes for other things than texts."""


def proposal_text(
    proposal: Proposal, table: SeenTable, *, about: str, header_row: int | None, rows: int
) -> str:
    """Return the text of a mapping.

    Args:
        proposal: what it says.
        table: the file that it is for.
        about: the file and its merchant.
        header_row: the row of the header if its titles alone do not show it; 0 if the file has none.
        rows: how many rows were looked at.
    """
    lines = [f"# proposed for {_comment(about)}, from its first {rows} rows"]
    if proposal.doubts:
        lines.append("# CHECK: what is not certain is commented out; complete it before the import")
    if header_row is not None:
        lines.append(f"header_row: {header_row}" + ("  # there is none" if header_row == 0 else ""))
    lines += _tables(proposal, table) if proposal.shifts else _columns(proposal, table)
    constants = dict(proposal.constants)
    if proposal.months is not None:
        lines += _months(proposal.months, table, constants.pop(YEAR, None))
    if proposal.ignored:
        names = [_quoted(column_name(table.columns[place], table)) for place in proposal.ignored]
        lines.append(f"ignore: [{', '.join(names)}]")
    if constants:
        lines.append("constants:")
        lines += [f"  {key}: {_quoted(text)}" for key, text in constants.items()]
    return "\n".join([*lines, ""])


def column_name(column: SeenColumn, table: SeenTable) -> str:
    """Return what a mapping calls a column: its title, or its letter if the title says less."""
    plain = Counter(plain_title(each.title) for each in table.columns)
    return column.title if column.title and plain[plain_title(column.title)] == 1 else column.letter


def _columns(proposal: Proposal, table: SeenTable) -> Iterator[str]:
    yield "columns:" if proposal.choices else "columns: {}"
    for choice in proposal.choices:
        name = column_name(table.columns[choice.place], table)
        yield f"  {choice.key}: {_quoted(name)}  # {_comment(choice.why)}"
    yield from _made(proposal)
    for doubt in proposal.doubts:
        yield from _doubt(doubt, table)


def _made(proposal: Proposal) -> Iterator[str]:
    if proposal.makes_numbers:
        yield f"  # {BILL_NO}: no column holds it: an import makes it of period, customer and item"


def _doubt(doubt: Doubt, table: SeenTable) -> Iterator[str]:
    yield f"  # CHECK {doubt.key} ({_comment(doubt.label)}): {_comment(doubt.why)}"
    for place in doubt.places:
        yield f"  # {doubt.key}: {_quoted(column_name(table.columns[place], table))}"
    if not doubt.places and doubt.key in ALIKE:
        yield f"  # if all rows have one value, give it: --constant {doubt.key}=VALUE"


def _tables(proposal: Proposal, table: SeenTable) -> Iterator[str]:
    yield from _made(proposal)
    for doubt in proposal.doubts:
        yield from _doubt(doubt, table)
    yield "tables:  # tables with the same titles stand side by side"
    for shift in (0, *proposal.shifts):
        columns = [
            f"{choice.key}: {table.columns[choice.place + shift].letter}" for choice in proposal.choices
        ]
        yield f"  - columns: {{{', '.join(columns)}}}"


def _months(months: Months, table: SeenTable, year: str | None) -> Iterator[str]:
    names = [_quoted(column_name(table.columns[place], table)) for place in months.places]
    yield "months:  # each amount below one of these is a bill"
    yield f"  columns: [{', '.join(names)}]"
    yield '  period: "{year}-{month}"'
    if year is not None:
        yield f"  year: {year if year.isdecimal() else _quoted(year)}"
    elif months.year is not None:
        yield f"  year: {months.year}  # the rows above the table say so"
    elif not months.titles_have_years:
        yield "  # CHECK year: the titles have none; give it: --constant year=YYYY"


def _quoted(text: str) -> str:
    if _PLAIN.fullmatch(text) and text.casefold() not in _WORDS:
        return text
    return json.dumps(text, ensure_ascii=not text.isprintable())


def _comment(text: str) -> str:
    return "".join(character if character.isprintable() else "?" for character in text)


def asked_of(proposal: Proposal) -> Sequence[str]:
    """Return what must be checked before a mapping can be used, one text for each."""
    told = [f"{doubt.key} ({doubt.label}): {doubt.why}" for doubt in proposal.doubts]
    months = proposal.months
    if (
        months is not None
        and months.year is None
        and not months.titles_have_years
        and YEAR not in proposal.constants
    ):
        told.append("year: the titles of the months have none")
    return told
