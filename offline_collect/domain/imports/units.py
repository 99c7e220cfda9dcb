"""What a title, or a line above a table, says of its amounts: another unit than the currency's, or that nothing is due."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache

from offline_collect.domain.imports.titles import BRACKETS, REMEMBERED_MAX, only_month, plain_title

YUAN = "156"
"""ISO 4217 number of the renminbi, whose other names these rules know."""

_MANY = r"[十拾百佰千仟万萬亿]+"
_PART = "[分角毛厘]|fen|cents?|pence"
_FOREIGN = "[美港欧日韩澳加台]元|欧|美金|港币|港纸|日币|韩币|台币|英镑|澳门元|usd|hkd|mop|twd|eur|gbp|jpy|krw|us\\$|hk\\$|\\$|€|£"
_MULTIPLE = re.compile(
    f"(?:人民币|rmb|cny|¥)?(?:{_MANY}(?:元|圆|块)?|(?:in)?(?:{_PART})|(?:{_MANY})?(?:{_FOREIGN}))"
)
_UNIT = re.compile(f"(?:金额|货币|币种)?(?:单位)?[:为]?({_MULTIPLE.pattern})(?:/.{{1,4}}|整)?")
_NOT_DUE = re.compile("退|已|作废|大写|refund|(?<!un)paid")

_WITHIN = re.compile(
    rf"{_MANY}(?:元|圆)|美元|港元|欧元|日元|韩元|英镑|(?:usd|hkd|eur|gbp|jpy)$|(?<=[额款费])[万千]$"
)
"""What is a unit also in the middle of a title: 应缴万元, 金额USD."""

_CUTS = re.compile(r"[/:_\\|-]")
_ABOVE = re.compile(rf"单位[:为是|]*[(]?({_MULTIPLE.pattern})(?![一-鿿a-z])")


def bracketed(title: str) -> list[str]:
    """Return what stands in the brackets of a title, plain."""
    return [found[1:-1] for found in BRACKETS.findall(plain_title(title))]


@lru_cache(REMEMBERED_MAX)
def stated_unit(title: str, currency: str) -> str | None:
    """Return what a title says that its numbers are, if they are no amounts to be paid in the merchant's currency.

    Args:
        title: of a column of amounts, as it stands.
        currency: ISO 4217 number; of other currencies than the renminbi only multiples are known.
    """
    for part in bracketed(title):
        if _NOT_DUE.search(part):
            return part
    found = next((part for part in _parts(title) if _UNIT.fullmatch(part)), None)
    if found is None and (within := _WITHIN.search(BRACKETS.sub("", plain_title(title)))):
        found = within[0]
    return None if found is None or _is_own(found, currency) else found


def _parts(title: str) -> Iterator[str]:
    yield from bracketed(title)
    yield from _CUTS.split(BRACKETS.sub("", plain_title(title)))[1:]


def _is_own(unit: str, currency: str) -> bool:
    """Whether a unit may be the merchant's own currency, which is not the renminbi."""
    return currency != YUAN and re.search(_FOREIGN, unit) is not None and re.search(_MANY, unit) is None


def unknown_words(title: str, harmless: Collection[str]) -> str | None:
    """Return what stands in brackets of an amount's title and may say that it is another amount.

    Args:
        title: of a column that nobody has named in a mapping.
        harmless: plain texts that make no difference: 元, and what amounts are called.
    """
    return next(
        (part for part in bracketed(title) if part and part not in harmless and only_month(part) is None),
        None,
    )


def unit_above(cells: Sequence[str], currency: str) -> str | None:
    """Return the unit that a row above a table states, if it is not the merchant's currency: 单位：万元.

    Args:
        cells: the texts of the row.
        currency: ISO 4217 number.
    """
    found = _ABOVE.search("|".join(plain_title(text) for text in cells if text))
    return None if found is None or _is_own(found[1], currency) else found[1]
