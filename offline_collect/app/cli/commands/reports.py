"""`details` and `statement`: files for the merchant."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from offline_collect.app.cli.support.options import ConfigFile, MerchantId, takes_name
from offline_collect.app.cli.support.options_language import LanguageName, one_of, read_languages
from offline_collect.app.cli.support.periods import Period, business_day, business_days
from offline_collect.app.cli.support.speaking import speaks
from offline_collect.app.cli.support.tables import say, show_table
from offline_collect.app.errors import UsageError
from offline_collect.app.wiring.backoffice import timezone
from offline_collect.app.wiring.backoffice_session import Office, open_office
from offline_collect.domain.currencies import CURRENCIES
from offline_collect.domain.money import format_major
from offline_collect.domain.texts.counts import rows_counted
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.merchant.reports.export import FileFormat, HandedOut, HandOutOrder, ReportKind, hand_out
from offline_collect.merchant.reports.labels import KINDS, fees_words
from offline_collect.translations import Languages

OutFile = Annotated[
    Path | None,
    typer.Option(
        "--out",
        metavar="FILE",
        help="The file's path; its ending decides the format. Default: a name by its content, in this folder.",
        show_default=False,
    ),
]
Format = Annotated[
    str | None,
    typer.Option(
        "--format",
        metavar="xlsx|csv",
        help="Default: the format of --out's ending, else xlsx.",
        show_default=False,
    ),
]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace an existing file.")]


@dataclass(frozen=True, slots=True)
class Wish:
    """The values of the command line.

    Attributes:
        out: None for a file in this folder with a name from its content.
        file_format: None for the format of ``out``'s ending.
    """

    report: ReportKind
    merchant_id: str
    period: Period
    out: Path | None
    file_format: str | None
    language: str | None
    overwrite: bool


@takes_name
@speaks
def details(
    merchant: MerchantId,
    date: Annotated[
        str, typer.Argument(metavar="DATE", help="Business day, YYYY-MM-DD.", show_default=False)
    ],
    out: OutFile = None,
    file_format: Format = None,
    language: LanguageName = None,
    overwrite: Overwrite = False,
    config: ConfigFile = None,
) -> None:
    """Write a business day's payments, reversals, suspense and outside settlements, one row each.

    The totals are the ledger's. If it and the payments differ, nothing is written.
    """
    wish = Wish(
        report=ReportKind.DETAILS,
        merchant_id=merchant,
        period=business_day(date),
        out=out,
        file_format=file_format,
        language=language,
        overwrite=overwrite,
    )
    hand_out_report(wish, config)


@takes_name
@speaks
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
    language: LanguageName = None,
    overwrite: Overwrite = False,
    config: ConfigFile = None,
) -> None:
    """Write each business day's figures, with opening and closing sums, fees and net, and all details.

    As CSV, the details are a second file next to it, FILE-details.csv.
    """
    wish = Wish(
        report=ReportKind.STATEMENT,
        merchant_id=merchant,
        period=business_days(days),
        out=out,
        file_format=file_format,
        language=language,
        overwrite=overwrite,
    )
    hand_out_report(wish, config)


def hand_out_report(wish: Wish, config: Path | None) -> None:
    """Write the files, and print their content in brief.

    Raises:
        UsageError: an unknown format or language, or an ending of another format.
        NotPermittedError: the user may not see merchants' payments.
    """
    languages = read_languages(wish.language)
    file_format = _format(wish)
    with open_office(config) as office:
        _show(hand_out(office.store, _order(office, wish, languages, file_format)))


def _order(office: Office, wish: Wish, languages: Languages | None, file_format: FileFormat) -> HandOutOrder:
    zone = timezone(office.configuration.settings)
    first, last = wish.period
    return HandOutOrder(
        report=wish.report,
        merchant_id=wish.merchant_id,
        first=first,
        last=last,
        languages=languages,
        zone=zone,
        path=wish.out or _usual_path(wish, file_format),
        file_format=file_format,
        overwrite=wish.overwrite,
        actor=office.actor,
        now=office.clock.now(),
    )


def _usual_path(wish: Wish, file_format: FileFormat) -> Path:
    first, last = wish.period
    days = first.compact if first == last else f"{first.compact}-{last.compact}"
    return Path(f"{wish.merchant_id}-{wish.report.value}-{days}.{file_format.value}")


def _format(wish: Wish) -> FileFormat:
    ending = "" if wish.out is None else wish.out.suffix.lower().removeprefix(".")
    asked = None if wish.file_format is None else FileFormat(one_of(FileFormat, wish.file_format, "--format"))
    if ending in {each.value for each in FileFormat}:
        if asked is not None and asked.value != ending:
            raise UsageError(
                Phrase(
                    "--out {path} ends otherwise than --format {asked}: leave one out",
                    path=str(wish.out),
                    asked=asked.value,
                )
            )
        return FileFormat(ending)
    if asked is None and wish.out is not None:
        raise UsageError(
            Phrase(
                "--out {path}: must end in .xlsx or .csv, or --format must say which it is",
                path=str(wish.out),
            )
        )
    return asked or FileFormat.XLSX


def _show(done: HandedOut) -> None:
    currency = done.merchant.currency
    rows: list[tuple[str, int | None, str]] = []
    for kind, words in KINDS.items():
        count = sum(day.of(kind).count for day in done.days)
        if count:
            amount = sum(day.of(kind).amount_minor for day in done.days)
            rows.append((words, count, format_major(amount, currency)))
    rows.append(
        (
            fees_words([day.settled for day in done.days]),
            None,
            format_major(sum(day.fees_minor for day in done.days), currency),
        )
    )
    rows.append((Phrase("Net"), None, format_major(sum(day.net_minor for day in done.days), currency)))
    number, amount_title = Phrase("Count"), Phrase("Amount ({currency})", currency=CURRENCIES[currency].code)
    show_table((Phrase("Type"), number, amount_title), rows, right=[number, amount_title])
    for path, count in done.files:
        say(Phrase("{path}: {rows}", path=str(path), rows=rows_counted(count)))
