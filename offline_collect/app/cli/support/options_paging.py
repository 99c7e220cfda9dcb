"""Options of commands that list: whose, number of rows, start and format."""

from __future__ import annotations

from typing import Annotated

import typer

Most = Annotated[int, typer.Option("--most", min=1, max=1000, help="How many rows.")]

After = Annotated[
    str | None,
    typer.Option(
        "--after",
        metavar="CURSOR",
        help="End of the previous page, as its last line gives it.",
        show_default=False,
    ),
]

OfMerchant = Annotated[
    str | None,
    typer.Option(
        "--merchant", metavar="MERCHANT", help="Of this merchant. Default: all.", show_default=False
    ),
]

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
