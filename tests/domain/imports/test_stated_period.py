"""The period that a title above a table states."""

import pytest

from offline_collect.domain.imports.stated_period import stated_period, stated_season


@pytest.mark.parametrize(
    ("texts", "period"),
    [
        (["锦绣花园2030年11月物业费收费表"], "2030-11"),
        (["2030 年 9 月份水费", "单位：元"], "2030-09"),
        (["物业费", "2030年11月", "制表日期：2030年12月2日"], "2030-11"),
        (["十一月", "2030年11月餐费（11月）"], "2030-11"),
        (["2030-2031学年第一学期 2030年11月餐费"], "2030-11"),
        (["2030年秋季学期代收费明细表"], "2030年秋季学期"),
        (["自来水收费表", "2030年 第三季度"], "2030年第三季度"),
        (["2030-2031学年学生收费"], "2030-2031学年"),
        (["2030-2031采暖季采暖费收费清册"], "2030-2031采暖季"),
        (["2030年11月初中部餐费", "2030年11月后勤服务费"], "2030-11"),
        (["学年：2030-2031"], "2030-2031学年"),
        (["2030年下半年卫生费"], "2030年下半年"),
        (["少年宫2030年春季班学费"], "2030年春季班"),
        (["2030年暑假班收费表"], "2030年暑假班"),
        (["Harbour View - rent roll for January 2030"], "2030-01"),
        (["Management fee, Sept. 2030 (printed: 5 October 2030)"], "2030-09"),
        (["Water bills", "Dec 2030", "Due by January 5, 2031"], "2030-12"),
    ],
)
def test_a_title_states_one_period(texts, period):
    assert stated_period(texts) == period


@pytest.mark.parametrize(
    "texts",
    [
        [],
        ["物业费收费表"],
        ["12月停车费"],
        ["2030年度物业费"],
        ["制表日期：2030年11月20日", "2030-11-20", "打印时间：2030年11月"],
        ["截至2030年10月欠费明细"],
        ["收费标准（2030年1月起执行）", "请于2030年12月底前缴清", "2030年9月修订"],
        ["2030年10月水费", "2030年11月电费"],
        ["2030年12月缴费通知（11月份水费）"],
        ["2030年1月-6月物业费"],
        ["2030年1-6月物业费"],
        ["2030年11月至2031年2月采暖费"],
        ["2030年秋季学期", "2031年春季学期"],
        ["2030年秋季学期11月餐费"],
        ["Rent January 2030", "Rent February 2030"],
        ["January to March 2030", "Rent"],
        ["Arrears as at January 2030", "5 January 2030", "Jan 5, 2030"],
        ["Marble Court 2030", "Octavia 2030"],
    ],
)
def test_none_or_several_are_not_guessed(texts):
    assert stated_period(texts) is None


@pytest.mark.parametrize("text", ["七年级2030年秋季代办项目", "2030秋季收费", "2030年 秋季，2030年秋季"])
def test_a_season_tells_the_year_of_days(text):
    assert stated_season([text, "说明"]) == "2030年秋季"


@pytest.mark.parametrize("texts", [["秋季代办项目"], ["2030年秋季", "2031年春季"], ["2030年秋季学期"], []])
def test_no_season_or_several_tell_none(texts):
    assert stated_season(texts) is None
