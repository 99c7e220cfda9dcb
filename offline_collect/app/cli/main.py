"""`offline-collect`: the command line."""

from __future__ import annotations

from importlib.metadata import version as installed_version
from typing import Annotated, ClassVar

import typer

from offline_collect.app.cli.support.exit_codes import RefusingGroup
from offline_collect.app.cli.support.help_language import use_environments_language
from offline_collect.app.cli.support.lazy import Later, LazyGroup
from offline_collect.app.cli.support.options import BreakGlass, ConfigFile, FirstActingUser, PlainTyper
from offline_collect.app.gc_tuning import relax_the_collector


class _Commands(RefusingGroup, LazyGroup):
    later: ClassVar = {
        "init": Later(
            "init", "Create the store, or bring an older one up to date; safe to run again.", "init"
        ),
        "details": Later(
            "reports",
            "Write a business day's payments, reversals, suspense and outside settlements, one row each.",
            "details",
        ),
        "statement": Later(
            "reports",
            "Write each business day's figures, with opening and closing sums, fees and net, and all details.",
            "statement",
        ),
        "serve": Later(
            "serve",
            "Run the platform: listen on every link until SIGTERM or Ctrl-C, then drain and stop.",
            "serve",
        ),
        "console": Later(
            "console",
            "Run the web console for people who do not type commands, until SIGTERM or Ctrl-C.",
            "console",
        ),
        "status": Later(
            "status",
            "Show whether all is well: the server and its links, the business day, what waits, the last errors.",
            "status",
        ),
        "verify": Later(
            "verify",
            "Check the store's invariants: ledger, bills, reversals, settled days, audit, approvals, keys, mandates, debits.",
            "verify",
        ),
        "demo": Later(
            "demo",
            "Show the main job on the samples: a store, three merchants, a server, and every message over TCP.",
            "demo",
        ),
        "samples": Later(
            "samples",
            "Write samples to try the program with: merchants, forms, customers, bills, configurations, scenarios.",
            "samples",
        ),
        "bench": Later(
            "bench",
            "Measure throughput and latency; prints a table, and writes JSON to var/bench/ (in a checkout only).",
            "bench",
        ),
        "store": Later("store", "Maintain the store itself."),
        "merchant": Later(
            "merchants", "Register merchants, change their rules, suspend, resume and close them."
        ),
        "form": Later("forms", "Publish merchants' payment forms, show them, check them against customers."),
        "customers": Later("customers", "Import merchants' customers, and maintain them by hand."),
        "bills": Later("bills", "Import merchants' bills, and maintain them by hand."),
        "mandates": Later(
            "mandates", "Show mandates of direct debits; sign, suspend, resume and cancel them."
        ),
        "imports": Later("imports", "Show imports, release or reject waiting ones, undo wrong ones."),
        "mapping": Later("mappings", "Show and forget remembered mappings of merchants' files."),
        "payments": Later("payments", "Find payments, and show all that is stored about one."),
        "suspense": Later("suspense", "Handle money that could not be posted to its bill."),
        "debit": Later(
            "debits", "Make batches of debits from payers' accounts, and take the banks' results."
        ),
        "notify": Later("notify", "Send notices to payers, show them, retry and cancel them."),
        "template": Later("templates", "Make workbooks for merchants to fill in, with their own labels."),
        "day": Later("days", "Show business days, close, reconcile and settle them."),
        "settle": Later(
            "settle", "Pay merchants for settled days: runs, their files, and the banks' results."
        ),
        "recon": Later(
            "recon", "Compare days with front-end processors' files, and resolve the differences."
        ),
        "approvals": Later("approvals", "Approve, reject or withdraw requests of users."),
        "user": Later("users", "Manage users of the back office and their roles."),
        "organisation": Later("organisations", "Add banks and branches, for a store of several banks."),
        "keys": Later("keys", "Manage the keys of links with MACs."),
        "files": Later(
            "files", "Check files of banks and front-end processors, and take them from the inbox."
        ),
        "audit": Later("audit", "Read the audit trail, and verify that it is unchanged."),
        "dialect": Later("dialects", "Write a partner's dialect, and try it on samples."),
        "message": Later("messages", "Read and write ISO 8583 messages by hand."),
        "config": Later("settings", "Show the configuration, and check it."),
    }


app = PlainTyper(
    name="offline-collect",
    add_completion=True,
    cls=_Commands,
    pretty_exceptions_enable=False,
    pretty_exceptions_show_locals=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(asked: bool) -> None:
    if asked:
        typer.echo(f"offline-collect {installed_version('offline-collect')}")
        raise typer.Exit


@app.callback()
def root(
    config: ConfigFile = None,
    acting_user: FirstActingUser = None,
    break_glass: BreakGlass = None,
    version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit."),
    ] = False,
) -> None:
    """Bill collection for merchants without an information system.

    The platform holds their customers, bills and payment forms, and takes payments over ISO 8583.
    Exit codes: 0 done, 1 refused for a stated reason, 2 wrong usage or configuration, 3 a person must decide (day run).
    """


def main() -> None:
    """Run the command line."""
    relax_the_collector()
    use_environments_language()
    app()
