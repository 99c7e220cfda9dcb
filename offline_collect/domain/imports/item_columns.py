"""Items side by side, without a column for their sum: 物业费, 车位费, 水费, or 校服, 学平险, 课外读物. Each amount is a bill of its own."""

from __future__ import annotations

import re
from collections.abc import Sequence

from offline_collect.domain.imports.column_sums import is_sum
from offline_collect.domain.imports.instalments import Instalment
from offline_collect.domain.imports.seen_columns import SeenColumn, fee_named

_MIN = 2
_PIECES_MAX = 20
"""A lower number in every row may count or group something; a price so low is one only where others do not pay it."""

_PIECES_LEAST = 5
"""A lower price may be the number of pieces that were ordered."""

_NO_ITEM = re.compile(
    r"^[年届级班组]|年[份度级龄]|[班组等]级|级别|[班组]别|小组|[户房]型|邮编|区号|编码|[个件套台人天周次份]数|岁|身高|体重|成绩|[得学]分|尺码|床位|座位|寝|楼"
    r"|[(\[（【](?:[件顶个套本台份人次桶张支只双条盒瓶斤箱袋册米度吨根把]|数量)[)\]）】]"
)
"""What has one number for many people, and is no price."""


def items_of(columns: Sequence[SeenColumn]) -> tuple[Instalment, ...]:
    """Return the items of a table that has a column for each of several, and none for their sum.

    None if another column is of money: it may be a part, or all.
    """
    named = [each for each in columns if fee_named(each.title) is not None and each.is_amount()]
    fees_alone = len(named) >= _MIN and not chosen_items(columns)
    return _items(named if fees_alone else _priced(columns), columns)


def _items(own: Sequence[SeenColumn], columns: Sequence[SeenColumn]) -> tuple[Instalment, ...]:
    names = [fee_named(each.title) or each.title for each in own]
    further = [
        each
        for each in columns
        if each not in own
        and (each.is_amount() or each.is_deduction())
        and (each.says_money() or each.says_part())
    ]
    if len(own) < _MIN or len(set(names)) < len(own) or further or any(each.says_part() for each in own):
        return ()
    amounts = [each for each in columns if each.is_amount()]
    if any(is_sum(each, [other for other in own if other is not each]) for each in amounts):
        return ()
    return tuple(Instalment(name, each.place) for name, each in zip(names, own, strict=True))


def _priced(columns: Sequence[SeenColumn]) -> list[SeenColumn]:
    """Return the columns of what some customers have chosen: each has one price, and is blank for the others.

    None if a further column has numbers: they may be pieces, marks, or anything else.
    """
    amounts = [each for each in columns if each.is_amount() and not each.is_nothing()]
    chosen = any(_is_chosen(each) for each in amounts)
    return amounts if chosen and all(_is_item(each) for each in amounts) else []


def chosen_items(columns: Sequence[SeenColumn]) -> list[SeenColumn]:
    """Return the columns of what some customers have chosen, with its price, that no title says to be money: 校服, 学平险.

    Beside one fee, such as 餐费, they are to be paid too.
    """
    return [
        each
        for each in columns
        if each.is_amount() and _is_chosen(each) and _is_item(each) and fee_named(each.title) is None
    ]


def _is_item(column: SeenColumn) -> bool:
    """Whether a column may be an item with its price: a fee may differ from one to the other."""
    if fee_named(column.title) is not None:
        return True
    prices = {number for number in column.numbers() if number}
    low = max(prices) < _PIECES_MAX and not _is_chosen(column)
    return (
        len(prices) == 1
        and not low
        and column.title != ""
        and _NO_ITEM.search(column.title) is None
        and not (column.says_money() or column.says_part())
    )


def _is_chosen(column: SeenColumn) -> bool:
    """Whether some customers do not pay for it, and its price is no number of pieces such as 1 or 2."""
    return len(column.values) < len(column.texts) and any(
        number is not None and number >= _PIECES_LEAST for number in column.numbers()
    )
