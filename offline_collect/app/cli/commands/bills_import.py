"""`bills import`."""

from __future__ import annotations

from offline_collect.app.cli.actions.import_file import Asked, run_import
from offline_collect.app.cli.support.options import (
    Again,
    ConfigFile,
    ImportFile,
    MerchantId,
    Sheet,
    takes_name,
)
from offline_collect.app.cli.support.options_import import (
    AcceptValid,
    Constants,
    Errors,
    IdentityChanges,
    Mapping,
    Preview,
    ReasonLanguage,
    SuggestMapping,
    WithdrawMissing,
)
from offline_collect.app.cli.support.speaking import speaks
from offline_collect.merchant.imports.bill_rows import BillRows


@takes_name
@speaks
def import_bills(
    merchant: MerchantId,
    file: ImportFile,
    preview: Preview = False,
    accept_valid: AcceptValid = False,
    withdraw_missing: WithdrawMissing = False,
    identity_changes: IdentityChanges = False,
    sheet: Sheet = None,
    mapping: Mapping = None,
    constant: Constants = None,
    suggest_mapping: SuggestMapping = None,
    again: Again = False,
    errors: Errors = None,
    language: ReasonLanguage = None,
    config: ConfigFile = None,
) -> None:
    """Import a file of bills: the whole file, or nothing and a workbook of its bad rows."""
    asked = Asked(
        merchant=merchant,
        file=file,
        sheet=sheet,
        mapping=mapping,
        constants=tuple(constant or ()),
        suggest=suggest_mapping,
        errors=errors,
        preview=preview,
        accept_valid=accept_valid,
        again=again,
        language=language,
        withdraw_missing=withdraw_missing,
        identity_changes=identity_changes,
    )
    run_import(BillRows(), asked, config)
