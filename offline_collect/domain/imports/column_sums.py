"""Whether the values of a column are made of those of others: their sum, or their product."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal

from offline_collect.domain.imports.lowered_amounts import is_balance
from offline_collect.domain.imports.seen_columns import SeenColumn

_ROWS_MIN = 2
_CENT = Decimal("0.01")


def is_sum(total: SeenColumn, parts: Sequence[SeenColumn]) -> bool:
    """Whether each value of a column is the sum of some others in its row, less those that are deductions.

    A row in which all are blank is of somebody who has nothing to pay.
    """
    if len(parts) < _ROWS_MIN:
        return False
    rows = [row for row in zip(total.numbers(), *map(_signed, parts), strict=True) if set(row) != {None}]
    return bool(rows) and all(row[0] is not None and row[0] == _sum(row[1:]) for row in rows)


def is_rest(left: SeenColumn, dues: Sequence[SeenColumn], taken: Sequence[SeenColumn]) -> bool:
    """Whether each value of a column is what is left of others, less all that was paid or deducted.

    Args:
        left: the column.
        dues: what was to be paid; the last one has a value in every row.
        taken: what was paid or deducted.
    """
    added = [each.numbers() for each in dues]
    less = [each.numbers() for each in taken]
    rows = list(zip(left.numbers(), zip(*added, strict=True), zip(*less, strict=True), strict=True))
    return len(rows) >= _ROWS_MIN and all(
        rest is not None and whole[-1] is not None and rest == _sum(whole) - _sum(map(_size, gone))
        for rest, whole, gone in rows
    )


def _sum(numbers: Iterable[Decimal | None]) -> Decimal:
    return sum((each for each in numbers if each is not None), Decimal())


def _size(number: Decimal | None) -> Decimal | None:
    return None if number is None else abs(number)


def _signed(part: SeenColumn) -> list[Decimal | None]:
    """Return what a part adds to a sum: a deduction is taken off, whether it is written with a sign or without.

    A balance below zero is owed.
    """
    numbers = part.numbers()
    if is_balance(part.title):
        return [None if each is None else -each for each in numbers]
    return [None if each is None else -abs(each) for each in numbers] if part.says_deduction() else numbers


def is_product(total: SeenColumn, one: SeenColumn, other: SeenColumn) -> bool:
    """Whether each value of a column is the product of two others in its row, to the cent."""
    rows = list(zip(total.numbers(), one.numbers(), other.numbers(), strict=True))
    return len(rows) >= _ROWS_MIN and all(
        None not in (first, left, right)
        and (left * right).quantize(_CENT, ROUND_HALF_UP) == first.quantize(_CENT)  # type: ignore[operator,union-attr]
        for first, left, right in rows
    )
