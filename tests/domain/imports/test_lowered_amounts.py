"""Titles of what is taken off an amount, and of what is left then."""

import pytest

from offline_collect.domain.imports.lowered_amounts import is_after_all, is_final, is_taken_off


@pytest.mark.parametrize("title", ["优惠", "减免（元）", "本月减免金额", "退费", "折扣额", "Discount"])
def test_what_is_taken_off(title):
    assert is_taken_off(title)
    assert not is_after_all(title)


@pytest.mark.parametrize("title", ["优惠后金额", "折后价", "减免后应缴", "减后金额"])
def test_what_is_left_then(title):
    assert not is_taken_off(title)
    assert is_after_all(title)
    assert is_final(title)


@pytest.mark.parametrize("title", ["合计", "应缴总额", "实际应缴", "Total due", "Net amount"])
def test_what_all_others_make(title):
    assert is_final(title)


@pytest.mark.parametrize("title", ["应缴金额", "费用", "是否优惠", "优惠类型", "售后服务费"])
def test_other_titles(title):
    assert not is_final(title)
    assert not is_taken_off(title)
