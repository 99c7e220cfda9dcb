"""`dialect list`, `show`, `check`, `try` and `from-jpos`: from a partner's specification to a link."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from offline_collect.app.cli.support.options import ConfigFile, plain_group
from offline_collect.app.cli.support.options_paging import AsJson
from offline_collect.app.cli.support.paging import Page, show_page
from offline_collect.app.cli.support.tables import say, show_line
from offline_collect.app.config.load import load_configuration
from offline_collect.app.errors import AppError
from offline_collect.app.tools.dialect_check import not_carried, read_dialect, why_no_link
from offline_collect.app.tools.dialect_try import render, try_readings
from offline_collect.app.tools.dialect_view import render_dialect, summaries
from offline_collect.app.tools.jpos_packager import dialect_of_packager
from offline_collect.app.tools.message_codec import read_input, readings
from offline_collect.domain.texts.phrases import Phrase

app = plain_group()

DialectFile = Annotated[
    Path, typer.Argument(metavar="FILE", help="A dialect's YAML; it may be anywhere.", show_default=False)
]


class SampleError(AppError):
    """A sample cannot be read with a dialect."""


@app.command("list")
def list_dialects(as_json: AsJson = False, config: ConfigFile = None) -> None:
    """List all dialects, the links that speak them, and those that cannot be used."""
    configuration = load_configuration(config)
    found = list(summaries(configuration.schemas()))
    links = [(link.dialect, link.name) for link in configuration.settings.links]
    rows = [
        {
            "dialect": each.name,
            "like": each.like,
            "length": each.length,
            "elements": each.elements or None,
            "links": [link for dialect, link in links if dialect == each.name],
            "file": each.file,
            "problem": each.problem,
        }
        for each in found
    ]
    columns = {
        "dialect": Phrase.in_context("list", "Dialect"),
        "like": Phrase.in_context("list", "Like"),
        "length": Phrase.in_context("list", "Length"),
        "elements": Phrase.in_context("list", "Elements"),
        "links": Phrase.in_context("list", "Links"),
        "file": Phrase.in_context("list", "File"),
    }
    if not as_json:
        rows = [
            {**row, "file": f"cannot be used: {row['problem']}"} if row["problem"] else row for row in rows
        ]
    show_page(Page("dialects", None, columns, rows, right=frozenset({"elements"})), as_json=as_json)


@app.command()
def show(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A dialect of `dialect list`.")],
    config: ConfigFile = None,
) -> None:
    """Print a whole dialect as YAML: what its file says, what `like` brings, and defaults, each with its source."""
    typer.echo(render_dialect(load_configuration(config).schemas(), name))


@app.command()
def check(file: DialectFile, config: ConfigFile = None) -> None:
    """Check a dialect file: every problem with file, path and reason.

    Says also whether links can speak it, and which messages it lacks elements for.
    """
    schemas = load_configuration(config).schemas()
    dialect = read_dialect(schemas, file)
    why = why_no_link(schemas, dialect)
    if why is None:
        lacks = ", ".join(not_carried(schemas, dialect))
        links = (
            Phrase("links can speak it, without {lacks}: elements are missing", lacks=lacks)
            if lacks
            else Phrase("links can speak it")
        )
    else:
        links = Phrase("no link can speak it yet: {why}", why=why)
    say(
        Phrase(
            "{file}: dialect {name} is valid, with {elements} elements; {links}",
            file=str(file),
            name=dialect.name,
            elements=len(dialect.elements),
            links=links,
        )
    )


@app.command("try")
def try_dialect(
    file: DialectFile,
    samples: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="HEX…",
            help="Messages: hex digits, a list of 0x.., text, or files of such; - or nothing reads standard input.",
            show_default=False,
        ),
    ] = None,
    framed: Annotated[
        bool | None,
        typer.Option("--framed/--raw", help="With its length header or without. Default: detected."),
    ] = None,
    config: ConfigFile = None,
) -> None:
    """Decode a partner's samples with a dialect file that is being written: each element with its bytes, masked.

    Bytes are counted from 0, from the first byte of the sample. Exit code 1: a sample could not be read to its end.
    """
    dialect = read_dialect(load_configuration(config).schemas(), file)
    problems = []
    for nth, given in enumerate(samples or ["-"], 1):
        tried = try_readings(readings(read_input(given, sys.stdin.buffer)), dialect, framed=framed)
        say(Phrase("sample {nth}: {size} bytes", nth=nth, size=tried.size))
        for line in render(tried):
            show_line(line)
        if tried.problem is not None:
            problems.append(f"sample {nth}: {tried.problem}")
    if problems:
        raise SampleError("\n".join(problems))


@app.command("from-jpos")
def from_jpos(
    packager: Annotated[
        Path,
        typer.Argument(
            metavar="PACKAGER.xml", help="The XML of a GenericPackager of jPOS.", show_default=False
        ),
    ],
) -> None:
    """Print a dialect file to start from, made from a packager of jPOS; comments say what could not be translated."""
    typer.echo(dialect_of_packager(packager), nl=False)
