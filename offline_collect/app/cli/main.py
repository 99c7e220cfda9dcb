"""`offline-collect`: the command line."""

from __future__ import annotations

from typing import Annotated

import typer

from offline_collect.app.cli.commands import (
    audit,
    bills,
    customers,
    days,
    forms,
    imports,
    merchants,
    messages,
    settings,
    store,
    suspense,
    templates,
    users,
)
from offline_collect.app.cli.commands import reports as statements
from offline_collect.app.cli.commands import server as running
from offline_collect.app.cli.support.exit_codes import RefusingGroup
from offline_collect.app.cli.support.options import ConfigFile, FirstActingUser, PlainTyper, takes_name
from offline_collect.app.gc_tuning import relax_the_collector

app = PlainTyper(
    name="offline-collect",
    cls=RefusingGroup,
    add_completion=False,
    pretty_exceptions_enable=False,
    pretty_exceptions_show_locals=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version  # noqa: PLC0415

        typer.echo(f"offline-collect {version('offline-collect')}")
        raise typer.Exit


@app.callback()
def root(
    config: ConfigFile = None,
    acting_user: FirstActingUser = None,
    version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit."),
    ] = False,
) -> None:
    """Bill collection for merchants without an information system.

    The platform holds their customers, bills and payment forms, and takes payments over ISO 8583.
    Exit codes: 0 done, 1 refused for a stated reason, 2 wrong usage or configuration.
    """


app.command()(store.init)
app.add_typer(store.app, name="store")
app.add_typer(merchants.app, name="merchant")
app.add_typer(forms.app, name="form")
app.add_typer(customers.app, name="customers")
app.add_typer(bills.app, name="bills")
app.add_typer(imports.app, name="imports")
app.add_typer(suspense.app, name="suspense")
app.add_typer(templates.app, name="template")
app.command()(takes_name(statements.details))
app.command()(takes_name(statements.statement))
app.command()(running.serve)
app.add_typer(days.app, name="day")
app.command()(takes_name(store.verify))
app.add_typer(users.app, name="user")
app.add_typer(audit.app, name="audit")
app.add_typer(messages.app, name="message")
app.add_typer(settings.app, name="config")
app.command()(running.demo)
app.command()(running.bench)


def main() -> None:
    """Run the command line."""
    relax_the_collector()
    app()
