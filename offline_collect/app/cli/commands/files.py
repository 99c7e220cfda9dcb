"""`files layouts`, `files check` and `files watch`: the fixed-width files of banks and front-end processors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from offline_collect.app.cli.commands.files_watch import watch
from offline_collect.app.cli.support.exit_codes import REFUSED
from offline_collect.app.cli.support.options import ConfigFile, plain_group, takes_name
from offline_collect.app.cli.support.options_paging import AsJson
from offline_collect.app.cli.support.tables import say, show_line, show_table
from offline_collect.app.config.load import load_configuration
from offline_collect.app.tools.fixed_width_check import CheckedFile, check_fixed_width
from offline_collect.domain.texts.phrases import Phrase

app = plain_group()
app.command()(takes_name(watch))


@app.command()
def layouts(as_json: AsJson = False, config: ConfigFile = None) -> None:
    """List the layouts of fixed-width files, with the bytes of a line."""
    found = load_configuration(config).schemas().fixed_layouts().values()
    rows = [
        (each.name, each.title, each.encoding, *(record.length for record in each.records)) for each in found
    ]
    if as_json:
        keys = ("name", "title", "encoding", "header", "detail", "trailer")
        typer.echo(json.dumps([dict(zip(keys, row, strict=True)) for row in rows], ensure_ascii=False))
        return
    titles = (
        Phrase.in_context("list", "Layout"),
        Phrase.in_context("list", "Title"),
        Phrase.in_context("list", "Encoding"),
        Phrase.in_context("list", "Header"),
        Phrase.in_context("list", "Detail"),
        Phrase.in_context("list", "Trailer"),
    )
    show_table(titles, rows, right=("Header", "Detail", "Trailer"))


@app.command()
def check(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file.", show_default=False)],
    layout: Annotated[
        str | None,
        typer.Option("--layout", metavar="NAME", help="Of `files layouts`. Default: by the file's header."),
    ] = None,
    as_json: AsJson = False,
    config: ConfigFile = None,
) -> None:
    """Check a fixed-width file: every field, its counts, its sums and its digest. It is not taken.

    Exit code 1: something in it does not fit. Accounts and names are not shown.
    """
    found = check_fixed_width(file, load_configuration(config).schemas().fixed_layouts(), layout)
    if as_json:
        typer.echo(json.dumps(_plain(found), ensure_ascii=False))
    else:
        _show(file, found)
    if found.count:
        raise typer.Exit(REFUSED)


def _show(file: Path, found: CheckedFile) -> None:
    name, size = found.layout.name, found.digest.size
    say(
        Phrase(
            "{file}: {title} ({name}), {details} details, {size} bytes, SHA-256 {sha256}",
            file=str(file),
            title=found.layout.title,
            name=name,
            details=found.details,
            size=size,
            sha256=found.digest.sha256,
        )
    )
    show_table(
        (Phrase.in_context("list", "Header"), Phrase.in_context("list", "Value")), found.header.items()
    )
    for problem in found.problems:
        show_line(str(problem))
    if found.count > len(found.problems):
        say(Phrase("and {count} more problems", count=found.count - len(found.problems)))
    if not found.count:
        say(Phrase("every field, count, sum and digest fits"))


def _plain(found: CheckedFile) -> dict[str, object]:
    return {
        "layout": found.layout.name,
        "sha256": found.digest.sha256,
        "bytes": found.digest.size,
        "header": found.header,
        "details": found.details,
        "trailer": found.trailer,
        "problems": [str(problem) for problem in found.problems],
        "problem_count": found.count,
    }
