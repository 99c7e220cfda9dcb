"""Converts a cell to a value: identifier, text, amount, yes or no; for dates see ``dates``."""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import TypeAlias, TypeGuard

from offline_collect.domain.currencies import CURRENCIES, CURRENCY_CODES
from offline_collect.domain.currency_signs import may_mean
from offline_collect.domain.errors import AmountError
from offline_collect.domain.imports.paid_marks import is_mark
from offline_collect.domain.imports.period_spellings import whole_months
from offline_collect.domain.imports.seen_columns import looks_like_name
from offline_collect.domain.imports.units import YUAN
from offline_collect.domain.imports.written_amounts import written_amount
from offline_collect.domain.money import exact_minor, format_major
from offline_collect.domain.texts.characters import CONTROL, INVISIBLE, todays
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.files.cells import (
    ERROR_CELL,
    MERGED_CELL,
    UNCALCULATED_CELL,
    Cell,
    ErrorCell,
    ForeignNumber,
    MergedCell,
    RoundedNumber,
    ScaledNumber,
    UncalculatedCell,
    one_line,
)
from offline_collect.files.columns.dates import date
from offline_collect.files.errors import CellProblemError

Value: TypeAlias = str | int | dt.date | bool
Parser: TypeAlias = Callable[[Cell, str], Value]
"""Takes a cell that is not blank and an ISO 4217 number; raises CellProblemError."""

MINOR_MAX = 999_999_999_999
"""The largest amount that DE 4 carries, in minor units."""

_MAYBE_OCTOBER = re.compile(r"20\d\d\.1")
_PERIOD_MOST = 20
"""Characters of a period."""

_EXCEL_DIGITS = 10**15
UNDER_MERGED = Phrase("lies under merged cells")
_AS_TEXT = Phrase("format the column as text, then type the value again")
_AMOUNTS = Phrase("write it like 1234.50")

_SCIENTIFIC = re.compile(r"[+-]?\d(?:\.\d*)?E[+-]?\d{2,3}", re.IGNORECASE)
_TRAILING_ZERO = re.compile(r"\d+\.0+")
_FORCED_TEXT = re.compile(r'="([^"]*)"')
_MARKED_TEXT = re.compile(r"^`(?=\w)")
"""What WeChat and others write before each number, so that Excel takes it for a text: `202612010001."""
_FULL_AMOUNT = re.compile(r"([1-9][0-9]{0,8})\.([0-9]+)")
_ERRORS = frozenset(
    {"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!"}
    | {repr(ERROR_CELL), repr(UNCALCULATED_CELL), repr(MERGED_CELL)}
)
_YES_NO = {"Y": True, "是": True, "N": False, "否": False}


def identifier(cell: Cell, currency: str) -> str:
    """Return an identifier unchanged: printable ASCII, with zeros."""
    text = input_value(cell, currency)
    if not (text.isascii() and text.isprintable()):
        raise CellProblemError(
            Phrase("has characters other than Latin letters, digits and signs"),
            Phrase("type it with the half-width keyboard"),
        )
    return text


def identifier_in_any_script(cell: Cell, currency: str) -> str:
    """Return an identifier unchanged that may be in Chinese: 12号铺."""
    text = input_value(cell, currency)
    if not text.isprintable() or unicodedata.normalize("NFKC", text) != text:
        raise CellProblemError(
            Phrase("has full-width letters, digits or signs, or characters that stand for others"),
            Phrase("type it with the half-width keyboard"),
        )
    return text


def input_value(cell: Cell, _currency: str) -> str:
    """Return a payer's input for the merchant's form: an identifier in any script."""
    if isinstance(cell, dt.date | dt.time | dt.timedelta):
        raise CellProblemError(Phrase("was turned into a date or time by Excel"), _AS_TEXT)
    if not isinstance(cell, str):
        return _number_text(cell)
    forced = _FORCED_TEXT.fullmatch(cell.strip())
    found = forced[1].strip() if forced else _MARKED_TEXT.sub("", cell.strip(), count=1)
    if _SCIENTIFIC.fullmatch(found):
        raise CellProblemError(Phrase("has lost digits: it is in scientific notation"), _AS_TEXT)
    if _TRAILING_ZERO.fullmatch(found):
        raise CellProblemError(Phrase("has become a number with a trailing .0"), _AS_TEXT)
    return _clean(found)


def number_not_name(parser: Parser) -> Parser:
    """Return a parser of customers' numbers below a title such as 客户, which refuses names of people."""

    def parse_number(cell: Cell, currency: str) -> Value:
        found = parser(cell, currency)
        if looks_like_name(str(found)):
            raise CellProblemError(
                Phrase("looks like a person's name, not like a customer's number"),
                Phrase(
                    "if the column has names, say it in a mapping: {setting}",
                    setting="columns: {name: …}",
                ),
            )
        return found

    return parse_number


def choice(choices: Mapping[str, str]) -> Parser:
    """Return a parser of an input with choices: a unique label is read as its code.

    Args:
        choices: code to label.
    """
    labels = list(choices.values())
    codes = {label: code for code, label in choices.items() if labels.count(label) == 1}

    def parse_choice(cell: Cell, currency: str) -> str:
        found = input_value(cell, currency)
        return found if found in choices else codes.get(found, found)

    return parse_choice


def text(cell: Cell, _currency: str) -> str:
    """Return a cell as text in one line."""
    if isinstance(cell, str):
        return _clean(one_line(cell))
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, RoundedNumber):
        return format(cell.as_shown, "f")
    if isinstance(cell, float) and (shown := _as_shown(cell)) != shown.to_integral_value():
        return format(shown, "f")
    if isinstance(cell, int | float):
        return _number_text(cell)
    return cell.isoformat(" ") if isinstance(cell, dt.datetime) else str(cell)


def period(cell: Cell, currency: str) -> str:
    """Return a period's name; Excel turns ``2026-11`` into a date, which is undone here."""
    if isinstance(cell, dt.date) and cell.day == 1:
        return f"{cell.year:04d}-{cell.month:02d}"
    found = text(cell, currency)
    if isinstance(cell, float) and _MAYBE_OCTOBER.fullmatch(found):
        raise CellProblemError(
            Phrase("may be January or October: a spreadsheet stores 2026.10 as 2026.1"),
            Phrase("write it like 2026-10"),
        )
    # A shorter span stays as it is: numbers of bills were made of it.
    return (whole_months(found) if len(found) > _PERIOD_MOST else None) or found


def amount(cell: Cell, currency: str) -> int:
    """Return an amount in minor units, more than zero and within DE 4.

    A number from Excel is read as Excel shows it: at 15 digits, so that a formula's 10.350000000000001 is 10.35, and
    rounded if its format has the currency's decimals.
    """
    if is_rounded(cell, currency):
        cell = format(cell.as_shown, "f")
    return stored_amount(cell, currency)


def is_rounded(cell: Cell, currency: str) -> TypeGuard[RoundedNumber]:
    """Whether Excel shows a number as an amount of a currency, rounded."""
    cell = cell.number if isinstance(cell, ForeignNumber) else cell
    return isinstance(cell, RoundedNumber) and cell.decimals == CURRENCIES[currency].decimals


def stored_amount(cell: Cell, currency: str) -> int:
    """Return an amount as :func:`amount` does, but never rounded."""
    known = CURRENCIES[currency]
    # Nearly every amount has all its decimals: 1234.50 for a currency with two.
    if type(cell) is str and (found := _FULL_AMOUNT.fullmatch(cell)) and len(found[2]) == known.decimals:
        return int(found[1] + found[2])
    plain = _plain_amount(cell, currency)
    if Decimal(plain).scaleb(known.decimals) > MINOR_MAX:
        most = format_major(MINOR_MAX, currency)
        raise CellProblemError(
            Phrase("is over {most}, the most that can be collected", most=most), Phrase("check the amount")
        )
    try:
        minor = exact_minor(plain, currency)
    except AmountError:
        reason = Phrase(
            "has more than the {decimals} decimals of {currency}",
            decimals=known.decimals,
            currency=known.code,
        )
        raise CellProblemError(reason, Phrase("round it in the file")) from None
    if minor == 0:
        raise CellProblemError(Phrase("is zero"), Phrase("leave out bills of nothing"))
    return minor


def _plain_amount(cell: Cell, currency: str) -> str:
    """Return digits with at most one point."""
    if isinstance(cell, bool) or not isinstance(cell, str | int | float):
        raise CellProblemError(Phrase("is not an amount"), _AMOUNTS)
    if isinstance(cell, ScaledNumber):
        raise CellProblemError(
            Phrase("is shown in another unit by the format of its cell, such as 万, 千 or %"),
            Phrase("write the amount itself, and format the cell as a number with two decimals"),
        )
    written = cell if isinstance(cell, str) else format(_as_shown(cell), "f")
    found = written_amount(written)
    if found is None:
        if is_mark(written):
            raise CellProblemError(
                Phrase("is a mark, and a mark is no amount"),
                Phrase("write what is to be paid, such as 1234.50"),
            )
        raise CellProblemError(Phrase("is not an amount"), _AMOUNTS)
    if found.negative:
        raise CellProblemError(Phrase("is negative"), Phrase("a bill is more than zero; leave refunds out"))
    if found.sign and not may_mean(found.sign, currency):
        renminbi = CURRENCY_CODES.get(found.sign) is CURRENCIES[YUAN]
        raise CellProblemError(
            Phrase("is written in renminbi") if renminbi else Phrase("is written in another currency"),
            Phrase("write the amount in {currency}", currency=CURRENCIES[currency].code),
        )
    return found.digits


def yes_no(cell: Cell, _currency: str) -> bool:
    """Return True for Y or 是, False for N or 否."""
    if isinstance(cell, bool):
        return cell
    found = _YES_NO.get(unicodedata.normalize("NFKC", str(cell)).strip().upper())
    if found is None:
        raise CellProblemError(Phrase("is neither yes nor no"), Phrase("write Y or N, 是 or 否"))
    return found


def _number_text(number: Cell) -> str:
    """Return the digits of an Excel number, unless Excel may have lost some."""
    if isinstance(number, bool) or not isinstance(number, int | float):
        raise CellProblemError(Phrase("is not text"), _AS_TEXT)
    if abs(number) >= _EXCEL_DIGITS:
        raise CellProblemError(
            Phrase("is a number of over 15 digits: Excel has changed the last ones"), _AS_TEXT
        )
    shown = _as_shown(number)
    if shown != int(shown):
        raise CellProblemError(Phrase("is a number with decimals"), _AS_TEXT)
    return str(int(shown))


def _as_shown(number: float) -> Decimal:
    """Return a number at the 15 digits at which Excel shows it; the file has the nearest binary fraction."""
    return Decimal(number) if isinstance(number, int) else Decimal(f"{number:.15g}")


def _clean(found: str) -> str:
    if INVISIBLE.search(found) is None:
        return found
    moved = todays(found)
    if INVISIBLE.search(moved) is None:
        return moved
    control = CONTROL.search(moved) is not None
    reason = Phrase("has control characters") if control else Phrase("has invisible characters")
    raise CellProblemError(reason, Phrase("delete the cell and type it again"))


def check_title(title: str) -> None:
    """Check the name of a column, which is stored and shown like its cells.

    Raises:
        CellProblemError: it has invisible characters.
    """
    if INVISIBLE.search(title) is None:
        return
    control = CONTROL.search(title) is not None
    reason = (
        Phrase("has control characters in its name")
        if control
        else Phrase("has invisible characters in its name")
    )
    raise CellProblemError(reason, Phrase("delete the name and type it again"))


def _is_error(cell: Cell) -> bool:
    """Whether a cell is what an error became: its text in CSV or an error workbook, or no number."""
    return cell in _ERRORS if isinstance(cell, str) else isinstance(cell, float) and not math.isfinite(cell)


def parse(parser: Parser, cell: Cell, currency: str) -> Value:
    """Return the result of ``parser`` for a cell that is not blank.

    Raises:
        CellProblemError: it has no valid value.
    """
    if isinstance(cell, MergedCell):
        # One customer, date or item over several rows means all of them; one amount may be meant once.
        if cell.above == "" or parser in {amount, stored_amount}:
            raise CellProblemError(UNDER_MERGED, Phrase("unmerge them, and fill in each cell"))
        cell = cell.above
    if isinstance(cell, UncalculatedCell):
        raise CellProblemError(
            Phrase("holds a formula that was never calculated"),
            Phrase("open the file in Excel and save it, then send it again"),
        )
    if isinstance(cell, ErrorCell) or _is_error(cell):
        raise CellProblemError(
            Phrase("holds an error of Excel's, such as #N/A"),
            Phrase("correct its formula, or type the value"),
        )
    if isinstance(cell, ForeignNumber):
        if parser in {amount, stored_amount} and not may_mean(cell.sign, currency):
            raise CellProblemError(
                Phrase("is shown in another currency by the format of its cell"),
                Phrase(
                    "write the amount in {currency}, and format the cell as a number with two decimals",
                    currency=CURRENCIES[currency].code,
                ),
            )
        cell = cell.number
    return parser(cell, currency)


PARSERS: dict[str, Parser] = {
    "identifier": identifier,
    "identifier_in_any_script": identifier_in_any_script,
    "input": input_value,
    "text": text,
    "period": period,
    "amount": amount,
    "date": date,
    "yes_no": yes_no,
}
"""The parsers by the name of a column's type in a layout."""
