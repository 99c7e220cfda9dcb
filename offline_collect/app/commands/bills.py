"""`bills import` and `bills show`."""

from __future__ import annotations

from typing import Annotated

import typer

from offline_collect.app.commands.options import Again, ConfigFile, ImportFile, MerchantId, Sheet, group

app = group("Import merchants' bills and look at one.")


@app.command("import")
def import_bills(
    merchant: MerchantId,
    file: ImportFile,
    sheet: Sheet = None,
    again: Again = False,
    config: ConfigFile = None,
) -> None:
    """Import a file of bills: the whole file, or nothing and a table of its bad rows."""
    from offline_collect.app.importing import run_import  # noqa: PLC0415
    from offline_collect.merchant.bill_rows import BillRows  # noqa: PLC0415

    run_import(BillRows(), merchant, file, sheet, again=again, config=config)


@app.command()
def show(
    merchant: MerchantId,
    bill_no: Annotated[str, typer.Argument(metavar="BILL_NO", help="Bill number.", show_default=False)],
    config: ConfigFile = None,
) -> None:
    """Print a bill as YAML: what it owes on the open business day, and the payments made for it."""
    from offline_collect.app.bill_view import describe_bill  # noqa: PLC0415
    from offline_collect.app.office import open_office  # noqa: PLC0415
    from offline_collect.app.output import show_document  # noqa: PLC0415

    with open_office(config) as office:
        show_document(describe_bill(office, merchant, bill_no))
