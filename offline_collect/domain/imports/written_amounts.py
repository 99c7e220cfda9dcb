"""How people write amounts of money: 1,234.50, ￥1,560.00元, RMB 1560, 人民币1560元, HK$1,560.00, 1560.00 USD."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from offline_collect.domain.currency_signs import known_sign

_SIGN = r"[a-z]{0,3}\$|(?:cn|jp)¥|[€£₩₫₱₹₽฿]|[a-z]{2,3}|人民币|[美港欧日]元|港币"
_AMOUNT = re.compile(
    rf"(?P<minus>-?)(?:(?P<before>{_SIGN})\s*[:：]?)?\s*¥?\s*(?P<inner>-?)"
    rf"(?P<whole>\d{{1,3}}(?:,\d{{3}})+|\d+)(?P<decimals>\.\d+)?\s*(?:[元圆]整?)?\s*(?P<after>{_SIGN})?"
)


class WrittenAmount(NamedTuple):
    """An amount as somebody wrote it.

    Attributes:
        digits: with at most one point, without a sign.
        negative: whether it has a minus.
        sign: of the currency that it says, as ``known_sign`` returns it; '' if it says none: ¥ and 元 may mean several.
    """

    digits: str
    negative: bool = False
    sign: str = ""


def written_amount(text: str) -> WrittenAmount | None:
    """Return the amount that a text is; None if it is or says something else."""
    found = _AMOUNT.fullmatch(unicodedata.normalize("NFKC", text).strip().casefold())
    if found is None:
        return None
    signs = {known_sign(sign) for sign in (found["before"], found["after"]) if sign}
    if None in signs or len(signs) > 1:
        return None
    return WrittenAmount(
        digits=found["whole"].replace(",", "") + (found["decimals"] or ""),
        negative=bool(found["minus"] or found["inner"]),
        sign=next(filter(None, signs), ""),
    )
