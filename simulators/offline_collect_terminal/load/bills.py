"""The bills that a load pays or looks up: a pattern with a counter, or a file."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import NamedTuple

from offline_collect.domain.errors import AmountError
from offline_collect.domain.money import parse_major
from offline_collect_terminal.errors import LoadError

FILE_BILLS_MAX = 2_000_000
COLUMNS = ("merchant_id", "bill_no", "amount")


class Bill(NamedTuple):
    """The bill of one turn; a tuple, because one is made for every message.

    Attributes:
        wanted: the bill number, or the value of the form's first input.
        amount_minor: DE 4.
    """

    merchant_id: str
    wanted: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class BillRange:
    """Bills whose numbers differ by a counter.

    Attributes:
        pattern: a format of one number: ``B{:08d}``.
        first: the counter's first value.
        size: the number of bills.
    """

    merchant_id: str
    pattern: str
    amount_minor: int
    first: int
    size: int

    def __post_init__(self) -> None:
        try:
            names = {self.pattern.format(self.first), self.pattern.format(self.first + 1)}
        except (ValueError, IndexError, KeyError) as error:
            raise LoadError(f"bill pattern {self.pattern!r}: {error}; write it like B{{:08d}}") from None
        if len(names) == 1:
            raise LoadError(f"bill pattern {self.pattern!r} has no counter; write it like B{{:08d}}")

    def bills(self) -> Iterator[Bill]:
        """Yield the bills in order."""
        make, merchant, amount = self.pattern.format, self.merchant_id, self.amount_minor
        for number in range(self.first, self.first + self.size):
            yield Bill(merchant, make(number), amount)


def read_bills(file: Path) -> list[Bill]:
    """Return the bills of a CSV file with the columns merchant_id, bill_no and amount (major units).

    Raises:
        LoadError: the file, or one of its rows, is invalid.
    """
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            rows = csv.DictReader(lines)
            missing = [column for column in COLUMNS if column not in (rows.fieldnames or ())]
            if missing:
                raise LoadError(f"{file}: no column {', '.join(missing)}; needed are {', '.join(COLUMNS)}")
            return [_bill(row, f"{file}: row {number}") for number, row in enumerate(rows, 2)]
    except OSError as error:
        raise LoadError(f"{file}: cannot be read: {error.strerror}") from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise LoadError(f"{file}: is not CSV in UTF-8: {error}") from None


def _bill(row: dict[str, str], place: str) -> Bill:
    merchant, wanted, amount = (row[column] for column in COLUMNS)
    if int(place.rsplit(maxsplit=1)[-1]) > FILE_BILLS_MAX:
        raise LoadError(f"{place}: more than {FILE_BILLS_MAX} bills; use a pattern")
    if not (merchant and wanted and amount):
        raise LoadError(f"{place}: a cell is empty")
    try:
        return Bill(merchant, wanted, parse_major(amount))
    except AmountError as error:
        raise LoadError(f"{place}: {error}") from None


def endless(bills: list[Bill] | BillRange) -> Iterator[Bill]:
    """Yield the bills repeatedly, for lookups."""
    if isinstance(bills, list):
        yield from cycle(bills)
        return
    while True:
        yield from bills.bills()


def once(bills: list[Bill] | BillRange) -> Iterator[Bill]:
    """Yield each bill once, for payments."""
    return iter(bills) if isinstance(bills, list) else bills.bills()
