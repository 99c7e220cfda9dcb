"""Compares the amount of each row with the other amounts that it is said to be made of: 书本费 + 校服费 = 合计.

Nothing but the rows themselves says whether an amount is a sum. So a row that differs is only told if more rows fit.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from offline_collect.domain.imports.seen_columns import SeenColumn
from offline_collect.domain.values import value

FITTING_MIN = 2
TOLD_MAX = 5
_PARTS_MIN = 2


@value
class RowParts:
    """The columns that make an amount.

    Attributes:
        added: places.
        deducted: places of what is taken off.
        words: the columns as a sum: 保教费 + 餐费 - 退费.
    """

    added: Sequence[int]
    deducted: Sequence[int]
    words: str


def parts_of(titles: Sequence[str], taken: Collection[int]) -> RowParts | None:
    """Return the columns that may make the amount of a table; None if there are too few, or some was paid already.

    Args:
        titles: of the table.
        taken: places of columns that mean something else, and of the amount.
    """
    columns = [
        SeenColumn(place, "", title) for place, title in enumerate(titles) if title and place not in taken
    ]
    money = [each for each in columns if (each.says_money() or each.says_part()) and not each.says_no_money()]
    if any(each.says_paid() or each.says_net() for each in money):
        return None
    deducted = [each for each in money if each.says_deduction()]
    added = [each for each in money if each not in deducted]
    if not added or len(money) < _PARTS_MIN:
        return None
    words = " + ".join(each.title for each in added) + "".join(f" - {each.title}" for each in deducted)
    return RowParts([each.place for each in added], [each.place for each in deducted], words)


@value
class DifferingRow:
    """A row whose amount is not what its parts make, in minor units.

    Attributes:
        row: as a spreadsheet numbers it.
        words: its parts as a sum.
    """

    row: int
    words: str
    stated: int
    summed: int


@dataclass(slots=True)
class RowSums:
    """The rows of a table, as far as they have been compared.

    Attributes:
        first: the first that differ.
    """

    fitting: int = 0
    differing: int = 0
    first: list[DifferingRow] = field(default_factory=list)

    def compare(self, found: DifferingRow, tolerance: int = 0) -> None:
        """Compare a row; amounts that were rounded may differ by the tolerance."""
        if abs(found.stated - found.summed) <= tolerance:
            self.fitting += 1
            return
        self.differing += 1
        if len(self.first) < TOLD_MAX:
            self.first.append(found)

    @property
    def is_sum(self) -> bool:
        """Whether the amount is the sum of the others, so that rows that differ are mistakes."""
        return self.fitting >= FITTING_MIN and self.fitting > self.differing
