"""`verify`: the store's invariants, for people and for scripts."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from offline_collect.app.cli.support.options import ConfigFile, takes_name
from offline_collect.app.cli.support.tables import say, show_table
from offline_collect.app.config.settings import Settings
from offline_collect.app.errors import MasterKeyError
from offline_collect.app.wiring.backoffice_session import open_office
from offline_collect.app.wiring.key_custody import custody
from offline_collect.domain.texts.counts import findings_counted, keys_counted
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.settlement.store_checks import check_store
from offline_collect.store import LinkKey, Report

TITLES = {
    1: Phrase("every posting's entries sum to zero, and so does the ledger"),
    2: Phrase("every bill's paid amounts are the parts of its payments in force"),
    3: Phrase("every key has one answer, and every approval its payment, entries and notice"),
    4: Phrase("an original is reversed once at most, and a tombstoned key has no payment in force"),
    5: Phrase("no amount or entry of a settled day has changed"),
    6: Phrase("the audit trail is whole"),
    7: Phrase("what needs two people was decided by two, in time, as the audit trail says"),
    8: Phrase("every key of a link opens, has its check value, and changed its state as allowed"),
    9: Phrase("every mandate of a direct debit is in a state that a decision leads to"),
}
"""The meaning of each invariant, by its number."""


@takes_name
def verify(
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
    config: ConfigFile = None,
) -> None:
    """Check the store's invariants: ledger, bills, reversals, settled days, audit, approvals, keys, mandates, debits.

    Exit code 1: one is violated.
    """
    raise typer.Exit(verify_store(config, as_json=as_json))


def verify_store(config: Path | None, *, as_json: bool) -> int:
    """Check the store and print the result.

    Returns:
        0 if every invariant holds, else 1.
    """
    with open_office(config) as office:
        problem_of, why_not = _key_opener(office.configuration.settings)
        report = check_store(office.store, office.actor, problem_of)
    typer.echo(_as_json(report)) if as_json else _show(report, why_not)
    return 0 if report.whole else 1


def _key_opener(settings: Settings) -> tuple[Callable[[LinkKey], str | None] | None, str]:
    """Return the check of a key's value; without the master key, None and the reason."""
    try:
        return custody(settings).problem, ""
    except MasterKeyError as error:
        return None, str(error)


def _as_json(report: Report) -> str:
    findings = [asdict(finding) for finding in report.findings]
    document = {"whole": report.whole, "counts": report.counts, "findings": findings}
    document["keys_not_opened"] = report.unopened
    return json.dumps(document, ensure_ascii=False, indent=2)


def _show(report: Report, why_not: str) -> None:
    show_table(
        (
            Phrase.in_context("list", "Invariant"),
            Phrase.in_context("list", "Promise"),
            Phrase.in_context("list", "Violations"),
        ),
        [(number, TITLES[number], count) for number, count in report.counts.items()],
        right=["Violations"],
    )
    if report.findings:
        typer.echo()
        show_table(
            (
                Phrase.in_context("list", "Invariant"),
                Phrase.in_context("list", "Where"),
                Phrase.in_context("list", "Problem"),
            ),
            [(found.invariant, found.subject, found.problem) for found in report.findings],
        )
    if report.unopened:
        unopened = keys_counted(report.unopened)
        say(
            Phrase(
                "{unopened} of links not opened, because the master key is not here: {why_not}",
                unopened=unopened,
                why_not=why_not,
            )
        )
    violations = findings_counted(sum(report.counts.values()))
    say(
        Phrase("the store is whole")
        if report.whole
        else Phrase("the store is violated: {violations}", violations=violations)
    )
