"""A list, or a page of one, as a table or as JSON; both give the start of the next page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from offline_collect.app.cli.support.tables import say, show_json, show_table
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.merchant.common.bank_code_words import code_word


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of a list.

    Attributes:
        name: plural name of the listed things: the key of the rows in JSON.
        nothing: the text if there are no rows; None prints the titles.
        columns: keys of the rows and their titles; JSON has all keys of the rows.
        rows: by the columns' keys; amounts in major units as text.
        following: cursor after which the next page starts; None on the last page.
        right: keys of the columns that hold numbers.
        more: whether further rows match, where no cursor gives them.
        beside: further keys of the JSON document.
        codes: keys of the rows whose codes have their words under another key.
    """

    name: str
    nothing: Phrase | None
    columns: Mapping[str, Phrase]
    rows: Sequence[Mapping[str, object]]
    following: str | None = None
    right: frozenset[str] = frozenset()
    more: bool = False
    beside: Mapping[str, object] = field(default_factory=dict)
    codes: Mapping[str, str] = field(default_factory=dict)


def show_page(page: Page, *, as_json: bool) -> None:
    """Print a page."""
    if as_json:
        further = page.more or page.following is not None
        document = {page.name: list(page.rows), "next": page.following, "more": further, **page.beside}
        show_json(document)
        return
    show_table(
        list(page.columns.values()),
        ([_cell(page.codes.get(key, key), row[key]) for key in page.columns] for row in page.rows),
        right=[page.columns[key] for key in page.right],
        nothing=page.nothing,
    )
    if page.following is not None:
        say(Phrase("… and more: --after {cursor}", cursor=page.following))


def _cell(key: str, value: object) -> object:
    """Return what a table shows of a value: the parts of a list side by side, the word of a code."""
    if isinstance(value, list):
        return " ".join(map(str, value))
    return code_word(key, value) if isinstance(value, str) else value
