"""`customers`: the import here, what is done by hand in ``customer_hand``."""

from __future__ import annotations

from offline_collect.app.cli.commands import customers_maintain as customer_hand
from offline_collect.app.cli.support.options import Again, ConfigFile, ImportFile, MerchantId, Sheet, group
from offline_collect.app.cli.support.options_import import AcceptValid, Errors, Mapping, Preview

app = group("Import merchants' customers, and look after them by hand.")


@app.command("import")
def import_customers(
    merchant: MerchantId,
    file: ImportFile,
    preview: Preview = False,
    accept_valid: AcceptValid = False,
    sheet: Sheet = None,
    mapping: Mapping = None,
    again: Again = False,
    errors: Errors = None,
    config: ConfigFile = None,
) -> None:
    """Import a file of customers: the whole file, or nothing and a workbook of its bad rows."""
    from offline_collect.app.cli.actions.import_file import Asked, run_import  # noqa: PLC0415
    from offline_collect.merchant.imports.customer_rows import CustomerRows  # noqa: PLC0415

    asked = Asked(merchant, file, sheet, mapping, errors, preview, accept_valid, again)
    run_import(CustomerRows(), asked, config)


app.command()(customer_hand.add)
app.command("set")(customer_hand.change)
app.command()(customer_hand.show)
app.command()(customer_hand.find)
