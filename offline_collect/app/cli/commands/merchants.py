"""`merchant add | set | suspend | resume | close | list | show`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from offline_collect.app.cli.actions.payout_runs import misfit_text
from offline_collect.app.cli.support.confirm import asking
from offline_collect.app.cli.support.options import (
    ConfigFile,
    MerchantId,
    OrganisationId,
    Yes,
    date_option,
    group,
)
from offline_collect.app.cli.support.options_paging import AsJson
from offline_collect.app.cli.support.paging import Page, show_page
from offline_collect.app.cli.support.posting_words import asked_text
from offline_collect.app.cli.support.tables import change_text, say, show_document, show_line
from offline_collect.app.config.yaml import read_yaml
from offline_collect.app.errors import UsageError
from offline_collect.app.wiring.backoffice_session import open_office
from offline_collect.domain.currencies import CURRENCY_CODES
from offline_collect.domain.merchants import Merchant, MerchantStatus
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.merchant.access.requests import Asked
from offline_collect.merchant.common.code_words import code_word
from offline_collect.merchant.profile.change_rules import with_document, with_values
from offline_collect.merchant.profile.definition import read_merchant
from offline_collect.merchant.profile.lifecycle import (
    Changed,
    Edit,
    Registered,
    change_merchant,
    change_status,
    close_merchant,
    look_at_closing,
    register_merchant,
)
from offline_collect.merchant.profile.view import view_merchant, view_merchants

app = group()

_DONE = {
    Registered.ADDED: Phrase("added"),
    Registered.CHANGED: Phrase("changed"),
    Registered.UNCHANGED: Phrase("unchanged"),
}


@app.command()
def add(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="merchant.yaml.", show_default=False)],
    replace: Annotated[
        bool, typer.Option("--replace", help="Change an existing merchant of this id.")
    ] = False,
    organisation: OrganisationId = None,
    config: ConfigFile = None,
) -> None:
    """Register the merchant that a YAML file describes."""
    with open_office(config) as office:
        currency = CURRENCY_CODES[office.configuration.settings.business.currency].number
        merchant = read_merchant(read_yaml(file), str(file), currency)
        done = register_merchant(
            office.store,
            merchant,
            office.actor,
            office.clock.now(),
            office.control,
            overwrite=replace,
            organisation_id=organisation,
        )
        warning = misfit_text(office, merchant)
    if isinstance(done, Asked):
        say(asked_text(done))
    else:
        told = Phrase(
            "merchant {merchant_id} {name}: {done}",
            merchant_id=merchant.merchant_id,
            name=merchant.name,
            done=_DONE[done],
        )
        say(told)
    _warn(warning)


@app.command("set")
def set_rules(
    merchant: MerchantId,
    values: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="KEY=VALUE",
            help="Path in merchant.yaml and its new value: late_fee.rate=0.0005; null removes it.",
            show_default=False,
        ),
    ] = None,
    file: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="YAML with the keys of merchant.yaml that change.", show_default=False
        ),
    ] = None,
    since: Annotated[
        dt.date | None,
        date_option(
            "--from",
            "When late fee and fee change. Default and earliest: the day after the open business day, which is always"
            " the day of another settlement account.",
        ),
    ] = None,
    config: ConfigFile = None,
) -> None:
    """Change single rules of a merchant; earlier business keeps its rules."""
    if bool(values) == (file is not None):
        raise typer.BadParameter(Phrase("give KEY=VALUE, once or several times, or --file FILE"))
    if file is not None:
        change_by_file(config, merchant, file, since)
    else:
        change_by_values(config, merchant, values or [], since)


@app.command("list")
def list_all(as_json: AsJson = False, config: ConfigFile = None) -> None:
    """Print all merchants."""
    with open_office(config) as office:
        seen = view_merchants(office.store, office.actor)
    rows: list[dict[str, object]] = [
        {
            "id": found.merchant_id,
            "name": found.name,
            "trade": found.trade,
            "status": found.status.value,
            "form_version": found.form_version,
        }
        for found in seen.found
    ]
    columns = {
        "id": Phrase.in_context("list", "Id"),
        "name": Phrase.in_context("list", "Name"),
        "trade": Phrase.in_context("list", "Trade"),
        "status": Phrase.in_context("list", "Status"),
        "form_version": Phrase.in_context("list", "Form"),
    }
    if seen.belonging is not None:
        columns["organisation"] = Phrase.in_context("list", "Organisation")
        rows = [{**row, "organisation": seen.belonging[str(row["id"])]} for row in rows]
    nothing = Phrase("there is no merchant yet: `offline-collect merchant add FILE.yaml` adds one")
    page = Page("merchants", nothing, columns, rows, right=frozenset({"form_version"}))
    show_page(page, as_json=as_json)


@app.command()
def show(merchant: MerchantId, config: ConfigFile = None) -> None:
    """Print a merchant and its rules as YAML. Only users who may approve see whole accounts."""
    with open_office(config) as office:
        document = view_merchant(office.store, merchant, office.actor)
    show_document(document)


@app.command()
def suspend(merchant: MerchantId, config: ConfigFile = None) -> None:
    """Stop a merchant collecting: its lookups and payments are refused until it is resumed."""
    _change_status(merchant, "SUSPENDED", config)


@app.command()
def resume(merchant: MerchantId, config: ConfigFile = None) -> None:
    """Let a suspended merchant collect again."""
    _change_status(merchant, "ACTIVE", config)


@app.command()
def close(merchant: MerchantId, yes: Yes = False, config: ConfigFile = None) -> None:
    """Close a merchant for good: terminals no longer find it; its payments do not change."""
    with open_office(config) as office:
        seen = look_at_closing(office.store, merchant, office.actor)
        if seen is not None:
            asking(yes=yes)(
                Phrase(
                    "merchant {merchant} will be closed for good: {bills}, and no command opens it again",
                    merchant=merchant,
                    bills=_not_collected(seen.unpaid),
                )
            )
        left = close_merchant(office.store, merchant, office.actor, office.clock.now())
    if left is None:
        say(Phrase("merchant {merchant} is CLOSED, as before", merchant=merchant))
    elif left.unpaid:
        say(
            Phrase(
                "merchant {merchant} is CLOSED; {bills}", merchant=merchant, bills=_not_collected(left.unpaid)
            )
        )
    else:
        say(Phrase("merchant {merchant} is CLOSED", merchant=merchant))


def _not_collected(unpaid: int) -> Phrase:
    if not unpaid:
        return Phrase("it has no unpaid bills")
    if unpaid == 1:
        return Phrase("1 unpaid bill is not collected any more")
    return Phrase("{count} unpaid bills are not collected any more", count=unpaid)


def _change_status(merchant: str, name: str, config: Path | None) -> None:
    status = MerchantStatus(name)
    with open_office(config) as office:
        changed = change_status(office.store, merchant, status, office.actor, office.clock.now())
    told = (
        Phrase("merchant {merchant} is {status}", merchant=merchant, status=code_word("status", status.value))
        if changed
        else Phrase(
            "merchant {merchant} is {status}, as before",
            merchant=merchant,
            status=code_word("status", status.value),
        )
    )
    say(told)


def change_by_values(
    config: Path | None, merchant_id: str, assignments: Sequence[str], since: dt.date | None
) -> None:
    """Change single rules and print the differences.

    Args:
        config: the configuration.
        merchant_id: the merchant.
        assignments: each ``KEY=VALUE``, the key a path in merchant.yaml.
        since: the date on which late fee and fee change; None for as early as possible.

    Raises:
        UsageError: an assignment is invalid, or a key is given twice.
        MerchantError: the merchant cannot be changed like that; says which key.
    """
    values = dict(map(_split, assignments))
    if len(values) < len(assignments):
        raise UsageError(Phrase("a key is there twice; give each once"))

    def edit(merchant: Merchant, start: dt.date | None) -> Merchant:
        return with_values(merchant, values, start)

    _change(config, merchant_id, edit, since)


def change_by_file(config: Path | None, merchant_id: str, file: Path, since: dt.date | None) -> None:
    """Change a merchant by a file with some of merchant.yaml's keys, and print the differences.

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
        raise UsageError(
            Phrase("{assignment}: must be KEY=VALUE, such as late_fee.rate=0.0005", assignment=assignment)
        )
    return key, value


def _change(config: Path | None, merchant_id: str, edit: Edit, since: dt.date | None) -> None:
    edited: list[Merchant] = []

    def keeping(merchant: Merchant, start: dt.date | None) -> Merchant:
        edited.append(edit(merchant, start))
        return edited[-1]

    with open_office(config) as office:
        done = change_merchant(
            office.store, merchant_id, keeping, office.actor, office.clock.now(), since, office.control
        )
        warning = misfit_text(office, edited[-1])
    if isinstance(done, Asked):
        say(asked_text(done))
    else:
        _show(done)
    _warn(warning)


def _warn(warning: Phrase | None) -> None:
    if warning is not None:
        say(warning)


def _show(done: Changed) -> None:
    merchant = done.merchant
    say(
        Phrase(
            "merchant {merchant_id} {name}: {done}",
            merchant_id=merchant.merchant_id,
            name=merchant.name,
            done=_DONE[Registered.CHANGED if done.differences else Registered.UNCHANGED],
        )
    )
    for path, before, after in done.differences:
        show_line(f"    {path}: {change_text(before, after)}")
