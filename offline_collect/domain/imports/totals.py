"""Finds the column of what is to be paid among columns of money: the one that the others make."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from offline_collect.domain.imports.seen_columns import SeenColumn, is_product, is_sum
from offline_collect.domain.texts.phrases import Phrase

Found = tuple[int, Phrase]
"""The place of a column, and why it is the one."""


def with_arrears(columns: Sequence[SeenColumn]) -> Found | None:
    """Return the column that adds arrears to the amount: it is all that is to be paid; None if there is none.

    Args:
        columns: that are not known to be something else.
    """
    amounts = [each for each in columns if each.is_amount() and not each.is_nothing()]
    parts = [each for each in amounts if each.says_money() or each.says_part()]
    arrears = [each for each in parts if each.says_arrears()]
    if not arrears or any(each.says_part() and each not in arrears for each in parts):
        return None
    totals = [total for total in amounts if total not in arrears and is_sum(total, _others(parts, total))]
    if len(totals) != 1:
        return None
    others = _others(parts, totals[0])
    why = Phrase(
        "it is the sum of {titles}: {arrears} is in it; if that is still a bill of its own here, name {amount} instead",
        titles=titles_of(others),
        arrears=titles_of(arrears),
        amount=titles_of(each for each in others if each not in arrears),
    )
    return totals[0].place, why


def total_of(
    found: Sequence[SeenColumn], money: Sequence[SeenColumn], columns: Sequence[SeenColumn]
) -> Found | None:
    """Return the column that other columns add up to, or whose values are made by two others; None if there is none.

    Args:
        found: columns of amounts.
        money: those of them that speak of money.
        columns: all.
    """
    for total in found:
        parts = _others(money, total)
        if is_sum(total, parts):
            return total.place, Phrase("it is the sum of {titles}", titles=titles_of(parts))
    numbers = [each for each in columns if any(each.numbers())]
    made = [
        (total, one, other)
        for total in found
        for at, one in enumerate(numbers)
        for other in numbers[at + 1 :]
        if total not in (one, other)
        and is_product(total, one, other)
        and all(each in (total, one, other) for each in money)
    ]
    if len({total.place for total, *_ in made}) != 1:
        return None
    total, *parts = made[0]
    return total.place, Phrase("it is the product of {titles}", titles=titles_of(parts))


def titles_of(columns: Iterable[SeenColumn]) -> str:
    """Return the titles of columns; the letter of one without."""
    return ", ".join(each.title or each.letter for each in columns)


def _others(columns: Sequence[SeenColumn], one: SeenColumn) -> list[SeenColumn]:
    return [each for each in columns if each is not one]
