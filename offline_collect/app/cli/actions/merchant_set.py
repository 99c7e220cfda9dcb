"""`merchant set`: rules changed by their paths or by a file, and what is different then."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import typer

from offline_collect.app.cli.support.tables import change_text
from offline_collect.app.config.yaml import read_yaml
from offline_collect.app.errors import UsageError
from offline_collect.app.wiring.backoffice_session import open_office
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.merchants import Merchant
from offline_collect.merchant.profile.change_rules import with_document, with_values
from offline_collect.merchant.profile.lifecycle import Changed, Edit, change_merchant


def change_by_values(
    config: Path | None, merchant_id: str, assignments: Sequence[str], since: dt.date | None
) -> None:
    """Change single rules and print what is different.

    Args:
        config: the configuration.
        merchant_id: whose.
        assignments: each ``KEY=VALUE``, the key a path in merchant.yaml.
        since: when late fee and fee change; None is as early as can be.

    Raises:
        UsageError: an assignment is none, or a key is there twice.
        MerchantError: the merchant cannot be changed like that; says which key.
    """
    values = dict(map(_split, assignments))
    if len(values) < len(assignments):
        raise UsageError("a key is there twice; give each once")

    def edit(merchant: Merchant, start: dt.date | None) -> Merchant:
        return with_values(merchant, values, start)

    _change(config, merchant_id, edit, since)


def change_by_file(config: Path | None, merchant_id: str, file: Path, since: dt.date | None) -> None:
    """Change what a file with some of merchant.yaml's keys says, and print what is different.

    Raises:
        YamlError: the file cannot be read.
        MerchantError: the merchant cannot be changed like that; says which key.
    """
    document = read_yaml(file)

    def edit(merchant: Merchant, start: dt.date | None) -> Merchant:
        return with_document(merchant, document, str(file), start)

    _change(config, merchant_id, edit, since)


def _split(assignment: str) -> tuple[str, str]:
    key, equals, value = assignment.partition("=")
    if not key or not equals or not value:
        raise UsageError(f"{assignment}: must be KEY=VALUE, such as late_fee.rate=0.0005")
    return key, value


def _change(config: Path | None, merchant_id: str, edit: Edit, since: dt.date | None) -> None:
    with open_office(config) as office:
        office.require(Permission.MAINTAIN_MERCHANTS)
        done = change_merchant(office.store, merchant_id, edit, office.who, office.clock.now(), since)
    _show(done)


def _show(done: Changed) -> None:
    merchant = done.merchant
    state = "changed" if done.differences else "unchanged"
    typer.echo(f"merchant {merchant.merchant_id} {merchant.name}: {state}")
    for path, before, after in done.differences:
        typer.echo(f"    {path}: {change_text(before, after)}")
