"""`customers`."""

from __future__ import annotations

from typing import ClassVar

from offline_collect.app.cli.support.lazy import Later, LazyGroup
from offline_collect.app.cli.support.options import group


class _Commands(LazyGroup):
    later: ClassVar = {
        "import": Later(
            "customers_import",
            "Import a file of customers: the whole file, or nothing and a workbook of its bad rows.",
            "import_customers",
        ),
        "add": Later("customers_maintain", "Add a customer, with the same checks as a row of a file.", "add"),
        "set": Later("customers_maintain", "Change a customer; omitted values stay.", "change"),
        "show": Later(
            "customers_read", "Print a customer as YAML; the account's last four digits only.", "show"
        ),
        "find": Later(
            "customers_read",
            "List a merchant's customers by number: all, or those that match every option.",
            "find",
        ),
    }


app = group(_Commands)
