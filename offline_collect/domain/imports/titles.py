"""Which of a table's titles means which column: rules on texts (design page on files, From merchants)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

REMEMBERED_MAX = 4_096
"""Titles whose plain form is remembered: each is compared with some hundred names."""

_YEAR_MONTH = re.compile(
    r"((?:19|20)[0-9]{2})(?:[-/.年](0?[1-9]|1[0-2])月?份?|(0[1-9]|1[0-2])|[-/.](0?[1-9]|1[0-2])[-/.]0?1(?:00:00:00)?)"
)
_MONTH = re.compile(r"(0?[1-9]|1[0-2]|[一二三四五六七八九十]|十[一二])月份?")
_MONTH_OF = re.compile("(.+?月份?)[一-鿿]{1,6}")
_CHINESE = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二")
_SPAN_START = re.compile(r".{0,6}?(?:起始|开始|起租|起)(?:日期?|时间)?")
_SPAN_END = re.compile(r"(?!.*[缴交付收款]).{0,6}?(?:截止|结束|终止|到期|止)(?:日期?|时间)?")
_LAST_DAY_OF_PAYMENT = re.compile(
    r"(?:本[期月次])?(?:[缴交付收][费款租纳]?|租金|费用|账单)(?:的)?(?:截止|期限|限期|到期|最后|最[迟晚])(?:日期?|时间|期限)?"
    r"|最[后迟晚](?:[缴交付收][费款租纳]?)(?:日期?|时间|期限)?|(?:截止|到期)[缴交付][费款租纳](?:日期?|时间)"
)
_OTHER_PEOPLE = re.compile(
    r"监护人|家长|父|母|联系人|紧急|担保|配偶|亲属|介绍|推荐|经办|代理|老师|班主任|guardian|parent|father|mother|contact|guarantor"
)
"""Groups of titles that are about somebody else than the customer."""

BRACKETS = re.compile(r"[(\[{【〔「][^()\[\]{}【】〔〕「」]*[)\]}】〕」]")


@lru_cache(REMEMBERED_MAX)
def plain_title(title: str) -> str:
    """Return a title regardless of width, case, spaces (姓 名) and the star of a required column."""
    return "".join(unicodedata.normalize("NFKC", title).casefold().split()).rstrip("*")


@lru_cache(REMEMBERED_MAX)
def loose_title(title: str) -> str:
    """Return a plain title also without what stands in brackets: 金额（元）, 手机[选填]."""
    plain = plain_title(title)
    return BRACKETS.sub("", plain).rstrip(":*") or plain


def ends_span(title: str, titles: Iterable[str]) -> bool:
    """Whether a title is that of the last day of a span, such as a lease, whose first day has a title as well.

    缴费截止日期 is the last day of payment beside any other.
    """
    if _SPAN_END.fullmatch(loose_title(title)) is None:
        return False
    return any(_SPAN_START.fullmatch(loose_title(each)) for each in titles)


def names_last_day_of_payment(title: str) -> bool:
    """Whether a title is nothing but that of the last day of payment: 付款截止, 最晚交租时间."""
    return _LAST_DAY_OF_PAYMENT.fullmatch(loose_title(title)) is not None


def places_of(titles: Sequence[str], names: Collection[str]) -> list[int]:
    """Return the places of the titles that are one of some names, exactly or else without brackets.

    Args:
        titles: of a table, as they stand.
        names: plain.
    """
    exact = [place for place, title in enumerate(titles) if plain_title(title) in names]
    return exact or [place for place, title in enumerate(titles) if loose_title(title) in names]


def first_known(titles: Sequence[str], ranked: Iterable[str], taken: Collection[int]) -> int | None:
    """Return the place of the most usual title of a column that is there and not taken; None if there is none."""
    for name in ranked:
        free = [place for place in places_of(titles, {name}) if place not in taken]
        if free:
            return free[0]
    return None


def all_known(titles: Sequence[str], names: Collection[str], taken: Collection[int]) -> list[int]:
    """Return the places of all titles that may mean a column, and are not taken."""
    found = {place for name in names for place in places_of(titles, {name})}
    return sorted(found - set(taken))


def own_name(titles: Sequence[str], names: Collection[str]) -> int | None:
    """Return the place of the customer's name in a header of two rows that names others too: 学生信息 姓名, 监护人 姓名.

    None if no name, or another than one, is below a group of the customer's own.

    Args:
        titles: of a table; of two rows as ``find_header`` joins them.
        names: plain.
    """
    groups = {
        place: group
        for place, title in enumerate(titles)
        for group, _, own in [title.partition(" ")]
        if own and loose_title(own) in names
    }
    found = [place for place, group in groups.items() if not _OTHER_PEOPLE.search(plain_title(group))]
    return found[0] if len(found) == 1 < len(groups) else None


def year_month(text: str) -> str | None:
    """Return the year and month that a text is, as 2030-12; None if it is another text."""
    found = _YEAR_MONTH.fullmatch(plain_title(text))
    if found is None:
        return None
    year, *months = found.groups()
    return f"{year}-{int(next(filter(None, months))):02d}"


class Month(NamedTuple):
    """A month, 1 to 12; its year is None if nothing says it."""

    year: int | None
    number: int


def month_of(title: str) -> Month | None:
    """Return the month that a title names, also before a few words: 10月水费; None if it names none."""
    loose = loose_title(title)
    worded = _MONTH_OF.fullmatch(loose)
    return only_month(loose) or (None if worded is None else only_month(worded[1]))


def only_month(title: str) -> Month | None:
    """Return the month that a title is, with its year or without; None if it is or says something else."""
    loose = loose_title(title)
    dated = year_month(loose)
    if dated is not None:
        return Month(int(dated[:4]), int(dated[-2:]))
    found = _MONTH.fullmatch(loose)
    if found is None:
        return None
    return Month(None, _CHINESE.index(found[1]) + 1 if found[1] in _CHINESE else int(found[1]))
