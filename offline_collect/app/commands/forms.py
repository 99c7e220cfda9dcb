"""`form publish` and `form show`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from offline_collect.app.commands.options import ConfigFile, MerchantId, group

app = group("Publish merchants' payment forms.")


@app.command()
def publish(
    merchant: MerchantId,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="form.yaml.", show_default=False)],
    config: ConfigFile = None,
) -> None:
    """Publish a form as the merchant's next version, if it fits the wire in every dialect."""
    from offline_collect.app.office import open_office  # noqa: PLC0415
    from offline_collect.app.yaml_file import read_yaml  # noqa: PLC0415
    from offline_collect.merchant.forms import read_form  # noqa: PLC0415
    from offline_collect.merchant.publishing import publish as publish_form  # noqa: PLC0415

    with open_office(config) as office:
        form = read_form(read_yaml(file), str(file), 1)
        schemas = office.configuration.schemas()
        done = publish_form(
            office.store,
            merchant,
            form,
            schemas.message_set(),
            schemas.dialects().values(),
            office.who,
            office.clock.now(),
        )
    state = "published" if done.is_new else "unchanged"
    typer.echo(f"form of {merchant}, version {done.form.version}: {state}")
    if done.reread:
        labels = ", ".join(done.reread)
        typer.echo(
            f"{labels}: written in another way now; import the customers again so that they are found by it"
        )


@app.command()
def show(
    merchant: MerchantId,
    version: Annotated[
        int | None, typer.Option(min=1, help="Default: the current one.", show_default=False)
    ] = None,
    config: ConfigFile = None,
) -> None:
    """Print a merchant's payment form as YAML."""
    from offline_collect.app.office import open_office  # noqa: PLC0415
    from offline_collect.app.output import show_document  # noqa: PLC0415
    from offline_collect.merchant.errors import NoFormError  # noqa: PLC0415
    from offline_collect.merchant.forms import describe_form  # noqa: PLC0415
    from offline_collect.store import get_form, require_merchant  # noqa: PLC0415

    with open_office(config) as office, office.store.snapshot() as reading:
        require_merchant(reading, merchant)
        form = get_form(reading, merchant, version)
    if form is None:
        raise NoFormError(merchant, version)
    show_document(describe_form(form))
