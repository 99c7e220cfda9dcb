"""`bills`."""

from __future__ import annotations

from typing import ClassVar

from offline_collect.app.cli.support.lazy import Later, LazyGroup
from offline_collect.app.cli.support.options import group


class _Commands(LazyGroup):
    later: ClassVar = {
        "import": Later(
            "bills_import",
            "Import a file of bills: the whole file, or nothing and a workbook of its bad rows.",
            "import_bills",
        ),
        "add": Later("bills_maintain", "Add a bill, with the same checks as a row of a file.", "add"),
        "set": Later(
            "bills_maintain",
            "Change a bill without payments; omitted values stay.",
            "change",
        ),
        "withdraw": Later(
            "bills_maintain",
            "Withdraw a bill: it can no longer be paid. Partial payments stay.",
            "withdraw",
        ),
        "show": Later(
            "bills_read",
            "Print a bill as YAML: what it owes on the open business day, and the payments made for it.",
            "show",
        ),
        "find": Later(
            "bills_read",
            "List a merchant's bills by number: all, or those that match every option.",
            "find",
        ),
        "settle-outside": Later(
            "bills_paid_at_office",
            "Post that bills were paid at the merchant's own office, once another user has approved it.",
            "settle_outside",
        ),
    }


app = group(_Commands)
