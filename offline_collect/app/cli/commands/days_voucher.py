"""`day voucher`: the vouchers of a settled day for the general ledger."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from offline_collect.app.cli.commands.recon import day_of
from offline_collect.app.cli.support.options import ConfigFile
from offline_collect.app.cli.support.options_paging import AsJson
from offline_collect.app.cli.support.tables import say, show_json, show_line, show_table
from offline_collect.app.errors import UsageError
from offline_collect.app.wiring.backoffice import timezone
from offline_collect.app.wiring.backoffice_session import open_office
from offline_collect.domain.currencies import CURRENCIES
from offline_collect.domain.money import format_major
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.settlement.reconciliation.voucher_file import VoucherOrder, write_vouchers
from offline_collect.settlement.reconciliation.vouchers import Voucher, view_vouchers

SettledDay = Annotated[
    str, typer.Argument(metavar="DATE", help="The settled business day.", show_default=False)
]


def voucher(
    date: SettledDay,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            metavar="FILE",
            help="Write it too: to a file that ends in .xlsx or .csv, or, for several banks, to a folder.",
            show_default=False,
        ),
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace an existing file.")] = False,
    as_json: AsJson = False,
    config: ConfigFile = None,
) -> None:
    """Show what each bank's accounts were debited and credited on a settled day, and write it for the general ledger.

    It was fixed when the day was settled, and never changes. The file also has the sums of each single account.
    """
    if out is not None and not out.is_dir() and out.suffix.lower() not in {".xlsx", ".csv"}:
        raise UsageError(
            Phrase("--out {out}: is no folder, and ends in neither .xlsx nor .csv", out=str(out))
        )
    day = day_of(date)
    with open_office(config) as office:
        found = view_vouchers(office.store, office.actor, day)
        written: list[Path] = []
        if out is not None:
            zone = timezone(office.configuration.settings)
            order = VoucherOrder(
                day, out, zone, actor=office.actor, now=office.clock.now(), overwrite=overwrite
            )
            written = write_vouchers(office.store, order)
    if as_json:
        document = {"business_date": str(day), "vouchers": [_document(each) for each in found]}
        if out is not None:
            document["files"] = [str(path) for path in written]
        show_json(document)
        return
    if not found:
        say(Phrase("nothing was posted on {day}", day=str(day)))
    for each in found:
        _show(each)
    for path in written:
        say(Phrase("written to {path}", path=str(path)))


def _document(voucher: Voucher) -> dict[str, Any]:
    return {
        "bank": voucher.key.bank,
        "currency": CURRENCIES[voucher.key.currency].code,
        "accounts": [
            {
                "account": each.account.value,
                "side": each.side.value,
                "accounts": each.accounts,
                "debit": format_major(each.debits_minor, voucher.key.currency),
                "credit": format_major(each.credits_minor, voucher.key.currency),
            }
            for each in voucher.sums
        ],
        "debit": format_major(_debits(voucher), voucher.key.currency),
        "credit": format_major(_credits(voucher), voucher.key.currency),
    }


def _debits(voucher: Voucher) -> int:
    return sum(each.debits_minor for each in voucher.sums)


def _credits(voucher: Voucher) -> int:
    return sum(each.credits_minor for each in voucher.sums)


def _show(voucher: Voucher) -> None:
    shown = _document(voucher)
    show_line(f"{shown['bank']}, {shown['currency']}")
    columns = ("account", "side", "accounts", "debit", "credit")
    rows: list[Sequence[object]] = [[each[key] for key in columns] for each in shown["accounts"]]
    rows.append([Phrase.in_context("list", "Total"), "", "", shown["debit"], shown["credit"]])
    titles = (
        Phrase.in_context("list", "Account"),
        Phrase.in_context("list", "Side"),
        Phrase.in_context("list", "Accounts"),
        Phrase.in_context("list", "Debit"),
        Phrase.in_context("list", "Credit"),
    )
    show_table(titles, rows, right=("Accounts", "Debit", "Credit"))
