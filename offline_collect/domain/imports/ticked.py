"""Lists in which a √ says who has to pay, and all pay one price: 报名 below a title with 每人260元."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from enum import Enum

from offline_collect.domain.imports.seen_columns import SeenColumn
from offline_collect.domain.imports.titles import loose_title, plain_title

_JOINS = re.compile(
    r"(?:是否|确认)?(?:报名?|参加|参与|选报|选课|选择|预?订|订购|订餐|购买|乘车|住宿|午托|需要)(?:情况|与否|意向)?"
)
_DUE = frozenset("√✓✔☑✅")
_DUE_WORDS = frozenset({"是", "y", "yes", "报名", "已报名", "参加", "报"})
_NOT_DUE = frozenset("×✗✘☒☐□-—–/") | {
    "",
    "否",
    "n",
    "no",
    "不",
    "无",
    "不报",
    "未报",
    "不报名",
    "未报名",
    "不参加",
    "未参加",
}
_EACH = r"[人生名位户车月次学期年个套份]"
_PRICE = re.compile(
    rf"(?:每|一|/){_EACH}{{1,2}}\s*[:：]?\s*(\d{{1,6}}(?:\.\d{{1,2}})?)\s*元"
    rf"|(\d{{1,6}}(?:\.\d{{1,2}})?)\s*元\s*(?:[/每一]\s*{_EACH}{{1,2}})+"
    r"|(?:收费标准|单价|标准|每人收费|统一收费)\s*[:：为]?\s*(\d{1,6}(?:\.\d{1,2})?)\s*元"
)
_RATE = re.compile(r"(?:收费)?(?:单价|标准)|每[人生户]收?费?(?:金额)?")


class Tick(Enum):
    """What a cell says of who has to pay."""

    DUE = "due"
    NOT_DUE = "not due"
    UNKNOWN = "unknown"


def tick(text: str) -> Tick:
    """Return what a cell below 报名 says; ○ and △ may mean yes or no."""
    plain = plain_title(text)
    if plain in _NOT_DUE:
        return Tick.NOT_DUE
    return Tick.DUE if plain in _DUE_WORDS or set(plain) <= _DUE else Tick.UNKNOWN


def ticked(columns: Sequence[SeenColumn]) -> SeenColumn | None:
    """Return the column whose √ says who has to pay; None if there is none, or several."""
    found = [
        each
        for each in columns
        if each.values
        and _JOINS.fullmatch(loose_title(each.title))
        and all(tick(text) is not Tick.UNKNOWN for text in each.texts)
        and any(tick(text) is Tick.DUE for text in each.texts)
    ]
    return found[0] if len(found) == 1 else None


def rate_of(columns: Sequence[SeenColumn]) -> SeenColumn | None:
    """Return the column of the price that each pays; None if there is none, or several."""
    found = [
        each for each in columns if _RATE.fullmatch(loose_title(each.title)) and each.nearly_all(each.amounts)
    ]
    return found[0] if len(found) == 1 else None


def stated_price(texts: Iterable[str]) -> str | None:
    """Return the one price that texts above a table state, in major units; None if there is none, or several."""
    found = {next(filter(None, groups)) for text in texts for groups in _PRICE.findall("".join(text.split()))}
    return found.pop() if len(found) == 1 else None
