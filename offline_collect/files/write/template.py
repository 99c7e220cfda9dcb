"""Templates: empty workbooks that a merchant fills in and sends back (docs/merchants.md, Templates).

The first worksheet has only the headings, so that the rows typed below them can be imported as they are.
A second one explains what to write, with examples. Cells of identifiers are formatted as text in advance,
choices are drop-downs, and Excel itself refuses what an import would refuse, as far as it can.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import zip_longest
from pathlib import Path

from xlsxwriter.utility import xl_col_to_name

from offline_collect.domain.currencies import CURRENCIES
from offline_collect.files.columns.dates import YEARS
from offline_collect.files.columns.values import MINOR_MAX
from offline_collect.files.write.sheet import Kind, Sheet, SheetColumn
from offline_collect.files.write.xlsx import ROWS_MAX, new_workbook, write_sheets
from offline_collect.files.write.xlsx_page import display_width

REQUIRED_MARK = "*"
"""Follows the heading of a required column; a header is matched without it."""

_PROMPT_TITLE_MAX = 32
_PROMPT_MAX = 255
_WIDTH_LEAST = 10
_WIDTH_MOST = 40


@dataclass(frozen=True, slots=True)
class TemplateColumn:
    """A column that a merchant fills in.

    Attributes:
        label: its heading, in the merchant's words.
        kind: TEXT, IDENTIFIER, MONEY or DATE.
        required: no row may leave it blank.
        need: the help on whether it must be filled in.
        help: what to write.
        example: how it looks; '' for none.
        most: the most characters of a text; 0 for no limit.
        choices: the choices; empty if anything may be written.
    """

    label: str
    kind: Kind
    required: bool
    need: str
    help: str
    example: str = ""
    most: int = 0
    choices: tuple[str, ...] = ()

    @property
    def heading(self) -> str:
        """The label, with a mark if the column is required."""
        return self.label + REQUIRED_MARK * self.required


@dataclass(frozen=True, slots=True)
class Template:
    """A workbook to fill in.

    Attributes:
        title: of the worksheet to fill in.
        columns: from left to right.
        help_title: of the worksheet that explains.
        help_headings: of its four columns: column, required, what to write, example.
        choices_title: of the hidden worksheet with the words of the drop-downs.
        help_notes: lines above them.
        currency: ISO 4217 number of amounts.
    """

    title: str
    columns: Sequence[TemplateColumn]
    help_title: str
    help_headings: tuple[str, str, str, str]
    choices_title: str
    help_notes: Sequence[str] = ()
    currency: str = "156"


def write_template(path: Path, template: Template, *, overwrite: bool = False) -> None:
    """Write a template as an Excel workbook.

    Args:
        path: of the file; it appears only when complete.
        template: its content.
        overwrite: replace an existing file.

    Raises:
        UnwritableError: the file exists, or the folder is not writable.
    """
    with new_workbook(path, overwrite=overwrite) as workbook:
        write_sheets(workbook, path, [_form(template), _help(template), _choices(template)])
        form, _, choices = workbook.worksheets()
        choices.hide()
        for at, column in enumerate(template.columns):
            form.data_validation(1, at, ROWS_MAX - 1, at, _validation(column, at, template))


def _form(template: Template) -> Sheet:
    columns = [SheetColumn(column.heading, column.kind, width=_width(column)) for column in template.columns]
    return Sheet(template.title, columns, (), template.currency)


def _width(column: TemplateColumn) -> int:
    texts = [column.heading, column.example, *column.choices]
    return min(max(_WIDTH_LEAST, *(display_width(text) + 2 for text in texts)), _WIDTH_MOST)


def _help(template: Template) -> Sheet:
    rows = [(column.label, column.need, column.help, column.example) for column in template.columns]
    columns = [SheetColumn(heading) for heading in template.help_headings]
    return Sheet(template.help_title, columns, rows, notes=template.help_notes)


def _choices(template: Template) -> Sheet:
    """Return the sheet with the words of drop-downs: in a cell's own rule, 255 characters is the limit."""
    rows = zip_longest(*(column.choices for column in template.columns))
    return Sheet(template.choices_title, [SheetColumn(column.label) for column in template.columns], rows)


def _validation(column: TemplateColumn, at: int, template: Template) -> dict[str, object]:
    """Return Excel's check of a column, with its messages."""
    told = f"{column.help}\n{column.example}".strip()[:_PROMPT_MAX]
    title = column.label[:_PROMPT_TITLE_MAX]
    return {
        **_check(column, at, template),
        "input_title": title,
        "input_message": told,
        "error_title": title,
        "error_message": told,
    }


def _check(column: TemplateColumn, at: int, template: Template) -> dict[str, object]:
    if column.choices:
        place = f"${xl_col_to_name(at)}$"
        return {
            "validate": "list",
            "source": f"='{template.choices_title}'!{place}2:{place}{len(column.choices) + 1}",
        }
    if column.kind is Kind.MONEY:
        decimals = CURRENCIES[template.currency].decimals
        least, most = (Decimal(minor).scaleb(-decimals) for minor in (1, MINOR_MAX))
        return {"validate": "decimal", "criteria": "between", "minimum": least, "maximum": most}
    if column.kind is Kind.DATE:
        first, last = dt.date(YEARS.start, 1, 1), dt.date(YEARS.stop - 1, 12, 31)
        return {"validate": "date", "criteria": "between", "minimum": first, "maximum": last}
    if column.most:
        return {"validate": "length", "criteria": "<=", "value": column.most}
    return {"validate": "any"}
