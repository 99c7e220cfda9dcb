"""Options of `customers import` and `bills import`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Preview = Annotated[
    bool, typer.Option("--preview", help="Show what would change, before and after; do nothing.")
]

AcceptValid = Annotated[
    bool,
    typer.Option(
        "--accept-valid", help="Import the good rows even if others are bad, and report the bad ones."
    ),
]

WithdrawMissing = Annotated[
    bool,
    typer.Option(
        "--withdraw-missing",
        help="Withdraw bills of the file's periods that are no longer in the file.",
    ),
]

IdentityChanges = Annotated[
    bool,
    typer.Option(
        "--identity-changes",
        help="Import a file although unpaid bills go to other customers, periods, months or items, names or inputs go to"
        " other customers, payers' names are not those of their numbers, or its numbers count its rows: it is meant.",
    ),
]

Mapping = Annotated[
    Path | None,
    typer.Option(
        "--mapping",
        metavar="FILE",
        help="YAML that assigns the file's columns to the platform's.",
        show_default=False,
    ),
]

Constants = Annotated[
    list[str] | None,
    typer.Option(
        "--constant",
        metavar="KEY=VALUE",
        help="A value of every row that the file does not have, such as due_date=2026-12-31; may be repeated.",
        show_default=False,
    ),
]

SuggestMapping = Annotated[
    Path | None,
    typer.Option(
        "--suggest-mapping",
        metavar="OUT.yaml",
        help="Import nothing: propose a mapping of the file's columns, ask what is in doubt, and write it.",
        show_default=False,
    ),
]

Errors = Annotated[
    Path | None,
    typer.Option(
        "--errors",
        metavar="FILE.xlsx",
        help="Path of the error workbook. Default: FILE-errors.xlsx in this folder.",
        show_default=False,
    ),
]

ReasonLanguage = Annotated[
    str | None,
    typer.Option(
        "--language",
        metavar="zh|en|both",
        help="Of what is said. Default: Chinese for a merchant with a Chinese name, else English;"
        " the table of bad rows has English too.",
        show_default=False,
    ),
]
