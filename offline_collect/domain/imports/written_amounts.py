"""How people write amounts of money: 1,234.50, ￥1,560.00元, RMB 1560, 人民币1560元, 1560.00 CNY."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

_WORD = r"(?:rmb|cny|cn¥|人民币)"
_AMOUNT = re.compile(
    rf"(-?)(?:(?P<before>{_WORD})\s*[:：]?)?\s*¥?\s*(-?)(\d{{1,3}}(?:,\d{{3}})+|\d+)(\.\d+)?\s*(?:[元圆]整?)?\s*(?P<after>{_WORD})?"
)


class WrittenAmount(NamedTuple):
    """An amount as somebody wrote it.

    Attributes:
        digits: with at most one point, without a sign.
        negative: whether it has a minus.
        renminbi: whether it says that it is in renminbi; ¥ and 元 may mean other currencies too.
    """

    digits: str
    negative: bool = False
    renminbi: bool = False


def written_amount(text: str) -> WrittenAmount | None:
    """Return the amount that a text is; None if it is or says something else."""
    found = _AMOUNT.fullmatch(unicodedata.normalize("NFKC", text).strip().casefold())
    if found is None:
        return None
    before, _, after, whole, decimals, _ = found.groups()
    return WrittenAmount(
        digits=whole.replace(",", "") + (decimals or ""),
        negative=bool(before or after),
        renminbi=bool(found["before"] or found["after"]),
    )
