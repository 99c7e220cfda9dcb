"""`message decode` and `message encode`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from offline_collect.app.cli.support.options import ConfigFile, plain_group, takes_name
from offline_collect.app.config.load import load_configuration
from offline_collect.app.config.yaml import parse_yaml, read_yaml
from offline_collect.app.tools.message_codec import (
    decode_input,
    described,
    identity_of,
    read_input,
)
from offline_collect.app.tools.message_encoding import encode_messages, read_tpdu
from offline_collect.app.tools.message_reference import render_reference
from offline_collect.wire.dialects.dialect import Dialect
from offline_collect.wire.messages.message import Message

app = plain_group()

DialectName = Annotated[
    str,
    typer.Option(
        "--dialect", metavar="NAME", help="A dialect of `dialect list`, or the path of a YAML file."
    ),
]


@app.command()
@takes_name
def decode(
    message: Annotated[
        str | None,
        typer.Argument(
            help="Hex digits, a list of 0x.., a hex dump, text, or a file of such; - or nothing reads standard input."
        ),
    ] = None,
    dialect: DialectName = "ascii",
    framed: Annotated[
        bool | None,
        typer.Option("--framed/--raw", help="With its length header or without. Default: detected."),
    ] = None,
    unmask: Annotated[
        bool,
        typer.Option("--unmask", help="Show personal data too; needs SEE_PERSONAL, and is audited."),
    ] = False,
    config: ConfigFile = None,
) -> None:
    """Print messages in readable form, a line an element, tag or part, codes in words, with personal data masked.

    Data of cards, PINs and keys stays masked with --unmask too.
    """
    content = read_input(message, sys.stdin.buffer)
    known = _dialect(dialect, config)
    messages = decode_input(content, known, framed)
    if unmask:
        _record(known, messages, config)
    typer.echo("\n\n".join(described(each, known, unmask=unmask) for each in messages))


def _record(dialect: Dialect, messages: Sequence[Message], config: Path | None) -> None:
    # Only --unmask opens the store.
    from offline_collect.app.wiring.backoffice_session import open_office  # noqa: PLC0415
    from offline_collect.merchant.access.unmask import record_unmasking  # noqa: PLC0415

    with open_office(config) as office:
        identities = [identity_of(message) for message in messages]
        record_unmasking(office.store, dialect.name, identities, office.actor, office.clock.now())


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

    The file has the shape of the golden vectors: `mti: "0800"` and `elements: {7: "1122093000", 70: "301"}`. Tags may be
    a mapping, as in scenarios: `48: {"0030": "S2026-11-0001", "0061": "CASH"}`, and so may the parts of a dialect's
    layouts, by their addresses: `48: {"pay": "1", "bills.bills[0].amount": "64000"}`.
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
    typer.echo(render_reference(schemas.message_set(), schemas.named_dialect(dialect)), nl=False)


def _dialect(name: str, config: Path | None) -> Dialect:
    return load_configuration(config).schemas().named_dialect(name)
