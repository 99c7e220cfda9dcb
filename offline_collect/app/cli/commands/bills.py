"""`bills`: the import here, what is done by hand in ``bill_hand`` and ``bill_outside``."""

from __future__ import annotations

from offline_collect.app.cli.commands import bills_maintain as bill_hand
from offline_collect.app.cli.commands import bills_paid_at_office as bill_outside
from offline_collect.app.cli.support.options import Again, ConfigFile, ImportFile, MerchantId, Sheet, group
from offline_collect.app.cli.support.options_import import (
    AcceptValid,
    Errors,
    Mapping,
    Preview,
    WithdrawMissing,
)

app = group("Import merchants' bills, and look after them by hand.")


@app.command("import")
def import_bills(
    merchant: MerchantId,
    file: ImportFile,
    preview: Preview = False,
    accept_valid: AcceptValid = False,
    withdraw_missing: WithdrawMissing = False,
    sheet: Sheet = None,
    mapping: Mapping = None,
    again: Again = False,
    errors: Errors = None,
    config: ConfigFile = None,
) -> None:
    """Import a file of bills: the whole file, or nothing and a workbook of its bad rows."""
    from offline_collect.app.cli.actions.import_file import Asked, run_import  # noqa: PLC0415
    from offline_collect.merchant.imports.bill_rows import BillRows  # noqa: PLC0415

    asked = Asked(
        merchant,
        file,
        sheet,
        mapping,
        errors,
        preview,
        accept_valid,
        again,
        withdraw_missing=withdraw_missing,
    )
    run_import(BillRows(), asked, config)


app.command()(bill_hand.add)
app.command("set")(bill_hand.change)
app.command()(bill_hand.withdraw)
app.command()(bill_hand.show)
app.command()(bill_hand.find)
app.command("settle-outside")(bill_outside.settle_outside)
