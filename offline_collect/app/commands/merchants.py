"""`merchant add | list | show | suspend | resume`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from offline_collect.app.commands.options import ConfigFile, MerchantId, group

app = group("Register merchants and say whether they collect.")


@app.command()
def add(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="merchant.yaml.", show_default=False)],
    replace: Annotated[
        bool, typer.Option("--replace", help="Change a merchant of this id that is there already.")
    ] = False,
    config: ConfigFile = None,
) -> None:
    """Register the merchant that a YAML file describes."""
    from offline_collect.app.office import open_office  # noqa: PLC0415
    from offline_collect.app.yaml_file import read_yaml  # noqa: PLC0415
    from offline_collect.domain.money import CURRENCY_CODES  # noqa: PLC0415
    from offline_collect.merchant.merchants import read_merchant  # noqa: PLC0415
    from offline_collect.merchant.registering import register_merchant  # noqa: PLC0415

    with open_office(config) as office:
        currency = CURRENCY_CODES[office.configuration.settings.business.currency].number
        merchant = read_merchant(read_yaml(file), str(file), currency)
        done = register_merchant(office.store, merchant, office.who, office.clock.now(), overwrite=replace)
    typer.echo(f"merchant {merchant.merchant_id} {merchant.name}: {done}")


@app.command("list")
def list_all(config: ConfigFile = None) -> None:
    """Print all merchants."""
    from offline_collect.app.office import open_office  # noqa: PLC0415
    from offline_collect.app.output import show_table  # noqa: PLC0415
    from offline_collect.store import list_merchants  # noqa: PLC0415

    with open_office(config) as office, office.store.snapshot() as reading:
        merchants = list(list_merchants(reading))
    show_table(
        ("Id", "Name", "Trade", "Status", "Form"),
        [
            (found.merchant_id, found.name, found.trade, found.status.value, found.form_version)
            for found in merchants
        ],
        right=["Form"],
    )


@app.command()
def show(merchant: MerchantId, config: ConfigFile = None) -> None:
    """Print a merchant and its rules as YAML, its account masked."""
    from offline_collect.app.office import open_office  # noqa: PLC0415
    from offline_collect.app.output import show_document  # noqa: PLC0415
    from offline_collect.merchant.merchants import describe_merchant  # noqa: PLC0415
    from offline_collect.store import require_merchant  # noqa: PLC0415

    with open_office(config) as office, office.store.snapshot() as reading:
        show_document(describe_merchant(require_merchant(reading, merchant)))


@app.command()
def suspend(merchant: MerchantId, config: ConfigFile = None) -> None:
    """Stop a merchant collecting: its lookups and payments are refused until it is resumed."""
    _change_status(merchant, "SUSPENDED", config)


@app.command()
def resume(merchant: MerchantId, config: ConfigFile = None) -> None:
    """Let a suspended merchant collect again."""
    _change_status(merchant, "ACTIVE", config)


def _change_status(merchant: str, name: str, config: Path | None) -> None:
    from offline_collect.app.office import open_office  # noqa: PLC0415
    from offline_collect.domain.merchants import MerchantStatus  # noqa: PLC0415
    from offline_collect.merchant.registering import change_status  # noqa: PLC0415

    status = MerchantStatus(name)
    with open_office(config) as office:
        changed = change_status(office.store, merchant, status, office.who, office.clock.now())
    typer.echo(f"merchant {merchant} is {status.value}{'' if changed else ', as before'}")
