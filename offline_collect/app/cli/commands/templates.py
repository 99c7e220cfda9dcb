"""`template customers` and `template bills`."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from offline_collect.app.cli.support.options import ConfigFile, MerchantId, group
from offline_collect.app.cli.support.options_language import LanguageName, read_languages
from offline_collect.app.cli.support.speaking import speaks
from offline_collect.app.cli.support.tables import say
from offline_collect.app.errors import UsageError
from offline_collect.app.wiring.backoffice_session import open_office
from offline_collect.domain.texts.counts import columns_counted
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.files.write.template import write_template
from offline_collect.merchant.imports.kinds import KINDS
from offline_collect.merchant.imports.template_workbook import template_of
from offline_collect.store import ImportKind

app = group()

_Out = Annotated[Path, typer.Argument(metavar="OUT.xlsx", help="Path of the workbook.", show_default=False)]
_Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace an existing file.")]


@dataclass(frozen=True, slots=True)
class Wanted:
    """The values of the command line; ``language`` is None for the merchant's own."""

    kind: str
    merchant_id: str
    out: Path
    language: str | None
    overwrite: bool


@app.command("customers")
@speaks
def customers_template(
    merchant: MerchantId,
    out: _Out,
    language: LanguageName = None,
    overwrite: _Overwrite = False,
    config: ConfigFile = None,
) -> None:
    """Make the workbook that a merchant fills with its customers."""
    _write(Wanted("customers", merchant, out, language, overwrite), config)


@app.command("bills")
@speaks
def bills_template(
    merchant: MerchantId,
    out: _Out,
    language: LanguageName = None,
    overwrite: _Overwrite = False,
    config: ConfigFile = None,
) -> None:
    """Make the workbook that a merchant fills with its bills."""
    _write(Wanted("bills", merchant, out, language, overwrite), config)


def _write(wanted: Wanted, config: Path | None) -> None:
    kind, merchant_id, out = wanted.kind, wanted.merchant_id, wanted.out
    languages = read_languages(wanted.language)
    if out.suffix.lower() != ".xlsx":
        raise UsageError(
            Phrase(
                "{path}: Excel opens a workbook only by the name of one: let it end with .xlsx", path=str(out)
            )
        )
    with open_office(config) as office:
        layout = office.configuration.schemas().read(f"files/{kind}")
        template = template_of(office.store, merchant_id, layout, office.actor, languages)
        write_template(out, template, overwrite=wanted.overwrite)
        say(
            Phrase(
                "{path}: {columns} for the {kind} of {merchant_id}; filled in, it goes in by `{command}`",
                path=str(out),
                columns=columns_counted(len(template.columns)),
                kind=KINDS[ImportKind(kind)],
                merchant_id=merchant_id,
                command=shlex.join(["offline-collect", kind, "import", merchant_id, str(out.absolute())]),
            )
        )
