"""`message decode` and `message encode`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from offline_collect.app.cli.support.options import ConfigFile, plain_group
from offline_collect.app.config.load import load_configuration
from offline_collect.app.config.yaml import parse_yaml, read_yaml
from offline_collect.app.tools.message_codec import decode_input, encode_messages, read_input, read_tpdu
from offline_collect.app.tools.message_reference import render_reference
from offline_collect.wire.dialects.dialect import Dialect

app = plain_group()

DialectName = Annotated[str, typer.Option("--dialect", metavar="NAME", help="A file of schemas/dialects.")]


@app.command()
def decode(
    message: Annotated[
        str | None,
        typer.Argument(help="Hex digits, or a file of hex or bytes; - or nothing reads standard input."),
    ] = None,
    dialect: DialectName = "ascii",
    framed: Annotated[
        bool | None,
        typer.Option("--framed/--raw", help="With its length header or without. Default: detected."),
    ] = None,
    config: ConfigFile = None,
) -> None:
    """Print messages in readable form, a line an element, with card and account numbers masked."""
    content = read_input(message, sys.stdin.buffer)
    typer.echo("\n\n".join(decode_input(content, _dialect(dialect, config), framed)))


@app.command()
def encode(
    file: Annotated[
        Path | None,
        typer.Argument(help="YAML: mti and elements, or a list of such; - or nothing reads standard input."),
    ] = None,
    dialect: DialectName = "ascii",
    framed: Annotated[bool, typer.Option("--framed/--raw", help="With its length header or without.")] = True,
    tpdu: Annotated[
        str | None,
        typer.Option(
            metavar="HEX",
            help="5 bytes before the message, for dialects that have a TPDU; 6000000000 by default.",
        ),
    ] = None,
    config: ConfigFile = None,
) -> None:
    """Print messages as hex, one a line.

    The file has the shape of the golden vectors: `mti: "0800"` and `elements: {7: "1122093000", 70: "301"}`.
    """
    if file is None or str(file) == "-":
        name = "standard input"
        document = parse_yaml(sys.stdin.buffer.read(), name)
    else:
        name = str(file)
        document = read_yaml(file)
    known = _dialect(dialect, config)
    for line in encode_messages(document, name, known, framed=framed, tpdu=read_tpdu(tpdu)):
        typer.echo(line)


@app.command()
def reference(dialect: DialectName = "ascii", config: ConfigFile = None) -> None:
    """Print the reference of all messages as Markdown: docs/messages.md is this for `ascii`."""
    schemas = load_configuration(config).schemas()
    typer.echo(render_reference(schemas.message_set(), schemas.dialect(dialect)), nl=False)


def _dialect(name: str, config: Path | None) -> Dialect:
    return load_configuration(config).schemas().dialect(name)
