"""`details` and `statement`: what the merchant gets."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from offline_collect.app.cli.actions.report_files import Wish, hand_out_report
from offline_collect.app.cli.support.options import ConfigFile, MerchantId, takes_name
from offline_collect.app.cli.support.periods import business_day, business_days
from offline_collect.merchant.reports.export import ReportKind

OutFile = Annotated[
    Path | None,
    typer.Option(
        "--out",
        metavar="FILE",
        help="Where the file shall be; its ending says the format. Default: named for what it is, here.",
        show_default=False,
    ),
]
Format = Annotated[
    str | None,
    typer.Option(
        "--format", metavar="xlsx|csv", help="Default: what --out ends with, else xlsx.", show_default=False
    ),
]
LanguageName = Annotated[
    str, typer.Option("--language", metavar="zh|en|both", help="Of headings and words in the file.")
]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Take the place of a file that is there.")]


@takes_name
def details(
    merchant: MerchantId,
    date: Annotated[
        str, typer.Argument(metavar="DATE", help="Business day, YYYY-MM-DD.", show_default=False)
    ],
    out: OutFile = None,
    file_format: Format = None,
    language: LanguageName = "both",
    overwrite: Overwrite = False,
    config: ConfigFile = None,
) -> None:
    """Write a business day's payments, reversals, suspense and outside settlements, one row each.

    The totals are the ledger's. If it and the payments differ, nothing is written.
    """
    wish = Wish(ReportKind.DETAILS, merchant, business_day(date), out, file_format, language, overwrite)
    hand_out_report(wish, config)


@takes_name
def statement(
    merchant: MerchantId,
    days: Annotated[
        str,
        typer.Argument(
            metavar="FROM..TO",
            help="Business days, YYYY-MM-DD..YYYY-MM-DD, a year at most.",
            show_default=False,
        ),
    ],
    out: OutFile = None,
    file_format: Format = None,
    language: LanguageName = "both",
    overwrite: Overwrite = False,
    config: ConfigFile = None,
) -> None:
    """Write what each business day came to, with opening and closing sums, fees and net, and all details.

    As CSV the details are a second file beside the first, FILE-details.csv.
    """
    wish = Wish(ReportKind.STATEMENT, merchant, business_days(days), out, file_format, language, overwrite)
    hand_out_report(wish, config)
