"""Titles of what is taken off an amount, and of what is left then: 优惠, 优惠后金额."""

from __future__ import annotations

import re

from offline_collect.domain.imports.titles import loose_title

_TAKEN_OFF = re.compile(
    r"(?:本[期月次]|当月|累计|政策|政府)?(?:减免|优惠|折扣|抵扣|补贴|补助|退[费款补]|多[缴交收])(?:金?额|费用?|款)?|(?:discounts?|credits?|refunds?)(?:amount)?"
)
_BALANCE = re.compile("结余|余额|结转|预存")
_AFTER = re.compile(r"(?:减免?|优惠|打?折扣?|抵扣|补贴|退费)[后後]")
_FINAL = re.compile(r"合计|总|小计|实际|最终|净|net|total|payable")


def is_taken_off(title: str) -> bool:
    """Whether a title is that of what is taken off an amount: 优惠, 减免金额."""
    return _TAKEN_OFF.fullmatch(loose_title(title)) is not None


def is_balance(title: str) -> bool:
    """Whether a title is that of what a payer has left: 上月结余, 账户余额."""
    return _BALANCE.search(loose_title(title)) is not None


def is_after_all(title: str) -> bool:
    """Whether a title says that what is taken off is taken off already: 优惠后金额, 折后价."""
    return _AFTER.search(loose_title(title)) is not None


def is_final(title: str) -> bool:
    """Whether a title says that its amount is what all others make, less what is taken off: 合计, 实际应缴, 优惠后金额."""
    return is_after_all(title) or _FINAL.search(loose_title(title)) is not None
