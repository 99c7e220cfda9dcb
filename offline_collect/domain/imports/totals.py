"""Finds the column of what is to be paid among columns of money: the one that the others make."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from offline_collect.domain.imports.column_sums import is_product, is_rest, is_sum
from offline_collect.domain.imports.seen_columns import SeenColumn
from offline_collect.domain.imports.titles import loose_title
from offline_collect.domain.texts.phrases import Phrase

_ALL = re.compile(r"[合总共]计|总[额金]|total", re.IGNORECASE)

Found = tuple[int, Phrase]
"""The place of a column, and why it is the one."""


def all_to_pay(columns: Sequence[SeenColumn]) -> Found | None:
    """Return the column of all that is to be paid beside arrears, penalties or deductions; None if none is proved.

    In every row it is the sum of all others, less those that are deductions. 实收 may as well be what was received: it is
    taken only where something was deducted.

    Args:
        columns: that are not known to be something else.
    """
    # A deduction may be written with a sign, which no amount of a bill has.
    amounts = [
        each for each in columns if (each.is_amount() or each.is_deduction()) and not each.is_nothing()
    ]
    parts = [each for each in amounts if each.says_money() or each.says_part()]
    special = [each for each in parts if each.says_special()]
    if not special or any(each.says_part() and each not in special and not each.says_net() for each in parts):
        return None
    deducted = [each for each in special if each.says_deduction()]
    totals = [
        total
        for total in amounts
        if total not in special
        and (deducted or not total.says_net())
        and is_sum(total, _others(parts, total))
    ]
    if len(totals) != 1:
        return None
    return totals[0].place, _why_all(_others(parts, totals[0]), deducted)


def same_in_all(columns: Sequence[SeenColumn]) -> Found | None:
    """Return the column that says that it is all, of several that have the same amount in each row; None if they differ.

    As 本期应收 and 合计应缴 where nobody has arrears.
    """
    amounts = {tuple(each.numbers()) for each in columns}
    named = [each for each in columns if _ALL.search(loose_title(each.title))]
    if len(columns) == 1 or len(amounts) != 1 or len(named) != 1:
        return None
    others = [each for each in columns if each is not named[0]]
    return named[0].place, Phrase(
        "it is {titles} in each row, and nothing else is to be paid", titles=titles_of(others)
    )


def left_to_pay(columns: Sequence[SeenColumn]) -> Found | None:
    """Return the column of what is left of bills that were paid in part; None if none is proved.

    With what was paid it makes an amount in every row (应缴, 已缴, 欠缴), or what was owed before and that (期初欠费, 本期应收, 本期实收,
    期末欠费), or it is the sum of what is left of several.

    Args:
        columns: that are not known to be something else.
    """
    amounts = [each for each in columns if each.is_amount()]
    paid = [each for each in amounts if each.says_paid()]
    left = [each for each in amounts if each.says_left()]
    dues = [
        each
        for each in amounts
        if each.says_money()
        and each not in (*paid, *left)
        and not (each.says_deduction() or each.says_arrears())
    ]
    # Where nobody owes for earlier bills, 本期水费 is 应缴合计 in every row too.
    deducted = [each for each in columns if each.is_deduction() and not each.is_nothing()]
    proofs = {
        each.place: (due, taken)
        for each in left
        for due in dues
        for taken in (paid, [*deducted, *paid])
        if paid and is_rest(each, [due], taken)
    }
    if len(proofs) == 1:
        [(place, (due, taken))] = proofs.items()
        return place, Phrase(
            "it is {titles} less {deducted}", titles=titles_of([due]), deducted=titles_of(taken)
        )
    earlier = [each for each in amounts if each.says_arrears() and each not in left]
    carried = [each for each in left if paid and earlier and is_rest(each, [*earlier, *dues], paid)]
    if len(carried) == 1:
        return carried[0].place, _why_all([*earlier, *dues, *paid], paid)
    totals = [each for each in left if paid and is_sum(each, _others(left, each))]
    if len(totals) != 1:
        return None
    return totals[0].place, Phrase("it is the sum of {titles}", titles=titles_of(_others(left, totals[0])))


def _why_all(parts: Sequence[SeenColumn], deducted: Sequence[SeenColumn]) -> Phrase:
    added = [each for each in parts if each not in deducted]
    arrears = [each for each in added if each.says_arrears()]
    current = [each for each in added if not each.says_special()]
    why = Phrase("it is the sum of {titles}", titles=titles_of(added))
    if deducted:
        why = Phrase("it is {titles} less {deducted}", titles=titles_of(added), deducted=titles_of(deducted))
    if not arrears or not current:
        return why
    return Phrase(
        "{why}: {arrears} is in it; if that is still a bill of its own here, name {amount} instead",
        why=why,
        arrears=titles_of(arrears),
        amount=titles_of(current),
    )


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
