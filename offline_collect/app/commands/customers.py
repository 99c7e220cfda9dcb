"""`customers import`."""

from __future__ import annotations

from offline_collect.app.commands.options import Again, ConfigFile, ImportFile, MerchantId, Sheet, group

app = group("Import merchants' customers.")


@app.command("import")
def import_customers(
    merchant: MerchantId,
    file: ImportFile,
    sheet: Sheet = None,
    again: Again = False,
    config: ConfigFile = None,
) -> None:
    """Import a file of customers: the whole file, or nothing and a table of its bad rows."""
    from offline_collect.app.importing import run_import  # noqa: PLC0415
    from offline_collect.merchant.customer_rows import CustomerRows  # noqa: PLC0415

    run_import(CustomerRows(), merchant, file, sheet, again=again, config=config)
