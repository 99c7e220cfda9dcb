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
    typer.Option("--accept-valid", help="Take the good rows where others are bad, and tell the bad ones."),
]

WithdrawMissing = Annotated[
    bool,
    typer.Option(
        "--withdraw-missing",
        help="Withdraw bills of the file's periods that are no longer in the file.",
    ),
]

Mapping = Annotated[
    Path | None,
    typer.Option(
        "--mapping",
        metavar="FILE",
        help="YAML that says which column of the file is which of ours.",
        show_default=False,
    ),
]

Errors = Annotated[
    Path | None,
    typer.Option(
        "--errors",
        metavar="FILE.xlsx",
        help="Where the error workbook goes. Default: FILE-errors.xlsx in this folder.",
        show_default=False,
    ),
]
