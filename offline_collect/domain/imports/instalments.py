"""Instalments side by side: 第一期金额, 第一期缴费日期, 第二期金额 … Each amount of a row is a bill of its own."""

from __future__ import annotations

import re
from collections.abc import Sequence

from offline_collect.domain.imports.column_sums import is_sum
from offline_collect.domain.imports.seen_columns import SeenColumn
from offline_collect.domain.imports.title_days import day_in_title
from offline_collect.domain.imports.titles import loose_title
from offline_collect.domain.values import value

_MIN = 2
_NAMED = re.compile(
    r"(第[一二三四五六七八九十1-9](?:期|次|笔|批|阶段)|[首一二三四尾末]期款?|首付款?|尾款)(.*)"
)
_QUARTER = re.compile(
    r"(?:(20\d\d)年?)?(第?[一二三四1-4]季度|[上下]半年)(?:应[缴收交付])?(?:[一-鿿]{0,8}费)?(?:金额)?"
)
_USED = re.compile(r"单价|读数|示数|用量")
_SCHEDULED = re.compile(r"日$|日期$|时间$")


@value
class Instalment:
    """One of several bills of a row.

    Attributes:
        name: 第一期.
        amount: place of its column.
        due_date: likewise of its last day; None if no column has it.
        period: of the bill, if it is one: 2030年第一季度; '' otherwise.
        day: its last day, as 2030-12-20, if the title says it; '' otherwise.
    """

    name: str
    amount: int
    due_date: int | None = None
    period: str = ""
    day: str = ""

    @property
    def is_dated(self) -> bool:
        """Whether it has a last day of its own."""
        return self.due_date is not None or self.day != ""


def instalments_of(columns: Sequence[SeenColumn], period: str | None = None) -> tuple[Instalment, ...]:
    """Return the instalments of a table; none if it has none, or another column of money makes them uncertain.

    Args:
        columns: of the table.
        period: that it states, which tells the year of a day in a title.
    """
    named: dict[str, list[SeenColumn]] = {}
    for column in columns:
        found = _NAMED.fullmatch(loose_title(column.title))
        if found is not None:
            named.setdefault(found[1], []).append(column)
    if len(named) < _MIN:
        return ()
    parts = [_instalment(name, group, period) for name, group in named.items()]
    sure = [each for each in parts if each is not None]
    dated = [each.is_dated for each in sure]
    if len(sure) < len(parts) or any(dated) != all(dated) or _others(columns, sure):
        return ()
    return tuple(sure)


def quarters_of(columns: Sequence[SeenColumn], year: int | None) -> tuple[Instalment, ...]:
    """Return the quarters or half years of a table that has an amount for each; none if another column is of money.

    Beside a price, or readings, they may be what was used.

    Args:
        columns: of the table.
        year: that the rows above it name; without it only titles with a year say which quarter it is.
    """
    found: list[Instalment] = []
    if any(_USED.search(column.title) for column in columns):
        return ()
    for column in columns:
        named = _QUARTER.fullmatch(loose_title(column.title))
        if named is None or not column.is_amount() or column.says_part():
            continue
        of = named[1] or year
        if of is None:
            return ()
        found.append(Instalment(named[2], column.place, period=f"{of}年{named[2]}"))
    if len({each.period for each in found}) < max(len(found), _MIN) or _others(columns, found):
        return ()
    return tuple(found)


def _instalment(name: str, columns: Sequence[SeenColumn], period: str | None) -> Instalment | None:
    """Return an instalment of an amount and at most a last day; None if its columns say more, or less."""
    amounts = [each for each in columns if each.is_amount() and not each.says_part()]
    days = [each for each in columns if _is_last_day(each)]
    if len(amounts) != 1 or len(amounts) + len(days) != len(columns) or len(days) > 1:
        return None
    if days:
        return Instalment(name, amounts[0].place, days[0].place)
    return Instalment(name, amounts[0].place, day=day_in_title(amounts[0].title, period))


def _is_last_day(column: SeenColumn) -> bool:
    """Whether a column has the last days; below 缴费日期 one day of all rows is the plan, several are of payments."""
    if not column.is_date():
        return False
    planned = len(column.values) == len(column.texts) and len(set(column.values)) == 1
    return column.says_last_day() or (planned and _SCHEDULED.search(loose_title(column.title)) is not None)


def _others(columns: Sequence[SeenColumn], instalments: Sequence[Instalment]) -> list[SeenColumn]:
    """Return the further columns of money, but for the sum of the instalments."""
    own = [each for each in columns if any(each.place == part.amount for part in instalments)]
    days = {each.due_date for each in instalments}
    money = [
        each
        for each in columns
        if each not in own
        and each.place not in days
        and not each.is_nothing()
        and (each.is_amount() or each.is_deduction())
        and (each.says_money() or each.says_part())
    ]
    return [each for each in money if not is_sum(each, own)]
