"""Options that `add`, `set` and `find` of customers and bills share."""

from __future__ import annotations

from typing import Annotated

import typer

from offline_collect.app.errors import UsageError
from offline_collect.domain.texts.phrases import Phrase

CustomerNo = Annotated[
    str, typer.Argument(metavar="CUSTOMER_NO", help="Customer number.", show_default=False)
]

BillNo = Annotated[str, typer.Argument(metavar="BILL_NO", help="Bill number.", show_default=False)]

Inputs = Annotated[
    list[str] | None,
    typer.Option(
        "--input",
        metavar="NAME=VALUE",
        help="An input of the merchant's form, by its key or label: 学号=2026030117. May be given several times.",
        show_default=False,
    ),
]

Cleared = Annotated[
    list[str] | None,
    typer.Option(
        "--clear", metavar="NAME", help="A column to clear. May be given several times.", show_default=False
    ),
]

NumberPart = Annotated[
    str | None,
    typer.Option("--number", metavar="PART", help="A part of the number.", show_default=False),
]

NamePart = Annotated[
    str | None,
    typer.Option("--name", metavar="PART", help="A part of the customer's name.", show_default=False),
]

MobilePart = Annotated[
    str | None,
    typer.Option("--mobile", metavar="PART", help="A part of the customer's mobile.", show_default=False),
]


def pairs(texts: list[str] | None, option: str) -> dict[str, str]:
    """Return the names and values of NAME=VALUE texts.

    Raises:
        UsageError: one has no ``=``, or a name is given twice.
    """
    found: dict[str, str] = {}
    for text in texts or []:
        name, equals, value = text.partition("=")
        if not equals or not name.strip():
            raise UsageError(
                Phrase("{option} {text}: write it like NAME=VALUE", option=option, text=repr(text))
            )
        if name.strip() in found:
            raise UsageError(Phrase("{option} {name}: is there twice", option=option, name=name.strip()))
        found[name.strip()] = value
    return found


def given(**texts: str | None) -> dict[str, str]:
    """Return the texts that were given, by the layout's keys."""
    return {key: text for key, text in texts.items() if text is not None}
