"""A page of a list, as a table or as JSON; both give the start of the next one."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import typer

from offline_collect.app.cli.support.tables import show_table


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of a list.

    Attributes:
        name: plural name of the listed things: the key of the rows in JSON.
        nothing: the text if there are no rows.
        columns: keys of the rows and their titles.
        rows: by the columns' keys; amounts in major units as text.
        following: cursor after which the next page starts; None on the last page.
        right: keys of the columns that hold numbers.
    """

    name: str
    nothing: str
    columns: Mapping[str, str]
    rows: Sequence[Mapping[str, str | int | None]]
    following: str | None = None
    right: frozenset[str] = frozenset()


def show_page(page: Page, *, as_json: bool) -> None:
    """Print a page."""
    if as_json:
        document = {page.name: list(page.rows), "next": page.following}
        typer.echo(json.dumps(document, ensure_ascii=False, indent=2))
        return
    show_table(
        list(page.columns.values()),
        ([row[key] for key in page.columns] for row in page.rows),
        right=[page.columns[key] for key in page.right],
        nothing=page.nothing,
    )
    if page.following is not None:
        typer.echo(f"… and more: --after {page.following}")
